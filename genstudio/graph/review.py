"""Reviews of takes: ratings, approval and notes pinned to frames, kept in the shot's ``review`` by take (contracts: takes).

``review`` is ``{<take>: {"rating": 1-5, "approval": "approved" | "rejected", "notes": {<id>: {"text", "frame", "author", "time",
"resolved"}}}}``; every part may be missing. A frame counts from 0; a note without one concerns the whole take.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from genstudio.graph.values import Json, is_id, pointer
from genstudio.schema.base import JsonObject
from genstudio.schema.canvas import Canvas, Operation
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.schema.take import TakeRecord

__all__ = ["Approval", "Note", "Review", "add_note", "remove_note", "resolve_note", "review_of", "set_approval", "set_rating"]

Approval = Literal["approved", "rejected"]

MOST_STARS: Final = 5
LONGEST_NOTE: Final = 4000


@dataclass(frozen=True, slots=True)
class Note:
    """A remark about a take. ``frame`` counts from 0; None concerns the whole take. ``time`` is when it was made (UTC)."""

    id: str
    text: str
    frame: int | None = None
    author: str = ""
    time: str = ""
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """What people think of a take. ``rating`` 0 means none; notes are in the order of frames, then of time."""

    rating: int = 0
    approval: Approval | None = None
    notes: tuple[Note, ...] = ()

    @property
    def open_notes(self) -> tuple[Note, ...]:
        """The notes that are not resolved."""
        return tuple(note for note in self.notes if not note.resolved)


def review_of(data: JsonObject, take: str) -> Review:
    """Return the review of a take from the data of its shot; whatever has another form counts as not there."""
    entry = _child(_child(data, "review"), take)
    rating, approval = entry.get("rating"), entry.get("approval")
    stars = rating if isinstance(rating, int) and not isinstance(rating, bool) and 0 <= rating <= MOST_STARS else 0
    notes = sorted(_notes(_child(entry, "notes")), key=lambda note: (-1 if note.frame is None else note.frame, note.time, note.id))
    return Review(stars, approval if approval in ("approved", "rejected") else None, tuple(notes))


def set_rating(canvas: Canvas, node: str, take: str, stars: int) -> tuple[Operation, ...]:
    """Return the operations that rate a take with 1 to 5 stars; 0 takes the rating back.

    Raises:
        BadInputError: There are no so many stars.
        NotFoundError: There is no such shot.
    """
    if not 0 <= stars <= MOST_STARS:
        raise BadInputError(f"{stars} is no rating.", fix=f"Give 1 to {MOST_STARS} stars, 0 for none.")
    return _set(canvas, (node, "data", "review", take, "rating"), stars or None)


def set_approval(canvas: Canvas, node: str, take: str, approval: Approval | None) -> tuple[Operation, ...]:
    """Return the operations that approve or reject a take; None takes it back. A rejected take never stands for its shot by itself."""
    return _set(canvas, (node, "data", "review", take, "approval"), approval)


def add_note(canvas: Canvas, node: str, take: TakeRecord, note: Note) -> tuple[Operation, ...]:
    """Return the operations that add a note.

    Raises:
        BadInputError: The text is empty or too long, or the take has no such frame.
    """
    text = note.text.strip()
    if not text or len(text) > LONGEST_NOTE:
        raise BadInputError("A note needs words." if not text else "The note is too long.", fix=f"Write 1 to {LONGEST_NOTE} characters.")
    if note.frame is not None and not 0 <= note.frame < max(1, take.frames):
        raise BadInputError(f"{take.id} has no frame {note.frame}.", fix=f"Its frames are 0 to {max(1, take.frames) - 1}.")
    if not is_id(note.id):
        raise BadInputError(f"{note.id!r:.40} is no id of a note.", fix="Use a-z, 0-9 and _.")
    known: JsonObject = {"text": text, "frame": note.frame, "author": note.author, "time": note.time, "resolved": note.resolved}
    return _set(canvas, (node, "data", "review", take.id, "notes", note.id), known)


def resolve_note(canvas: Canvas, node: str, take: str, note: str, *, resolved: bool = True) -> tuple[Operation, ...]:
    """Return the operations that resolve a note, or open it again."""
    _existing(canvas, node, take, note)
    return _set(canvas, (node, "data", "review", take, "notes", note, "resolved"), resolved)


def remove_note(canvas: Canvas, node: str, take: str, note: str) -> tuple[Operation, ...]:
    """Return the operations that remove a note."""
    _existing(canvas, node, take, note)
    return _set(canvas, (node, "data", "review", take, "notes", note), None)


def _existing(canvas: Canvas, node: str, take: str, note: str) -> None:
    found = canvas.nodes.get(node)
    if found is None or note not in {known.id for known in review_of(found.data, take).notes}:
        raise NotFoundError(f"{take:.60} has no note {note!r:.40}.", fix="Reload the page, or see its notes with: genstudio takes show.")


def _notes(notes: JsonObject) -> Iterator[Note]:
    for key, entry in notes.items():
        text, frame = (entry.get("text"), entry.get("frame")) if isinstance(entry, dict) else (None, None)
        if isinstance(text, str):
            at = frame if isinstance(frame, int) and not isinstance(frame, bool) and frame >= 0 else None
            author, time = (str(entry.get(name) or "") for name in ("author", "time"))
            yield Note(key, text, at, author, time, resolved=entry.get("resolved") is True)


def _child(value: Json, key: str) -> JsonObject:
    child = value.get(key) if isinstance(value, dict) else None
    return child if isinstance(child, dict) else {}


def _set(canvas: Canvas, keys: tuple[str, ...], value: Json) -> tuple[Operation, ...]:
    """Set or (None) remove a value in a node, making the objects on the way to it that are missing."""
    node, *inner = keys
    if node not in canvas.nodes:
        raise NotFoundError(f"There is no node {node!r:.80} on the canvas.", fix="Reload the page to see what there is.")
    here: Json = {"data": canvas.nodes[node].data}
    made: list[Operation] = []
    for depth, key in enumerate(inner[:-1], start=1):
        if not isinstance(here.get(key), dict):
            if value is None:
                return ()
            made.append(Operation(op="add", path=pointer("nodes", node, *inner[:depth]), value={}))
            here = {}
        else:
            here = here[key]
    path = pointer("nodes", node, *inner)
    if value is not None:
        return (*made, Operation(op="add", path=path, value=value))
    return (Operation(op="remove", path=path),) if inner[-1] in here else ()
