"""Proof that the contents of media are at a remote that is not on a disk of this machine.

Git LFS itself asks the server, by the check of ``git lfs prune --verify-remote`` (batch API), since it knows addresses, logins and
proxies. It never sees the contents that are kept here: it works on a store of empty files of the same names and sizes, and what it
takes away there is what the server has.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from genstudio.project.repository_run import lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genstudio.project.repository_run import GitRunner, Outcome

__all__ = ["Proof", "ask_server"]

_OBJECT: Final = re.compile(r"\b[0-9a-f]{64}\b")
_ENDPOINT: Final = re.compile(r"^Endpoint(?: \((.+)\))?=(\S+) \(auth=", re.MULTILINE)
_AGENT: Final = r"^lfs\.(.*\.)?standalonetransferagent$"
_ROUNDS: Final = 3
_TIMEOUT_S: Final = 3600.0
_NOTHING_IS_RECENT: Final = {
    "lfs.fetchrecentrefsdays": "0",
    "lfs.fetchrecentcommitsdays": "0",
    "lfs.pruneoffsetdays": "0",
    "lfs.pruneverifyremotealways": "true",
}


@dataclass(frozen=True)
class Proof:
    """The contents (SHA-256) that a server says it has, and why it could not be asked (or an empty text)."""

    there: frozenset[str] = frozenset()
    reason: str = ""


def ask_server(git: GitRunner, remote: str, sizes: Mapping[str, int]) -> Proof:
    """Return which of these contents the LFS server of a remote says it has.

    Args:
        git: Runs Git on the repository.
        remote: Name of the remote.
        sizes: Sizes in bytes by SHA-256, of contents that versions name: of others Git LFS does not ask.
    """
    with tempfile.TemporaryDirectory(prefix="genstudio-") as folder:
        store = Path(folder).resolve()
        reason = _unaskable(git, remote, store)
        if reason:
            return Proof(reason=reason)
        _lay_out(store, sizes)
        for _ in range(_ROUNDS):
            done = git.run("lfs", "prune", "--verify-remote", settings=_settings(remote, store), timeout=_TIMEOUT_S)
            if done.code == 0:  # what it took away it has asked for
                return Proof(frozenset(name for name in sizes if not _place(store, name).exists()) - _lacking(done))
            missing = _lacking(done).intersection(sizes)
            if not missing:
                lines = [line.strip() for line in lines_of(done.err) if line.strip()]
                return Proof(reason=_tellable((lines or [f"exit {done.code}"])[-1]))
            sizes = {name: size for name, size in sizes.items() if name not in missing}
            shutil.rmtree(store / "objects")
            _lay_out(store, sizes)
    return Proof(reason="it answered differently each time")


def _settings(remote: str, store: Path) -> dict[str, str]:
    return {**_NOTHING_IS_RECENT, "lfs.storage": str(store), "lfs.pruneremotetocheck": remote}


def _lay_out(store: Path, sizes: Mapping[str, int]) -> None:
    (store / "objects").mkdir(exist_ok=True)
    for name, size in sizes.items():
        place = _place(store, name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
        os.truncate(place, size)  # a hole: it takes no room


def _place(store: Path, name: str) -> Path:
    return store / "objects" / name[:2] / name[2:4] / name


def _lacking(done: Outcome) -> frozenset[str]:
    """Return the contents that Git LFS names as missing on the server."""
    return frozenset(_OBJECT.findall(done.err))


def _unaskable(git: GitRunner, remote: str, store: Path) -> str:
    """Return why there is no LFS server to be asked; empty if there is one. A transfer program of the user's own answers nothing."""
    if git.run("config", "--get-regexp", _AGENT).out.strip():
        return "its media is carried by a program that cannot be asked"
    told = git.run("lfs", "env", settings=_settings(remote, store)).out
    endpoints: dict[str, str] = dict(_ENDPOINT.findall(told))
    url = endpoints.get(remote) or endpoints.get("") or ""
    if not url.startswith(("https://", "http://")):
        return "it has no Git LFS server that can be asked"
    return "" if f"LocalMediaDir={store / 'objects'}" in lines_of(told) else "this Git LFS cannot look at a store elsewhere"


def _tellable(line: str) -> str:
    """Return what Git LFS said, without the logins of addresses in it."""
    return re.sub(r"//[^/\s@]*@", "//", line).rstrip(".")
