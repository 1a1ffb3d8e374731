"""Work of a render that goes on side by side, as many at a time as there are cores, and what is told of it."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final, TypeVar

from genstudio.edit.tools import RenderCancelledError, check_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

__all__ = ["Crew", "Meter", "Teller"]

T = TypeVar("T")

_MOST: Final = 4
"""At a time: each holds decoded frames of its takes, and its encoder has threads of its own."""


class Crew:
    """Runs work in threads (which mostly wait for ffmpeg); when one part fails or the render is cancelled, all others end."""

    def __init__(self, cancelled: Callable[[], bool]) -> None:
        self._cancelled = cancelled
        self._over = threading.Event()
        self._size = min(_MOST, os.cpu_count() or 1)

    def stopped(self) -> bool:
        """Return whether work shall end: what it asks in place of ``cancelled``."""
        return self._over.is_set() or self._cancelled()

    def all(self, works: Sequence[Callable[[], T]]) -> list[T]:
        """Do all works and return what they gave, in their order.

        Raises:
            RenderCancelledError: The render was cancelled.
            Exception: What the first of them raised that failed by itself.
        """
        with ThreadPoolExecutor(self._size, "render") as pool:
            futures = [pool.submit(self._do, work) for work in works]
            try:
                wait(futures)
            except BaseException:
                self._over.set()
                raise
        errors = [error for future in futures if (error := future.exception()) is not None]
        for error in errors:
            if not isinstance(error, RenderCancelledError):
                raise error
        if errors:
            raise errors[0]
        return [future.result() for future in futures]

    def _do(self, work: Callable[[], T]) -> T:
        check_cancelled(self.stopped)
        try:
            return work()
        except BaseException:
            self._over.set()
            raise


class Teller:
    """Tells progress from several threads one at a time; the percentage never goes back."""

    def __init__(self, progress: Callable[[float, str], None]) -> None:
        self._progress = progress
        self._lock = threading.Lock()
        self._percent = 0.0

    def __call__(self, percent: float, step: str) -> None:
        """Tell how far the render is, 0 to 100, and what is being done."""
        with self._lock:
            self._percent = max(self._percent, percent)
            self._progress(self._percent, step)


class Meter:
    """Adds up the frames that parts of a work have done, and tells them as a share of the percentages ``first`` to ``last``."""

    def __init__(self, tell: Teller, first: float, last: float, total: int) -> None:
        self._tell, self._first, self._span, self._total = tell, first, last - first, max(1, total)
        self._lock = threading.Lock()
        self._done: dict[Hashable, int] = {}

    def at(self, part: Hashable, frames: int, step: str = "rendering frame") -> None:
        """Say that ``part`` has done so many frames. A ``step`` that ends in "frame" gets their number."""
        with self._lock:
            self._done[part] = frames
            done = min(self._total, sum(self._done.values()))
        counted = f"{step} {done} of {self._total}" if step.endswith("frame") else step
        self._tell(self._first + self._span * done / self._total, counted)
