"""The shared library of a workspace, read-only from projects: to use an item is to copy it in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final
from uuid import uuid4

from genstudio.project import paths
from genstudio.project.atomic import disk_errors, publish_without_replace, remove_quietly
from genstudio.project.hashing import file_sha256
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError

__all__ = ["list_items", "use_item"]

_PLACES: Final = {
    "Branding": "01_Assets/Source_Media",
    "LUTs_and_Presets": "01_Assets/Source_Media",
    "Stock_Media": "01_Assets/Source_Media",
    "AI_Models": "01_Assets/AI_Models",
}
"""Where a copy goes, by the folder of the library. Pipelines and their templates are used where they are."""


def list_items(workspace_root: Path, kind: str) -> list[str]:
    """Return the files in a folder of the library, as paths in that folder, by name.

    Raises:
        BadInputError: There is no such folder of a library.
    """
    folder = _folder(workspace_root, kind)
    found = (Path(place, name) for place, _, names in os.walk(folder) for name in names if not name.startswith("."))
    return sorted(path.relative_to(folder).as_posix() for path in found)


def use_item(workspace_root: Path, project_root: Path, kind: str, name: str) -> str:
    """Copy an item of the library into a project and return the project-relative path of the copy; the library is never changed.

    An item that is there already, of the same content, is not copied again.

    Raises:
        BadInputError: It is in no folder of the library that projects use from, or the name leads out of it.
        NotFoundError: There is no such item.
        ConflictError: The project has another file of that name.
    """
    if kind not in _PLACES:
        raise BadInputError(f"Nothing of {kind!r:.60} is copied into projects.", fix=f"Use one of {', '.join(_PLACES)}.")
    source = paths.inside(_folder(workspace_root, kind), name)
    if not source.is_file():
        raise NotFoundError(f"There is no {name!r:.120} in {kind} of the library.", fix="workspace.library(kind) lists what there is.")
    relative = f"{_PLACES[kind]}/{name}"
    target = paths.inside(project_root, relative)
    staged = target.with_name(f".tmp-{uuid4().hex}")
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source, staged)
            publish_without_replace(staged, target)
        except FileExistsError as error:
            if not target.is_file() or file_sha256(target) != file_sha256(source):
                raise ConflictError(f"The project has another file {relative!r:.160}.", fix="Rename one of the two.") from error
        finally:
            remove_quietly(staged)
    return relative


def _folder(workspace_root: Path, kind: str) -> Path:
    if kind not in paths.LIBRARY_FOLDERS:
        raise BadInputError(f"The library has no folder {kind!r:.60}.", fix=f"Its folders are {', '.join(paths.LIBRARY_FOLDERS)}.")
    return paths.get_library_dir(workspace_root, kind)
