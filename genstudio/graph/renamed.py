"""What refers to a take goes with it when the take gets another name: on canvases, and in the records of other takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from genstudio.graph.values import Json
from genstudio.schema.base import JsonObject
from genstudio.schema.canvas import Canvas, Node
from genstudio.schema.take import TakeName, TakeRecord

__all__ = ["FORMERLY", "Renamed", "follow_canvas", "follow_record", "renamed_record"]

FORMERLY: Final = "formerly"
"""Key of a record under which stand the names that its take had before, oldest first."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """A take that got another name: its record before and after."""

    old: TakeRecord
    new: TakeRecord

    @property
    def sentence(self) -> str:
        """What happened, in a sentence."""
        there = f" in {self.new.renders}" if self.new.renders != self.old.renders else ""
        return f"{self.old.renders.partition('/')[0]}/{self.old.id} of this side is {self.new.id}{there} now."


def renamed_record(record: TakeRecord, name: TakeName, reel: str) -> TakeRecord:
    """Return the record under another name and reel. All that says how the take was made stays; the names it had are noted."""
    before = (record.model_extra or {}).get(FORMERLY)
    known = before if isinstance(before, list) else []
    media = f"{name.id}.{record.media.rpartition('.')[2]}"
    told = {FORMERLY: [*known, {"renders": record.renders, "id": record.id, "reel": record.reel}]}
    return record.model_copy(update={"id": name.id, "renders": name.renders, "media": media, "reel": reel, **told})


def follow_canvas(canvas: Canvas, renamed: Sequence[Renamed]) -> Canvas:
    """Return the canvas with the choice, the reviews and the paths of renamed takes under their new names.

    A node is meant by its folder: that of the takes as they are called now.
    """
    names = {(take.new.renders, take.old.id): take.new.id for take in renamed}
    moved = _mover(renamed)
    nodes = {key: _follow_node(node, names, moved) for key, node in canvas.nodes.items()}
    return canvas.model_copy(update={"nodes": nodes})


def follow_record(record: TakeRecord, renamed: Sequence[Renamed]) -> TakeRecord:
    """Return the record of a take that was made from renamed ones, naming them as they are called now."""
    moved = _mover(renamed)
    ids = {take.old.id: take.new.id for take in renamed if take.old.renders == record.renders}
    parents = tuple(ids.get(parent, str(moved(parent))) for parent in record.parents)
    changes = {"parents": parents, "inputs": moved(record.inputs), "params": moved(record.params)}
    found = record.model_copy(update=changes)
    return record if found == record else found


def _follow_node(node: Node, names: dict[tuple[str, str], str], moved: Callable[[Json], Json]) -> Node:
    data: JsonObject = moved(node.data)
    folder = data.get("renders")
    if isinstance(folder, str):
        data = _own(data, {old: new for (renders, old), new in names.items() if renders == folder})
    return node if data == node.data else node.model_copy(update={"data": data})


def _own(data: JsonObject, names: dict[str, str]) -> JsonObject:
    """Return the data of a shot with its takes called by their new names."""
    changes: JsonObject = {}
    chosen, review = data.get("active_take"), data.get("review")
    if isinstance(chosen, str) and chosen in names:
        changes["active_take"] = names[chosen]
    if isinstance(review, dict) and not names.keys().isdisjoint(review):
        changes["review"] = {names.get(take, take): entry for take, entry in review.items()}
    return {**data, **changes}


def _mover(renamed: Sequence[Renamed]) -> Callable[[Json], Json]:
    """Return what puts the new path of media for the old one, wherever it is a whole text."""
    media = {take.old.path: take.new.path for take in renamed}

    def moved(value: Json) -> Json:
        if isinstance(value, str):
            return media.get(value, value)
        if isinstance(value, dict):
            return {key: moved(item) for key, item in value.items()}
        return [moved(item) for item in value] if isinstance(value, list) else value

    return moved
