"""The form of a canvas file: the same canvas is always the same bytes, and Git sees one value a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import PydanticSerializationError

from genstudio.project.atomic import write_atomic
from genstudio.project.documents import DamagedError, dump_json, encode, json_text, load_json, newer_reason, read_plain, validate
from genstudio.schema.canvas import CANVAS_SCHEMA, Canvas
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from genstudio.schema.base import JsonObject, Open

__all__ = ["Writer", "dump", "parse", "read_checkpoint", "write_checkpoint"]

_CONFLICT: Final = re.compile(rb"^(<<<<<<<|>>>>>>>) ", re.MULTILINE)
_KEYS: Final = {
    "nodes": ("type", "parent", "order", "data"),
    "edges": ("source", "sourceHandle", "target", "targetHandle", "order"),
    "layout": ("x", "y"),
}


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


class Writer:
    """Makes the bytes of canvas files. Remembers the text of entries, so that an edit of a large canvas costs what it changed."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[Open, str]] = {}

    def dump(self, canvas: Canvas) -> bytes:
        """Return the bytes of the canvas file: known keys first in a fixed order, everything else sorted, one value a line.

        Raises:
            BadInputError: A value cannot be written (half a character, an infinite number).
        """
        parts: list[tuple[str, str]] = [("schema", json_text(canvas.schema_)), ("version", str(canvas.version))]
        parts += [("nodes", self._section("nodes", canvas.nodes)), ("edges", self._section("edges", canvas.edges))]
        parts += [("layout_version", str(canvas.layout_version)), ("layout", self._section("layout", canvas.layout))]
        parts += [(key, json_text(_sorted(value)).replace("\n", "\n ")) for key, value in sorted((canvas.model_extra or {}).items())]
        lines = ",\n".join(f" {json_text(key)}: {value}" for key, value in parts)
        return encode(f"{{\n{lines}\n}}\n")

    def _section(self, name: str, entries: Mapping[str, Open]) -> str:
        if not entries:
            return "{}"
        lines = ",\n".join(f'  "{key}": {self._entry(name, key, entry)}' for key, entry in sorted(entries.items()))
        return f"{{\n{lines}\n }}"

    def _entry(self, section: str, key: str, entry: Open) -> str:
        known = self._known.get((section, key))
        if known is None or known[0] is not entry:
            try:
                document = entry.model_dump(mode="json", by_alias=True)
            except PydanticSerializationError as error:
                raise BadInputError(
                    f"A value of {key} cannot be stored: it holds half a character.", fix="Type that text again."
                ) from error
            known = (entry, json_text(_ordered(document, _KEYS[section])).replace("\n", "\n  "))
            self._known[section, key] = known
        return known[1]


def dump(canvas: Canvas) -> bytes:
    """Return the bytes of the canvas file; see :meth:`Writer.dump`."""
    return Writer().dump(canvas)


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
        document = load_json(read_plain(path), path.name)
        canvas = validate(Canvas, document["canvas"], path.name)
        return canvas, int(document["sequence"])
    except (OSError, DamagedError, KeyError, TypeError, ValueError):
        return None
