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
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from distributed import Worker

from genstudio.engine import cluster
from genstudio.engine.daemons import Daemon
from genstudio.engine.devices import CPU, simulated_card, worker_names
from genstudio.engine.joining import Home, home_away, home_here
from genstudio.engine.state import StateFolder, write_json
from genstudio.engine.studio_worker import GPU_JOBS, StudioWorker, set_up
from genstudio.project.workspace import WorkspaceFolder

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from genstudio.engine.devices import Card

__all__ = ["CPU", "StudioWorker", "main", "worker_names"]

_SCHEDULER_WAIT_S: Final = 60.0
_AGAIN_S: Final = 5.0
_FINISH_S: Final = 10.0
_LOOK_S: Final = 0.02
T = TypeVar("T")


def _be_the_only_one(state: StateFolder, name: str, *, stays: bool) -> None:
    """Take the name for as long as this process lives, and note who has it, and whether it outlives the scheduler.

    Raises:
        SystemExit: Another process has it.
    """
    state.prepare()
    descriptor = os.open(state.workers / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(f"The worker {name} of this workspace runs already.") from None
    write_json(state.workers / f"{name}.json", Daemon.of(os.getpid()).entry() | {"stays": stays})


async def run_worker(home: Home, name: str, simulated: Card | None, *, stays: bool) -> None:
    """Run a worker until it is told to end or its scheduler is gone; one that stays joins the next scheduler then.

    Raises:
        SystemExit: There is no scheduler, and it is not to wait for one.
    """
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    state = home.state
    while not told.is_set():
        plugin = set_up(home, name, simulated)
        address = home.address or await _unless(told, _scheduler(state, patience=None if stays else _SCHEDULER_WAIT_S))
        if address is None:
            return
        try:
            await _serve(plugin, address, state, told)
        except (OSError, RuntimeError):  # the scheduler left while we came
            if not stays:
                raise
        if not stays:
            return
        if home.address:  # nobody tells when it is there again
            await _unless(told, asyncio.sleep(_AGAIN_S))


async def _serve(plugin: StudioWorker, address: str, state: StateFolder, told: asyncio.Event) -> None:
    view = plugin.view
    worker = Worker(
        address,
        nthreads=view.cpu or GPU_JOBS,
        name=f"{view.name}-{view.host}-{os.getpid()}",
        host=cluster.HOST if cluster.HOST in address else None,  # else: as the scheduler is reached
        security=cluster.security(state),
        resources={"VRAM": view.vram_gib} if view.card_gib else {"CPU": float(view.cpu)},
        memory_limit=0,
        local_directory=str(state.root / "dask"),
        dashboard=False,
        dashboard_address=f"{cluster.HOST}:0",
        plugins=(plugin,),
        death_timeout=30,
    )
    async with worker:
        await _unless(told, worker.finished())
        if told.is_set():
            await worker.close(reason="signal", executor_wait=False)
    await asyncio.to_thread(plugin.finish, _FINISH_S)


async def _unless(told: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Do some work, unless the worker is told to end before it is done: then None."""
    doing, ending = asyncio.ensure_future(work), asyncio.ensure_future(told.wait())
    try:
        await asyncio.wait({doing, ending}, return_when=asyncio.FIRST_COMPLETED)
        return doing.result() if doing.done() else None
    finally:
        doing.cancel()
        ending.cancel()


async def _scheduler(state: StateFolder, patience: float | None) -> str:
    """Return the address of the scheduler once there is one; wait for it at most ``patience`` seconds, or for ever."""
    loop = asyncio.get_running_loop()
    end = None if patience is None else loop.time() + patience
    while end is None or loop.time() < end:
        address = cluster.scheduler_address(state)
        if address:
            return address
        await asyncio.sleep(_LOOK_S)
    raise SystemExit("There is no scheduler to join. Start the studio, or generate something, first.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a worker process: ``--workspace DIR --name cpu|<GPU uuid>``."""
    parser = argparse.ArgumentParser(prog="genstudio worker", description="A worker of a workspace on this machine.")
    parser.add_argument("--workspace", type=Path, default=None, help="the workspace; found as usual if not given")
    parser.add_argument("--name", default=CPU, help="cpu, the UUID of a GPU, or any name with --vram")
    parser.add_argument("--vram", type=float, default=0, metavar="GB", help="simulate a card of that size")
    parser.add_argument("--join", type=Path, metavar="FILE", help="the invitation of a studio whose disk this machine does not see")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="with --join: where the worker keeps what it needs")
    parser.add_argument("--models", type=Path, action="append", default=[], metavar="DIR", help="with --join: a folder with weights")
    parser.add_argument("--stay", action="store_true", help="wait for a scheduler, and for the next one when it ends")
    options = parser.parse_args(arguments)
    cluster.configure()
    if options.join is not None:
        home = home_away(options.join, options.folder or Path.home() / ".local" / "state" / "genstudio-worker", tuple(options.models))
    else:
        home = home_here(WorkspaceFolder.find(options.workspace))
    _be_the_only_one(home.state, options.name, stays=options.stay)
    card = simulated_card(options.vram) if options.vram else None
    with suppress(KeyboardInterrupt):
        asyncio.run(run_worker(home, options.name, card, stays=options.stay))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # a thread that hangs in somebody's library must not keep a worker alive that has left the cluster


if __name__ == "__main__":
    main()
