"""A whole history as one file, and back: Git bundles."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from genstudio.project.repository_media import Media
from genstudio.project.repository_run import failed, lines_of
from genstudio.schema.errors import BadInputError, GenStudioError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genstudio.project.repository import Repository

__all__ = ["ignored_files", "restore_bundle", "write_bundle"]

_REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


def write_bundle(repository: Repository, target: Path) -> None:
    """Write all branches and tags with their histories into a file; media stays pointers."""
    repository.git.checked("bundle", "create", "--quiet", str(target), "--branches", "--tags", "HEAD")


def ignored_files(repository: Repository) -> list[str]:
    """Return files and folders (with a slash at the end) that the rules of ``.gitignore`` keep out of the history."""
    return repository.git.items("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")


def restore_bundle(repository: Repository, bundle: Path, branch: str, head: str, objects: Mapping[str, Path], *, complete: bool) -> None:
    """Make the history in a bundle that of this new project, put the media contents in, check everything out and verify it.

    Args:
        repository: Of a project that has nothing yet.
        bundle: The history.
        branch: What is checked out.
        head: The commit that must come out.
        objects: Verified media contents by their SHA-256; they are moved.
        complete: Whether no content was left out: then Git LFS must find every one.

    Raises:
        BadInputError: The history is damaged, holds links that lead out or other repositories, or is not what the archive says.
        MissingToolError: There is media, and Git LFS is not here.
    """
    git, media = repository.git, Media(repository)
    repository.init()
    fetched = git.run("fetch", "--no-tags", "--update-head-ok", "--no-auto-gc", str(bundle), *_REFS, settings={"fetch.fsckObjects": "true"})
    if fetched.code != 0 or git.run("check-ref-format", "--branch", branch).code != 0:
        raise _damaged(lines_of(fetched.err.strip())[-1:] or ["its branch has no name"])
    git.checked("symbolic-ref", "HEAD", f"refs/heads/{branch}")
    if git.head() != head:
        raise _damaged(["its newest version is another one than it says"])
    _refuse_links(repository)
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
    if complete and git.run("lfs", "fsck").code != 0:
        raise _damaged(["Git LFS found media that is damaged or missing"])


def _refuse_links(repository: Repository) -> None:
    """Refuse a history whose newest version holds other repositories, or links that lead out of the project."""
    for line in repository.git.items("ls-tree", "-r", "-z", "--full-tree", "HEAD"):
        entry, _, name = line.partition("\t")
        mode, _, blob = entry.split()
        if mode == "160000":
            raise _damaged([f"{name!r:.120} is another repository"])
        if mode == "120000":
            target = PurePosixPath(repository.git.checked("cat-file", "blob", blob))
            if target.is_absolute() or ".." in target.parts:
                raise _damaged([f"the link {name!r:.120} leads out of the project"])


def _damaged(reason: list[str]) -> GenStudioError:
    return BadInputError(f"The archive cannot be restored: {reason[0]}.", fix="Ask for it again, or restore another one.", code="damaged")
