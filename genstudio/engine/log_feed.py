"""The log of a job on a worker that does not see the studio's disk, brought here line by line while the job runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from genstudio.engine.execution import JobLog
from genstudio.engine.state import read_json, write_json

if TYPE_CHECKING:
    from genstudio.engine.state import StateFolder

__all__ = ["LogFeed"]

_PERIOD_S: Final = 0.25

Ask = Callable[[str, int], Awaitable[tuple[bytes, int]]]
"""Asks the worker for what a job has printed behind an offset: the next bytes, and the offset behind them."""


class LogFeed:
    """Brings the log of one job from one worker. How far it is stands on disk, so that the next producer goes on from there.

    Args:
        state: The studio's state folder.
        job: The job.
        place: What names the worker; the log of another one begins at its beginning.
        ask: Asks that worker.
    """

    def __init__(self, state: StateFolder, job: str, place: str, ask: Ask) -> None:
        self._log = state.log(job)
        self._mark = self._log.with_suffix(".mark")
        self._job, self._place, self._ask = job, place, ask

    async def follow(self) -> None:
        """Bring what comes, until the task is cancelled."""
        while True:
            await self.bring()
            await asyncio.sleep(_PERIOD_S)

    async def bring(self) -> None:
        """Bring all that there is now. The log is there then, even of a job that has printed nothing."""
        self._log.touch()
        mark = read_json(self._mark) or {}
        offset = int(mark["offset"]) if mark.get("place") == self._place else 0
        while True:
            data, offset = await self._ask(self._job, offset)
            if not data:
                return
            with JobLog(self._log) as log:
                log.add(data)
            write_json(self._mark, {"place": self._place, "offset": offset})

    def end(self) -> None:
        """Forget how far it is: all has come."""
        self._mark.unlink(missing_ok=True)
