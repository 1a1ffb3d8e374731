"""A project as a card shows it, without reading more than is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genstudio.project import paths
from genstudio.project.documents import DamagedError, load_json, read_plain
from genstudio.schema.errors import BadInputError
from genstudio.schema.project import ProjectManifest, ProjectSummary
from genstudio.schema.take import TakeName

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["summarise"]


def summarise(root: Path, manifest: ProjectManifest) -> ProjectSummary:
    """Return the card: how many shots and takes there are, and a poster: the media of the newest take."""
    records = [path for path in paths.get_renders_dir(root).glob("*/*/*.json") if _is_take(path.stem)]
    newest = max(records, key=lambda path: path.stat().st_mtime_ns, default=None)
    return ProjectSummary(
        id=manifest.uuid,
        name=manifest.title,
        description=manifest.description,
        modified=manifest.modified,
        shots=_count_shots(root, manifest.canvas_path),
        takes=len(records),
        poster=_media(root, newest) if newest else "",
    )


def _is_take(stem: str) -> bool:
    try:
        TakeName.parse(stem)
    except BadInputError:
        return False
    return True


def _media(root: Path, record: Path) -> str:
    found = sorted(path for path in record.parent.glob(f"{record.stem}.*") if path != record)
    return paths.relative(root, found[0]) if found else ""


def _count_shots(root: Path, canvas: str) -> int:
    """Count the shots of the main canvas; a damaged one counts as empty here and is reported when it is opened."""
    try:
        document: dict[str, Any] = load_json(read_plain(paths.get_canvas_path(root, canvas)), canvas)
    except (DamagedError, OSError):
        return 0
    nodes = document.get("nodes")
    return sum(1 for node in nodes.values() if isinstance(node, dict) and node.get("type") == "shot") if isinstance(nodes, dict) else 0
