"""The history of a project as people use it: what happened, named checkpoints, and going back without losing what came later."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from genstudio.graph.edit import diff
from genstudio.project import canvas_form, drivers, paths
from genstudio.project.atomic import write_new
from genstudio.project.comparison import compare
from genstudio.project.documents import parse_model
from genstudio.project.renumber import part_shots, renumber_takes
from genstudio.project.repository_history import Version, Versions
from genstudio.project.repository_media import Media
from genstudio.project.repository_remote import Pulled, Remotes
from genstudio.schema.canvas import Patch
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError
from genstudio.schema.project import PROJECT_SCHEMA, ProjectManifest, ProjectSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from genstudio.graph.renamed import Renamed
    from genstudio.project.project import ProjectFolder
    from genstudio.schema.canvas import Canvas
    from genstudio.schema.take import TakeRecord

__all__ = ["Checkpoint", "ProjectHistory", "Restored", "Restoring", "Version"]

_STAYS: Final = frozenset({".gitignore", ".gitattributes", paths.MANIFEST})
"""Files that going back leaves as they are: the rules that keep media out of Git, and the identity of the project."""
_MOST_TOLD: Final = 20
_FROM_MANIFEST: Final = ("title", "description", "project_settings")


@dataclass(frozen=True)
class Checkpoint:
    """A version with a name; ``time`` is when it was made (RFC 3339), ``notice`` what could not be part of it (or is empty)."""

    name: str
    commit: str
    notice: str = ""
    time: str = ""


@dataclass(frozen=True)
class Restoring:
    """What going back would do, before it is done.

    ``changes`` say in sentences what each canvas would change, by its path; ``settings`` what the project would. ``files`` would be
    brought back; ``takes_since`` takes are not in that version and stay. ``obstacle`` says why it cannot be done now (or is empty).
    """

    version: Version
    changes: dict[str, tuple[str, ...]]
    files: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    takes_since: int = 0
    obstacle: str = ""


@dataclass(frozen=True)
class Restored:
    """What going back did: the files and canvases brought back, the commit that says so, and what people should know."""

    version: Version
    files: tuple[str, ...]
    canvases: tuple[str, ...]
    commit: str | None
    notices: tuple[str, ...] = ()


class ProjectHistory:
    """The history of a project. Get it from :attr:`ProjectFolder.history`."""

    def __init__(self, project: ProjectFolder) -> None:
        self._project = project
        self._repository = project.repository
        self._versions = Versions(project.repository)
        self._remotes = Remotes(project.repository)

    @property
    def media(self) -> Media:
        """The media of the history: what is here, what can be fetched."""
        return Media(self._repository)

    @property
    def remotes(self) -> Remotes:
        """The remotes of the project."""
        return self._remotes

    def log(self, limit: int = 50, path: str | None = None) -> tuple[Version, ...]:
        """Return the newest versions, newest first; ``path`` asks for those in which a file or folder changed."""
        if path is not None:
            paths.inside(self._project.root, path)
        return self._versions.log(limit, path)

    def read(self, version: str, path: str) -> bytes:
        """Return a file as it was in a version; see :meth:`Versions.read`."""
        return self._versions.read(version, path)

    def canvas_of(self, take: TakeRecord) -> Canvas | None:
        """Return the canvas that a take was made from, as it stood then; None if the history does not have it."""
        data = self._versions.blob(take.canvas.blob)
        try:
            return canvas_form.parse(data, take.canvas.path)[0] if data is not None else None
        except BadInputError:
            return None  # the record names something else; what it says itself has to do

    def checkpoint(self, name: str) -> Checkpoint:
        """Commit everything and give this version a name.

        Raises:
            ConflictError: Nothing can be committed now (the message says why), or another version has that name.
            BadInputError: The name is empty.
        """
        self._refuse_obstacle()
        title = " ".join(name.split())
        result = self._repository.commit_all(f"Checkpoint: {title}")
        with self._repository.locked():
            return Checkpoint(title, self._versions.name(title), result.notice)

    def checkpoints(self) -> list[Checkpoint]:
        """Return the named versions, the newest first."""
        return [Checkpoint(name, commit, time=time) for commit, time, name in self._versions.named()]

    def push(self, remote: str = "origin") -> str:
        """Commit everything and send it with its media; see :meth:`Remotes.push`."""
        self._refuse_obstacle()
        self._remotes.refuse_staged()
        self._repository.commit_all("Before sending")
        return self._remotes.push(remote)

    def pull(self, remote: str = "origin") -> Pulled:
        """Commit everything, then merge what is new at the remote; see :meth:`Remotes.merge`.

        Takes of ours whose number the other side gave as well get the next free one, and shots of ours whose folder the other side
        gave as well a folder of their own; what refers to them follows.
        """
        self._refuse_obstacle()
        self._remotes.refuse_staged()
        self._repository.commit_all("Before merging")
        found = self._remotes.look(remote)
        renamed = part_shots(self._project, self._remotes.canvases(found))
        renamed += renumber_takes(self._project, found.added, self._remotes.differing(found))
        pulled = self._remotes.merge(found)
        return replace(pulled, notices=(*_told(renamed), *pulled.notices))

    def restore(self, version: str, *, canvas: str | None = None, author: str = "") -> Restored:
        """Go back to a version without losing anything that came later.

        Takes and files that are new since stay, and what going back changes is committed before. Canvases go back by an edit, which can
        be undone like any other.

        Args:
            version: A checkpoint's name, a commit id, or what Git understands (``HEAD~2``).
            canvas: Bring back this canvas alone; by default everything.
            author: Who goes back, for the journal.

        Raises:
            NotFoundError: There is no such version, or the canvas is not in it.
            ConflictError: Something stands in the way: a merge, files that could not be committed.
        """
        commit = self._versions.resolve(version)
        found = self._one(commit)
        if canvas is not None:
            notices = self._restore_canvas(commit, canvas, author)
            result = self._repository.commit([canvas], f"Restore {canvas} as it was: {found.subject}")
            return Restored(found, (), (canvas,), result.commit, (*notices, *filter(None, (result.notice,))))
        return self._restore_all(found, author)

    def preview(self, version: str, *, canvas: str | None = None) -> Restoring:
        """Return what :meth:`restore` would do; nothing is changed.

        Raises:
            NotFoundError: There is no such version, or the canvas is not in it.
        """
        commit = self._versions.resolve(version)
        there = self._versions.files(commit)
        names = [canvas] if canvas is not None else [name for name in there if _is_canvas(name)]
        changes = {name: tuple(compare(self._project, name, None, commit)) for name in names}
        takes = (f"{paths.RENDERS}/{shot}/{take.id}.json" for shot, takes in self._project.takes.all().items() for take in takes)
        since = len(set(takes).difference(there))
        if canvas is not None:
            return Restoring(self._one(commit), changes, takes_since=since)
        settings = tuple(self._settings_changed(commit))
        files = tuple(self._files_to_bring_back(commit))
        return Restoring(self._one(commit), changes, files, settings, since, self._repository.obstacle())

    def resolve(self, version: str) -> str:
        """Return the commit that a name or an id stands for. NotFoundError if there is none."""
        return self._versions.resolve(version)

    def _one(self, commit: str) -> Version:
        entries = [entry for entry in self._repository.log(1, start=commit) if entry.commit == commit]
        if not entries:
            raise NotFoundError(f"There is no version {commit!r:.80} in the history.", fix="genstudio history lists those there are.")
        entry = entries[0]
        names = self._versions.checkpoints().get(commit, ())
        return Version(entry.commit, entry.time, entry.author, entry.message, checkpoints=names)

    def _restore_all(self, version: Version, author: str) -> Restored:
        self._refuse_obstacle()
        before = self._repository.commit_all(f"Before going back to: {version.subject}")
        files = self._files_to_bring_back(version.commit)
        self._refuse_unsaved(files)
        self._versions.bring_back(version.commit, files)
        for name in files:
            if name.startswith(f"{paths.RENDERS}/"):  # takes are read-only
                path = paths.inside(self._project.root, name)
                path.chmod(path.stat().st_mode & ~0o222)
        canvases = [name for name in self._versions.files(version.commit) if _is_canvas(name)]
        notices = [notice for name in canvases for notice in self._restore_canvas(version.commit, name, author)]
        self._restore_manifest(version.commit)
        after = self._repository.commit_all(f"Go back to: {version.subject}")
        told = dict.fromkeys(filter(None, (before.notice, *notices, after.notice)))
        return Restored(version, tuple(files), tuple(canvases), after.commit, tuple(told))

    def _files_to_bring_back(self, commit: str) -> list[str]:
        """Return the files that differ; never a take that is there, nor what goes back by an edit."""
        differing = self._versions.differing(commit)
        root = self._project.root
        return sorted(
            name
            for name in differing
            if name not in _STAYS
            and not _is_canvas(name)
            and not (name.startswith(f"{paths.RENDERS}/") and os.path.lexists(root / name))
            and paths.inside(root, name)
        )

    def _refuse_unsaved(self, files: Iterable[str]) -> None:
        unsaved = sorted(set(self._repository.changed()).intersection(files))
        unsaved = [name for name in unsaved if os.path.lexists(self._project.root / name)]
        if unsaved:
            raise ConflictError(
                f"Going back would overwrite what is in no version yet: {', '.join(unsaved[:5])}.",
                fix="Install Git LFS or move these files away, then try again.",
            )

    def _refuse_obstacle(self) -> None:
        obstacle = self._repository.obstacle()
        if obstacle:
            raise ConflictError(obstacle, fix="Nothing was changed.")

    def _restore_canvas(self, commit: str, path: str, author: str) -> list[str]:
        """Bring a canvas back by an edit (a removed one by its file); return what could not be brought back."""
        target = paths.get_canvas_path(self._project.root, path)
        data = self._versions.read(commit, path)
        wanted = drivers.read_canvas(data, path)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            write_new(target, data)
            return []
        file = self._project.canvas(path)
        now = file.read().canvas
        operations = diff(now, wanted)
        if not operations:
            return []
        patch = Patch(base=now.version, operations=operations, author=author, label=f"Go back to {commit[:10]}", id=uuid4().hex)
        return [f"{path}: {dropped.reason}" for dropped in file.apply(patch).dropped]

    def _restore_manifest(self, commit: str) -> None:
        """Bring back title, description and settings; identity and version stay what they are."""
        changes = self._manifest_changes(commit)
        if changes:
            self._project.save(self._project.manifest.model_copy(update=changes))

    def _settings_changed(self, commit: str) -> Iterator[str]:
        """Yield in sentences what going back changes in the manifest."""
        for name, wanted in self._manifest_changes(commit).items():
            now = getattr(self._project.manifest, name)
            if isinstance(wanted, ProjectSettings):
                then, settings = wanted.model_dump(mode="json"), now.model_dump(mode="json")
                yield from (f"{key.replace('_', ' ')}: {settings.get(key)} → {then[key]}" for key in then if settings.get(key) != then[key])
            else:
                yield f"{name}: {now} → {wanted}"

    def _manifest_changes(self, commit: str) -> dict[str, object]:
        try:
            data = self._versions.read(commit, paths.MANIFEST)
        except NotFoundError:
            return {}
        wanted, _ = parse_model(ProjectManifest, data, PROJECT_SCHEMA, paths.MANIFEST)
        now = self._project.manifest
        return {name: getattr(wanted, name) for name in _FROM_MANIFEST if getattr(wanted, name) != getattr(now, name)}


def _is_canvas(name: str) -> bool:
    return name.startswith(f"{paths.CANVASES}/") and name.endswith(".json")


def _told(renamed: Sequence[Renamed]) -> list[str]:
    more = len(renamed) - _MOST_TOLD
    sentences = [take.sentence for take in renamed[:_MOST_TOLD]]
    return [*sentences, f"{more} more takes got another name."] if more > 0 else sentences
