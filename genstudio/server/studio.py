"""What all handlers of one server share: its workspace, the engine, and threads for work that waits for disks."""

from __future__ import annotations

import atexit
import os
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from genstudio.project.workspace import WorkspaceFolder

if TYPE_CHECKING:
    from genstudio.engine.submit import Engine
    from genstudio.project.project import ProjectFolder

__all__ = ["Studio"]

_THREADS = 8


class Studio:
    """The studio behind one Jupyter Server. The workspace is opened at the first request, not when the server starts.

    Args:
        root: Folder that the server shows; a workspace that it stands in is served unless ``GENSTUDIO_WORKSPACE`` names another.
        base_url: URL path below which the server answers, with slashes around.
    """

    def __init__(self, root: Path, base_url: str) -> None:
        self.base_url = base_url
        self.pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="genstudio")
        self.guesses: deque[float] = deque()  # when wrong passwords came, monotonic
        self._root = root
        self._lock = threading.RLock()
        self._workspace: WorkspaceFolder | None = None
        self._engine: Engine | None = None
        self._projects: dict[str, ProjectFolder] = {}

    @property
    def media_base(self) -> str:
        """URL path that media URLs are relative to."""
        return f"{self.base_url}genstudio/"

    @property
    def workspace(self) -> WorkspaceFolder:
        """The workspace served here."""
        with self._lock:
            if self._workspace is None:
                self._workspace = WorkspaceFolder.find(self._around())
            return self._workspace

    @property
    def engine(self) -> Engine:
        """The engine of the workspace; opening it starts no process."""
        from genstudio.engine.submit import Engine  # a second of imports that a server without visitors can do without

        with self._lock:
            if self._engine is None:
                self._engine = Engine(self.workspace)
                atexit.register(self._engine.close)
            return self._engine

    def project(self, uuid: str) -> ProjectFolder:
        """Return a project of the workspace by its uuid.

        Raises:
            NotFoundError: The workspace has no such project.
        """
        known = self.known(uuid)
        if known is None:
            known = self._projects[uuid] = self.workspace.project(uuid)
        return known

    def known(self, uuid: str) -> ProjectFolder | None:
        """Return a project that was asked for before and is still where it was; else None, and :meth:`project` looks for it."""
        known = self._projects.get(uuid)
        return known if known is not None and (known.root / "project.json").is_file() else None

    def _around(self) -> Path | None:
        if os.environ.get("GENSTUDIO_WORKSPACE"):
            return None
        return next((folder for folder in (self._root, *self._root.parents) if (folder / "workspace.json").is_file()), None)
