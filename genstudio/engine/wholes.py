"""Scenes and films as targets of Generate: from what they lack to the jobs of one task."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genstudio.engine.shots import seeds, shot_job, whole_canvas
from genstudio.engine.steps import Where, bound, step_job, step_name
from genstudio.graph.film_plan import WHOLES, plan_film, shot_step
from genstudio.graph.identity import label
from genstudio.pipelines.catalogue import Catalogue
from genstudio.project.intent import plan_context
from genstudio.schema.errors import BadInputError
from genstudio.schema.job import GenerateJob, StepPlace
from genstudio.schema.take import TakeCanvas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genstudio.graph.step import StepPlan
    from genstudio.project.canvas_file import CanvasState
    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.base import Quality
    from genstudio.schema.nodes import Problem

__all__ = ["WholeJobs", "is_whole", "whole_jobs"]

_SEEDS: Final = 2**32
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class WholeJobs:
    """The jobs of a scene or a film, each after those it needs; ``names`` are what the needs of the others call them.

    ``notice`` says what is left out and why, empty if nothing is.
    """

    path: str
    jobs: tuple[GenerateJob, ...]
    names: tuple[str, ...]
    notice: str = ""


def is_whole(project: ProjectFolder, canvas: str | None, node: str) -> bool:
    """Tell whether a node of a canvas is a scene or an assembler."""
    found = project.canvas(canvas).read().canvas.nodes.get(node)
    return found is not None and found.type in WHOLES


def whole_jobs(
    workspace: WorkspaceFolder, project: ProjectFolder, canvas: str | None, node: str, takes: int, quality: Quality | None
) -> WholeJobs:
    """Return the jobs that make what a scene or a film lacks (:func:`genstudio.graph.film_plan.plan_film`).

    Each shot gets ``takes`` takes; where another shot is made from it, that is made from the last of them.

    Raises:
        BadInputError: The node is neither, nothing of it can be made, or nothing needs to be.
        ReadOnlyError: A newer studio wrote the canvas.
        NotFoundError: The canvas does not exist.
    """
    file = project.canvas(canvas)
    state = whole_canvas(file.read())
    catalogue = Catalogue.load(workspace.root)
    plan = plan_film(state.canvas, node, plan_context(project, state.canvas, catalogue.declared), quality)
    if not plan.plans:
        raise _nothing(label(node, state.canvas.nodes[node]), plan.left, there=bool(plan.there))
    at = TakeCanvas(path=file.path, version=state.canvas.version, node=node, blob=state.blob)
    maker = _Maker(project, state, Where(project.uuid, str(project.root), project.settings, quality or project.settings.quality, at), takes)
    for name, each in plan.plans.items():
        maker.add(name, each, quality)
    return WholeJobs(file.path, maker.placed(), tuple(name for name, _ in maker.named), _left_out(state, plan.left))


class _Maker:
    """Collects the jobs of several plans; a step that two of them need is one job."""

    def __init__(self, project: ProjectFolder, state: CanvasState, where: Where, takes: int) -> None:
        self.named: list[tuple[str, GenerateJob]] = []
        self._project, self._state, self._where, self._takes = project, state, where, takes
        self._steps: set[str] = set()

    def add(self, node: str, plan: StepPlan, quality: Quality | None) -> None:
        for step in plan.steps:
            if step.id not in self._steps:
                self._steps.add(step.id)
                job = step_job(step, self._where, secrets.randbelow(_SEEDS))
                self.named.append((step_name(job), job))
        if plan.shot is None:
            return
        chosen = seeds(plan.shot.seed, self._takes)
        for number, seed in enumerate(chosen, start=1):
            made = shot_job(self._project, self._where.canvas.path, self._state, plan.shot, quality, seed)
            name = shot_step(node) if number == len(chosen) else f"{shot_step(node)}#{number}"
            self.named.append((name, made.model_copy(update={"needs": bound(plan.needs)})))

    def placed(self) -> tuple[GenerateJob, ...]:
        """Return the jobs, each told its place among all of them."""
        total = len(self.named)
        places = [
            StepPlace(number=number, of=total, title=label(job.node, self._state.canvas.nodes[job.node]))
            for number, (_, job) in enumerate(self.named, start=1)
        ]
        return tuple(job.model_copy(update={"step": place}) for place, (_, job) in zip(places, self.named, strict=True))


def _nothing(name: str, left: Sequence[Problem], *, there: bool) -> BadInputError:
    if left:
        return BadInputError(f"Nothing of {name} can be made: {left[0].message}", fix="Correct that on the canvas, then generate again.")
    if there:
        fix = "Change a shot, or generate a take of it by itself."
        return BadInputError(f"All of {name} has the takes that the canvas asks for.", fix=fix)
    return BadInputError(f"{name} holds no shots.", fix="Put shots into it, then generate.")


def _left_out(state: CanvasState, left: Sequence[Problem]) -> str:
    if not left:
        return ""
    nodes = [problem.node or "" for problem in left[:_MOST_NAMED]]
    told = [f"{label(node, state.canvas.nodes.get(node))}: {problem.message}" for node, problem in zip(nodes, left, strict=False)]
    more = f" {len(left) - _MOST_NAMED} more were left out." if len(left) > _MOST_NAMED else ""
    return f"Left out: {' '.join(told)}{more}"
