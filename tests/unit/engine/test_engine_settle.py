from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from genstudio.engine.fence import Fence, SupersededAttemptError
from genstudio.engine.outcome import Outcome
from genstudio.engine.settle import decide, settle, settle_lost, settle_unheard, settle_written
from genstudio.engine.state import StateFolder, write_json
from genstudio.engine.store import JobStore
from genstudio.schema.job import Cancelled, Failed, GenerateJob, JobState, Queued, Route, Running, Succeeded, TaskSpec
from genstudio.schema.pipeline import Tier

Add = Callable[..., TaskSpec]
_DONE = Outcome(job="job_a_0", attempt=1, state=Succeeded(output="a.mp4", take="t"), warnings=("Two hands.",))
_TAKE = Succeeded(output="03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.mp4", take="SHOT-010_v01_take01")
_OOM = Failed(code="out_of_memory", message="The pipeline ran out of memory.")
_BY_ADA = Cancelled(by="Ada")


@pytest.mark.parametrize(
    ("word", "published", "cancelled_by", "losses", "expected"),
    [
        # A take that is on disk is a success, whatever else is known.
        (None, _TAKE, None, 0, _TAKE),
        (None, _TAKE, None, 2, _TAKE),
        (None, _TAKE, "Ada", 1, _TAKE),
        (_OOM, _TAKE, None, 0, _TAKE),
        (_BY_ADA, _TAKE, "Ada", 0, _TAKE),
        (_DONE.state, _TAKE, None, 0, _DONE.state),
        # Without one, the word of the attempt counts.
        (_DONE.state, None, None, 0, _DONE.state),
        (_OOM, None, None, 0, _OOM),
        (_OOM, None, "Ada", 2, _OOM),
        (_BY_ADA, None, "Ada", 0, _BY_ADA),
        # Without a word it was lost.
        (None, None, "Ada", 1, _BY_ADA),
        (None, None, "Ada", 2, _BY_ADA),
        (None, None, "", 1, Cancelled(by="")),
        (None, None, None, 1, Queued()),
    ],
)
def test_what_is_published_decides_then_the_word_of_the_attempt(
    word: JobState | None, published: Succeeded | None, cancelled_by: str | None, losses: int, expected: JobState
) -> None:
    assert decide(word, published, cancelled_by=cancelled_by, losses=losses) == expected


def test_a_second_loss_fails_the_job() -> None:
    state = decide(None, None, losses=2)
    assert isinstance(state, Failed)
    assert state.code == "worker_lost"


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


def test_an_attempt_is_not_given_up_while_it_publishes(store: JobStore, state: StateFolder, add_task: Add) -> None:
    add_task()
    store.move("job_a_0", Running(worker="cpu"))
    with Fence(state.fence("job_a_0")).publishing(1):
        assert not settle_lost(store, state, "job_a_0", 1)
        assert not settle_unheard(store, state, "job_a_0", 1, Queued())
    assert store.job("job_a_0").state == Running(worker="cpu")
    assert settle_unheard(store, state, "job_a_0", 1, Queued())
    assert store.job("job_a_0").state == Queued()


def test_a_lost_attempt_that_lives_on_can_publish_nothing(store: JobStore, state: StateFolder, add_task: Add) -> None:
    add_task()
    settle_lost(store, state, "job_a_0", 1)
    with pytest.raises(SupersededAttemptError):
        Fence(state.fence("job_a_0")).check(1)
    Fence(state.fence("job_a_0")).check(2)


def test_an_attempt_that_is_given_up_without_blame_is_no_loss(store: JobStore, state: StateFolder, add_task: Add) -> None:
    add_task()
    settle_unheard(store, state, "job_a_0", 1, Queued())
    settle_lost(store, state, "job_a_0", 2)
    assert store.job("job_a_0").state == Queued()


def test_the_word_of_an_attempt_is_read_before_it_is_given_up(store: JobStore, state: StateFolder, add_task: Add) -> None:
    add_task()
    _write(state)
    assert settle_unheard(store, state, "job_a_0", 1, Queued())
    assert store.job("job_a_0").state == _DONE.state


@pytest.fixture
def dispatched(store: JobStore, route: Route, job_spec: GenerateJob) -> Callable[..., str]:
    """Queue a job and send it to a worker; returns its id."""

    def make(policy: str = "fallback", quality: str = "high") -> str:
        tier = Tier.model_validate({"quality": quality})
        task = TaskSpec(id=f"task_{policy}", project=job_spec.project, canvas="c.json", node="n", kind="generate", created=time.time())
        store.add_task(task, [("job_a_0", job_spec.model_copy(update={"policy": policy}))])
        store.dispatch(
            "job_a_0", Running(worker="gpu"), worker="gpu", route=route.model_copy(update={"pipeline": "wan", "tier": tier}), take=None
        )
        return "job_a_0"

    return make


def _end(store: JobStore, state: StateFolder, job: str, code: str) -> JobState:
    settle(store, state, Outcome(job=job, attempt=1, state=Failed(code=code, message="It failed.")))
    return store.job(job).state


def test_a_job_that_ran_out_of_memory_is_queued_for_a_lower_tier(
    store: JobStore, state: StateFolder, dispatched: Callable[..., str]
) -> None:
    assert _end(store, state, dispatched(), "out_of_memory") == Queued()
    assert store.exhausted() == {"job_a_0": frozenset({"wan:high"})}


@pytest.mark.parametrize(
    ("policy", "quality", "code"),
    [("queue", "high", "out_of_memory"), ("fallback", "draft", "out_of_memory"), ("fallback", "high", "internal")],
)
def test_no_lower_tier_is_tried_where_people_want_to_wait_nothing_is_lower_or_memory_was_not_the_reason(
    store: JobStore, state: StateFolder, dispatched: Callable[..., str], policy: str, quality: str, code: str
) -> None:
    assert _end(store, state, dispatched(policy, quality), code) == Failed(code=code, message="It failed.")
    assert store.exhausted() == {}


def test_a_job_that_ran_out_of_memory_and_was_cancelled_is_not_tried_again(
    store: JobStore, state: StateFolder, dispatched: Callable[..., str]
) -> None:
    job = dispatched()
    store.request_cancel(job, "Ada")
    assert _end(store, state, job, "out_of_memory") == Failed(code="out_of_memory", message="It failed.")
