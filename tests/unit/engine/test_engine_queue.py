from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.engine.queue import EVERYTHING, Queue, Rank, reordered
from genstudio.engine.state import StateFolder
from genstudio.engine.store import JobStore
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError
from genstudio.schema.job import Running, Succeeded, TaskSpec

Add = Callable[..., TaskSpec]
PROJECT = "12345678-1234-1234-1234-123456789abc"


@pytest.fixture
def queue(store: JobStore) -> Queue:
    return Queue(store)


def _order(queue: Queue) -> str:
    return "".join(rank.id.split("_")[1] for rank in queue.waiting())


def test_interactive_work_comes_first_then_the_oldest(queue: Queue, add_task: Add) -> None:
    for name, priority in (("a", 0), ("b", 10), ("c", 0), ("d", 10)):
        add_task(name, priority=priority)
    assert _order(queue) == "bdac"


def test_what_has_begun_or_ended_does_not_wait(queue: Queue, store: JobStore, add_task: Add) -> None:
    for name in "abc":
        add_task(name)
    store.move("job_a_0", Running(worker="cpu"))
    store.move("job_b_0", Succeeded(output="x"))
    assert _order(queue) == "c"


@pytest.mark.parametrize(
    ("job", "before", "expected"),
    [("d", "a", "dabc"), ("a", "d", "bcad"), ("b", None, "acdb"), ("a", "b", "abcd"), ("d", None, "abcd"), ("c", "b", "acbd")],
)
def test_a_job_is_put_before_another_or_at_the_end(queue: Queue, add_task: Add, job: str, before: str | None, expected: str) -> None:
    for name in "abcd":
        add_task(name)
    queue.move(f"job_{job}_0", f"job_{before}_0" if before else None)
    assert _order(queue) == expected


def test_a_batch_job_that_is_put_first_overtakes_interactive_ones(queue: Queue, add_task: Add) -> None:
    for name, priority in (("a", 10), ("b", 10), ("c", 0)):
        add_task(name, priority=priority)
    queue.move_first("job_c_0")
    assert _order(queue) == "cab"
    add_task("d", priority=10)
    assert _order(queue) == "cabd"


def test_the_order_that_people_made_is_there_after_reopening(state: StateFolder, queue: Queue, add_task: Add) -> None:
    for name in "abc":
        add_task(name)
    queue.move("job_c_0", "job_a_0")
    with JobStore(state.root) as other:
        assert _order(Queue(other)) == "cab"


def test_only_what_waits_can_be_moved(queue: Queue, store: JobStore, add_task: Add) -> None:
    add_task("a")
    add_task("b")
    store.move("job_a_0", Running(worker="cpu"))
    with pytest.raises(ConflictError, match="it is running"):
        queue.move("job_a_0")
    with pytest.raises(ConflictError, match="it is running"):
        queue.move("job_b_0", "job_a_0")
    with pytest.raises(NotFoundError):
        queue.move("job_z_0")
    with pytest.raises(BadInputError):
        queue.move("job_b_0", "job_b_0")


def test_a_pause_is_kept_on_disk_until_it_is_taken_back(state: StateFolder, queue: Queue) -> None:
    queue.pause(by="Ada")
    queue.pause(PROJECT, by="Bob")
    with JobStore(state.root) as other:
        assert Queue(other).paused() == {EVERYTHING: "Ada", PROJECT: "Bob"}
    assert queue.resume()
    assert not queue.resume()
    assert queue.paused() == {PROJECT: "Bob"}


def test_all_open_jobs_of_a_project_are_asked_to_end_and_no_others(queue: Queue, store: JobStore, add_task: Add) -> None:
    add_task("a", jobs=2)
    add_task("b")
    store.move("job_b_0", Succeeded(output="x"))
    assert queue.cancel_project(PROJECT, "Ada") == ("job_a_0", "job_a_1")
    assert store.cancel_requests() == {"job_a_0": "Ada", "job_a_1": "Ada"}
    assert queue.cancel_project("99999999-1234-1234-1234-123456789abc") == ()


def _place(rank: Rank) -> tuple[int, int]:
    return (-rank.priority, rank.position)


_queues = st.lists(st.sampled_from([0, 5, 10]), min_size=1, max_size=8).map(
    lambda priorities: sorted((Rank(str(number), priority, number * 3) for number, priority in enumerate(priorities)), key=_place)
)


@given(_queues, st.data())
def test_moving_a_job_moves_that_job_and_nothing_else(queue: list[Rank], data: st.DataObject) -> None:
    names = [rank.id for rank in queue]
    job = data.draw(st.sampled_from(names))
    before = data.draw(st.sampled_from([name for name in names if name != job] + [None]))  # type: ignore[list-item]
    changed = {rank.id: rank for rank in reordered(queue, job, before)}
    after = sorted((changed.get(rank.id, rank) for rank in queue), key=_place)
    expected = [name for name in names if name != job]
    expected.insert(expected.index(before) if before else len(expected), job)
    assert [rank.id for rank in after] == expected
    assert {rank.id: rank.priority for rank in after if rank.id != job} == {rank.id: rank.priority for rank in queue if rank.id != job}
    assert len({(rank.priority, rank.position) for rank in after}) == len(after)
