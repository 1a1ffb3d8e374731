"""A whole history as one file, and back: Git bundles."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from genstudio.project.repository_beside import leading_out, restore_stash, stash
from genstudio.project.repository_media import Media
from genstudio.project.repository_run import failed, lines_of
from genstudio.schema.errors import BadInputError, GenStudioError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from genstudio.project.repository import Repository
    from genstudio.project.repository_run import GitRunner
    from genstudio.schema.archive import ArchiveManifest

__all__ = ["ignored_files", "restore_bundle", "write_bundle"]

_REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", "+refs/notes/*:refs/notes/*")


def write_bundle(repository: Repository, target: Path) -> None:
    """Write all branches, tags, notes and what is stashed, with their histories, into a file; media stays pointers.

    Git keeps the older entries of a stash in a log alone: their commits go into the bundle without a name.
    """
    git = repository.git
    refs = git.lines("for-each-ref", "--format=%(refname)", "refs/heads/", "refs/tags/", "refs/notes/")  # whole names are never ambiguous
    wanted = "\n".join(("HEAD", *refs, *dict.fromkeys(entry.commit for entry in stash(git))))
    git.checked("bundle", "create", "--quiet", str(target), "--stdin", data=wanted.encode("utf-8", "surrogateescape") + b"\n")


def ignored_files(repository: Repository) -> list[str]:
    """Return files and folders (with a slash at the end) that the rules of ``.gitignore`` keep out of the history."""
    return repository.git.items("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")


def restore_bundle(repository: Repository, bundle: Path, manifest: ArchiveManifest, objects: Mapping[str, Path]) -> None:
    """Make the history in a bundle that of this new project, put the media contents in, check everything out and verify it.

    Args:
        repository: Of a project that has nothing yet.
        bundle: The history.
        manifest: What the archive says of it: what is checked out, what was stashed, and which contents are missing; if none is, Git LFS
            must find every one.
        objects: Verified media contents by their SHA-256; they are moved.

    Raises:
        BadInputError: The history is damaged, holds links that lead out or other repositories, or is not what the archive says.
        MissingToolError: There is media, and Git LFS is not here.
    """
    git, media = repository.git, Media(repository)
    repository.init()
    fetched = git.run("fetch", "--no-tags", "--update-head-ok", "--no-auto-gc", str(bundle), *_REFS, settings={"fetch.fsckObjects": "true"})
    if fetched.code != 0:
        raise _damaged(lines_of(fetched.err.strip())[-1:] or ["its history cannot be read"])
    _check_out(git, manifest)
    for _, reason in leading_out(git):
        raise _damaged([reason])
    restore_stash(git, manifest.stash)
    for sha256, path in objects.items():
        place = media.object_path(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, place)
    pointers = media.pointers()
    if pointers:
        media.need_lfs()
    git.checked("reset", "--hard", "--quiet", extra={"GIT_LFS_SKIP_SMUDGE": "1"})
    if not pointers:
        return
    filled = git.run("lfs", "checkout")
    if filled.code != 0:
        raise failed("put the media in place", filled, fix="Check the free space of the disk.")
    if not manifest.missing and git.run("lfs", "fsck").code != 0:
        raise _damaged(["Git LFS found media that is damaged or missing"])


def _check_out(git: GitRunner, manifest: ArchiveManifest) -> None:
    """Let the repository stand where the archive says: on a branch, or at a single commit."""
    if manifest.branch:
        git.checked("symbolic-ref", "HEAD", f"refs/heads/{manifest.branch}")
    elif git.run("update-ref", "--no-deref", "HEAD", manifest.head).code != 0:
        raise _damaged(["the version that was checked out is not in it"])
    if git.head() != manifest.head:
        raise _damaged(["its newest version is another one than it says"])


def _damaged(reason: list[str]) -> GenStudioError:
    return BadInputError(f"The archive cannot be restored: {reason[0]}.", fix="Ask for it again, or restore another one.", code="damaged")
