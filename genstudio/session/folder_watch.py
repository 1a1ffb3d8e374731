"""Notices what changes in a project without a message: settings, and takes that appear or go (a pull, a copy, a deletion)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from genstudio.project.project import ProjectFolder

__all__ = ["FolderWatch"]


class FolderWatch:
    """Looks at the manifest of a project and at the folders of some shots.

    Args:
        project: The project.
        is_open: Tells whether a job is still open: its take will be told of by the job itself.
    """

    def __init__(self, project: ProjectFolder, is_open: Callable[[str], bool]) -> None:
        self._project = project
        self._is_open = is_open
        self._manifest = self._manifest_stamp()
        self._stamps: dict[str, object] = {}
        self._takes: dict[str, set[str]] = {}

    def shots(self, folders: Iterable[str]) -> None:
        """Say which shots (``SCENE_01/SHOT_010``) to look at; what lies in new ones now is taken as known."""
        wanted = set(folders)
        for gone in self._stamps.keys() - wanted:
            del self._stamps[gone], self._takes[gone]
        for renders in wanted - self._stamps.keys():
            self._stamps[renders] = self._project.takes.stamp(renders)
            self._takes[renders] = {record.id for record in self._project.takes.list(renders)}

    def told(self, renders: str, take: str) -> None:
        """Say that people know of a take already."""
        if renders in self._takes:
            self._takes[renders].add(take)

    def changed(self) -> bool:
        """Look, and return whether there is anything that people must be told."""
        manifest, self._manifest = self._manifest, self._manifest_stamp()
        changed = [self._look(renders) for renders in self._stamps]
        return manifest != self._manifest or any(changed)

    def _look(self, renders: str) -> bool:
        stamp = self._project.takes.stamp(renders)
        if stamp == self._stamps[renders]:
            return False
        self._stamps[renders] = stamp
        records = {record.id: record.job for record in self._project.takes.list(renders)}
        known, self._takes[renders] = self._takes[renders], set(records)
        new = (job for take, job in records.items() if take not in known)
        return bool(known - records.keys()) or any(not self._is_open(job) for job in new)

    def _manifest_stamp(self) -> tuple[int, int]:
        status = (self._project.root / "project.json").stat()
        return status.st_mtime_ns, status.st_ino
