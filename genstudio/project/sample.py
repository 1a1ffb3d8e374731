"""The sample film as a project: what people look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from genstudio.graph.edit import diff
from genstudio.graph.sample import sample_film
from genstudio.schema.canvas import Patch

if TYPE_CHECKING:
    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.base import JsonObject

__all__ = ["SAMPLE_TITLE", "make_sample_film"]

SAMPLE_TITLE: Final = "The Fox and the River"


def make_sample_film(workspace: WorkspaceFolder, author: str, settings: JsonObject | None = None) -> ProjectFolder:
    """Make a new project with the sample film on its canvas: three shots without takes, a pipeline, an assembler.

    Every call makes another; the later ones are numbered. ``settings`` stand in place of those the workspace gives new projects.
    """
    taken = {summary.name for summary in workspace.projects()}
    titles = (SAMPLE_TITLE, *(f"{SAMPLE_TITLE} {number}" for number in range(2, len(taken) + 2)))
    project = workspace.create(next(title for title in titles if title not in taken), "The sample film: three shots of a fox.", settings)
    file = project.canvas()
    canvas = file.read().canvas
    operations = tuple(diff(canvas, sample_film()))
    file.apply(Patch(base=canvas.version, operations=operations, author=author, label="sample film", id=uuid4().hex))
    return project
