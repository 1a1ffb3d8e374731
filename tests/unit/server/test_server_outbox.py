"""Messages on their way to a client."""

from __future__ import annotations

import json
import threading
from typing import Any

from genstudio.schema.message import Message
from genstudio.server.outbox import Outbox


def message(kind: str, **payload: Any) -> Message:
    return Message(type=kind, payload=payload)


def drain(outbox: Outbox) -> list[dict[str, Any]]:
    return [json.loads(text)["payload"] for text in iter(outbox.take, None)]


def test_messages_come_out_in_order_and_draining_is_asked_for_once() -> None:
    outbox = Outbox()
    assert [outbox.put(message("server:patch", n=n)) for n in range(3)] == [True, False, False]
    assert drain(outbox) == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert outbox.put(message("server:patch", n=3))


def test_only_the_newest_progress_of_a_task_waits() -> None:
    outbox = Outbox()
    for percent in range(50):
        outbox.put(message("server:task_progress", task_id="a", progress=percent))
        outbox.put(message("server:task_progress", task_id="b", progress=percent))
    assert drain(outbox) == [{"task_id": "a", "progress": 49}, {"task_id": "b", "progress": 49}]


def test_only_the_newest_place_of_a_person_waits() -> None:
    outbox = Outbox()
    for x in range(9):
        outbox.put(message("server:presence", client="c", cursor=[x, 0]))
    assert drain(outbox) == [{"client": "c", "cursor": [8, 0]}]


def test_a_client_that_takes_nothing_is_given_up() -> None:
    outbox = Outbox()
    assert [outbox.put(message("server:patch", n=n)) for n in range(5000)].count(True) == 2
    assert outbox.overflowed
    assert drain(outbox) == []


def test_many_threads_lose_nothing() -> None:
    outbox = Outbox()
    threads = [threading.Thread(target=lambda: [outbox.put(message("server:patch", n=1)) for _ in range(200)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drain(outbox)) == 1600
