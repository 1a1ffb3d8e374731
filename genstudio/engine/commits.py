"""The commit of what a task made: canvas, records and media together, one commit a task."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genstudio.project import paths
from genstudio.project.project import ProjectFolder
from genstudio.schema.errors import GenStudioError
from genstudio.schema.job import GenerateJob, JobView, Succeeded, TrainJob

if TYPE_CHECKING:
    from genstudio.engine.store import JobStore

__all__ = ["commit_task"]

_PROMPT_CHARACTERS = 60


def commit_task(store: JobStore, task: str) -> None:
    """Commit the takes of an ended task and note that it is done. What stands in the way becomes a notice, never an error."""
    done = [(job, store.spec(job.id), job.state) for job in store.task(task).jobs if isinstance(job.state, Succeeded)]
    takes = [(job, spec, state) for job, spec, state in done if isinstance(spec, GenerateJob) and state.take]
    if takes:
        notice = _commit(takes)
        if notice:
            store.add_notice(task, notice)
    for job, spec, state in done:
        if isinstance(spec, TrainJob) and (notice := _commit_model(job, spec, state)):
            store.add_notice(task, notice)
    store.set_committed(task)


def _commit(takes: list[tuple[JobView, GenerateJob, Succeeded]]) -> str:
    spec = takes[-1][1]
    try:
        project = ProjectFolder.open(Path(spec.project_root))
        if project.uuid != spec.project or not project.settings.auto_commit:
            return ""
        files = [spec.canvas.path]
        for _, _, state in takes:
            files += [state.output, str(Path(state.output).with_suffix(".json"))]
        present = [file for file in files if paths.inside(project.root, file).exists()]
        return project.repository.commit(present, _message(takes)).notice
    except (GenStudioError, OSError) as error:
        return f"The takes were not committed: {error}"


def _commit_model(job: JobView, spec: TrainJob, state: Succeeded) -> str:
    """Commit the folder of an asset: its model, how it was made, and the pictures it was made from."""
    try:
        project = ProjectFolder.open(Path(spec.project_root))
        if project.uuid != spec.project or not project.settings.auto_commit:
            return ""
        told = f"Train {spec.name}: {len(spec.files)} pictures\n\nMade by {job.pipeline} in {job.quality} quality.\n"
        return project.repository.commit([str(Path(state.output).parent)], told).notice
    except (GenStudioError, OSError) as error:
        return f"The model was not committed: {error}"


def _message(takes: list[tuple[JobView, GenerateJob, Succeeded]]) -> str:
    names = ", ".join(state.take or "" for _, _, state in takes)
    first = " ".join(takes[-1][1].prompt.split())  # what was asked for; takes before it are of steps
    prompt = first if len(first) <= _PROMPT_CHARACTERS else first[: _PROMPT_CHARACTERS - 1] + "…"
    job = takes[-1][0]
    return f"{names}: {prompt or 'no prompt'}\n\nMade by {job.pipeline} in {job.quality} quality.\n"
