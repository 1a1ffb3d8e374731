"""What differs in a canvas between two moments of the history of its project, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.graph.edit import describe
from genstudio.project import drivers, paths
from genstudio.schema.errors import NotFoundError

if TYPE_CHECKING:
    from genstudio.project.project import ProjectFolder
    from genstudio.schema.canvas import Canvas

__all__ = ["compare", "what_changed"]


def compare(project: ProjectFolder, path: str, old: str | None, new: str | None) -> list[str]:
    """Say what changed in a canvas from one version to another; None stands for the canvas as it is now.

    A version without the canvas has an empty one: that of a canvas which was made later, or removed.

    Raises:
        NotFoundError: There is no such version.
    """
    return describe(_canvas(project, path, old), _canvas(project, path, new))


def what_changed(project: ProjectFolder, path: str, version: str) -> list[str]:
    """Say what a version changed in a canvas, against the version before it. NotFoundError if there is no such version."""
    commit = project.history.resolve(version)
    try:
        before = project.history.resolve(f"{commit}~1")
    except NotFoundError:  # the first version of all
        return describe(drivers.read_canvas(b"", path), _canvas(project, path, commit))
    return compare(project, path, before, commit)


def _canvas(project: ProjectFolder, path: str, version: str | None) -> Canvas:
    if version is None:
        there = paths.get_canvas_path(project.root, path).exists()
        return project.canvas(path).read().canvas if there else drivers.read_canvas(b"", path)
    commit = project.history.resolve(version)
    try:
        return drivers.read_canvas(project.history.read(commit, path), path)
    except NotFoundError:
        return drivers.read_canvas(b"", path)
