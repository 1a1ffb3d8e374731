"""Calls of a view that concern recovery: what happened to its canvas behind the studio's back, and its automatic copies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from genstudio.graph.edit import describe, inverse_patch, replay
from genstudio.project.auto_saves import AutoSave
from genstudio.project.canvas_recall import recall_edit
from genstudio.schema.base import JsonObject
from genstudio.schema.canvas import JournalEntry
from genstudio.schema.errors import NotFoundError
from genstudio.session.calls import public
from genstudio.session.editing import EditingSession

__all__ = ["RecoverySession"]

_LATELY: Final = timedelta(days=7)
"""What happened before is not offered any more."""
_LAST_EDITS: Final = 200
"""How many edits back a change made outside the studio is looked for."""
_MOST_OFFERS: Final = 3


class RecoverySession(EditingSession):
    """The part of :class:`~genstudio.session.CanvasSession` that brings back what was; see there for the arguments."""

    @public
    def recovery(self) -> list[JsonObject]:
        """Return what happened to the canvas file of late that people may want to look at, newest first: ``{id, kind, time, ...}``.

        ``damaged``: the file could not be read and was restored; ``kept`` names what it held, ``why`` says what is wrong with that.
        ``outside``: somebody changed the file with another program; ``changes`` are sentences, ``sequence`` is what takes them back.
        """
        since = (datetime.now(UTC) - _LATELY).isoformat()
        found = [offer for offer in (*self._damaged(), *self._outside()) if offer["time"] >= since]
        return sorted(found, key=lambda offer: str(offer["time"]), reverse=True)[:_MOST_OFFERS]

    @public
    def take_back(self, sequence: int) -> JsonObject:
        """Take back a change that was made outside the studio, by an edit; refused if somebody has changed the same since."""
        entry = next((entry for entry in self.file.entries(sequence - 1) if entry.sequence == sequence and entry.external), None)
        if entry is None or not entry.inverse:
            raise NotFoundError("This change cannot be taken back any more.", fix="Go back to an automatic copy or to a version.")
        base = self.file.read().canvas.version
        return self._answer(self.apply(inverse_patch(entry.inverse, base=base, label="Take back the change made outside")))

    @public
    def auto_saves(self) -> list[AutoSave]:
        """Return the automatic copies of the canvas that can be read, newest first."""
        return self.file.auto_saves.saved()

    @public
    def restore_auto_save(self, name: str) -> JsonObject:
        """Bring the canvas back to an automatic copy, by an edit that undo takes back; takes are not touched."""
        return self._answer(self.edit(*recall_edit(self.file, name)))

    def _damaged(self) -> Iterator[JsonObject]:
        for kept in self.file.auto_saves.damaged()[:_MOST_OFFERS]:
            yield {"id": kept.name, "kind": "damaged", "time": kept.time, "kept": kept.name, "why": kept.why}

    def _outside(self) -> Iterator[JsonObject]:
        """Yield the newest change made outside the studio, if it changed more than positions."""
        state = self.file.read()
        entries = self.file.entries(max(0, state.sequence - _LAST_EDITS))
        last = next((at for at in range(len(entries) - 1, -1, -1) if entries[at].external), None)
        if last is None:
            return
        after = state.canvas
        for entry in reversed(entries[last + 1 :]):
            after = replay(after, entry.inverse, version=0, layout_version=0)
        outside: JournalEntry = entries[last]
        changes = describe(replay(after, outside.inverse, version=0, layout_version=0), after)
        if changes:
            offer = {"id": f"outside-{outside.sequence}-{outside.time}", "kind": "outside", "time": outside.time}
            yield {**offer, "sequence": outside.sequence, "changes": changes}
