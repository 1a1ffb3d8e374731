"""The form of a canvas file: the same canvas is always the same bytes, and Git sees one value a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from genstudio.project.atomic import write_atomic
from genstudio.project.documents import DamagedError, dump_json, load_json, newer_reason, validate
from genstudio.schema.canvas import CANVAS_SCHEMA, Canvas
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.schema.base import JsonObject

__all__ = ["dump", "parse", "read_checkpoint", "write_checkpoint"]

_CONFLICT: Final = re.compile(rb"^(<<<<<<<|>>>>>>>) ", re.MULTILINE)
_NODE_KEYS: Final = ("type", "parent", "order", "data")
_EDGE_KEYS: Final = ("source", "sourceHandle", "target", "targetHandle", "order")
_LAYOUT_KEYS: Final = ("x", "y")


def parse(data: bytes, name: str) -> tuple[Canvas, str]:
    """Return the canvas in ``data`` and why it may only be read (empty if it may be edited).

    Of a newer document as much is shown as can be understood.

    Raises:
        DamagedError: It is no canvas.
        BadInputError: It holds the marks of an unfinished merge.
    """
    if _CONFLICT.search(data):
        raise BadInputError(
            f"{name} holds an unfinished merge.",
            fix='Choose the sides and commit, or undo the merge with "git merge --abort".',
            code="merge_conflict",
        )
    document = load_json(data, name)
    newer = newer_reason(document, CANVAS_SCHEMA, name)
    try:
        canvas = validate(Canvas, {**document, "schema": CANVAS_SCHEMA}, name)
    except DamagedError:
        if not newer:
            raise
        canvas = Canvas(schema=CANVAS_SCHEMA, version=0, layout_version=0)
    return canvas, newer


def dump(canvas: Canvas) -> bytes:
    """Return the bytes of the canvas file: known keys first in a fixed order, everything else sorted."""
    document = canvas.document()
    document["nodes"] = {key: _ordered(node, _NODE_KEYS) for key, node in sorted(document["nodes"].items())}
    document["edges"] = {key: _ordered(edge, _EDGE_KEYS) for key, edge in sorted(document["edges"].items())}
    document["layout"] = {key: _ordered(place, _LAYOUT_KEYS) for key, place in sorted(document["layout"].items())}
    return dump_json(_ordered_top(document))


def _ordered_top(document: JsonObject) -> JsonObject:
    known = ("schema", "version", "nodes", "edges", "layout_version", "layout")
    rest = {key: _sorted(document[key]) for key in sorted(document.keys() - set(known))}
    return {key: document[key] for key in known} | rest


def _ordered(item: JsonObject, first: tuple[str, ...]) -> JsonObject:
    known = {key: _sorted(item[key]) for key in first if key in item}
    return known | {key: _sorted(item[key]) for key in sorted(item.keys() - known.keys())}


def _sorted(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value


def write_checkpoint(path: Path, canvas: Canvas, sequence: int) -> None:
    """Keep the canvas as it was after the journal entry ``sequence``, so that later entries can be replayed on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, dump_json({"sequence": sequence, "canvas": canvas.document()}))


def read_checkpoint(path: Path) -> tuple[Canvas, int] | None:
    """Return the kept canvas and its sequence number; None if there is no usable one."""
    try:
        document = load_json(path.read_bytes(), path.name)
        canvas = validate(Canvas, document["canvas"], path.name)
        return canvas, int(document["sequence"])
    except (OSError, DamagedError, KeyError, TypeError, ValueError):
        return None
