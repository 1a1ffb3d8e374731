"""Workers that come and go: how soon the studio knows."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure
from benchmarks.studios import Lab, lab, until

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME: Final = "workers"


def run(*, quick: bool) -> list[Figure]:
    """Start a worker and kill it: until the table knows that people and placement see, beside Dask's own list of workers."""
    with tempfile.TemporaryDirectory() as folder, lab(Path(folder), "process") as studio:
        studio.draw("shot_1")
        studio.ended(studio.generate("shot_1"))  # wakes the engine
        return _coming_and_going(studio, 3 if quick else 9)


def _coming_and_going(studio: Lab, repeats: int) -> list[Figure]:
    from distributed import Client

    from genstudio.engine import cluster
    from genstudio.engine.state import StateFolder

    state = StateFolder(studio.workspace.state_dir)
    program = [sys.executable, "-m", "genstudio.engine.worker", "--workspace", str(studio.workspace.root)]
    command = [*program, "--name", "bench", "--vram", "24"]
    came, went = [], []
    with Client(cluster.scheduler_address(state), security=cluster.security(state), set_as_default=False) as client:

        def listed() -> bool:
            return any(str(worker["name"]).startswith("bench-") for worker in client.scheduler_info(n_workers=-1)["workers"].values())

        def seen() -> bool:
            return any(worker.name == "bench" for worker in studio.engine.workers())

        for _ in range(repeats):
            with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as worker:
                came.append(_moments(seen, listed))
                worker.kill()
                went.append(_moments(lambda: not seen(), lambda: not listed()))
    late = median(max(0.0, mine - dask) for mine, dask in came)
    ours, bare = (median(column) for column in zip(*went, strict=True))
    return [
        Figure(_NAME, "a worker that Dask has let in, until it is in the table", 1000 * late, "ms", "a second", 1000, repeats),
        Figure(_NAME, "a worker that is killed, until it is gone from it", 1000 * ours, "ms", "from Dask's list", 1000 * bare, repeats),
    ]


def _moments(one: Callable[[], bool], other: Callable[[], bool]) -> tuple[float, float]:
    """Return after how many seconds each of two things was true for the first time."""
    began, found = time.perf_counter(), dict[Callable[[], bool], float]()

    def look() -> bool:
        for what in (one, other):
            if what not in found and what():
                found[what] = time.perf_counter() - began
        return len(found) == 2

    until(look)
    return found[one], found[other]
