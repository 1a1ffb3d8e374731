"""The canvas document, its patches and its journal (contracts: canvas)."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import Field

from genstudio.schema.base import Frozen, Id, JsonObject, Open

__all__ = [
    "CANVAS_SCHEMA",
    "Accepted",
    "Canvas",
    "Dropped",
    "Edge",
    "JournalEntry",
    "Node",
    "Operation",
    "Patch",
    "Position",
    "ShotData",
]

CANVAS_SCHEMA: Final = "genstudio.canvas/1"


class Position(Open):
    """Where a node stands on the canvas, in CSS pixels at zoom 1; origin and axes as in the browser."""

    x: float = 0
    y: float = 0


class Node(Open):
    """A node. ``data`` belongs to its type; unknown types and keys are kept as they are."""

    type: str = Field(min_length=1, max_length=64)
    parent: Id | None = None
    order: str = ""
    data: JsonObject = Field(default_factory=dict)


class Edge(Open):
    """A wire from an output socket to an input socket; ``order`` sorts the wires of a ``many`` input."""

    source: Id
    source_handle: str = Field(alias="sourceHandle")
    target: Id
    target_handle: str = Field(alias="targetHandle")
    order: str = ""


class Canvas(Open):
    """A whole canvas. Nodes and edges are keyed by id; positions live apart in ``layout``."""

    schema_: Literal["genstudio.canvas/1"] = Field(CANVAS_SCHEMA, alias="schema")
    version: int = Field(0, ge=0)
    nodes: dict[Id, Node] = Field(default_factory=dict)
    edges: dict[Id, Edge] = Field(default_factory=dict)
    layout_version: int = Field(0, ge=0)
    layout: dict[Id, Position] = Field(default_factory=dict)

    def document(self) -> JsonObject:
        """Return the plain JSON form, keys as in the file."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=False, exclude_none=False)


class ShotData(Open):
    """The data of a node of type ``shot``. ``renders`` is its folder ``<SCENE>/<SHOT>``, given once, never changed."""

    name: str = ""
    renders: str = Field("", pattern=r"^([A-Z0-9_]{1,32}/[A-Z0-9_]{1,32})?$")
    version: int = Field(1, ge=1, le=99)
    prompt: str = ""
    negative_prompt: str = ""
    seed: int | None = Field(None, ge=0, le=2**32 - 1)
    duration: str = "4s"
    quality: Literal["draft", "low", "standard", "high"] | None = None
    active_take: str | None = None
    params: JsonObject = Field(default_factory=dict)
    review: JsonObject = Field(default_factory=dict)


class Operation(Frozen):
    """One RFC 6902 operation; ``path`` is a JSON pointer into the canvas document.

    Only these paths may be written: ``/nodes/…``, ``/edges/…``, ``/layout/…``; versions and schema are the studio's own.
    """

    op: Literal["add", "replace", "remove", "test"]
    path: str
    value: Any = None


class Patch(Frozen):
    """Operations that belong together, based on a version of the canvas.

    ``guard`` marks an undo: its ``test`` operations must all hold, or the whole patch is refused with the reason.
    """

    base: int = Field(ge=0)
    operations: tuple[Operation, ...]
    author: str = ""
    label: str = ""
    id: str = ""
    guard: bool = False


class Dropped(Frozen):
    """An operation that no longer applies, and why (one sentence)."""

    operation: Operation
    reason: str


class JournalEntry(Frozen):
    """One accepted patch as a line of the journal. ``sequence`` counts from 1 without gaps.

    ``version`` and ``layout_version`` are those of the canvas after the patch; ``inverse`` undoes it, with its tests. ``blob`` is the
    Git blob id of the canvas file after the patch: how a change that the journal does not explain is seen.
    """

    sequence: int = Field(ge=1)
    version: int
    layout_version: int
    patch: Patch
    inverse: tuple[Operation, ...]
    time: str
    external: bool = False
    blob: str = ""


class Accepted(Frozen):
    """The answer to a patch: the journal entry (None if nothing was left to do) and what was dropped."""

    entry: JournalEntry | None
    version: int
    layout_version: int
    dropped: tuple[Dropped, ...] = ()
