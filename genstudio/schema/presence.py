"""Who is on a canvas, as one process tells the others: a small file of each (``.genstudio/presence``), replaced as people move."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from genstudio.schema.base import Frozen, Id

__all__ = ["FARTHEST", "MAX_PEOPLE", "MAX_SELECTION", "PRESENCE_SCHEMA", "Person", "PresenceFile"]

PRESENCE_SCHEMA: Final = "genstudio.presence/1"
MAX_PEOPLE: Final = 64
"""So many people of one process, and so many of all others together, are shown at most."""
MAX_SELECTION: Final = 64
FARTHEST: Final = 1e7
"""How far from the origin a pointer may be, in CSS pixels at zoom 1: farther out nobody sees it."""

Coordinate = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST)]


class Person(Frozen):
    """Somebody before a canvas, with the pointer in the canvas's own coordinates; ``client`` is the id of the page."""

    client: str = Field(min_length=1, max_length=64)
    name: str = Field("", max_length=120)
    colour: str = Field("", max_length=40)
    cursor: tuple[Coordinate, Coordinate] | None = None
    selection: tuple[Id, ...] = Field((), max_length=MAX_SELECTION)


class PresenceFile(Frozen):
    """The people whom one process shows on one canvas; ``machine`` says where locks of its file mean something."""

    schema_: Literal["genstudio.presence/1"] = Field(PRESENCE_SCHEMA, alias="schema")
    machine: str = Field(max_length=100)
    people: tuple[Person, ...] = Field(max_length=MAX_PEOPLE)
