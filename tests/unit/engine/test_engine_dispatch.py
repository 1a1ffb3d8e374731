"""What the producer does with a queue, with workers that are only said to be there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from standing_workers import StandingWorkers

from genstudio.engine import dispatch
from genstudio.engine.state import StateFolder
from genstudio.engine.store import JobStore
from genstudio.schema.job import GenerateJob, TaskSpec, WorkerView

FREE = WorkerView(address="tls://a", name="cpu", cpu=2, free_cpu=2, runners=("process",))


@pytest.fixture
def job_spec(job_spec: GenerateJob) -> GenerateJob:
    """A job that needs no project to be placed."""
    return job_spec.model_copy(update={"renders": "", "reference": "draft-video@1.0.0"})


def test_what_fits_is_sent_and_the_rest_is_told_what_it_waits_for(
    state: StateFolder, store: JobStore, add_task: Callable[..., TaskSpec], tmp_path: Path
) -> None:
    add_task("a", jobs=3)
    link = StandingWorkers([FREE])

    async def work() -> None:
        dispatcher = dispatch.Dispatcher(store, state, tmp_path, 1, lambda: None)
        await dispatcher.attach(link)
        await dispatcher.look()
        await dispatcher.step()

    asyncio.run(work())
    assert link.sent == ["job_a_0", "job_a_1"]
    assert [job.state.state for job in store.jobs()] == ["staging", "staging", "waiting"]
    assert store.job("job_a_2").state.reason == "Waiting for a worker to be free."


def test_a_worker_that_did_not_answer_in_time_is_asked_again_though_nothing_has_happened(
    state: StateFolder, store: JobStore, add_task: Callable[..., TaskSpec], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(dispatch, "time", SimpleNamespace(monotonic=lambda: clock.now, process_time=lambda: 0.0))
    add_task("a")
    link = StandingWorkers([])

    async def work() -> None:
        dispatcher = dispatch.Dispatcher(store, state, tmp_path, 1, lambda: None)
        await dispatcher.attach(link)
        await dispatcher.look()
        await dispatcher.step()
        link.views = [FREE]
        await dispatcher.step(woken=False)
        assert link.sent == []
        clock.now += 6
        await dispatcher.step(woken=False)

    asyncio.run(work())
    assert link.sent == ["job_a_0"]


def test_a_queue_in_which_nothing_has_happened_rests_and_is_looked_at_again_in_a_while(
    state: StateFolder, store: JobStore, add_task: Callable[..., TaskSpec], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=100.0, spent=0.0)

    def spend() -> float:
        clock.spent += 0.5
        return clock.spent

    monkeypatch.setattr(dispatch, "time", SimpleNamespace(monotonic=lambda: clock.now, process_time=spend))
    link = StandingWorkers([FREE])

    async def work() -> None:
        dispatcher = dispatch.Dispatcher(store, state, tmp_path, 1, lambda: None)
        await dispatcher.attach(link)
        await dispatcher.look()
        await dispatcher.step()  # takes half a second
        add_task("a")
        await dispatcher.step(woken=False)
        assert link.sent == []
        clock.now += 5
        await dispatcher.step(woken=False)
        assert link.sent == ["job_a_0"]
        add_task("b")
        await dispatcher.step(woken=True)
        assert link.sent == ["job_a_0", "job_b_0"]

    asyncio.run(work())
