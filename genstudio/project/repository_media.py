"""The media of a history: what Git LFS keeps, what is here and what is not, and what got into Git as it is."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from genstudio.project import paths
from genstudio.project.media_rules import is_media
from genstudio.project.repository_beside import stash
from genstudio.project.repository_run import failed
from genstudio.schema.errors import BadInputError, GenStudioError, MissingToolError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from genstudio.project.repository import Repository

__all__ = ["Media", "Pointer", "RawMedia", "move_command"]

_POINTER: Final = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,18})\n?"
)
_LARGEST_POINTER: Final = 1024
_SCENE: Final = re.compile(r"[A-Z0-9_]{1,32}(/[A-Z0-9_]{1,32})?")
_A_DAY_S: Final = 86400.0


@dataclass(frozen=True)
class Pointer:
    """A file that Git LFS keeps: its project-relative path, the SHA-256 and the size in bytes of its content."""

    path: str
    sha256: str
    bytes: int


def move_command(root: Path, raw: Iterable[RawMedia]) -> str:
    """Return the command that moves media of these kinds from Git to Git LFS, in all versions."""
    kinds = ",".join(sorted({f"*{PurePosixPath(media.path).suffix}" for media in raw}))
    return f"git -C {shlex.quote(str(root))} lfs migrate import --yes --everything --include={shlex.quote(kinds)}"


@dataclass(frozen=True)
class RawMedia:
    """Media that stands in the history as it is, in every clone for ever: path and size in bytes."""

    path: str
    bytes: int


class Media:
    """The media of a project's history."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._git = repository.git

    @cached_property
    def store(self) -> Path:
        """The folder in which Git LFS keeps contents by their hash.

        Raises:
            GenStudioError: The configuration moves it elsewhere (``lfs.storage``).
        """
        if self._git.run("config", "--get", "lfs.storage").out.strip():
            message = "The contents of this project's media are kept outside of it (lfs.storage)."
            raise GenStudioError(message, fix="Take that setting away: git config --unset lfs.storage, then git lfs fetch --all.")
        return self._git.git_dir / "lfs" / "objects"

    def object_path(self, sha256: str) -> Path:
        """Return where a content is kept."""
        return self.store / sha256[:2] / sha256[2:4] / sha256

    def pointers(self, version: str = "HEAD") -> list[Pointer]:
        """Return the media of one version."""
        if self._git.head() is None:
            return []
        listed = self._git.items("ls-tree", "-r", "-l", "-z", "--full-tree", version)
        entries = (line.partition("\t") for line in listed)
        blobs = [(entry.split(), name) for entry, _, name in entries]
        small = [
            (parts[2], name) for parts, name in blobs if parts[1] == "blob" and parts[3].isdigit() and int(parts[3]) <= _LARGEST_POINTER
        ]
        return list(self._read(small))

    def all_pointers(self) -> list[Pointer]:
        """Return the media of all versions, of every branch and tag, and of what is stashed."""
        stashed = [entry.commit for entry in stash(self._git)]
        return list(self._read([(blob, name) for blob, name, size in self._blobs(*stashed) if size <= _LARGEST_POINTER]))

    def raw(self) -> list[RawMedia]:
        """Return media that got into the history as it is, or is staged so, instead of into Git LFS."""
        links = self._links()
        blobs = [(blob, name, size) for blob, name, size in self._blobs("--indexed-objects") if size and name and blob not in links]
        by_rule = self._repository.lfs_files(sorted({name for _, name, _ in blobs}))
        media = [(blob, name, size) for blob, name, size in blobs if name in by_rule or is_media(name)]
        pointers = {pointer.path for pointer in self._read([(blob, name) for blob, name, size in media if size <= _LARGEST_POINTER])}
        found = {RawMedia(name, size) for _, name, size in media if size > _LARGEST_POINTER or name not in pointers}
        return sorted(found, key=lambda raw: (-raw.bytes, raw.path))

    def missing(self, version: str = "HEAD") -> list[Pointer]:
        """Return the media of a version whose content is not here: it has to be fetched."""
        return [pointer for pointer in self.pointers(version) if not self.object_path(pointer.sha256).is_file()]

    def fetch(self, scenes: Iterable[str] = (), *, remote: str = "origin") -> int:
        """Fetch media that is not here and put it in its place; return how many files came.

        Args:
            scenes: Only the takes of these scenes (``SCENE_05``) or shots (``SCENE_05/SHOT_010``); everything by default.
            remote: Where from.

        Raises:
            BadInputError: A name is none of a scene.
            MissingToolError: Git LFS is not there.
            NotFoundError: There is no such remote.
            GenStudioError: The remote does not have them, or cannot be reached.
        """
        chosen = list(scenes)
        wrong = next((scene for scene in chosen if not _SCENE.fullmatch(scene)), None)
        if wrong is not None:
            raise BadInputError(f"{wrong!r:.80} is no scene.", fix="It looks like SCENE_05, or SCENE_05/SHOT_010.")
        self.need_lfs()
        if self._git.run("config", "--get", f"remote.{remote}.url").code != 0:
            raise NotFoundError(f"The project has no remote {remote!r:.80}.", fix="Name its address once: genstudio push --to ADDRESS")
        before = len(self.missing())
        include = ",".join(f"{paths.RENDERS}/{scene}/**" for scene in chosen)
        options = (f"--include={include}", "--exclude=") if chosen else ()
        with self._repository.locked():
            done = self._git.run("lfs", "pull", *options, remote, timeout=_A_DAY_S)
        if done.code != 0:
            raise failed("fetch media", done, fix="Check the address and your rights there; what is here stays here.")
        return before - len(self.missing())

    def need_lfs(self) -> None:
        """Raise MissingToolError, with the command that installs it, if Git LFS is not there or not set up."""
        status = self._repository.lfs_status()
        if not status.ok:
            raise MissingToolError(status.message, fix=status.fix)

    def _links(self) -> frozenset[str]:
        """Return the ids of contents that are texts of symbolic links, in any version or staged: a link to media is none."""
        form = ("--format=", "--raw", "-z", "--no-abbrev", "--no-renames", "--diff-merges=separate", "--root", "--no-show-signature")
        raw = self._git.items("log", "--all", *form, "--diff-filter=AMT") if self._git.head() is not None else []
        changes = (item.split(" ") for item in raw if item.startswith(":"))
        staged = (entry.split(" ") for entry in self._git.items("ls-files", "--stage", "-z"))
        committed = {change[3] for change in changes if change[1] == "120000"}
        return frozenset(committed | {entry[1] for entry in staged if entry[0] == "120000"})

    def _blobs(self, *more: str) -> list[tuple[str, str, int]]:
        """Return id, path and size of every file content in the history, and of what else is asked for."""
        listed = self._git.lines("rev-list", "--objects", "--all", *more)
        if not listed:
            return []
        named = (line.partition(" ") for line in reversed(listed))
        names = {blob: name for blob, _, name in named}
        form = "--batch-check=%(objectname) %(objecttype) %(objectsize)"
        sizes = self._git.lines("cat-file", form, data="\n".join(names).encode() + b"\n")
        parts = (line.split(" ") for line in sizes)  # "<id> missing" of what a partial clone does not have
        return [(part[0], names[part[0]], int(part[2])) for part in parts if part[1] == "blob"]

    def _read(self, blobs: list[tuple[str, str]]) -> Iterator[Pointer]:
        """Yield those of the blobs that are pointers."""
        if not blobs:
            return
        data = self._git.run("cat-file", "--batch", data="\n".join(blob for blob, _ in blobs).encode() + b"\n").raw
        place = 0
        for _, name in blobs:
            end = data.index(b"\n", place)
            header = data[place:end].split(b" ")
            if len(header) < 3:  # "<id> missing"
                place = end + 1
                continue
            size = int(header[2])
            match = _POINTER.fullmatch(data, end + 1, end + 1 + size)
            place = end + 1 + size + 1
            if match is not None:
                yield Pointer(name, match[1].decode(), int(match[2]))
