"""The scheduler process: ``python -m genstudio.engine.scheduler --workspace DIR``.

It outlives producers, and so it is the one to see that a producer has died: while there is work it starts the next one.
"""

# mypy: allow-untyped-calls
# (Dask is typed in part only.)
from __future__ import annotations

import argparse
import asyncio
import importlib.util
import logging
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import dask

from genstudio.engine import cluster
from genstudio.engine.daemons import Daemon, start_producer
from genstudio.engine.launching import read_config
from genstudio.engine.lease import holder
from genstudio.engine.state import StateFolder, write_json
from genstudio.engine.store import JobStore
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.cluster import LocalConfig
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from distributed import Scheduler

    from genstudio.schema.cluster import ClusterConfig

__all__ = ["main"]

_LOOK_S: Final = 1.0
_PAGES: Final = ["distributed.http.health", "distributed.http.scheduler.info", "distributed.http.statics"]
_ORPHANED_S: Final = 300.0


async def _run(workspace: WorkspaceFolder) -> None:
    from distributed import Scheduler

    state = StateFolder(workspace.state_dir)
    config = _config(workspace)
    host = config.host
    shown = config.dashboard and importlib.util.find_spec("bokeh") is not None
    if shown:
        dask.config.set({"distributed.scheduler.http.routes": _PAGES})
    scheduler = Scheduler(
        host=host, port=config.port, protocol="tls://", security=cluster.security(state), dashboard=shown, dashboard_address=f"{host}:0"
    )
    async with scheduler:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: loop.create_task(scheduler.close(reason="signal")))
        page = f"http://{host}:{scheduler.services['dashboard'].port}/status" if shown else ""
        watch = loop.create_task(_watch(scheduler, state, workspace.root, page))
        await scheduler.finished()
        watch.cancel()


def _config(workspace: WorkspaceFolder) -> ClusterConfig:
    """Return what ``cluster.toml`` says. A wrong one must not keep this machine from working: then it is as if there were none."""
    try:
        return read_config(workspace.root)
    except BadInputError as error:
        logging.getLogger("distributed.scheduler").warning("%s", error)
        return LocalConfig()


async def _watch(scheduler: Scheduler, state: StateFolder, workspace: Path, page: str) -> None:
    """Keep the address known, see that work has a producer, and end after five minutes with neither."""
    with JobStore(state.root) as store:
        since = time.monotonic()
        while time.monotonic() - since < _ORPHANED_S:
            if cluster.scheduler_address(state) != scheduler.address:
                entry = Daemon.of(os.getpid()).entry() | {"address": scheduler.address}
                write_json(state.cluster, entry | {"dashboard": page})
            if holder(state.root) is not None or any(worker.processing for worker in scheduler.workers.values()):
                since = time.monotonic()
            if holder(state.root) is None and (store.has_open() or store.uncommitted()):
                await asyncio.to_thread(start_producer, workspace, state)
            await asyncio.sleep(_LOOK_S)
    await scheduler.close(reason="orphaned")


def main() -> None:
    """Run the scheduler process."""
    parser = argparse.ArgumentParser(prog="python -m genstudio.engine.scheduler")
    parser.add_argument("--workspace", type=Path, required=True)
    cluster.configure()
    asyncio.run(_run(WorkspaceFolder.find(parser.parse_args().workspace)))


if __name__ == "__main__":
    main()
