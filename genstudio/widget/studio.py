"""The studio as a widget: a script that brings the front end, and messages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from genstudio.schema.errors import MissingToolError
from genstudio.widget.carrier import CommCarrier
from genstudio.widget.html import message

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.widget.runtime import Runtime

__all__ = ["STATIC", "StudioWidget", "bundle", "display_bundle", "loader"]

STATIC: Final = Path(__file__).parent / "static"
"""Where the built front end lies: ``loader.js``, the whole as ``studio.js`` and ``studio.css``, and the same in parts for a server."""


class StudioWidget(anywidget.AnyWidget):
    """The studio in a cell, a Voila page or a JupyterLab document.

    The front end talks to the Jupyter server's WebSocket where that serves this workspace, and else to this kernel over the widget's
    comm, with the same messages (contracts: messages). Its script is a loader: the front end comes from that server, in parts that the
    browser keeps, or whole from this kernel where no server has it.

    Args:
        runtime: The workspace.
        mode: ``"studio"`` shows projects and canvases, ``"canvas"`` one canvas.
        project: Uuid of the project to open; empty for the cards of all projects.
        canvas: Project-relative path of the canvas to open; empty for the main one.
        height: CSS height.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    mode = traitlets.Enum(("studio", "canvas"), "studio").tag(sync=True)
    workspace = traitlets.Unicode().tag(sync=True)
    project = traitlets.Unicode().tag(sync=True)
    canvas = traitlets.Unicode().tag(sync=True)
    height = traitlets.Unicode("720px").tag(sync=True)

    def __init__(self, runtime: Runtime, *, mode: str = "studio", project: str = "", canvas: str = "", height: str = "720px") -> None:
        script = loader(STATIC)
        self._carrier = CommCarrier(runtime, self._emit, project=project, canvas=canvas)
        super().__init__(_esm=script, mode=mode, workspace=str(runtime.workspace.uuid), project=project, canvas=canvas, height=height)
        self.on_msg(self._arrived)

    def close(self) -> None:
        """End the sessions behind it, then the widget."""
        self._carrier.close()
        super().close()

    def __repr__(self) -> str:
        return f"<StudioWidget {self.mode} {self.project or 'all projects'}>"

    def _emit(self, envelope: dict[str, Any]) -> None:
        if self.comm is not None:
            self.send(envelope)

    def _arrived(self, _widget: object, content: object, _buffers: object) -> None:
        if isinstance(content, dict) and content.get("wants") == "front":
            script, style = bundle(STATIC)
            self.send({"front": {"script": script, "style": style}})
        else:
            self._carrier.receive(content)


@cache
def loader(folder: Path) -> str:
    """Return the script of a widget, which fetches the front end.

    Raises:
        MissingToolError: The front end was not built.
    """
    return _built(folder, "loader.js")


@cache
def bundle(folder: Path) -> tuple[str, str]:
    """Return the whole front end, script and stylesheet.

    Raises:
        MissingToolError: They were not built.
    """
    return _built(folder, "studio.js"), _built(folder, "studio.css")


def _built(folder: Path, name: str) -> str:
    path = folder / name
    if not path.is_file():
        raise MissingToolError(
            "The front end of the studio is not built.", fix="Build it with: npm ci && npm run build (in the folder extension)."
        )
    return path.read_text("utf-8")


def display_bundle(widget: Callable[[], StudioWidget], text: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return what IPython displays: the live widget, or why there is none; ``text`` stands where nothing can be drawn."""
    try:
        shown = widget()._repr_mimebundle_(**options)
    except MissingToolError as error:
        return {"text/plain": f"{text}\n{error}", "text/html": message(f"{text} - {error}", level="warning")}
    data = shown[0] if isinstance(shown, tuple) else shown
    return {**(data or {}), "text/plain": text}
