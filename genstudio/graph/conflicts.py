"""What two sides of a merge both changed: noted at the entry itself, until somebody chooses.

The note is part of the node or the wire, ``"conflicts": {"/data/prompt": {"base": …, "ours": …, "theirs": …}}``, keyed by the JSON
pointer of the property inside the entry (empty: the entry as a whole, which one side removed); a side without a value has no key.
Choosing is an ordinary edit: journalled, seen by every view, undone like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from genstudio.graph.changes import MARKS
from genstudio.graph.draft import ABSENT, entry_json
from genstudio.graph.identity import label
from genstudio.graph.values import Json, Section, pointer, same
from genstudio.schema.base import JsonObject, Open
from genstudio.schema.canvas import Canvas, Operation
from genstudio.schema.errors import NotFoundError
from genstudio.schema.nodes import Problem

__all__ = ["Conflict", "Side", "choose", "conflict_problems", "mark", "open_conflicts"]

Side = Literal["ours", "theirs"]
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Conflict:
    """A property that both sides changed, or an entry that one side removed and the other changed (then ``keys`` is empty).

    ``base``, ``ours`` and ``theirs`` are JSON values, or :data:`~genstudio.graph.draft.ABSENT`.
    """

    section: Section
    name: str
    keys: tuple[str, ...]
    base: Json
    ours: Json
    theirs: Json

    @property
    def path(self) -> str:
        """The JSON pointer of the property in the canvas."""
        return pointer(self.section, self.name, *self.keys)

    def document(self) -> JsonObject:
        """Return it as JSON; a side without a value has no key."""
        return {"path": self.path, **self.values()}

    def values(self) -> JsonObject:
        """Return the values there are, by side."""
        sides = {"base": self.base, "ours": self.ours, "theirs": self.theirs}
        return {side: value for side, value in sides.items() if value is not ABSENT}

    def sentence(self, canvas: Canvas) -> str:
        """Say in a sentence what there is to choose from."""
        node = canvas.nodes.get(self.name) if self.section == "nodes" else None
        what = label(self.name, node) if self.section == "nodes" else f"The wire {self.name}"
        if not self.keys:
            gone, kept = ("ours", "theirs") if self.ours is ABSENT else ("theirs", "ours")
            return f"{what} was removed on one side ({gone}) and changed on the other ({kept}); it is kept."
        words = " ".join(self.keys[1:] if self.keys[0] == "data" and len(self.keys) > 1 else self.keys)
        return f"{what} {words}: ours is {_short(self.ours)}, theirs is {_short(self.theirs)}."


def mark(entry: JsonObject, conflicts: Sequence[Conflict]) -> JsonObject:
    """Return the entry with its conflicts noted beside those that were noted before."""
    if not conflicts:
        return entry
    before = entry.get(MARKS)
    noted = before if isinstance(before, dict) else {}
    return entry | {MARKS: noted | {pointer(*conflict.keys): conflict.values() for conflict in conflicts}}


def open_conflicts(canvas: Canvas) -> tuple[Conflict, ...]:
    """Return what is still to be chosen, node by node and then wire by wire. Notes that are none (a file is not trusted) are left out."""
    return tuple(
        conflict
        for section in cast("tuple[Section, ...]", ("nodes", "edges"))
        for name, entry in sorted(getattr(canvas, section).items())
        for conflict in _noted(section, name, entry)
    )


def _noted(section: Section, name: str, entry: Open) -> Iterator[Conflict]:
    noted = (entry.model_extra or {}).get(MARKS)
    for place, values in sorted(noted.items()) if isinstance(noted, dict) else ():
        if isinstance(values, dict) and (not place or place.startswith("/")):
            keys = tuple(key.replace("~1", "/").replace("~0", "~") for key in place.split("/")[1:])
            yield Conflict(section, name, keys, *(values.get(side, ABSENT) for side in ("base", "ours", "theirs")))


def choose(canvas: Canvas, path: str, side: Side) -> tuple[Operation, ...]:
    """Return the edit that takes one side of a conflict.

    Args:
        canvas: The canvas with the conflict.
        path: JSON pointer of the property, as in :attr:`Conflict.path`.
        side: Whose value holds from now on.

    Raises:
        NotFoundError: There is nothing to choose at that place.
    """
    found = open_conflicts(canvas)
    conflict = next((conflict for conflict in found if conflict.path == path), None)
    if conflict is None:
        places = ", ".join(conflict.path for conflict in found[:10])
        raise NotFoundError(
            f"There is nothing to choose at {path!r:.120}.", fix=f"There is at: {places}." if places else "All is chosen already."
        )
    value = conflict.ours if side == "ours" else conflict.theirs
    if not conflict.keys and value is ABSENT:
        return (Operation(op="remove", path=path),)
    entry = entry_json(cast("dict[str, Open]", getattr(canvas, conflict.section))[conflict.name])
    operations = [*_set(conflict, entry, value)] if conflict.keys else []
    alone = len(cast("JsonObject", entry[MARKS])) == 1
    place = (conflict.section, conflict.name, MARKS) + (() if alone else (pointer(*conflict.keys),))
    return (*operations, Operation(op="remove", path=pointer(*place)))


def _set(conflict: Conflict, entry: JsonObject, value: Json) -> Iterator[Operation]:
    now: Json = entry
    for key in conflict.keys:
        now = now[key] if isinstance(now, dict) and key in now else ABSENT
    if value is ABSENT and now is not ABSENT:
        yield Operation(op="remove", path=conflict.path)
    elif value is not ABSENT and (now is ABSENT or not same(now, value)):
        yield Operation(op="add", path=conflict.path, value=value)


def conflict_problems(canvas: Canvas) -> Iterator[Problem]:
    """Yield a problem for each choice that is open."""
    for conflict in open_conflicts(canvas):
        node, edge = (conflict.name, None) if conflict.section == "nodes" else (None, conflict.name)
        message = f"Choose: {conflict.sentence(canvas)}"
        yield Problem(node=node, edge=edge, severity="warning", code="merge_conflict", message=message)


def _short(value: Json) -> str:
    if value is ABSENT:
        return "nothing"
    if isinstance(value, dict | list):
        return "a group of values"
    text = " ".join(str(value).split())
    return f"“{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}”"
