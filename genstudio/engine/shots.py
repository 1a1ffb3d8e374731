"""From a node of a canvas to the jobs that serve it: reads the project once, at the time of the click."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from genstudio.graph.cut import cut
from genstudio.graph.plan import PlanContext, ShotPlan, plan_shot
from genstudio.pipelines.catalogue import Catalogue
from genstudio.project import paths
from genstudio.schema.errors import BadInputError
from genstudio.schema.job import GenerateJob, RenderJob
from genstudio.schema.take import TakeCanvas

if TYPE_CHECKING:
    from genstudio.project.canvas_file import CanvasState
    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.base import Quality
    from genstudio.schema.canvas import Canvas
    from genstudio.schema.nodes import Problem
    from genstudio.schema.take import TakeRecord

__all__ = ["generate_jobs", "plan_context", "render_job", "shot_job", "takes_by_node"]

_SEEDS: Final = 2**32
_TEXT_BYTES: Final = 1 << 20


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
    plan = plan_shot(state.canvas, node, plan_context(project, state.canvas, catalogue))
    _refuse(plan.problems)
    if plan.reference not in catalogue.tasks:
        catalogue.get(plan.reference)
    chosen = seeds(plan.seed, takes) if isinstance(takes, int) else takes
    return file.path, [shot_job(project, file.path, state, plan, quality, seed) for seed in chosen]


def plan_context(project: ProjectFolder, canvas: Canvas, catalogue: Catalogue) -> PlanContext:
    """Return what a canvas refers to, as it is in the project now."""
    return PlanContext(
        settings=project.settings,
        tasks=catalogue.tasks,
        assets={asset.asset.uuid: asset.planned() for asset in project.assets()},
        texts=_texts(project, canvas),
        takes=takes_by_node(project, canvas),
    )


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


def takes_by_node(project: ProjectFolder, canvas: Canvas) -> dict[str, tuple[TakeRecord, ...]]:
    """Return the takes of each node that has a folder for them."""
    folders = {name: node.data.get("renders") for name, node in canvas.nodes.items()}
    known = {name: folder for name, folder in folders.items() if isinstance(folder, str) and folder}
    return {name: project.takes.list(folder) for name, folder in known.items()}


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
        canvas=TakeCanvas(path=path, version=state.canvas.version, node=plan.node, blob=state.blob),
        renders=plan.renders,
        shot_version=plan.version,
        intent_key=plan.intent_key,
    )


def _texts(project: ProjectFolder, canvas: Canvas) -> dict[str, str]:
    """Return the text of each text node that names a file, by the file's path."""
    found: dict[str, str] = {}
    for node in canvas.nodes.values():
        name = node.data.get("file")
        if node.type == "text" and isinstance(name, str) and name:
            path = paths.inside(project.root, name)
            if path.is_file() and path.stat().st_size <= _TEXT_BYTES:
                found[name] = path.read_text("utf-8", "replace")
    return found


def _refuse(problems: Sequence[Problem]) -> None:
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        fix = errors[0].fix
        raise BadInputError(errors[0].message, fix=(fix.label if fix and hasattr(fix, "label") else "Correct the canvas."))
