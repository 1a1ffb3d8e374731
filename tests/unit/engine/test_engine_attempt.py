"""What a worker refuses before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from genstudio.engine.attempt import Attempt, WorkerPlace
from genstudio.engine.runners.process import ProcessRunner
from genstudio.engine.state import StateFolder
from genstudio.engine.studio_worker import _reserve
from genstudio.schema.job import Assignment, Failed, GenerateJob, Route
from genstudio.schema.take import TakeName


def test_a_scratch_disk_that_is_nearly_full_is_refused_before_anything_runs(
    state: StateFolder, job_spec: GenerateJob, route: Route, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENSTUDIO_SCRATCH_RESERVE_MIB", str(10**9))
    runner = ProcessRunner(tmp_path / "runs")
    (state.scratch / "cpu").mkdir()
    place = WorkerPlace("cpu", state, tmp_path, [runner], runner, reserve=_reserve())
    assignment = Assignment(
        job="job_1", task="task_1", attempt=1, worker="cpu", spec=job_spec, route=route, take=TakeName(renders=job_spec.renders, take=1)
    )
    outcome = Attempt(assignment, place, lambda state: pytest.fail(f"It ran: {state}")).run()
    assert isinstance(outcome.state, Failed)
    assert outcome.state.code == "disk_full"
    assert "GENSTUDIO_SCRATCH" in outcome.state.fix
    assert not list(state.scratch.glob("*/*"))
