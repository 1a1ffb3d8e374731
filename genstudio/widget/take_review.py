"""What people think of a take, and which take stands for its shot: edits of the canvas that the take belongs to."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Self

from genstudio.graph import review
from genstudio.graph.values import pointer
from genstudio.schema.base import utc_now
from genstudio.schema.canvas import Operation, Patch
from genstudio.widget.runtime import user_name
from genstudio.widget.take_states import TakeState, find_shot, take_states

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.graph.review import Approval
    from genstudio.project.project import ProjectFolder
    from genstudio.schema.canvas import Canvas
    from genstudio.schema.take import TakeRecord

__all__ = ["TakeReview", "takes_author"]


class TakeReview:
    """The part of :class:`~genstudio.widget.Take` that concerns people's opinion; see there for the arguments.

    Every edit raises NotFoundError if no canvas has the shot of the take any more.
    """

    def __init__(self, project: ProjectFolder, record: TakeRecord) -> None:
        self._project = project
        self.record = record

    @property
    def id(self) -> str:
        """The take id, e.g. ``SHOT-010_v01_take01``."""
        return self.record.id

    @property
    def state(self) -> TakeState:
        """Whether it stands for its shot, whether it is out of date, and what people think of it."""
        return take_states(self._project, [self.record])[0]

    @property
    def review(self) -> review.Review:
        """Rating, approval and notes."""
        return self.state.review

    def rate(self, stars: int) -> Self:
        """Give it 1 to 5 stars; 0 takes the rating back.

        Raises:
            BadInputError: There are no so many stars.
        """
        return self._edit(lambda canvas, node: review.set_rating(canvas, node, self.id, stars), f"Rate {self.id}")

    def approve(self, *, undo: bool = False) -> Self:
        """Approve it; ``undo`` takes the approval back, if it has one."""
        return self._decide("approved", undo=undo)

    def reject(self, *, undo: bool = False) -> Self:
        """Reject it: it no longer stands for its shot unless it is chosen. ``undo`` takes the rejection back, if it is rejected."""
        return self._decide("rejected", undo=undo)

    def note(self, text: str, frame: int | None = None) -> str:
        """Note something, pinned to a frame (counted from 0) or not, and return the note's id.

        Raises:
            BadInputError: The text is empty or too long, or the take has no such frame.
        """
        made = review.Note(f"n{secrets.token_hex(6)}", text, frame, user_name(), utc_now())
        self._edit(lambda canvas, node: review.add_note(canvas, node, self.record, made), f"Note on {self.id}")
        return made.id

    def resolve(self, note: str, *, resolved: bool = True) -> Self:
        """Say that what a note (its id) asks for is done; ``resolved=False`` opens it again.

        Raises:
            NotFoundError: It has no such note.
        """
        label = f"{'Resolve' if resolved else 'Open'} a note on {self.id}"
        return self._edit(lambda canvas, node: review.resolve_note(canvas, node, self.id, note, resolved=resolved), label)

    def use(self) -> Self:
        """Let it stand for its shot in the film, whatever comes later; ``shot.active_take = None`` leaves the choice to the rule."""

        def choose(_: Canvas, node: str) -> tuple[Operation, ...]:
            return (Operation(op="add", path=pointer("nodes", node, "data", "active_take"), value=self.id),)

        return self._edit(choose, f"Choose {self.id}")

    def _decide(self, approval: Approval, *, undo: bool) -> Self:
        if undo and self.review.approval != approval:
            return self
        wanted, label = (None, "Undecided") if undo else (approval, approval.capitalize())
        return self._edit(lambda canvas, node: review.set_approval(canvas, node, self.id, wanted), f"{label}: {self.id}")

    def _edit(self, operations: Callable[[Canvas, str], tuple[Operation, ...]], label: str) -> Self:
        file, node = find_shot(self._project, self.record)
        canvas = file.read().canvas
        made = operations(canvas, node)
        if made:
            file.apply(Patch(base=canvas.version, operations=made, author=takes_author(), label=label, id=secrets.token_hex(8)))
        return self


def takes_author() -> str:
    """Return the name that edits of takes are signed with."""
    return f"{user_name()}#takes"
