"""Clocks that are set, and a machine that is suspended: neither loses a worker, nor a job, nor makes one twice."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from engine_lab import EngineLab

from genstudio.schema.job import Succeeded, TaskSpec

pytestmark = pytest.mark.once

HOUR = 3600.0
A_WHILE = "400f"
_CLOCK = """
import os, time
def _told(real=time.time):
    return real() + os.stat(os.environ["CLOCK"]).st_mtime - 1_000_000_000
time.time = _told
"""
"""What every Python of the studio runs first: a clock that can be set, by the time of a file."""


def _set(clock: Path, seconds: float) -> None:
    os.utime(clock, (0, 1_000_000_000 + seconds))


def _made(lab: EngineLab, task: TaskSpec) -> None:
    job = lab.ended(task)
    assert isinstance(job.state, Succeeded), job.state
    assert job.attempt == 1
    (take,) = [take for take in lab.project.takes.list("SCENE_01/SHOT_010") if take.job == job.id]
    assert 0 <= take.timing.run_s < HOUR
    assert 0 <= take.timing.load_s < HOUR


@pytest.mark.campaign
def test_a_job_outlives_a_suspended_machine_and_clocks_set_by_hours(
    fresh_lab: EngineLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, clock = fresh_lab, tmp_path / "clock"
    (tmp_path / "sitecustomize.py").write_text(_CLOCK)
    clock.touch()
    _set(clock, 0)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("CLOCK", str(clock))
    lab.shot("shot_1", duration=A_WHILE)
    tasks = [lab.generate()]
    lab.running(tasks[0])
    parts = [lab.producer(), lab.scheduler(), lab.worker()]

    stopped = lab.processes()  # the pipeline too
    for process in stopped:
        process.send_signal(signal.SIGSTOP)
    _set(clock, 3 * HOUR)
    for process in stopped:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGCONT)
    _made(lab, tasks[0])

    tasks.append(lab.generate())
    lab.running(tasks[1])
    _set(clock, -8 * HOUR)
    lab.running(tasks[1], "frame")
    _set(clock, 5 * HOUR)
    _made(lab, tasks[1])
    assert [lab.producer(), lab.scheduler(), lab.worker()] == parts
