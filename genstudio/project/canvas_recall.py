"""Going back to an automatic copy of a canvas, by an edit like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.graph.edit import diff

if TYPE_CHECKING:
    from genstudio.project.canvas_file import CanvasFile
    from genstudio.schema.canvas import Operation

__all__ = ["recall_edit"]


def recall_edit(file: CanvasFile, name: str) -> tuple[tuple[Operation, ...], str]:
    """Return the operations that bring a canvas back to one of its automatic copies, and the label of that edit.

    Raises:
        NotFoundError: There is no such copy of this canvas, or it cannot be read.
    """
    wanted = file.auto_saves.load(name)
    return diff(file.read().canvas, wanted), f"Go back to the copy of version {wanted.version}"
