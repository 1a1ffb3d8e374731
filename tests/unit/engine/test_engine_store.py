from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable

import pytest

from genstudio.engine.queue import Queue
from genstudio.engine.state import StateFolder
from genstudio.engine.store import JobStore
from genstudio.schema.errors import NotFoundError, ReadOnlyError
from genstudio.schema.job import Cancelled, Failed, GenerateJob, Queued, Route, Running, Staging, Succeeded, TaskSpec, Waiting
from genstudio.schema.take import TakeName

Add = Callable[..., TaskSpec]


def test_a_task_and_its_jobs_are_read_back_as_they_were_given(store: JobStore, add_task: Add, job_spec: GenerateJob) -> None:
    task = add_task("a", jobs=2)
    view = store.task("task_a")
    assert view.spec == task
    assert [job.id for job in view.jobs] == ["job_a_0", "job_a_1"]
    assert view.jobs[0].state == Queued()
    assert store.spec("job_a_0") == job_spec
    assert store.tasks(task.project) == [task]
    assert store.tasks("00000000-0000-0000-0000-000000000000") == []


def test_every_move_is_an_event_in_order(store: JobStore, add_task: Add) -> None:
    add_task()
    states = [Waiting(reason="No worker."), Staging(worker="cpu"), Running(worker="cpu", progress=3), Succeeded(output="a.mp4", take="t")]
    for state in states:
        assert store.move("job_a_0", state)
    events = store.events()
    assert [event.state for event in events] == [Queued(), *states]
    assert [event.row for event in events] == sorted(event.row for event in events)
    assert store.events(events[2].row) == events[3:]
    assert store.last_event() == events[-1].row


def test_a_job_that_has_ended_never_moves_again(store: JobStore, add_task: Add) -> None:
    add_task()
    store.move("job_a_0", Cancelled(by="Ada"))
    before = store.events()
    assert not store.move("job_a_0", Succeeded(output="a.mp4"))
    assert store.job("job_a_0").state == Cancelled(by="Ada")
    assert store.events() == before
    assert store.jobs(active=True) == []


def test_what_was_written_is_there_for_another_process_and_after_reopening(state: StateFolder, store: JobStore, add_task: Add) -> None:
    add_task()
    with JobStore(state.root) as other:
        assert other.job("job_a_0").state == Queued()
        store.move("job_a_0", Staging(worker="cpu"))
        assert other.job("job_a_0").state == Staging(worker="cpu")


def test_writes_survive_a_crash_of_the_machine(state: StateFolder, store: JobStore) -> None:
    connection = sqlite3.connect(state.root / "jobs.sqlite")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    assert store._connection.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL


def test_the_data_version_tells_of_every_change_also_of_ones_own(state: StateFolder, store: JobStore, add_task: Add) -> None:
    first = store.data_version()
    assert store.data_version() == first
    add_task()
    second = store.data_version()
    assert second != first
    with JobStore(state.root) as other:
        other.move("job_a_0", Staging(worker="cpu"))
    assert store.data_version() != second


def test_an_attempt_keeps_worker_route_and_take(store: JobStore, add_task: Add, route: Route) -> None:
    add_task()
    take = TakeName(renders="SCENE_01/SHOT_010", version=1, take=1)
    for number in (1, 2):
        assert store.dispatch("job_a_0", Staging(worker="cpu"), worker="cpu", route=route, take=take) == number
    assert store.attempt("job_a_0") == (2, "cpu", route, take)
    view = store.job("job_a_0")
    assert (view.attempt, view.pipeline, view.quality) == (2, "draft-video", "draft")


def test_an_ended_job_is_not_dispatched(store: JobStore, add_task: Add) -> None:
    add_task()
    store.move("job_a_0", Cancelled())
    with pytest.raises(NotFoundError):
        store.dispatch("job_a_0", Staging(worker="cpu"), worker="cpu", route=None, take=None)
    assert store.job("job_a_0").attempt == 0


