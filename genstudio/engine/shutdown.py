"""Ends everything that the engine runs for a workspace on this machine."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from genstudio.engine.cluster import LocalCluster
from genstudio.engine.devices import host
from genstudio.engine.lease import holder
from genstudio.engine.state import StateFolder
from genstudio.schema.errors import ConflictError

__all__ = ["stop"]

_LOOK_S: Final = 0.02


def stop(state_dir: Path, timeout: float = 30.0) -> None:
    """End the producer, scheduler and workers of a state folder, and wait until they are gone. Jobs that run are queued again.

    Raises:
        ConflictError: The producer runs on another machine, or does not end.
    """
    found = holder(state_dir)
    if found is not None and found.host != host():
        raise ConflictError(f"The producer of this workspace runs on {found.host}.", fix="Stop it there.")
    end = time.monotonic() + timeout
    while (found := holder(state_dir)) is not None:
        if time.monotonic() > end:
            raise ConflictError(f"The producer (process {found.pid}) does not end.", fix=f"Kill it: kill -9 {found.pid}.")
        with suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGTERM)
        time.sleep(_LOOK_S)
    state = StateFolder(state_dir)
    if state.workers.is_dir():
        LocalCluster(state, Path(), ()).stop()  # what a killed producer left behind
