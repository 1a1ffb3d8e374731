"""Folders of shots that are in use outside one canvas: a new shot must not be given one of them, whosoever's takes stand there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from genstudio.project import paths

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["named_elsewhere", "used_elsewhere"]

_RENDERS: Final = re.compile(rb'"renders"\s*:\s*"([A-Z0-9_]{1,32}/[A-Z0-9_]{1,32})"')


def used_elsewhere(root: Path, canvas: str) -> frozenset[str]:
    """Return the shots ``<SCENE>/<SHOT>`` that have a folder on disk, or that another canvas of the project names.

    Other canvases are searched as text, so that a damaged one still protects its takes.
    """
    on_disk = {f"{path.parent.name}/{path.name}" for path in paths.get_renders_dir(root).glob("*/*") if path.is_dir()}
    claimed = {f"{path.parent.name}/{path.name}" for path in paths.get_claims_dir(root).glob("*/*") if path.is_dir()}
    return named_elsewhere(root, canvas) | on_disk | claimed


def named_elsewhere(root: Path, canvas: str) -> frozenset[str]:
    """Return the shots ``<SCENE>/<SHOT>`` that another canvas of the project names."""
    others = (path for path in paths.canvas_files(root) if paths.relative(root, path) != canvas)
    return frozenset(match.decode() for path in others for match in _RENDERS.findall(path.read_bytes()))
