"""Films of any size for the benchmarks: scenes of shots with their pipelines, assets and assemblers, wired as people wire them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from genstudio.schema.canvas import Canvas

__all__ = ["film", "make_project"]

_COLUMNS: Final = 24
_STEP_X: Final = 330
_STEP_Y: Final = 380
_PER_FILM: Final = 40
"""Shots that share a pipeline, a style and an assembler."""


def film(count: int) -> Canvas:
    """Return a canvas of ``count`` nodes; for each 245 of them there are about 294 wires."""
    from genstudio.schema.canvas import Canvas

    nodes: dict[str, Any] = {}
    edges: dict[str, Any] = {}
    wires = round(count * 294 / 245)
    for at in range(count):
        _add(nodes, edges, at)
    kept = dict(list(edges.items())[:wires])
    layout = {name: {"x": at % _COLUMNS * _STEP_X, "y": at // _COLUMNS * _STEP_Y} for at, name in enumerate(nodes)}
    document = {"schema": "genstudio.canvas/1", "version": 1, "nodes": nodes, "edges": kept, "layout_version": 1, "layout": layout}
    return Canvas.model_validate(document)


def _add(nodes: dict[str, Any], edges: dict[str, Any], at: int) -> None:
    group, place = divmod(at, _PER_FILM)
    order = f"a{at:05}"
    if place < 2:
        name, socket = (f"pipeline_{group}", "pipeline") if place == 0 else (f"cut_{group}", "")
        data: dict[str, Any] = {"reference": "generate-video", "params": {}} if socket else {"name": f"Film {group}", "events": {}}
        nodes[name] = {"type": "pipeline" if socket else "vse_assembler", "order": order, "data": data}
        return
    name, prompt = f"shot_{at}", f"Shot {at}: a fox crosses a frozen river at dawn"
    data = {"name": f"Shot {at}", "renders": f"SCENE_{group:02}/SHOT_{place * 10:03}", "prompt": prompt, "duration": "4s"}
    nodes[name] = {"type": "shot", "order": order, "data": data}
    edges[f"cut_{at}"] = {
        "source": name,
        "sourceHandle": "sequence_out",
        "target": f"cut_{group}",
        "targetHandle": "sequence_in",
        "order": order,
    }
    if at % 4 == 0:
        edges[f"pipe_{at}"] = {
            "source": f"pipeline_{group}",
            "sourceHandle": "pipeline",
            "target": name,
            "targetHandle": "pipeline",
            "order": "a0",
        }


def make_project(workspace: Path, title: str, count: int) -> str:
    """Make a project with a film of ``count`` nodes and return its uuid."""
    from genstudio.graph.edit import diff
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.canvas import Patch

    project = WorkspaceFolder.find(workspace).create(title)
    file = project.canvas()
    before = file.read().canvas
    file.apply(Patch(base=before.version, operations=diff(before, film(count)), author="bench"))
    return project.uuid
