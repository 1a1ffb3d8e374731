"""A long queue and many workers: each job is sent once, in order, whatever waits beside it, and nothing is held at the end.

Ten thousand jobs in the campaign, some hundreds in every test run. The workers are only said to be there, and end what they get at once.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from standing_workers import StandingWorkers

from genstudio.engine.dispatch import Dispatcher
from genstudio.engine.outcome import Outcome
from genstudio.engine.remote import key_of
from genstudio.engine.state import StateFolder
from genstudio.engine.store import JobStore
from genstudio.schema.job import GenerateJob, Succeeded, TaskSpec, WorkerView
from genstudio.schema.take import TakeCanvas

LONG = "GENSTUDIO_CAMPAIGN" in os.environ
JOBS, WORKERS = (10_000, 100) if LONG else (300, 20)
CLICK = 100
"""Takes of one click: the most there can be."""
PROJECT = "12345678-1234-1234-1234-123456789abc"


def _enqueue(store: JobStore, place: Path) -> list[str]:
    spec = GenerateJob(
        project=PROJECT, project_root=str(place), node="shot_1", name="Fox", reference="draft-video@1.0.0", quality="low", prompt="a fox",
        composed_prompt="a fox", seed=7, width=160, height=90, fps="24", renders="",
        canvas=TakeCanvas(path="c.json", version=1, node="shot_1"),
    )  # fmt: skip
    names = []
    for click in range(JOBS // CLICK):
        task = TaskSpec(id=f"task_{click}", project=PROJECT, canvas="c.json", node="shot_1", kind="generate", created=time.time())
        jobs = [f"job_{click}_{number}" for number in range(CLICK)]
        store.add_task(task, [(job, spec) for job in jobs])
        names += jobs
    return names


async def _work_off(store: JobStore, state: StateFolder, link: StandingWorkers) -> None:
    dispatcher = Dispatcher(store, state, state.root, WORKERS, lambda: None)
    await dispatcher.attach(link)
    await dispatcher.look()
    ended = 0
    while store.has_open():
        await dispatcher.step()
        assert len(link.sent) > ended, "workers idle while jobs wait"
        assert len(link.sent) - ended <= 2 * WORKERS, "more than there are places"
        for job in link.sent[ended:]:
            del link.places_taken[key_of(job, 1)]
            dispatcher.ended(job, 1, Outcome(job=job, attempt=1, state=Succeeded(output="made.mp4")).model_dump_json())
        ended = len(link.sent)
        if ended == JOBS:
            await dispatcher.step()


def test_a_long_queue_is_worked_off_in_order_and_each_job_once(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    state.prepare()
    names = [f"{number:03}" for number in range(WORKERS)]
    link = StandingWorkers([WorkerView(address=f"tls://{name}", name=name, cpu=2, free_cpu=2, runners=("process",)) for name in names])
    with JobStore(state.root) as store:
        queued = _enqueue(store, tmp_path)
        asyncio.run(_work_off(store, state, link))
        assert link.sent == queued
        assert {job.state.state for job in store.jobs()} == {"succeeded"}
        assert {job.attempt for job in store.jobs()} == {1}
    assert link.places_taken == {}
