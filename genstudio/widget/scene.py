"""Scenes of a canvas as Python objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from genstudio.graph.sequence import scene_shots
from genstudio.widget.node import Node, Shot

if TYPE_CHECKING:
    from genstudio.engine.preflight import Preflight
    from genstudio.widget.job import TakesJob

__all__ = ["Scene"]


class Scene(Node):
    """A scene: the shots in it and in the scenes inside it.

    Example:
        >>> from genstudio import Workspace
        >>> canvas = Workspace().project("My First Film", create=True).canvas()
        >>> scene = canvas.add("scene_group", name="The river")
        >>> canvas.scene("The river").shots
        ()
    """

    @property
    def shots(self) -> tuple[Shot, ...]:
        """Its shots in film order, at any depth."""
        return tuple(Shot(self._canvas, name) for name in scene_shots(self._canvas.graph, self.id))

    def generate(self, *, quality: Literal["low", "standard", "high"] | None = None, takes: int = 1) -> TakesJob:
        """Make takes of every shot that needs one: that has none, or one that is out of date. Returns at once.

        What these shots are made from is made before them. What cannot be made is left out, and ``job.notice`` says so.

        Raises:
            BadInputError: Nothing is to be made, or nothing can be.
        """
        return self._canvas.generate(self, quality=quality, takes=takes)

    def preflight(self, *, quality: Literal["low", "standard", "high"] | None = None, takes: int = 1) -> Preflight:
        """Return what :meth:`generate` would do now, all jobs together and each in ``parts``. Nothing is queued."""
        return self._canvas.preflight(self, quality=quality, takes=takes)

    def __repr__(self) -> str:
        return f"<Scene {self.name} of {len(self.shots)} shots>"
