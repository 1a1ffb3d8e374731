"""Pipelines that stay loaded between jobs, so that weights are read once.

A resident is a started pipeline that takes one job after another on standard input. It serves one project and one state of the
pipeline's code, in one tier. It leaves when it has waited too long, when its memory is needed, when a job of it fails or is cancelled,
and with its worker. Each has a folder of its own, in which its jobs are staged one after another.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from genstudio.engine.runners.base import Exit, Launch, Listener, Run, Runner
from genstudio.schema.errors import GenStudioError
from genstudio.schema.job import Resident

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.pipelines.catalogue import Pipeline
    from genstudio.schema.base import Quality

__all__ = ["Seat", "WarmPool", "warm_key"]

_DIGEST: Final = 16


def warm_key(pipeline: Pipeline, quality: Quality, project: str) -> str:
    """Return what a job and a resident must have in common: the same code, the same tier, the same project."""
    return f"{pipeline.id}@{pipeline.digest[:_DIGEST]}:{quality}:{project}"


@dataclass(frozen=True, slots=True)
class Seat:
    """A place to run one job.

    ``folder`` is where it is staged and ``outputs`` where its results go; ``start`` starts it. ``warm`` says that the pipeline was loaded
    already.
    """

    folder: Path
    outputs: Path
    start: Callable[[Listener, str], Run]
    warm: bool = False


@dataclass
class _Living:
    """A resident: its folder, its run once it was started, and who listens."""

    resident: Resident
    root: Path
    run: Run | None = None
    turn: _Turn | None = None
    since: float = 0.0
    sound: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)

    def alive(self) -> bool:
        return self.sound and self.run is not None and self.run.wait(0) is None

    def event(self, line: bytes) -> None:
        turn = self.turn
        if turn is not None:
            turn.event(line)

    def log(self, line: bytes) -> None:
        turn = self.turn
        if turn is not None:
            turn.listener.log(line)

    def end(self) -> None:
        if self.run is not None:
            self.run.close()
        shutil.rmtree(self.root, ignore_errors=True)


class _Turn(Run):
    """One job of a resident. It is over with ``done`` or ``error``; the resident lives on only after ``done``."""

    def __init__(self, living: _Living, run: Run, listener: Listener, request: str) -> None:
        self.image = run.image
        self.listener = listener
        self._living = living
        self._run = run
        self._request = request
        self._started = False
        self._done = False
        self._over = threading.Event()

    def event(self, line: bytes) -> None:
        """Take a line of the resident. What comes before ``started`` is of the job before, or a lie; only an error is believed."""
        kind, request = _read(line)
        if kind == "started" and request in ("", self._request):
            self._started = True
        if self._over.is_set() or (kind in ("started", "done", "progress", "preview") and not self._started):
            self.listener.log(line)
            return
        self.listener.event(line)
        if kind in ("done", "error"):
            with self._living.lock:
                self._done = kind == "done"
                self._over.set()

    def wait(self, timeout: float) -> Exit | None:
        return Exit(0) if self._over.wait(timeout) else self._run.wait(0)

    def kill(self) -> None:
        """End the resident with its job; not when the job is over, for then it may have the next one."""
        with self._living.lock:
            if self._over.is_set():
                return
            self._living.sound = False
        self._run.kill()

    def close(self) -> None:
        if not self._done:
            self._living.sound = False
            self._run.close()


def _read(line: bytes) -> tuple[str, str]:
    """Return type and request of an event, empty texts for anything else."""
    try:
        event = json.loads(line)
    except ValueError:
        return "", ""
    if not isinstance(event, dict):
        return "", ""
    return str(event.get("type") or ""), str(event.get("request_id") or "")


class WarmPool:
    """The residents of a worker.

    Args:
        folder: Where their folders are made.
        idle_s: How long one may wait for its next job.
        most: How many may wait at once.
    """

    def __init__(self, folder: Path, idle_s: float, most: int) -> None:
        self._folder = folder
        self._idle_s = idle_s
        self._most = most
        self._idle: list[_Living] = []
        self._number = 0
        self._closed = False
        self._changed = threading.Condition()
        self._reaper: threading.Thread | None = None

    @contextmanager
    def seat(self, resident: Resident, runner: Runner, launch: Launch) -> Iterator[Seat]:
        """Have a resident, loaded already or new, for one job. ``launch.folder`` names the job; it is staged in the resident's folder."""
        living, name = self._take(resident), launch.folder.name

        def start(listener: Listener, request: str) -> Run:
            return self._begin(living, runner, launch, listener, request)

        folder, outputs = living.root / name, living.root / "outputs" / name
        try:
            yield Seat(folder, outputs, start, warm=living.run is not None)
        finally:
            living.turn = None
            for path in (folder, outputs):
                shutil.rmtree(path, ignore_errors=True)
            self._give_back(living)

    def idle(self) -> tuple[Resident, ...]:
        """Return what is loaded and waits, the one that waits longest first."""
        with self._changed:
            gone = [living for living in self._idle if not living.alive()]
            self._idle = [living for living in self._idle if living not in gone]
            found = tuple(living.resident for living in self._idle)
        _end(gone)
        return found

    def leave(self, keys: Sequence[str]) -> int:
        """End residents that wait, one for each key. Return how many there were."""
        leaving = []
        with self._changed:
            for key in keys:
                living = next((living for living in self._idle if living.resident.key == key), None)
                if living is not None:
                    self._idle.remove(living)
                    leaving.append(living)
        _end(leaving)
        return len(leaving)

    def close(self) -> None:
        """End all that wait; what comes back later ends at once."""
        with self._changed:
            self._closed = True
            leaving, self._idle = self._idle, []
            self._changed.notify_all()
        _end(leaving)
        if self._reaper is not None:
            self._reaper.join()

    def _take(self, resident: Resident) -> _Living:
        gone: list[_Living] = []
        try:
            with self._changed:
                for living in [living for living in self._idle if living.resident.key == resident.key]:
                    self._idle.remove(living)
                    if living.alive():
                        return living
                    gone.append(living)
                self._number += 1
                root = self._folder / f"warm-{self._number}"
        finally:
            _end(gone)
        (root / "outputs").mkdir(parents=True)
        root.chmod(0o755)
        return _Living(resident, root)

    def _begin(self, living: _Living, runner: Runner, launch: Launch, listener: Listener, request: str) -> Run:
        if living.run is None:
            living.run = runner.start(replace(launch, folder=living.root, stays=True), Listener(living.event, living.log))
        runner.open_outputs(living.root / "outputs" / launch.folder.name)
        turn = living.turn = _Turn(living, living.run, listener, request)
        try:
            living.run.send(json.dumps({"job": launch.folder.name}).encode() + b"\n")
        except OSError as error:
            living.sound = False
            raise GenStudioError(f"{launch.pipeline.id} ended before it took the job.", fix="Generate again.", code="internal") from error
        return turn

    def _give_back(self, living: _Living) -> None:
        leaving = []
        with self._changed:
            if self._closed or not living.alive():
                leaving.append(living)
            else:
                living.since = time.monotonic()
                self._idle.append(living)
                while len(self._idle) > self._most:
                    leaving.append(self._idle.pop(0))
                if self._reaper is None:
                    self._reaper = threading.Thread(target=self._reap, daemon=True)
                    self._reaper.start()
                self._changed.notify_all()
        _end(leaving)

    def _reap(self) -> None:
        """End what has waited too long. Runs in a thread of its own until the pool is closed."""
        while True:
            with self._changed:
                if self._closed:
                    return
                now = time.monotonic()
                leaving = [living for living in self._idle if now - living.since >= self._idle_s]
                self._idle = [living for living in self._idle if living not in leaving]
                if not leaving:
                    first = min((living.since for living in self._idle), default=None)
                    self._changed.wait(None if first is None else max(0.0, first + self._idle_s - now))
            _end(leaving)


def _end(leaving: Sequence[_Living]) -> None:
    for living in leaving:
        living.end()
