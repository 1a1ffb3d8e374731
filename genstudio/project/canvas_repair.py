"""What a damaged canvas is brought back from where its journal cannot say how it was: the newest whole copy that there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genstudio.project import canvas_form
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from genstudio.schema.canvas import Canvas

__all__ = ["Copy", "committed_copy", "newest", "said"]


@dataclass(frozen=True)
class Copy:
    """A whole canvas, and in words where it was found, as the end of "restored from ..."."""

    canvas: Canvas
    source: str

    @property
    def versions(self) -> tuple[int, int]:
        """What says which of two copies is newer: clocks are set back and files are copied, versions only rise."""
        return self.canvas.version, self.canvas.layout_version


def newest(copies: Iterable[Copy | None]) -> Copy | None:
    """Return the copy of the greatest version, the first of equals; None if there is none."""
    return max((copy for copy in copies if copy is not None), key=lambda copy: copy.versions, default=None)


def committed_copy(data: bytes | None, path: str) -> Copy | None:
    """Return the canvas as it was committed last, given those bytes; None if this studio could not edit it."""
    if data is None:
        return None
    try:
        canvas, read_only = canvas_form.parse(data, path)
    except BadInputError:
        return None
    return None if read_only else Copy(canvas, "the last commit")


def said(path: str, source: str, *, why: str, version: int | None, kept: str) -> str:
    """Return in sentences what happened to a canvas, what stands there now, and where the damaged file is.

    Args:
        path: The canvas.
        source: What it was restored from, in words.
        why: What was wrong with it, a sentence that names it; empty if it was gone.
        version: The version that it was set back to; None if no edit is lost.
        kept: Name of the damaged file as it was kept; empty if there was none.
    """
    lost = "no edit is lost" if version is None else f"it stands at version {version}, and later edits are not in it"
    told = [why or f"{path} was missing.", f"It has been restored from {source}; {lost}."]
    return " ".join([*told, f"The damaged file is kept as {kept}."] if kept else told)
