"""Plain values for tests of the engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from genstudio.engine.state import StateFolder
from genstudio.engine.store import JobStore
from genstudio.schema.job import GenerateJob, Route, TaskSpec
from genstudio.schema.pipeline import Tier
from genstudio.schema.take import TakeCanvas, TakeQuality

PROJECT = "12345678-1234-1234-1234-123456789abc"


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path / "state")
    folder.prepare()
    return folder


@pytest.fixture
def store(state: StateFolder) -> Iterator[JobStore]:
    with JobStore(state.root) as found:
        yield found


@pytest.fixture
def job_spec(tmp_path: Path) -> GenerateJob:
    return GenerateJob(
        project=PROJECT, project_root=str(tmp_path / "Film"), node="shot_1", name="Fox", reference="generate-video", quality="low",
        prompt="a fox", composed_prompt="a fox", seed=7, width=160, height=90, fps="24", renders="SCENE_01/SHOT_010",
        canvas=TakeCanvas(path="02_Source_Creative/Canvases/main_canvas.json", version=1, node="shot_1"),
    )  # fmt: skip


@pytest.fixture
def route() -> Route:
    quality = TakeQuality(requested="low", used="draft", label="animatic", notice="Fell back.")
    tier = Tier(quality="draft", label="animatic")
    return Route(
        pipeline="draft-video", version="1.0.0", kind="video", tier=tier, quality=quality, width=160, height=90, fps="24", frames=4
    )


@pytest.fixture
def add_task(store: JobStore, job_spec: GenerateJob) -> Callable[..., TaskSpec]:
    """Queue a task ``task_<name>`` with jobs ``job_<name>_0``, ``job_<name>_1``, …"""

    def add(name: str = "a", jobs: int = 1, priority: int = 0) -> TaskSpec:
        task = TaskSpec(
            id=f"task_{name}",
            project=PROJECT,
            canvas="c.json",
            node="shot_1",
            kind="generate",
            priority=priority,
            author="Ada",
            created=time.time(),
        )
        store.add_task(task, [(f"job_{name}_{number}", job_spec) for number in range(jobs)])
        return task

    return add
