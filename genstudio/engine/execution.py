"""From a started pipeline to its result: reads the events, keeps the log, watches time, disk and cancel, and says how it ended."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from genstudio.engine.runners.base import Exit, Listener, Run
from genstudio.schema.errors import GenStudioError
from genstudio.schema.event import (
    EVENT,
    DoneEvent,
    ErrorEvent,
    LogEvent,
    PipelineEvent,
    PreviewEvent,
    ProgressEvent,
    StartedEvent,
    WarningEvent,
)

if TYPE_CHECKING:
    from types import TracebackType
    from typing import IO, Self

__all__ = [
    "CancelledAttempt",
    "JobLog",
    "Limits",
    "LostRunError",
    "Transcript",
    "failure",
    "follow",
    "memory_complaint",
    "scratch_errors",
    "seconds",
    "too_full",
]

_LOG_BYTES: Final = 4 * 1024 * 1024
_TAIL_LINES: Final = 40
_LOOK_S: Final = 0.1
"""How often time, disk and cancel are looked at; also the shortest time between two reports of progress."""
_WARNINGS: Final = 20
_KILLED: Final = 137
"""The status of a container's program that got SIGKILL (128 + 9). We send it only where nobody asks for the status."""
_LINE: Final = 300
_MEMORY: Final = re.compile(
    r"OutOfMemoryError|CUDA(?: error)?:? out of memory|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED"
    r"|RESOURCE_EXHAUSTED|Failed to allocate memory|^MemoryError|Cannot allocate memory",
    re.IGNORECASE,
)
_NO_ROOM: Final = re.compile(r"No space left on device|Disk quota exceeded|ENOSPC", re.IGNORECASE)
"""How the C library tells ENOSPC and EDQUOT, and with it ffmpeg, Python and whatever else a pipeline runs."""
_LEAST: Final = 4096
"""Bytes: a disk with less has no room for one more block."""

_SENTENCES: Final = {
    "out_of_memory": ("The pipeline ran out of memory.", "Choose a lower quality or a shorter shot, or free memory on the worker."),
    "timed_out": ("The pipeline took longer than it may.", "Choose a lower quality or a shorter shot."),
    "missing_weights": ("Weights of the pipeline are missing.", "Fetch them, or put them into Library/AI_Models."),
    "missing_tool": ("A program that the pipeline needs is not installed.", "Install it on the worker, then generate again."),
    "disk_full": ("The scratch disk is full.", "Free space on it, or set GENSTUDIO_SCRATCH to a folder on another disk."),
    "bad_input": ("The pipeline cannot use what it was given.", "Correct the shot and generate again."),
    "internal": ("The pipeline failed.", "Read the log of the job."),
}


class CancelledAttempt(Exception):  # noqa: N818 - not an error: somebody asked for it
    """The attempt was stopped on purpose."""


class LostRunError(Exception):
    """What ran the pipeline has gone away, through no fault of the pipeline: the attempt has no outcome."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an attempt may take: ``timeout_s`` of time; at least ``reserve`` bytes stay free on the disk of ``folder``.

    ``own`` is where it writes itself: who fills the disk is ended before those beside it are.
    """

    timeout_s: float
    folder: Path
    reserve: int
    own: Path | None = None

    def check_disk(self) -> None:
        """Refuse to go on with a disk that is nearly full.

        Raises:
            GenStudioError: With code ``disk_full``.
        """
        free = shutil.disk_usage(self.folder).free
        if free < 2 * self.reserve and too_full(free, _size(self.own) if self.own else 0, self.reserve):
            raise failure("disk_full")

    @property
    def full(self) -> bool:
        """Whether nothing more can be written there."""
        return shutil.disk_usage(self.folder).free < max(self.reserve, _LEAST)


def too_full(free: int, own: int, reserve: int) -> bool:
    """Tell whether a job must end for want of room, all in bytes.

    Args:
        free: What is free on the disk. Below the reserve nobody goes on; below twice that, nobody who has taken more than the reserve.
        own: What the job itself has taken.
        reserve: What is to stay free.
    """
    return free < reserve or (free < 2 * reserve and own > reserve)


def _size(folder: Path) -> int:
    with suppress(OSError):  # what a pipeline makes comes and goes
        return sum(path.lstat().st_size for path in folder.rglob("*"))
    return 0


