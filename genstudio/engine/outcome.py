"""How an attempt ended, as a worker tells the producer."""

from __future__ import annotations

from genstudio.schema.base import Frozen, JsonObject, Sha256
from genstudio.schema.job import JobState
from genstudio.schema.take import TakeTiming

__all__ = ["Made", "Outcome"]


class Made(Frozen):
    """A result that lies on a worker and is still to be fetched and published: its file and how it came to be."""

    name: str
    sha256: Sha256
    bytes: int
    runner: str
    image: str
    timing: TakeTiming
    metadata: JsonObject


class Outcome(Frozen):
    """How an attempt ended; ``warnings`` are for people. With ``made`` it is no end yet: the producer publishes what was made."""

    job: str
    attempt: int
    state: JobState
    warnings: tuple[str, ...] = ()
    made: Made | None = None
