"""The sample film: three shots of a fox, ready to be generated."""

from __future__ import annotations

from typing import Final

from genstudio.graph.node_types import NODE_TYPES
from genstudio.graph.values import plain
from genstudio.schema.base import JsonObject
from genstudio.schema.canvas import Canvas

__all__ = ["sample_film"]

_SHOTS: Final = (
    ("The crossing", "Wide, a fox crosses a frozen river at dawn, pine trees behind it, light snow, slow dolly left", "3s"),
    ("Thin ice", "Close-up, the ice cracks under the paw of the fox, cold morning light, push in", "2s"),
    ("Home", "Aerial, the fox reaches a snowy forest below a mountain at dusk, warm light, crane up", "3s"),
)
_ACROSS: Final = 440
_DOWN: Final = 460


def sample_film() -> Canvas:
    """Return the canvas of the sample film: a pipeline, three shots, and an assembler; its versions start at 1."""
    nodes: JsonObject = {
        "pipeline_1": {"type": "pipeline", "order": "a0", "data": plain(NODE_TYPES["pipeline"].defaults)},
        "assembler_1": {"type": "vse_assembler", "order": "a1", "data": {"name": "The Fox and the River", "events": {}}},
    }
    edges: JsonObject = {}
    layout: JsonObject = {"pipeline_1": {"x": 0, "y": _DOWN}, "assembler_1": {"x": 2 * _ACROSS, "y": _DOWN}}
    for index, (name, prompt, duration) in enumerate(_SHOTS):
        shot = f"shot_{index + 1:02}0"
        data = {"name": name, "renders": f"SCENE_01/{shot.upper()}", "prompt": prompt, "duration": duration}
        nodes[shot] = {"type": "shot", "order": f"a{index + 2}", "data": plain(NODE_TYPES["shot"].defaults) | data}
        layout[shot] = {"x": _ACROSS, "y": index * _DOWN}
        edges[f"e_pipeline_{shot}"] = _wire("pipeline_1", "pipeline", shot, "pipeline", "a0")
        edges[f"e_{shot}_assembler"] = _wire(shot, "sequence_out", "assembler_1", "sequence_in", f"a{index}")
    return Canvas.model_validate({"version": 1, "layout_version": 1, "nodes": nodes, "edges": edges, "layout": layout})


def _wire(source: str, output: str, target: str, socket: str, order: str) -> JsonObject:
    return {"source": source, "sourceHandle": output, "target": target, "targetHandle": socket, "order": order}
