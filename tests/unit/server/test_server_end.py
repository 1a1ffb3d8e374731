"""A server that is stopped while it is about something ends all the same."""

from __future__ import annotations

import asyncio
import threading

import anyio

from genstudio.server.launch import end_tasks

SECONDS = 30


def test_the_thread_of_a_task_that_was_not_done_when_the_loop_was_stopped_ends() -> None:
    """As a page that is made ahead: its notebook was read in a thread of anyio, then it waits for a kernel."""
    threads: list[threading.Thread] = []
    loop = asyncio.new_event_loop()

    async def page() -> None:
        threads.append(await anyio.to_thread.run_sync(threading.current_thread))
        loop.stop()
        await asyncio.Event().wait()

    task = loop.create_task(page())
    loop.run_forever()
    assert threads[0].is_alive()
    end_tasks(loop)
    threads[0].join(SECONDS)
    assert not threads[0].is_alive()
    assert task.cancelled()
    loop.close()
    end_tasks(loop)
