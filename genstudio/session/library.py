"""What a studio can do - its catalogue and node types - read from its folders and kept for a moment."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from genstudio.graph.node_types import node_types
from genstudio.pipelines.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.nodes import NodeType
    from genstudio.schema.pipeline import TaskDeclaration

__all__ = ["Abilities", "Library", "library"]

_FRESH_S: Final = 10.0
"""Seconds after which the pipeline folders are read again."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """The catalogue at one moment, and the node types made from it."""

    catalogue: Catalogue
    types: Mapping[str, NodeType]

    @property
    def tasks(self) -> Mapping[str, TaskDeclaration]:
        """What each task, and each pipeline that is named itself, promises."""
        return self.catalogue.declared


class Library:
    """Reads the catalogue of a workspace when it is older than a few seconds. Safe for use by several threads."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._last: tuple[float, Abilities] | None = None

    def now(self) -> Abilities:
        """Return what the studio can do, as it was at most a few seconds ago."""
        with self._lock:
            if self._last is None or time.monotonic() - self._last[0] > _FRESH_S:
                catalogue = Catalogue.load(self._root)
                manifests = tuple(pipeline.manifest for pipeline in catalogue.pipelines.values())
                self._last = (time.monotonic(), Abilities(catalogue, node_types(catalogue.tasks, manifests)))
            return self._last[1]


@lru_cache(maxsize=64)
def _library(root: Path) -> Library:
    return Library(root)


def library(workspace: WorkspaceFolder) -> Library:
    """Return the library of a workspace, the same for all its sessions in this process."""
    return _library(workspace.root)
