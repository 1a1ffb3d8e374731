"""One shot of a scene is cancelled: what is made for it and from it ends, the rest of the scene goes on."""

from __future__ import annotations

import time

import pytest

from genstudio.engine.steps import StepGate
from genstudio.engine.store import JobStore
from genstudio.schema.errors import NotFoundError
from genstudio.schema.job import Cancelled, GenerateJob, StepInput, StepPlace, TaskSpec


@pytest.fixture
def scene(store: JobStore, job_spec: GenerateJob) -> TaskSpec:
    """A scene: two takes of ``face``, ``act`` made from the second, ``end`` made from that, and ``other``, made from nothing."""
    task = TaskSpec(id="task_1", project=job_spec.project, canvas="c.json", node="scene", kind="generate", created=time.time())
    jobs = []
    for name, node, needs in (
        ("face_1", "face", ""), ("face_2", "face", ""), ("act", "act", "face_2"), ("end", "end", "act"), ("other", "other", ""),
    ):  # fmt: skip
        before = (StepInput(job=needs, key="", role="image"),) if needs else ()
        jobs.append((name, job_spec.model_copy(update={"node": node, "needs": before, "step": StepPlace(title=node)})))
    store.add_task(task, jobs)
    return task


def _open_after(store: JobStore) -> list[str]:
    """What may still begin once the producer has done what it is asked for."""
    gate = StepGate(store)
    for job, by in store.cancel_requests().items():
        store.move(job, Cancelled(by=by))
    for _ in range(3):  # as deep as the chain is
        ready, held = gate.sift(store.jobs(active=True), ())
    return [job.id for job in ready] + [job.id for job, _ in held]


def test_cancelling_a_node_ends_its_jobs_and_what_is_made_from_them_alone(store: JobStore, scene: TaskSpec) -> None:
    assert store.request_cancel(scene.id, "Ada", node="face") == ("face_1", "face_2")
    assert _open_after(store) == ["other"]
    assert store.job("end").state == Cancelled(by="Ada")


def test_cancelling_the_last_of_a_chain_leaves_what_it_would_be_made_from(store: JobStore, scene: TaskSpec) -> None:
    assert store.request_cancel(scene.id, node="end") == ("end",)
    assert _open_after(store) == ["face_1", "face_2", "other", "act"]


@pytest.mark.parametrize("node", ["", "scene"])
def test_a_task_is_cancelled_whole_by_itself_or_at_the_node_that_it_was_asked_for(store: JobStore, scene: TaskSpec, node: str) -> None:
    assert len(store.request_cancel(scene.id, node=node)) == 5
    assert _open_after(store) == []


def test_a_task_that_makes_nothing_for_a_node_says_so(store: JobStore, scene: TaskSpec) -> None:
    with pytest.raises(NotFoundError, match="no job of the node 'shot_9' in 'task_1'"):
        store.request_cancel(scene.id, node="shot_9")
    assert store.cancel_requests() == {}
