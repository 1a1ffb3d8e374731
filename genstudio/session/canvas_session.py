"""A view of one canvas: everything a surface needs, as typed methods and as messages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from genstudio.project.happenings import settings_changed
from genstudio.schema.base import Id, JsonObject
from genstudio.schema.canvas import Operation
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.schema.job import JobView
from genstudio.schema.message import Message, RenderPayload, StartGenerationPayload
from genstudio.schema.render import FilmPreset
from genstudio.session.assets import AssetsSession
from genstudio.session.calls import public
from genstudio.session.changes import ChangesSession
from genstudio.session.exports import ExportsSession
from genstudio.session.film_session import FilmSession
from genstudio.session.follower import FOLLOWER
from genstudio.session.media import MediaChunk, read_chunk, resolve_url
from genstudio.session.queue import QueueSession
from genstudio.session.recall import RecallSession
from genstudio.session.recovery import RecoverySession
from genstudio.session.sync import node_takes
from genstudio.session.templates import TemplatesSession
from genstudio.session.uploading import UploadingSession
from genstudio.session.versions import VersionSession

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CanvasSession"]

_LOG_TAIL_BYTES: Final = 256 * 1024


class CanvasSession(
    FilmSession,
    QueueSession,
    RecallSession,
    RecoverySession,
    AssetsSession,
    UploadingSession,
    ExportsSession,
    VersionSession,
    TemplatesSession,
    ChangesSession,
):
    """One open view of a canvas. Everything it knows is on disk; closing it loses nothing.

    Args:
        workspace: The workspace of the project.
        project: The project.
        canvas: Project-relative path of the canvas; None opens the main canvas.
        author: Name of the person, written to the journal with every edit.
        client: Id of the view; ``client:hello`` may name another.
        send: Takes messages for the client; called from several threads, must not block or raise.
        engine: Makes takes and films.
        media_base: URL path that media URLs are relative to, ending in a slash; empty on carriers without URLs.
        patience: Seconds after which somebody whose page says nothing is gone; None where the carrier tells that a page is closed.

    Raises:
        NotFoundError: There is no such canvas.
        BadInputError: The canvas is damaged beyond repair.
    """

    ROUTES: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            **QueueSession.ROUTES,
            **RecallSession.ROUTES,
            "client:start_generation": "_on_start_generation",
            "client:render_final_sequence": "_on_render",
        }
    )

    def generate(self, node_id: str, takes: int = 1, quality: Literal["low", "standard", "high"] | None = None) -> str:
        """Ask for takes of a shot and return the id of the task. When this returns the request is on disk."""
        task = self.engine.generate(self.project, self.file.path, node_id, takes=takes, quality=quality, author=self.signature)
        FOLLOWER.poke()
        return task.id

    def render(self, node_id: str, preset: FilmPreset = "h264") -> str:
        """Ask for the film of an assembler and return the id of the task."""
        task = self.engine.render(self.project, self.file.path, node_id, author=self.signature, preset=preset)
        FOLLOWER.poke()
        return task.id

    @public
    def cancel(self, task_id: str, node_id: str = "") -> None:
        """Cancel a task of this project; of that of a scene or a film what it makes for one node, and for those made from it."""
        self._own_task(task_id)
        self.engine.cancel(task_id, by=self.signature, node=node_id)
        FOLLOWER.poke()

    @public
    def queue(self) -> list[JobView]:
        """Return the jobs of the project that have not ended, oldest first."""
        return self.engine.store.jobs(self.project.uuid, active=True)

    @public
    def log(self, task_id: str) -> str:
        """Return the end of what the jobs of a task printed."""
        self._own_task(task_id)
        store = self.engine.store
        return "\n".join(filter(None, (_tail(store.log_path(job.id)) for job in store.jobs(task=task_id))))

    @public
    def set_active_take(self, node_id: Id, take: str | None = None) -> JsonObject:
        """Choose the take that stands for a node; None leaves the choice to the rule (newest, real before draft)."""
        records = node_takes(self.project, self.file.read().canvas).get(node_id, ())
        if take is not None and take not in {record.id for record in records}:
            raise NotFoundError(f"The node {node_id} has no take {take!r:.60}.", fix="Choose one of its takes.")
        operation = Operation(op="add", path=f"/nodes/{node_id}/data/active_take", value=take)
        return self._answer(self.edit((operation,), f"Choose {take}" if take else "Choose the newest take"))

    @public
    def update_settings(
        self,
        *,
        aspect_ratio: str | None = None,
        quality: Literal["low", "standard", "high"] | None = None,
        fps: str | None = None,
        height: int | None = None,
        when_unavailable: Literal["queue", "fallback"] | None = None,
        auto_commit: bool | None = None,
    ) -> JsonObject:
        """Change settings of the project and return all of them; what is left out stays as it is."""
        given = {
            "aspect_ratio": aspect_ratio,
            "quality": quality,
            "fps": fps,
            "height": height,
            "when_unavailable": when_unavailable,
            "auto_commit": auto_commit,
        }
        before = self.project.settings
        self.project.update_settings(**{name: value for name, value in given.items() if value is not None})
        self.keep(settings_changed(before, self.project.settings))
        return self.project.settings.model_dump(mode="json")

    @public
    def media_info(self, url: str) -> JsonObject:
        """Return size in bytes and MIME type of a media URL of this project, for carriers without URLs."""
        file = resolve_url(self.project, url)
        return {"size": file.size, "type": file.type}

    @public
    def media_chunk(self, url: str, offset: int) -> MediaChunk:
        """Return the piece of the media behind a URL that begins at ``offset`` bytes."""
        file = resolve_url(self.project, url)
        if not 0 <= offset <= file.size:
            raise BadInputError(f"The file ends at {file.size} bytes.", fix="Ask for its size again.")
        return read_chunk(file, offset)

    def _on_start_generation(self, payload: StartGenerationPayload, _envelope: Message) -> JsonObject:
        return {"task_id": self.generate(payload.node_id, payload.takes, payload.quality)}

    def _on_render(self, payload: RenderPayload, _envelope: Message) -> JsonObject:
        return {"task_id": self.render(payload.node_id, payload.preset)}


def _tail(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _LOG_TAIL_BYTES))
        return stream.read().decode("utf-8", "replace")
