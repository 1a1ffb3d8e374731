"""Undo and redo of one author, read from the journal, so that they survive restarts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal
from uuid import uuid4

from genstudio.schema.canvas import JournalEntry, Patch
from genstudio.schema.errors import BadInputError

__all__ = ["Direction", "History"]

Direction = Literal["undo", "redo"]
_SEPARATOR: Final = ":"
_GESTURE: Final = "~"
_Step = tuple[JournalEntry, ...]


class History:
    """What an author can undo and redo. Feed it journal entries in order.

    Entries in a row whose patches are parts of one gesture (their ids end in the same ``~<gesture>``, as of a sentence that is typed and
    sent in pieces) are one step.

    An undo is the entry's inverse, sent as a patch whose id says so (``undo:<sequence>:…``); its own inverse is the redo.

    Args:
        author: Whose entries count, exactly as in ``patch.author``; undoing is signed with it.
        everybody: All entries count, also changes made outside the studio, up to one that nothing takes back.
    """

    def __init__(self, author: str, *, everybody: bool = False) -> None:
        self.author = author
        self.everybody = everybody
        self.sequence = 0
        self._stacks: dict[Direction, list[_Step]] = {"undo": [], "redo": []}

    def feed(self, entries: Iterable[JournalEntry]) -> None:
        """Take journal entries; those already seen and those of other authors are passed over."""
        for entry in entries:
            if entry.sequence <= self.sequence:
                continue
            self.sequence = entry.sequence
            if self.everybody and entry.external and not entry.inverse:
                self._stacks = {"undo": [], "redo": []}
            elif self.everybody or (entry.patch.author == self.author and not entry.external):
                self._take(entry)

    def next(self, direction: Direction) -> JournalEntry | None:
        """Return the last entry of the step that :meth:`patch` would undo or redo; None if there is none."""
        stack = self._stacks[direction]
        return stack[-1][-1] if stack else None

    def patch(self, direction: Direction, version: int) -> Patch:
        """Return the patch that undoes, or redoes, the author's last step; ``version`` is that of the canvas.

        Raises:
            BadInputError: There is nothing to undo or redo.
        """
        stack = self._stacks[direction]
        if not stack:
            raise BadInputError(
                f"There is nothing to {direction}.", fix="Only edits made in this view can be taken back here.", code="nothing_to_do"
            )
        step = stack[-1]
        entry = step[-1]
        label = entry.patch.label.removeprefix("Undo ").removeprefix("Redo ")
        return Patch(
            base=version,
            operations=tuple(operation for part in reversed(step) for operation in part.inverse),
            author=self.author,
            label=f"{direction.capitalize()} {label}".strip(),
            id=_SEPARATOR.join((direction, str(entry.sequence), uuid4().hex)),
            guard=True,
        )

    def give_up(self, direction: Direction) -> None:
        """Forget the step that could not be undone, so that the one before it can be."""
        self._stacks[direction].pop()

    def _take(self, entry: JournalEntry) -> None:
        kind, _, rest = entry.patch.id.partition(_SEPARATOR)
        undo, redo = self._stacks["undo"], self._stacks["redo"]
        if kind == "undo" and rest:
            self._drop(undo, rest)
            redo.append((entry,))
        elif kind == "redo" and rest:
            self._drop(redo, rest)
            undo.append((entry,))
        elif undo and rest == "" and (gesture := _gesture(entry)) and gesture == _gesture(undo[-1][-1]):
            undo[-1] = (*undo[-1], entry)
            redo.clear()
        else:
            undo.append((entry,))
            redo.clear()

    @staticmethod
    def _drop(stack: list[_Step], rest: str) -> None:
        number = rest.partition(_SEPARATOR)[0]
        stack[:] = [step for step in stack if str(step[-1].sequence) != number]


def _gesture(entry: JournalEntry) -> str:
    return entry.patch.id.partition(_GESTURE)[2]
