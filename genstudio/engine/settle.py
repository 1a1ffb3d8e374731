"""How an attempt that has ended, or that nothing runs any more, ends its job: by its outcome, by another attempt, or by failing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from genstudio.engine.outcome import Outcome
from genstudio.schema.job import Cancelled, Failed, Queued

if TYPE_CHECKING:
    from genstudio.engine.state import StateFolder
    from genstudio.engine.store import JobStore

__all__ = ["settle", "settle_lost", "settle_written"]

_LOSSES: Final = 2
"""With the second worker that dies under a job, the job is the suspect."""


def settle(store: JobStore, state: StateFolder, outcome: Outcome) -> None:
    """Give a job the state in which its attempt ended, and tell its warnings."""
    job = store.job(outcome.job)
    if store.move(outcome.job, outcome.state):
        for warning in outcome.warnings:
            store.add_notice(job.task, warning)
    state.outcome(outcome.job, outcome.attempt).unlink(missing_ok=True)


def settle_written(store: JobStore, state: StateFolder, job: str, attempt: int) -> bool:
    """Settle an attempt by what its worker wrote on disk. Return whether there was anything."""
    try:
        outcome = Outcome.model_validate_json(state.outcome(job, attempt).read_bytes())
    except (FileNotFoundError, ValidationError):
        return False
    settle(store, state, outcome)
    return True


def settle_lost(store: JobStore, state: StateFolder, job: str, attempt: int) -> None:
    """Settle an attempt that nothing runs any more: by what is on disk; else the job is queued again, once."""
    if settle_written(store, state, job, attempt):
        return
    by = store.cancel_requests().get(job)
    if by is not None:
        store.move(job, Cancelled(by=by))
    elif store.lose(job) < _LOSSES:
        store.add_notice(store.job(job).task, "The worker ended unexpectedly; the job was started again.")
        store.move(job, Queued())
    else:
        message = "The worker that ran the job ended unexpectedly, twice."
        fix = "Look whether the machine is out of memory, then generate again."
        store.move(job, Failed(code="worker_lost", message=message, fix=fix))
