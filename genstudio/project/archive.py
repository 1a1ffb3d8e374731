"""A project as one file: its history as a Git bundle, each media content once, and what is not in the history.

``<name>.tar.gz`` holds ``archive.json`` first (:class:`~genstudio.schema.archive.ArchiveManifest`), then ``history.bundle``,
``lfs/<sha256>`` and ``overlay/<path>``. Media does not compress: the gzip is stored, not deflated, at a sixth of the time.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shlex
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from genstudio.project import paths
from genstudio.project.atomic import disk_errors, publish_without_replace, remove_quietly
from genstudio.project.documents import dump_json
from genstudio.project.hashing import file_sha256
from genstudio.project.repository_beside import half_staged, hidden, leading_out, not_carried, stash
from genstudio.project.repository_bundle import ignored_files, write_bundle
from genstudio.project.repository_media import Media
from genstudio.project.repository_remote import Remotes
from genstudio.schema.archive import ARCHIVE_SCHEMA, ArchivedFile, ArchiveManifest
from genstudio.schema.base import utc_now
from genstudio.schema.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genstudio.project.project import ProjectFolder
    from genstudio.project.repository import Repository

__all__ = ["BUNDLE", "MANIFEST", "MEDIA", "OVERLAY", "Archived", "archive_project", "is_overlay_name"]

MANIFEST: Final = "archive.json"
BUNDLE: Final = "history.bundle"
MEDIA: Final = "lfs/"
OVERLAY: Final = "overlay/"
_LEVEL: Final = 0
_BLOCK: Final = 1 << 20
_JOURNALS: Final = ".genstudio/journal/"
_CREATIVE: Final = (paths.AUTO_SAVES + "/", _JOURNALS)
"""Ignored by Git, yet somebody's work: automatic copies, and journals (undo)."""
_MACHINE: Final = ("05_Cache/", ".genstudio/", ".git/")
"""Made again at any time, or of no use elsewhere."""


@dataclass(frozen=True)
class Archived:
    """The archive made: its path and size, how many media contents and other files are in it, and in sentences what is not."""

    path: Path
    bytes: int
    media: int
    overlaid: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Contents:
    """What goes in: where each file of the archive is read from, and what is told of the rest."""

    sources: dict[str, Path]
    missing: tuple[str, ...]
    left_out: tuple[str, ...]


def archive_project(project: ProjectFolder, target: Path, *, exports: bool = False) -> Archived:
    """Write a project into one ``.tar.gz``. What is not committed yet is committed first where it can be, and else put in beside.

    Args:
        project: The project.
        target: The file to make; it appears whole.
        exports: Put in the films and packages of ``06_Exports`` too; else they are named as left out.

    Raises:
        ConflictError: There is a file of that name, the repository must not be touched, or its newest version holds a link out of the
            project or another repository: nobody could restore that.
        GenStudioError: The disk is full; nothing is left behind.
    """
    repository, target = project.repository, target.expanduser().absolute()
    if os.path.lexists(target):
        raise ConflictError(f"There is already a file {str(target)!r}.", fix="Choose another name.")
    if repository.exists and not repository.is_safe():
        raise ConflictError(repository.obstacle(), fix="Look at .git/config; what you trust can be archived.")
    if repository.exists:
        if not repository.obstacle():
            repository.commit_all("Before archiving", but=half_staged(repository.git))
        _refuse_what_cannot_come_back(repository)
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".archive-", dir=target.parent) as scratch, repository.locked():
            contents = _collect(project, Path(scratch), exports=exports)
            manifest = _manifest(project, contents)
            _write(target, Path(scratch) / "archive", manifest, contents.sources)
    overlaid = tuple(name.removeprefix(OVERLAY) for name in contents.sources if name.startswith(OVERLAY))
    media = sum(name.startswith(MEDIA) for name in contents.sources)
    return Archived(target, target.stat().st_size, media, overlaid, contents.left_out)


def _collect(project: ProjectFolder, scratch: Path, *, exports: bool) -> _Contents:
    sources: dict[str, Path] = {}
    missing: tuple[str, ...] = ()
    told: list[str] = []
    if project.repository.exists and project.repository.git.head() is not None:
        sources[BUNDLE] = scratch / BUNDLE
        write_bundle(project.repository, sources[BUNDLE])
        objects, missing, told = _media(project)
        sources |= objects
    for number, name in enumerate(_beside(project, exports=exports)):
        source = project.root / name
        if source.is_symlink() or not source.is_file() or not is_overlay_name(name):
            told.append(_no_file(source, name))
            continue
        source = paths.inside(project.root, name)
        sources[OVERLAY + name] = scratch / str(number)  # a copy that nobody changes while it is hashed and packed
        shutil.copyfile(source, sources[OVERLAY + name])
    left_out = (*told, *_left_out(project, exports=exports))
    return _Contents(sources, missing, tuple(line.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for line in left_out))


def _refuse_what_cannot_come_back(repository: Repository) -> None:
    found = next(leading_out(repository.git), None) if repository.git.head() is not None else None
    if found is not None:
        name, reason = found
        git = f"git -C {shlex.quote(str(repository.root))}"
        fix = f"Take it out of the newest version: {git} rm --cached -- {shlex.quote(name)} && {git} commit -m 'Take out a link'"
        raise ConflictError(f"The archive could not be restored: {reason}.", fix=f"{fix} (it stays in its place)")


def _no_file(source: Path, name: str) -> str:
    if source.is_symlink():
        return f"{name} is a link and is left out. Copy what it leads to into the project, or remove it."
    if source.is_file():
        return f"{name} is left out: an archive takes no such name. Rename it."
    return f"{name} is no plain file and is left out; a repository of its own has to be archived by itself."


