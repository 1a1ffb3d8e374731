"""The commit of what a task made: canvas, records and media together, one commit a task."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from genstudio.project import paths
from genstudio.project.auto_commit import keep
from genstudio.project.happenings import film_rendered, take_files, takes_made
from genstudio.project.project import ProjectFolder
from genstudio.schema.errors import GenStudioError
from genstudio.schema.job import GenerateJob, JobView, RenderJob, Succeeded, TrainJob

if TYPE_CHECKING:
    from collections.abc import Iterable

    from genstudio.engine.store import JobStore
    from genstudio.project.happenings import Happened

__all__ = ["commit_task"]


def commit_task(store: JobStore, task: str) -> None:
    """Commit what an ended task made and note that it is done. What stands in the way becomes a notice, never an error."""
    done = [(job, store.spec(job.id), job.state) for job in store.task(task).jobs if isinstance(job.state, Succeeded)]
    takes = [(job, spec, state) for job, spec, state in done if isinstance(spec, GenerateJob) and state.take]
    notices = [_commit(takes)] if takes else []
    for job, spec, state in done:
        if isinstance(spec, TrainJob):
            notices.append(_commit_model(job, spec, state))
        elif isinstance(spec, RenderJob) and spec.share is None:
            notices.append(_commit_film(spec, state))
    for notice in filter(None, notices):
        store.add_notice(task, notice)
    store.set_committed(task)


def _commit(takes: list[tuple[JobView, GenerateJob, Succeeded]]) -> str:
    job, spec, _ = takes[-1]  # what was asked for; takes before it are of steps
    try:
        project = _project(spec)
        if project is None:
            return ""
        files = [spec.canvas.path, *(file for _, _, state in takes for file in take_files(state.output))]
        names = [(step.renders, state.take or "") for _, step, state in takes]
        quality = job.quality or spec.quality
        made = takes_made(_present(project, files), names, by=spec.reference, quality=quality, prompt=spec.prompt, pipeline=job.pipeline)
        return keep(project, made)
    except (GenStudioError, OSError) as error:
        return f"The takes were not committed: {error}"


def _commit_model(job: JobView, spec: TrainJob, state: Succeeded) -> str:
    """Commit the folder of an asset: its model, how it was made, and the pictures it was made from."""
    try:
        project = _project(spec)
        if project is None:
            return ""
        told = f"Train {spec.name}: {len(spec.files)} pictures\n\nMade by {job.pipeline} in {job.quality} quality.\n"
        return project.repository.commit([str(Path(state.output).parent)], told).notice
    except (GenStudioError, OSError) as error:
        return f"The model was not committed: {error}"


def _commit_film(spec: RenderJob, state: Succeeded) -> str:
    """Commit what a film was made from: the canvas and the edit list. Films themselves are made again from these."""
    try:
        project = _project(spec)
        return keep(project, _film(project, spec, state)) if project is not None else ""
    except (GenStudioError, OSError) as error:
        return f"The film was not committed: {error}"


def _film(project: ProjectFolder, spec: RenderJob, state: Succeeded) -> Happened:
    from genstudio.edit.film_report import FilmReport

    try:
        report = paths.inside(project.root, state.output).with_suffix(".json").read_bytes()
        edl = FilmReport.model_validate_json(report).edl
    except (FileNotFoundError, ValidationError):
        edl = ""  # somebody removed the film since; the canvas tells how it was cut
    return film_rendered(state.output, str(spec.cut.get("title") or spec.node), _present(project, (spec.canvas.path, edl)))


def _project(spec: GenerateJob | TrainJob | RenderJob) -> ProjectFolder | None:
    """Return the project of a job; None if another one stands there now, or it wants no commits."""
    project = ProjectFolder.open(Path(spec.project_root))
    return project if project.uuid == spec.project and project.settings.auto_commit else None


def _present(project: ProjectFolder, files: Iterable[str]) -> list[str]:
    return [file for file in files if file and paths.inside(project.root, file).exists()]
