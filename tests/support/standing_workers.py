"""A connection to workers that are only said to be there: they take every attempt and end none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genstudio.engine import remote
from genstudio.engine.link import Link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genstudio.schema.job import Assignment, WorkerView

__all__ = ["StandingWorkers"]


def _nothing(*_: Any) -> None:
    pass


class StandingWorkers(Link):
    """Stands for a scheduler with some workers where only the producer's side is looked at. ``sent`` are the jobs that they were given."""

    def __init__(self, workers: Sequence[WorkerView]) -> None:
        super().__init__(lambda: True, _nothing, _nothing, _nothing)
        self.views = list(workers)
        self.places_taken: dict[str, str] = {}
        self.sent: list[str] = []

    async def workers(self) -> list[WorkerView]:
        return self.views

    async def places(self) -> dict[str, str]:
        return self.places_taken

    def submit(self, assignment: Assignment, address: str, resources: dict[str, float]) -> None:  # noqa: ARG002 - the form of a link
        self.places_taken[remote.key_of(assignment.job, assignment.attempt)] = address
        self.sent.append(assignment.job)
