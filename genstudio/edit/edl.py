"""CMX3600 edit lists: :func:`write_edl` from a cut list, :func:`parse_edl` from any list in the wild."""

from genstudio.edit.edl_events import EdlEvent, EdlList, EdlProblem
from genstudio.edit.edl_read import parse_edl, read_edl_file
from genstudio.edit.edl_write import write_edl, write_edl_reels

__all__ = ["EdlEvent", "EdlList", "EdlProblem", "parse_edl", "read_edl_file", "write_edl", "write_edl_reels"]
