"""What the objects of one kernel share: the workspace and its engine, one of each a workspace folder."""

from __future__ import annotations

import atexit
import getpass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Final

from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from genstudio.engine.submit import Engine
    from genstudio.project.project import ProjectFolder
    from genstudio.schema.nodes import NodeType
    from genstudio.schema.pipeline import TaskDeclaration
    from genstudio.widget.project import Project

__all__ = ["Runtime", "counted", "runtime", "runtime_of", "user_name"]

_LOCK: Final = Lock()
_RUNTIMES: Final[dict[Path, Runtime]] = {}


class Runtime:
    """A workspace with the engine that serves it, opened when first asked for."""

    def __init__(self, workspace: WorkspaceFolder) -> None:
        self.workspace = workspace
        self.projects: dict[str, Project] = {}
        self._lock = Lock()

    @cached_property
    def engine(self) -> Engine:
        """The engine of the workspace; opening it starts no process."""
        from genstudio.engine.submit import Engine

        with self._lock:
            engine = Engine(self.workspace)
            atexit.register(engine.close)
            return engine

    def node_types(self) -> tuple[Mapping[str, NodeType], Mapping[str, TaskDeclaration]]:
        """Return the node types that a canvas may use, and the tasks of the catalogue."""
        from genstudio.session.library import library

        abilities = library(self.workspace).now()
        return abilities.types, abilities.tasks


def runtime(path: Path | str | None = None) -> Runtime:
    """Return the runtime of the workspace at ``path``, or of the one that is found without it (contracts: finding a workspace)."""
    workspace = WorkspaceFolder.find(path)
    with _LOCK:
        return _RUNTIMES.setdefault(workspace.root, Runtime(workspace))


def runtime_of(project: ProjectFolder) -> Runtime:
    """Return the runtime of the workspace that a project stands in; one that stands in none is served by the workspace that is found.

    Raises:
        ConflictError: The workspace that is found has a project of the same uuid: one of the two is a copy.
    """
    around = next((folder for folder in project.root.parents if (folder / "workspace.json").is_file()), None)
    if around is not None:
        return runtime(around)
    found = runtime()
    twin = next((other for other in found.workspace.folders() if other.uuid == project.uuid), None)
    if twin is not None:
        message = f"{str(project.root)!r:.300} has the same uuid as {str(twin.root)!r:.300}: one is a copy of the other."
        fix = f"Give one an identity of its own before it is edited: genstudio open --new-uuid {str(project.root)!r}"
        raise ConflictError(message, fix=fix, code="same_uuid")
    return found


def user_name() -> str:
    """Return the name that edits of this kernel are signed with."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "python"


def counted(number: int, noun: str) -> str:
    """Return ``"1 shot"`` or ``"3 shots"``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
