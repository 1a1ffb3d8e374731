"""The history of a project as a Python object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.widget.html import table
from genstudio.widget.previews import GoingBack
from genstudio.widget.runtime import counted, user_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genstudio.project.history import Checkpoint, ProjectHistory, Restored, Version
    from genstudio.project.project import ProjectFolder
    from genstudio.project.repository_remote import Pulled

__all__ = ["History"]


class History:
    """What happened to a project. Displays as a table, newest first; iterates over versions.

    ``project.history.checkpoint("first cut")`` names the present version, ``project.history.restore("first cut")`` goes back to it;
    ``preview("first cut")`` shows before what that would change.
    """

    def __init__(self, folder: ProjectFolder, limit: int = 20) -> None:
        self._folder = folder
        self._limit = limit

    @property
    def _history(self) -> ProjectHistory:
        return self._folder.history

    def log(self, limit: int = 50, path: str | None = None) -> tuple[Version, ...]:
        """Return the newest versions, newest first; ``path`` asks for those in which a file or folder changed."""
        return self._history.log(limit, path)

    def checkpoint(self, name: str) -> Checkpoint:
        """Commit everything and give this version a name."""
        return self._history.checkpoint(name)

    def restore(self, version: str, *, canvas: str | None = None) -> Restored:
        """Go back to a version: of one canvas, or of everything. Takes and files made since stay; see ``ProjectHistory.restore``."""
        return self._history.restore(version, canvas=canvas, author=user_name())

    def preview(self, version: str, *, canvas: str | None = None) -> GoingBack:
        """Return what :meth:`restore` would do, of one canvas or of everything; nothing is changed.

        Raises:
            NotFoundError: There is no such version, or the canvas is not in it.
        """
        return GoingBack(self._history.preview(version, canvas=canvas))

    def push(self, remote: str = "origin", *, to: str | None = None) -> str:
        """Send versions and media to a Git remote; ``to`` names its address once."""
        if to is not None:
            self._history.remotes.set(to, remote)
        return self._history.push(remote)

    def pull(self, remote: str = "origin") -> Pulled:
        """Merge what others sent and fetch its media; ``canvas.conflicts`` lists what both sides changed."""
        return self._history.pull(remote)

    def fetch(self, *scenes: str, remote: str = "origin") -> int:
        """Fetch media that is not here, e.g. of ``"SCENE_05"`` alone; return how many files came."""
        return self._history.media.fetch(scenes, remote=remote)

    def __iter__(self) -> Iterator[Version]:
        return iter(self.log(self._limit))

    def __repr__(self) -> str:
        versions = self.log(1)
        newest = f"newest: {versions[0].subject}, {versions[0].time}" if versions else "empty"
        return f"<History of {self._folder.manifest.title}: {newest}, {counted(len(self._history.checkpoints()), 'checkpoint')}>"

    def _repr_html_(self) -> str:
        rows = [
            [version.commit[:10], version.time, version.author, ", ".join(version.checkpoints), version.subject, ", ".join(version.takes)]
            for version in self
        ]
        return table(["version", "time", "by", "checkpoint", "what happened", "takes"], rows)
