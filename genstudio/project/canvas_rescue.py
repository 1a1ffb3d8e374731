"""A canvas that cannot be opened at all: the versions of it that can be read, and putting one of them in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genstudio.project import drivers, paths
from genstudio.project.atomic import locked, write_atomic
from genstudio.project.documents import read_bytes
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError

if TYPE_CHECKING:
    from genstudio.project.project import ProjectFolder
    from genstudio.project.repository_history import Version

__all__ = ["Readable", "put_back", "readable_versions"]


@dataclass(frozen=True)
class Readable:
    """A version in which the canvas can be read, and what it holds there."""

    version: Version
    nodes: int
    shots: int


def readable_versions(project: ProjectFolder, path: str, limit: int = 20) -> list[Readable]:
    """Return the newest versions that changed a canvas and in which it can be read, newest first."""
    found = []
    for version in project.history.log(limit, path):
        try:
            canvas = drivers.read_canvas(project.history.read(version.commit, path), path)
        except (BadInputError, NotFoundError):
            continue
        found.append(Readable(version, len(canvas.nodes), sum(node.type == "shot" for node in canvas.nodes.values())))
    return found


def put_back(project: ProjectFolder, path: str, version: str) -> str:
    """Write a canvas as it was in a version over one that cannot be opened; return the name under which that is kept.

    Raises:
        ConflictError: The canvas can be opened, or a merge of the user's own is under way.
        BadInputError: It cannot be read in that version either.
        NotFoundError: There is no such version, or the canvas is not in it.
    """
    file = paths.get_canvas_path(project.root, path)
    data = project.history.read(version, path)
    drivers.read_canvas(data, path)
    obstacle = project.repository.obstacle()
    if obstacle:
        raise ConflictError(obstacle.replace("Not committed: ", "", 1).capitalize(), fix="Nothing was changed.")
    with locked(paths.get_lock_path(project.root, path)):
        damaged = read_bytes(file, "canvas") if file.exists() else b""
        if damaged and _opens(damaged, path):
            raise ConflictError("The canvas can be opened again.", fix="Reload the page; go back by its history.")
        kept = project.canvas(path).auto_saves.keep_damaged(damaged).name if damaged else ""
        write_atomic(file, data)
    return kept


def _opens(data: bytes, path: str) -> bool:
    try:
        drivers.read_canvas(data, path)
    except BadInputError:
        return False
    return True
