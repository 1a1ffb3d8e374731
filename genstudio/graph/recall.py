"""What a take remembers of its shot: the settings it was made with, and the shot itself where it is gone (contracts: assets and takes).

A record may come from outside, embedded in a file that somebody sent; nothing of it is believed that could not be set by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from genstudio.graph.check import wrong_shot
from genstudio.graph.draft import entry_json
from genstudio.graph.identity import makes_media
from genstudio.graph.order import after
from genstudio.graph.plan import ASKED
from genstudio.graph.values import Json, plain, pointer, same
from genstudio.schema.base import JsonObject
from genstudio.schema.canvas import Canvas, Node, Operation, ShotData
from genstudio.schema.errors import BadInputError
from genstudio.schema.rates import parse_rate

__all__ = ["recalled", "setting_operations", "shot_again", "shot_then"]

_DEFAULTS: Final = {key: ShotData().model_dump(mode="json")[key] for key in ASKED}


def recalled(record: Mapping[str, Json], then: Node | None, declared: Collection[str]) -> JsonObject:
    """Return the settings that a take was made with, as data of a shot; what is not known or cannot be used is left out.

    Args:
        record: The record of the take, as JSON.
        then: The shot as it stood on the canvas when the take was made, if that is known. It stands in for what older records do not
            say: what was asked for. Without it what the pipeline was given has to do, which only shows what came of that.
        declared: Names of the parameters that the shot can have; the record also holds those of the tier.
    """
    inputs = _child(record, "inputs")
    asked = _child(record, "asked") or (then.data if then is not None and then.type == "shot" else {})
    if asked:
        found = {key: asked.get(key, default) for key, default in _DEFAULTS.items()}
    else:
        params = {key: value for key, value in _child(record, "params").items() if key in declared}
        found = {
            "prompt": inputs.get("prompt"),
            "negative_prompt": inputs.get("negative_prompt", ""),
            "duration": _duration(record),
            "quality": _child(record, "quality").get("requested"),
            "params": params,
        }
    found["seed"] = inputs.get("seed")
    may_be_none = {"quality"} if asked else set()
    return {key: value for key, value in found.items() if (value is not None or key in may_be_none) and _usable(key, value)}


def setting_operations(canvas: Canvas, node: str, settings: Mapping[str, Json]) -> tuple[Operation, ...]:
    """Return the operations that give a shot these settings; what it has already is left alone."""
    data = canvas.nodes[node].data
    changed = {key: value for key, value in settings.items() if not same(data.get(key, _DEFAULTS.get(key)), value)}
    return tuple(Operation(op="add", path=pointer("nodes", node, "data", key), value=value) for key, value in changed.items())


def shot_then(canvas: Canvas, name: str, renders: str) -> Node | None:
    """Return the node whose takes are in a folder, as it stands on a canvas; ``name`` is the id it should have."""
    node = canvas.nodes.get(name)
    return node if node is not None and makes_media(node.type) and node.data.get("renders") == renders else None


def shot_again(
    canvas: Canvas, name: str, data: JsonObject, place: tuple[float, float], before: tuple[str, Canvas] | None
) -> list[Operation]:
    """Return the operations that put a removed shot back, with the wires that went into it where their other ends still stand.

    Args:
        canvas: The canvas as it is.
        name: Id of the shot; not in use.
        data: Its data, with the folder of its takes.
        place: Where it is to stand, in CSS pixels at zoom 1.
        before: Its id on a canvas on which it stood, and that canvas; None if there is none.
    """
    known, then = before if before is not None else ("", canvas)
    old = then.nodes.get(known)
    kind = old.type if old is not None else "shot"
    parent = old.parent if old is not None and old.parent in canvas.nodes else None
    order = old.order if old is not None else after(max((node.order for node in canvas.nodes.values()), default=""))
    operations = [
        Operation(op="add", path=pointer("nodes", name), value={"type": kind, "parent": parent, "order": order, "data": data}),
        Operation(op="add", path=pointer("layout", name), value={"x": place[0], "y": place[1]}),
    ]
    for key, edge in sorted(then.edges.items()):
        source, was = canvas.nodes.get(edge.source), then.nodes.get(edge.source)
        if edge.target == known and key not in canvas.edges and source is not None and was is not None and source.type == was.type:
            operations.append(Operation(op="add", path=pointer("edges", key), value={**entry_json(edge), "target": name}))
    return operations


def _duration(record: Mapping[str, Json]) -> str | None:
    """Return the length of the media; the record does not say which one was asked for."""
    frames, fps = record.get("frames"), record.get("fps")
    if not isinstance(frames, int) or isinstance(frames, bool) or frames <= 1 or not isinstance(fps, str):
        return None
    try:
        return f"{round(float(frames / parse_rate(fps)), 2):g}s"
    except (BadInputError, OverflowError):
        return None


def _usable(key: str, value: Json) -> bool:
    try:
        plain(value)
    except BadInputError:
        return False
    return wrong_shot({key: value}) is None


def _child(value: Mapping[str, Json], key: str) -> JsonObject:
    child = value.get(key)
    return child if isinstance(child, dict) else {}
