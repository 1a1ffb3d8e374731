"""What a view may do to the queue of its project."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from genstudio.engine.overview import QueueRow, overview
from genstudio.engine.queue import EVERYTHING
from genstudio.schema.base import Id, JsonObject
from genstudio.schema.errors import NotFoundError
from genstudio.session.calls import public
from genstudio.session.editing import EditingSession
from genstudio.session.follower import FOLLOWER

__all__ = ["QueueSession"]


class QueueSession(EditingSession):
    """The part of :class:`~genstudio.session.CanvasSession` that concerns the queue."""

    @public
    def queue_state(self) -> JsonObject:
        """Return ``{"paused", "paused_by", "jobs"}``: who keeps jobs from starting, and the open jobs in the order of the queue.

        Jobs that have begun come first. ``paused`` is ``"all"``, ``"project"`` or null.
        """
        paused, by = self._paused()
        ranks = {rank.id: number for number, rank in enumerate(self.engine.queue.waiting(self.project.uuid), start=1)}
        jobs = sorted(self.engine.store.jobs(self.project.uuid, active=True), key=lambda job: ranks.get(job.id, 0))
        return {
            "paused": paused,
            "paused_by": by,
            "jobs": [job.model_dump(mode="json") for job in jobs],
        }

    @public
    def queue_overview(self) -> JsonObject:
        """Return ``queue_state``'s ``paused`` and ``paused_by``, the open jobs of all projects, those of this one that ended, the workers.

        ``dashboard`` is the address of Dask's own page, empty where there is none.

        A job of this project says so (``own``). ``running`` and ``waiting`` count what is open, also where not all of it is listed.
        """
        found = overview(self.engine.store, self.project.uuid)
        paused, by = self._paused()
        return {
            "paused": paused,
            "paused_by": by.partition("#")[0],
            "jobs": [self._queue_row(row) for row in found.open],
            "ended": [self._queue_row(row) for row in found.ended],
            "running": found.running,
            "waiting": found.waiting,
            "workers": [worker.model_dump(mode="json") for worker in self.engine.workers()],
            "dashboard": self.engine.cluster_status().dashboard,
        }

    @public
    def cancel_job(self, job_id: str) -> None:
        """Cancel one job of this project, and nothing else of its task."""
        self._own_job(job_id)
        self.engine.cancel(job_id, by=self.signature)
        FOLLOWER.poke()

    @public
    def preflight(self, node_id: Id, takes: int = 1, quality: Literal["low", "standard", "high"] | None = None) -> JsonObject:
        """Return what Generate would do now: pipeline, quality, notice, what it waits for, about how long and how large it will be."""
        return self.engine.preflight(self.project, self.file.path, node_id, takes, quality).model_dump(mode="json")

    @public
    def pause_queue(self) -> None:
        """Start no more jobs of this project. What runs goes on."""
        self.engine.queue.pause(self.project.uuid, by=self.signature)
        FOLLOWER.poke()

    @public
    def resume_queue(self) -> None:
        """Start jobs of this project again; also if the whole queue was paused, which is what stands in their way."""
        if EVERYTHING in self.engine.queue.paused():
            self.engine.resume()
        self.engine.resume(self.project.uuid)
        FOLLOWER.poke()

    @public
    def move_job(self, job_id: str, before: str | None = None) -> None:
        """Put a waiting job before another one of the queue; without one, at the end."""
        self._own_job(job_id)
        self.engine.queue.move(job_id, before)
        FOLLOWER.poke()

    @public
    def cancel_all(self) -> int:
        """Cancel all jobs of the project and return how many had not ended."""
        asked = self.engine.cancel_project(self.project.uuid, by=self.signature)
        FOLLOWER.poke()
        return len(asked)

    @public
    def retry(self, task_id: str) -> str:
        """Ask once more for what has failed or was cancelled of a task, as it was asked for then; return the id of the new task."""
        self._own_task(task_id)
        task = self.engine.retry(task_id, author=self.signature)
        FOLLOWER.poke()
        return task.id

    def _paused(self) -> tuple[Literal["all", "project"] | None, str]:
        """Return what keeps jobs of this project from starting, and who wants that."""
        paused = self.engine.queue.paused()
        if EVERYTHING in paused:
            return "all", paused[EVERYTHING]
        return ("project" if self.project.uuid in paused else None), paused.get(self.project.uuid, "")

    def _queue_row(self, row: QueueRow) -> JsonObject:
        return {**asdict(row), "state": row.state.model_dump(mode="json"), "own": row.project == self.project.uuid}

    def _own_task(self, task_id: str) -> None:
        if self.engine.store.task(task_id).spec.project != self.project.uuid:
            raise NotFoundError(f"There is no task {task_id!r:.60} in this project.", fix="Reload the page to see its tasks.")

    def _own_job(self, job_id: str) -> None:
        if self.engine.store.job(job_id).project != self.project.uuid:
            raise NotFoundError(f"There is no job {job_id!r:.60} in this project.", fix="Reload the page to see its jobs.")
