"""How the jobs that wait are routed: each is read once, and thousands that ask for the same are routed once a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genstudio.pipelines.routing import route, routing_key
from genstudio.schema.errors import GenStudioError
from genstudio.schema.job import JobSpec, JobView, RenderJob, Route, Wait, WorkerView

if TYPE_CHECKING:
    from genstudio.engine.store import JobStore
    from genstudio.pipelines.catalogue import Catalogue

__all__ = ["Found", "Routes"]

Found = Route | Wait | GenStudioError | None
"""How a job is served, what it waits for, or why it cannot be; None for a film, which every CPU worker can render."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a waiting job asks for; jobs of one ``key`` are routed alike."""

    spec: JobSpec
    key: str


class Routes:
    """The routes of the jobs of a store that wait."""

    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._asked: dict[str, _Asked] = {}

    def find(self, waiting: Sequence[JobView], catalogue: Catalogue, workers: Sequence[WorkerView]) -> list[tuple[JobView, JobSpec, Found]]:
        """Return each job with what it asks for and its route on these workers."""
        self._asked = {job.id: self._asked.get(job.id) or _asked(self._store.spec(job.id)) for job in waiting}
        exhausted = self._store.exhausted()
        known: dict[tuple[str, frozenset[str]], Found] = {}
        found = []
        for job in waiting:
            asked, without = self._asked[job.id], exhausted.get(job.id, frozenset())
            if (asked.key, without) not in known:
                known[asked.key, without] = _route(asked.spec, catalogue, workers, without)
            found.append((job, asked.spec, known[asked.key, without]))
        return found


def _asked(spec: JobSpec) -> _Asked:
    return _Asked(spec, "" if isinstance(spec, RenderJob) else routing_key(spec))


def _route(spec: JobSpec, catalogue: Catalogue, workers: Sequence[WorkerView], exhausted: frozenset[str]) -> Found:
    if isinstance(spec, RenderJob):
        return None
    try:
        return route(spec, catalogue, workers, exhausted)
    except GenStudioError as error:
        return error
