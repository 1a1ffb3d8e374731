"""What a new producer tidies up: old progress rows and old logs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from genstudio.engine.state import StateFolder
    from genstudio.engine.store import JobStore

__all__ = ["tidy"]

_DAY_S: Final = 86400.0
_PROGRESS_DAYS: Final = 1
_LOG_DAYS: Final = 30


def tidy(store: JobStore, state: StateFolder, now: float | None = None) -> None:
    """Drop progress rows of yesterday's jobs and logs older than a month."""
    moment = time.time() if now is None else now
    store.prune(moment - _PROGRESS_DAYS * _DAY_S)
    for log in state.logs.iterdir():
        if log.stat().st_mtime < moment - _LOG_DAYS * _DAY_S:
            log.unlink(missing_ok=True)
