"""A read-only live view of a canvas: what reactive notebooks read.

ipyflow re-runs the cells that read a widget when its trait ``value`` changes. It sees that only for cells that name ``.value``, so
a small bridge tells it that every reader of the symbol is stale. The view is bound by a call (``graph = canvas.view()``) and cannot
change the canvas: cells that edit or generate hold the canvas and are never re-run by it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from genstudio.widget.runtime import counted

if TYPE_CHECKING:
    from genstudio.schema.canvas import Canvas as CanvasDocument
    from genstudio.schema.nodes import Problem
    from genstudio.widget.canvas import Canvas

__all__ = ["CanvasView"]


class CanvasView(ipywidgets.Widget):  # type: ignore[misc]  # untyped base
    """A canvas to look at. ``value`` is its version; it rises with every change but those of positions.

    What it tells, it tells by methods: ipyflow takes a property whose value is new for one that the reading cell has written, and
    would then make the other readers wait for that cell.
    """

    value = traitlets.Int(0, help="Version of the canvas.")

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        super().__init__(value=canvas.version)

    def notify_change(self, change: Any) -> None:  # noqa: ANN401 - a traitlets Bunch
        """Tell the observers, then ipyflow."""
        super().notify_change(change)
        if change["name"] == "value":
            self._tell_ipyflow()

    def _tell_ipyflow(self) -> None:
        """Mark all cells stale that read a symbol bound to this view. Uses private names of the pinned ipyflow version."""
        if "ipyflow" not in sys.modules:
            return
        from ipyflow.singletons import flow

        present = flow()
        for symbol in list(present.aliases.get(id(self), ())):
            symbol._override_ready_liveness_cell_num = present.cell_counter() + 1  # noqa: SLF001 - see above
            symbol._num_ipywidget_observers = 0  # noqa: SLF001 - else update_obj_ref drops every observer
            symbol.update_obj_ref(self)
            symbol.debounced_exec_schedule(reactive=True)

    def document(self) -> CanvasDocument:
        """Return the canvas document."""
        return self._canvas.graph

    def nodes(self) -> dict[str, dict[str, Any]]:
        """Return the data of all nodes by id, each with its ``type``."""
        return {key: {"type": node.type, **node.data} for key, node in self.document().nodes.items()}

    def shots(self) -> dict[str, dict[str, Any]]:
        """Return the data of the shots by name (by id where there is none), in the order of their folders."""
        return {shot.name: shot.data for shot in self._canvas.shots}

    def prompts(self) -> dict[str, str]:
        """Return the prompts of the shots by name."""
        return {name: data.get("prompt", "") for name, data in self.shots().items()}

    def node(self, name: str) -> dict[str, Any]:
        """Return the data of the node of that id or name."""
        return dict(self._canvas.node(name).data)

    def check(self) -> tuple[Problem, ...]:
        """Return what is wrong with the canvas."""
        return self._canvas.check()

    def __repr__(self) -> str:
        return f"<CanvasView of {self._canvas.path} at version {self.value}, {counted(len(self.document().nodes), 'node')}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:  # noqa: ANN401 - IPython's display protocol
        return {"text/plain": repr(self), "text/html": self._canvas._table()}  # noqa: SLF001 - of the same room
