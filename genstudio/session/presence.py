"""People of other processes: what is told of ours and when, and what is believed of theirs. Plain values; no clock, no disk.

A process that is alone writes its file when somebody comes or goes, and then rests. What rests must be told from what a dead process
left: on this machine its lock tells; from elsewhere a file is believed once it changes, and who sees a new one answers by writing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from genstudio.schema.message import PresencePayload
from genstudio.schema.presence import FARTHEST, MAX_PEOPLE, MAX_SELECTION, Person

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from genstudio.project.presence_folder import FoundPresence, Stamp

__all__ = [
    "BEAT_S",
    "LEASE_S",
    "PAUSE_S",
    "Published",
    "Sighting",
    "due",
    "elsewhere",
    "fate",
    "newcomers",
    "news",
    "people",
    "sight",
]

PAUSE_S: Final = 0.05
"""Between two writings of a file, however much people move."""
BEAT_S: Final = 2.0
"""A file that others read is written again after so long, though nobody moves."""
LEASE_S: Final = 10.0
"""A file that has not been written for so long says nothing any more, whatever holds it."""

Fate = Literal["here", "unproved", "silent", "dead"]


@dataclass(frozen=True, slots=True)
class Published:
    """What our file says, and since when."""

    people: tuple[Person, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """The file of another process as it was seen last.

    Attributes:
        stamp: Tells this writing of it from the next.
        found: What it says; None if that cannot be understood.
        changed: When it was first seen as it is, in seconds of our clock.
        moved: When it was first seen to say what it says: a file is also written again as it was.
        proved: It came or changed while we looked, so that somebody writes it.
    """

    stamp: Stamp
    found: FoundPresence | None
    changed: float
    moved: float
    proved: bool


def people(here: Iterable[PresencePayload]) -> tuple[Person, ...]:
    """Return what others are told of the views of this process, by client; views that nobody looks at show nobody."""
    shown = {presence.client[:64]: _person(presence) for presence in here if presence.client and presence.colour and not presence.gone}
    return tuple(shown[client] for client in sorted(shown))[:MAX_PEOPLE]


def _person(presence: PresencePayload) -> Person:
    cursor = presence.cursor
    if cursor is not None and not all(math.isfinite(at) and abs(at) <= FARTHEST for at in cursor):
        cursor = None
    name = presence.name.encode("utf-8", "replace").decode()[:120]
    colour = presence.colour if len(presence.colour) <= 40 else ""
    return Person(client=presence.client[:64], name=name, colour=colour, cursor=cursor, selection=presence.selection[:MAX_SELECTION])


def due(ours: tuple[Person, ...], published: Published | None, *, others: bool, asked: bool, now: float) -> bool:
    """Return whether our file is to be written.

    Args:
        ours: The people of this process, at least one.
        published: What the file says; None if there is none.
        others: People of another process are here.
        asked: Somebody came who cannot know yet that we are alive.
        now: Seconds of our clock.
    """
    if published is None:
        return True
    age = now - published.at
    came = _who(ours) != _who(published.people)
    moved = others and (ours != published.people or age >= BEAT_S)
    return age >= PAUSE_S and (asked or came or moved)


def _who(some: tuple[Person, ...]) -> tuple[tuple[str, str, str], ...]:
    return tuple((person.client, person.name, person.colour) for person in some)


def sight(before: Sighting | None, stamp: Stamp, found: FoundPresence | None, *, first: bool, now: float) -> Sighting:
    """Return what is known of a file after a look; ``first`` is the look at what lay there before we came."""
    if before is not None and before.stamp == stamp:
        return Sighting(stamp, found, before.changed, before.moved, before.proved)
    as_before = before is not None and before.found is not None and found is not None and before.found.people == found.people
    return Sighting(stamp, found, now, before.moved if before and as_before else now, proved=not first)


def fate(seen: Sighting, *, machine: str, now: float) -> Fate:
    """Return what became of the process behind a file, as far as this machine can know."""
    found = seen.found
    if found is None:
        return "silent"
    at_hand = found.machine == machine
    if at_hand and found.held is False:
        return "dead"
    if now - seen.changed > LEASE_S:
        return "silent"
    return "here" if seen.proved or (at_hand and found.held) else "unproved"


def newcomers(before: Mapping[str, Sighting], after: Mapping[str, Sighting]) -> bool:
    """Say whether somebody is there of whom we did not know, or not that he lives: he may not know of us either."""
    return any(
        seen.found is not None and (name not in before or before[name].found is None or seen.proved > before[name].proved)
        for name, seen in after.items()
    )


def elsewhere(sightings: Iterable[Sighting], ours: Collection[str], *, machine: str, now: float) -> dict[str, Person]:
    """Return the people of other processes by client, as many as are shown; who is in two files is where he moved last.

    A page that is loaded again on another kernel has its id still, while the kernel before has not missed it.

    Args:
        sightings: The files of others.
        ours: Clients of this process, of whom nobody else tells us.
        machine: This machine.
        now: Seconds of our clock.
    """
    alive = sorted((seen for seen in sightings if fate(seen, machine=machine, now=now) == "here"), key=lambda seen: seen.moved)
    found = {person.client: person for seen in alive if seen.found for person in seen.found.people if person.client not in ours}
    return {client: found[client] for client in sorted(found)[:MAX_PEOPLE]}


def news(
    told: Mapping[str, Person], present: Mapping[str, Person], ours: Collection[str], *, again: bool = False
) -> tuple[PresencePayload, ...]:
    """Return what a view is told that was told of some people, when these are present.

    Args:
        told: Whom it was told of, as they were then.
        present: Who is elsewhere now.
        ours: Clients of this process: who came over to us is not gone.
        again: Its page may have forgotten everybody.
    """
    gone = (PresencePayload(client=client, gone=True) for client in told if client not in present and client not in ours)
    moved = (person for client, person in present.items() if again or told.get(client) != person)
    return (*gone, *(PresencePayload(**person.model_dump()) for person in moved))
