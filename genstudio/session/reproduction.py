"""Making a take again and saying whether the same came out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from genstudio.graph.cut import active_take
from genstudio.graph.values import pointer
from genstudio.project.compare import Comparison, Difference, compare_media, differences
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import GenStudioError, NotFoundError
from genstudio.schema.job import Failed, Succeeded

if TYPE_CHECKING:
    from genstudio.engine.submit import Engine
    from genstudio.project.project import ProjectFolder
    from genstudio.schema.base import JsonObject
    from genstudio.schema.job import TaskSpec, TaskView
    from genstudio.schema.take import TakeRecord

__all__ = ["Reproduction", "make_again", "reproduction"]


@dataclass(frozen=True)
class Reproduction:
    """A take beside the one that was made again from its record.

    ``differences`` are settings in which the two records differ all the same: another container image, other weights, other size.
    """

    original: str
    again: str
    comparison: Comparison
    differences: tuple[Difference, ...]

    @property
    def document(self) -> JsonObject:
        """The likeness and the differences as plain JSON values."""
        return {**asdict(self.comparison), "differences": [asdict(each) for each in self.differences]}

    @property
    def verdict(self) -> str:
        """The outcome in a sentence."""
        found = self.comparison
        if found.identical:
            return f"{self.again} is equal to {self.original} in every picture and sample."
        psnr = "pictures equal, sound or length not" if found.psnr_db is None else f"PSNR {found.psnr_db:.1f} dB"
        other = f" Different: {', '.join(difference.name for difference in self.differences)}." if self.differences else ""
        return f"{self.again} differs from {self.original}: {psnr}, SSIM {found.ssim:.4f} over {found.frames} frames.{other}"


def make_again(project: ProjectFolder, engine: Engine, record: TakeRecord, author: str) -> TaskSpec:
    """Ask for a take to be made again and return the task. The take that stands for the shot now keeps standing for it.

    Raises:
        NotFoundError, BadInputError: It cannot be made again; the message says why.
    """
    task = engine.make_again(project, record, author)
    _keep_active(project, record, author)
    return task


def reproduction(project: ProjectFolder, record: TakeRecord, task: TaskView) -> Reproduction:
    """Compare a take with the one that a task made from its record.

    Raises:
        GenStudioError: The task failed.
        NotFoundError: The media of one of them is not there.
    """
    state = task.jobs[0].state
    if isinstance(state, Failed):
        raise GenStudioError(f"{record.id} could not be made again. {state.message}", fix=state.fix, code=state.code)
    made = task.jobs[0].id if isinstance(state, Succeeded) else None
    again = next((take for take in project.takes.list(record.renders) if take.job == made), None)  # a pull may renumber it
    if again is None:
        raise NotFoundError(f"There is no second {record.id}: the task was cancelled.", fix="Make it again.")
    found = compare_media(project.takes.media_path(record), project.takes.media_path(again))
    return Reproduction(record.id, again.id, found, differences(record, again))


def _keep_active(project: ProjectFolder, record: TakeRecord, author: str) -> None:
    """Choose the take that the rule chose so far, for the rule prefers the newest."""
    try:
        file = project.canvas(record.canvas.path)
        canvas = file.read().canvas
    except GenStudioError:
        return  # the canvas of that take is gone; nothing shows the shot
    node = canvas.nodes.get(record.canvas.node)
    if node is None or node.data.get("renders") != record.renders or node.data.get("active_take"):
        return
    standing = active_take(node, project.takes.list(record.renders))
    if standing is not None:
        path = pointer("nodes", record.canvas.node, "data", "active_take")
        operation = Operation(op="add", path=path, value=standing.id)
        file.apply(Patch(base=canvas.version, operations=(operation,), author=author, label=f"Keep {standing.id}", id=uuid4().hex))
