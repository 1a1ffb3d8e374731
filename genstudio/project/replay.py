"""Replaying a journal on a checkpoint gives the canvas of its last entry, whatever became of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.graph import edit
from genstudio.schema.errors import GenStudioError

if TYPE_CHECKING:
    from genstudio.project.journal import Journal
    from genstudio.schema.canvas import Canvas

__all__ = ["replay"]


def replay(checkpoint: tuple[Canvas, int] | None, journal: Journal) -> Canvas | None:
    """Return the canvas after the journal's last entry; None if the checkpoint is missing or of another journal, or a line is damaged."""
    if checkpoint is None:
        return None
    canvas, sequence = checkpoint
    for entry in journal.entries(sequence):
        if entry.sequence != sequence + 1:
            return None
        try:
            canvas = edit.replay(canvas, entry.patch.operations, version=entry.version, layout_version=entry.layout_version)
        except GenStudioError:
            return None
        sequence = entry.sequence
    last = journal.last()
    return canvas if last is None or last.sequence == sequence else None
