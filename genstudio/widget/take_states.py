"""What people know of takes beside their records: which stands for its shot, which is out of date, what was said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from genstudio.graph.cut import active_take
from genstudio.graph.review import Review, review_of
from genstudio.schema.errors import GenStudioError, NotFoundError
from genstudio.session.marks import marks
from genstudio.widget.runtime import runtime_of

if TYPE_CHECKING:
    from genstudio.project.canvas_file import CanvasFile
    from genstudio.project.project import ProjectFolder
    from genstudio.schema.canvas import Canvas
    from genstudio.schema.take import TakeRecord

__all__ = ["TakeState", "find_shot", "take_states"]


@dataclass(frozen=True)
class TakeState:
    """``active``: it stands for its shot; ``stale``: it does, though the canvas asks for something else by now."""

    active: bool = False
    stale: bool = False
    review: Review = field(default_factory=Review)


def take_states(project: ProjectFolder, records: Sequence[TakeRecord]) -> tuple[TakeState, ...]:
    """Return the states of takes of one project, in their order. Every canvas is read once, however many takes there are."""
    shots: dict[str, dict[str, TakeState]] = {}
    for path in project.canvases():
        try:
            canvas = project.canvas(path).read().canvas
        except GenStudioError:
            continue  # a canvas that cannot be read says nothing of takes; opening it tells why
        for renders, states in _states(project, path, canvas).items():
            shots.setdefault(renders, states)
    return tuple(shots.get(record.renders, {}).get(record.id, TakeState()) for record in records)


def _states(project: ProjectFolder, path: str, canvas: Canvas) -> dict[str, dict[str, TakeState]]:
    _, tasks = runtime_of(project).node_types()
    stale = {name: each.take for name, each in marks(project, path).stale(project, canvas, tasks).items()}
    found: dict[str, dict[str, TakeState]] = {}
    for name, node in canvas.nodes.items():
        renders = node.data.get("renders")
        if isinstance(renders, str) and renders:
            takes = project.takes.settled(renders)
            active = active_take(node, takes)
            found[renders] = {
                take.id: TakeState(take is active, take is active and stale.get(name) == take.id, review_of(node.data, take.id))
                for take in takes
            }
    return found


def find_shot(project: ProjectFolder, record: TakeRecord) -> tuple[CanvasFile, str]:
    """Return the canvas and the node that a take belongs to now.

    Raises:
        NotFoundError: No canvas of the project has that shot any more.
    """
    for path in sorted(project.canvases(), key=lambda path: path != record.canvas.path):
        file = project.canvas(path)
        for name, node in file.read().canvas.nodes.items():
            if node.data.get("renders") == record.renders:
                return file, name
    raise NotFoundError(f"No canvas has the shot of {record.id} any more.", fix="Bring the shot back with undo, or from the history.")
