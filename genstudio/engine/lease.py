"""The producer's lease: one process a state folder, for as long as it lives.

The kernel keeps the lock and drops it when the process dies, however it dies. Host name and process id are written beside it for
people and for the next producer.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from genstudio.engine import nudge

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Holder", "Lease", "holder", "starting"]

_NAME = "producer.lease"
_STARTING = "producer.starting"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds, or last held, the lease."""

    host: str
    pid: int


class Lease:
    """The lease, held."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, state_dir: Path, timeout: float = 15.0) -> Self | None:
        """Take the lease, or return None since another producer is at work.

        A holder that no longer listens is on its way out: it is waited for, at most ``timeout`` seconds.
        """
        descriptor = os.open(state_dir / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        end = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if nudge.send(state_dir) or time.monotonic() > end:
                    os.close(descriptor)
                    return None
                time.sleep(0.02)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"host": socket.gethostname(), "pid": os.getpid()}).encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Give the lease back."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


def starting(state_dir: Path) -> int | None:
    """Return a descriptor that says "a producer is being started", None since somebody else has it.

    Whoever inherits the descriptor has it too, and the kernel takes it back when the last of them closes it or dies. A producer needs
    most of a second to begin: without this, each click and each look meanwhile would start one more, and all would compete for the
    same processor.
    """
    descriptor = os.open(state_dir / _STARTING, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def holder(state_dir: Path) -> Holder | None:
    """Return who holds the lease now, None if nobody does."""
    try:
        descriptor = os.open(state_dir / _NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        with suppress(ValueError, KeyError, TypeError):
            entry = json.loads(os.pread(descriptor, 4096, 0))
            return Holder(host=entry["host"], pid=int(entry["pid"]))
    finally:
        os.close(descriptor)
    return None
