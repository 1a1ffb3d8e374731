"""How an attempt ended, as a worker tells the producer."""

from __future__ import annotations

from genstudio.schema.base import Frozen
from genstudio.schema.job import JobState

__all__ = ["Outcome"]


class Outcome(Frozen):
    """How an attempt ended; ``warnings`` are for people."""

    job: str
    attempt: int
    state: JobState
    warnings: tuple[str, ...] = ()