def test_a_cancel_of_a_task_asks_for_all_its_open_jobs(store: JobStore, add_task: Add) -> None:
    add_task("a", jobs=3)
    add_task("b")
    store.move("job_a_1", Failed(code="internal", message="No."))
    assert store.request_cancel("task_a", "Ada") == ("job_a_0", "job_a_2")
    assert store.request_cancel("job_b_0", "Bob") == ("job_b_0",)
    assert store.cancel_requests() == {"job_a_0": "Ada", "job_a_2": "Ada", "job_b_0": "Bob"}


def test_what_does_not_exist_is_named(store: JobStore) -> None:
    for ask in (store.job, store.spec, store.task, store.request_cancel, store.log_path):
        with pytest.raises(NotFoundError, match="'nope'"):
            ask("nope")


def test_a_log_is_only_asked_for_by_a_known_id(store: JobStore, add_task: Add, state: StateFolder) -> None:
    add_task()
    assert store.log_path("job_a_0").parent == state.logs
    with pytest.raises(NotFoundError):
        store.log_path("../../secret")


def test_a_notice_is_told_once_and_kept_with_its_task(store: JobStore, add_task: Add) -> None:
    add_task()
    for message in ("Fell back.", "Fell back.", "Not committed."):
        store.add_notice("task_a", message)
    assert store.task("task_a").spec.notice == "Fell back. Not committed."
    assert [notice.message for notice in store.notices()] == ["Fell back.", "Not committed."]
    assert store.notices(store.last_notice()) == []


def test_a_task_is_to_be_committed_when_its_last_job_has_ended(store: JobStore, add_task: Add) -> None:
    add_task("a", jobs=2)
    store.move("job_a_0", Succeeded(output="a.mp4"))
    assert store.uncommitted() == []
    store.move("job_a_1", Succeeded(output="b.mp4"))
    assert store.uncommitted() == ["task_a"]
    assert not store.is_committed("task_a")
    store.set_committed("task_a")
    assert store.uncommitted() == []
    assert store.is_committed("task_a")


def test_only_old_progress_of_ended_jobs_is_pruned(store: JobStore, add_task: Add) -> None:
    add_task("a")
    add_task("b")
    for job in ("job_a_0", "job_b_0"):
        store.move(job, Running(worker="cpu", progress=50))
    store.move("job_a_0", Succeeded(output="a.mp4"))
    store.prune(before=store.events()[-1].time + 1)
    kept = [(event.job, event.state.state) for event in store.events()]
    assert kept == [("job_a_0", "queued"), ("job_b_0", "queued"), ("job_b_0", "running"), ("job_a_0", "succeeded")]


def test_a_task_that_cannot_be_stored_whole_is_not_stored_at_all(store: JobStore, add_task: Add, job_spec: GenerateJob) -> None:
    task = add_task("a")
    twin = task.model_copy(update={"id": "task_b"})
    with pytest.raises(sqlite3.IntegrityError):
        store.add_task(twin, [("job_new", job_spec), ("job_a_0", job_spec)])
    assert [found.id for found in store.tasks()] == ["task_a"]
    assert [job.id for job in store.jobs()] == ["job_a_0"]


def test_threads_may_share_a_store(store: JobStore, add_task: Add) -> None:
    add_task("a", jobs=4)

    def work(job: str) -> None:
        for number in range(20):
            store.move(job, Running(worker="cpu", progress=number))

    threads = [threading.Thread(target=work, args=(f"job_a_{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.events()) == 4 + 80


def test_the_store_of_a_newer_studio_is_left_alone(state: StateFolder) -> None:
    connection = sqlite3.connect(state.root / "jobs.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ReadOnlyError, match="newer studio"):
        JobStore(state.root)


def test_a_store_of_the_first_version_is_brought_up_and_keeps_its_jobs(state: StateFolder, store: JobStore, add_task: Add) -> None:
    add_task()
    with store.writing() as run:
        for statement in (*(f"ALTER TABLE jobs DROP COLUMN {name}" for name in ("priority", "position", "exhausted")), "DROP TABLE pauses"):
            run(statement)
        run("PRAGMA user_version = 1")
    with JobStore(state.root) as newer:
        assert [rank.id for rank in Queue(newer).waiting()] == ["job_a_0"]
        assert Queue(newer).paused() == {}
