"""Two canvases that grew apart become one again: a three-way merge, property by property (contracts: merge driver).

Different properties never conflict. Where both sides changed one property, ours stays in place and both values are noted at the entry,
under ``conflicts``, to choose from (:mod:`genstudio.graph.conflicts`). What one side removed and the other changed stays. Without
conflicts the result is the same whichever side is called ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from genstudio.graph.changes import MARKS
from genstudio.graph.conflicts import Conflict, mark
from genstudio.graph.diverged import part_twins
from genstudio.graph.draft import ABSENT, Draft, entry_json
from genstudio.graph.identity import label
from genstudio.graph.values import Json, Section, same
from genstudio.schema.base import Open
from genstudio.schema.canvas import Canvas, Node

__all__ = ["Merged", "merge", "merge_values"]

_ALWAYS: Final[dict[Section, tuple[str, ...]]] = {
    "nodes": ("type", "parent", "order", "data"),
    "edges": ("source", "sourceHandle", "target", "targetHandle", "order"),
    "layout": ("x", "y"),
}
"""What an entry cannot be without: such a key is never merged away."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The canvas of both sides; ``conflicts`` are to be chosen from, ``notices`` say in sentences what could not be kept."""

    canvas: Canvas
    conflicts: tuple[Conflict, ...]
    notices: tuple[str, ...]


def merge(base: Canvas, ours: Canvas, theirs: Canvas) -> Merged:
    """Return what both sides made of ``base``. Its version is the greater of the two + 1.

    No node is lost that one of the sides has and the other did not remove. Two things that got the same id on both sides are kept apart.

    Raises:
        BadInputError: A side holds what no canvas can.
    """
    ours, theirs = part_twins(base, ours, theirs)
    draft = Draft(ours)
    conflicts = [*_merge_section("nodes", draft, base, ours, theirs), *_merge_section("edges", draft, base, ours, theirs)]
    _merge_layout(draft, base, ours, theirs)
    notices = [*_without_loose_ends(draft), *_with_whole_scenes(draft, base)]
    merged = draft.finish(max(ours.version, theirs.version) + 1, max(ours.layout_version, theirs.layout_version) + 1)
    others, _ = merge_values(base.model_extra or {}, ours.model_extra or {}, theirs.model_extra or {})
    return Merged(merged.model_copy(update=others), tuple(conflicts), tuple(notices))


def merge_values(base: Json, ours: Json, theirs: Json, keys: tuple[str, ...] = ()) -> tuple[Json, list[tuple[str, ...]]]:
    """Merge JSON values, any of which may be absent; return the result and the places that both sides changed (ours is there).

    Objects are merged key by key; a list, text or number is one value.
    """
    if same_or_absent(ours, theirs) or same_or_absent(base, theirs):
        return ours, []
    if same_or_absent(base, ours):
        return theirs, []
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return ours, [keys]
    before = base if isinstance(base, dict) else {}
    merged, conflicts = {}, []
    for key in (*ours, *(key for key in theirs if key not in ours)):
        value, found = merge_values(before.get(key, ABSENT), ours.get(key, ABSENT), theirs.get(key, ABSENT), (*keys, key))
        conflicts += found
        if value is not ABSENT:
            merged[key] = value
    return merged, conflicts


def same_or_absent(left: Json, right: Json) -> bool:
    """Say whether two values are equal, or both absent."""
    return left is right if left is ABSENT or right is ABSENT else same(left, right)


def _merge_section(section: Section, draft: Draft, base: Canvas, ours: Canvas, theirs: Canvas) -> Iterator[Conflict]:
    sides = [cast("Mapping[str, Open]", getattr(canvas, section)) for canvas in (base, ours, theirs)]
    for name in sorted(sides[1].keys() | sides[2].keys()):
        before, mine, other = (entry_json(side[name]) if name in side else ABSENT for side in sides)
        value, found = _merge_entry(section, before, mine, other)
        conflicts = [Conflict(section, name, keys, *(_at(side, keys) for side in (before, mine, other))) for keys in found]
        if value is ABSENT:
            draft.delete((section, name, ()))
        elif conflicts or value is not mine:
            draft.put((section, name, ()), mark(value, conflicts))
        yield from conflicts