class JobLog:
    """The log of a job on disk, at most twice four MiB, and its last lines. Lines may come from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._lock = threading.Lock()
        self._file: IO[bytes] = path.open("ab", buffering=0)
        self._size = path.stat().st_size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._lock:
            self._file.close()

    @property
    def tail(self) -> str:
        """The last lines."""
        with self._lock:
            return "\n".join(self._tail)

    def write(self, line: bytes) -> None:
        """Add a line. A disk that does not take it stops nobody: who listens to a pipeline must go on, or the pipeline waits for ever."""
        with self._lock, suppress(OSError):
            self._tail.append(line.decode("utf-8", "replace")[:500])
            self._put(line + b"\n")

    def add(self, data: bytes) -> None:
        """Add bytes as they come, which need not be whole lines."""
        with self._lock, suppress(OSError):
            self._put(data)

    def _put(self, data: bytes) -> None:
        if self._file.closed:
            return
        if self._size > _LOG_BYTES:
            self._file.close()
            self._path.replace(self._path.with_suffix(".log.1"))
            self._file, self._size = self._path.open("ab", buffering=0), 0
        self._file.write(data)
        self._size += len(data)


@dataclass
class Transcript:
    """What a pipeline has said so far. ``on_progress`` is told at most ten times a second; the last word is never lost.

    ``on_preview`` is told the name of a file in the output folder.
    """

    log: JobLog
    on_progress: Callable[[ProgressEvent], None]
    on_preview: Callable[[str], None] = lambda _: None
    started: float | None = None
    """When it said so, by the clock that nobody sets."""
    done: DoneEvent | None = None
    error: ErrorEvent | None = None
    warnings: list[str] = field(default_factory=list)
    _held: ProgressEvent | None = None
    _told: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def listener(self) -> Listener:
        """What a runner is to tell."""
        return Listener(event=self._line, log=self.log.write)

    def warn(self, message: str) -> None:
        """Note something that people are told when the attempt has ended."""
        self.log.write(f"warning: {message}".encode())
        if len(self.warnings) < _WARNINGS:
            self.warnings.append(message[:1000])

    def tell_progress(self) -> None:
        """Tell the newest progress unless it was told, or another was a moment ago; called again and again while the pipeline runs."""
        with self._lock:
            now = time.monotonic()
            if self._held is not None and now - self._told >= _LOOK_S:
                event, self._held, self._told = self._held, None, now
                self.on_progress(event)

    def _line(self, line: bytes) -> None:
        try:
            event = EVENT.validate_json(line)
        except ValidationError:
            if line.strip():
                self.log.write(line)
            return
        self._event(event)

    def _event(self, event: PipelineEvent) -> None:
        match event:
            case StartedEvent():
                self.started = self.started or time.monotonic()
            case ProgressEvent():
                self._held = event
                self.tell_progress()
            case PreviewEvent():
                self.on_preview(event.file)
            case LogEvent():
                self.log.write(event.message.encode())
            case WarningEvent():
                self.warn(event.message)
            case ErrorEvent():
                self.log.write(f"error ({event.code}): {event.message}".encode())
                self.error = event
            case DoneEvent():
                self.done = event


def follow(run: Run, transcript: Transcript, limits: Limits, cancelled: threading.Event) -> DoneEvent:
    """Wait for the end of a run and return what it made. Whatever happens, nothing of it runs afterwards.

    Raises:
        CancelledAttempt: ``cancelled`` was set.
        LostRunError: What ran it has gone away.
        GenStudioError: It failed; the code is one of the pipeline protocol or ``disk_full``.
    """
    try:
        ended = _wait(run, transcript, limits, cancelled)
        if cancelled.is_set():
            raise CancelledAttempt
        if not ended.lost or transcript.error is not None:
            return _result(ended, transcript, limits)
        if transcript.done is None:
            raise LostRunError(ended.trouble)
        return transcript.done  # nobody knows its status, but it said that it was done
    finally:
        run.close()


def _wait(run: Run, transcript: Transcript, limits: Limits, cancelled: threading.Event) -> Exit:
    end = time.monotonic() + limits.timeout_s
    while (ended := run.wait(_LOOK_S)) is None:
        transcript.tell_progress()
        if cancelled.is_set():
            run.kill()
            continue
        if time.monotonic() > end:
            raise failure("timed_out", f"The pipeline ran longer than the {limits.timeout_s:.0f} s it may take.")
        limits.check_disk()
    return ended


def _result(ended: Exit, transcript: Transcript, limits: Limits) -> DoneEvent:
    if ended.out_of_memory or ended.code == _KILLED:
        raise failure("out_of_memory", "The pipeline used more main memory than it may and was ended.")
    error = transcript.error
    if error is not None and error.code != "internal":
        raise failure("disk_full") if _NO_ROOM.search(error.message) else failure(error.code, error.message, error.fix)
    if error is not None or ended.code != 0:
        words = f"{error.message if error else ''}\n{transcript.log.tail}"
        if said := memory_complaint(words):
            raise failure("out_of_memory", f"The pipeline ran out of memory: {said}")
        if limits.full or _NO_ROOM.search(words):
            raise failure("disk_full")
    if error is not None:
        raise failure(error.code, error.message, error.fix)
    if ended.code != 0:
        raise failure("internal", f"The pipeline ended with status {ended.code}. {ended.trouble}".strip())
    if transcript.done is None:
        raise failure("internal", "The pipeline ended without saying what it made.")
    return transcript.done


def memory_complaint(text: str) -> str:
    """Return the first line in which a library says that memory ran out, empty if none does.

    The words are those of PyTorch (``torch.OutOfMemoryError: CUDA out of memory.``), of CUDA, cuDNN and cuBLAS, of JAX
    (``RESOURCE_EXHAUSTED: Out of memory``), ONNX Runtime (``Failed to allocate memory``), Python and the C library.
    """
    line = next((line.strip() for line in text.splitlines() if _MEMORY.search(line)), "")
    return line if len(line) <= _LINE else f"{line[: _LINE - 1]}…"


def failure(code: str, message: str = "", fix: str = "") -> GenStudioError:
    """Return the error of a code, with what to do about it."""
    sentence, usual = _SENTENCES.get(code, _SENTENCES["internal"])
    return GenStudioError(message or sentence, fix=fix or usual, code=code)


@contextmanager
def scratch_errors() -> Iterator[None]:
    """Tell a full disk met in the block as that of the scratch, for the block writes nowhere else.

    Raises:
        GenStudioError: As it came, or with code ``disk_full`` and what to do about the scratch disk.
    """
    try:
        yield
    except GenStudioError as error:
        if error.code == "disk_full":
            raise failure("disk_full") from error
        raise


def seconds(text: str) -> float:
    """Return the seconds that ``"30m"``, ``"90s"`` or ``"2h"`` means; half an hour for anything else."""
    unit = {"s": 1, "m": 60, "h": 3600}.get(text[-1:], 0)
    number = text[:-1]
    return float(number) * unit if unit and number.replace(".", "", 1).isdigit() else 1800.0
