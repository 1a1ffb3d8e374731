from __future__ import annotations

from collections.abc import Callable

from genstudio.engine.outcome import Outcome
from genstudio.engine.settle import settle, settle_lost, settle_written
from genstudio.engine.state import StateFolder, write_json
from genstudio.engine.store import JobStore
from genstudio.schema.job import Cancelled, Failed, Queued, Running, Succeeded, TaskSpec

Add = Callable[..., TaskSpec]
_DONE = Outcome(job="job_a_0", attempt=1, state=Succeeded(output="a.mp4", take="t"), warnings=("Two hands.",))


def _write(state: StateFolder) -> None:
    write_json(state.outcome("job_a_0", 1), _DONE.model_dump(mode="json"))


def test_an_outcome_ends_its_job_and_tells_its_warnings(store: JobStore, state: StateFolder, add_task: Add) -> None:
    add_task()
    _write(state)
    settle(store, state, _DONE)
    assert store.job("job_a_0").state == _DONE.state
    assert store.task("task_a").spec.notice == "Two hands."
    assert not state.outcome("job_a_0", 1).exists()


def test_an_outcome_on_disk_is_worth_as_much_as_one_that_was_told(store: JobStore, state: StateFolder, add_task: Add) -> None:
    add_task()
    assert not settle_written(store, state, "job_a_0", 1)
    _write(state)
    settle_lost(store, state, "job_a_0", 1)
    assert store.job("job_a_0").state == _DONE.state


def test_an_outcome_of_a_cancelled_job_changes_nothing(store: JobStore, state: StateFolder, add_task: Add) -> None:
    add_task()
    store.move("job_a_0", Cancelled(by="Ada"))
    settle(store, state, _DONE)
    assert store.job("job_a_0").state == Cancelled(by="Ada")
    assert store.notices() == []


def test_a_damaged_outcome_counts_as_none(store: JobStore, state: StateFolder, add_task: Add) -> None:
    add_task()
    state.outcome("job_a_0", 1).write_text('{"job": "job_a_0"')
    assert not settle_written(store, state, "job_a_0", 1)


def test_a_lost_attempt_is_made_once_more_and_then_the_job_fails(store: JobStore, state: StateFolder, add_task: Add) -> None:
    add_task()
    store.move("job_a_0", Running(worker="cpu"))
    settle_lost(store, state, "job_a_0", 1)
    assert store.job("job_a_0").state == Queued()
    assert "started again" in store.task("task_a").spec.notice
    settle_lost(store, state, "job_a_0", 2)
    state_now = store.job("job_a_0").state
    assert isinstance(state_now, Failed)
    assert state_now.code == "worker_lost"
    assert state_now.fix


def test_a_lost_attempt_that_was_to_be_cancelled_is(store: JobStore, state: StateFolder, add_task: Add) -> None:
    add_task()
    store.request_cancel("job_a_0", "Ada")
    settle_lost(store, state, "job_a_0", 1)
    assert store.job("job_a_0").state == Cancelled(by="Ada")
