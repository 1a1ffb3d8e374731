"""Starts the producer again if it dies while jobs wait for it and somebody looks on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from genstudio.engine.daemons import start_producer
from genstudio.engine.lease import holder
from genstudio.engine.state import StateFolder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from genstudio.engine.store import JobStore

__all__ = ["Standby"]

_LOOK_S: Final = 2.0
"""Seconds between two looks; a producer that is missing twice in a row is started. One that is being started needs most of a second."""


class Standby:
    """Looks after the producer of one workspace while there are sessions.

    Whoever asks for something starts the producer; when it dies after that, nobody asks again, and a page would wait for its take for good.

    Args:
        workspace: Folder of the workspace.
        state_dir: Its state folder.
        period: Seconds between two looks.
        start: Starts a producer, unless one is being started.
    """

    def __init__(
        self, workspace: Path, state_dir: Path, *, period: float = _LOOK_S, start: Callable[[Path, StateFolder], None] = start_producer
    ) -> None:
        self._workspace, self._state, self._period, self._start = workspace, StateFolder(state_dir), period, start
        self._next = time.monotonic() + period
        self._missed = False

    def look(self, store: JobStore) -> None:
        """Look, if it is time to."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + self._period
        missing = store.has_open() and holder(self._state.root) is None
        if missing and self._missed:
            self._start(self._workspace, self._state)
        self._missed = missing
