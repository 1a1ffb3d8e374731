"""A container engine that answers only after its worker has begun is taken then, with what an earlier worker left running in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genstudio.engine.attempt import WorkerPlace
from genstudio.engine.runners.base import Capabilities, Runner
from genstudio.engine.runners.container import ContainerRunner
from genstudio.engine.runners.process import ProcessRunner
from genstudio.engine.state import StateFolder
from genstudio.engine.studio_worker import StudioWorker
from genstudio.schema.job import WorkerView

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.engine.runners.base import Launch, Listener, Run
    from genstudio.pipelines.catalogue import Pipeline


class Engine(Runner):
    """A container engine that notes when it is swept."""

    capabilities = Capabilities("container", isolates_network=True, isolates_files=True, limits_memory=True)
    swept = 0

    def refuses(self, pipeline: Pipeline) -> str:
        return f"{pipeline.id} is not here."

    def start(self, launch: Launch, listener: Listener) -> Run:
        raise NotImplementedError

    def open_outputs(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)

    def sweep(self) -> int:
        self.swept += 1
        return 0


def test_an_engine_that_comes_later_is_taken_once_and_comes_first(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)
    state.prepare()
    answers: list[Runner | None] = [Engine(), None]
    processes = ProcessRunner(tmp_path / "runs")
    place = WorkerPlace("cpu", state, tmp_path, [processes], processes)
    worker = StudioWorker(place, WorkerView(address="", name="cpu"), seek=answers.pop)
    assert worker.describe().runners == ("process",)
    assert worker.describe().runners == ("container", "process")
    assert worker.describe().runners == ("container", "process")  # nobody looks for another
    (engine, *_) = worker.place.runners
    assert isinstance(engine, Engine)
    assert engine.swept == 1


def test_a_socket_that_nobody_listens_to_is_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    assert ContainerRunner.probe({"workspace": "w"}) is None
