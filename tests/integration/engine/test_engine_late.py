"""Attempts that lose their worker at the worst moment: while they publish, and between the take and the word of it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from engine_lab import EngineLab, until

from genstudio.engine.fence import Fence
from genstudio.project import paths
from genstudio.project.atomic import locked
from genstudio.schema.job import JobView, Succeeded, TaskSpec

pytestmark = pytest.mark.once

SHOT = "SCENE_01/SHOT_010"
_DROP = """
import sys; from pathlib import Path; from distributed import Client; from genstudio.engine import cluster
from genstudio.engine.state import StateFolder; cluster.configure(); state = StateFolder(Path(sys.argv[1]))
async def drop(dask_scheduler):
    for address in list(dask_scheduler.workers):
        await dask_scheduler.remove_worker(address, stimulus_id="test", expected=False, close=False)
client = Client(cluster.scheduler_address(state), security=cluster.security(state), timeout=10)
client.run_on_scheduler(drop); client.close()
"""


def test_a_take_that_its_worker_could_not_tell_of_is_a_success(lab: EngineLab) -> None:
    outcomes, aside = lab.state.outcomes, lab.state.root / "aside"
    lab.ended(lab.generate())  # the engine runs, so that nobody makes the folder anew
    outcomes.rename(aside)
    try:
        job = lab.ended(lab.generate())
    finally:
        aside.rename(outcomes)
    assert isinstance(job.state, Succeeded), job.state
    assert job.attempt == 1
    takes = lab.project.takes.list(SHOT)
    assert [take.id for take in takes] == ["SHOT-010_v01_take01", "SHOT-010_v01_take02"]
    assert (job.state.take, job.state.output) == (takes[1].id, f"03_Renders/{SHOT}/{takes[1].media}")


def test_a_worker_that_is_lost_while_it_publishes_is_waited_for(lab: EngineLab) -> None:
    task = _working(lab)
    with locked(paths.get_lock_path(lab.project.root, f"takes {SHOT}")):
        job = _publishing(lab, task)
        worker = lab.worker()
        _drop_workers(lab)
        until(lambda: not lab.engine.workers() or lab.worker() != worker, what="the producer, that the worker is lost")
        assert lab.job(task).state.state == "running"
    ended = lab.ended(task)
    assert isinstance(ended.state, Succeeded), ended.state
    assert ended.attempt == 1
    assert [take.job for take in lab.project.takes.list(SHOT)] == [job.id]


def test_a_worker_that_is_killed_while_it_publishes_has_published_nothing(lab: EngineLab) -> None:
    task = _working(lab)
    with locked(paths.get_lock_path(lab.project.root, f"takes {SHOT}")):
        job = _publishing(lab, task)
        lab.kill(lab.worker())
        until(lambda: lab.store.task(task.id).spec.notice, what="the job is to be started again")
        assert lab.project.takes.list(SHOT) == ()
    ended = lab.ended(task)
    assert isinstance(ended.state, Succeeded), ended.state
    assert ended.attempt == 2
    assert [take.job for take in lab.project.takes.list(SHOT)] == [job.id]


def test_an_attempt_that_was_given_up_publishes_nothing_and_the_next_one_does(lab: EngineLab) -> None:
    task = _working(lab)
    job = lab.job(task)
    assert Fence(lab.state.fence(job.id)).revoke(1)
    ended = lab.ended(task)
    assert isinstance(ended.state, Succeeded), ended.state
    assert ended.attempt == 2
    assert [take.job for take in lab.project.takes.list(SHOT)] == [job.id]


def _working(lab: EngineLab) -> TaskSpec:
    """Ask for a take, and wait until its program begins, which takes it most of a second."""
    task = lab.generate()
    lab.running(task)
    return task


def _publishing(lab: EngineLab, task: TaskSpec) -> JobView:
    """Wait until the job of a task holds its fence, and return it."""

    def held() -> bool:
        return not Fence(lab.state.fence(lab.job(task).id)).revoke(0)

    until(held, what="an attempt that publishes")
    return lab.job(task)


def _drop_workers(lab: EngineLab) -> None:
    """Have the scheduler forget its workers, which live on and go on."""
    subprocess.run([sys.executable, "-c", _DROP, str(lab.state.root)], check=True, timeout=60)
