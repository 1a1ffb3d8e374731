"""A new project: made complete beside its place, with its first commit, then renamed in. All or nothing."""

from __future__ import annotations

import os
import shutil
import uuid as uuids
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from genstudio.project import canvas_form, paths
from genstudio.project.atomic import disk_errors, fsync_folder
from genstudio.project.documents import dump_json, validate
from genstudio.project.repository import Repository
from genstudio.schema.base import utc_now
from genstudio.schema.canvas import CANVAS_SCHEMA, Canvas
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError
from genstudio.schema.project import PROJECT_SCHEMA, ProjectManifest, ProjectSettings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["create_project", "make_folders", "rename_in"]

_TEMPLATE_FILES: Final = (".gitignore", ".gitattributes")
_LONGEST_DESCRIPTION: Final = 100_000


def create_project(projects_dir: Path, title: str, description: str, state_dir: Path, settings: ProjectSettings | None = None) -> Path:
    """Make a project in ``projects_dir`` and return its root; its folder is named after the title. Without ``settings``, the usual ones.

    Raises:
        BadInputError: The title is empty or too long.
        MissingToolError: Git is not installed.
        GenStudioError: The disk is full. In every case nothing is left behind.
    """
    manifest = _manifest(title, description, settings)
    beside = projects_dir / f".new-{manifest.uuid}"
    try:
        with disk_errors(beside):
            _fill(beside, manifest)
        _first_commit(beside, state_dir)
        return rename_in(beside, projects_dir, paths.project_folder_name(manifest.title))
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def make_folders(root: Path) -> None:
    """Make the folders of a project that are missing: Git carries no empty ones.

    Raises:
        BadInputError: One of them is a link that leads out of the project.
        NotFoundError: The project was moved away; it is not made anew where it stood.
    """
    for folder in paths.PROJECT_FOLDERS:
        paths.inside(root, folder)
        with disk_errors(root / folder):
            try:
                for each in reversed([root / folder, *(root / parent for parent in PurePosixPath(folder).parents[:-1])]):
                    each.mkdir(exist_ok=True)
            except FileNotFoundError as error:
                raise NotFoundError(f"The project {root.name} was moved away.", fix="Open it where it is now.") from error


def _manifest(title: str, description: str, settings: ProjectSettings | None) -> ProjectManifest:
    if len(description) > _LONGEST_DESCRIPTION:
        raise BadInputError("The description is too long.", fix=f"Keep it below {_LONGEST_DESCRIPTION} characters.")
    now = utc_now()
    one_line = " ".join("".join(character if character.isprintable() or character in _JOINERS else " " for character in title).split())
    fields = {"schema": PROJECT_SCHEMA, "uuid": str(uuids.uuid4()), "title": one_line, "description": description}
    begins = settings or ProjectSettings()
    return validate(ProjectManifest, {**fields, "created": now, "modified": now, "project_settings": begins}, "The new project")


_JOINERS: Final = "\u200c\u200d\u200e\u200f"
"""Invisible marks that emoji, Persian, Hebrew and others are written with."""


def _fill(root: Path, manifest: ProjectManifest) -> None:
    with disk_errors(root):
        root.mkdir(parents=True)
    make_folders(root)
    for name in _TEMPLATE_FILES:
        shutil.copyfile(paths.templates_dir() / "project" / name, root / name)
    canvas = Canvas(schema=CANVAS_SCHEMA, version=0, layout_version=0)
    (root / manifest.canvas_path).write_bytes(canvas_form.dump(canvas))
    (root / paths.MANIFEST).write_bytes(dump_json(manifest.model_dump(mode="json", by_alias=True)))


def _first_commit(root: Path, state_dir: Path) -> None:
    repository = Repository(root, state_dir)
    repository.init()
    repository.commit([*_TEMPLATE_FILES, paths.MANIFEST, paths.MAIN_CANVAS], "Begin the project")


def rename_in(beside: Path, projects_dir: Path, name: str) -> Path:
    """Give the finished project the first free name: the plain one, else with a number."""
    for number in range(1, 1000):
        root = projects_dir / (name if number == 1 else f"{name}_{number}")
        if os.path.lexists(root):
            continue
        try:
            beside.rename(root)
        except OSError as error:
            if os.path.lexists(root):
                continue
            raise ConflictError(f"The project could not be put in place: {error.strerror}.", fix="Try again.") from error
        fsync_folder(projects_dir)
        return root
    raise ConflictError(f"There are a thousand projects named {name!r}.", fix="Choose another title.")
