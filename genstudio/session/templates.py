"""Calls of a view that concern the templates of the studio's library."""

from __future__ import annotations

from genstudio.graph.insert import insert
from genstudio.pipelines.catalogue import Catalogue
from genstudio.pipelines.templates import fresh_id
from genstudio.schema.base import JsonObject
from genstudio.session.calls import public
from genstudio.session.editing import EditingSession

__all__ = ["TemplatesSession"]


class TemplatesSession(EditingSession):
    """The part of :class:`~genstudio.session.CanvasSession` that concerns templates."""

    @public
    def templates(self) -> JsonObject:
        """Return the templates of the library, and in sentences what is wrong with files that are none."""
        catalogue = Catalogue.load(self.workspace.root)
        return {"templates": [template.summary() for template in catalogue.templates.values()], "problems": list(catalogue.problems)}

    @public
    def use_template(self, name: str, x: float | None = None, y: float | None = None) -> JsonObject:
        """Copy a template onto the canvas, its upper left corner at ``x``, ``y`` (below everything by default); an edit like any other."""
        template = Catalogue.load(self.workspace.root).template(name)
        at = (x, y) if x is not None and y is not None else None
        operations = insert(self.file.read().canvas, template.canvas, fresh_id, at=at)
        nodes = [operation.path.rpartition("/")[2] for operation in operations if operation.path.startswith("/nodes/")]
        return {**self._answer(self.edit(operations, f"Use the template {template.title}")), "nodes": nodes}
