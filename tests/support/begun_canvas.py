"""A canvas begun with nodes and wires, in one edit of a person's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genstudio.schema.canvas import Operation, Patch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from genstudio.project.project import ProjectFolder

__all__ = ["begin_canvas"]

Wire = tuple[str, str, str, str]
"""Node and output it comes from, node and input it goes to."""


def begin_canvas(project: ProjectFolder, nodes: Mapping[str, Any], wires: Iterable[Wire], layout: Mapping[str, Any], *, patch: str) -> None:
    """Put nodes, wires (as edges ``e0``, ``e1``, …) and places on the empty main canvas, by the patch of that id."""
    edges = {
        f"e{number}": {"source": source, "sourceHandle": output, "target": target, "targetHandle": socket}
        for number, (source, output, target, socket) in enumerate(wires)
    }
    parts = (("nodes", nodes), ("edges", edges), ("layout", layout))
    operations = tuple(Operation(op="add", path=f"/{part}/{key}", value=value) for part, values in parts for key, value in values.items())
    project.canvas().apply(Patch(base=0, operations=operations, author="ann", label="begin", id=patch))
