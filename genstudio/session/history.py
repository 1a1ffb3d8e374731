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


class History:
    """What an author can undo and redo. Feed it journal entries in order.

    An undo is the entry's inverse, sent as a patch whose id says so (``undo:<sequence>:…``); its own inverse is the redo.

    Args:
        author: Whose entries count, exactly as in ``patch.author``.
    """

    def __init__(self, author: str) -> None:
        self.author = author
        self.sequence = 0
        self._stacks: dict[Direction, list[JournalEntry]] = {"undo": [], "redo": []}

    def feed(self, entries: Iterable[JournalEntry]) -> None:
        """Take journal entries; those already seen and those of other authors are passed over."""
        for entry in entries:
            if entry.sequence <= self.sequence:
                continue
            self.sequence = entry.sequence
            if entry.patch.author == self.author and not entry.external:
                self._take(entry)

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
        entry = stack[-1]
        label = entry.patch.label.removeprefix("Undo ").removeprefix("Redo ")
        return Patch(
            base=version,
            operations=entry.inverse,
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
            redo.append(entry)
        elif kind == "redo" and rest:
            self._drop(redo, rest)
            undo.append(entry)
        else:
            undo.append(entry)
            redo.clear()

    @staticmethod
    def _drop(stack: list[JournalEntry], rest: str) -> None:
        number = rest.partition(_SEPARATOR)[0]
        stack[:] = [entry for entry in stack if str(entry.sequence) != number]
