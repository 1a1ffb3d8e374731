"""Many short jobs, one after another: memory and open files of the engine's processes stay as they are."""

from __future__ import annotations

import os

import psutil
import pytest
from campaign_tally import tell
from engine_lab import EngineLab

JOBS = int(os.environ.get("GENSTUDIO_SOAK_JOBS", "1000"))
TASK = 100
"""Takes of one click."""


Use = dict[str, tuple[float, int]]
"""Resident memory in MiB and open files, by process."""


def _use(lab: EngineLab) -> Use:
    found = {}
    for name, daemon in (("producer", lab.producer()), ("scheduler", lab.scheduler()), ("worker", lab.worker())):
        process = psutil.Process(daemon.pid)
        found[name] = (process.memory_info().rss / 2**20, process.num_fds())
    asker = psutil.Process()  # this process holds the queue open, as a server and a kernel do
    return found | {"asker": (asker.memory_info().rss / 2**20, asker.num_fds())}


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_a_thousand_short_jobs_leave_memory_and_open_files_as_they_were(fresh_lab: EngineLab, pytestconfig: pytest.Config) -> None:
    lab = fresh_lab
    lab.project.update_settings(auto_commit=False)
    lab.shot("shot_1", reference="draft-image@1.0.0", duration="1f")
    uses: list[Use] = []
    for _ in range(0, JOBS, TASK):
        view = lab.engine.wait(lab.generate(takes=TASK).id, 3600)
        assert all(job.state.state == "succeeded" for job in view.jobs)
        uses.append(_use(lab))
    first, last = uses[min(1, len(uses) - 1)], uses[-1]  # by the second time everything has been loaded that ever is
    tell(pytestconfig, *(f"{name}: {' '.join(f'{use[name][0]:.0f} MiB/{use[name][1]}' for use in uses)} files" for name in first))
    for name, (memory, files) in last.items():
        assert files <= first[name][1] + 4, f"{name}: {first[name][1]} files open, then {files}"
        assert memory <= first[name][0] * 1.25 + 30, f"{name}: {first[name][0]:.0f} MiB, then {memory:.0f}"
    assert len(lab.project.takes.list("SCENE_01/SHOT_010")) == JOBS
    assert not list(lab.state.scratch.glob("*/*"))
    assert not list(lab.state.outcomes.iterdir())
