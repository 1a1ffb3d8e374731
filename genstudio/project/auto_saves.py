"""Automatic copies of a canvas in ``04_Project_Files/Auto_Saves``: at most one in five minutes, the newest twenty kept."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from genstudio.project import canvas_form, paths
from genstudio.project.atomic import remove_quietly, write_atomic
from genstudio.project.documents import DamagedError

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.schema.canvas import Canvas

__all__ = ["AutoSaves"]

_EVERY_S: Final = 300.0
_KEPT: Final = 20
_STAMP: Final = "%Y%m%dT%H%M%S"


class AutoSaves:
    """The copies of one canvas, named ``<canvas>.<UTC time>.v<version>.json``."""

    def __init__(self, root: Path, canvas: str) -> None:
        self._folder = paths.get_auto_saves_dir(root)
        self._stem = PurePosixPath(canvas.removeprefix(f"{paths.CANVASES}/")).with_suffix("").as_posix().replace("/", "~")
        self._name = re.compile(re.escape(self._stem) + r"\.\d{8}T\d{6}\.v\d+\.json")

    def files(self) -> list[Path]:
        """Return the copies, newest first."""
        if not self._folder.is_dir():
            return []
        found = [path for path in self._folder.iterdir() if self._name.fullmatch(path.name)]
        return sorted(found, key=_age_key, reverse=True)

    def keep(self, data: bytes, version: int) -> None:
        """Keep a copy if the newest one is old enough, and remove the oldest beyond what is kept."""
        files = self.files()
        if files and time.time() - files[0].stat().st_mtime < _EVERY_S:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomic(self._folder / f"{self._stem}.{_now()}.v{version}.json", data)
        for path in files[_KEPT - 1 :]:
            remove_quietly(path)

    def newest(self) -> tuple[Canvas, Path] | None:
        """Return the newest copy that can be read, and its file."""
        for path in self.files():
            try:
                canvas, read_only = canvas_form.parse(path.read_bytes(), path.name)
            except (DamagedError, OSError):
                continue
            if not read_only:
                return canvas, path
        return None

    def keep_damaged(self, data: bytes) -> Path:
        """Keep the bytes of a damaged canvas, so that nothing is lost, and return where."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._stem}.{_now()}.damaged"
        write_atomic(path, data)
        return path


def _now() -> str:
    return datetime.now(UTC).strftime(_STAMP)


def _age_key(path: Path) -> tuple[str, int]:
    _, moment, version, _ = path.name.rsplit(".", 3)
    return moment, int(version[1:])
