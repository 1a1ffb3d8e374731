"""Follows a canvas file: whoever changes it, views and callbacks of this kernel hear of it."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genstudio.schema.errors import GenStudioError

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.project.canvas_file import CanvasFile
    from genstudio.schema.canvas import JournalEntry
    from genstudio.widget.view import CanvasView

__all__ = ["CanvasChange", "Follower"]

_LOG: Final = logging.getLogger(__name__)
_PERIOD_S: Final = 0.1


@dataclass(frozen=True)
class CanvasChange:
    """What happened to a canvas: its ``version`` now and the journal's entries since the last change."""

    version: int
    entries: tuple[JournalEntry, ...]

    @property
    def authors(self) -> tuple[str, ...]:
        """Who made it, in order, each once."""
        return tuple(dict.fromkeys(entry.patch.author for entry in self.entries))


class Follower:
    """Looks at a canvas file every tenth of a second (a few ``stat`` calls) on one background thread."""

    def __init__(self, file: CanvasFile) -> None:
        self._file = file
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._stamp = file.stamp()
        state = file.read()
        self._sequence, self._version = state.sequence, state.canvas.version
        self._views: list[CanvasView] = []
        self._callbacks: list[Callable[[CanvasChange], object]] = []
        self._calls = ThreadPoolExecutor(1, thread_name_prefix="on-change")
        threading.Thread(target=self._run, name=f"follow-{file.path}", daemon=True).start()

    def attach(self, view: CanvasView) -> CanvasView:
        """Keep the view's ``value`` at the canvas version."""
        with self._lock:
            self._views.append(view)
            view.value = self._version
        return view

    def subscribe(self, callback: Callable[[CanvasChange], object]) -> Callable[[], None]:
        """Call ``callback`` after every change of the version; return a function that ends it."""
        with self._lock:
            self._callbacks.append(callback)

        def end() -> None:
            with self._lock:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)

        return end

    def look(self) -> None:
        """Look now, and tell what is new."""
        with self._lock:
            if self._ended.is_set() or self._file.stamp() == self._stamp:
                return
            self._file.absorb()
            self._stamp = self._file.stamp()  # before reading: what comes in between is seen at the next look
            state = self._file.read()
            entries = tuple(self._file.entries(self._sequence))
            changed = state.canvas.version != self._version
            self._sequence, self._version = state.sequence, state.canvas.version
            if changed:
                self._tell(CanvasChange(self._version, entries))

    def close(self) -> None:
        """End it; views keep their last value."""
        self._ended.set()
        self._calls.shutdown(wait=False)

    def _run(self) -> None:
        while not self._ended.wait(_PERIOD_S):
            try:
                self.look()
            except (GenStudioError, OSError) as error:
                _LOG.warning("The canvas %s cannot be read: %s", self._file.path, error)

    def _tell(self, change: CanvasChange) -> None:
        for view in self._views:
            view.value = change.version
        for callback in self._callbacks:
            self._calls.submit(callback, change).add_done_callback(_log_failure)


def _log_failure(call: Future[object]) -> None:
    error = call.exception()
    if error is not None:
        _LOG.error("A callback of on_change failed", exc_info=error)
