"""What a new producer tidies up: old progress rows, old logs, and notes about attempts of jobs that have ended."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.engine.state import StateFolder
    from genstudio.engine.store import JobStore

__all__ = ["tidy"]

_DAY_S: Final = 86400.0
_PROGRESS_DAYS: Final = 1
_NOTE_DAYS: Final = 1
_LOG_DAYS: Final = 30


def tidy(store: JobStore, state: StateFolder, now: float | None = None) -> None:
    """Drop progress rows and notes of yesterday's jobs and logs older than a month."""
    moment = time.time() if now is None else now
    store.prune(moment - _PROGRESS_DAYS * _DAY_S)
    for log in state.logs.iterdir():
        if _older(log, moment - _LOG_DAYS * _DAY_S):
            log.unlink(missing_ok=True)
    open_jobs = {job.id for job in store.jobs(active=True)}
    for note in (*state.fences.iterdir(), *state.outcomes.iterdir()):
        if note.stem.partition("-")[0] not in open_jobs and _older(note, moment - _NOTE_DAYS * _DAY_S):
            note.unlink(missing_ok=True)


def _older(path: Path, moment: float) -> bool:
    with suppress(FileNotFoundError):  # a temporary file of a worker that writes just now
        return path.stat().st_mtime < moment
    return False
