"""Tells views which workers there are as soon as one comes or goes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from genstudio.engine.lease import holder
from genstudio.engine.worker_table import read_table
from genstudio.schema.message import WorkersPayload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from genstudio.engine.state import StateFolder
    from genstudio.schema.job import WorkerView

__all__ = ["WorkerWatch"]

_LOOK_S: Final = 0.1


class WorkerWatch:
    """Follows the table of workers that the producer of one workspace keeps, while there are sessions.

    What is free on a worker changes all the time and is asked for by who shows it; only who is there is told.

    Args:
        state: The state folder of the workspace.
        tell: Is given what the views are told.
        period: Seconds between two looks.
    """

    def __init__(self, state: StateFolder, tell: Callable[[WorkersPayload], None], *, period: float = _LOOK_S) -> None:
        self._state, self._tell, self._period = state, tell, period
        self._next = 0.0
        self._stamp = self._look()
        self._told = _who(self._read())

    def poll(self) -> None:
        """Look, if it is time to, and tell what is new."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._period
        stamp = self._look()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        workers = self._read()
        if (who := _who(workers)) != self._told:
            self._told = who
            self._tell(WorkersPayload(workers=tuple(worker.model_dump(mode="json") for worker in workers)))

    def _look(self) -> tuple[bool, int, int]:
        """Return what changes with the table: whether a producer lives, whose workers they are, and the file that it has written."""
        found = _stat(self._state.worker_table)
        return holder(self._state.root) is not None, *found

    def _read(self) -> Sequence[WorkerView]:
        return read_table(self._state.worker_table) if self._stamp[0] else ()


def _who(workers: Sequence[WorkerView]) -> tuple[tuple[str, str, float, str], ...]:
    return tuple((worker.address, worker.name, worker.card_gib, worker.problem) for worker in workers)


def _stat(path: Path) -> tuple[int, int]:
    """Return what tells one writing of a file from the next: each is a new file in the place of the old one."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns
