"""Steps that finish a picture can be passed by: what comes in goes on as it is, and nothing that was made is lost."""

from __future__ import annotations

from typing import Final

from genstudio.graph.wiring import Wires
from genstudio.schema.canvas import Edge, Node

__all__ = ["FINISHING", "is_muted", "past_muted"]

FINISHING: Final = frozenset({"super_resolution", "video_restoration"})
"""Types whose nodes can be passed by: they give a better version of what comes in at ``input``."""


def is_muted(node: Node | None) -> bool:
    """Return whether a node is passed by: a finishing step with ``muted`` set in its data."""
    return node is not None and node.type in FINISHING and node.data.get("muted") is True


def past_muted(wires: Wires, edge: Edge) -> Edge | None:
    """Return the wire that gives what ``edge`` seems to give, past all steps that are passed by; None if nothing comes into the last."""
    seen: set[str] = set()
    while is_muted(wires.canvas.nodes.get(edge.source)):
        before = wires.into(edge.source, "input")[:1]
        if not before or edge.source in seen:
            return None
        seen.add(edge.source)
        edge = before[0]
    return edge
