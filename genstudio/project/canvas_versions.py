"""Canvases by the names that people give them: a file, a version of the history, or the one that is there now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genstudio.project import drivers
from genstudio.project.documents import read_bytes
from genstudio.schema.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.project.project import ProjectFolder
    from genstudio.schema.canvas import Canvas

__all__ = ["named_canvas"]


def named_canvas(name: str | None, project: Callable[[], ProjectFolder], canvas: str | None = None) -> Canvas:
    """Return the canvas that a name stands for.

    Args:
        name: A file; or a version in the history, ``REV:PATH``, or ``REV`` alone for the project's canvas; None stands for that canvas as
            it is now.
        project: Opens the project; asked for unless the name is that of a file.
        canvas: Project-relative path of the project's canvas; None stands for the main one.

    Raises:
        NotFoundError: There is no such file or version, or no such canvas in it.
        BadInputError: What is there is no canvas.
    """
    if name is not None and Path(name).is_file():
        return drivers.read_canvas(read_bytes(Path(name), "canvas"), name)
    folder = project()
    if name is None:
        return folder.canvas(canvas).read().canvas
    version, _, path = name.partition(":")
    if not version and not path:
        raise NotFoundError("An empty name is no canvas.", fix="Name a file, or a version such as HEAD~1.")
    return drivers.read_canvas(folder.history.read(version, path or canvas or folder.manifest.canvas_path), name)
