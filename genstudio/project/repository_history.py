"""Reading the history of a project, naming versions of it, and bringing files back from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from genstudio.project import paths
from genstudio.project.git_config import NO_LFS_SETTINGS
from genstudio.project.naming import project_folder_name
from genstudio.project.repository_run import failed, null_list
from genstudio.project.repository_setup import lfs_program
from genstudio.schema.errors import BadInputError, ConflictError, MissingToolError, NotFoundError
from genstudio.schema.take import TakeName

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from genstudio.project.repository import Repository

__all__ = ["Version", "Versions"]

_TAGS: Final = "checkpoint/"
_NOT_IN_NAMES: Final = re.compile(r"[~^:?*\[\\@{}\x00-\x20\x7f]+")
_LARGEST_BLOB: Final = 64 << 20
_COMMIT: Final = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True)
class Version:
    """A commit as people read it.

    ``takes`` are the ids of the takes that came with it, ``canvases`` the canvases that changed, ``checkpoints`` the names people gave.
    """

    commit: str
    time: str
    author: str
    message: str
    takes: tuple[str, ...] = ()
    take_folders: tuple[str, ...] = ()
    canvases: tuple[str, ...] = ()
    checkpoints: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0]


class Versions:
    """The versions of a project. Reading needs no lock; nothing is read where the repository must not be touched."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._git = repository.git

    def log(self, limit: int = 50, path: str | None = None) -> tuple[Version, ...]:
        """Return the newest versions, newest first, with what came with each.

        Args:
            limit: How many at most.
            path: Only versions in which this file or folder changed.
        """
        entries = self._repository.log(limit, path)
        if not entries:
            return ()
        files, names = self._files([entry.commit for entry in entries]), self.checkpoints()
        return tuple(
            Version(entry.commit, entry.time, entry.author, entry.message, *_what(files.get(entry.commit, ())), names.get(entry.commit, ()))
            for entry in entries
        )

    def _files(self, commits: Sequence[str]) -> dict[str, list[str]]:
        """Return the files that each commit changed; of a merge those that it brought to its first parent."""
        options = ("--no-walk=unsorted", "--stdin", "-z", "--name-only", "--no-renames", "--diff-merges=first-parent", "--format=//%H")
        listed = self._git.checked("log", *options, "--no-show-signature", data="\n".join(commits).encode())
        found: dict[str, list[str]] = {}
        commit = ""
        for item in listed.split("\0"):
            name = item.lstrip("\n")
            if name.startswith("//") and _COMMIT.fullmatch(name[2:]):  # no path begins with a slash
                commit = name[2:]
                found[commit] = []
            elif name:
                found[commit].append(name)
        return found

    def checkpoints(self) -> dict[str, tuple[str, ...]]:
        """Return the names that people gave to versions, by commit."""
        found: dict[str, tuple[str, ...]] = {}
        for commit, _, name in reversed(self.named()):
            found[commit] = (*found.get(commit, ()), name)
        return found

    def named(self) -> list[tuple[str, str, str]]:
        """Return commit, time (RFC 3339) and name of the versions that people named, the newest name first."""
        if not self._repository.exists or not self._repository.is_safe():
            return []
        form = "%(*objectname)%00%(*authordate:iso-strict)%00%(contents:subject)"
        listed = self._git.lines("for-each-ref", "--sort=-creatordate", f"--format={form}", f"refs/tags/{_TAGS}")
        found = (line.split("\0", 2) for line in listed)
        return [(commit, time, name) for commit, time, name in found]

    def name(self, name: str) -> str:
        """Give the newest version a name; return its commit.

        Raises:
            BadInputError: The name is empty.
            ConflictError: Another version has that name.
        """
        title = " ".join(name.split())[:200]
        if not title:
            raise BadInputError("A checkpoint needs a name.", fix='Name it, e.g. "before the reshoot".')
        head = self._git.head()
        if head is None:
            raise NotFoundError("There is no version yet that could be named.", fix="Make a take, or commit something, first.")
        tag = _tag(title)
        made = self._git.run("tag", "--annotate", "--file=-", "--end-of-options", tag, head, data=f"{title}\n".encode(), identity=True)
        if made.code != 0 and "already exists" in made.err:
            raise ConflictError(f"There is already a checkpoint {title!r}.", fix="Choose another name.")
        if made.code != 0:
            raise failed("name a version", made, fix="Nothing was changed.")
        return head

    def resolve(self, version: str) -> str:
        """Return the commit that a checkpoint's name, a commit id, a branch or ``HEAD~2`` stands for.

        Raises:
            NotFoundError: There is none.
        """
        names = (f"refs/tags/{_tag(version)}", version)
        for name in names if self._repository.exists and self._repository.is_safe() and version.strip() and "\0" not in version else ():
            found = self._git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
            commit = found.out.strip()
            if found.code == 0 and _COMMIT.fullmatch(commit):
                return commit
        raise NotFoundError(f"There is no version {version!r:.80} in the history.", fix="genstudio history lists those there are.")

    def read(self, version: str, path: str) -> bytes:
        """Return a file as it was in a version; of media what Git keeps of it, the pointer.

        Raises:
            NotFoundError: The version or the file is not there.
            BadInputError: The path is not in the project, or the file is larger than 64 MiB.
        """
        paths.inside(self._repository.root, path)
        name = f"{self.resolve(version)}:{PurePosixPath(path).as_posix()}"
        size = self._git.run("cat-file", "-s", name)
        if size.code != 0:
            raise NotFoundError(f"{path!r:.120} is not in version {version!r:.80}.", fix="genstudio history lists the versions of a file.")
        if int(size.out) > _LARGEST_BLOB:
            raise BadInputError(f"{path!r:.120} is {int(size.out) >> 20} MiB large in that version.", fix="Restore it instead.")
        return self._git.run("cat-file", "blob", name).raw

    def blob(self, blob: str) -> bytes | None:
        """Return the bytes of a Git blob by its id; None if the history does not have it, or it is larger than 64 MiB."""
        if not (_COMMIT.fullmatch(blob) and self._repository.exists and self._repository.is_safe()):
            return None
        size = self._git.run("cat-file", "-s", f"{blob}^{{blob}}")
        if size.code != 0 or int(size.out) > _LARGEST_BLOB:
            return None
        return self._git.run("cat-file", "blob", blob).raw

    def files(self, version: str) -> list[str]:
        """Return the paths of all files of a version; links and submodules are none."""
        listed = self._git.items("ls-tree", "-r", "-z", "--full-tree", self.resolve(version))
        entries = (line.partition("\t") for line in listed)
        return [name for entry, _, name in entries if entry.startswith("100")]

    def differing(self, version: str) -> set[str]:
        """Return the files of a version that are not on disk as they were in it."""
        commit = self.resolve(version)
        without = None if lfs_program().ok else NO_LFS_SETTINGS
        options = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv")
        listed = self._git.items("diff", *options, commit, "--", settings=without)
        return set(listed) & set(self.files(commit))

    def bring_back(self, version: str, files: Iterable[str]) -> None:
        """Write files as they were in a version; no other file is touched, none is removed, and nothing is staged.

        Raises:
            MissingToolError: Media is among them, and Git LFS is not there.
            GenStudioError: Media of that version is neither here nor to be had.
        """
        names = sorted(set(files))
        if not names:
            return
        status = self._repository.lfs_status()
        if not status.ok and self._repository.lfs_files(names):
            raise MissingToolError(status.message, fix=status.fix)
        options = ("--worktree", "--overlay", "--pathspec-from-file=-", "--pathspec-file-nul")
        done = self._git.run("restore", f"--source={self.resolve(version)}", *options, data=null_list(names))
        if done.code != 0:
            raise failed("bring back all files", done, fix="Media may have to be fetched first: genstudio fetch")


def _tag(title: str) -> str:
    return _TAGS + (_NOT_IN_NAMES.sub("_", project_folder_name(title)).removesuffix(".lock") or "_")


def _what(files: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the takes with their folders, and the canvases among files."""
    takes: dict[str, str] = {}
    canvases = []
    for name in files:
        path = PurePosixPath(name)
        if name.startswith(f"{paths.CANVASES}/") and path.suffix == ".json":
            canvases.append(name)
        elif name.startswith(f"{paths.RENDERS}/") and path.suffix == ".json" and len(path.parts) == 4 and _is_take(path.stem):
            takes[path.stem] = "/".join(path.parts[1:3])
    return tuple(takes), tuple(takes.values()), tuple(canvases)


def _is_take(stem: str) -> bool:
    try:
        TakeName.parse(stem)
    except BadInputError:
        return False
    return True
