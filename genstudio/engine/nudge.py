"""A nudge between processes: a FIFO that the producer reads and that whoever changed the store writes a byte to.

It carries no data and may be lost; the truth is in the store. It makes a click reach the producer in microseconds instead of at the
next poll, and tells whether a producer is there: a FIFO can be opened for writing only while somebody reads it.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["open_listener", "send"]

_NAME = "producer.fifo"


def send(state_dir: Path) -> bool:
    """Nudge the producer of a state folder. Return whether one is there to read it."""
    try:
        descriptor = os.open(state_dir / _NAME, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.ENOENT):
            return False
        raise
    try:
        with suppress(BlockingIOError, BrokenPipeError):  # full: it has nudges enough; broken: it just left
            os.write(descriptor, b"!")
    finally:
        os.close(descriptor)
    return True


def open_listener(state_dir: Path) -> int:
    """Return a non-blocking descriptor that becomes readable with each nudge. The caller closes it.

    It is opened for reading and writing, so that it never reports end of file while no sender is there.
    """
    path = state_dir / _NAME
    with suppress(FileExistsError):
        os.mkfifo(path, 0o600)
    return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
