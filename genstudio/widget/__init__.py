"""Floor 5: the studio in a kernel.

``Workspace``, ``Project`` and ``Canvas`` are all a researcher needs; the rest is what they hand out. Nothing here imports a widget
library until something is displayed, so that scripts and the command line start fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genstudio.widget.assets import Asset, AssetList
from genstudio.widget.canvas import Canvas
from genstudio.widget.job import Film, FilmJob, Job, JobTimeoutError, TakesJob
from genstudio.widget.node import Node, Shot
from genstudio.widget.project import Project
from genstudio.widget.takes import Take, TakeList
from genstudio.widget.workspace import Workspace

if TYPE_CHECKING:
    from genstudio.widget.studio import StudioWidget
    from genstudio.widget.view import CanvasView

__all__ = [
    "Asset",
    "AssetList",
    "Canvas",
    "CanvasView",
    "Film",
    "FilmJob",
    "Job",
    "JobTimeoutError",
    "Node",
    "Project",
    "Shot",
    "StudioWidget",
    "Take",
    "TakeList",
    "TakesJob",
    "Workspace",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module protocol (PEP 562)
    """Import the classes that need a widget library on first use."""
    if name == "CanvasView":
        from genstudio.widget.view import CanvasView

        return CanvasView
    if name == "StudioWidget":
        from genstudio.widget.studio import StudioWidget

        return StudioWidget
    raise AttributeError(name)
