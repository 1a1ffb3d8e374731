"""Counts what a campaign of kills did and what came of it, and says so at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from genstudio.schema.job import ENDED, JobView
from genstudio.schema.take import TakeRecord

__all__ = ["Tally", "tell"]


@dataclass
class Tally:
    """What was killed, how the jobs ended, and how many of them were lost or made twice."""

    kills: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    again: int = 0
    lost: int = 0
    repeated: int = 0

    def count(self, jobs: Iterable[JobView], takes: Iterable[TakeRecord]) -> None:
        """Add the jobs of a round and all takes that there are of them."""
        made = Counter(take.job for take in takes)
        for job in jobs:
            self.ends[job.state.state] += 1
            self.again += job.attempt > 1
            self.lost += job.state.state not in ENDED or (job.state.state == "succeeded" and not made[job.id])
            self.repeated += made[job.id] > (job.state.state == "succeeded")

    def tell(self, config: pytest.Config) -> None:
        """Say it where the results are shown."""
        kills = ", ".join(f"{number} {what}" for what, number in sorted(self.kills.items()))
        ends = ", ".join(f"{number} {end}" for end, number in sorted(self.ends.items()))
        tell(
            config,
            f"{self.kills.total()} kills ({kills}); {self.ends.total()} jobs ({ends}), {self.again} of them made again",
            f"lost: {self.lost}; made twice: {self.repeated}",
        )


def tell(config: pytest.Config, *lines: str) -> None:
    """Say something where the results are shown."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    capture = config.pluginmanager.get_plugin("capturemanager")
    if reporter is None or capture is None:
        return
    with capture.global_and_fixture_disabled():
        reporter.write_line("\n" + "\n".join(lines))
