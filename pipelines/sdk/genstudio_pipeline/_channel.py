"""Events: JSON lines on a descriptor that nothing else can print to, and in ``events.jsonl`` of the output folder."""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TextIO

__all__ = ["CHANNEL", "PREVIEW_LIMIT", "Channel", "claim", "log", "preview", "progress", "warn"]

PREVIEW_LIMIT: Final = 64 * 1024
"""Bytes that a preview may have: it travels inside a message."""

_TEXT_LIMIT: Final = 8000
_STEP_LIMIT: Final = 200


class Channel:
    """Where events go. Numbers them from 0 in each request; safe to use from several threads."""

    def __init__(self) -> None:
        self._descriptor: int | None = None
        self._file: TextIO | None = None
        self._folder: Path | None = None
        self._seq = 0
        self._lock = threading.RLock()

    def claim(self) -> None:
        """Keep a duplicate of standard output for events, and send what is printed from now on to standard error."""
        with self._lock:
            if self._descriptor is None:
                sys.stdout.flush()
                self._descriptor = os.dup(1)
                os.dup2(2, 1)

    def open(self, folder: Path) -> None:
        """Begin the events of a request whose outputs go to ``folder``."""
        with self._lock:
            self.close()
            self._folder, self._seq = folder, 0
            self._file = (folder / "events.jsonl").open("a", encoding="utf-8")

    def close(self) -> None:
        """End the events of the request."""
        with self._lock:
            if self._file is not None:
                with suppress(OSError):  # a full disk does not take what is left; the reader has it
                    self._file.close()
            self._file = self._folder = None

    def emit(self, kind: str, **fields: Any) -> None:  # noqa: ANN401 - JSON values
        """Send one event. A reader that has gone away is no reason to stop: the file has the event.

        Raises:
            OSError: The disk is full; the reader has the event.
        """
        with self._lock:
            event = {"v": 1, "seq": self._seq, "type": kind, **fields}
            line = json.dumps(event, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace") + b"\n"
            self._seq += 1
            try:
                if self._file is not None:
                    self._file.write(line.decode())
                    self._file.flush()
            finally:
                self._write(line)

    def _write(self, line: bytes) -> None:
        view = memoryview(line)
        while self._descriptor is not None and view:
            try:
                view = view[os.write(self._descriptor, view) :]
            except BrokenPipeError:
                return

    def preview(self, picture: Path) -> None:
        """Send a picture in the output folder as the work so far; one that is too large is left out, with a warning."""
        if self._folder is None or picture.resolve().parent != self._folder.resolve():
            self.emit("warning", message=f"The preview {picture.name} is not in the output folder and was left out.")
        elif (size := picture.stat().st_size) > PREVIEW_LIMIT:
            self.emit("warning", message=f"The preview {picture.name} has {size} bytes, more than {PREVIEW_LIMIT}; it was left out.")
        else:
            self.emit("preview", file=picture.name)


CHANNEL: Final = Channel()


def claim() -> None:
    """Take over standard output if this process was started as a pipeline (``--project_path`` among its arguments)."""
    if any(argument.partition("=")[0] == "--project_path" for argument in sys.argv[1:]):
        CHANNEL.claim()


def progress(percent: float, step: str = "", *, eta_s: float | None = None) -> None:
    """Say how far the work is: ``percent`` 0-100, ``step`` a few words, ``eta_s`` seconds left if known."""
    CHANNEL.emit("progress", progress=round(min(100.0, max(0.0, float(percent))), 2), step=step[:_STEP_LIMIT], eta_s=eta_s)


def preview(picture: Path) -> None:
    """Show a small picture (JPEG or PNG, at most 64 KB, in the output folder) of the work so far."""
    CHANNEL.preview(picture)


def log(message: str) -> None:
    """Write a line to the log of the job."""
    CHANNEL.emit("log", message=message[:_TEXT_LIMIT])


def warn(message: str) -> None:
    """Tell people something they should know about the result."""
    CHANNEL.emit("warning", message=message[:_TEXT_LIMIT])
