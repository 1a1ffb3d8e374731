"""Who is told of a task: the sessions of its canvas, or, for what belongs to no canvas, those of all canvases of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pydantic import BaseModel

    from genstudio.schema.message import TakeView
    from genstudio.session.canvas_watch import CanvasWatch

__all__ = ["Audience", "Everybody"]


class Audience(Protocol):
    """Sessions that are told the same."""

    def broadcast(self, kind: str, payload: BaseModel) -> None:
        """Send a message to all of them."""

    def refresh(self) -> None:
        """Send all of them the whole state."""

    def take(self, renders: str, take: str) -> TakeView | None:
        """Return a take that is about to be told to them; None if there is none."""


class Everybody:
    """The sessions of several canvases of one project."""

    def __init__(self, watches: tuple[CanvasWatch, ...]) -> None:
        self._watches = watches

    def broadcast(self, kind: str, payload: BaseModel) -> None:
        """Send a message to all of them."""
        for watch in self._watches:
            watch.broadcast(kind, payload)

    def refresh(self) -> None:
        """Send all of them the whole state."""
        for watch in self._watches:
            watch.refresh()

    def take(self, renders: str, take: str) -> None:
        """Return nothing: what belongs to no canvas makes no takes."""