def _merge_entry(section: Section, base: Json, ours: Json, theirs: Json) -> tuple[Json, list[tuple[str, ...]]]:
    """Merge one entry. Removed by one side and changed by the other, it stays as the other has it."""
    if ours is ABSENT or theirs is ABSENT:
        left = theirs if ours is ABSENT else ours
        if base is ABSENT:
            return left, []
        return (ABSENT, []) if same(base, left) else (left, [()])
    value, conflicts = merge_values(base, ours, theirs)
    for key in _ALWAYS[section]:
        value.setdefault(key, ours[key])
    # Two unfinished choices about one property: ours is kept, the other one is among its values already or in the history.
    return value, [keys for keys in conflicts if keys[0] != MARKS]


def _at(value: Json, keys: tuple[str, ...]) -> Json:
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            return ABSENT
        value = value[key]
    return value


def _merge_layout(draft: Draft, base: Canvas, ours: Canvas, theirs: Canvas) -> None:
    """Positions are never a conflict: where both sides moved a node, the side that moved more has it."""
    newer = theirs if (theirs.layout_version, _text(theirs)) > (ours.layout_version, _text(ours)) else ours
    for name in sorted(ours.layout.keys() | theirs.layout.keys()):
        before, mine, other = (entry_json(side.layout[name]) if name in side.layout else ABSENT for side in (base, ours, theirs))
        value = mine if same_or_absent(mine, other) or same_or_absent(before, other) else other
        if not (same_or_absent(before, mine) or same_or_absent(before, other) or same_or_absent(mine, other)):
            value = entry_json(newer.layout[name]) if name in newer.layout else (mine if other is ABSENT else other)
        if name not in draft.nodes:
            value = ABSENT
        if value is ABSENT and name in draft.layout:
            draft.delete(("layout", name, ()))
        elif value is not ABSENT and value is not mine:
            draft.put(("layout", name, ()), value)


def _text(canvas: Canvas) -> str:
    return repr(sorted((name, sorted(entry_json(position).items())) for name, position in canvas.layout.items()))


def _without_loose_ends(draft: Draft) -> Iterator[str]:
    """Take away wires of which one side removed an end; what stands at the other end is told."""
    for name, edge in sorted(draft.edges.items()):
        gone = next((end for end in (edge.source, edge.target) if end not in draft.nodes), None)
        if gone is not None:
            kept = edge.target if gone == edge.source else edge.source
            yield f"The wire {name} between {gone} and {label(kept, draft.nodes.get(kept))} was left out: one side removed {gone}."
            draft.delete(("edges", name, ()))


def _with_whole_scenes(draft: Draft, base: Canvas) -> Iterator[str]:
    """Move out what stands in a scene that is gone, and put back what the two sides put into one another."""
    for name, node in sorted(draft.nodes.items()):
        parent = node.parent
        while parent is not None and parent not in draft.nodes:
            parent = base.nodes[parent].parent if parent in base.nodes else None
        if parent != node.parent:
            draft.put(("nodes", name, ("parent",)), parent)
    for back in ({name: node.parent for name, node in base.nodes.items()}, {}):
        looping = _in_loops(draft.nodes)
        for name in looping:
            parent = back.get(name)
            draft.put(("nodes", name, ("parent",)), parent if parent in draft.nodes else None)
            yield f"{label(name, draft.nodes[name])} stands where it stood: the two sides put scenes into one another."


def _in_loops(nodes: Mapping[str, Node]) -> list[str]:
    found = []
    for name in sorted(nodes):
        seen, parent = {name}, nodes[name].parent
        while parent is not None and parent in nodes and parent not in seen:
            seen.add(parent)
            parent = nodes[parent].parent
        if parent == name:
            found.append(name)
    return found
