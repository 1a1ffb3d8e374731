"""The problems of a canvas as views show them: what its check finds, and which shots and cuts are out of date."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING

from genstudio.graph.check import check
from genstudio.graph.film_marks import FilmMarks
from genstudio.graph.stale import StaleMarks, StaleTake, stale_problems
from genstudio.project.intent import ContextReader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from genstudio.graph.plan import PlanContext
    from genstudio.project.project import ProjectFolder
    from genstudio.schema.canvas import Canvas
    from genstudio.schema.nodes import Problem
    from genstudio.schema.pipeline import TaskDeclaration
    from genstudio.session.library import Abilities

__all__ = ["Marks", "marks"]


class Marks:
    """Finds the problems of one canvas of a project. Safe for threads; get the one of a canvas from :func:`marks`."""

    def __init__(self) -> None:
        self._reader = ContextReader()
        self._stale, self._films = StaleMarks(), FilmMarks()
        self._last: tuple[Canvas, PlanContext, tuple[Problem, ...]] | None = None
        self._lock = threading.Lock()

    def problems(self, project: ProjectFolder, canvas: Canvas, abilities: Abilities) -> tuple[Problem, ...]:
        """Return all problems: of nodes, wires, takes and cuts."""
        return (
            *check(canvas, abilities.types, abilities.tasks, abilities.catalogue.pinned),
            *self.of_takes(project, canvas, abilities.tasks),
        )

    def of_takes(self, project: ProjectFolder, canvas: Canvas, tasks: Mapping[str, TaskDeclaration]) -> tuple[Problem, ...]:
        """Return the problems of takes and cuts: what is out of date, missing, of another rate, or too short for its transition."""
        with self._lock:
            context = self._reader.read(project, canvas, tasks)
            if self._last is not None and self._last[0] is canvas and self._last[1] == context:
                return self._last[2]
            stale = self._stale.find(canvas, context)
            found = (*stale_problems(canvas, stale), *self._films.find(canvas, context.takes, context.settings.fps))
            self._last = (canvas, context, found)
            return found

    def stale(self, project: ProjectFolder, canvas: Canvas, tasks: Mapping[str, TaskDeclaration]) -> dict[str, StaleTake]:
        """Return the takes that are out of date, by the id of their shot."""
        with self._lock:
            return self._stale.find(canvas, self._reader.read(project, canvas, tasks))


@lru_cache(maxsize=256)
def _marks(root: Path, canvas: str) -> Marks:  # noqa: ARG001 - the arguments are the key
    return Marks()


def marks(project: ProjectFolder, canvas: str) -> Marks:
    """Return the marks of a canvas, the same for all its views in this process."""
    return _marks(project.root, canvas)
