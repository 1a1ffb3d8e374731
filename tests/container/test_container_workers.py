"""Workers that come and go, with cards of several sizes: simulated by ``--vram``, their jobs run in real containers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from engine_lab import EngineLab, until, write_pipeline

from genstudio.schema.job import Succeeded, TaskSpec, Waiting, WorkerView
from genstudio.schema.message import Message
from genstudio.session.canvas_session import CanvasSession

pytestmark = pytest.mark.container

_OTHER = "import genstudio.schema.version as v; v.VERSION = '0.0.9'\nfrom genstudio.engine.worker import main; main()"


@contextmanager
def _worker(
    lab: EngineLab, name: str, *arguments: str, program: tuple[str, ...] = ("-m", "genstudio.engine.worker")
) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, *program, "--workspace", str(lab.workspace.root), "--name", name, "--stay", *arguments]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


def _seen(lab: EngineLab, name: str) -> WorkerView | None:
    return next((worker for worker in lab.engine.workers() if worker.name == name), None)


def _waits(lab: EngineLab, task: TaskSpec, words: str) -> Callable[[], bool]:
    def look() -> bool:
        state = lab.job(task).state
        return isinstance(state, Waiting) and words in state.reason

    return look


@pytest.fixture
def sized(lab: EngineLab) -> EngineLab:
    """A pipeline for each size of card, and a project that waits for one."""
    manifest = (lab.workspace.root / "Library/Pipelines/actor/pipeline.toml").read_text()
    for size in (12, 24, 80):
        name = f"sized-{size}"
        if not (lab.workspace.root / "Library/Pipelines" / name).exists():
            tier = f'quality = "draft"\nvram_gib = {size}\npeak_vram_gib = {size * 0.6}'
            write_pipeline(
                lab.workspace.root, name, {"pipeline.toml": manifest.replace('"actor"', f'"{name}"').replace('quality = "draft"', tier)}
            )
    lab.project.update_settings(when_unavailable="queue")
    lab.ended(_ask(lab, "paint", "actor"))
    return lab


def _ask(lab: EngineLab, prompt: str, pipeline: str) -> TaskSpec:
    lab.shot("shot_1", reference=f"{pipeline}@1.0.0", prompt=prompt)
    return lab.generate()


def test_what_waits_for_a_worker_runs_when_one_comes_and_waits_again_when_it_goes(sized: EngineLab) -> None:
    first = _ask(sized, "paint", "sized-24")
    until(_waits(sized, first, "24 GB GPU"), what="the reason")
    with _worker(sized, "large", "--vram", "24"):
        ended = sized.ended(first)
        assert isinstance(ended.state, Succeeded), ended.state
        assert sized.store.attempt(ended.id)[1] == "large"
        seen = until(lambda: _seen(sized, "large"))
        assert (seen.card_gib, seen.gpu, seen.cpu) == (24, "simulated 24 GB", 0)
    until(lambda: _seen(sized, "large") is None, what="the worker gone from the table")
    second = _ask(sized, "paint", "sized-24")
    until(_waits(sized, second, "24 GB GPU"), what="the reason")


@pytest.mark.once
def test_an_open_view_is_told_of_a_worker_that_joins_and_of_one_that_is_killed(sized: EngineLab) -> None:
    told: list[list[str]] = []

    def hear(message: Message) -> None:
        if message.type == "server:workers":
            told.append([worker["name"] for worker in message.payload["workers"]])

    view = CanvasSession(sized.workspace, sized.project, None, author="ann", client="1", send=hear, engine=sized.engine)
    try:
        with _worker(sized, "guest", "--vram", "12") as process:
            until(lambda: told and "guest" in told[-1], what="the worker told")
            process.kill()
            until(lambda: "guest" not in told[-1], what="its loss told")
    finally:
        view.close()


def test_each_card_gets_what_fits_it_and_its_memory_is_counted_to_the_end(sized: EngineLab) -> None:
    with _worker(sized, "c12", "--vram", "12"), _worker(sized, "c16", "--vram", "16"), _worker(sized, "c80", "--vram", "80"):
        until(lambda: all(_seen(sized, name) for name in ("c12", "c16", "c80")), what="three workers")
        tasks = {name: _ask(sized, "sleep 1", name) for name in ("sized-80", "sized-12", "sized-24")}
        until(lambda: [worker for worker in sized.engine.workers() if worker.held_vram_gib], what="memory that is held")
        ended = {name: sized.ended(task) for name, task in tasks.items()}
        assert all(isinstance(job.state, Succeeded) for job in ended.values()), ended
        where = {name: sized.store.attempt(job.id)[1] for name, job in ended.items()}
        assert where == {"sized-80": "c80", "sized-12": "c12", "sized-24": "c80"}

        def all_free() -> bool:
            return all(worker.free_vram_gib == worker.vram_gib and not worker.jobs for worker in sized.engine.workers())

        until(all_free, what="all memory free")


def test_a_worker_of_another_version_is_shown_and_gets_nothing(sized: EngineLab) -> None:
    with _worker(sized, "old", "--vram", "24", program=("-c", _OTHER)):
        old = until(lambda: _seen(sized, "old"))
        assert (old.version, old.runners) == ("0.0.9", ())
        assert "genstudio 0.0.9, the queue" in old.problem
        task = _ask(sized, "paint", "sized-24")
        until(_waits(sized, task, "24 GB GPU"), what="the reason")
        assert _seen(sized, "cpu")
