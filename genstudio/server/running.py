"""Where the studio of a workspace runs: a file that only its user can read, since it holds the key to the door."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from genstudio.schema.errors import ConflictError

__all__ = ["Running", "forget", "read", "remember", "wait_until_named"]

_NAME: Final = "studio.json"
_STARTING_S: Final = 30.0
_LOOK_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Running:
    """A running server: its base URL with a slash at the end, its token (empty if it asks for a password) and its process."""

    url: str
    token: str
    pid: int

    def address(self, path: str) -> str:
        """Return the URL of a page of the server that logs its user in."""
        key = f"?token={quote(self.token)}" if self.token else ""
        return f"{self.url}{path.lstrip('/')}{key}"


def remember(state_dir: Path, running: Running) -> None:
    """Write down where the studio runs."""
    aside = state_dir / f"{_NAME}.{running.pid}"
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(running), file)
    aside.replace(state_dir / _NAME)


def forget(state_dir: Path) -> None:
    """Say that no studio runs."""
    (state_dir / _NAME).unlink(missing_ok=True)


def read(state_dir: Path) -> Running | None:
    """Return where the studio runs, None if nobody wrote it down."""
    try:
        return Running(**json.loads((state_dir / _NAME).read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def wait_until_named(state_dir: Path) -> Running:
    """Return where the studio runs whose lock is held; it may be starting still.

    Raises:
        ConflictError: It does not say so for half a minute.
    """
    end = time.monotonic() + _STARTING_S
    while (running := read(state_dir)) is None:
        if time.monotonic() > end:
            raise ConflictError("Another studio is starting on this workspace, but does not come up.", fix="End it, then try again.")
        time.sleep(_LOOK_S)
    return running
