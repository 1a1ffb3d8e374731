# mypy: allow-untyped-calls
# (Dask is typed in part only.)
"""The Dask cluster of a workspace: its configuration, its keys, and how its processes are started and found again.

Scheduler and workers are processes of their own, in sessions of their own: killing the producer leaves them, and their jobs, alone.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from genstudio.engine.daemons import Daemon
from genstudio.engine.state import StateFolder, read_json, write_json
from genstudio.engine.tls import ensure_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from distributed import Security

__all__ = ["HOST", "LocalCluster", "configure", "dashboard_link", "scheduler_address", "security"]

HOST: Final = "127.0.0.1"
_SETTINGS: Final[dict[str, Any]] = {
    "distributed.scheduler.allowed-failures": 0,  # else Dask runs a job again up to four times by itself; retries are ours
    "distributed.scheduler.work-stealing": False,  # jobs are pinned
    "distributed.scheduler.worker-ttl": None,  # by the clock of the day: set forwards, it would lose all workers
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.http.routes": ["distributed.http.health"],
    "distributed.worker.http.routes": ["distributed.http.health"],
    "distributed.worker.profile.enabled": False,
    "distributed.worker.use-file-locking": False,
    "distributed.admin.tick.interval": "1s",  # else Dask watches itself fifty times a second, work or no work
    "distributed.admin.tick.cycle": "10s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.system-monitor.disk": False,
    "distributed.client.scheduler-info-interval": "60s",
    "distributed.diagnostics.nvml": False,  # memory is measured by our own probe
    "distributed.comm.require-encryption": True,
    "distributed.comm.timeouts.connect": "10s",
}


def configure() -> None:
    """Set what our processes need of Dask, whatever the user's own Dask configuration says. Call it before ``distributed`` is used."""
    import dask

    dask.config.set(_SETTINGS)
    logging.getLogger("distributed").setLevel(logging.WARNING)


def security(state: StateFolder) -> Security:
    """Return the keys of a workspace as Dask wants them."""
    from distributed import Security

    certificate, key = (str(path) for path in ensure_keys(state.root))
    roles = {
        f"tls_{role}_{part}": path for role in ("scheduler", "worker", "client") for part, path in (("cert", certificate), ("key", key))
    }
    return Security(tls_ca_file=certificate, require_encryption=True, **roles)


def scheduler_address(state: StateFolder) -> str | None:
    """Return the address of the living scheduler of a state folder, None if there is none."""
    entry, daemon = read_json(state.cluster), Daemon.read(state.cluster)
    return str(entry["address"]) if entry and entry.get("address") and daemon and daemon.alive() else None


def dashboard_link(state: StateFolder) -> str:
    """Return the address of the Dask dashboard, empty where there is none: ``cluster.toml`` asks for it."""
    return str((read_json(state.cluster) or {}).get("dashboard") or "") if scheduler_address(state) else ""


class LocalCluster:
    """The processes of this machine: one scheduler, one worker a GPU, one CPU worker. Values are read from the state folder."""

    def __init__(self, state: StateFolder, workspace: Path, worker_names: Sequence[str]) -> None:
        self._state = state
        self._workspace = workspace
        self._names = tuple(worker_names)
        self._children: list[subprocess.Popen[bytes]] = []

    def ensure(self) -> bool:
        """Start what is not running. Return whether the scheduler had to be started: then nothing that ran before is left."""
        self._children = [child for child in self._children if child.poll() is None]
        fresh = not self.scheduler_alive()
        if fresh:
            self._end_workers(timeout=2.0)  # they cannot join another scheduler, and must not run on unseen
            command = [sys.executable, "-m", "genstudio.engine.scheduler", "--workspace", str(self._workspace)]
            self._start("scheduler", command, self._state.cluster)
        for name in self._names:
            daemon = Daemon.read(self._state.workers / f"{name}.json")
            if daemon is None or not daemon.alive():
                self._start_worker(name)
        return fresh

    def scheduler_alive(self) -> bool:
        """Tell whether the scheduler runs."""
        scheduler = Daemon.read(self._state.cluster)
        return scheduler is not None and scheduler.alive()

    def alive(self) -> bool:
        """Tell whether scheduler and workers all run."""
        daemons = [Daemon.read(self._state.cluster), *(Daemon.read(self._state.workers / f"{name}.json") for name in self._names)]
        return all(daemon is not None and daemon.alive() for daemon in daemons)

    def stop(self, timeout: float = 5.0) -> None:
        """End scheduler and workers, by force if need be, and wait until they are gone."""
        scheduler = Daemon.read(self._state.cluster)
        self._end_workers(timeout)
        if scheduler:
            scheduler.end(timeout)
        for child in self._children:  # one that had not written its file yet
            if child.poll() is None:
                child.terminate()
                with suppress(subprocess.TimeoutExpired):
                    child.wait(timeout)
        self._state.cluster.unlink(missing_ok=True)

    def _start_worker(self, name: str) -> None:
        command = [sys.executable, "-m", "genstudio.engine.worker", "--workspace", str(self._workspace), "--name", name]
        self._start(f"worker-{name}", command, self._state.workers / f"{name}.json")

    def _start(self, log: str, command: list[str], note: Path) -> None:
        with self._state.log(log).open("ab") as output:
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, cwd="/", close_fds=True
            )
        self._children.append(child)
        write_json(note, Daemon.of(child.pid).entry())

    def _end_workers(self, timeout: float) -> None:
        ours = [path for path in self._state.workers.glob("*.json") if not (read_json(path) or {}).get("stays")]
        daemons = [daemon for path in ours if (daemon := Daemon.read(path))]
        for daemon in daemons:
            if daemon.alive():
                with suppress(ProcessLookupError):
                    os.kill(daemon.pid, signal.SIGTERM)
        for daemon in daemons:
            daemon.wait(timeout)
            daemon.end(0.1)
