"""A view that reads and edits one canvas, and hears of what others do to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal
from uuid import uuid4

from genstudio.graph.values import pointer
from genstudio.schema.base import JsonObject
from genstudio.schema.canvas import Accepted, JournalEntry, Operation, Patch
from genstudio.schema.errors import ConflictError
from genstudio.schema.message import (
    FullSyncPayload,
    HelloPayload,
    Message,
    NoticePayload,
    PatchedPayload,
    PatchPayload,
    PresencePayload,
    ProblemsPayload,
    SyncRequestPayload,
    UpdateNodeDataPayload,
)
from genstudio.session.base import Send, Session, message
from genstudio.session.calls import public
from genstudio.session.follower import FOLLOWER
from genstudio.session.history import Direction, History
from genstudio.session.keeping import keep_soon
from genstudio.session.library import library
from genstudio.session.marks import marks
from genstudio.session.sync import full_sync

if TYPE_CHECKING:
    from genstudio.engine.submit import Engine
    from genstudio.project.happenings import Happened
    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.nodes import Problem

__all__ = ["EditingSession"]


class EditingSession(Session):
    """The part of :class:`~genstudio.session.CanvasSession` that concerns the canvas itself; see there for the arguments."""

    ROUTES: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            **Session.ROUTES,
            "client:sync_request": "_on_sync_request",
            "client:patch": "_on_patch",
            "client:update_node_data": "_on_update_node_data",
            "client:presence": "_on_presence",
        }
    )

    def __init__(  # noqa: PLR0913 - a view has these parts; all but the place are named
        self,
        workspace: WorkspaceFolder,
        project: ProjectFolder,
        canvas: str | None,
        *,
        author: str,
        client: str,
        send: Send,
        engine: Engine,
        media_base: str = "",
        patience: float | None = None,
    ) -> None:
        super().__init__(workspace.uuid, send)
        self.workspace, self.project, self.engine = workspace, project, engine
        self.author, self.client = author, client
        self.file = project.canvas(canvas)
        self.presence = PresencePayload(client=client, name=author)
        self._media_base = media_base
        self._patience, self._heard = patience, 0.0
        self._order = threading.RLock()  # of what is sent; never held while a lock of the follower or of a file is awaited
        self._closed = False
        self._said: set[str] = set()
        self._history = History(self.signature)
        self._sequence = self.file.read().sequence
        self._problems: tuple[Problem, ...] = ()
        FOLLOWER.join(self)

    @property
    def signature(self) -> str:
        """Author of this view's patches: ``<name>#<client>``."""
        return f"{self.author}#{self.client}"

    def sync(self) -> FullSyncPayload:
        """Return the whole state of the canvas, read afresh."""
        state = self.file.read()
        return full_sync(self.workspace, self.project, self.engine, self.file.path, state, media_base=self._media_base)

    def close(self) -> None:
        """End the view: others see it go, and nothing is sent to it any more."""
        with self._order:
            if self._closed:
                return
            self._closed = True
        self._relay(PresencePayload(client=self.client, gone=True))
        FOLLOWER.leave(self)

    def apply(self, patch: Patch) -> Accepted:
        """Apply an edit of this view. Other views of this process see it at once, other processes within a moment.

        Raises:
            ReadOnlyError: The canvas may only be read; the message says why.
            ConflictError: A guarded patch (an undo) met values that somebody changed since.
        """
        patch = patch.model_copy(update={"author": self.signature, "id": patch.id or uuid4().hex})
        told = self._sequence
        accepted = self.file.apply(patch)
        FOLLOWER.poke()
        if accepted.entry is None or accepted.entry.sequence <= told:
            self._acknowledge(patch, accepted)
        if accepted.dropped:
            self.deliver(self._notice("warning", f"A part of the edit no longer applies. {accepted.dropped[0].reason}"))
        return accepted

    @public
    def undo(self) -> JsonObject:
        """Take back this view's last edit, unless somebody changed the same values since."""
        return self._step("undo")

    @public
    def redo(self) -> JsonObject:
        """Do again what was taken back last."""
        return self._step("redo")

    # -- what the follower calls

    def deliver(self, envelope: Message) -> None:
        """Send a message to the client."""
        with self._order:
            if not self._closed:
                self._send(envelope)

    def deliver_entry(self, entry: JournalEntry) -> None:
        """Tell the client of an accepted patch, in order and once; after a gap, of the whole state."""
        with self._order:
            if entry.sequence <= self._sequence:
                return
            gap = entry.sequence > self._sequence + 1
            if not gap:
                self._sequence = entry.sequence
                self.deliver(message("server:patch", _patched(entry), canvas=self.file.path))
        if gap:
            self.refresh()

    def deliver_problems(self, sequence: int, problems: tuple[Problem, ...]) -> None:
        """Tell the client what is wrong with the canvas after the patch ``sequence``, unless it knows that or of a later patch."""
        with self._order:
            if sequence >= self._sequence and problems != self._problems:
                self._problems = problems
                self.deliver(message("server:problems", ProblemsPayload(problems=problems), canvas=self.file.path))

    def tell(self, notice: str) -> None:
        """Tell the client what happened to the canvas file, unless it has been told."""
        with self._order:
            if notice not in self._said:
                self._said.add(notice)
                self.deliver(self._notice("warning", notice))

    def refresh(self) -> None:
        """Send the client the whole state."""
        self._send_sync()

    def fade(self) -> None:
        """Take somebody to be gone whose page has said nothing for too long, where the carrier does not tell of its end."""
        if self._patience is not None and self.presence.colour and time.monotonic() - self._heard > self._patience:
            self._vanish()

    # -- messages

    def _on_hello(self, payload: HelloPayload, envelope: Message) -> None:
        if payload.client:
            self.client = payload.client
            self._history = History(self.signature)
        super()._on_hello(payload, envelope)

    def _on_sync_request(self, _payload: SyncRequestPayload, envelope: Message) -> None:
        self._send_sync(envelope.request_id)
        for other in FOLLOWER.others(self):
            if isinstance(other, EditingSession) and other.presence.colour:
                self.deliver(message("server:presence", other.presence, canvas=self.file.path))
        FOLLOWER.greet(self)
        self.file.prepare()

    def _on_patch(self, payload: PatchPayload, _envelope: Message) -> JsonObject:
        return self._answer(self.apply(payload.patch))

    def _on_update_node_data(self, payload: UpdateNodeDataPayload, _envelope: Message) -> JsonObject:
        base = ("nodes", payload.node_id, "data")
        operations = tuple(Operation(op="add", path=pointer(*base, key), value=value) for key, value in payload.data.items())
        return self._answer(self.edit(operations, f"Change {', '.join(payload.data)}"))

    def _on_presence(self, payload: PresencePayload, _envelope: Message) -> None:
        if payload.gone:
            self._vanish()
            return
        self._heard = time.monotonic()
        self.presence = payload.model_copy(update={"client": self.client, "name": payload.name or self.author})
        self._relay(self.presence)

    # -- inside

    def edit(self, operations: Sequence[Operation], label: str) -> Accepted:
        """Apply operations to the canvas as it is now, as one edit of this view."""
        base = self.file.read().canvas.version
        return self.apply(Patch(base=base, operations=tuple(operations), label=label[:200], id=uuid4().hex))

    def keep(self, happened: Happened) -> None:
        """Make a version of what happened, in the background; where that is not possible, the client is told why."""
        keep_soon(self.project, happened, lambda reason: self.deliver(self._notice("warning", reason)))

    def _step(self, direction: Direction) -> JsonObject:
        self._history.feed(self.file.entries(self._history.sequence))
        patch = self._history.patch(direction, self.file.read().canvas.version)
        try:
            return self._answer(self.apply(patch))
        except ConflictError as error:
            self._history.give_up(direction)
            fix = f"{error.fix} The next {direction} takes the step before it.".strip()
            raise ConflictError(error.message, fix=fix) from error

    def _vanish(self) -> None:
        """Let others see the person go; the view stays, and shows them again when its page says where they are."""
        self.presence = PresencePayload(client=self.client, name=self.author)
        self._relay(PresencePayload(client=self.client, gone=True))

    def _answer(self, accepted: Accepted) -> JsonObject:
        return {
            "sequence": accepted.entry.sequence if accepted.entry else self._sequence,
            "version": accepted.version,
            "layout_version": accepted.layout_version,
            "dropped": [dropped.model_dump(mode="json") for dropped in accepted.dropped],
        }

    def _acknowledge(self, patch: Patch, accepted: Accepted) -> None:
        """Answer a patch that no journal entry will answer: it changed nothing, or it was accepted before."""
        nothing = patch.model_copy(update={"operations": ()})
        with self._order:
            payload = PatchedPayload(
                sequence=self._sequence,
                version=accepted.version,
                layout_version=accepted.layout_version,
                patch=nothing,
                author=self.signature,
                dropped=accepted.dropped,
            )
            self.deliver(message("server:patch", payload, canvas=self.file.path))

    def _send_sync(self, request_id: str | None = None) -> None:
        payload = self.sync()
        with self._order:
            self._sequence, self._problems = payload.sequence, payload.problems
            self.deliver(message("server:full_sync", payload, canvas=self.file.path, request_id=request_id))
        if repaired := self.file.read().notice:
            self.tell(repaired)
        if later := self.file.entries(payload.sequence):  # what was accepted while the state was put together
            for entry in later:
                self.deliver_entry(entry)
            state = self.file.read()
            found = marks(self.project, self.file.path).problems(self.project, state.canvas, library(self.workspace).now())
            self.deliver_problems(state.sequence, found)

    def _relay(self, presence: PresencePayload) -> None:
        envelope = message("server:presence", presence, canvas=self.file.path)
        for other in FOLLOWER.others(self):
            other.deliver(envelope)

    def _notice(self, level: Literal["info", "warning", "error"], text: str) -> Message:
        return message("server:notice", NoticePayload(level=level, message=text), canvas=self.file.path)


def _patched(entry: JournalEntry) -> PatchedPayload:
    return PatchedPayload(
        sequence=entry.sequence,
        version=entry.version,
        layout_version=entry.layout_version,
        patch=entry.patch,
        author=entry.patch.author,
    )
