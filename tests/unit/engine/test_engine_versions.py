"""Workers of other versions, and the table of workers."""

from __future__ import annotations

from genstudio.engine.placement import Need
from genstudio.engine.versions import view_of
from genstudio.engine.worker_table import as_seen
from genstudio.schema.job import WorkerView
from genstudio.schema.version import VERSION


def test_a_worker_of_this_version_is_taken_as_it_is() -> None:
    view = WorkerView(address="tls://1", name="cpu", version=VERSION, cpu=4, free_cpu=4)
    assert view_of(view.model_dump()) == view


def test_a_worker_of_another_version_keeps_its_name_and_can_do_nothing() -> None:
    answer = {"address": "tls://1", "name": "gpu", "version": "9.0.0", "cpu": {"slots": 4}, "something": "new"}
    view = view_of(answer)
    assert (view.address, view.name, view.cpu, view.runners) == ("tls://1", "gpu", 0, ())
    assert view.problem == f"It runs genstudio 9.0.0, the queue {VERSION}: it gets no jobs until both are the same."


def test_a_worker_that_does_not_tell_its_version_is_an_older_one() -> None:
    assert "of an older version" in view_of({"address": "tls://1"}).problem


def test_the_table_says_what_our_jobs_hold() -> None:
    one, two = WorkerView(address="1", free_vram_gib=4), WorkerView(address="2")
    seen = as_seen([one, two], {"1": Need(vram_gib=20)}, [("1", "job_b"), ("1", "job_a")])
    assert (seen[0].held_vram_gib, seen[0].jobs, seen[0].free_vram_gib) == (20, ("job_a", "job_b"), 4)
    assert (seen[1].held_vram_gib, seen[1].jobs) == (0, ())
