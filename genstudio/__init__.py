"""A film studio in Jupyter.

``from genstudio import Workspace, Project, Canvas`` is all a researcher needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genstudio.schema.version import VERSION

if TYPE_CHECKING:
    from genstudio.widget import Canvas, Project, Workspace

__all__ = ["Canvas", "Project", "Workspace", "__version__"]
__version__ = VERSION


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module protocol (PEP 562)
    """Import the public classes on first use, so that workers and the command line start fast."""
    if name in ("Canvas", "Project", "Workspace"):
        from genstudio import widget

        return getattr(widget, name)
    raise AttributeError(name)
