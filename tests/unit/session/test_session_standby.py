"""The producer is started again if jobs are open and nobody holds its lease; at all other times it is left alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from genstudio.engine.lease import Lease
from genstudio.engine.store import JobStore
from genstudio.schema.job import RenderJob, Succeeded, TaskSpec
from genstudio.schema.take import TakeCanvas
from genstudio.session.standby import Standby

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from genstudio.engine.state import StateFolder


PROJECT = "00000000-0000-4000-8000-000000000002"


class Desk:
    """A job store with one open job, and who is asked to begin work on it."""

    def __init__(self, state: Path) -> None:
        self.store, self.started = JobStore(state), 0
        self.standby = Standby(state / "Studio", state, period=0.0, start=self._start)
        canvas = TakeCanvas(path="main_canvas.json", version=1, node="film")
        job = RenderJob(project=PROJECT, project_root=str(state), node="film", canvas=canvas, cut={})
        task = TaskSpec(id="t", project=PROJECT, canvas=canvas.path, node="film", kind="render", created=time.time())
        self.store.add_task(task, [("a", job)])

    def _start(self, workspace: Path, state: StateFolder) -> None:
        assert workspace.parent == state.root
        self.started += 1

    def look(self, times: int = 1) -> int:
        for _ in range(times):
            self.standby.look(self.store)
        return self.started


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def test_a_producer_that_is_missing_twice_in_a_row_is_started_again(desk: Desk) -> None:
    assert desk.look() == 0, "it may be on its way"
    assert desk.look() == 1


def test_a_producer_at_work_is_left_alone_and_its_loss_is_seen(desk: Desk, tmp_path: Path) -> None:
    lease = Lease.take(tmp_path)
    assert lease is not None
    assert desk.look(3) == 0
    lease.release()
    assert desk.look(2) == 1


def test_nobody_is_started_for_nothing(desk: Desk) -> None:
    desk.look()
    desk.store.move("a", Succeeded(output="06_Exports/Film_01.mp4"))
    assert desk.look(3) == 0


def test_it_looks_now_and_then_only(tmp_path: Path, desk: Desk) -> None:
    seldom = Standby(tmp_path, tmp_path, period=3600.0, start=desk._start)
    for _ in range(5):
        seldom.look(desk.store)
    assert desk.started == 0
