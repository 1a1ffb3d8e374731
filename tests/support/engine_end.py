"""Ends what the engine left running, so that no test pays for another's processes."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from engine_lab import until

from genstudio.engine.lease import holder, starting

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["end_engines"]


def end_engines(state_home: Path) -> None:
    """End the producers, and with them schedulers and workers, of all workspaces whose state lies below ``state_home``.

    One that is just being started is waited for: nobody else would end it, least of all while its queue is paused.
    """
    for folder in (state_home / "genstudio").glob("*"):
        os.close(until(partial(starting, folder), what="what is being started has begun"))
        found = holder(folder)
        if found is None:
            continue
        with suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGTERM)
        until(partial(_ended, folder), what="the producer has ended")


def _ended(folder: Path) -> bool:
    return holder(folder) is None
