"""From a node of a canvas to the jobs that serve it: reads the project once, at the time of the click."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from genstudio.graph.cut import cut
from genstudio.graph.plan import ShotPlan, plan_shot
from genstudio.pipelines.catalogue import Catalogue
from genstudio.project.intent import plan_context, takes_by_node
from genstudio.schema.errors import BadInputError
from genstudio.schema.job import GenerateJob, RenderJob
from genstudio.schema.take import TakeCanvas

if TYPE_CHECKING:
    from genstudio.project.canvas_file import CanvasState
    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.base import Quality
    from genstudio.schema.nodes import Problem

__all__ = ["generate_jobs", "render_job", "shot_job"]

_SEEDS: Final = 2**32


def generate_jobs(
    workspace: WorkspaceFolder, project: ProjectFolder, canvas: str | None, node: str, takes: int | Sequence[int], quality: Quality | None
) -> tuple[str, list[GenerateJob]]:
    """Return the project-relative path of the canvas and one job a take.

    ``takes`` is how many, or the seed of each.

    Raises:
        BadInputError: The node is no shot, or something it needs is wrong.
        NotFoundError: The canvas or the pipeline does not exist.
    """
    file = project.canvas(canvas)
    state = file.read()
    catalogue = Catalogue.load(workspace.root)
    plan = plan_shot(state.canvas, node, plan_context(project, state.canvas, catalogue.tasks))
    _refuse(plan.problems)
    if plan.reference not in catalogue.tasks:
        catalogue.get(plan.reference)
    chosen = seeds(plan.seed, takes) if isinstance(takes, int) else takes
    return file.path, [shot_job(project, file.path, state, plan, quality, seed) for seed in chosen]


def render_job(project: ProjectFolder, canvas: str | None, node: str) -> tuple[str, RenderJob]:
    """Return the project-relative path of the canvas and the job that renders an assembler's film.

    Raises:
        BadInputError: The node is no assembler, or its sequence cannot be cut.
        NotFoundError: The canvas does not exist.
    """
    file = project.canvas(canvas)
    state = file.read()
    found = cut(state.canvas, node, takes_by_node(project, state.canvas), project.settings, project.manifest.title)
    if found.cut is None:
        _refuse(found.problems)
        raise BadInputError("There is nothing to render yet.", fix="Generate a take of a shot that is connected to the assembler.")
    where = TakeCanvas(path=file.path, version=state.canvas.version, node=node, blob=state.blob)
    entry = found.cut.model_dump(mode="json")
    return file.path, RenderJob(project=project.uuid, project_root=str(project.root), node=node, canvas=where, cut=entry)


def seeds(fixed: int | None, takes: int) -> list[int]:
    """Return a seed for each take: the fixed one and those that follow it, else random ones."""
    if fixed is not None:
        return [(fixed + number) % _SEEDS for number in range(takes)]
    return [secrets.randbelow(_SEEDS) for _ in range(takes)]


def shot_job(project: ProjectFolder, path: str, state: CanvasState, plan: ShotPlan, quality: Quality | None, seed: int) -> GenerateJob:
    """Return the job that makes one take of a planned shot."""
    settings = project.settings
    width, height = settings.size
    return GenerateJob(
        project=project.uuid,
        project_root=str(project.root),
        node=plan.node,
        name=plan.name,
        reference=plan.reference,
        quality=quality or plan.quality,
        policy=settings.when_unavailable,
        prompt=plan.prompt,
        composed_prompt=plan.composed_prompt,
        negative_prompt=plan.negative_prompt,
        seed=seed,
        width=width,
        height=height,
        fps=settings.fps,
        duration=plan.duration,
        inputs=plan.inputs,
        files=plan.files,
        params=plan.params,
        canvas=TakeCanvas(path=path, version=state.canvas.version, node=plan.node, blob=state.blob, name=plan.name),
        renders=plan.renders,
        shot_version=plan.version,
        intent_key=plan.intent_key,
        asked=plan.asked,
    )


def _refuse(problems: Sequence[Problem]) -> None:
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        fix = errors[0].fix
        raise BadInputError(errors[0].message, fix=(fix.label if fix and hasattr(fix, "label") else "Correct the canvas."))
