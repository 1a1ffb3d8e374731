"""What an archive of a project says of itself: the first file in it (``archive.json``)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from genstudio.schema.base import Open, Sha256, Uuid
from genstudio.schema.git_names import is_branch_name

__all__ = ["ARCHIVE_SCHEMA", "ArchiveManifest", "ArchivedFile", "ArchivedStash"]

ARCHIVE_SCHEMA: Final = "genstudio.archive/1"
_Commit = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})?$")]


def _branch(name: str) -> str:
    if name and not is_branch_name(name):
        raise ValueError("no branch can have this name")
    return name


class ArchivedFile(Open):
    """Size and SHA-256 of a file in the archive."""

    bytes: int = Field(ge=0, le=2**60)
    sha256: Sha256


class ArchivedStash(Open):
    """An entry of ``git stash list``: a commit in the bundle, and what the list says of it."""

    commit: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]
    message: Annotated[str, StringConstraints(pattern=r"^[^\x00\n]*$", max_length=2000)] = ""


class ArchiveManifest(Open):
    """The contents of an archive.

    ``files`` maps each path in the archive to what it holds: ``history.bundle`` (a Git bundle of all branches, tags and notes, and of the
    commits that ``stash`` names, the newest first), ``lfs/<sha256>`` (each media content once) and ``overlay/<path>`` (what is not in the
    history). ``head`` and ``branch`` say what was checked out: both are empty in a project without a history, ``branch`` alone where it
    was on no branch. ``left_out`` tells people what is not in the archive; ``missing`` are the media contents
    among it.
    """

    schema_: Literal["genstudio.archive/1"] = Field(ARCHIVE_SCHEMA, alias="schema")
    uuid: Uuid
    title: str
    created: str = ""
    head: _Commit = ""
    branch: Annotated[str, AfterValidator(_branch)] = ""
    stash: tuple[ArchivedStash, ...] = Field((), max_length=1000)
    remotes: dict[str, str] = Field(default_factory=dict)
    files: dict[str, ArchivedFile]
    missing: tuple[Sha256, ...] = ()
    left_out: tuple[str, ...] = ()
