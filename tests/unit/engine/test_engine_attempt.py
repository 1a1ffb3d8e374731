"""What a worker refuses before anything runs, and what it tells of what does."""

from __future__ import annotations

from pathlib import Path

import pytest

from genstudio.engine.attempt import Attempt, WorkerPlace
from genstudio.engine.runners.base import Launch, Listener
from genstudio.engine.runners.process import ProcessRun, ProcessRunner, clean_environment
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


class _Quick(ProcessRunner):
    """Starts a pipeline that has told how far it is before it is known to have started, and fails."""

    def start(self, launch: Launch, listener: Listener) -> ProcessRun:
        listener.event(b'{"v": 1, "seq": 0, "type": "started"}')
        listener.event(b'{"v": 1, "seq": 1, "type": "progress", "progress": 40, "step": "working"}')
        return ProcessRun(["false"], launch.folder, clean_environment(), listener, self.note("quick"))


def test_what_a_quick_pipeline_tells_is_not_overtaken_by_the_word_that_it_starts(
    state: StateFolder, job_spec: GenerateJob, route: Route, tmp_path: Path
) -> None:
    runner = _Quick(tmp_path / "runs")
    (state.scratch / "cpu").mkdir()
    place = WorkerPlace("cpu", state, tmp_path, [runner], runner)
    assignment = Assignment(
        job="job_1", task="task_1", attempt=1, worker="cpu", spec=job_spec, route=route, take=TakeName(renders=job_spec.renders, take=1)
    )
    told: list[str] = []
    outcome = Attempt(assignment, place, lambda running: told.append(running.step)).run()
    assert isinstance(outcome.state, Failed)
    assert told == ["working"]
