"""Setting up a repository: Git LFS, the drivers, and what people trust of a configuration they received."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from genstudio.project.atomic import write_atomic
from genstudio.project.git_config import dangerous_settings, driver_settings
from genstudio.project.tools import install_command

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.project.repository_run import GitRunner

__all__ = ["LfsStatus", "Setup", "lfs_program"]


@dataclass(frozen=True)
class LfsStatus:
    """Whether media can be committed; if not, why, and what to do."""

    ok: bool
    message: str = ""
    fix: str = ""


def lfs_program() -> LfsStatus:
    """Return whether Git LFS is installed and runs; if not, with the command that installs it on this system."""
    if shutil.which("git-lfs") is None:
        return LfsStatus(ok=False, message="Git LFS is not installed, so media is not kept in the history.", fix=_install_lfs())
    return LfsStatus(ok=True)


def _install_lfs() -> str:
    return f"Install it: {install_command('git-lfs')}"


class Setup:
    """What Git does not carry to a clone, set up in ``.git/config`` of this one; and whether that file may be used at all."""

    def __init__(self, git: GitRunner, state_dir: Path) -> None:
        self._git = git
        self._config = git.git_dir / "config"
        self._trust_file = state_dir / f"trusted_git_{hashlib.sha256(bytes(git.git_dir)).hexdigest()[:16]}"
        self._judged: tuple[tuple[int, ...], tuple[str, ...]] | None = None

    # -- set up

    def set_up(self) -> bool:
        """Set up the drivers and Git LFS where they are missing. Returns whether LFS is set up now."""
        if not self._config.is_file() or not self.is_safe():
            return False
        self.set_up_drivers()
        return self.set_up_lfs()

    def set_up_drivers(self) -> None:
        """Let Git compare and merge canvases with this studio; the settings of another installation are replaced."""
        settings = driver_settings()
        known = dict(self._pairs() or ())
        for key, value in settings.items():
            if known.get(key) != value:
                self._git.run("config", "--local", "--replace-all", key, value, plain=True)

    def set_up_lfs(self) -> bool:
        """Set up the LFS filter and its hooks in this clone. Returns whether it is set up now."""
        if not self._config.is_file() or not self.is_safe():
            return False
        if b'[filter "lfs"]' in self._config.read_bytes():
            return True
        if shutil.which("git-lfs") is None:
            return False
        # The hooks go into this repository, also where the user keeps hooks of all repositories in a folder elsewhere.
        hooks = ("-c", f"core.hooksPath={self._git.git_dir / 'hooks'}")
        whole = self._git.run(*hooks, "lfs", "install", "--local", plain=True)
        if whole.code != 0:  # hooks of the user's own stand there: the filter alone keeps media out of the history
            whole = self._git.run("lfs", "install", "--local", "--skip-repo", plain=True)
        return whole.code == 0

    def lfs_status(self) -> LfsStatus:
        """Return whether Git LFS is installed and set up for this repository."""
        program = lfs_program()
        if not program.ok:
            return program
        if not _runs(shutil.which("git-lfs") or "", self._git):
            return LfsStatus(ok=False, message="Git LFS does not run, so media is not kept in the history.", fix=_install_lfs())
        if not self._git.git_dir.is_dir():
            return LfsStatus(ok=False, message="The project has no Git repository.", fix='Run "git init" in the project folder.')
        if not self.set_up_lfs():
            return LfsStatus(
                ok=False, message="Git LFS is not set up for this project.", fix='Run "git lfs install --local" in the project folder.'
            )
        return LfsStatus(ok=True)

    # -- trust

    def dangers(self) -> tuple[str, ...]:
        """Return the settings of ``.git/config`` that would start programs other than Git LFS, or lead elsewhere.

        They make a received project unsafe for Git until somebody looked at them; reading them runs nothing.
        """
        git_dir = self._git.git_dir
        if git_dir.is_symlink() or git_dir.is_file() or (git_dir / "commondir").exists():
            return (".git leads to another folder",)
        links = self._links()
        if not self._config.exists():
            return links
        status = self._config.stat()
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
        if self._judged is None or self._judged[0] != stamp:
            pairs = self._pairs()
            found = ["the configuration cannot be read"] if pairs is None else dangerous_settings(pairs)
            self._judged = (stamp, tuple(found))
        return (*links, *self._judged[1])

    def _links(self) -> tuple[str, ...]:
        """Return what in ``.git`` is a link that leads out of it: history or media would be written there."""
        if not self._git.git_dir.is_dir():
            return ()
        here = self._git.git_dir.resolve()
        inner = (here / "lfs" / "objects", here / "lfs" / "tmp", here / "objects" / "pack", here / "refs" / "heads")
        links = [path for path in (*here.iterdir(), *inner) if path.is_symlink()]
        return tuple(sorted(f".git/{path.relative_to(here)} leads elsewhere" for path in links if not path.resolve().is_relative_to(here)))

    def is_safe(self) -> bool:
        """Whether Git may be run here: nothing dangerous is configured, or a person trusted exactly this configuration."""
        if not self.dangers():
            return True
        return self._trust_file.exists() and self._trust_file.read_text(encoding="utf-8") == self._fingerprint()

    def trust(self) -> None:
        """Note that a person looked at the configuration as it is now and trusts it; then set up what is missing."""
        self._note()
        if self._config.is_file():
            self.set_up()
            self._note()

    def _note(self) -> None:
        self._trust_file.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(self._trust_file, self._fingerprint().encode())

    def _pairs(self) -> list[tuple[str, str]] | None:
        listed = self._git.run("config", "--file", str(self._config), "--no-includes", "--null", "--list", plain=True)
        if listed.code != 0:
            return None
        found = (item.partition("\n") for item in listed.out.split("\0") if item)
        return [(key, value) for key, _, value in found]

    def _fingerprint(self) -> str:
        content = self._config.read_bytes() if self._config.is_file() else b""
        where = "\0".join((str(self._git.git_dir.resolve()), *self._links()))
        return hashlib.sha256(where.encode() + b"\0" + content).hexdigest()


@lru_cache(maxsize=8)
def _runs(_program: str, git: GitRunner) -> bool:
    return git.run("lfs", "version").code == 0
