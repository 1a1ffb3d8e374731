"""Running Git: the program itself, with list arguments, no prompt, no pager, no hooks, and no filter or driver but those of ours."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from genstudio.project.git_config import LFS_SETTINGS, driver_settings
from genstudio.project.tools import install_command
from genstudio.schema.errors import GenStudioError, MissingToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["GitRunner", "Outcome", "failed", "lines_of", "null_list"]

_TIMEOUT_S: Final = 600.0
_HARMLESS: Final = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.quotePath": "false",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "tag.forceSignAnnotated": "false",
    "push.gpgSign": "false",
    "gc.autoDetach": "false",
    "maintenance.autoDetach": "false",
    "protocol.ext.allow": "never",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "merge.autoStash": "false",
    **LFS_SETTINGS,
}


@dataclass(frozen=True)
class Outcome:
    """How a run of Git ended. ``raw`` is its output as bytes."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        """The output as text."""
        return self.raw.decode("utf-8", "surrogateescape")


class GitRunner:
    """Runs Git on the repository of the project at ``root``, whatever the environment says of others."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git_dir = root / ".git"

    def run(
        self,
        *arguments: str,
        identity: bool = False,
        plain: bool = False,
        data: bytes | None = None,
        extra: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
        timeout: float = _TIMEOUT_S,
    ) -> Outcome:
        """Run Git and return how it ended.

        Args:
            arguments: The command and what belongs to it.
            identity: Give a name and an address where the user configured none.
            plain: Leave out our settings, to see or change the repository's own.
            data: What Git reads from standard input.
            extra: Environment variables beside ours.
            settings: Settings beside ours.
            timeout: Seconds after which it is ended.

        Raises:
            MissingToolError: Git is not installed.
        """
        ours = {} if plain else _HARMLESS | driver_settings() | (self._identity() if identity else {})
        options = [part for key, value in (ours | dict(settings or {})).items() for part in ("-c", f"{key}={value}")]
        command = ["git", "--no-pager", *options, *arguments]
        return _execute(self.root, command, {**self._environment(), **(extra or {})}, data=data, timeout=timeout)

    def checked(self, *arguments: str, **options: Any) -> str:  # noqa: ANN401 - those of run
        """Run Git and return its output.

        Raises:
            GenStudioError: It failed (``git_failed``); the message says what Git said.
        """
        outcome = self.run(*arguments, **options)
        if outcome.code != 0:
            raise failed(arguments[0], outcome)
        return outcome.out

    def items(self, *arguments: str, **options: Any) -> list[str]:  # noqa: ANN401 - those of run
        """Run Git and return the parts of its output, which are separated by null bytes."""
        return [item for item in self.checked(*arguments, **options).split("\0") if item]

    def lines(self, *arguments: str, **options: Any) -> list[str]:  # noqa: ANN401 - those of run
        """Run Git and return the lines of its output."""
        return lines_of(self.checked(*arguments, **options))

    def head(self) -> str | None:
        """Return the id of the newest commit; None if there is none."""
        outcome = self.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return outcome.out.strip() if outcome.code == 0 else None

    def branch(self) -> str | None:
        """Return the name of the branch that is checked out; None if it is a single commit (a detached head)."""
        outcome = self.run("symbolic-ref", "--quiet", "HEAD")  # not --short: that calls it heads/main where a tag is called main too
        name = outcome.out.removesuffix("\n")
        return name.removeprefix("refs/heads/") if outcome.code == 0 and name.startswith("refs/heads/") else None

    def staged_tree(self) -> str | None:
        """Return the tree of what is staged; None while a merge is unfinished."""
        outcome = self.run("write-tree")
        return outcome.out.strip() if outcome.code == 0 else None

    def _environment(self) -> dict[str, str]:
        git_dir = str(self.git_dir)
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
        return {key: value for key, value in defaults.items() if self.run("config", "--get", key).code != 0}


def null_list(names: Iterable[str]) -> bytes:
    """Return names as Git reads them with ``-z``."""
    return b"".join(os.fsencode(name) + b"\0" for name in names)


def lines_of(text: str) -> list[str]:
    """Return the lines of what Git wrote: a newline alone ends one, for names and subjects may hold all that Unicode takes for an end."""
    return [line for line in text.split("\n") if line]


def failed(verb: str, outcome: Outcome, fix: str = "Nothing was committed; the files are safe where they are.") -> GenStudioError:
    """Return the error that says what Git said."""
    lines = [line.strip() for line in lines_of(outcome.err) if line.strip()] or [f"exit {outcome.code}"]
    reason = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1]).rstrip(".")
    if "index.lock" in reason:
        fix = "Another Git is at work in this project. Let it finish; if there is none, remove .git/index.lock."
    return GenStudioError(f"Git could not {verb}: {reason}.", fix=fix, code="git_failed")


@lru_cache(maxsize=1)
def _git_class() -> Any:  # noqa: ANN401 - GitPython's class, loaded on first use since that takes a tenth of a second
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    from git.cmd import Git

    return Git


def _execute(folder: Path, command: Sequence[str], environment: Mapping[str, str], *, data: bytes | None, timeout: float) -> Outcome:
    git = _git_class()(folder)
    from git.exc import GitCommandNotFound

    with tempfile.TemporaryFile() as standard_input:
        standard_input.write(data or b"")
        standard_input.seek(0)
        try:
            code, out, err = git.execute(
                list(command),
                istream=standard_input,
                with_extended_output=True,
                with_exceptions=False,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                kill_after_timeout=timeout,
                env=dict(environment),
            )
        except GitCommandNotFound as error:
            raise MissingToolError("Git is not installed.", fix=f"Install it: {install_command('git')}") from error
    return Outcome(code, out if isinstance(out, bytes) else out.encode("utf-8", "surrogateescape"), err)
