"""Calls of a view that concern takes: reviews, comparison, contact sheets, media from elsewhere, and making a take again."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Literal

from genstudio.graph import review
from genstudio.project import paths
from genstudio.project.adopt import adopt
from genstudio.project.compare import compare_media, differences
from genstudio.project.contact_sheet import SheetEntry, contact_sheet
from genstudio.project.happenings import take_adopted
from genstudio.schema.base import Id, JsonObject, utc_now
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.schema.message import TakeView
from genstudio.session.calls import public
from genstudio.session.editing import EditingSession
from genstudio.session.follower import FOLLOWER
from genstudio.session.media import take_view
from genstudio.session.reproduction import make_again, reproduction

if TYPE_CHECKING:
    from genstudio.schema.canvas import Canvas, Operation
    from genstudio.schema.take import TakeRecord

__all__ = ["TakesSession"]


class TakesSession(EditingSession):
    """The part of :class:`~genstudio.session.CanvasSession` that concerns takes; see there for the arguments."""

    @public
    def rate_take(self, node_id: Id, take: str, stars: int) -> JsonObject:
        """Give a take 1 to 5 stars; 0 takes the rating back."""
        self._take(node_id, take)
        return self._review(review.set_rating(self._now(), node_id, take, stars), f"Rate {take}")

    @public
    def approve_take(self, node_id: Id, take: str, approval: Literal["approved", "rejected"] | None = None) -> JsonObject:
        """Approve or reject a take; None takes it back. A rejected take does not stand for its shot unless it is chosen."""
        self._take(node_id, take)
        return self._review(review.set_approval(self._now(), node_id, take, approval), f"{(approval or 'undecided').capitalize()}: {take}")

    @public
    def add_note(self, node_id: Id, take: str, text: str, frame: int | None = None) -> JsonObject:
        """Note something about a take, pinned to a frame (counted from 0) or not; the answer holds the ``note``'s id."""
        note = review.Note(f"n{token_hex(6)}", text, frame, self.author, utc_now())
        answer = self._review(review.add_note(self._now(), node_id, self._take(node_id, take), note), f"Note on {take}")
        return {**answer, "note": note.id}

    @public
    def resolve_note(self, node_id: Id, take: str, note: str, *, resolved: bool = True) -> JsonObject:
        """Say that what a note asks for is done, or open the note again."""
        operations = review.resolve_note(self._now(), node_id, take, note, resolved=resolved)
        return self._review(operations, f"{'Resolve' if resolved else 'Open'} a note on {take}")

    @public
    def remove_note(self, node_id: Id, take: str, note: str) -> JsonObject:
        """Remove a note."""
        return self._review(review.remove_note(self._now(), node_id, take, note), f"Remove a note on {take}")

    @public
    def compare_takes(self, node_id: Id, first: str, second: str) -> JsonObject:
        """Return how alike two takes of a node are (PSNR in dB, SSIM) and the settings in which they differ; takes a while."""
        one, two = self._take(node_id, first), self._take(node_id, second)
        found = compare_media(self.project.takes.media_path(one), self.project.takes.media_path(two))
        told = [{"name": each.name, "first": each.first, "second": each.second} for each in differences(one, two)]
        return {
            "identical": found.identical,
            "psnr_db": found.psnr_db,
            "ssim": found.ssim,
            "frames": found.frames,
            "same_format": found.same_format,
            "differences": told,
        }

    @public
    def contact_sheet(self, node_id: Id | None = None, kind: Literal["png", "pdf"] = "pdf") -> JsonObject:
        """Write a contact sheet of the takes of a shot, or of all shots of the canvas, to the exports; return its ``path``."""
        canvas = self._now()
        chosen = [node_id] if node_id is not None else [name for name, node in canvas.nodes.items() if node.type == "shot"]
        entries = [SheetEntry(take, review.review_of(canvas.nodes[name].data, take.id)) for name in chosen for take in self._takes(name)]
        title = self.project.manifest.title
        shot = f" {node_id}" if node_id is not None else ""
        target = paths.get_exports_dir(self.project.root) / f"{paths.project_folder_name(f'{title}{shot} contact sheet')}.{kind}"
        width, height = self.project.settings.size
        made = contact_sheet(self.project.root, entries, target, title=f"{title}{shot}", aspect=width / height)
        return {"path": made.relative_to(self.project.root).as_posix()}

    @public
    def unrecorded_takes(self, node_id: Id) -> list[str]:
        """Return media in the folder of a shot that is no take, project-relative."""
        return list(self.project.takes.unrecorded(self._renders(node_id)))

    @public
    def adopt_take(self, node_id: Id, path: str) -> TakeView:
        """Make a take of media that lies in the project (an upload, a file that was copied into the shot's folder)."""
        renders, version = self._renders(node_id), self._now().nodes[node_id].data.get("version")
        media = paths.inside(self.project.root, path)
        record = adopt(self.project, media, renders, node=node_id, version=version if isinstance(version, int) else 1)
        self.keep(take_adopted(record, self.file.path))
        FOLLOWER.poke()
        return take_view(self.project, record)

    @public
    def reproduce_take(self, node_id: Id, take: str) -> str:
        """Make a take again just as its record says and return the id of the task; ``reproduction`` tells what came out."""
        task = make_again(self.project, self.engine, self._take(node_id, take), self.signature)
        FOLLOWER.poke()
        return task.id

    @public
    def reproduction(self, node_id: Id, take: str, task_id: str) -> JsonObject:
        """Return what came of ``reproduce_take``: a ``verdict`` in a sentence, and whether the two are ``identical``."""
        found = reproduction(self.project, self._take(node_id, take), self.engine.store.task(task_id))
        return {"verdict": found.verdict, "identical": found.comparison.identical, "take": found.again}

    def _now(self) -> Canvas:
        return self.file.read().canvas

    def _review(self, operations: tuple[Operation, ...], label: str) -> JsonObject:
        return self._answer(self.edit(operations, label))

    def _renders(self, node_id: str) -> str:
        node = self._now().nodes.get(node_id)
        renders = node.data.get("renders") if node is not None else None
        if not isinstance(renders, str) or not renders:
            raise BadInputError(f"{node_id} makes no takes.", fix="Name a shot of the canvas.")
        return renders

    def _takes(self, node_id: str) -> tuple[TakeRecord, ...]:
        return self.project.takes.list(self._renders(node_id))

    def _take(self, node_id: str, take: str) -> TakeRecord:
        found = next((record for record in self._takes(node_id) if record.id == take), None)
        if found is None:
            raise NotFoundError(f"The node {node_id} has no take {take!r:.60}.", fix="Choose one of its takes.")
        return found
