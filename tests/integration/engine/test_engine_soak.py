"""Many short jobs, one after another: memory and open files of the engine's processes stay as they are."""

from __future__ import annotations

import os
from collections.abc import Callable

import psutil
import pytest
from engine_lab import EngineLab

JOBS = int(os.environ.get("GENSTUDIO_SOAK_JOBS", "1000"))
TASK = 100
"""Takes of one click."""


def _use(lab: EngineLab) -> dict[str, tuple[float, int]]:
    """Resident memory in MiB and open files of the engine's processes."""
    found = {}
    for name, daemon in (("producer", lab.producer()), ("scheduler", lab.scheduler()), ("worker", lab.worker())):
        process = psutil.Process(daemon.pid)
        found[name] = (process.memory_info().rss / 2**20, process.num_fds())
    return found


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_a_thousand_short_jobs_leave_memory_and_open_files_as_they_were(fresh_lab: EngineLab) -> None:
    lab = fresh_lab
    lab.project.update_settings(auto_commit=False)
    lab.shot("shot_1", reference="draft-image@1.0.0", duration="1f")
    before: Callable[..., dict[str, tuple[float, int]]] | dict[str, tuple[float, int]] = {}
    for done in range(0, JOBS, TASK):
        view = lab.engine.wait(lab.generate(takes=TASK).id, 3600)
        assert all(job.state.state == "succeeded" for job in view.jobs)
        if done == TASK:  # by now everything has been loaded that ever is
            before = _use(lab)
    after = _use(lab)
    assert isinstance(before, dict)
    for name, (memory, files) in after.items():
        assert files <= before[name][1] + 4, f"{name}: {before[name][1]} files open, then {files}"
        assert memory <= before[name][0] * 1.25 + 30, f"{name}: {before[name][0]:.0f} MiB, then {memory:.0f}"
    assert len(lab.project.takes.list("SCENE_01/SHOT_010")) == JOBS
    assert not list(lab.state.scratch.glob("*/*"))
    assert not list(lab.state.outcomes.iterdir())
