"""Notices what changes in a project without a message: settings, and takes that appear or go (a pull, a copy, a deletion)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.project.paths import get_shot_dir
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from genstudio.project.project import ProjectFolder

__all__ = ["FolderWatch"]


class FolderWatch:
    """Looks at the manifest of a project and at the folders of some shots.

    Args:
        project: The project.
        will_tell: Says whether the end of a job is still to be told, and its take with it.
    """

    def __init__(self, project: ProjectFolder, will_tell: Callable[[str], bool]) -> None:
        self._project = project
        self._will_tell = will_tell
        self._folders: dict[str, Path] = {}
        self._stamps: dict[str, int] = {}
        self._unsettled: set[str] = set()
        self._takes: dict[str, set[str]] = {}
        self._manifest = _changed_at(project.root / "project.json")

    def shots(self, names: Iterable[str]) -> None:
        """Say which shots (``SCENE_01/SHOT_010``) to look at; what lies in new ones now is taken as known."""
        wanted = set(names)
        for gone in self._folders.keys() - wanted:
            del self._folders[gone], self._stamps[gone], self._takes[gone]
        for renders in wanted - self._folders.keys():
            try:
                folder = get_shot_dir(self._project.root, renders)
            except BadInputError:
                continue  # the canvas names a place that is no shot's; its check says so
            self._stamps[renders] = _changed_at(folder)
            self._takes[renders] = {record.id for record in self._project.takes.list(renders)}
            self._folders[renders] = folder

    def told(self, renders: str, take: str) -> None:
        """Say that people know of a take already."""
        if renders in self._takes:
            self._takes[renders].add(take)

    def changed(self) -> bool:
        """Look, and return whether there is anything that people must be told."""
        manifest, self._manifest = self._manifest, _changed_at(self._project.root / "project.json")
        changed = [self._look(renders, folder) for renders, folder in self._folders.items()]
        return manifest != self._manifest or any(changed)

    def _look(self, renders: str, folder: Path) -> bool:
        stamp = _changed_at(folder)
        moved, self._stamps[renders] = stamp != self._stamps[renders], stamp
        if not moved and renders not in self._unsettled:
            return False
        # Two changes may fall into one tick of the disk's clock, so that a folder is looked at once more after it has come to rest.
        (self._unsettled.add if moved else self._unsettled.discard)(renders)
        records = {record.id: record.job for record in self._project.takes.list(renders)}
        known, self._takes[renders] = self._takes[renders], set(records)
        new = (job for take, job in records.items() if take not in known)
        return bool(known - records.keys()) or any(not self._will_tell(job) for job in new)


def _changed_at(path: Path) -> int:
    """Return when a file or the contents of a folder last changed, in nanoseconds; 0 if it is not there."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
