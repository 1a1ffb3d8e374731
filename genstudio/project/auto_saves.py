"""Automatic copies of a canvas in ``04_Project_Files/Auto_Saves``.

At most one in five minutes. Kept are the newest twenty and the last one of each of the fourteen days before; nothing older than thirty
days but the newest one.
"""

from __future__ import annotations

import glob
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from genstudio.project import canvas_form, paths
from genstudio.project.atomic import remove_quietly, write_atomic
from genstudio.project.documents import read_plain
from genstudio.schema.errors import BadInputError, NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.schema.canvas import Canvas

__all__ = ["AutoSave", "AutoSaves", "Damaged", "kept_copies"]

_EVERY_S: Final = 300.0
_KEPT: Final = 20
_DAYS_KEPT: Final = 14
_OLDEST: Final = timedelta(days=30)
_DAMAGED_KEPT: Final = 10
_STAMP: Final = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class AutoSave:
    """An automatic copy: its file name, when it was made (UTC), and what it holds."""

    name: str
    time: str
    version: int
    nodes: int
    shots: int


@dataclass(frozen=True)
class Damaged:
    """What a damaged canvas file held, kept aside: file name, when that was (UTC), and in a sentence what is wrong with it."""

    name: str
    time: str
    why: str


class AutoSaves:
    """The copies of one canvas, named ``<canvas>.<UTC time>.v<version>.json``."""

    def __init__(self, root: Path, canvas: str) -> None:
        self._canvas = canvas
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
        files = self.files()
        kept = kept_copies([_moment(path) for path in files], datetime.now(UTC))
        for path, keeps in zip(files, kept, strict=True):
            if not keeps:
                remove_quietly(path)

    def saved(self) -> list[AutoSave]:
        """Return the copies that can be read, newest first."""
        found = []
        for path in self.files():
            canvas = self._read(path)
            if canvas is not None:
                shots = sum(node.type == "shot" for node in canvas.nodes.values())
                found.append(AutoSave(path.name, _moment(path).isoformat(), canvas.version, len(canvas.nodes), shots))
        return found

    def load(self, name: str) -> Canvas:
        """Return the canvas of a copy by its file name.

        Raises:
            NotFoundError: There is no such copy of this canvas, or it cannot be read.
        """
        path = next((path for path in self.files() if path.name == name), None)
        canvas = self._read(path) if path is not None else None
        if canvas is None:
            raise NotFoundError(f"There is no automatic copy {name!r:.120} of this canvas.", fix="Choose one of the list.")
        return canvas

    def newest(self) -> tuple[Canvas, Path] | None:
        """Return the newest copy that can be read, and its file."""
        return next(((canvas, path) for path in self.files() if (canvas := self._read(path)) is not None), None)

    @staticmethod
    def _read(path: Path) -> Canvas | None:
        try:
            canvas, read_only = canvas_form.parse(read_plain(path), path.name)
        except (BadInputError, OSError):
            return None
        return None if read_only else canvas

    def damaged(self) -> list[Damaged]:
        """Return the damaged files that were kept, newest first."""
        return [Damaged(path.name, _when(path.name.rsplit(".", 2)[1]).isoformat(), self._damage(path)) for path in self._damaged_files()]

    def _damaged_files(self) -> list[Path]:
        return sorted(self._folder.glob(f"{glob.escape(self._stem)}.*.damaged"), reverse=True)

    def _damage(self, path: Path) -> str:
        try:
            canvas_form.parse(read_plain(path), self._canvas.rpartition("/")[2])
        except BadInputError as error:
            return error.message
        except OSError:
            pass
        return ""

    def keep_damaged(self, data: bytes) -> Path:
        """Keep the bytes of a damaged canvas, so that nothing is lost, and return where."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._stem}.{_now()}.damaged"
        write_atomic(path, data)
        for old in self._damaged_files()[_DAMAGED_KEPT:]:
            remove_quietly(old)
        return path


def kept_copies(moments: Sequence[datetime], now: datetime) -> list[bool]:
    """Say of each copy whether it is kept, given when they were made, newest first."""
    days: set[date] = set()
    kept = []
    for index, moment in enumerate(moments):
        last_of_its_day = moment.date() not in days and len(days) <= _DAYS_KEPT
        days.add(moment.date())
        kept.append(index == 0 or (now - moment < _OLDEST and (index < _KEPT or last_of_its_day)))
    return kept


def _now() -> str:
    return datetime.now(UTC).strftime(_STAMP)


def _moment(path: Path) -> datetime:
    """When a copy was made, by its name; a name that no calendar has counts as very old."""
    return _when(path.name.rsplit(".", 3)[1])


def _when(stamp: str) -> datetime:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _age_key(path: Path) -> tuple[str, int]:
    _, moment, version, _ = path.name.rsplit(".", 3)
    return moment, int(version[1:])
