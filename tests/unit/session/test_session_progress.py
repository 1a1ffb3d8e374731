"""What people see of tasks."""

from __future__ import annotations

import pytest

from genstudio.schema.job import Cancelled, Failed, JobState, JobView, Queued, Running, Staging, Succeeded, TaskSpec, TaskView, Waiting
from genstudio.session.progress import failure, last_output, node_state, parts, progress, remaining, summary

PROJECT = "00000000-0000-4000-8000-000000000002"
OUTPUT = "03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.mp4"
DONE = Succeeded(output=OUTPUT, take="SHOT-010_v01_take01")
FAILED = Failed(code="out_of_memory", message="The card is too small.", fix="Choose a lower quality.")


def task(*states: JobState) -> TaskView:
    spec = TaskSpec(id="t1", project=PROJECT, canvas="c.json", node="shot_010", kind="generate", created=1.0)
    jobs = [
        JobView(id=f"j{index}", task="t1", project=PROJECT, node="shot_010", kind="generate", state=state, created=1, changed=1)
        for index, state in enumerate(states)
    ]
    return TaskView(spec=spec, jobs=tuple(jobs))


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((Queued(),), "queued"),
        ((Waiting(reason="No card."),), "queued"),
        ((Staging(worker="w"),), "generating"),
        ((Running(worker="w"), Queued()), "generating"),
        ((DONE, Queued()), "generating"),
        ((DONE,), "success"),
        ((DONE, FAILED), "failed"),
        ((DONE, Cancelled()), "cancelled"),
        ((FAILED, Running(worker="w")), "generating"),
    ],
)
def test_the_state_of_a_node_is_that_of_its_jobs(states: tuple[JobState, ...], expected: str) -> None:
    assert node_state(task(*states)) == expected


def test_a_task_of_a_scene_is_also_one_of_each_of_its_shots() -> None:
    jobs = [job.model_copy(update={"node": node}) for job, node in zip(task(DONE, Queued(), FAILED).jobs, ("a", "b", "a"), strict=True)]
    scene = TaskView(spec=task().spec.model_copy(update={"node": "scene_1"}), jobs=tuple(jobs))
    assert [(part.spec.node, part.spec.id, node_state(part)) for part in parts(scene)] == [("a", "t1", "failed"), ("b", "t1", "queued")]
    assert parts(task(DONE)) == ()


def test_progress_is_the_mean_over_the_takes_with_the_step_of_the_one_at_work() -> None:
    now = progress(task(DONE, Running(worker="w", progress=50, step="denoising", eta_s=12), Queued()))
    assert (now.progress, now.step, now.eta_s) == (50.0, "denoising", 12)


def test_a_task_that_waits_says_what_it_waits_for() -> None:
    assert progress(task(Waiting(reason="Waiting for a card of 16 GiB."))).step == "Waiting for a card of 16 GiB."
    assert progress(task(Queued())).step == "waiting for its turn"


def test_progress_stays_between_0_and_100_whatever_a_pipeline_says() -> None:
    assert progress(task(Running(worker="w", progress=250))).progress == 100
    assert progress(task(Running(worker="w", progress=-3))).progress == 0


def test_a_failure_is_told_with_what_to_do_and_a_cancel_with_who_did_it() -> None:
    told = failure(task(FAILED), FAILED)
    assert (told.error, told.code, told.fix) == ("The card is too small.", "out_of_memory", "Choose a lower quality.")
    assert failure(task(), Cancelled(by="ann#c1")).error == "Cancelled by ann."


def test_the_summary_holds_what_a_node_shows_after_a_reload() -> None:
    told = summary(task(FAILED, DONE), "media/x")
    assert (told.state, told.error, told.fix, told.result_url) == ("failed", FAILED.message, FAILED.fix, "media/x")
    assert last_output(task(FAILED, DONE, Queued())) == OUTPUT
    assert remaining(task(FAILED, DONE, Queued())) == 1