def is_overlay_name(name: str) -> bool:
    """Say whether a file beside the history may have this name: it leads neither out of a project nor into its repository or state."""
    parts = PurePosixPath(name).parts
    folded = [part.casefold().rstrip(". ") for part in parts]
    wrong = not parts or name != "/".join(parts) or name.startswith("/") or ".." in parts or "\\" in name or "\0" in name
    if wrong or any("\ud800" <= letter <= "\udfff" for letter in name):
        return False
    return not any(part in (".git", "git~1") for part in folded) and (folded[0] != ".genstudio" or folded[1:2] == ["journal"])


def _media(project: ProjectFolder) -> tuple[dict[str, Path], tuple[str, ...], list[str]]:
    """Return every content of the history that is here and sound; of others, those of the present version are read from their place."""
    media = Media(project.repository)
    in_place = {pointer.sha256: pointer.path for pointer in media.pointers()}
    sources: dict[str, Path] = {}
    lacking: dict[str, str] = {}
    for pointer in media.all_pointers():
        if MEDIA + pointer.sha256 in sources or pointer.sha256 in lacking:
            continue
        kept = media.object_path(pointer.sha256)
        places = [kept, paths.inside(project.root, in_place[pointer.sha256])] if pointer.sha256 in in_place else [kept]
        sound = next((place for place in places if place.is_file() and file_sha256(place) == pointer.sha256), None)
        if sound is None:
            lacking[pointer.sha256] = pointer.path
        else:
            sources[MEDIA + pointer.sha256] = sound
    told = [f"The content of {name} is not here or is damaged; fetch it first (genstudio fetch)." for name in lacking.values()]
    return sources, tuple(lacking), told


def _beside(project: ProjectFolder, *, exports: bool) -> Iterator[str]:
    """Yield the files that are not in the history and yet somebody's work."""
    wanted = (*_CREATIVE, f"{paths.EXPORTS}/") if exports else _CREATIVE
    if project.repository.exists and project.repository.git.head() is not None:
        changed = (*project.repository.changed(), *hidden(project.repository.git))
        yield from dict.fromkeys(name for name in changed if os.path.lexists(project.root / name))
        everything = [folder.rstrip("/") for folder in wanted]
    else:
        everything = ["."]
    for start in everything:
        for name in _walk(project.root, project.root / start):
            machine = name.startswith(_MACHINE) and not name.startswith(_CREATIVE)
            if not machine and not name.endswith((".pending", ".lock")) and (exports or not name.startswith(f"{paths.EXPORTS}/")):
                yield name


def _walk(root: Path, start: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(start):
        folders.sort()
        for name in sorted([*names, *(inner for inner in folders if Path(folder, inner).is_symlink())]):
            if not name.startswith(".tmp-"):
                yield paths.relative(root, Path(folder, name))


def _left_out(project: ProjectFolder, *, exports: bool) -> Iterator[str]:
    """Say what is in the folder and not in the archive."""
    films = [project.root / name for name in _walk(project.root, paths.get_exports_dir(project.root))]
    if films and not exports:
        yield f"06_Exports: {len(films)} files ({sum(film.lstat().st_size for film in films) / 1e6:.1f} MB) are left out."
    if not project.repository.exists:
        return
    yield from not_carried(project.repository)
    known = (*_MACHINE, *_CREATIVE, f"{paths.EXPORTS}/")
    for name in ignored_files(project.repository):
        if not name.startswith(known) and not any(folder.startswith(name) for folder in known):
            yield f"{name} is left out, since .gitignore names it."


def _manifest(project: ProjectFolder, contents: _Contents) -> ArchiveManifest:
    repository = project.repository
    tracked = BUNDLE in contents.sources
    files = {
        name: ArchivedFile(bytes=path.stat().st_size, sha256=name.removeprefix(MEDIA) if name.startswith(MEDIA) else _hash(path))
        for name, path in contents.sources.items()
    }
    return ArchiveManifest(
        schema=ARCHIVE_SCHEMA,
        uuid=project.uuid,
        title=project.manifest.title,
        created=utc_now(),
        head=(repository.git.head() or "") if tracked else "",
        branch=(repository.git.branch() or "") if tracked else "",
        stash=stash(repository.git) if tracked else (),
        remotes=Remotes(repository).all() if tracked else {},
        files=files,
        missing=contents.missing,
        left_out=contents.left_out,
    )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(target: Path, temporary: Path, manifest: ArchiveManifest, sources: dict[str, Path]) -> None:
    """Write the archive aside, durably, and give it its name unless somebody took it meanwhile."""
    top = paths.project_folder_name(manifest.title)
    head = dump_json(manifest.model_dump(mode="json", by_alias=True))
    try:
        with temporary.open("xb") as raw:
            with (
                gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=_LEVEL, mtime=0) as packed,
                tarfile.TarFile(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT, copybufsize=_BLOCK) as tar,
            ):
                tar.addfile(_entry(f"{top}/{MANIFEST}", len(head)), io.BytesIO(head))
                for name, path in sources.items():
                    with path.open("rb") as file:
                        tar.addfile(_entry(f"{top}/{name}", manifest.files[name].bytes), file)
            raw.flush()
            os.fsync(raw.fileno())
        publish_without_replace(temporary, target)
    except FileExistsError as error:
        raise ConflictError(f"There is already a file {str(target)!r}.", fix="Choose another name.") from error
    finally:
        remove_quietly(temporary)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    """Return the header of a plain file: no owner, no rights, no time that would say more than the archive means to."""
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry
