"""The functions that the producer has run on workers, by Dask. Light to import: what they need is loaded where they run."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from distributed import Worker

    from genstudio.engine.parcels import Parcels
    from genstudio.engine.studio_worker import StudioWorker

__all__ = [
    "EVENTS",
    "PLUGIN",
    "LinkLostError",
    "attempt",
    "cancel",
    "describe",
    "forget",
    "key_of",
    "lacking",
    "leave",
    "log_block",
    "outcomes",
    "parse_key",
    "receive",
    "result_block",
]

EVENTS: Final = "genstudio"
"""The topic on which workers tell what their attempts do."""
PLUGIN: Final = "genstudio"
"""The name of the plugin that makes a Dask worker one of ours."""
_PREFIX: Final = "genstudio:"


class LinkLostError(Exception):
    """The scheduler does not answer. Whoever holds the link connects again, perhaps to a new scheduler."""


def key_of(job: str, number: int) -> str:
    """Return the Dask key of an attempt; each attempt has its own, since Dask answers a known key with the old result."""
    return f"{_PREFIX}{job}:{number}"


def parse_key(key: str) -> tuple[str, int] | None:
    """Return job and number of the attempt of a key, None if it is none of ours."""
    if not key.startswith(_PREFIX):
        return None
    job, _, number = key.removeprefix(_PREFIX).rpartition(":")
    return job, int(number)


def attempt(payload: str) -> str:
    """Make an attempt: the Dask task. Takes an ``Assignment`` and returns an ``Outcome``, both as JSON."""
    from distributed import get_worker

    worker = get_worker()
    return _studio(worker).attempt(payload, lambda message: worker.log_event(EVENTS, message))


def cancel(job: str, by: str, dask_worker: Worker | None = None) -> bool:
    """Kill a job; run on the worker that has it. Returns whether it was there."""
    return _studio(dask_worker).cancel(job, by)


async def leave(keys: list[str], dask_worker: Worker | None = None) -> int:
    """End pipelines that stay loaded on a worker, to make room; run on the worker. Returns how many there were."""
    studio = _studio(dask_worker)
    return await asyncio.to_thread(studio.leave, keys)


def lacking(hashes: list[str], dask_worker: Worker | None = None) -> list[str]:
    """Return those inputs that a worker which does not see the studio's disk still needs."""
    return _parcels(dask_worker).lacking(hashes)


def receive(sha256: str, offset: int, data: bytes, last: bool, dask_worker: Worker | None = None) -> None:  # noqa: FBT001 - sent by Dask
    """Take a block of an input."""
    _parcels(dask_worker).receive(sha256, offset, data, last=last)


def outcomes(dask_worker: Worker | None = None) -> list[str]:
    """Return the ends of attempts that nobody has taken note of, on a worker that does not see the studio's disk; JSON."""
    studio = _studio(dask_worker)
    return studio.place.parcels.outcomes() if studio.place.parcels else []


def result_block(job: str, number: int, name: str, offset: int, dask_worker: Worker | None = None) -> bytes:
    """Return a block of a result."""
    from genstudio.engine.parcels import read_block

    return read_block(_parcels(dask_worker).result(job, number, name), offset)


def log_block(job: str, offset: int, dask_worker: Worker | None = None) -> tuple[bytes, int]:
    """Return a block of the log of a job and the offset behind it. A log that has become shorter was begun anew, and so is it read."""
    from genstudio.engine.parcels import read_block

    log = _studio(dask_worker).place.state.log(job)
    begin = offset if log.is_file() and log.stat().st_size >= offset else 0
    data = read_block(log, begin)
    return data, begin + len(data)


def forget(job: str, number: int, dask_worker: Worker | None = None) -> None:
    """Drop a result that has arrived, with its log."""
    studio = _studio(dask_worker)
    _parcels(dask_worker).forget(job, number)
    studio.place.state.log(job).unlink(missing_ok=True)


def _parcels(worker: Worker | None) -> Parcels:
    parcels = _studio(worker).place.parcels
    if parcels is None:
        raise RuntimeError("This worker sees the studio's disk.")
    return parcels


async def describe(dask_worker: Worker | None = None) -> dict[str, Any] | None:
    """Return a ``WorkerView`` as JSON, with memory measured now; None on a Dask worker that is none of ours."""
    if dask_worker is None or PLUGIN not in dask_worker.plugins:
        return None
    studio = _studio(dask_worker)
    view = await asyncio.to_thread(studio.describe)  # a container engine that hangs must not keep a cancel from being heard
    return view.model_dump()


def _studio(worker: Worker | None) -> StudioWorker:
    if worker is None:
        raise RuntimeError("This runs on a Dask worker only.")
    return cast("StudioWorker", worker.plugins[PLUGIN])
