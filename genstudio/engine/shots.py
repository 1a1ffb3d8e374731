"""From a node of a canvas to the jobs that serve it: reads the project once, at the time of the click."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from genstudio.engine.steps import Where, bound, placed, step_job
from genstudio.graph.cut import cut
from genstudio.graph.steps import plan_steps
from genstudio.pipelines.catalogue import Catalogue
from genstudio.project.intent import plan_context, takes_by_node
from genstudio.schema.errors import BadInputError, ReadOnlyError
from genstudio.schema.job import GenerateJob, RenderJob
from genstudio.schema.take import TakeCanvas

if TYPE_CHECKING:
    from genstudio.graph.plan import ShotPlan
    from genstudio.project.canvas_file import CanvasState
    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.base import Quality
    from genstudio.schema.cut import CutList
    from genstudio.schema.nodes import Problem
    from genstudio.schema.render import RenderOptions

__all__ = ["EDIT_LIST", "edit_job", "generate_jobs", "render_job", "seeds", "shot_job", "whole_canvas"]

EDIT_LIST: Final = "edit_list"
"""Stands for the node of a film that comes from an edit list and not from an assembler."""

_SEEDS: Final = 2**32


def generate_jobs(
    workspace: WorkspaceFolder, project: ProjectFolder, canvas: str | None, node: str, takes: int | Sequence[int], quality: Quality | None
) -> tuple[str, list[GenerateJob]]:
    """Return the project-relative path of the canvas, and the jobs: those of the steps before the result, then one a take.

    ``takes`` is how many, or the seed of each. Of a node that is a step itself (speech, a larger or cleaner clip, a control map) there
    is one result.

    Raises:
        BadInputError: The node is neither a shot nor a step, or something it needs is wrong.
        ReadOnlyError: A newer studio wrote the canvas.
        NotFoundError: The canvas or the pipeline does not exist.
    """
    file = project.canvas(canvas)
    state = whole_canvas(file.read())
    catalogue = Catalogue.load(workspace.root)
    plan = plan_steps(state.canvas, node, plan_context(project, state.canvas, catalogue.declared), quality)
    _refuse(plan.problems)
    at = TakeCanvas(path=file.path, version=state.canvas.version, node=node, blob=state.blob)
    where = Where(project.uuid, str(project.root), project.settings, quality or project.settings.quality, at)
    steps = [step_job(step, where, secrets.randbelow(_SEEDS)) for step in plan.steps]
    shot = plan.shot
    if shot is None:
        if takes != 1:
            raise BadInputError("Only shots have several takes at once.", fix="Ask for one.")
        return file.path, placed(steps[:-1], steps[-1:])
    if shot.reference not in catalogue.tasks:
        catalogue.get(shot.reference)
    chosen = seeds(shot.seed, takes) if isinstance(takes, int) else takes
    last = [shot_job(project, file.path, state, shot, quality, seed).model_copy(update={"needs": bound(plan.needs)}) for seed in chosen]
    return file.path, placed(steps, last)


def render_job(project: ProjectFolder, canvas: str | None, node: str, options: RenderOptions) -> tuple[str, RenderJob]:
    """Return the project-relative path of the canvas and the job that renders an assembler's film.

    Raises:
        BadInputError: The node is no assembler, or its sequence cannot be cut.
        ReadOnlyError: A newer studio wrote the canvas.
        NotFoundError: The canvas does not exist.
    """
    file = project.canvas(canvas)
    state = whole_canvas(file.read())
    found = cut(state.canvas, node, takes_by_node(project, state.canvas), project.settings, project.manifest.title)
    if found.cut is None:
        _refuse(found.problems)
        raise BadInputError("There is nothing to render yet.", fix="Generate a take of a shot that is connected to the assembler.")
    where = TakeCanvas(path=file.path, version=state.canvas.version, node=node, blob=state.blob)
    entry = found.cut.model_dump(mode="json")
    job = RenderJob(project=project.uuid, project_root=str(project.root), node=node, canvas=where, cut=entry, options=options)
    return file.path, job


def edit_job(project: ProjectFolder, film: CutList, options: RenderOptions) -> tuple[str, RenderJob]:
    """Return the project-relative path of the main canvas and the job that renders a cut which no canvas holds."""
    file = project.canvas(None)
    state = file.read()
    where = TakeCanvas(path=file.path, version=state.canvas.version, node=EDIT_LIST, blob=state.blob)
    entry = film.model_dump(mode="json")
    job = RenderJob(project=project.uuid, project_root=str(project.root), node=EDIT_LIST, canvas=where, cut=entry, options=options)
    return file.path, job


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


def whole_canvas(state: CanvasState) -> CanvasState:
    """Refuse a canvas of a newer studio: what this one does not understand of it would be missing in what is made."""
    if state.read_only:
        raise ReadOnlyError(state.read_only)
    return state


def _refuse(problems: Sequence[Problem]) -> None:
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        fix = errors[0].fix
        raise BadInputError(errors[0].message, fix=(fix.label if fix and hasattr(fix, "label") else "Correct the canvas."))
