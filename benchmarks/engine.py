"""The engine: its queue, its way from the click to the running pipeline, its cancel and its choice, each beside what does it barely."""

from __future__ import annotations

import sqlite3
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.containers import IMAGE, need_docker
from benchmarks.figures import Figure, LeftOutError
from benchmarks.studios import Lab, cpu_slots, draw_alone, lab, until

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PROGRAM", "run"]

_NAME: Final = "engine"
_JOBS: Final = 1000
_EDGE: Final = 100
_QUEUED: Final = 10_000
_WORKERS: Final = 100
PROGRAM: Final = """
import json, struct, time, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def tell(number, **event):
    print(json.dumps({"v": 1, "seq": number, **event}), flush=True)
tell(0, type="started")
seconds = float(json.load(open("/job/request.json"))["prompt"] or 0)
tell(1, type="progress", progress=1, step="working")
time.sleep(seconds)
head = struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0)
png = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(17 * 16))) + chunk(b"IEND", b"")
open("/job/outputs/panel.png", "wb").write(png)
tell(2, type="done", outputs={"output": "panel.png"}, metadata={})
"""
_LOADING_S: Final = 5
_STAYS: Final = f"""
import sys, time
from pathlib import Path
time.sleep({_LOADING_S})
program = PROGRAM
for line in sys.stdin:
    job = "/job/" + __import__("json").loads(line)["job"]
    exec(program.replace("/job/", job + "/"))
""".replace("PROGRAM", repr(PROGRAM))
_BARE: Final = "import time; print('working', flush=True); time.sleep({seconds})"


