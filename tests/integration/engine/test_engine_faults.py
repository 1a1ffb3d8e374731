"""What happens when parts of the engine are killed, and when somebody cancels."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from engine_lab import EngineLab, until
from honest_skips import mounted_disk

from genstudio.engine.shutdown import stop
from genstudio.engine.submit import Engine
from genstudio.schema.job import ENDED, Cancelled, Failed, Succeeded

pytestmark = [pytest.mark.once, pytest.mark.slow]

LONG = "4000f"
A_WHILE = "400f"
"""With the second that its program takes to begin, long enough to be met at work."""


def test_a_job_goes_on_when_the_producer_is_killed_and_the_next_one_finishes_it(lab: EngineLab) -> None:
    lab.shot("shot_1", duration=A_WHILE)
    task = lab.generate()
    lab.running(task)
    before = (lab.scheduler(), lab.worker())
    lab.kill(lab.producer())
    until(lambda: lab.job(task).state.state in ENDED, what="the next producer, which nobody asked for")
    job = lab.job(task)
    assert isinstance(job.state, Succeeded), job.state
    assert job.attempt == 1
    assert (lab.scheduler(), lab.worker()) == before
    assert len(lab.project.takes.list("SCENE_01/SHOT_010")) == 1
    lab.engine.wait(task.id, 60, committed=True)
    assert lab.git("log", "-1", "--format=%s").startswith("SHOT_010 take 1")


def test_a_take_that_was_finished_while_no_producer_lived_is_reported_by_the_next(lab: EngineLab) -> None:
    lab.shot("shot_1", duration=A_WHILE)
    task = lab.generate()
    lab.running(task)
    scheduler = lab.scheduler()
    os.kill(scheduler.pid, signal.SIGSTOP)  # it would start the next producer at once
    try:
        lab.kill(lab.producer())
        until(lambda: lab.project.takes.list("SCENE_01/SHOT_010"), what="the take")
        until(lambda: lab.state.outcome(lab.job(task).id, 1).exists(), what="the outcome")
        assert lab.job(task).state.state == "running"
    finally:
        os.kill(scheduler.pid, signal.SIGCONT)
    assert isinstance(lab.ended(task).state, Succeeded)
    assert lab.job(task).attempt == 1
    assert not lab.state.outcome(lab.job(task).id, 1).exists()


def test_a_job_whose_worker_is_killed_is_tried_once_more_and_fails_clearly_when_that_is_killed_too(lab: EngineLab) -> None:
    lab.shot("shot_1", duration=LONG)
    task = lab.generate()
    lab.running(task)
    first = _pipelines(lab)
    assert first
    lab.kill(lab.worker())
    until(lambda: lab.job(task).attempt == 2 and lab.job(task).state.state == "running", what="running again")
    assert "started again" in lab.store.task(task.id).spec.notice
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in first)
    lab.kill(lab.worker())
    job = lab.ended(task)
    assert isinstance(job.state, Failed)
    assert job.state.code == "worker_lost"
    lab.shot("shot_1", duration="2f")
    assert isinstance(lab.ended(lab.generate()).state, Succeeded)
    assert not _pipelines(lab)


def test_a_job_is_tried_once_more_when_the_scheduler_is_killed(lab: EngineLab) -> None:
    lab.shot("shot_1", duration=A_WHILE)
    task = lab.generate()
    lab.running(task)
    worker = lab.worker()
    lab.kill(lab.scheduler())
    job = lab.ended(task)
    assert isinstance(job.state, Succeeded), job.state
    assert job.attempt == 2
    assert not worker.alive()
    assert lab.worker() != worker


def test_everything_killed_at_once_loses_no_job(lab: EngineLab) -> None:
    lab.shot("shot_1", duration=A_WHILE)
    tasks = [lab.generate() for _ in range(2)]
    lab.running(tasks[0])
    for part in (lab.producer(), lab.scheduler(), lab.worker()):
        lab.kill(part)
    lab.engine.ensure_producer()
    assert [lab.ended(task).state.state for task in tasks] == ["succeeded"] * 2
    assert len(lab.project.takes.list("SCENE_01/SHOT_010")) == 2


def test_a_job_outlives_the_process_that_asked_for_it(lab: EngineLab) -> None:
    code = (
        "import os, signal, sys; from genstudio.project.workspace import WorkspaceFolder; from genstudio.engine.submit import Engine\n"
        "w = WorkspaceFolder.find(); e = Engine(w); t = e.generate(w.project(sys.argv[1]), None, 'shot_1'); print(t.id, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    asked = subprocess.run([sys.executable, "-c", code, lab.project.uuid], capture_output=True, text=True, check=False)
    assert asked.returncode == -signal.SIGKILL, asked.stderr
    assert isinstance(lab.engine.wait(asked.stdout.strip(), 120).jobs[0].state, Succeeded)


def test_cancel_ends_the_named_job_its_processes_and_nothing_else(lab: EngineLab) -> None:
    lab.shot("shot_1", duration=LONG)
    lab.shot("shot_2", duration=A_WHILE)
    long, short = lab.generate("shot_1"), lab.generate("shot_2")
    lab.running(long, "frame")
    lab.running(short)
    assert len(lab.engine.cancel(long.id, by="Ada")) == 1
    assert lab.ended(long).state == Cancelled(by="Ada")
    assert isinstance(lab.ended(short).state, Succeeded)
    assert not _pipelines(lab)
    assert lab.project.takes.list("SCENE_01/SHOT_010") == ()
    assert not list(lab.state.scratch.glob("*/*"))


def test_a_job_that_has_not_begun_is_cancelled_without_a_trace(lab: EngineLab) -> None:
    lab.shot("shot_1", duration=LONG)
    tasks = [lab.generate() for _ in range(3)]
    lab.running(tasks[0])
    waiting = next(task for task in tasks if lab.job(task).state.state in ("queued", "waiting"))
    lab.engine.cancel(waiting.id, by="Ada")
    assert lab.ended(waiting).state == Cancelled(by="Ada")
    for task in tasks:
        lab.engine.cancel(task.id)
    assert {lab.ended(task).state.state for task in tasks} == {"cancelled"}
    assert lab.engine.cancel(tasks[0].id) == ()


def test_a_scratch_disk_that_fills_up_ends_the_job_and_harms_nothing(
    fresh_lab: EngineLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mounted_disk(tmp_path / "disk", "96k") as disk:
        monkeypatch.setenv("GENSTUDIO_SCRATCH", str(disk))
        monkeypatch.setenv("GENSTUDIO_SCRATCH_RESERVE_MIB", "0")
        fresh_lab.shot("shot_1", duration="200f")
        job = fresh_lab.ended(fresh_lab.generate())
        assert isinstance(job.state, Failed), job.state
        assert (job.state.code, job.state.message) == ("disk_full", "The scratch disk is full.")
        assert "GENSTUDIO_SCRATCH" in job.state.fix
        assert fresh_lab.project.takes.list("SCENE_01/SHOT_010") == ()
        assert not list(fresh_lab.state.scratch.glob("*/*"))


def test_a_producer_told_to_end_queues_its_job_again_without_blame(lab: EngineLab) -> None:
    lab.shot("shot_1", duration=A_WHILE)
    task = lab.generate()
    lab.running(task)
    stop(lab.state.root)
    assert lab.job(task).state.state == "queued"
    assert not _pipelines(lab)
    other = Engine(lab.workspace)
    other.ensure_producer()
    other.close()
    job = lab.ended(task)
    assert isinstance(job.state, Succeeded), job.state
    assert job.attempt == 2
    assert lab.store.task(task.id).spec.notice.count("started again") == 0


def _pipelines(lab: EngineLab) -> list[psutil.Process]:
    """The living pipeline processes of this lab."""
    return [process for process in lab.processes() if "--project_path" in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE]
