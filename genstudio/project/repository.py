"""The history of a project: commits of named files, and who may be trusted. Only the ``repository`` modules run Git.

Every call is the Git program itself (the index of Python libraries skips the LFS filter and would commit raw media), with list
arguments, no prompt, no pager, no hooks, Git LFS as the only filter, and names taken literally.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genstudio.project import paths
from genstudio.project.atomic import locked
from genstudio.project.git_config import NO_LFS_SETTINGS
from genstudio.project.hashing import blob_id
from genstudio.project.links import leads_out
from genstudio.project.media_rules import is_media
from genstudio.project.repository_run import GitRunner, failed, null_list
from genstudio.project.repository_setup import LfsStatus, Setup, lfs_program

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

__all__ = ["CommitResult", "LfsStatus", "LogEntry", "Repository"]

MAX_PLAIN_BYTES: Final = 5_000_000
"""A larger file that no LFS rule covers is not committed."""

_LOCK_S: Final = 120.0
_LONGEST_MESSAGE: Final = 10_000
_UNDER_WAY: Final = {
    "MERGE_HEAD": "a merge",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisection",
}
_NAMES_AT_ONCE: Final = 500
"""Names on one command line; more are asked for in turns."""


@dataclass(frozen=True)
class CommitResult:
    """The commit made, or None; ``notice`` tells people why something was not committed (else empty)."""

    commit: str | None
    notice: str = ""


@dataclass(frozen=True)
class LogEntry:
    """A commit: id, time (RFC 3339), author's name, whole message."""

    commit: str
    time: str
    author: str
    message: str


