"""The queue of all projects as the queue panel shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genstudio.engine.overview import overview
from genstudio.engine.queue import Queue
from genstudio.engine.store import JobStore
from genstudio.schema.job import Cancelled, GenerateJob, Running, Succeeded, TaskSpec, Waiting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MINE = "00000000-0000-4000-8000-000000000001"
THEIRS = "00000000-0000-4000-8000-000000000002"


@pytest.fixture
def store(tmp_path: Path, job_spec: GenerateJob) -> Iterator[JobStore]:
    """Three jobs of mine, two of another project."""
    with JobStore(tmp_path / "state") as store:
        for number, project in enumerate((MINE, MINE, THEIRS, MINE, THEIRS), start=1):
            spec = job_spec.model_copy(
                update={"project": project, "project_root": f"/films/{'Mine' if project == MINE else 'Night_Train'}"}
            )
            task = TaskSpec(
                id=f"task_{number}", project=project, canvas="c", node=spec.node, kind="generate", author="ann#1", created=number
            )
            store.add_task(task, [(f"job_{number}", spec)])
        yield store


def test_what_runs_comes_before_what_waits_and_that_stands_in_the_order_of_the_queue(store: JobStore) -> None:
    store.move("job_4", Running(worker="gpu-0", progress=40, step="Denoising"))
    store.move("job_2", Waiting(reason="Waiting for memory."))
    Queue(store).move("job_5", "job_1")
    found = overview(store, MINE)
    assert [row.id for row in found.open] == ["job_4", "job_5", "job_1", "job_2", "job_3"]
    assert [row.waits for row in found.open] == [False, True, True, True, True]
    assert (found.running, found.waiting) == (1, 4)
    assert {row.project_title for row in found.open} == {"Mine", "Night Train"}


def test_jobs_that_ended_are_those_of_the_project_newest_first(store: JobStore) -> None:
    store.move("job_1", Succeeded(output="x.mp4", take="SHOT-010_v01_take01"))
    store.move("job_3", Cancelled(by="bob#2"))
    store.move("job_2", Cancelled(by="ann#1"))
    found = overview(store, MINE)
    assert [row.id for row in found.ended] == ["job_2", "job_1"]
    assert [row.id for row in found.open] == ["job_4", "job_5"]
    assert overview(store, MINE, ended=1).ended[0].state == Cancelled(by="ann#1")


def test_a_long_queue_is_counted_whole_and_listed_in_part(store: JobStore) -> None:
    found = overview(store, MINE, most=2)
    assert [row.id for row in found.open] == ["job_1", "job_2"]
    assert (found.running, found.waiting) == (0, 5)


def test_a_job_whose_end_was_asked_for_says_so_until_it_has_ended(store: JobStore) -> None:
    store.request_cancel("task_2", by="ann#1")
    assert [row.id for row in overview(store, MINE).open if row.cancelling] == ["job_2"]
