"""Parts of the engine are killed at random points while jobs run: none is lost, none is published twice, none is left running.

Every test run tries one short seed, ``make campaign`` many long ones; the faults one by one stand in ``test_engine_faults.py``.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest
from campaign_tally import Tally
from engine_lab import EngineLab, until

pytestmark = [pytest.mark.once, pytest.mark.slow]

LONG = "GENSTUDIO_CAMPAIGN" in os.environ
ROUNDS = int(os.environ.get("GENSTUDIO_CAMPAIGN_ROUNDS", "40")) if LONG else 1
JOBS, KILLS, MOVES = (5, 2, 12) if LONG else (2, 2, 4)


@pytest.fixture(scope="module")
def tally(pytestconfig: pytest.Config) -> Iterator[Tally]:
    found = Tally()
    yield found
    found.tell(pytestconfig)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_no_job_is_lost_repeated_or_left_running_whatever_is_killed(lab: EngineLab, tally: Tally, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a choice that can be repeated
    lab.shot("shot_1", duration="8f")
    tasks = [lab.generate() for _ in range(JOBS)]
    for _ in range(KILLS):
        lab.engine.ensure_producer()
        for _ in range(chance.randint(1, MOVES)):
            wait_for_a_move(lab)
        what = chance.choice(["producer", "scheduler", "worker"])
        part = {"producer": lab.producer, "scheduler": lab.scheduler, "worker": lab.worker}[what]()
        if part.alive():
            lab.kill(part)
            tally.kills[what] += 1
    lab.engine.ensure_producer()
    ended = [lab.ended(task) for task in tasks]
    made = [job for job in ended if job.state.state == "succeeded"]
    assert all(job.state.state == "succeeded" or (job.state.state == "failed" and job.attempt >= 2) for job in ended), ended
    takes = lab.project.takes.list("SCENE_01/SHOT_010")
    tally.count(ended, takes)
    assert len(takes) == len(made)
    assert len({take.job for take in takes}) == len(takes)
    until(
        lambda: not [process for process in lab.processes() if "run.py" in " ".join(process.info["cmdline"] or [])], 20, "no pipeline left"
    )
    until(lambda: all(worker.free_cpu == worker.cpu and not worker.jobs for worker in lab.engine.workers()), 60, "all places free")


def wait_for_a_move(lab: EngineLab) -> None:
    """Wait until a job moves, or none is left that could."""
    seen = lab.store.data_version()
    until(lambda: lab.store.data_version() != seen or not lab.store.jobs(lab.project.uuid, active=True), what="a move")
