"""The history of a project: the only module that runs Git.

Every call is the Git program itself (the index of Python libraries skips the LFS filter and would commit raw media), with list
arguments, no prompt, no pager, no hooks, Git LFS as the only filter, and names taken literally.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from genstudio.project import paths
from genstudio.project.atomic import locked, write_atomic
from genstudio.project.git_config import LFS_SETTINGS, dangerous_settings
from genstudio.project.hashing import blob_id
from genstudio.project.tools import install_command
from genstudio.schema.errors import GenStudioError, MissingToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["CommitResult", "LfsStatus", "LogEntry", "Repository"]

MAX_PLAIN_BYTES: Final = 5_000_000
"""A larger file that no LFS rule covers is not committed."""

_TIMEOUT_S: Final = 600.0
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
_HARMLESS: Final = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.quotePath": "false",
    "commit.gpgSign": "false",
    "protocol.ext.allow": "never",
    **LFS_SETTINGS,
}


@dataclass(frozen=True)
class LfsStatus:
    """Whether media can be committed; if not, why, and what to do."""

    ok: bool
    message: str = ""
    fix: str = ""


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


@dataclass(frozen=True)
class _Outcome:
    code: int
    out: str
    err: str


class Repository:
    """The Git repository of the project at ``root``. ``state_dir`` remembers what people trust, outside the project."""

    def __init__(self, root: Path, state_dir: Path) -> None:
        self.root = root
        self._git_dir = root / ".git"
        self._trust_file = state_dir / f"trusted_git_{hashlib.sha256(bytes(self._git_dir)).hexdigest()[:16]}"
        self._lock = paths.get_lock_path(root, "git")
        self._judged: tuple[tuple[int, ...], tuple[str, ...]] | None = None

    @staticmethod
    def blob_id(data: bytes) -> str:
        """Return the Git blob id of ``data``."""
        return blob_id(data)

    @property
    def exists(self) -> bool:
        """Whether the project has a repository of its own."""
        return self._git_dir.is_dir()

    # -- setting up ----------------------------------------------------------------------------------------------------------------

    def init(self) -> None:
        """Make the repository with the branch ``main`` and set up Git LFS if it is there.

        Raises:
            MissingToolError: Git is not installed.
        """
        self._checked("init", "--quiet", "--initial-branch=main", "--template=")
        self.set_up_lfs()

    def set_up_lfs(self) -> bool:
        """Set up in this clone what Git does not carry: the LFS filter and its hooks. Returns whether it is set up now."""
        config = self._git_dir / "config"
        if not config.is_file() or not self.is_safe():
            return False
        if b'[filter "lfs"]' in config.read_bytes():
            return True
        if shutil.which("git-lfs") is None:
            return False
        return self._run("lfs", "install", "--local", plain=True).code == 0

    def lfs_status(self) -> LfsStatus:
        """Return whether Git LFS is installed and set up for this repository."""
        if shutil.which("git-lfs") is None or self._run("lfs", "version").code != 0:
            command = install_command("git-lfs")
            return LfsStatus(
                ok=False, message="Git LFS is not installed, so media is not kept in the history.", fix=f"Install it: {command}"
            )
        if not self.exists:
            return LfsStatus(ok=False, message="The project has no Git repository.", fix='Run "git init" in the project folder.')
        if not self.set_up_lfs():
            return LfsStatus(
                ok=False, message="Git LFS is not set up for this project.", fix='Run "git lfs install --local" in the project folder.'
            )
        return LfsStatus(ok=True)

    # -- trust ---------------------------------------------------------------------------------------------------------------------

    def dangers(self) -> tuple[str, ...]:
        """Return the settings of ``.git/config`` that would start programs other than Git LFS, or lead elsewhere.

        They make a received project unsafe for Git until somebody looked at them; reading them runs nothing.
        """
        if self._git_dir.is_symlink() or self._git_dir.is_file() or (self._git_dir / "commondir").exists():
            return (".git leads to another folder",)
        config = self._git_dir / "config"
        if not config.exists():
            return ()
        status = config.stat()
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
        if self._judged is None or self._judged[0] != stamp:
            self._judged = (stamp, self._judge(config))
        return self._judged[1]

    def _judge(self, config: Path) -> tuple[str, ...]:
        listed = self._run("config", "--file", str(config), "--no-includes", "--null", "--list", plain=True)
        if listed.code != 0:
            return ("the configuration cannot be read",)
        pairs = (item.partition("\n") for item in listed.out.split("\0") if item)
        return tuple(dangerous_settings((key, value) for key, _, value in pairs))

    def is_safe(self) -> bool:
        """Whether Git may be run here: nothing dangerous is configured, or a person trusted exactly this configuration."""
        if not self.dangers():
            return True
        return self._trust_file.exists() and self._trust_file.read_text(encoding="utf-8") == self._fingerprint()

    def trust(self) -> None:
        """Note that a person looked at the configuration as it is now and trusts it."""
        self._trust_file.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(self._trust_file, self._fingerprint().encode())

    def _fingerprint(self) -> str:
        config = self._git_dir / "config"
        return hashlib.sha256(
            str(self._git_dir.resolve()).encode() + b"\0" + (config.read_bytes() if config.is_file() else b"")
        ).hexdigest()

    # -- history -------------------------------------------------------------------------------------------------------------------

    def commit(self, files: Iterable[str], message: str) -> CommitResult:
        """Commit these files (project-relative; folders count as what is in them) and nothing else that may be staged.

        Nothing is committed during a merge or rebase of the user's, with a configuration that nobody trusts, or when the files hold
        media and Git LFS does not work: then ``notice`` says so. Nothing to commit is no commit and no notice.

        Raises:
            MissingToolError: Git is not installed.
            ConflictError: Another program held the repository all the time.
            BadInputError: A path is not in the project.
        """
        wanted = [paths.relative(self.root.resolve(), paths.inside(self.root, path)) for path in files]
        with locked(self._lock, timeout=_LOCK_S):
            notice = self._obstacle()
            if notice or not wanted:
                return CommitResult(None, notice)
            return self._commit(wanted, message)

    def log(self, limit: int = 50) -> tuple[LogEntry, ...]:
        """Return the newest commits, newest first; none if there is no repository or it must not be touched."""
        if not self.exists or not self.is_safe() or self._head() is None:
            return ()
        listed = self._checked("log", f"--max-count={int(limit)}", "-z", "--no-show-signature", "--format=%H%x1f%aI%x1f%an%x1f%B")
        entries = (item.split("\x1f", 3) for item in listed.split("\0") if item)
        return tuple(LogEntry(commit, when, author, text.strip("\n")) for commit, when, author, text in entries)

    def _obstacle(self) -> str:
        """Return why nothing can be committed at all; empty if it can."""
        if not self.exists and not self._git_dir.exists():
            return "The project has no Git repository, so its history is not kept."
        if not self.is_safe():
            return f"Not committed: the Git configuration of this project would run programs ({', '.join(self.dangers())})."
        for name, what in _UNDER_WAY.items():
            if (self._git_dir / name).exists():
                return f"Not committed: {what} is under way in this project. Finish it first."
        return ""

    def _commit(self, wanted: Sequence[str], message: str) -> CommitResult:
        files = self._null_list("ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *wanted)
        media = self._lfs_files(files)
        if media:
            status = self.lfs_status()
            if not status.ok:
                return CommitResult(None, f"{status.message} {status.fix}")
        large = [name for name in files if name not in media and self._size(name) > MAX_PLAIN_BYTES]
        notice = f"Left out of the history, since over 5 MB and not covered by a Git LFS rule: {', '.join(large)}." if large else ""
        chosen = [name for name in files if name not in large]
        if not chosen:
            return CommitResult(None, notice)
        self._checked("add", "--", *chosen)
        base = ("HEAD",) if self._head() else ()
        if self._run("diff", "--cached", "--quiet", "--no-ext-diff", "--no-textconv", *base, "--", *chosen).code == 0:
            return CommitResult(None, notice)
        text = message.strip()[:_LONGEST_MESSAGE] or "Change"
        self._checked(
            "commit", "--quiet", "--no-verify", "--cleanup=whitespace", f"--message={text}", "--only", "--", *chosen, identity=True
        )
        return CommitResult(self._head(), notice)

    def _lfs_files(self, files: Sequence[str]) -> frozenset[str]:
        fields = self._null_list("check-attr", "-z", "filter", "--", *files) if files else []
        return frozenset(name for name, _, value in zip(fields[::3], fields[1::3], fields[2::3], strict=True) if value == "lfs")

    def _size(self, name: str) -> int:
        path = self.root / name
        return path.lstat().st_size if os.path.lexists(path) else 0

    def _head(self) -> str | None:
        outcome = self._run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return outcome.out.strip() if outcome.code == 0 else None

    # -- running -------------------------------------------------------------------------------------------------------------------

    def _null_list(self, *arguments: str) -> list[str]:
        return [item for item in self._checked(*arguments).split("\0") if item]

    def _checked(self, *arguments: str, identity: bool = False) -> str:
        outcome = self._run(*arguments, identity=identity)
        if outcome.code != 0:
            raise _failed(arguments[0], outcome)
        return outcome.out

    def _run(self, *arguments: str, identity: bool = False, plain: bool = False) -> _Outcome:
        """Run Git. ``plain`` leaves out our settings, to see or change the repository's own."""
        settings = {} if plain else _HARMLESS | (self._identity() if identity else {})
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return _git(self.root, ["git", "--no-pager", *options, *arguments], self._environment())

    def _environment(self) -> dict[str, str]:
        git_dir = str(self._git_dir)
        return {
            "GIT_DIR": git_dir,
            "GIT_WORK_TREE": str(self.root),
            "GIT_INDEX_FILE": f"{git_dir}/index",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_LITERAL_PATHSPECS": "1",
            "GIT_LFS_SKIP_SMUDGE": "0",
            "GIT_EDITOR": "true",
            "LC_ALL": "C.UTF-8",
        }

    def _identity(self) -> dict[str, str]:
        """Return a name and an address where the user configured none, so that a first commit never fails."""
        defaults = {"user.name": "Generative Studio", "user.email": "studio@localhost"}
        return {key: value for key, value in defaults.items() if self._run("config", "--get", key).code != 0}


