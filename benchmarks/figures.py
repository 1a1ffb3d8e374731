"""What a benchmark gives: figures with their peers, and how times are taken."""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Cost", "Figure", "LeftOutError", "cost", "percentile"]


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


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds that work took on the wall clock, and of processor time with all the processes it started."""

    wall: float
    cpu: float


def cost(work: Callable[[], object]) -> Cost:
    """Do ``work`` and return what it cost. Processor time hardly depends on what else the machine does."""
    start, spent = time.perf_counter(), _cpu()
    work()
    return Cost(time.perf_counter() - start, _cpu() - spent)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)
