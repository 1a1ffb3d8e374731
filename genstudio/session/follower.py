"""One thread a process that follows canvases and jobs for all sessions there are.

It polls, since that works on every file system and across every process: a few ``stat`` calls and one ``PRAGMA data_version`` a
round. A session that has just changed something pokes it, so that the answer does not wait for the round.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Final

from genstudio.engine.state import StateFolder
from genstudio.schema.message import NoticePayload
from genstudio.session.audience import Audience, Everybody
from genstudio.session.base import TELLABLE, error_payload
from genstudio.session.canvas_watch import CanvasWatch
from genstudio.session.job_watch import JobWatch
from genstudio.session.standby import Standby
from genstudio.session.worker_watch import WorkerWatch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from genstudio.schema.message import WorkersPayload
    from genstudio.session.listener import Listener

__all__ = ["FOLLOWER", "Follower"]

_ROUND_S: Final = 0.018
"""Seconds between two looks while there are sessions."""

_RETRY_S: Final = 0.5

_LOG: Final = logging.getLogger(__name__)


class Follower:
    """Watches what sessions look at; :data:`FOLLOWER` is the one of this process."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._canvases: dict[tuple[str, str], CanvasWatch] = {}
        self._jobs: dict[Path, JobWatch] = {}
        self._workers: dict[Path, WorkerWatch] = {}
        self._failing: dict[object, float] = {}

    def join(self, listener: Listener) -> CanvasWatch:
        """Follow for a session from now on; return the watch of its canvas."""
        key = (listener.project.uuid, listener.file.path)
        with self._lock:
            state_dir = listener.workspace.state_dir
            jobs = self._jobs.get(state_dir) or JobWatch(state_dir, self._audience, Standby(listener.workspace.root, state_dir))
            self._jobs[state_dir] = jobs
            if state_dir not in self._workers:
                self._workers[state_dir] = WorkerWatch(StateFolder(state_dir), partial(self._tell_workers, state_dir))
            watch = self._canvases.get(key) or CanvasWatch(listener, jobs.will_tell)
            self._canvases[key] = watch
            watch.listeners = (*watch.listeners, listener)
            if self._thread is None:
                self._start()
        self.poke()
        return watch

    def leave(self, listener: Listener) -> None:
        """Stop following for a session. It gets nothing more once this returns, unless called from the follower's thread."""
        key = (listener.project.uuid, listener.file.path)
        with self._lock:
            watch = self._canvases.get(key)
            if watch is None:
                return
            watch.listeners = tuple(other for other in watch.listeners if other is not listener)
            if not watch.listeners:
                del self._canvases[key]
                watch.close()
            if not self._canvases:
                with ExitStack() as stack:
                    for jobs in self._jobs.values():
                        stack.callback(jobs.close)
                self._jobs.clear()
                self._workers.clear()
        self.poke()

    def poke(self) -> None:
        """Look now."""
        self._wake.set()

    def others(self, listener: Listener) -> tuple[Listener, ...]:
        """Return the other sessions of the same canvas in this process."""
        with self._lock:
            watch = self._canvases.get((listener.project.uuid, listener.file.path))
        return tuple(other for other in watch.listeners if other is not listener) if watch else ()

    def greet(self, listener: Listener) -> None:
        """Tell a session of the people that other processes show on its canvas."""
        with self._lock:
            watch = self._canvases.get((listener.project.uuid, listener.file.path))
        if watch:
            watch.greet(listener)

    def views(self, project: str) -> tuple[Listener, ...]:
        """Return the sessions of all canvases of a project (its uuid) in this process."""
        with self._lock:
            return tuple(view for (uuid, _), watch in self._canvases.items() if uuid == project for view in watch.listeners)

    def _audience(self, project: str, canvas: str) -> Audience | None:
        if not canvas:
            watches = tuple(watch for (uuid, _), watch in self._canvases.items() if uuid == project)
            return Everybody(watches) if watches else None
        return self._canvases.get((project, canvas))

    def _tell_workers(self, state_dir: Path, workers: WorkersPayload) -> None:
        for watch in self._canvases.values():
            if watch.listeners and watch.listeners[0].workspace.state_dir == state_dir:
                watch.broadcast("server:workers", workers)

    def _run(self) -> None:
        """Look again and again while there are sessions. A defect ends the thread; another one then takes over, a moment later."""
        try:
            while self._round():
                self._wake.wait(_ROUND_S)
                self._wake.clear()
        except BaseException:
            with self._lock:
                later = time.monotonic() + _RETRY_S
                self._failing |= dict.fromkeys((*self._canvases, *self._jobs), later)
                self._start()
            raise

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="genstudio-follower", daemon=True)
        self._thread.start()

    def _round(self) -> bool:
        """Look at everything once; return whether there is anything to look at."""
        with self._lock:
            if not self._canvases:
                self._thread = None
                return False
            for key, watch in list(self._canvases.items()):
                self._guard(key, watch.poll, (watch,))
            for state_dir, jobs in list(self._jobs.items()):
                self._guard(state_dir, jobs.poll, tuple(self._canvases.values()))
            for state_dir, workers in list(self._workers.items()):
                self._guard(("workers", state_dir), workers.poll, ())
            return True

    def _guard(self, key: object, poll: Callable[[], None], watches: tuple[CanvasWatch, ...]) -> None:
        """Poll. A failure is told once and tried again a little later; when it is over, everybody gets the whole state."""
        if self._failing.get(key, 0.0) > time.monotonic():
            return
        try:
            poll()
            if key in self._failing:
                for watch in watches:
                    watch.refresh()
                del self._failing[key]
        except TELLABLE as error:
            if key not in self._failing:
                _LOG.warning("cannot follow %s: %s", key, error)
                told = error_payload(error)
                text = f"Changes by others cannot be followed at the moment. {told.message} {told.fix}".strip()
                for watch in watches:
                    watch.broadcast("server:notice", NoticePayload(level="warning", message=text))
            self._failing[key] = time.monotonic() + _RETRY_S


FOLLOWER: Final = Follower()
"""The follower of this process."""
