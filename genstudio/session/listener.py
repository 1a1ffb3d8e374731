"""What the follower needs to know of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from genstudio.project.canvas_file import CanvasFile
    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.canvas import JournalEntry
    from genstudio.schema.message import Message, PresencePayload
    from genstudio.schema.nodes import Problem

__all__ = ["Listener"]


class Listener(Protocol):
    """A session as its follower sees it. All methods are called from the follower's thread."""

    workspace: WorkspaceFolder
    project: ProjectFolder
    file: CanvasFile
    presence: PresencePayload

    def deliver(self, message: Message) -> None:
        """Send a message to the client."""

    def deliver_entry(self, entry: JournalEntry) -> None:
        """Tell the client of an accepted patch, unless it knows of it."""

    def deliver_problems(self, sequence: int, problems: tuple[Problem, ...]) -> None:
        """Tell the client what is wrong with the canvas after a patch, unless it knows that or of a later patch."""

    def tell(self, notice: str) -> None:
        """Tell the client once what happened to the canvas file."""

    def fade(self) -> None:
        """Forget who was before the view, if its page has said nothing for too long."""

    def refresh(self) -> None:
        """Send the client the whole state."""
