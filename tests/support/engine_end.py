"""Ends what the engine left running, so that no test pays for another's processes."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from genstudio.engine.lease import holder

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["end_engines"]

_PATIENCE_S = 30.0


def end_engines(state_home: Path) -> None:
    """End the producers, and with them schedulers and workers, of all workspaces whose state lies below ``state_home``."""
    for folder in (state_home / "genstudio").glob("*"):
        found = holder(folder)
        if found is None:
            continue
        with suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGTERM)
        end = time.monotonic() + _PATIENCE_S
        while holder(folder) is not None and time.monotonic() < end:
            time.sleep(0.05)
