"""The fence of a job: an attempt that was given up publishes nothing any more, and none is given up while it publishes.

A worker can lose its place - the scheduler no longer knows it, the producer takes it for dead - while it lives on and is about to
publish. What the producer then says of the job must be true for ever. So both sides meet at one file a job. A worker holds its lock
while it publishes, and publishes only if its attempt was not given up; the producer gives an attempt up only while nobody holds the
lock, and looks afterwards at what was published. The kernel drops the lock of a worker that dies, however it dies.

Nothing here is made durable: a machine that crashes ends all attempts with it.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Fence", "SupersededAttemptError"]

_DIGITS: Final = 20


class SupersededAttemptError(Exception):
    """The attempt has lost its place. Nobody waits for its word, and it must leave no result."""


class Fence:
    """The fence of the job whose file is ``path``. The file holds the number of the last attempt that was given up."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def check(self, attempt: int) -> None:
        """Refuse to begin, or to go on with, an attempt that was given up.

        Raises:
            SupersededAttemptError: It was.
        """
        with self._open() as descriptor:
            _check(descriptor, attempt)

    @contextmanager
    def publishing(self, attempt: int) -> Iterator[None]:
        """Keep the attempt from being given up meanwhile; waits for a producer that is just looking.

        Raises:
            SupersededAttemptError: It was given up before.
        """
        with self._open() as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _check(descriptor, attempt)
            yield

    def revoke(self, attempt: int) -> bool:
        """Give up an attempt and all before it. Return False, and change nothing, while one of them publishes."""
        with self._open() as descriptor:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if attempt > _revoked(descriptor):
                os.pwrite(descriptor, f"{attempt:0{_DIGITS}}".encode(), 0)
            return True

    @contextmanager
    def _open(self) -> Iterator[int]:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)  # which drops the lock


def _revoked(descriptor: int) -> int:
    return int(os.pread(descriptor, _DIGITS, 0) or b"0")


def _check(descriptor: int, attempt: int) -> None:
    if attempt <= _revoked(descriptor):
        raise SupersededAttemptError(f"Attempt {attempt} was given up.")
