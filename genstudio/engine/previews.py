"""Small pictures of work that is not done, as pipelines send them: from the output folder of a job to the people who watch it."""

from __future__ import annotations

import base64
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from genstudio.project.atomic import write_atomic

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.engine.state import StateFolder

__all__ = ["PREVIEW_BYTES", "keep_preview", "preview_path", "preview_url", "read_preview"]

PREVIEW_BYTES: Final = 64 * 1024
"""A larger one does not travel (contracts: pipeline)."""
_KINDS: Final = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))
"""How files of these types begin; a browser is shown nothing else."""


def read_preview(outputs: Path, name: str) -> bytes:
    """Return a picture that a pipeline names in its output folder; nothing if it is none, too large, or somewhere else."""
    if "/" in name or "\0" in name or name in ("", ".", ".."):
        return b""
    with suppress(OSError):
        descriptor = os.open(outputs / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            data = stream.read(PREVIEW_BYTES + 1)
        return data if len(data) <= PREVIEW_BYTES and _kind(data) else b""
    return b""


def preview_path(state_root: Path, job: str) -> Path:
    """Return where the newest preview of a job lies while it runs."""
    return state_root / "previews" / os.path.basename(job)  # noqa: PTH119 - what follows the last slash, whatever it is


def keep_preview(state: StateFolder, job: str, data: bytes) -> None:
    """Write the newest preview of a job. Workers are believed as little as pipelines."""
    if len(data) <= PREVIEW_BYTES and _kind(data):
        path = preview_path(state.root, job)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_atomic(path, data)


def preview_url(path: Path) -> str | None:
    """Return a preview as a data URL, None if there is none."""
    with suppress(FileNotFoundError):
        data = path.read_bytes()
        kind = _kind(data)
        return f"data:{kind};base64,{base64.b64encode(data).decode()}" if kind else None
    return None


def _kind(data: bytes) -> str:
    return next((kind for magic, kind in _KINDS if data.startswith(magic)), "")
