"""What Git calls to compare and merge the files of a project that the studio understands (``.gitattributes`` names the drivers)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genstudio.graph.merge import merge, merge_values
from genstudio.graph.script import as_text
from genstudio.project import canvas_form, paths
from genstudio.project.atomic import write_atomic
from genstudio.project.documents import dump_json, load_json, parse_model, validate
from genstudio.schema.canvas import CANVAS_SCHEMA, Canvas
from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.project import PROJECT_SCHEMA, ProjectManifest

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.schema.base import JsonObject

__all__ = ["MergedFile", "merge_file", "read_canvas", "show_text"]

_EMPTY: Final = Canvas(schema=CANVAS_SCHEMA, version=0, layout_version=0)
_NEWER_WINS: Final = frozenset({"version", "modified"})


@dataclass(frozen=True)
class MergedFile:
    """What became of a merge: sentences about what is to be chosen, and about what could not be kept."""

    conflicts: tuple[str, ...]
    notices: tuple[str, ...] = ()


def read_canvas(data: bytes, name: str) -> Canvas:
    """Return the canvas in the bytes of a file; an empty file is an empty canvas (Git's stand-in for none).

    Raises:
        BadInputError: It is damaged, or of a newer studio.
    """
    if not data.strip():
        return _EMPTY
    canvas, newer = canvas_form.parse(data, name)
    if newer:
        raise BadInputError(newer, fix="Update the studio.")
    return canvas


def show_text(data: bytes, name: str) -> str:
    """Return a canvas as text to be compared line by line; what is no canvas comes back as it is."""
    try:
        return as_text(read_canvas(data, name))
    except GenStudioError:
        return data.decode("utf-8", "replace")


def merge_file(base: Path, ours: Path, theirs: Path, path: str) -> MergedFile:
    """Merge a file of a project that both sides changed, and write the result over ``ours``.

    Args:
        base: The common ancestor; an empty file if there is none.
        ours: Our side, and where the result goes.
        theirs: Their side.
        path: Project-relative path of the file: it says what is merged.

    Raises:
        BadInputError: A side is damaged or of a newer studio; nothing was written.
    """
    sides = (base.read_bytes(), ours.read_bytes(), theirs.read_bytes())
    if path == paths.MANIFEST:
        return _merge_manifest(ours, [load_json(side or b"{}", path) for side in sides])
    before, mine, other = (read_canvas(side, path) for side in sides)
    merged = merge(before, mine, other)
    write_atomic(ours, canvas_form.dump(merged.canvas))
    return MergedFile(tuple(conflict.sentence(merged.canvas) for conflict in merged.conflicts), merged.notices)


def _merge_manifest(target: Path, sides: list[JsonObject]) -> MergedFile:
    """Merge settings one by one. Where both sides changed one, ours holds and theirs is told."""
    base, ours, theirs = sides
    for side in (ours, theirs):
        _, newer = parse_model(ProjectManifest, dump_json(side), PROJECT_SCHEMA, paths.MANIFEST)
        if newer:
            raise BadInputError(newer, fix="Update the studio.")
    document, found = merge_values(base, ours, theirs)
    document["version"] = max(ours["version"], theirs["version"]) + 1
    document["modified"] = max(ours.get("modified", ""), theirs.get("modified", ""))
    manifest = validate(ProjectManifest, document, paths.MANIFEST)
    write_atomic(target, dump_json(manifest.model_dump(mode="json", by_alias=True)))
    return MergedFile(tuple(_setting(keys, ours, theirs) for keys in found if keys[0] not in _NEWER_WINS))


def _setting(keys: tuple[str, ...], ours: JsonObject, theirs: JsonObject) -> str:
    values = [ours, theirs]
    for key in keys:
        values = [value.get(key, "nothing") if isinstance(value, dict) else "nothing" for value in values]
    return f"{keys[-1]} of the project: ours is {values[0]} and holds, theirs is {values[1]}."
