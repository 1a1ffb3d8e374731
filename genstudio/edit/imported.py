"""Take a film back from an editor: an ``.edl``, ``.otio`` or FCP7 ``.xml`` as changes of the canvas it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genstudio.edit.edl_read import read_edl_file
from genstudio.edit.from_edl import cut_from_edl, sources_of
from genstudio.edit.otio_read import read_otio_file
from genstudio.graph.cut import cut
from genstudio.graph.recut import Change, recut
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.edit.edl_events import EdlList, EdlProblem
    from genstudio.schema.canvas import Canvas, Operation
    from genstudio.schema.project import ProjectSettings
    from genstudio.schema.take import TakeRecord

__all__ = ["Imported", "compare_edit", "read_edit"]

_TIMELINES: Final = (".otio", ".xml")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an editor changed, the edit that takes it over, and what of the list was not understood."""

    changes: tuple[Change, ...]
    operations: tuple[Operation, ...]
    problems: tuple[EdlProblem, ...]


def read_edit(path: Path, fps: str) -> EdlList:
    """Read a list or timeline by its suffix: ``.otio`` and ``.xml`` as such, anything else as CMX3600, at the rate ``fps``.

    Raises:
        BadInputError: It is not there, or no list.
        MissingToolError: OpenTimelineIO is not installed.
    """
    return read_otio_file(path, fps) if path.suffix.lower() in _TIMELINES else read_edl_file(path, fps)


def compare_edit(
    canvas: Canvas, assembler: str, takes: Mapping[str, Sequence[TakeRecord]], settings: ProjectSettings, edited: EdlList
) -> Imported:
    """Compare the film of an assembler with a list that came back; clips are the same by reel, clip name or source file.

    Args:
        canvas: The canvas.
        assembler: Its assembler.
        takes: The takes there are, by node id.
        settings: Of the project; the list was read at its rate.
        edited: The list.

    Raises:
        BadInputError: The canvas has no film yet, or no event of the list names one of its takes.
    """
    before = cut(canvas, assembler, takes, settings, edited.title).cut
    if before is None:
        raise BadInputError("There is no film to compare with: no shot of it has a take.", fix="Generate takes first.")
    known = [source.model_copy(update={"node": node}) for node, records in takes.items() for source in sources_of(records, settings.fps)]
    width, height = settings.size
    found = cut_from_edl(edited, known, width=width, height=height)
    made = recut(canvas, assembler, before, found.cut)
    return Imported(made.changes, made.operations, found.problems)