class Repository:
    """The Git repository of the project at ``root``. ``state_dir`` remembers what people trust, outside the project."""

    def __init__(self, root: Path, state_dir: Path) -> None:
        self.root = root
        self.git = GitRunner(root)
        self._setup = Setup(self.git, state_dir)
        self._lock = paths.get_lock_path(root, "git")

    @staticmethod
    def blob_id(data: bytes) -> str:
        """Return the Git blob id of ``data``."""
        return blob_id(data)

    @property
    def exists(self) -> bool:
        """Whether the project has a repository of its own."""
        return self.git.git_dir.is_dir()

    # -- setting up ----------------------------------------------------------------------------------------------------------------

    def init(self) -> None:
        """Make the repository with the branch ``main``, the drivers of canvases, and Git LFS if it is there.

        Raises:
            MissingToolError: Git is not installed.
        """
        self.git.checked("init", "--quiet", "--initial-branch=main", "--template=")
        self.set_up()

    def set_up(self) -> bool:
        """Set up in this clone what Git does not carry: drivers, LFS filter and hooks. Returns whether LFS is set up now."""
        return self._setup.set_up()

    def lfs_status(self) -> LfsStatus:
        """Return whether Git LFS is installed and set up for this repository."""
        return self._setup.lfs_status()

    def dangers(self) -> tuple[str, ...]:
        """Return what in ``.git/config`` would start programs or lead elsewhere; see :meth:`Setup.dangers`."""
        return self._setup.dangers()

    def is_safe(self) -> bool:
        """Whether Git may be run here: nothing dangerous is configured, or a person trusted exactly this configuration."""
        return self._setup.is_safe()

    def trust(self) -> None:
        """Note that a person looked at the configuration as it is now and trusts it."""
        self._setup.trust()

    def locked(self) -> AbstractContextManager[None]:
        """Hold the lock under which the studio writes to this repository.

        Raises:
            ConflictError: Another program held it all the time.
        """
        return locked(self._lock, timeout=_LOCK_S)

    # -- history -------------------------------------------------------------------------------------------------------------------

    def commit(self, files: Iterable[str], message: str) -> CommitResult:
        """Commit these files (project-relative; folders count as what is in them) and nothing else that may be staged.

        Nothing is committed during a merge or rebase of the user's, while a single commit is checked out, with a configuration that
        nobody trusts, or when the files hold media and Git LFS does not work: then ``notice`` says so. Nothing to commit is no commit
        and no notice.

        Raises:
            MissingToolError: Git is not installed.
            ConflictError: Another program held the repository all the time.
            BadInputError: A path is not in the project.
        """
        wanted = [paths.relative(self.root.resolve(), paths.inside(self.root, path)) for path in files]
        with self.locked():
            notice = self.obstacle()
            if notice or not wanted:
                return CommitResult(None, notice)
            return self._commit(self._files(wanted), message)

    def commit_all(self, message: str, *, but: Container[str] = ()) -> CommitResult:
        """Commit everything in the project that is not ignored, as :meth:`commit` does, ``but`` some files."""
        with self.locked():
            notice = self.obstacle()
            return CommitResult(None, notice) if notice else self._commit([name for name in self.changed() if name not in but], message)

    def changed(self) -> list[str]:
        """Return the files that differ from the newest commit, new and removed ones among them; ignored ones not."""
        without = None if lfs_program().ok else NO_LFS_SETTINGS
        names = self.git.items("ls-files", "--modified", "--deleted", "--others", "--exclude-standard", "-z", settings=without)
        if self.git.head() is not None:
            names += self.git.items("diff", "--name-only", "--no-renames", "--cached", "-z", "--no-ext-diff", "--no-textconv", "HEAD", "--")
        return sorted(set(names))

    def log(self, limit: int = 50, path: str | None = None, *, start: str = "HEAD") -> tuple[LogEntry, ...]:
        """Return the newest commits, newest first; none if there is no repository or it must not be touched.

        Args:
            limit: How many at most.
            path: Only commits in which this file or folder changed.
            start: Id of the commit to begin at.
        """
        if not self.exists or not self.is_safe() or self.git.head() is None:
            return ()
        form = "--format=%H%x1f%aI%x1f%an%x1f%B"
        listed = self.git.checked(
            "log", f"--max-count={int(limit)}", "-z", "--no-show-signature", form, start, "--", *([path] if path else ())
        )
        entries = (item.split("\x1f", 3) for item in listed.split("\0") if item)
        return tuple(LogEntry(commit, when, author, text.strip("\n")) for commit, when, author, text in entries)

    def obstacle(self) -> str:
        """Return why nothing can be committed at all; empty if it can."""
        if not self.exists and not self.git.git_dir.exists():
            return "The project has no Git repository, so its history is not kept."
        if not self.is_safe():
            return f"Not committed: the Git configuration of this project would run programs ({', '.join(self.dangers())})."
        under_way = self.under_way()
        if under_way:
            return f"Not committed: {under_way} is under way in this project. Finish it first."
        if self.git.branch() is None:
            return "Not committed: an old version is checked out, on no branch (detached head). Go back with: git switch main"
        return ""

    def under_way(self) -> str:
        """Return what the user has begun and not finished, such as "a merge"; empty if nothing."""
        return next((what for name, what in _UNDER_WAY.items() if (self.git.git_dir / name).exists()), "")

    def _files(self, wanted: Sequence[str]) -> list[str]:
        found: list[str] = []
        for names in _in_turns(wanted):
            found += self.git.items("ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *names)
        return list(dict.fromkeys(found))

    def _commit(self, wanted: Sequence[str], message: str) -> CommitResult:
        outside = [name for name in wanted if self._leads_out(name)]
        files = [name for name in wanted if name not in outside] if outside else wanted
        by_lfs = self.lfs_files(files)
        if by_lfs:
            status = self.lfs_status()
            if not status.ok:
                return CommitResult(None, f"{status.message} {status.fix}")
        raw = [name for name in files if name not in by_lfs and is_media(name) and self._size(name)]
        large = [name for name in files if name not in by_lfs and name not in raw and self._size(name) > MAX_PLAIN_BYTES]
        notices = []
        if large:
            notices.append(f"Left out of the history, since over 5 MB and not covered by a Git LFS rule: {', '.join(large)}.")
        if raw:
            notices.append(
                f"Left out of the history, since it is media and no rule of .gitattributes gives it to Git LFS: {', '.join(raw)}."
            )
        if outside:
            notices.append(f"Left out of the history, since it leads out of the project: {', '.join(outside)}.")
        left_out = {*large, *raw}
        chosen = [name for name in files if name not in left_out]
        return CommitResult(self._commit_chosen(chosen, message) if chosen else None, " ".join(notices))

    def _commit_chosen(self, chosen: Sequence[str], message: str) -> str | None:
        """Commit files by way of an index of our own: the user's keeps what is staged there, and every filter runs once."""
        missing = [name for name in chosen if not os.path.lexists(self.root / name)]
        unknown = set(missing).difference(*(self.git.items("ls-files", "-z", "--", *names) for names in _in_turns(missing)))
        self.git.checked("add", "--pathspec-from-file=-", "--pathspec-file-nul", data=null_list(set(chosen) - unknown))
        head = self.git.head()
        own = {"GIT_INDEX_FILE": f"{self.git.git_dir}/genstudio-index"}
        try:
            self.git.checked("read-tree", head or "--empty", extra=own)
            self.git.checked("update-index", "-z", "--index-info", data=self._index_info(chosen), extra=own)
            tree = self.git.checked("write-tree", extra=own).strip()
        finally:
            (self.git.git_dir / "genstudio-index").unlink(missing_ok=True)
        if head and self.git.checked("rev-parse", f"{head}^{{tree}}").strip() == tree:
            return None
        return self._record(tree, head, message)

    def _index_info(self, chosen: Sequence[str]) -> bytes:
        """Return what the user's index now holds of these files; mode 0 takes away what is in it no more."""
        staged: dict[str, str] = {}
        for names in _in_turns(chosen):
            for line in self.git.items("ls-files", "--stage", "-z", "--", *names):
                entry, _, name = line.partition("\t")
                staged[name] = entry
        gone = [f"0 {'0' * 40}\t{name}" for name in chosen if name not in staged]
        return null_list([*gone, *(f"{entry}\t{name}" for name, entry in staged.items())])

    def _record(self, tree: str, head: str | None, message: str) -> str:
        text = message.strip()[:_LONGEST_MESSAGE] or "Change"
        parents = ("-p", head) if head else ()
        made = self.git.run("commit-tree", tree, *parents, data=text.encode("utf-8", "replace") + b"\n", identity=True)
        if made.code != 0:
            raise failed("commit", made)
        commit = made.out.strip()
        subject = text.splitlines()[0][:200]
        self.git.checked("update-ref", "-m", f"commit: {subject}", "HEAD", commit, head or "0" * 40, identity=True)
        return commit

    def lfs_files(self, files: Sequence[str]) -> frozenset[str]:
        """Return those of the files that the rules of ``.gitattributes`` give to Git LFS."""
        if not files:
            return frozenset()
        fields = self.git.items("check-attr", "-z", "--stdin", "filter", data=null_list(files))
        return frozenset(name for name, _, value in zip(fields[::3], fields[1::3], fields[2::3], strict=True) if value == "lfs")

    def _leads_out(self, name: str) -> bool:
        """Say whether this is a link out of the project, or a repository of its own: neither would work in a clone."""
        path = self.root / name
        return name.endswith("/") or (path.is_symlink() and leads_out(name, str(path.readlink())))

    def _size(self, name: str) -> int:
        path = self.root / name
        return path.lstat().st_size if os.path.lexists(path) else 0


def _in_turns(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _NAMES_AT_ONCE] for start in range(0, len(names), _NAMES_AT_ONCE))
