"""A notebook's kernel is killed while its take is made: the engine is nobody's child, and the take arrives."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest
from engine_end import end_engines
from engine_lab import until

from genstudio.engine.submit import Engine
from genstudio.schema.job import ENDED, Succeeded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.job import JobView

pytestmark = [pytest.mark.once, pytest.mark.slow]

A_WHILE = "1600f"
"""Long enough to be met at work on a fast machine, and over in seconds on a slow one."""
GENERATE = f"""
from genstudio import Workspace
canvas = Workspace().project('My First Film').canvas()
job = canvas.add_shot('SHOT_010', prompt='a fox crosses a river', duration='{A_WHILE}').generate(quality='low')
"""


@pytest.fixture
def film(project: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProjectFolder]:
    """A project of small frames; the engine that the kernel starts is ended after the kernel is gone."""
    monkeypatch.setenv("GENSTUDIO_PRODUCER_IDLE", "60")
    project.update_settings(height=90, fps="8")
    yield project
    end_engines(tmp_path / "state")


@pytest.fixture
def engine(film: ProjectFolder, workspace: WorkspaceFolder) -> Iterator[Engine]:
    """The engine as another process sees it."""
    engine = Engine(workspace)
    yield engine
    engine.close()


def test_a_take_whose_kernel_is_killed_while_it_is_made_is_made_whole(film: ProjectFolder, engine: Engine, kernel: Any) -> None:
    kernel.run(GENERATE)
    (job,) = until(lambda: at_work(engine, film), what="the job at work")
    os.kill(kernel.manager.provisioner.pid, signal.SIGKILL)
    until(lambda: not kernel.manager.is_alive(), what="the kernel gone")
    assert engine.store.task(job.task).jobs[0].state.state not in ENDED
    (ended,) = engine.wait(job.task, 120, committed=True).jobs
    assert isinstance(ended.state, Succeeded), ended.state
    assert ended.attempt == 1
    (take,) = film.takes.list("SCENE_01/SHOT_010")
    assert (take.job, take.frames, ended.state.take) == (job.id, 1600, take.id)
    assert film.takes.verify(take)
    assert take.id in film.repository.log(1)[0].message


def at_work(engine: Engine, film: ProjectFolder) -> list[JobView]:
    """Return the project's jobs whose pipeline draws frames."""
    return [job for job in engine.store.jobs(film.uuid) if job.state.state == "running" and "frame" in job.state.step]
