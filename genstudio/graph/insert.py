"""A piece of canvas put on another canvas, with ids of its own: what using a template is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genstudio.graph.diverged import renamed_edges, renamed_nodes
from genstudio.graph.draft import entry_json
from genstudio.graph.values import pointer
from genstudio.schema.canvas import Canvas, Node, Operation, Position

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["insert"]

_OF_ONE_CANVAS: Final = frozenset({"renders", "active_take", "review", "scene"})
"""What belongs to a shot or a scene where it came from: its folder, its takes and what was said of them."""
_STEP_X: Final = 320.0
_GAP_Y: Final = 240.0


def insert(canvas: Canvas, piece: Canvas, fresh: Callable[[str], str], *, at: tuple[float, float] | None = None) -> tuple[Operation, ...]:
    """Return the operations that put a piece of canvas on a canvas.

    Shots and scenes begin without takes, and get their folders when the operations are applied. Scenes around the piece stay behind.

    Args:
        canvas: The canvas.
        piece: What is put on it.
        fresh: Returns an id that the canvas has never had for one of the piece.
        at: Where the piece's upper left corner goes, in CSS pixels; below everything by default.
    """
    piece = _placed(piece, at or _below(canvas))
    piece = renamed_nodes(piece, {name: fresh(name) for name in piece.nodes})
    piece = renamed_edges(piece, {name: fresh(name) for name in piece.edges})
    made = [("nodes", name, entry_json(_bare(node, piece))) for name, node in piece.nodes.items()]
    made += [("layout", name, entry_json(place)) for name, place in piece.layout.items()]
    made += [("edges", name, entry_json(edge)) for name, edge in piece.edges.items()]
    return tuple(Operation(op="add", path=pointer(section, name), value=value) for section, name, value in made)


def _bare(node: Node, piece: Canvas) -> Node:
    data = {key: value for key, value in node.data.items() if key not in _OF_ONE_CANVAS}
    return node.model_copy(update={"data": data, "parent": node.parent if node.parent in piece.nodes else None})


def _placed(piece: Canvas, at: tuple[float, float]) -> Canvas:
    """Return the piece with its upper left corner at a place; nodes without one stand side by side."""
    known = {name: place for name, place in piece.layout.items() if name in piece.nodes}
    left = min((place.x for place in known.values()), default=0.0)
    top = min((place.y for place in known.values()), default=0.0)
    layout = {name: place.model_copy(update={"x": at[0] + place.x - left, "y": at[1] + place.y - top}) for name, place in known.items()}
    below = max((place.y for place in layout.values()), default=at[1] - _GAP_Y) + _GAP_Y
    for number, name in enumerate(name for name in piece.nodes if name not in known):
        layout[name] = Position(x=at[0] + number * _STEP_X, y=below)
    return piece.model_copy(update={"layout": layout})


def _below(canvas: Canvas) -> tuple[float, float]:
    places = canvas.layout.values()
    return min((place.x for place in places), default=0.0), max((place.y + _GAP_Y for place in places), default=0.0)
