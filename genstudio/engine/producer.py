"""The producer: the one process of a workspace that moves jobs. ``python -m genstudio.engine.producer --workspace DIR``.

It is elected by a lease, lives apart from notebooks and servers, starts the cluster or finds it running, and ends itself and the cluster
when there has been nothing to do for ``GENSTUDIO_PRODUCER_IDLE`` seconds (300). Killed, it is replaced by the next; jobs go on meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from genstudio.engine import cluster, nudge
from genstudio.engine.commits import commit_task
from genstudio.engine.devices import worker_names
from genstudio.engine.dispatch import Dispatcher
from genstudio.engine.housekeeping import tidy
from genstudio.engine.lease import Lease, starting
from genstudio.engine.remote import LinkLostError
from genstudio.engine.state import StateFolder
from genstudio.engine.store import JobStore
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.job import Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.engine.link import Link

__all__ = ["Producer", "main"]

_IDLE_S: Final = 300.0
_LOOK_S: Final = 0.5
"""How often it looks by itself; a nudge or an event of a worker wakes it at once."""
_WORKERS_WAIT_S: Final = 20.0
_SCHEDULER_WAIT_S: Final = 30.0
_MOST_FAILURES: Final = 4
_LOG: Final = logging.getLogger("genstudio.producer")


class Producer:
    """The producer of a workspace; the caller holds the lease."""

    def __init__(self, workspace: WorkspaceFolder, names: tuple[str, ...], started: Callable[[], None] = lambda: None) -> None:
        """Make it; ``started`` is called once it listens, before it looks for work."""
        self._state = StateFolder(workspace.state_dir)
        self._store = JobStore(workspace.state_dir)
        self._names = names
        self._started = started
        self._cluster = cluster.LocalCluster(self._state, workspace.root, names)
        self._wake = asyncio.Event()
        self._dispatcher = Dispatcher(self._store, self._state, workspace.root, len(names), self._wake.set)
        self._link: Link | None = None
        self._stopping = False
        self._workers_changed = True
        self._failures = 0
        self._busy = time.monotonic()
        self._commit: asyncio.Task[None] | None = None
        self._listener = -1
        self._idle_s = float(os.environ.get("GENSTUDIO_PRODUCER_IDLE") or _IDLE_S)

    async def run(self) -> None:
        """Work until there is nothing to do for a while, or until told to end; then stop the cluster."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.stop)
        self._listen()
        self._started()
        self._cluster.ensure()
        try:
            tidy(self._store, self._state)
            self._wake.set()
            while not self._stopping:
                await self._step()
        finally:
            await self._close()

    def stop(self) -> None:
        """End soon. Jobs that run are ended, and queued again for the next producer."""
        self._stopping = True
        self._wake.set()

    # -- one step ------------------------------------------------------------------------------------------------------

    async def _step(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), _LOOK_S)
        woken = self._wake.is_set()
        self._wake.clear()
        if self._stopping:
            return
        try:
            await self._serve(woken=woken)
            self._failures = 0
        except (LinkLostError, TimeoutError) as error:
            await self._lose(error)
        self._commit_next()
        self._end_when_idle()

    def _commit_next(self) -> None:
        if self._commit is None or self._commit.done():
            task = next(iter(self._store.uncommitted()), None)
            if task is not None:
                self._commit = asyncio.get_running_loop().create_task(asyncio.to_thread(commit_task, self._store, task))
                self._commit.add_done_callback(lambda _: self._wake.set())

    def _end_when_idle(self) -> None:
        if self._has_work():
            self._busy = time.monotonic()
        elif time.monotonic() - self._busy >= self._idle_s:
            self._stop_listening()  # from now on a sender starts the next producer, which waits for the lease
            if self._has_work():
                self._listen()
            else:
                self._stopping = True

    def _has_work(self) -> bool:
        return self._store.has_open() or bool(self._store.uncommitted())

    # -- cluster -------------------------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        from genstudio.engine.link import Link  # a second of imports, during which the scheduler starts

        cluster.configure()
        address = await self._address()
        self._link = Link(self._cluster.scheduler_alive, self._dispatcher.heard, self._ended, self._changed)
        await self._link.connect(address, self._state)
        await self._dispatcher.attach(self._link)
        end = time.monotonic() + _WORKERS_WAIT_S
        await self._dispatcher.look()
        while self._dispatcher.worker_count < len(self._names) and time.monotonic() < end and self._cluster.alive():
            self._wake.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _LOOK_S)
            await self._dispatcher.look()
        self._wake.set()

    async def _address(self) -> str:
        end = time.monotonic() + _SCHEDULER_WAIT_S
        while time.monotonic() < end:
            address = cluster.scheduler_address(self._state)
            if address:
                return address
            await asyncio.sleep(0.01)
        raise TimeoutError(f"The scheduler did not start; see {self._state.log('scheduler')}.")

    async def _serve(self, *, woken: bool) -> None:
        """Bring back what has died - a worker, or the scheduler and with it all workers - and do what there is to do."""
        if not self._cluster.alive():
            fresh = await asyncio.to_thread(self._cluster.ensure)
            if fresh and self._link is not None:
                await self._disconnect()
        if self._link is None:
            await self._connect()
        if self._workers_changed:
            self._workers_changed = False
            await self._dispatcher.look()
            woken = True
        await self._dispatcher.step(woken=woken)

    async def _disconnect(self) -> None:
        self._dispatcher.detach()
        if self._link is not None:
            await self._link.close()
            self._link = None

    async def _lose(self, error: Exception) -> None:
        """Drop the connection; the next step makes another. When that goes wrong again and again, people are told."""
        _LOG.warning("The connection to the cluster is lost: %s", error)
        await self._disconnect()
        self._wake.set()
        self._failures += 1
        if self._failures >= _MOST_FAILURES:
            self._failures = 0
            fix = f"Read {self._state.log('scheduler')} and {self._state.log('producer')}, then generate again."
            self._dispatcher.give_up(Failed(code="engine", message="The engine could not be started.", fix=fix))

    def _ended(self, job: str, number: int, outcome: str | None) -> None:
        self._dispatcher.ended(job, number, outcome)
        self._wake.set()

    def _changed(self) -> None:
        self._workers_changed = True
        self._wake.set()

    # -- beginning and end ---------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        self._listener = nudge.open_listener(self._state.root)
        asyncio.get_running_loop().add_reader(self._listener, self._nudged)

    def _stop_listening(self) -> None:
        if self._listener >= 0:
            asyncio.get_running_loop().remove_reader(self._listener)
            os.close(self._listener)
            self._listener = -1

    def _nudged(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._listener, 65536)
        self._wake.set()

    async def _close(self) -> None:
        self._stop_listening()
        if self._commit is not None:
            await self._commit
        self._dispatcher.requeue()
        await self._disconnect()
        await asyncio.to_thread(self._cluster.stop)
        self._dispatcher.requeue()  # what published while the cluster was stopped
        self._store.close()


def main() -> None:
    """Run the producer of a workspace, unless there is one."""
    parser = argparse.ArgumentParser(prog="python -m genstudio.engine.producer")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--starting", type=int, help="the descriptor that says it is being started")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    workspace = WorkspaceFolder.find(arguments.workspace)
    StateFolder(workspace.state_dir).prepare()
    turn = arguments.starting if arguments.starting is not None else starting(workspace.state_dir)
    while turn is not None:
        lease = Lease.take(workspace.state_dir)
        if lease is not None:
            _LOG.info("Producer %s begins.", os.getpid())
            asyncio.run(_run(workspace, turn))
            lease.release()
            _LOG.info("Producer %s ends.", os.getpid())
            return
        os.close(turn)
        # Who saw that this one was being started relied on it: the other producer may have ended since this one heard of it.
        turn = None if nudge.send(workspace.state_dir) else starting(workspace.state_dir)


async def _run(workspace: WorkspaceFolder, turn: int) -> None:
    await Producer(workspace, worker_names(), lambda: os.close(turn)).run()


if __name__ == "__main__":
    main()
