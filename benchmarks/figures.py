"""What a benchmark gives: figures with their peers, and how times are taken."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["Figure", "LeftOutError", "percentile", "stopwatch", "timed"]


class LeftOutError(Exception):
    """A benchmark cannot run here; its text says why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value beside the same thing done by ``peer`` in the same run.

    ``unit`` is of both values (``s``, ``ms``, ``KB``); ``repeats`` is how many measurements a value is the median or percentile of.
    """

    benchmark: str
    name: str
    value: float
    unit: str
    peer: str
    peer_value: float
    repeats: int = 1

    @property
    def ratio(self) -> float:
        """How many times the peer's."""
        return self.value / self.peer_value if self.peer_value else math.inf


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of the values lies, by the nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    """Give a function that returns the seconds since the block began, and after the block how long it took."""
    start = time.perf_counter()
    end: list[float] = []
    yield lambda: (end[0] if end else time.perf_counter()) - start
    end.append(time.perf_counter())


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds ``work`` takes."""
    with stopwatch() as seconds:
        work()
    return seconds()