def run(*, quick: bool) -> list[Figure]:
    """Return the figures of the engine."""
    repeats, many = (3, 10) if quick else (9, 60)
    figures = [*_decision(repeats)]
    dask = _bare_tasks(repeats)
    with tempfile.TemporaryDirectory() as folder, lab(Path(folder), "process") as studio:
        figures += _enqueue(studio, _JOBS // 10 if quick else _JOBS)
        figures += _processes(studio, dask, repeats, many)
    need_docker()
    with tempfile.TemporaryDirectory() as folder, lab(Path(folder), "container") as studio:
        figures += _containers(studio, repeats, many)
        figures += _warm(studio, dask, repeats)
    return figures


# -- the queue ---------------------------------------------------------------------------------------------------------


def _enqueue(studio: Lab, jobs: int) -> list[Figure]:
    """Ask for takes one by one, as clicks do, while the queue is paused; beside bare commits of the same bytes to an SQLite file."""
    studio.engine.queue.pause()
    studio.draw("shot_1")
    times = [_seconds(lambda: studio.generate("shot_1")) for _ in range(jobs)]
    payload = studio.last_spec()
    with tempfile.TemporaryDirectory() as folder:
        bare = _commits(Path(folder) / "bare.sqlite", payload, jobs)
    studio.engine.cancel_project(studio.project.uuid)
    studio.engine.resume()
    until(lambda: not studio.engine.store.has_open())
    edge = jobs * _EDGE // _JOBS
    last, first = sum(times[-edge:]), sum(times[:edge])
    return [
        Figure(_NAME, f"enqueue {jobs} jobs", sum(times), "s", "as many bare SQLite commits", bare, jobs),
        Figure(_NAME, f"the last {edge} of them", last, "s", f"the first {edge}", first, edge),
    ]


def _commits(path: Path, payload: str, number: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE jobs (number INTEGER PRIMARY KEY, spec TEXT NOT NULL)")
    try:
        return sum(_seconds(lambda: connection.execute("INSERT INTO jobs (spec) VALUES (?)", (payload,))) for _ in range(number))
    finally:
        connection.close()


# -- the choice --------------------------------------------------------------------------------------------------------


def _decision(repeats: int) -> list[Figure]:
    """Place 10,000 waiting jobs on 100 workers of four sizes, empty and full, beside sorting the same jobs."""
    from genstudio.engine.placement import Need, Pending, order, place
    from genstudio.schema.job import WorkerView

    sizes = (12.0, 16.0, 24.0, 80.0)
    pending = [
        Pending(f"job {number}", number, Need(vram_gib=size * 0.9, card_gib=size), number % 2 * 10)
        for number in range(_QUEUED)
        for size in (sizes[number % 4],)
    ]
    empty = [
        WorkerView(address=f"{number:03}", card_gib=size, vram_gib=size, free_vram_gib=size)
        for number in range(_WORKERS)
        for size in (sizes[number % 4],)
    ]
    full = [worker.model_copy(update={"free_vram_gib": 0.0}) for worker in empty]
    ours = {worker.address: Need(vram_gib=worker.vram_gib) for worker in full}
    figures = []
    for what, workers, promised in (("idle", empty, {}), ("busy", full, ours)):
        found = statistics.median(_seconds(lambda w=workers, p=promised: place(pending, w, p)) for _ in range(repeats))
        bare = statistics.median(_seconds(lambda: order(pending)) for _ in range(repeats))
        title = f"choice of workers, {_QUEUED} jobs on {_WORKERS} {what} workers"
        figures.append(Figure(_NAME, title, 1000 * found, "ms", "sorting the jobs", 1000 * bare, repeats))
    return figures


# -- jobs of processes -------------------------------------------------------------------------------------------------


def _processes(studio: Lab, dask: float, repeats: int, many: int) -> list[Figure]:
    studio.draw("shot_1")
    studio.ended(studio.generate("shot_1"))  # wakes the engine
    ours = statistics.median(studio.until_running("shot_1") for _ in range(repeats))
    seconds = _seconds(lambda: studio.ended(studio.generate("shot_1", many)))
    alone = _seconds(lambda: _at_once(draw_alone, many))
    studio.draw("shot_1", long=True)
    freed = [(studio.until_free("shot_1"), _kill_process()) for _ in range(repeats)]
    cancel, kill = _medians(freed)
    return [
        Figure(_NAME, "click to running, process", 1000 * ours, "ms", "a bare Dask task", 1000 * dask, repeats),
        Figure(_NAME, "trivial jobs, process", many / seconds, "1/s", "their programs alone", many / alone, many),
        Figure(_NAME, "cancel to its place free, process", 1000 * cancel, "ms", "kill -9 and wait", 1000 * kill, repeats),
    ]


def _bare_tasks(repeats: int) -> float:
    """Return the seconds from before the submit of a Dask task to its first statement, on a cluster that has nothing else to do."""
    from distributed import Client, LocalCluster

    def begin(client: Client) -> float:
        began = time.time()
        return float(client.submit(time.time, pure=False).result()) - began

    with (
        LocalCluster(n_workers=1, threads_per_worker=cpu_slots(), processes=True, dashboard_address=None, host="127.0.0.1") as cluster,
        Client(cluster) as client,
    ):
        begin(client)
        return statistics.median(begin(client) for _ in range(repeats))


def _kill_process() -> float:
    process = subprocess.Popen(["sleep", "600"], start_new_session=True)

    def end() -> None:
        process.kill()
        process.wait()

    return _seconds(end)


# -- jobs of containers ------------------------------------------------------------------------------------------------


def _containers(studio: Lab, repeats: int, many: int) -> list[Figure]:
    studio.add_pipeline("bench-trivial", IMAGE, PROGRAM)
    studio.shot("shot_2", "bench-trivial@1.0.0", prompt="0")
    studio.ended(studio.generate("shot_2"))
    ours, bare = _medians([(studio.until_running("shot_2"), _docker_run()) for _ in range(repeats)])
    jobs = max(4, many // 3)
    seconds = _seconds(lambda: studio.ended(studio.generate("shot_2", jobs)))
    alone = _seconds(lambda: _at_once(lambda: _docker("run", "--rm", IMAGE, "python3", "-c", _BARE.format(seconds=0)), jobs))
    studio.shot("shot_2", "bench-trivial@1.0.0", prompt="600")
    cancel, kill = _medians([(studio.until_free("shot_2"), _kill_container()) for _ in range(repeats)])
    return [
        Figure(_NAME, "click to running, cold container", ours, "s", "docker run", bare, repeats),
        Figure(_NAME, "trivial jobs, container", jobs / seconds, "1/s", "docker run", jobs / alone, jobs),
        Figure(_NAME, "cancel to its place free, container", 1000 * cancel, "ms", "docker rm -f", 1000 * kill, repeats),
    ]


def _warm(studio: Lab, dask: float, repeats: int) -> list[Figure]:
    """Make takes with a pipeline that takes five seconds to load: the first loads it, the others find it loaded."""
    studio.add_pipeline("bench-stays", IMAGE, _STAYS, warm=True)
    studio.shot("shot_3", "bench-stays@1.0.0", prompt="0")
    cold = _seconds(lambda: studio.ended(studio.generate("shot_3")))
    warm = statistics.median(_seconds(lambda: studio.ended(studio.generate("shot_3"))) for _ in range(repeats))
    ours, bare = _medians([(studio.until_running("shot_3"), _docker_run()) for _ in range(repeats)])
    return [
        Figure(_NAME, f"a take with {_LOADING_S} s of loading, cold", cold, "s", "the same, warm", warm, repeats),
        Figure(_NAME, "click to running, warm container", 1000 * ours, "ms", "docker run", 1000 * bare, repeats),
        Figure(_NAME, "click to running, warm container", 1000 * ours, "ms", "a bare Dask task", 1000 * dask, repeats),
    ]


def _docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LeftOutError(f"docker {arguments[0]} failed: {done.stderr.strip()[-200:]}")
    return done.stdout.strip()


def _docker_run() -> float:
    """Return the seconds from before ``docker run`` to the first statement of its program."""
    began = time.time()
    return float(_docker("run", "--rm", IMAGE, "python3", "-c", "import time; print(repr(time.time()))")) - began


def _kill_container() -> float:
    name = _docker("run", "-d", "--init", IMAGE, "python3", "-c", _BARE.format(seconds=600))
    return _seconds(lambda: _docker("rm", "-f", name))


# -- measuring ---------------------------------------------------------------------------------------------------------


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _at_once(work: Callable[[], object], number: int) -> None:
    """Do something ``number`` times, as many at once as the CPU worker has places."""
    with ThreadPoolExecutor(cpu_slots()) as pool:
        for done in [pool.submit(work) for _ in range(number)]:
            done.result()


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    ours, peers = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(peers)
