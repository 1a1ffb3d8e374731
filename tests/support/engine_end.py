"""Ends what the engine left running, so that no test pays for another's processes."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from genstudio.engine.lease import holder, starting

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["end_engines"]

_PATIENCE_S = 30.0


def end_engines(state_home: Path) -> None:
    """End the producers, and with them schedulers and workers, of all workspaces whose state lies below ``state_home``.

    One that is just being started is waited for: nobody else would end it, least of all while its queue is paused.
    """
    for folder in (state_home / "genstudio").glob("*"):
        end = time.monotonic() + _PATIENCE_S
        while (start := starting(folder)) is None and time.monotonic() < end:
            time.sleep(0.02)
        if start is not None:
            os.close(start)
        found = holder(folder)
        if found is None:
            continue
        with suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGTERM)
        while holder(folder) is not None and time.monotonic() < end:
            time.sleep(0.02)
