"""Processes that outlive their parent: started in a session of their own, found again by process id and start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from genstudio.engine.lease import starting
from genstudio.schema.base import JsonObject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from genstudio.engine.state import StateFolder

__all__ = ["Daemon", "kill_group", "start_detached", "start_producer"]

_STATE: Final = 0
_START: Final = 19
"""Where ``/proc/<pid>/stat`` has state and start (proc(5)), counted from after the name, which may hold anything."""


@dataclass(frozen=True, slots=True)
class Daemon:
    """A process as it can be told from another that got its number later.

    ``started`` says by the kernel's own count when it began, and in which run of the machine: no clock that is set changes it.
    """

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> Daemon:
        """Return the identity of a living process.

        Raises:
            ProcessLookupError: There is none of that number.
        """
        found = _look(pid)
        if found is None:
            raise ProcessLookupError(f"There is no process {pid}.")
        return cls(pid, found[0])

    @classmethod
    def read(cls, path: Path) -> Daemon | None:
        """Return the process that a file names, None if there is no such file."""
        with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            entry = json.loads(path.read_text("utf-8"))
            return cls(int(entry["pid"]), str(entry["started"]))
        return None

    def entry(self) -> JsonObject:
        """Return what :meth:`read` finds in a file."""
        return {"pid": self.pid, "started": self.started}

    def alive(self) -> bool:
        """Tell whether it runs. One that has ended and was not yet waited for does not."""
        return _look(self.pid) == (self.started, True)

    def end(self, timeout: float = 5.0) -> None:
        """Ask it to end, wait, and kill its group if it does not."""
        if not self.alive():
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        if not self.wait(timeout):
            kill_group(self)
            self.wait(timeout)

    def wait(self, timeout: float) -> bool:
        """Wait until it has ended. Return whether it has."""
        end = time.monotonic() + timeout
        while self.alive():
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True


def _look(pid: int) -> tuple[str, bool] | None:
    """Return when a process began and whether it runs still; None if there is none of that number."""
    with suppress(FileNotFoundError, ProcessLookupError):
        words = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return f"{words[_START].decode()}@{_boot()}", words[_STATE] not in (b"Z", b"X")
    if sys.platform != "linux":  # there the kernel notes the time of day, and leaves it
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            return str(process.create_time()), bool(process.status() != psutil.STATUS_ZOMBIE)
    return None


@cache
def _boot() -> str:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    return ""


def kill_group(process: Daemon) -> None:
    """Kill a process that leads a group, and the whole group. Nothing happens if the number belongs to another process by now."""
    if process.alive():
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def start_producer(workspace: Path, state: StateFolder) -> None:
    """Start a producer for a workspace, unless one is being started; it ends at once if another is at work."""
    descriptor = starting(state.root)
    if descriptor is None:
        return
    try:
        command = [sys.executable, "-m", "genstudio.engine.producer", "--workspace", str(workspace), "--starting", str(descriptor)]
        start_detached(command, state.log("producer"), keep=[descriptor])
    finally:
        os.close(descriptor)


def start_detached(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None, keep: Sequence[int] = ()) -> None:
    """Start a program that is nobody's child: no terminal, own session, output appended to ``log``; descriptors of ``keep`` stay open.

    A shell starts it in the background and leaves, so that no zombie and no open pipe stays with the caller.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *command],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            env=dict(environment) if environment is not None else None,
            pass_fds=keep,
        )
