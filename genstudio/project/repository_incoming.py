"""What a remote has that is not here yet: looked at before it is merged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from genstudio.project import drivers, paths
from genstudio.schema.errors import GenStudioError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from genstudio.project.repository_run import GitRunner
    from genstudio.schema.canvas import Canvas

__all__ = ["Incoming", "canvases_of", "differing", "incoming"]


@dataclass(frozen=True)
class Incoming:
    """The newest version of a remote's branch, fetched and not merged.

    Attributes:
        commit: Its id.
        branch: The branch.
        remote: Name of the remote.
        added: The files that the other side made since the two parted, by path with their Git blob ids.
        notices: What people should know.
    """

    commit: str
    branch: str
    remote: str
    added: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def incoming(git: GitRunner, commit: str) -> dict[str, str]:
    """Return the files that a version has and the last one common with ours has not, by path with their blob ids."""
    head = git.head()
    parted = git.run("merge-base", head, commit).out.split() if head else []
    if not parted:
        listed = git.items("ls-tree", "-r", "-z", "--full-tree", commit)
        entries = (line.partition("\t") for line in listed)
        return {name: entry.split()[2] for entry, _, name in entries}
    raw = git.items("diff-tree", "-r", "-z", "--no-renames", "--diff-filter=A", parted[0], commit)
    return {name: entry.split()[3] for entry, name in zip(raw[::2], raw[1::2], strict=True)}


def differing(git: GitRunner, files: Mapping[str, str]) -> list[str]:
    """Return those of the files that our newest version does not have with the very same contents."""
    listed = git.items("ls-tree", "-r", "-z", "--full-tree", "HEAD", "--", *_folders(files)) if files and git.head() else []
    ours = {name: entry.split()[2] for entry, _, name in (line.partition("\t") for line in listed)}
    return sorted(name for name, blob in files.items() if ours.get(name) != blob)


def canvases_of(git: GitRunner, commit: str) -> dict[str, Canvas]:
    """Return the canvases of a version by path; one that cannot be read is left out."""
    found = {}
    for name in git.items("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--", paths.CANVASES):
        if name.endswith(".json"):
            try:
                found[name] = drivers.read_canvas(git.run("cat-file", "blob", f"{commit}:{name}").raw, name)
            except GenStudioError:
                continue
    return found


def _folders(files: Iterable[str]) -> list[str]:
    return sorted({name.partition("/")[0] for name in files})
