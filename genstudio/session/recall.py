"""Calls of a view that bring back what a take was made with: its settings, or its whole shot from a file."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import uuid4

from pydantic import Field

from genstudio.graph.identity import label
from genstudio.graph.node_types import DEFAULT_REFERENCE
from genstudio.graph.recall import recalled, setting_operations, shot_again, shot_then
from genstudio.graph.wiring import Wires
from genstudio.project import paths
from genstudio.project.adopt import adopt
from genstudio.project.happenings import take_adopted
from genstudio.project.media import embedded_record
from genstudio.project.shot_folders import named_elsewhere
from genstudio.schema.base import Id, JsonObject
from genstudio.schema.canvas import Canvas, Operation, Patch
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.session.calls import public
from genstudio.session.follower import FOLLOWER
from genstudio.session.library import library
from genstudio.session.takes import TakesSession

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.schema.take import TakeRecord

__all__ = ["RecallSession"]

Place = Annotated[float, Field(ge=-1e7, le=1e7, allow_inf_nan=False)]
"""A coordinate on the canvas, in CSS pixels at zoom 1."""


class RecallSession(TakesSession):
    """The part of :class:`~genstudio.session.CanvasSession` that goes from a take back to its shot; see there for the arguments."""

    @public
    def use_take_settings(self, node_id: Id, take: str) -> JsonObject:
        """Give a shot the settings that one of its takes was made with, seed included; ``changed`` and ``kept`` name them.

        A prompt that is partly wired is kept where nobody knows which part of it was the shot's own.
        """
        record, canvas = self._take(node_id, take), self._now()
        if canvas.nodes[node_id].type != "shot":
            raise BadInputError(f"{label(node_id, canvas.nodes[node_id])} is no shot.", fix="Choose a take of a shot.")
        wires = Wires(canvas)
        then = self._then(record)
        settings = recalled(_json(record), then[1].nodes[then[0]] if then else None, self._declared(wires.reference(node_id)))
        whole = bool(record.asked) or then is not None
        kept = ["prompt"] if not whole and wires.into(node_id, "prompt") and settings.pop("prompt", None) is not None else []
        operations = setting_operations(canvas, node_id, settings)
        changed = [operation.path.rpartition("/")[2] for operation in operations]
        return {**self._review(operations, f"Use the settings of {take}"), "changed": changed, "kept": kept}

    @public
    def shot_of_file(self, path: str, x: Place, y: Place) -> JsonObject:
        """Bring back the shot that a media file of the project (an upload) is a take of, by the record embedded in it.

        The answer's ``kind`` says what that meant: ``here`` - the shot stands on the canvas, nothing was changed; ``restored`` - it had
        been removed and stands at ``x``, ``y`` again, with its takes; ``made`` - the take is of another project, so a new shot was made
        from its settings and the file is its first take; ``none`` - there is no record in it. ``node`` and ``take`` name what was found.
        """
        media = paths.inside(self.project.root, path)
        if not media.is_file():
            raise NotFoundError(f"There is no file {path!r:.200} in the project.", fix="Check the path.")
        told = embedded_record(media)
        if told is None:
            return _found("none")
        own = self._own(told)
        if own is not None:
            node = self._owner(own)
            if node is not None:
                return _found("here", node, own.id)
            restored = self._restore(own, (x, y))
            if restored is not None:
                return _found("restored", restored, own.id)
        return self._make(media, told, (x, y))

    def _own(self, told: JsonObject) -> TakeRecord | None:
        """Return the take of this project that the record is of: the same name from the same job."""
        renders, name, job = told.get("renders"), told.get("id"), told.get("job")
        if not job or renders not in self.project.takes.shots():
            return None
        return next((take for take in self.project.takes.list(str(renders)) if (take.id, take.job) == (name, job)), None)

    def _owner(self, take: TakeRecord) -> str | None:
        canvas = self._now()
        return next((name for name in canvas.nodes if shot_then(canvas, name, take.renders) is not None), None)

    def _restore(self, take: TakeRecord, place: tuple[float, float]) -> str | None:
        """Put the shot of a take back on the canvas and return its id; None if it lives on another canvas, or is none to put back."""
        before = self._then(take)
        is_shot = before is not None or take.name.shot.startswith("SHOT")
        if not is_shot or take.renders in named_elsewhere(self.project.root, self.file.path):
            return None
        canvas = self._now()
        node = before[1].nodes[before[0]] if before else None
        known = dict(node.data) if node is not None else {"name": _name(take), "version": take.name.version}
        data = {**known, **recalled(_json(take), node, self._declared(DEFAULT_REFERENCE)), "renders": take.renders, "active_take": take.id}
        name = take.canvas.node if take.canvas.node not in canvas.nodes else _fresh()
        # As an undo: only so may a shot have the folder that it had.
        self._apply(shot_again(canvas, name, data, place, before), f"Bring back {take.name.shot}", guard=True)
        return name

    def _make(self, media: Path, told: JsonObject, place: tuple[float, float]) -> JsonObject:
        """Make a shot from a record of elsewhere, with the file as its take."""
        name, settings = _fresh(), recalled(told, None, self._declared(DEFAULT_REFERENCE))
        operations = shot_again(self._now(), name, {"name": "", **settings}, place, None)
        self._apply(operations, f"Bring in {media.name:.100}")
        adopted = adopt(self.project, media, self._renders(name), node=name)
        self.keep(take_adopted(adopted, self.file.path))
        FOLLOWER.poke()
        return _found("made", name, adopted.id)

    def _then(self, take: TakeRecord) -> tuple[str, Canvas] | None:
        """Return the id of the node of a take on the canvas that it was made from, and that canvas, if the history has it."""
        canvas = self.project.history.canvas_of(take)
        node = take.canvas.node
        return (node, canvas) if canvas is not None and shot_then(canvas, node, take.renders) is not None else None

    def _declared(self, reference: str) -> frozenset[str]:
        """Return the names of the parameters that a shot of a task or of a pinned pipeline can have."""
        abilities = library(self.workspace).now()
        task = abilities.tasks.get(reference)
        try:
            params = task.params if task is not None else abilities.catalogue.get(reference).manifest.params
        except NotFoundError:
            return frozenset()
        return frozenset(param.name for param in params)

    def _apply(self, operations: list[Operation], text: str, *, guard: bool = False) -> None:
        base = self._now().version
        self.apply(Patch(base=base, operations=tuple(operations), label=text[:200], id=uuid4().hex, guard=guard))


def _found(kind: Literal["here", "restored", "made", "none"], node: str | None = None, take: str | None = None) -> JsonObject:
    return {"kind": kind, "node": node, "take": take}


def _json(record: TakeRecord) -> dict[str, Any]:
    return record.model_dump(mode="json", by_alias=True)


def _name(take: TakeRecord) -> str:
    """Return the name people gave the shot; the record has its folder's where they gave none."""
    return take.canvas.name if take.canvas.name != take.name.shot else ""


def _fresh() -> str:
    return f"shot_{token_hex(5)}"
