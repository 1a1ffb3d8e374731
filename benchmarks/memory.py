"""How much memory work takes, in this process and in all that it starts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import psutil

__all__ = ["peak_memory"]

_EVERY_S: Final = 0.05
_MB: Final = 1_000_000


def peak_memory(work: Callable[[], object]) -> float:
    """Do ``work`` and return the most memory (MB, resident) that it took at one time, beyond what this process had before."""
    process, over = psutil.Process(), threading.Event()
    before = most = _resident(process)

    def watch() -> None:
        nonlocal most
        while not over.wait(_EVERY_S):
            most = max(most, _resident(process))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        over.set()
        watcher.join()
    return (most - before) / _MB


def _resident(process: psutil.Process) -> int:
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue  # it ended meanwhile
    return total
