"""Attempts on workers that do not see the studio's disk: what is on its way there or back, each as a task of the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from genstudio.engine import remote
from genstudio.engine.courier import Courier
from genstudio.engine.fence import SupersededAttemptError
from genstudio.engine.outcome import Outcome
from genstudio.engine.remote import LinkLostError
from genstudio.pipelines.catalogue import Catalogue
from genstudio.schema.errors import GenStudioError
from genstudio.schema.job import Failed

if TYPE_CHECKING:
    from genstudio.engine.link import Link
    from genstudio.engine.log_feed import LogFeed
    from genstudio.engine.state import StateFolder
    from genstudio.schema.job import Assignment

__all__ = ["Away"]

_LOG: Final = logging.getLogger("genstudio.producer")


class Away:
    """What is on its way.

    Args:
        state: The state folder.
        workspace: Whose pipelines there are.
        ended: Is told how an attempt ended, once its result is here; None if its worker was lost on the way.
    """

    def __init__(self, state: StateFolder, workspace: Path, ended: Callable[[str, int, str | None], None]) -> None:
        self._state = state
        self._workspace = workspace
        self._ended = ended
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._collected: set[str] = set()
        self._feeds: dict[str, asyncio.Task[None]] = {}

    def busy(self, job: str) -> bool:
        """Tell whether something of a job is on its way."""
        return job in self._tasks

    def collected(self, job: str) -> bool:
        """Tell whether the result of a job has arrived; asked once."""
        arrived = job in self._collected
        self._collected.discard(job)
        return arrived

    def clear(self) -> None:
        """Forget what was on its way over a connection that is gone."""
        for task in (*self._tasks.values(), *self._feeds.values()):
            task.cancel()
        self._tasks.clear()
        self._feeds.clear()
        self._collected.clear()

    def send(self, link: Link, assignment: Assignment, address: str, resources: dict[str, float]) -> None:
        """Send inputs, then the attempt."""
        self._begin(assignment, self._send(link, assignment, address, resources))

    def listen(self, link: Link, job: str, address: str) -> None:
        """Bring what a job prints while it runs, unless that is being done."""
        if job not in self._feeds and not self.busy(job):
            self._feeds[job] = asyncio.get_running_loop().create_task(_followed(Courier(link, self._state).log_feed(job, address)))

    def hush(self, jobs: Collection[str]) -> None:
        """Bring no more of what other jobs than these print."""
        for job in self._feeds.keys() - set(jobs):
            self._feeds.pop(job).cancel()

    def collect(self, link: Link, assignment: Assignment, outcome: Outcome, address: str) -> None:
        """Fetch and publish what an attempt has made, unless that is being done."""
        if not self.busy(assignment.job):
            self.hush(self._feeds.keys() - {assignment.job})
            self._begin(assignment, self._collect(link, assignment, outcome, address))

    async def ended_before(self, link: Link) -> dict[tuple[str, int], tuple[str, str]]:
        """Return, by job and attempt, the address of the worker and the word of what has ended while nobody was connected."""
        found = {}
        for worker in await link.workers():
            if not worker.shared and not worker.problem:
                with suppress(LinkLostError):
                    for word in await link.call(worker.address, remote.outcomes):
                        outcome = Outcome.model_validate_json(word)
                        found[outcome.job, outcome.attempt] = (worker.address, word)
        return found

    def _begin(self, assignment: Assignment, work: Coroutine[Any, Any, str | None]) -> None:
        task = asyncio.get_running_loop().create_task(self._finish(assignment, work))
        self._tasks[assignment.job] = task

    async def _finish(self, assignment: Assignment, work: Coroutine[Any, Any, str | None]) -> None:
        job, number = assignment.job, assignment.attempt
        lost, word = False, None
        try:
            word = await work
        except GenStudioError as error:
            failed = Failed(code=error.code, message=error.message, fix=error.fix)
            word = Outcome(job=job, attempt=number, state=failed).model_dump_json()
        except (LinkLostError, OSError, SupersededAttemptError) as error:
            _LOG.warning("What belongs to %s was lost on the way: %s", job, error)
            lost = True
        self._tasks.pop(job, None)
        if word is not None:
            self._collected.add(job)
        if word is not None or lost:
            self._ended(job, number, word)

    async def _send(self, link: Link, assignment: Assignment, address: str, resources: dict[str, float]) -> None:
        await Courier(link, self._state).deliver(assignment, address)
        link.submit(assignment, address, resources)

    async def _collect(self, link: Link, assignment: Assignment, outcome: Outcome, address: str) -> str:
        pipeline = None
        if assignment.route is not None:
            catalogue = await asyncio.to_thread(Catalogue.load, self._workspace)
            with suppress(GenStudioError):
                pipeline = catalogue.get(assignment.route.pipeline)
        found = await Courier(link, self._state).collect(assignment, pipeline, outcome, address)
        return found.model_dump_json()


async def _followed(feed: LogFeed) -> None:
    """Follow a log for as long as its worker answers; what is missing then comes with the result."""
    with suppress(LinkLostError, OSError):
        await feed.follow()
