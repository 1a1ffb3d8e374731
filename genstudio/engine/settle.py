"""How an attempt that has ended, or that nothing runs any more, ends its job: by what it published, by its word, or by another attempt.

What is published decides. A worker can die, or lose its place, between publishing a take and telling of it; the job has succeeded all
the same. That no take appears after the decision is the business of :mod:`genstudio.engine.fence`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from genstudio.engine.fence import Fence
from genstudio.engine.outcome import Outcome
from genstudio.engine.previews import preview_path
from genstudio.engine.steps import result_of
from genstudio.engine.training import trained_by
from genstudio.pipelines.routing import option_key
from genstudio.project.project import ProjectFolder
from genstudio.schema.errors import GenStudioError
from genstudio.schema.job import Cancelled, Failed, GenerateJob, Queued, RenderJob, Succeeded, TrainJob
from genstudio.schema.take import TakeName

if TYPE_CHECKING:
    from genstudio.engine.state import StateFolder
    from genstudio.engine.store import JobStore
    from genstudio.schema.job import JobState

__all__ = ["decide", "settle", "settle_lost", "settle_unheard", "settle_written"]

_LOSSES: Final = 2
"""With the second worker that dies under a job, the job is the suspect."""


def decide(word: JobState | None, published: Succeeded | None, *, cancelled_by: str | None = None, losses: int = 0) -> JobState:
    """Return the state of a job whose attempt is over.

    Args:
        word: How the attempt says that it ended, None if it never told.
        published: The take of the job that is on disk, whichever attempt made it.
        cancelled_by: Who has asked for the end of the job, None if nobody has.
        losses: How many attempts have ended without a word, with this one.
    """
    if published is not None and not isinstance(word, Succeeded):
        return published
    if word is not None:
        return word
    if cancelled_by is not None:
        return Cancelled(by=cancelled_by)
    if losses < _LOSSES:
        return Queued()
    message = "The worker that ran the job ended unexpectedly, twice."
    return Failed(code="worker_lost", message=message, fix="Look whether the machine is out of memory, then generate again.")


def settle(store: JobStore, state: StateFolder, outcome: Outcome) -> None:
    """Give a job the state in which its attempt ended, and tell its warnings."""
    job = store.job(outcome.job)
    published = None if isinstance(outcome.state, Succeeded) else _published(store, outcome.job)
    found = decide(outcome.state, published)
    option = _exhausted(store, outcome.job, found)
    if option:
        store.exhaust(outcome.job, option)
    else:
        with store.writing():  # whoever sees the end sees the warnings
            if store.move(outcome.job, found):
                for warning in outcome.warnings:
                    store.add_notice(job.task, warning)
    state.outcome(outcome.job, outcome.attempt).unlink(missing_ok=True)
    preview_path(state.root, outcome.job).unlink(missing_ok=True)


def settle_written(store: JobStore, state: StateFolder, job: str, attempt: int) -> bool:
    """Settle an attempt by what its worker wrote on disk. Return whether there was anything."""
    try:
        outcome = Outcome.model_validate_json(state.outcome(job, attempt).read_bytes())
    except (FileNotFoundError, ValidationError):
        return False
    settle(store, state, outcome)
    return True


def settle_lost(store: JobStore, state: StateFolder, job: str, attempt: int) -> bool:
    """Settle an attempt that nothing runs any more: by what is on disk; else the job is queued again, once.

    Return False, and change nothing, while the attempt publishes: it lives still, and is to be looked at again in a moment.
    """
    if not Fence(state.fence(job)).revoke(attempt):
        return False
    if settle_written(store, state, job, attempt):
        return True
    published = _published(store, job)
    losses = store.lose(job) if published is None else 0
    found = decide(None, published, cancelled_by=store.cancel_requests().get(job), losses=losses)
    if isinstance(found, Queued):
        store.add_notice(store.job(job).task, "The worker ended unexpectedly; the job was started again.")
    store.move(job, found)
    return True


def settle_unheard(store: JobStore, state: StateFolder, job: str, attempt: int, otherwise: JobState) -> bool:
    """Settle an attempt that is to be given up now, without blame: by what is on disk, else with a given state.

    Return False, and change nothing, while it publishes.
    """
    if not Fence(state.fence(job)).revoke(attempt):
        return False
    if not settle_written(store, state, job, attempt):
        store.move(job, decide(otherwise, _published(store, job)))
    return True


def _exhausted(store: JobStore, job: str, found: JobState) -> str:
    """Return the tier that was too large for its worker, if the job may have a lower one; empty otherwise."""
    if not isinstance(found, Failed) or found.code != "out_of_memory" or job in store.cancel_requests():
        return ""
    spec, (_, _, route, _) = store.spec(job), store.attempt(job)
    if isinstance(spec, RenderJob) or spec.policy != "fallback" or route is None or route.tier.quality == "draft":
        return ""
    return option_key(route.pipeline, route.tier.quality)


def _published(store: JobStore, job: str) -> Succeeded | None:
    """Return how a job has ended if its take, or its control map, is on disk. A project that cannot be read has none."""
    spec, (_, _, _, name) = store.spec(job), store.attempt(job)
    if isinstance(spec, TrainJob):
        return trained_by(spec, job)
    if not isinstance(spec, GenerateJob):
        return None
    try:
        return _made(spec, name, job)
    except (GenStudioError, OSError):
        return None


def _made(spec: GenerateJob, name: TakeName | None, job: str) -> Succeeded | None:
    if name is None:
        return result_of(spec) if not spec.renders else None
    project = ProjectFolder(Path(spec.project_root))
    if project.uuid != spec.project:
        return None
    takes = project.takes.list(name.renders, name.version)
    record = next((take for take in takes if take.job == job), None)
    return Succeeded(output=record.path, take=record.id) if record is not None else None
