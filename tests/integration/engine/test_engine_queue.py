"""The queue in people's hands: paused, reordered, cancelled and tried again, while the engine is at work."""

from __future__ import annotations

import pytest
from engine_lab import EngineLab, until

from genstudio.schema.errors import ConflictError
from genstudio.schema.job import Cancelled, Succeeded, TaskSpec, Waiting

LONG = "4000f"


def _waits(lab: EngineLab, task: TaskSpec, reason: str) -> bool:
    return lab.job(task).state == Waiting(reason=reason)


@pytest.mark.once
def test_nothing_starts_while_the_queue_is_paused_and_all_of_it_after(lab: EngineLab) -> None:
    lab.engine.queue.pause(lab.project.uuid, by="Ada")
    tasks = [lab.generate() for _ in range(3)]
    for task in tasks:
        until(lambda task=task: _waits(lab, task, "The queue of this project is paused."), what="the reason")
    lab.engine.queue.move_first(lab.job(tasks[2]).id)
    lab.kill(lab.producer())  # pause and order are on disk
    lab.engine.ensure_producer()
    assert lab.engine.resume(lab.project.uuid)
    assert [lab.ended(task).state.state for task in tasks] == ["succeeded"] * 3
    jobs = [lab.job(task).id for task in tasks]
    begun = [event.job for event in lab.store.events() if event.job in jobs and event.state.state == "staging"]
    assert begun == [jobs[2], jobs[0], jobs[1]]


def test_what_runs_goes_on_while_everything_is_paused(lab: EngineLab) -> None:
    lab.shot("shot_1", duration="400f")
    running = lab.generate()
    lab.running(running)
    lab.engine.queue.pause()
    try:
        later = lab.generate()
        until(lambda: _waits(lab, later, "The queue is paused."), what="the reason")
        assert isinstance(lab.ended(running).state, Succeeded)
        assert lab.job(later).state.state == "waiting"
        lab.engine.cancel(later.id, by="Ada")  # what is paused can still be cancelled
        assert lab.ended(later).state == Cancelled(by="Ada")
    finally:
        lab.engine.resume()


def test_all_jobs_of_a_project_are_cancelled_and_tried_again(lab: EngineLab) -> None:
    lab.shot("shot_1", duration=LONG, seed=7)
    task = lab.generate(takes=3)
    until(lambda: any(job.state.state == "running" for job in lab.store.jobs(task=task.id)), what="running")
    assert len(lab.engine.cancel_project(lab.project.uuid, by="Ada")) == 3
    ended = lab.engine.wait(task.id, 60)
    assert {job.state for job in ended.jobs} == {Cancelled(by="Ada")}
    again = lab.engine.retry(ended.jobs[1].id, author="Bob")
    (job,) = lab.store.jobs(task=again.id)
    assert lab.store.spec(job.id) == lab.store.spec(ended.jobs[1].id)
    assert (again.node, again.author) == ("shot_1", "Bob")
    whole = lab.engine.retry(task.id)
    assert len(lab.store.jobs(task=whole.id)) == 3
    lab.engine.cancel_project(lab.project.uuid)


def test_what_has_succeeded_is_not_tried_again(lab: EngineLab) -> None:
    task = lab.generate()
    lab.ended(task)
    with pytest.raises(ConflictError, match="is succeeded"):
        lab.engine.retry(task.id)