def _failed(verb: str, outcome: _Outcome) -> GenStudioError:
    lines = [line.strip() for line in outcome.err.splitlines() if line.strip()] or [f"exit {outcome.code}"]
    reason = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1]).rstrip(".")
    fix = "Nothing was committed; the files are safe where they are."
    if "index.lock" in reason:
        fix = "Another Git is at work in this project. Let it finish; if there is none, remove .git/index.lock."
    return GenStudioError(f"Git could not {verb}: {reason}.", fix=fix, code="git_failed")


@lru_cache(maxsize=1)
def _git_class() -> Any:  # noqa: ANN401 - GitPython's class, loaded on first use since that takes a tenth of a second
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    from git.cmd import Git

    return Git


def _git(folder: Path, command: Sequence[str], environment: Mapping[str, str]) -> _Outcome:
    git = _git_class()(folder)
    from git.exc import GitCommandNotFound

    try:
        code, out, err = git.execute(
            list(command),
            with_extended_output=True,
            with_exceptions=False,
            strip_newline_in_stdout=False,
            kill_after_timeout=_TIMEOUT_S,
            env=dict(environment),
        )
    except GitCommandNotFound as error:
        raise MissingToolError("Git is not installed.", fix=f"Install it: {install_command('git')}") from error
    return _Outcome(code, out, err)
