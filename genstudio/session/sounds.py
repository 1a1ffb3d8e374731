"""The sound files of a project that can be music of its film."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genstudio.project.paths import get_source_media_dir, relative
from genstudio.session.media import MEDIA_TYPES

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.schema.base import JsonObject

__all__ = ["list_sounds"]

_MOST: Final = 500


def list_sounds(root: Path) -> list[JsonObject]:
    """Return the sound files among the source media of a project, by path; hidden files and links are left out."""
    folder = get_source_media_dir(root)
    found = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and MEDIA_TYPES.get(path.suffix.lower(), "").startswith("audio/") and path.is_file() and not path.is_symlink():
            found.append({"path": relative(root, path), "name": path.name, "bytes": path.stat().st_size})
    return found[:_MOST]
