"""Shows the people on one canvas to other processes, and those of other processes to the views of this one."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from genstudio.project.presence_folder import machine
from genstudio.session.base import TELLABLE, message
from genstudio.session.presence import Published, due, elsewhere, fate, newcomers, news, people, sight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from genstudio.project.presence_folder import PresenceFolder, Stamp
    from genstudio.schema.message import PresencePayload
    from genstudio.schema.presence import Person
    from genstudio.session.listener import Listener
    from genstudio.session.presence import Sighting

__all__ = ["PresenceWatch"]

_LOOK_S: Final = 0.5
"""How often files are looked at that have not changed: whether their processes live, and whether ours is there."""
_REST_S: Final = 5.0
"""How long nothing is tried where the folder cannot be used; people elsewhere are no reason to disturb anybody."""
_LITTER_S: Final = 86_400.0

_LOG: Final = logging.getLogger(__name__)


class PresenceWatch:
    """The people of one canvas. Polled by the follower's thread; costs nothing while no view of this process is shown.

    Args:
        folder: Where processes tell one another of the people.
        canvas: Path of the canvas, for the messages.
        clock: Seconds that only go forward.
    """

    def __init__(self, folder: PresenceFolder, canvas: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._canvas, self._clock = folder, canvas, clock
        self._lock = threading.Lock()
        self._closed = False
        self._here: tuple[PresencePayload, ...] = ()
        self._people: tuple[Person, ...] = ()
        self._published: Published | None = None
        self._told: dict[Listener, Mapping[str, Person]] = {}
        self._forgot: deque[Listener] = deque()
        self._blind_until = self._mute_until = 0.0
        self._sightings: dict[str, Sighting] = {}
        self._first, self._asked, self._unsettled = True, False, False
        self._stamp, self._next_look = -1, 0.0

    def poll(self, listeners: Sequence[Listener]) -> None:
        """Look once, write if it is time to, and tell the views what is new. Whatever the folder is like, nothing is raised."""
        with self._lock:
            if self._closed:
                return
            here = tuple(listener.presence for listener in listeners)
            moved = here != self._here
            if moved:
                self._here, self._people = here, people(here)
            if not self._people:
                if self._published or self._sightings:
                    self._withdraw()
                self._told.clear()
                return
            now = self._clock()
            looked = self._look(now)
            if looked or moved or self._sightings or self._forgot:  # alone, and nothing new: the cheapest round is the usual one
                present = self._elsewhere(now)
                self._write(now, others=bool(present))
                self._tell(listeners, present)

    def greet(self, listener: Listener) -> None:
        """Tell a view of everybody again: its page knows of nobody. From any thread."""
        self._forgot.append(listener)

    def close(self) -> None:
        """Take our people away from the others; nothing is done afterwards."""
        with self._lock:
            self._closed = True
            self._withdraw()

    # -- with the others

    def _look(self, now: float) -> bool:
        """Read what is new in the folder; return whether it was looked into, as it is now and then in any case.

        Where that is not possible nobody is elsewhere, until it is tried again.
        """
        if now < self._blind_until:
            return False
        try:
            stamp, regular = self._folder.changed_at(), now >= self._next_look
            if stamp == self._stamp and not self._unsettled and not regular:
                return False
            # Two changes may fall into one tick of the disk's clock, so that the folder is looked at once more.
            self._stamp, self._unsettled = stamp, stamp != self._stamp
            self._next_look = now + _LOOK_S if regular else self._next_look
            self._take_in(now, regular=regular)
        except TELLABLE as error:
            _LOG.debug("people elsewhere are not seen: %s", error)
            self._blind_until = now + _REST_S
            self._forget()
        return True

    def _take_in(self, now: float, *, regular: bool) -> None:
        if self._first:
            self._folder.sweep(time.time() - _LITTER_S)
        listing = self._folder.look()
        if not listing.own:
            self._published = None
        seen = {name: self._sight(name, stamp, now, regular=regular) for name, stamp in listing.others.items()}
        self._asked |= newcomers(self._sightings, seen)
        self._sightings, self._first = seen, False
        for name in [name for name, sighting in seen.items() if fate(sighting, machine=machine(), now=now) == "dead"]:
            self._folder.discard(name)
            del seen[name]

    def _sight(self, name: str, stamp: Stamp, now: float, *, regular: bool) -> Sighting:
        """Return what is known of a file; one that has not changed is only looked at now and then, for whether its process lives."""
        before = self._sightings.get(name)
        if before is not None and before.stamp == stamp and not regular:
            return before
        return sight(before, stamp, self._folder.read(name), first=self._first, now=now)

    def _forget(self) -> None:
        self._sightings = {}
        self._first, self._asked, self._unsettled = True, False, False
        self._stamp, self._next_look = -1, 0.0

    def _write(self, now: float, *, others: bool) -> None:
        if now < self._mute_until or not due(self._people, self._published, others=others, asked=self._asked, now=now):
            return
        try:
            if self._published is None:
                atexit.register(self.close)
            self._folder.write(self._people)
            self._published, self._asked = Published(self._people, now), False
        except TELLABLE as error:
            _LOG.debug("our people are not shown to others: %s", error)
            self._mute_until = now + _REST_S

    def _withdraw(self) -> None:
        atexit.unregister(self.close)
        self._published = None
        self._forget()
        try:
            self._folder.remove()
        except TELLABLE as error:
            _LOG.debug("our people are not taken away: %s", error)

    def _elsewhere(self, now: float) -> dict[str, Person]:
        ours = {person.client for person in self._people}
        return elsewhere(self._sightings.values(), ours, machine=machine(), now=now) if self._sightings else {}

    # -- with our views

    def _tell(self, listeners: Sequence[Listener], present: Mapping[str, Person]) -> None:
        forgot: set[Listener] = set()
        while self._forgot:
            forgot.add(self._forgot.popleft())
        if not present and not any(self._told.values()):
            return
        ours = {person.client for person in self._people}
        shown = [listener for listener in listeners if listener.presence.colour]
        for listener in shown:
            for payload in news(self._told.get(listener, {}), present, ours, again=listener in forgot):
                listener.deliver(message("server:presence", payload, canvas=self._canvas))
        self._told = dict.fromkeys(shown, present)
