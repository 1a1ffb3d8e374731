"""Messages on their way to one slow or fast client."""

from __future__ import annotations

import threading
from collections import OrderedDict
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable

    from genstudio.schema.message import Message

__all__ = ["Outbox"]

_MAX_MESSAGES: Final = 4000
_MAX_CHARACTERS: Final = 64 * 1024 * 1024


class Outbox:
    """A queue of encoded messages that any thread fills and one drains.

    What is only of interest in its newest form - progress of a task, presence of a person - replaces what still waits. A client that
    takes nothing for too long :attr:`overflowed`: it is let go, and gets the whole state when it comes back.
    """

    def __init__(self) -> None:
        self.overflowed = False
        self._lock = threading.Lock()
        self._numbers = count()
        self._waiting: OrderedDict[Hashable, str] = OrderedDict()
        self._characters = 0
        self._draining = False

    def put(self, message: Message) -> bool:
        """Add a message. Return whether something has to be done now: start draining, or let the client go if it overflowed."""
        text = message.model_dump_json()
        key = _kind(message)
        with self._lock:
            if self.overflowed:
                return False
            if key is None:
                key = next(self._numbers)
            self._characters += len(text) - len(self._waiting.get(key, ""))
            self._waiting[key] = text
            if len(self._waiting) > _MAX_MESSAGES or self._characters > _MAX_CHARACTERS:
                self.overflowed = True
                self._waiting.clear()
                return True
            start, self._draining = not self._draining, True
            return start

    def take(self) -> str | None:
        """Return the next message, or None when there is none; then the next :meth:`put` asks for draining again."""
        with self._lock:
            if not self._waiting:
                self._draining = False
                return None
            text = self._waiting.popitem(last=False)[1]
            self._characters -= len(text)
            return text


def _kind(message: Message) -> Hashable | None:
    """Return what a message is the newest form of, None if each of its kind counts."""
    if message.type == "server:task_progress":
        return message.type, message.payload.get("task_id")
    if message.type == "server:presence":
        return message.type, message.payload.get("client")
    return None
