"""What an archive of a project says of itself: the first file in it (``archive.json``)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from genstudio.schema.base import Open, Sha256, Uuid

__all__ = ["ARCHIVE_SCHEMA", "ArchiveManifest", "ArchivedFile"]

ARCHIVE_SCHEMA: Final = "genstudio.archive/1"
_Commit = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})?$")]


class ArchivedFile(Open):
    """Size and SHA-256 of a file in the archive."""

    bytes: int = Field(ge=0, le=2**60)
    sha256: Sha256


class ArchiveManifest(Open):
    """The contents of an archive.

    ``files`` maps each path in the archive to what it holds: ``history.bundle`` (a Git bundle of all branches and tags), ``lfs/<sha256>``
    (each media content once) and ``overlay/<path>`` (what is not in the history). ``head`` and ``branch`` say what was checked out, and
    are empty in a project without a history. ``left_out`` tells people what is not in the archive; ``missing`` are the media contents
    among it.
    """

    schema_: Literal["genstudio.archive/1"] = Field(ARCHIVE_SCHEMA, alias="schema")
    uuid: Uuid
    title: str
    created: str = ""
    head: _Commit = ""
    branch: str = Field("", max_length=200)
    remotes: dict[str, str] = Field(default_factory=dict)
    files: dict[str, ArchivedFile]
    missing: tuple[Sha256, ...] = ()
    left_out: tuple[str, ...] = ()
