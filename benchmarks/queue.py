"""Ten thousand jobs in the queue and a hundred workers: enqueued, listed, and what the producer does with them at each step."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.engine.store import JobStore

_NAME: Final = "queue"
_CLICK: Final = 100
"""Takes of one click: the most there can be."""
_PROJECT: Final = "12345678-1234-1234-1234-123456789abc"
_SIZES: Final = (12.0, 16.0, 24.0, 80.0)


def run(*, quick: bool) -> list[Figure]:
    """Return processor seconds, which hardly depend on what else the machine does; each beside its bare lower bound."""
    from genstudio.engine.overview import overview
    from genstudio.engine.store import JobStore

    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
    jobs, workers, repeats = (1000, 10, 3) if quick else (10_000, 100, 9)
    with tempfile.TemporaryDirectory() as folder, JobStore(Path(folder) / "state") as store:
        enqueue, bare = _enqueue(store, Path(folder), jobs)
        rows = _median(lambda: store.rows("SELECT id, state FROM jobs WHERE ended = 0 ORDER BY number"), repeats)
        panel = _median(lambda: overview(store, _PROJECT), repeats)
        listing = _median(lambda: store.jobs(active=True), repeats)
        woken, resting = asyncio.run(_steps(store, Path(folder), workers, repeats))
    return [
        Figure(_NAME, f"enqueue {jobs} jobs, {_CLICK} a click", 1000 * enqueue, "ms", "their rows into a bare SQLite file", 1000 * bare),
        Figure(_NAME, f"the queue as people see it, {jobs} waiting", 1000 * panel, "ms", "reading all rows", 1000 * rows, repeats),
        Figure(_NAME, f"all {jobs} waiting jobs", 1000 * listing, "ms", "reading all rows", 1000 * rows, repeats),
        Figure(_NAME, f"a step of the producer, {workers} busy workers", 1000 * woken, "ms", "reading all rows", 1000 * rows, repeats),
        Figure(_NAME, "a step in which nothing has happened", 1000 * resting, "ms", "a step", 1000 * woken, repeats),
    ]


def _enqueue(store: JobStore, folder: Path, jobs: int) -> tuple[float, float]:
    """Put jobs into the store, and the same bytes into a bare file, a transaction a click."""
    import sqlite3

    from genstudio.schema.job import GenerateJob, TaskSpec
    from genstudio.schema.take import TakeCanvas

    spec = GenerateJob(
        project=_PROJECT, project_root=str(folder / "Film"), node="shot_1", name="Fox", reference="generate-video", quality="standard",
        policy="queue", prompt="a fox in the snow", composed_prompt="a fox in the snow", seed=7, width=160, height=90, fps="24",
        renders="SCENE_01/SHOT_010", canvas=TakeCanvas(path="canvas.json", version=1, node="shot_1"),
    )  # fmt: skip
    payload, ours, bare = spec.model_dump_json(), 0.0, 0.0
    connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE jobs (number INTEGER PRIMARY KEY, spec TEXT NOT NULL)")
    for click in range(jobs // _CLICK):
        task = TaskSpec(
            id=f"task_{click}", project=_PROJECT, canvas="canvas.json", node="shot_1", kind="generate", priority=10, created=time.time()
        )
        ours += _spent(lambda t=task, c=click: store.add_task(t, [(f"job_{c}_{number}", spec) for number in range(_CLICK)]))
        bare += _spent(lambda: _rows(connection, payload))
    connection.close()
    return ours, bare


def _rows(connection: object, payload: str) -> None:
    import sqlite3

    assert isinstance(connection, sqlite3.Connection)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO jobs (spec) VALUES (?)", [(payload,)] * _CLICK)
    connection.execute("COMMIT")


async def _steps(store: JobStore, folder: Path, workers: int, repeats: int) -> tuple[float, float]:
    """Return what a step costs that was woken, and one that was not, while all workers are busy."""
    from standing_workers import StandingWorkers

    from genstudio.engine.dispatch import Dispatcher
    from genstudio.engine.state import StateFolder
    from genstudio.schema.job import WorkerView

    state = StateFolder(store.state_dir)
    state.prepare()
    busy = [
        WorkerView(address=f"tls://{number}", name=f"{number:03}", card_gib=size, vram_gib=size, runners=("container",))
        for number in range(workers)
        for size in (_SIZES[number % len(_SIZES)],)
    ]
    dispatcher = Dispatcher(store, state, folder, workers, lambda: None)
    await dispatcher.attach(StandingWorkers(busy))
    await dispatcher.look()
    await dispatcher.step()  # tells every job what it waits for
    woken, resting = [], []
    for _ in range(repeats):
        for times, happened in ((woken, True), (resting, False)):
            began = time.process_time()
            await dispatcher.step(woken=happened)
            times.append(time.process_time() - began)
    return statistics.median(woken), statistics.median(resting)


def _median(work: Callable[[], object], repeats: int) -> float:
    return statistics.median(_spent(work) for _ in range(repeats))


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
