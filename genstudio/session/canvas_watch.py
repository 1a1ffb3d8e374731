"""Follows one canvas for all its sessions: its journal, the file itself, and the folders of its shots."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from genstudio.graph.edit import replay
from genstudio.graph.recheck import Recheck
from genstudio.project.presence_folder import PresenceFolder
from genstudio.session.base import message
from genstudio.session.folder_watch import FolderWatch
from genstudio.session.library import library
from genstudio.session.marks import marks
from genstudio.session.media import take_view
from genstudio.session.presence_watch import PresenceWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic import BaseModel

    from genstudio.schema.canvas import Canvas, JournalEntry
    from genstudio.schema.message import TakeView
    from genstudio.schema.nodes import Problem
    from genstudio.session.library import Abilities
    from genstudio.session.listener import Listener

__all__ = ["CanvasWatch"]

_FOLDERS_S: Final = 0.5
"""How often the folders of the shots are looked at, in seconds; the journal is looked at in every round."""

_AT_REST_S: Final = 0.2
"""How long a file must not change, in seconds, before a change made outside the studio is read."""


class CanvasWatch:
    """Tells the sessions of one canvas what changed.

    Used by the follower's thread. The project of the first session serves all of them; the file is the watch's own, since a session
    holds its own while it waits for the lock of the canvas.
    """

    def __init__(self, first: Listener, will_tell: Callable[[str], bool]) -> None:
        self.listeners: tuple[Listener, ...] = ()
        self._library = library(first.workspace)
        self._project, self._file = first.project, first.project.canvas(first.file.path)
        self._stamp = self._file.stamp()
        self._moving: tuple[tuple[int, ...], float] | None = None
        state = self._file.read()
        self._sequence = state.sequence
        self._repairs = len(self._file.notices)  # views that open tell themselves of the one that still stands
        self._folders = FolderWatch(first.project, will_tell)
        self._version = -1
        self._recheck = Recheck()
        self._marks = marks(first.project, first.file.path)
        self._of_takes: tuple[Problem, ...] = ()
        self._problems: tuple[Problem, ...] = ()
        self._examine(state.canvas)
        self._look_into_folders()
        self._next_look = time.monotonic() + _FOLDERS_S
        self._presence = PresenceWatch(PresenceFolder(first.project.root, first.file.path), first.file.path)

    def poll(self) -> None:
        """Look once, and tell the sessions what is new: an edit at once, what is wrong after it in the round after."""
        due = not self._examined
        self._follow_journal()
        if due:
            self._tell_problems()
        self._tell_repairs()
        self._presence.poll(self.listeners)
        if self._examined and time.monotonic() >= self._next_look:  # else marks that an edit changed would send everybody the whole state
            self._next_look = time.monotonic() + _FOLDERS_S
            for listener in self.listeners:
                listener.fade()
            changed = (self._folders.changed(), self._marks_changed())
            if any(changed):
                self.refresh()

    def greet(self, listener: Listener) -> None:
        """Tell a session of the people of other processes, whatever it was told before. From any thread."""
        self._presence.greet(listener)

    def close(self) -> None:
        """End, when the last session has left: other processes see its people go."""
        self._presence.close()

    def _tell_repairs(self) -> None:
        """Tell the sessions of repairs of the file, whoever in this process looked at it and made them."""
        notices = self._file.notices
        for notice in notices[self._repairs :]:
            for listener in self.listeners:
                listener.tell(notice)
        self._repairs = len(notices)

    def refresh(self) -> None:
        """Send all sessions of the canvas the whole state."""
        for listener in self.listeners:
            listener.refresh()

    def broadcast(self, kind: str, payload: BaseModel) -> None:
        """Send a message to all sessions of the canvas."""
        envelope = message(kind, payload, canvas=self._file.path)
        for listener in self.listeners:
            listener.deliver(envelope)

    def take(self, renders: str, take: str) -> TakeView | None:
        """Return a take that is about to be told to the sessions; None if it is gone already."""
        self._folders.told(renders, take)
        record = next((record for record in self._project.takes.list(renders) if record.id == take), None)
        return take_view(self._project, record) if record else None

    def _follow_journal(self) -> None:
        stamp = self._file.stamp()
        if stamp == self._stamp:
            return
        entries = self._file.entries(self._sequence)
        if not entries and not self._at_rest(stamp):
            return
        if entries and _gapless(entries, self._sequence):
            self._advance(entries)
            return  # the stamp stays old, so that the file itself is looked at once it is left alone
        state = self._file.read()  # also journals what was changed outside the studio
        if state.moving:
            return
        entries = self._file.entries(self._sequence)
        if state.sequence < self._sequence or not _gapless(entries, self._sequence):
            self._sequence = state.sequence
            self._examine(state.canvas)
            self._look_into_folders()
            self.refresh()
        elif entries:
            self._advance(entries)
        else:
            self._canvas = state.canvas
        self._stamp = stamp

    def _advance(self, entries: Sequence[JournalEntry]) -> None:
        """Bring the canvas up to date by what was accepted, which costs what the edits touch, and tell the sessions."""
        self._examined, before = False, self._canvas.version
        for entry in entries:
            operations, version = entry.patch.operations, entry.version
            self._canvas = replay(self._canvas, operations, version=version, layout_version=entry.layout_version)
            self._sequence = entry.sequence
            for listener in self.listeners:
                listener.deliver_entry(entry)
        if self._canvas.version != before:  # not of a mere move, which is what comes most often
            self._look_into_folders()

    def _tell_problems(self) -> None:
        """Examine what was edited, and tell the sessions what is wrong now."""
        self._examine(self._canvas)
        for listener in self.listeners:
            listener.deliver_problems(self._sequence, self._problems)

    def _at_rest(self, stamp: tuple[int, ...]) -> bool:
        """Return whether a file that somebody else is changing has been left alone for a moment: editors write in pieces."""
        if self._moving is None or self._moving[0] != stamp:
            self._moving = (stamp, time.monotonic() + _AT_REST_S)
        return time.monotonic() >= self._moving[1]

    def _examine(self, canvas: Canvas) -> None:
        """Find the problems of the canvas, unless nodes have only been moved."""
        self._canvas, self._examined = canvas, True  # what fails is tried again after the next edit, not in every round
        if canvas.version == self._version:
            return
        abilities = self._library.now()
        self._of_takes = self._marks.of_takes(self._project, canvas, abilities.tasks)
        self._problems = (*self._check(canvas, abilities), *self._of_takes)
        self._version = canvas.version

    def _look_into_folders(self) -> None:
        """Take what lies in the folders of new shots for known."""
        names = (node.data.get("renders") for node in self._canvas.nodes.values())
        self._folders.shots(name for name in names if isinstance(name, str) and name)

    def _check(self, canvas: Canvas, abilities: Abilities) -> tuple[Problem, ...]:
        return self._recheck.problems(canvas, abilities.types, abilities.tasks, abilities.catalogue.pinned)

    def _marks_changed(self) -> bool:
        """Return whether other takes are out of date or wrong than people were told: takes, assets and texts change without an edit."""
        canvas, abilities = self._canvas, self._library.now()
        found = self._marks.of_takes(self._project, canvas, abilities.tasks)
        if found == self._of_takes:
            return False
        self._of_takes = found
        self._problems = (*self._check(canvas, abilities), *found)
        return True


def _gapless(entries: Sequence[JournalEntry], after: int) -> bool:
    return [entry.sequence for entry in entries] == list(range(after + 1, after + 1 + len(entries)))
