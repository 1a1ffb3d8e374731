# mypy: allow-untyped-calls
# (Dask is typed in part only.)
"""A worker: one a GPU, and one for the CPU. ``python -m genstudio.engine.worker`` joins the scheduler of a workspace.

It makes attempts (:mod:`genstudio.engine.attempt`) that the producer sends as Dask tasks. It needs no producer to finish one: the take
is published and the outcome written to disk, to be read by whichever producer comes next.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import os
import shutil
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from distributed import Worker, WorkerPlugin

from genstudio.engine import cluster, devices
from genstudio.engine.attempt import Attempt, WorkerPlace
from genstudio.engine.daemons import Daemon
from genstudio.engine.devices import CPU, worker_names
from genstudio.engine.fence import SupersededAttemptError
from genstudio.engine.remote import PLUGIN
from genstudio.engine.runners.container import ContainerRunner
from genstudio.engine.runners.process import ProcessRunner
from genstudio.engine.state import StateFolder, write_json
from genstudio.pipelines.catalogue import Catalogue
from genstudio.pipelines.weights import installed
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.job import Assignment, Succeeded, WorkerView

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from genstudio.engine.runners.base import Runner

__all__ = ["CPU", "StudioWorker", "main", "worker_names"]

_GPU_JOBS: Final = 4
_SCHEDULER_WAIT_S: Final = 60.0


@dataclass
class StudioWorker(WorkerPlugin):
    """What makes a Dask worker ours: its place, its card, and the attempts that run on it."""

    place: WorkerPlace
    view: WorkerView
    name: str = PLUGIN
    attempts: dict[str, Attempt] = field(default_factory=dict)
    ending: threading.Event = field(default_factory=threading.Event)

    def setup(self, worker: Worker) -> None:
        """Note the address."""
        self.view = self.view.model_copy(update={"address": worker.address})

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - the form of a plugin
        """Kill what still runs: the scheduler is gone, or the worker is told to end."""
        self.ending.set()
        for running in list(self.attempts.values()):
            running.cancel("worker")

    def attempt(self, payload: str, tell: Callable[[dict[str, Any]], None]) -> str:
        """Make an attempt in this thread; see :func:`genstudio.engine.remote.attempt`.

        Raises:
            SupersededAttemptError: The attempt has lost its place, or ends because the worker does. It has no outcome.
        """
        assignment = Assignment.model_validate_json(payload)
        key = {"job": assignment.job, "attempt": assignment.attempt}
        running = Attempt(assignment, self.place, lambda state: tell({**key, "state": state.model_dump()}))
        self.attempts[assignment.job] = running
        try:
            outcome = running.run()
            if self.ending.is_set() and not isinstance(outcome.state, Succeeded):
                raise SupersededAttemptError("The attempt did not end by itself: the worker is ending.")  # to be seen as lost
            write_json(self.place.state.outcome(outcome.job, outcome.attempt), outcome.model_dump(mode="json"))
            return outcome.model_dump_json()
        finally:
            del self.attempts[assignment.job]

    def cancel(self, job: str, by: str) -> bool:
        """Kill a job. Returns whether it was there."""
        running = self.attempts.get(job)
        if running is not None:
            running.cancel(by)
        return running is not None

    def describe(self) -> WorkerView:
        """Return the worker as it is now; what runs on it is not taken off its CPU slots."""
        place = self.place
        have = installed(Catalogue.load(place.workspace).pipelines.values(), place.models)
        return self.view.model_copy(update={"weights": have, "free_vram_gib": devices.free_vram_gib(place.gpu)})


def _runners(place_name: str, state: StateFolder, processes: ProcessRunner) -> list[Runner]:
    """The runners of this worker, the one that isolates most first. ``GENSTUDIO_RUNNERS`` may leave some out."""
    wished = devices.wished_runners()
    boot = Daemon.of(os.getpid())
    labels = {"workspace": state.root.name, "worker": place_name, "boot": f"{boot.pid}@{boot.started}"}
    containers = ContainerRunner.probe(labels) if "container" in wished else None
    found: list[Runner] = [containers] if containers else []
    return [*found, processes] if "process" in wished else found


def _plugin(workspace: WorkspaceFolder, name: str) -> StudioWorker:
    state = StateFolder(workspace.state_dir)
    processes = ProcessRunner(state.workers / f"{name}.runs")
    processes.sweep()
    runners = _runners(name, state, processes)
    for runner in runners:
        runner.sweep()
    shutil.rmtree(state.scratch / name, ignore_errors=True)  # of attempts that died with an earlier worker
    (state.scratch / name).mkdir(mode=0o700)
    card = next((card for card in devices.cards() if card.uuid == name), None)
    slots = 0 if card else devices.cpu_slots()
    place = WorkerPlace(
        name=name,
        state=state,
        workspace=workspace.root,
        runners=runners,
        processes=processes,
        models=tuple(path for path in workspace.models_dirs() if path.is_dir()),
        gpu=card.uuid if card else "",
        memory_gib=devices.memory_limit_gib(_GPU_JOBS if card else slots),
        reserve=_reserve(),
    )
    view = WorkerView(
        address="",
        name=name,
        host=devices.host(),
        gpu=card.name if card else "",
        card_gib=card.sold_gib if card else 0,
        vram_gib=card.total_gib if card else 0,
        cpu=slots,
        free_cpu=slots,
        runners=tuple(runner.capabilities.name for runner in runners),
    )
    return StudioWorker(place, view)


def _reserve() -> int:
    """How many bytes stay free on the scratch disk: 256 MiB, or as ``GENSTUDIO_SCRATCH_RESERVE_MIB`` says."""
    wished = os.environ.get("GENSTUDIO_SCRATCH_RESERVE_MIB", "")
    return (int(wished) if wished.isdigit() else 256) << 20


def _be_the_only_one(state: StateFolder, name: str) -> None:
    """Take the name for as long as this process lives, and note who has it.

    Raises:
        SystemExit: Another process has it.
    """
    state.prepare()
    descriptor = os.open(state.workers / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(f"The worker {name} of this workspace runs already.") from None
    write_json(state.workers / f"{name}.json", {"pid": os.getpid(), "started": Daemon.of(os.getpid()).started})


async def run_worker(workspace: WorkspaceFolder, name: str) -> None:
    """Run a worker until it is told to end or its scheduler is gone.

    Raises:
        SystemExit: There is no scheduler.
    """
    state = StateFolder(workspace.state_dir)
    plugin = _plugin(workspace, name)
    address = await _scheduler(state)
    worker = Worker(
        address,
        nthreads=plugin.view.cpu or _GPU_JOBS,
        name=f"{name}-{os.getpid()}",
        host=cluster.HOST,
        security=cluster.security(state),
        resources={"VRAM": plugin.view.vram_gib} if plugin.view.card_gib else {"CPU": float(plugin.view.cpu)},
        memory_limit=0,
        local_directory=str(state.root / "dask"),
        dashboard=False,
        dashboard_address=f"{cluster.HOST}:0",
        plugins=(plugin,),
        death_timeout=30,
    )
    async with worker:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: loop.create_task(worker.close(reason="signal", executor_wait=False)))
        await worker.finished()
    await asyncio.to_thread(_finish, plugin)


def _finish(plugin: StudioWorker) -> None:
    """Wait until the killed attempts are gone."""
    end = time.monotonic() + 10
    while plugin.attempts and time.monotonic() < end:
        time.sleep(0.01)


async def _scheduler(state: StateFolder) -> str:
    loop = asyncio.get_running_loop()
    end = loop.time() + _SCHEDULER_WAIT_S
    while loop.time() < end:
        address = cluster.scheduler_address(state)
        if address:
            return address
        await asyncio.sleep(0.02)
    raise SystemExit("There is no scheduler to join. Start the studio, or generate something, first.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a worker process: ``--workspace DIR --name cpu|<GPU uuid>``."""
    parser = argparse.ArgumentParser(prog="genstudio worker", description="A worker of a workspace on this machine.")
    parser.add_argument("--workspace", type=Path, default=None, help="the workspace; found as usual if not given")
    parser.add_argument("--name", default=CPU, help="cpu, or the UUID of a GPU")
    options = parser.parse_args(arguments)
    cluster.configure()
    workspace = WorkspaceFolder.find(options.workspace)
    _be_the_only_one(StateFolder(workspace.state_dir), options.name)
    with suppress(KeyboardInterrupt):
        asyncio.run(run_worker(workspace, options.name))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # a thread that hangs in somebody's library must not keep a worker alive that has left the cluster


if __name__ == "__main__":
    main()
