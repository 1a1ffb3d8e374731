"""The order of what waits, and whether it may start: pause, resume, reorder, cancel all of a project. On disk before it returns."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from genstudio.engine import nudge
from genstudio.schema.errors import BadInputError, ConflictError

if TYPE_CHECKING:
    from genstudio.engine.store import JobStore

__all__ = ["EVERYTHING", "Queue", "Rank", "reordered"]

EVERYTHING: Final = ""
"""Stands for all projects of a workspace where a project may be paused."""
_RANK: Final = "jobs.id, coalesce(jobs.priority, tasks.priority) AS priority, coalesce(position, number) AS position"
_WAITING: Final = "ended = 0 AND json_extract(state, '$.state') IN ('queued', 'waiting')"


@dataclass(frozen=True, slots=True)
class Rank:
    """The place of a job in the queue: higher priority first, then lower position."""

    id: str
    priority: int
    position: int


def reordered(queue: Sequence[Rank], job: str, before: str | None) -> list[Rank]:
    """Return the ranks that change when a waiting job is put before another, or at the end.

    The job takes the priority of those it comes among, and positions are handed on within that priority, so that all others keep
    their order and nobody's priority changes.

    Args:
        queue: What waits, in order.
        job: Which one moves; it must be in ``queue``.
        before: The job that comes next then; None for the end.
    """
    moved = next(rank for rank in queue if rank.id == job)
    others = [rank for rank in queue if rank.id != job]
    if before == job or not others:
        return []
    index = len(others) if before is None else next(number for number, rank in enumerate(others) if rank.id == before)
    neighbour = others[index] if index < len(others) else others[-1]
    others.insert(index, replace(moved, priority=neighbour.priority))
    group = [rank for rank in others if rank.priority == neighbour.priority]
    wanted = [replace(rank, position=position) for rank, position in zip(group, sorted(rank.position for rank in group), strict=True)]
    return [rank for rank in wanted if rank not in queue]


class Queue:
    """What waits in a job store. Any process may change it; the producer follows at once."""

    def __init__(self, store: JobStore) -> None:
        self._store = store

    def waiting(self, project: str | None = None) -> list[Rank]:
        """Return what has not begun, in the order in which it may start."""
        query = f"SELECT {_RANK} FROM jobs JOIN tasks ON tasks.id = jobs.task WHERE {_WAITING} AND (?1 IS NULL OR jobs.project = ?1)"  # noqa: S608
        return [Rank(**dict(row)) for row in self._store.rows(query + " ORDER BY priority DESC, position", project)]

    def pause(self, project: str = EVERYTHING, by: str = "") -> None:
        """Start nothing more of a project, or of any. What runs goes on."""
        with self._store.writing() as run:
            run("INSERT OR REPLACE INTO pauses (project, by, time) VALUES (?,?,?)", (project, by, time.time()))
        self._tell()

    def resume(self, project: str = EVERYTHING) -> bool:
        """Start jobs again. Return whether they were paused."""
        with self._store.writing() as run:
            ended = run("DELETE FROM pauses WHERE project = ?", (project,)).rowcount
        self._tell()
        return bool(ended)

    def paused(self) -> dict[str, str]:
        """Return who has paused what, by the project's uuid or :data:`EVERYTHING`."""
        return {row["project"]: row["by"] for row in self._store.rows("SELECT project, by FROM pauses")}

    def move(self, job: str, before: str | None = None) -> None:
        """Put a waiting job before another one, or at the end.

        Raises:
            NotFoundError: There is no such job.
            ConflictError: One of the two waits no more.
            BadInputError: Both are the same.
        """
        if job == before:
            raise BadInputError("A job cannot go before itself.", fix="Name another job.")
        with self._store.writing() as run:
            queue = self.waiting()
            for name in filter(None, (job, before)):
                self._check_waiting(name, queue)
            for rank in reordered(queue, job, before):
                run("UPDATE jobs SET priority = ?, position = ? WHERE id = ?", (rank.priority, rank.position, rank.id))
        self._tell()

    def move_first(self, job: str) -> None:
        """Put a waiting job before all others; errors as for :meth:`move`."""
        first = next((rank.id for rank in self.waiting()), job)
        if first != job:
            self.move(job, first)

    def cancel_project(self, project: str, by: str = "") -> tuple[str, ...]:
        """Ask for the end of all jobs of a project. Return the ids of those that had not ended."""
        with self._store.writing() as run:
            asked = run("UPDATE jobs SET cancel_by = ? WHERE project = ? AND ended = 0 RETURNING id", (by, project)).fetchall()
        self._tell()
        return tuple(row["id"] for row in asked)

    def _check_waiting(self, job: str, queue: Sequence[Rank]) -> None:
        if all(rank.id != job for rank in queue):
            state = self._store.job(job).state.state
            raise ConflictError(f"The job {job} waits no more: it is {state}.", fix="Look with: genstudio jobs ls --active.")

    def _tell(self) -> None:
        nudge.send(self._store.state_dir)
