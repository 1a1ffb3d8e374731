"""What a view may do to the queue of its project."""

from __future__ import annotations

from typing import Literal

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
        paused = self.engine.queue.paused()
        scope = EVERYTHING if EVERYTHING in paused else self.project.uuid
        ranks = {rank.id: number for number, rank in enumerate(self.engine.queue.waiting(self.project.uuid), start=1)}
        jobs = sorted(self.engine.store.jobs(self.project.uuid, active=True), key=lambda job: ranks.get(job.id, 0))
        return {
            "paused": ("project" if scope else "all") if scope in paused else None,
            "paused_by": paused.get(scope, ""),
            "jobs": [job.model_dump(mode="json") for job in jobs],
        }

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

    def _own_task(self, task_id: str) -> None:
        if self.engine.store.task(task_id).spec.project != self.project.uuid:
            raise NotFoundError(f"There is no task {task_id!r:.60} in this project.", fix="Reload the page to see its tasks.")

    def _own_job(self, job_id: str) -> None:
        if self.engine.store.job(job_id).project != self.project.uuid:
            raise NotFoundError(f"There is no job {job_id!r:.60} in this project.", fix="Reload the page to see its jobs.")
