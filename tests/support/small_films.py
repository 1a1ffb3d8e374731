"""A workspace whose films are small: for tests of what is done with takes, not of how they look."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from genstudio.project import paths

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["make_small_workspace"]


def make_small_workspace(root: Path) -> Path:
    """Make a workspace in which new projects are 320 pixels wide and 180 high; return its root."""
    for folder in (paths.get_projects_dir(root), *(paths.get_library_dir(root, name) for name in paths.LIBRARY_FOLDERS)):
        folder.mkdir(parents=True, exist_ok=True)
    manifest = {"schema": "genstudio.workspace/1", "uuid": str(uuid.uuid4()), "project_settings": {"height": 180}}
    (root / "workspace.json").write_text(json.dumps(manifest))
    return root
