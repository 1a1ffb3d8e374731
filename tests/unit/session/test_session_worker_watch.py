"""Views are told who is there when a worker comes or goes, and of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genstudio.engine.lease import Lease
from genstudio.engine.state import StateFolder
from genstudio.engine.worker_table import WorkerTable
from genstudio.schema.job import WorkerView
from genstudio.session.worker_watch import WorkerWatch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from genstudio.schema.message import WorkersPayload

CPU = WorkerView(address="tls://1", name="cpu", cpu=2)
CARD = WorkerView(address="tls://2", name="card", card_gib=24, vram_gib=24)


class Desk:
    """A table of workers, and what views are told of it."""

    def __init__(self, root: Path) -> None:
        self.state, self.told = StateFolder(root), list[list[str]]()
        self.table = WorkerTable(self.state.worker_table)
        self.lease = Lease.take(root)
        self.write(CPU)
        self.watch = WorkerWatch(self.state, self._tell, period=0.0)

    def _tell(self, payload: WorkersPayload) -> None:
        self.told.append([str(worker["name"]) for worker in payload.workers])

    def write(self, *workers: WorkerView) -> None:
        self.table.write(workers)

    def look(self) -> list[list[str]]:
        self.watch.poll()
        return self.told

    def release(self) -> None:
        if self.lease is not None:
            self.lease.release()
            self.lease = None


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.release()


def test_a_worker_that_comes_and_goes_is_told_each_time_once(desk: Desk) -> None:
    assert desk.look() == []  # who was there at the start is part of the whole state
    desk.write(CPU, CARD)
    assert desk.look() == [["cpu", "card"]]
    assert desk.look() == [["cpu", "card"]]
    desk.write(CPU)
    assert desk.look()[1:] == [["cpu"]]


def test_what_is_free_on_a_worker_is_no_news(desk: Desk) -> None:
    desk.write(CPU.model_copy(update={"free_cpu": 1, "free_memory_gib": 3.5}))
    assert desk.look() == []


def test_without_a_producer_there_is_no_worker(desk: Desk, tmp_path: Path) -> None:
    desk.release()
    assert desk.look() == [[]]
    desk.lease = Lease.take(tmp_path)
    assert desk.look()[1:] == [["cpu"]]


def test_a_worker_that_turns_out_to_be_of_another_version_is_news(desk: Desk) -> None:
    desk.write(CPU.model_copy(update={"problem": "It is older."}))
    assert desk.look() == [["cpu"]]


def test_it_looks_now_and_then_only(desk: Desk) -> None:
    seldom = WorkerWatch(desk.state, desk._tell, period=3600.0)
    seldom.poll()
    desk.write(CPU, CARD)
    seldom.poll()
    assert desk.told == []
