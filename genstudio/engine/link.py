# mypy: allow-untyped-calls
# (Dask is typed in part only.)
"""The producer's end of Dask: sends attempts, hears of them, finds again those that another producer sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from distributed import Client, Future, fire_and_forget

from genstudio.engine import remote
from genstudio.engine.cluster import security
from genstudio.engine.remote import LinkLostError
from genstudio.engine.versions import view_of
from genstudio.schema.job import Assignment, WorkerView

if TYPE_CHECKING:
    from distributed import Scheduler

    from genstudio.engine.state import StateFolder

__all__ = ["Link"]

_CONNECT_S: Final = 15.0
_ASK_S: Final = 15.0
_CLOSE_S: Final = 3.0
_LOOK_S: Final = 0.2
_DESCRIBE_S: Final = 5.0
_DESCRIBE_AGAIN_S: Final = 1.0
_SILENT_LOOKS: Final = 60
"""How often in a row a worker may fail to answer: for minutes, as the producer looks. Counted and not timed: a machine that was suspended,
or whose clock was set, has lost nobody."""

Heard = Callable[[dict[str, Any]], None]
T = TypeVar("T")


class Link:
    """A connection to a scheduler. All methods are for one event loop.

    Args:
        heard: Is told what attempts do: ``{"job", "attempt", "state"}``.
        alive: Tells whether the scheduler process lives; Dask itself goes on waiting for a dead one.
        ended: Is told that an attempt has ended, with its outcome as JSON, or None if Dask lost it.
        changed: Is told that workers came or went.
    """

    def __init__(
        self, alive: Callable[[], bool], heard: Heard, ended: Callable[[str, int, str | None], None], changed: Callable[[], None]
    ) -> None:
        self._alive = alive
        self._heard = heard
        self._ended = ended
        self._changed = changed
        self._followers: set[asyncio.Task[None]] = set()
        self._client: Client | None = None
        self._silent: dict[str, int] = {}

    async def connect(self, address: str, state: StateFolder) -> None:
        """Connect. ``allowed-failures`` is set on the scheduler too, since others may have started it.

        Raises:
            LinkLostError: Nobody answers there.
        """
        client = Client(address, security=security(state), asynchronous=True, timeout=_CONNECT_S, set_as_default=False)
        self._client = client
        await self._ask(_begun(client))
        await self._ask(client.run_on_scheduler(_allow_no_failures))
        client.subscribe_topic(remote.EVENTS, lambda event: self._heard(event[1]))
        client.subscribe_topic("all", self._cluster_event)

    async def close(self) -> None:
        """Leave. What runs goes on."""
        for follower in self._followers:
            follower.cancel()
        if self._client is not None:
            with suppress(TimeoutError, OSError):
                await asyncio.wait_for(self._client.close(timeout=1), _CLOSE_S)
            self._client = None

    async def workers(self) -> list[WorkerView]:
        """Return the workers of ours that answer now, by name. One that has not for long is dropped, and what it had is lost."""
        addresses = await self._ask(self._connected.run_on_scheduler(_addresses))
        found = await asyncio.gather(*(self._describe(address) for address in addresses))
        self._silent = {address: self._silent[address] for address in addresses if address in self._silent}
        for address in [address for address, looks in self._silent.items() if looks >= _SILENT_LOOKS]:
            await self._ask(self._connected.run_on_scheduler(_drop, address))
        return sorted(filter(None, found), key=lambda view: view.name)

    async def _describe(self, address: str) -> WorkerView | None:
        """Ask one worker what it is. One that hangs, or leaves just now, is not there for the others' sake."""
        asked = self._connected.run(remote.describe, workers=[address], on_error="ignore")
        try:
            answer = (await asyncio.wait_for(asked, _DESCRIBE_AGAIN_S if address in self._silent else _DESCRIBE_S)).get(address)
        except TimeoutError:
            self._silent[address] = self._silent.get(address, 0) + 1
            return None
        except OSError:
            return None
        self._silent.pop(address, None)
        return view_of(answer) if answer else None

    async def places(self) -> dict[str, str]:
        """Return the attempts that the scheduler has given to workers and that have not ended, by key, with the worker's address."""
        found = await self._ask(self._connected.run_on_scheduler(_processing))
        return {key: address for key, address in found.items() if remote.parse_key(key)}

    def submit(self, assignment: Assignment, address: str, resources: dict[str, float]) -> None:
        """Send an attempt to a worker. It runs on even if this process dies."""
        key = remote.key_of(assignment.job, assignment.attempt)
        future = self._connected.submit(
            remote.attempt,
            assignment.model_dump_json(),
            key=key,
            workers=[address],
            allow_other_workers=False,
            resources=resources,
            retries=0,
            pure=False,
        )
        fire_and_forget(future)
        self._follow(assignment.job, assignment.attempt, future)

    def adopt(self, job: str, number: int) -> None:
        """Follow an attempt that the scheduler has and this process did not send."""
        self._follow(job, number, Future(remote.key_of(job, number), client=self._connected))

    async def cancel(self, address: str, job: str, by: str) -> bool:
        """Kill a job on its worker. Return whether it was found there."""
        answers = await self._ask(self._connected.run(remote.cancel, job, by, workers=[address], on_error="return"))
        return answers.get(address) is True

    async def leave(self, address: str, keys: Sequence[str]) -> None:
        """End pipelines that stay loaded on a worker, and wait until they are gone."""
        await self._ask(self._connected.run(remote.leave, list(keys), workers=[address], on_error="return"))

    async def call(self, address: str, function: Callable[..., T], *arguments: object) -> T:
        """Have a function of :mod:`genstudio.engine.remote` run on one worker and return its answer.

        Raises:
            LinkLostError: The worker or the scheduler does not answer.
            GenStudioError: The function says so.
        """
        answers = await self._ask(self._connected.run(function, *arguments, workers=[address], on_error="return"))
        answer = answers.get(address, OSError("The worker has left."))
        if isinstance(answer, OSError):
            raise LinkLostError(f"The worker {address} does not answer: {answer}.")
        if isinstance(answer, Exception):
            raise answer
        return cast("T", answer)

    @property
    def _connected(self) -> Client:
        if self._client is None:
            raise LinkLostError("There is no connection to the scheduler.")
        return self._client

    async def _ask(self, question: Awaitable[T]) -> T:
        """Wait for an answer, but neither for ever nor for a dead scheduler."""
        asked = asyncio.ensure_future(question)
        end = asyncio.get_running_loop().time() + _ASK_S
        try:
            while not asked.done():
                await asyncio.wait({asked}, timeout=_LOOK_S)
                if not asked.done() and (not self._alive() or asyncio.get_running_loop().time() > end):
                    raise LinkLostError("The scheduler does not answer.")
            return asked.result()
        except OSError as error:
            raise LinkLostError(f"The scheduler does not answer: {error}.") from error
        finally:
            asked.cancel()

    def _follow(self, job: str, number: int, future: Future[str]) -> None:
        follower = asyncio.get_running_loop().create_task(self._outcome(job, number, future))
        self._followers.add(follower)
        follower.add_done_callback(self._followers.discard)

    async def _outcome(self, job: str, number: int, future: Future[str]) -> None:
        await future.exception()  # waits, whatever the end
        outcome: str | None = await self._connected.gather(future) if future.status == "finished" else None
        self._ended(job, number, outcome)

    def _cluster_event(self, event: tuple[float, Any]) -> None:
        message = event[1]
        if isinstance(message, dict) and message.get("action") in ("add-worker", "remove-worker"):
            self._changed()


async def _begun(client: Client) -> None:
    await client


def _allow_no_failures(dask_scheduler: Scheduler | None = None) -> None:
    if dask_scheduler is not None:
        dask_scheduler.allowed_failures = 0


def _addresses(dask_scheduler: Scheduler | None = None) -> list[str]:
    return list(dask_scheduler.workers) if dask_scheduler is not None else []


async def _drop(address: str, dask_scheduler: Scheduler | None = None) -> None:
    if dask_scheduler is not None:
        await dask_scheduler.remove_worker(address, stimulus_id="genstudio-silent")


def _processing(dask_scheduler: Scheduler | None = None) -> dict[str, str]:
    if dask_scheduler is None:
        return {}
    tasks = dask_scheduler.tasks.values()
    return {str(task.key): task.processing_on.address for task in tasks if task.processing_on is not None}
