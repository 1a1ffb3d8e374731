"""What a project has made for others: films, packages for editors, edit lists, archives - as a list, and as files to take away."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final

from pydantic import ValidationError

from genstudio.edit.film_report import FilmReport
from genstudio.project import paths
from genstudio.schema.base import JsonObject
from genstudio.schema.errors import NotFoundError
from genstudio.session.calls import public
from genstudio.session.editing import EditingSession
from genstudio.session.media import MEDIA_TYPES, MediaFile, media_url

__all__ = ["ExportsSession", "find_export", "list_exports"]

_LISTS: Final[Mapping[str, str]] = MappingProxyType({".edl": "CMX3600", ".otio": "OpenTimelineIO", ".xml": "Final Cut Pro 7 XML"})
_ARCHIVE: Final = ".tar.gz"
_SUFFIXES: Final = (*_LISTS, *MEDIA_TYPES, _ARCHIVE, ".json", ".csv", ".txt", ".md", ".pdf")
"""What may be taken away. Nothing of it is shown as a page of ours: it is sent as a download, of no particular type."""
_MOST: Final = 200
_MOST_FILES: Final = 500


class ExportsSession(EditingSession):
    """A view that knows what was exported; see :class:`~genstudio.session.CanvasSession` for the arguments."""

    @public
    def exports(self) -> list[JsonObject]:
        """Return films, packages, edit lists and archives of the project, the newest first.

        Each has ``kind`` (film, package, list, archive, other), ``path``, ``name``, ``bytes``, ``modified`` and ``url`` (a package: its
        ``files`` instead). A film has ``thumbnail`` and, where its report is there, ``seconds``, ``width``, ``height``, ``fps`` and
        ``notices``.
        """
        return list_exports(self.project.root, self.project.uuid)


def list_exports(root: Path, uuid: str) -> list[JsonObject]:
    """Return what was exported from a project; see :meth:`ExportsSession.exports`."""
    exported, lists = _visible(paths.get_exports_dir(root)), _visible(paths.get_edls_dir(root))
    found = [entry for path in exported if (entry := _entry(root, uuid, path)) is not None]
    found += [_file(root, uuid, path, "list") | {"format": _LISTS[path.suffix]} for path in lists if path.suffix in _LISTS]
    return sorted(found, key=lambda entry: str(entry["modified"]), reverse=True)[:_MOST]


def find_export(root: Path, relative: str) -> MediaFile:
    """Return a file of ``06_Exports`` or of the edit lists, to be sent as a download.

    Raises:
        NotFoundError: There is none of that name; also for hidden files and for kinds that nothing here makes.
        BadInputError: The path leads out of the project.
    """
    pure = PurePosixPath(relative)
    missing = NotFoundError("There is no export of that name in the project.", fix="Reload the page to see what there is.")
    places = [paths.relative(root, place) for place in (paths.get_exports_dir(root), paths.get_edls_dir(root))]
    if "\0" in relative or any(part.startswith(".") for part in pure.parts) or not pure.name.lower().endswith(_SUFFIXES):
        raise missing
    if not any(pure.is_relative_to(place) for place in places):
        raise missing
    path = paths.inside(root, relative)
    try:
        status = path.stat()
    except OSError as error:
        raise missing from error
    if not stat.S_ISREG(status.st_mode):
        raise missing
    return MediaFile(path, "application/octet-stream", status.st_size)


def _visible(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if not path.name.startswith(".") and not path.is_symlink()] if folder.is_dir() else []


def _entry(root: Path, uuid: str, path: Path) -> JsonObject | None:
    if path.is_dir():
        return _package(root, uuid, path)
    if MEDIA_TYPES.get(path.suffix.lower(), "").startswith("video/"):
        return _film(root, uuid, path)
    if path.name.endswith(_ARCHIVE):
        return _file(root, uuid, path, "archive")
    if path.suffix == ".json" or not path.name.lower().endswith(_SUFFIXES):
        return None  # the report of a film is told with it
    return _file(root, uuid, path, "other")


def _file(root: Path, uuid: str, path: Path, kind: str) -> JsonObject:
    relative, status = paths.relative(root, path), path.stat()
    modified = datetime.fromtimestamp(status.st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    url = media_url(uuid, relative)
    return {"kind": kind, "path": relative, "name": path.name, "bytes": status.st_size, "modified": modified, "url": url}


def _film(root: Path, uuid: str, path: Path) -> JsonObject:
    entry = _file(root, uuid, path, "film")
    entry["thumbnail"] = media_url(uuid, str(entry["path"]), width=640)
    try:
        report = FilmReport.model_validate_json(path.with_suffix(".json").read_bytes())
    except (OSError, ValidationError):
        return entry  # a film that came from elsewhere plays all the same
    told = report.model_dump(mode="json", include={"seconds", "frames", "width", "height", "fps", "notices"})
    return {**entry, **told}


def _package(root: Path, uuid: str, folder: Path) -> JsonObject:
    files = list(_files(root, uuid, folder))
    entry = _file(root, uuid, folder, "package")
    del entry["url"]
    return {**entry, "bytes": sum(int(file["bytes"]) for file in files), "files": files}


def _files(root: Path, uuid: str, folder: Path) -> Iterator[JsonObject]:
    for number, path in enumerate(sorted(folder.rglob("*"))):
        if number >= _MOST_FILES:
            return
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".") and path.name.lower().endswith(_SUFFIXES):
            yield _file(root, uuid, path, "file") | {"name": path.relative_to(folder).as_posix()}
