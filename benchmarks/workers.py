"""Workers that join and leave: when people see it, when what waits for one runs; beside a bare Dask client of the same cluster."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.containers import IMAGE, need_docker
from benchmarks.engine import PROGRAM
from benchmarks.figures import Figure
from benchmarks.studios import Lab, lab, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from distributed import Client

    from genstudio.schema.job import TaskSpec
    from genstudio.schema.message import Message

_NAME: Final = "workers"
_WAIT_S: Final = 60.0
_SMALL_GB: Final = 12
"""Of the card that is there all the time and is too small."""
_CARD_GB: Final = 48
_NEEDED_GB: Final = 24
_DOCKER_RUN: Final = ["docker", "run", "--rm", IMAGE, "python3", "-c", "import time; print(repr(time.time()))"]
_BARE_GIB: Final = 13.0
"""What the bare task asks for: more than the small card has, and so little that both tasks fit on the other at once."""


def run(*, quick: bool) -> list[Figure]:
    """Return seconds from the moment at which the scheduler knows of a worker, or it is killed, to that at which somebody else does."""
    need_docker()
    with tempfile.TemporaryDirectory() as folder, lab(Path(folder), "container") as studio:
        studio.project.update_settings(when_unavailable="queue")
        studio.add_pipeline("bench-any", IMAGE, PROGRAM)
        studio.shot("shot_1", "bench-any@1.0.0", prompt="0")
        studio.ended(studio.generate("shot_1"))  # wakes the engine
        studio.add_pipeline("bench-card", IMAGE, PROGRAM, card_gib=_NEEDED_GB)
        studio.shot("shot_1", "bench-card@1.0.0", prompt="0")
        with _page(studio) as page, _bare(studio) as (client, bare), _worker(studio, "small", _SMALL_GB):
            until(lambda: "small" in page.names, _WAIT_S, "the join of a small worker")
            rounds = [_round(studio, page, client, bare, f"bench-{number}") for number in range(2 if quick else 9)]
    titles = {
        "a worker joins: shown in a page": "a Dask client",
        "a worker is killed: gone from a page": "a Dask client",
        "a worker joins: the job that waits for it runs": "a Dask task, docker run",
    }
    return [
        Figure(_NAME, title, *_medians([each[number] for each in rounds], peer), len(rounds))
        for number, (title, peer) in enumerate(titles.items())
    ]


def _medians(pairs: list[tuple[float, float]], peer: str) -> tuple[float, str, str, float]:
    ours, bare = zip(*pairs, strict=True)
    return statistics.median(ours), "s", peer, statistics.median(bare)


# -- who hears ---------------------------------------------------------------------------------------------------------


@dataclass
class _Ear:
    """What somebody heard of workers: when each came and went, by its address; for whom it can be told, also when the scheduler knew."""

    came: dict[str, float] = field(default_factory=dict)
    went: dict[str, float] = field(default_factory=dict)
    registered: dict[str, float] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def page(self, message: Message) -> None:
        """Take what a session sends to a page."""
        if message.type != "server:workers":
            return
        now, there = time.time(), {worker["address"]: worker["name"] for worker in message.payload["workers"]}
        for address, name in there.items():
            self.names[name] = address
            self.came.setdefault(address, now)
        for address in self.came.keys() - there.keys():
            self.went.setdefault(address, now)

    def dask(self, event: tuple[float, Any]) -> None:
        """Take what a scheduler tells its clients."""
        now, (stamp, what) = time.time(), event
        if isinstance(what, dict) and what.get("action") == "add-worker":
            self.registered[what["worker"]], self.came[what["worker"]] = stamp, now
        elif isinstance(what, dict) and what.get("action") == "remove-worker":
            self.went[what["worker"]] = now


@contextmanager
def _page(studio: Lab) -> Iterator[_Ear]:
    """Have a page open."""
    from genstudio.session.canvas_session import CanvasSession

    ear = _Ear()
    session = CanvasSession(studio.workspace, studio.project, None, author="bench", client="1", send=ear.page, engine=studio.engine)
    try:
        yield ear
    finally:
        session.close()


@contextmanager
def _bare(studio: Lab) -> Iterator[tuple[Client, _Ear]]:
    """Have a plain Dask client of the studio's scheduler."""
    from genstudio.engine import cluster
    from genstudio.engine.state import StateFolder

    cluster.configure()
    from distributed import Client

    state, ear = StateFolder(studio.workspace.state_dir), _Ear()
    with Client(cluster.scheduler_address(state), security=cluster.security(state), timeout=_WAIT_S, set_as_default=False) as client:
        client.subscribe_topic("all", ear.dask)
        yield client, ear


# -- a round -----------------------------------------------------------------------------------------------------------


@contextmanager
def _worker(studio: Lab, name: str, card_gb: int) -> Iterator[subprocess.Popen[bytes]]:
    program = [sys.executable, "-m", "genstudio.engine.worker", "--workspace", str(studio.workspace.root)]
    options = ["--name", name, "--vram", str(card_gb), "--stay"]
    with subprocess.Popen([*program, *options], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def _round(studio: Lab, page: _Ear, client: Client, bare: _Ear, name: str) -> list[tuple[float, float]]:
    """Have a job wait for a worker, start it, see the job through, and kill the worker."""
    task = studio.generate("shot_1")
    until(lambda: _waits(studio, task), _WAIT_S, "the wait for a worker")
    plain = client.submit(subprocess.check_output, _DOCKER_RUN, resources={"VRAM": _BARE_GIB}, pure=False)
    with _worker(studio, name, _CARD_GB) as process:
        until(lambda: name in page.names and page.names[name] in bare.registered, _WAIT_S, "the join of a worker")
        address = page.names[name]
        began = float(plain.result(timeout=_WAIT_S))
        plain.release()
        ours = studio.began(studio.ended(task))
        killed = time.time()
        process.kill()
        until(lambda: address in page.went and address in bare.went, _WAIT_S, "the loss of a worker")
    known = bare.registered[address]
    return [
        (page.came[address] - known, bare.came[address] - known),
        (page.went[address] - killed, bare.went[address] - killed),
        (ours - known, began - known),
    ]


def _waits(studio: Lab, task: TaskSpec) -> bool:
    return studio.engine.store.task(task.id).jobs[0].state.state == "waiting"
