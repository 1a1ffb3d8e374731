"""Making room: what may be removed since it is elsewhere or can be made again, shown before it is done."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from genstudio.project import paths
from genstudio.project.hashing import file_sha256
from genstudio.project.remote_url import disk_folder
from genstudio.project.repository_media import Media
from genstudio.project.repository_proof import ask_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from genstudio.project.repository import Repository

__all__ = ["Prunable", "PrunePlan", "plan_prune", "prune"]

_OBJECT: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Prunable:
    """A file that may be removed: project-relative path, size in bytes, and why."""

    path: str
    bytes: int
    kind: Literal["cache", "lfs"]
    reason: str


@dataclass(frozen=True)
class PrunePlan:
    """What may be removed, and in sentences what is kept though nothing uses it now."""

    files: tuple[Prunable, ...]
    kept: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """How much room it makes."""
        return sum(file.bytes for file in self.files)


def plan_prune(repository: Repository, remote: str = "origin") -> PrunePlan:
    """Return what may be removed; nothing is changed.

    That is all of ``05_Cache``, which can be made again, and the contents of older versions of media of which the remote has a copy: on
    a disk of this machine, of equal hash; elsewhere, by the word of its Git LFS server. A content that the present version uses, or that
    was never sent, always stays.
    """
    found = list(_cache(repository.root))
    kept: tuple[str, ...] = ()
    if repository.exists and repository.is_safe():
        objects, kept = _objects(repository, remote)
        found += objects
    return PrunePlan(tuple(found), kept)


def prune(repository: Repository, remote: str = "origin") -> PrunePlan:
    """Remove what :func:`plan_prune` finds at this moment, and return it."""
    with repository.locked():
        plan = plan_prune(repository, remote)
        for file in plan.files:
            paths.inside(repository.root, file.path).unlink(missing_ok=True)
    return plan


def _cache(root: Path) -> Iterator[Prunable]:
    for folder, _, names in os.walk(paths.get_cache_dir(root, "thumbnails").parent):
        for name in sorted(names):
            path = root.joinpath(folder, name)
            yield Prunable(paths.relative(root, path), path.lstat().st_size, "cache", "can be made again")


def _objects(repository: Repository, remote: str) -> tuple[list[Prunable], tuple[str, ...]]:
    media = Media(repository)
    used = {pointer.sha256 for version in _versions_in_use(repository) for pointer in media.pointers(version)}
    unused = sorted(path for path in media.store.glob("??/??/*") if _OBJECT.fullmatch(path.name) and path.name not in used)
    if not unused:
        return [], ()
    size = sum(path.stat().st_size for path in unused)
    what = f"{len(unused)} contents of older versions ({size / 1e6:.1f} MB)"
    url = repository.git.run("config", "--local", "--get", f"remote.{remote}.url").out.strip()
    if not url:
        return [], (f"{what} are kept: this project has no remote {remote!r}, so they may be nowhere else.",)
    there, problem = _proven(repository, remote, url, unused)
    rest = len(unused) - len(there)
    kept = f"{rest} contents of older versions are kept: {remote} does not have them, or does not say so. Send them first: genstudio push"
    if problem:
        kept = f"{what} are kept: {remote} could not be asked whether it has them ({problem})."
    reason = f"older version, also at {remote}"
    found = [Prunable(paths.relative(repository.root, path), path.stat().st_size, "lfs", reason) for path in there]
    return found, (kept,) if rest else ()


def _proven(repository: Repository, remote: str, url: str, unused: list[Path]) -> tuple[list[Path], str]:
    """Return the contents that the remote is known to have, and why it could not be asked (or an empty text)."""
    folder = disk_folder(url)
    if folder is not None:
        return [path for path in unused if _is_there(folder, path)], ""
    named = {pointer.sha256 for pointer in Media(repository).all_pointers()}
    proof = ask_server(repository.git, remote, {path.name: path.stat().st_size for path in unused if path.name in named})
    return [path for path in unused if path.name in proof.there], proof.reason


def _versions_in_use(repository: Repository) -> list[str]:
    """Return the tips of all branches, what is checked out and what is staged."""
    tips = repository.git.checked("for-each-ref", "--format=%(objectname)", "refs/heads/", "refs/stash").split()
    return sorted({*tips, *filter(None, (repository.git.head(), repository.git.staged_tree()))})


def _is_there(remote: Path, path: Path) -> bool:
    """Say whether a remote on disk has the very content: the same size, and the hash that its name says."""
    for store in (remote / "lfs", remote / ".git" / "lfs"):
        copy = store / "objects" / path.name[:2] / path.name[2:4] / path.name
        if copy.is_file() and copy.resolve() != path.resolve() and copy.stat().st_size == path.stat().st_size:
            return file_sha256(copy) == path.name
    return False
