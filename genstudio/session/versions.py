"""The part of a view that concerns the history of its project: versions, going back, sharing, what a merge left to choose."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Final

from genstudio.graph.conflicts import Side, choose, open_conflicts
from genstudio.project import paths
from genstudio.project.archive import archive_project
from genstudio.project.history import Version
from genstudio.project.prune import plan_prune, prune
from genstudio.schema.base import JsonObject, utc_now
from genstudio.session.calls import public
from genstudio.session.editing import EditingSession
from genstudio.session.follower import FOLLOWER
from genstudio.session.media import media_url

__all__ = ["VersionSession"]

_MOST_VERSIONS: Final = 500
_MOST_THUMBNAILS: Final = 4


class VersionSession(EditingSession):
    """A view that knows the versions of its project; see :class:`~genstudio.session.CanvasSession` for the arguments."""

    @public
    def versions(self, limit: int = 50, canvas_only: bool = False) -> list[JsonObject]:  # noqa: FBT001, FBT002 - a client's parameter
        """Return the newest versions, newest first: what happened, by whom, and ``thumbnails`` of the takes that came with each."""
        path = self.file.path if canvas_only else None
        found = self.project.history.log(min(max(1, limit), _MOST_VERSIONS), path)
        return [{**asdict(version), "subject": version.subject, "thumbnails": self._thumbnails(version)} for version in found]

    @public
    def checkpoint(self, name: str) -> JsonObject:
        """Commit everything and give this version a name."""
        return asdict(self.project.history.checkpoint(name))

    @public
    def restore_version(self, version: str, canvas_only: bool = True) -> JsonObject:  # noqa: FBT001, FBT002 - a client's parameter
        """Go back to a version, of this canvas or of everything; takes and files made since stay. The canvas goes back by an edit."""
        canvas = self.file.path if canvas_only else None
        restored = self.project.history.restore(version, canvas=canvas, author=self.signature)
        FOLLOWER.poke()
        return asdict(restored)

    @public
    def conflicts(self) -> list[JsonObject]:
        """Return what a merge left to choose: ``{path, base?, ours?, theirs?, sentence}``; a side without a value has no key."""
        canvas = self.file.read().canvas
        return [{**conflict.document(), "sentence": conflict.sentence(canvas)} for conflict in open_conflicts(canvas)]

    @public
    def choose(self, path: str, side: Side) -> JsonObject:
        """Take one side of a conflict; an edit like any other, which can be undone."""
        return self._answer(self.edit(choose(self.file.read().canvas, path, side), f"Choose {side}"))

    @public
    def remotes(self) -> dict[str, str]:
        """Return the addresses of the remotes by name, without passwords."""
        return self.project.history.remotes.all()

    @public
    def push(self, remote: str = "origin") -> JsonObject:
        """Send versions and media to a remote."""
        return {"commit": self.project.history.push(remote)}

    @public
    def pull(self, remote: str = "origin") -> JsonObject:
        """Merge what others sent to a remote and fetch its media; ``conflicts`` are to be chosen from."""
        pulled = self.project.history.pull(remote)
        FOLLOWER.poke()
        return asdict(pulled)

    @public
    def fetch_media(self, scenes: tuple[str, ...] = (), remote: str = "origin") -> JsonObject:
        """Fetch media that is not here: everything, or the takes of some scenes or shots."""
        count = self.project.history.media.fetch(scenes, remote=remote)
        return {"fetched": count, "missing": [pointer.path for pointer in self.project.history.media.missing()]}

    @public
    def prune(self, dry_run: bool = True, remote: str = "origin") -> JsonObject:  # noqa: FBT001, FBT002 - a client's parameter
        """Make room, or say what would be removed."""
        repository = self.project.repository
        plan = plan_prune(repository, remote) if dry_run else prune(repository, remote)
        return {**asdict(plan), "bytes": plan.bytes}

    @public
    def archive(self, exports: bool = False) -> JsonObject:  # noqa: FBT001, FBT002 - a client's parameter
        """Write the project into one file in ``06_Exports``; return its path and media URL, and what is not in it."""
        moment = utc_now().replace(":", "").replace("-", "")
        name = f"{paths.project_folder_name(self.project.manifest.title)}_{moment}.tar.gz"
        made = archive_project(self.project, paths.get_exports_dir(self.project.root) / name, exports=exports)
        relative = paths.relative(self.project.root, made.path)
        return {"path": relative, "url": media_url(self.project.uuid, relative), "bytes": made.bytes, "left_out": made.left_out}

    def _thumbnails(self, version: Version) -> list[str]:
        """Return URLs of small pictures of a version's takes that are here."""
        found = []
        for take, folder in zip(version.takes[:_MOST_THUMBNAILS], version.take_folders, strict=False):
            media = next((record.media for record in self.project.takes.list(folder) if record.id == take), None)
            if media is not None:
                found.append(media_url(self.project.uuid, str(PurePosixPath(paths.RENDERS, folder, media)), width=320))
        return found
