"""The front of the engine, for sessions, notebooks and the command line: ask for takes and films, follow and cancel them."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Final, Literal

from genstudio.engine import nudge
from genstudio.engine.again import job_again
from genstudio.engine.cluster import scheduler_address
from genstudio.engine.daemons import start_producer
from genstudio.engine.film_shares import divided
from genstudio.engine.launching import read_config, start_workers
from genstudio.engine.lease import holder
from genstudio.engine.preflight import Preflight, likely_workers, preflight, together, with_needs
from genstudio.engine.queue import EVERYTHING, Queue
from genstudio.engine.runners.environments import Environments
from genstudio.engine.runners.private import private_runners
from genstudio.engine.shots import EDIT_LIST, edit_job, generate_jobs, render_job
from genstudio.engine.state import StateFolder
from genstudio.engine.status import ClusterStatus, cluster_status
from genstudio.engine.steps import linked, step_name
from genstudio.engine.store import JobStore
from genstudio.engine.training import train_job
from genstudio.engine.wholes import is_whole, whole_jobs
from genstudio.engine.worker_table import read_table
from genstudio.pipelines.catalogue import Catalogue
from genstudio.pipelines.routing import route
from genstudio.pipelines.weights import installed
from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError
from genstudio.schema.job import ENDED, JobSpec, TaskSpec, TaskView, WorkerView
from genstudio.schema.render import FilmPreset, RenderOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.base import Quality
    from genstudio.schema.cut import CutList
    from genstudio.schema.take import TakeRecord

__all__ = ["INTERACTIVE", "Engine"]

INTERACTIVE: Final = 10
"""Priority of what a person waits for; batch runs have 0."""
_MOST_TAKES: Final = 100
_SEEDS: Final = 2**32
_LOOK_S: Final = 0.01
_ENSURE_S: Final = 1.0
_START_S: Final = 60.0


class Engine:
    """The engine of a workspace. Cheap to make; every process has its own. Close it when done.

    Attributes:
        store: The job store.
        queue: The order of what waits, and what is paused.
    """

    def __init__(self, workspace: WorkspaceFolder) -> None:
        self._workspace = workspace
        self._state = StateFolder(workspace.state_dir)
        self._state.prepare()
        self.store = JobStore(workspace.state_dir)
        self.queue = Queue(self.store)

    def generate(
        self,
        project: ProjectFolder,
        canvas: str | None,
        node: str,
        takes: int | Sequence[int] = 1,
        quality: Quality | None = None,
        author: str = "",
        *,
        priority: int = INTERACTIVE,
    ) -> TaskSpec:
        """Ask for takes of a shot, or for what another node makes. When this returns the task is on disk and will be done.

        Of a scene or an assembler that is every shot in it that needs a take: it has none, or one that is out of date.

        That holds whatever happens to this process. What the shot needs and is not there yet (speech, control maps) is made first, as
        steps of the task.

        Several takes of a shot with a fixed seed use seed, seed + 1, …; without one each take gets a random seed, which is recorded.
        ``takes`` may also name the seed of each take.

        Raises:
            BadInputError: The node makes nothing, something it needs is wrong, nothing of a scene is to be made, or the number of takes is
                wrong.
            NotFoundError: The canvas or the pipeline does not exist.
        """
        number = takes if isinstance(takes, int) else len(takes)
        if not 1 <= number <= _MOST_TAKES:
            raise BadInputError(f"{number} takes cannot be made at once.", fix=f"Ask for 1 to {_MOST_TAKES}.")
        if is_whole(project, canvas, node):
            whole = whole_jobs(self._workspace, project, canvas, node, number, quality)
            task = _task(project, whole.path, node, "generate", author, priority)
            return self._add(task, whole.jobs, whole.names, notice=whole.notice)
        path, specs = generate_jobs(self._workspace, project, canvas, node, takes, quality)
        return self._add(_task(project, path, node, "generate", author, priority), specs)

    def preflight(self, project: ProjectFolder, canvas: str | None, node: str, takes: int = 1, quality: Quality | None = None) -> Preflight:
        """Return what :meth:`generate` would do now: pipeline, quality, what it would wait for, time and disk. Nothing is queued.

        Of a scene or an assembler, ``parts`` says it of each job.

        Raises:
            BadInputError: The node makes nothing, something it needs is wrong, or nothing of a scene is to be made.
            NotFoundError: The canvas or the pipeline does not exist.
        """
        whole = is_whole(project, canvas, node)
        if whole:
            jobs = whole_jobs(self._workspace, project, canvas, node, 1, quality).jobs
        else:
            jobs = tuple(generate_jobs(self._workspace, project, canvas, node, 1, quality)[1][-1:])
        catalogue = Catalogue.load(self._workspace.root)
        workers = self.expected_workers(catalogue)
        past = [take for records in project.takes.all().values() for take in records]
        ahead = len(self.queue.waiting())
        parts = []
        for job in jobs:
            found = route(job, catalogue, workers)
            known = preflight(job, takes if job.asked else 1, found, past, ahead=ahead, folder=project.root)
            pipeline = catalogue.pipelines.get(known.pipeline)
            parts.append(with_needs(known, found, pipeline.manifest if pipeline else None, workers))
        return together(node, takes, parts) if whole else parts[0]

    def expected_workers(self, catalogue: Catalogue) -> list[WorkerView]:
        """Return the workers there are; while no producer runs, those that it would start."""
        pipelines = catalogue.pipelines.values()
        weights = installed(pipelines, self._workspace.models_dirs())
        return self.workers() or likely_workers(weights, private_runners(Environments(self._state.environments), pipelines))

    def make_again(self, project: ProjectFolder, record: TakeRecord, author: str = "") -> TaskSpec:
        """Ask for one more take made just as ``record`` says another one was, by the same pipeline in the same version.

        Raises:
            NotFoundError: The pipeline is not here in that version.
            BadInputError: The record does not say how the take was made.
        """
        job = job_again(project, Catalogue.load(self._workspace.root), record)
        return self._add(_task(project, record.canvas.path, record.canvas.node, "generate", author, INTERACTIVE), [job])

    def render(
        self,
        project: ProjectFolder,
        canvas: str | None,
        node: str,
        author: str = "",
        *,
        priority: int = INTERACTIVE,
        preset: FilmPreset = "h264",
    ) -> TaskSpec:
        """Ask for the film of an assembler, as it is cut now. Where several workers can render, they share a long one.

        Raises:
            BadInputError: The node is no assembler, or its sequence cannot be cut.
            NotFoundError: The canvas does not exist.
        """
        path, spec = render_job(project, canvas, node, RenderOptions(preset=preset))
        return self._add(_task(project, path, node, "render", author, priority), divided(spec, self.workers()))

    def render_edit(self, project: ProjectFolder, film: CutList, options: RenderOptions, author: str = "") -> TaskSpec:
        """Ask for the film of a cut that was read from an edit list."""
        path, spec = edit_job(project, film, options)
        return self._add(_task(project, path, EDIT_LIST, "render", author, INTERACTIVE), divided(spec, self.workers()))

    def train(
        self, project: ProjectFolder, asset: str, quality: Quality | None = None, author: str = "", *, priority: int = INTERACTIVE
    ) -> TaskSpec:
        """Ask for the model of an asset (name or uuid), trained from its reference images as they are now.

        Raises:
            NotFoundError: There is no such asset.
            BadInputError: It has no trigger word, or too few pictures.
            ConflictError: It is being trained.
        """
        spec = train_job(project, asset, quality, secrets.randbelow(_SEEDS))
        if any(job.kind == "train" and job.node == spec.node for job in self.store.jobs(project.uuid, active=True)):
            raise ConflictError(f"{spec.name} is being trained already.", fix="Wait for its model, or cancel that training first.")
        return self._add(_task(project, "", spec.node, "train", author, priority), [spec])

    def cancel(self, task_or_job_id: str, by: str = "", *, node: str = "") -> tuple[str, ...]:
        """Stop a task or one job, and nothing else. Return the ids of the jobs that had not ended. NotFoundError if there is none.

        With ``node``, stop of the task of a scene or a film what it makes for that node alone. What is to be made from that is cancelled
        with it, for it can never begin; the rest goes on.
        """
        asked = self.store.request_cancel(task_or_job_id, by, node=node)
        if asked:
            self.ensure_producer()
        return asked

    def cancel_project(self, project: str, by: str = "") -> tuple[str, ...]:
        """Stop all jobs of a project (its uuid). Return the ids of those that had not ended."""
        asked = self.queue.cancel_project(project, by)
        if asked:
            self.ensure_producer()
        return asked

    def resume(self, project: str = EVERYTHING) -> bool:
        """Start jobs of a project, or of all, that were kept by :meth:`Queue.pause`. Return whether they were paused."""
        resumed = self.queue.resume(project)
        self.ensure_producer()
        return resumed

    def retry(self, task_or_job_id: str, author: str = "") -> TaskSpec:
        """Ask once more for what has failed or was cancelled, exactly as it was asked for: same words, same seed, next take number.

        Raises:
            NotFoundError: There is no task or job of that id.
            ConflictError: Nothing of it has failed or was cancelled.
        """
        jobs = self.store.jobs(task=task_or_job_id) or [self.store.job(task_or_job_id)]
        again = [(job.id, self.store.spec(job.id)) for job in jobs if job.state.state in ("failed", "cancelled")]
        if not again:
            states = ", ".join(sorted({job.state.state for job in jobs}))
            raise ConflictError(f"There is nothing to try again: {task_or_job_id} is {states}.", fix="To make another take, generate.")
        old = self.store.task(jobs[0].task).spec
        task = old.model_copy(update={"id": _new_id("task"), "author": author or old.author, "created": time.time(), "notice": ""})
        return self._add(task, [spec for _, spec in again], [job for job, _ in again])

    def wait(self, task_id: str, timeout: float | None = None, *, committed: bool = False) -> TaskView:
        """Wait until all jobs of a task have ended and return it.

        Args:
            task_id: The task.
            timeout: Seconds; None waits for ever.
            committed: Wait also for the commit of its takes, or for the notice that says why there is none.

        Raises:
            NotFoundError: There is no such task.
            GenStudioError: It took too long (code ``timed_out``); the task goes on.
        """
        end = None if timeout is None else time.monotonic() + timeout
        version, ensured = None, 0.0
        while True:
            now = self.store.data_version()
            if now != version:
                version = now
                task = self.store.task(task_id)
                if all(job.state.state in ENDED for job in task.jobs) and (not committed or self.store.is_committed(task_id)):
                    return task
            if time.monotonic() - ensured > _ENSURE_S:  # the producer may die while we wait
                ensured = time.monotonic()
                self.ensure_producer()
            if end is not None and time.monotonic() > end:
                raise GenStudioError(
                    f"The task was not done after {timeout:g} s; it goes on.", fix="Look with: genstudio jobs ls.", code="timed_out"
                )
            time.sleep(_LOOK_S)

    def workers(self) -> list[WorkerView]:
        """Return the workers as the producer sees them; none while no producer runs."""
        return read_table(self._state.worker_table) if holder(self._state.root) else []

    def cluster_status(self) -> ClusterStatus:
        """Return workers, memory, queue and the address of the Dask dashboard, as they are now."""
        return cluster_status(self._state, self.store, self.queue)

    def start_workers(self) -> int:
        """Start the workers that ``cluster.toml`` of the workspace names, on their machines. Return how many commands that took.

        Raises:
            BadInputError: ``cluster.toml`` is wrong.
            GenStudioError: The engine did not start, or a command failed.
        """
        config = read_config(self._workspace.root)
        end = time.monotonic() + _START_S
        while scheduler_address(self._state) is None:
            if time.monotonic() > end:
                raise GenStudioError("The engine did not start.", fix=f"Read {self._state.log('producer')}.", code="engine")
            self.ensure_producer()
            time.sleep(_ENSURE_S / 10)
        return len(start_workers(config, self._state))

    def ensure_producer(self) -> None:
        """Start the producer if there is none, and wake it. Returns at once."""
        if not nudge.send(self._state.root):
            start_producer(self._workspace.root, self._state)

    def close(self) -> None:
        """Close the store. What was asked for goes on."""
        self.store.close()

    def _add(self, task: TaskSpec, specs: Sequence[JobSpec], names: Sequence[str] = (), *, notice: str = "") -> TaskSpec:
        """Put jobs in the queue. ``names`` are what their needs call them; those of a plan are called by their steps."""
        called = names or [step_name(spec) for spec in specs]
        self.store.add_task(task, linked([(_new_id("job"), name, spec) for name, spec in zip(called, specs, strict=True)]))
        if notice:
            self.store.add_notice(task.id, notice)
        self.ensure_producer()
        return task


def _task(
    project: ProjectFolder, canvas: str, node: str, kind: Literal["generate", "render", "train"], author: str, priority: int
) -> TaskSpec:
    return TaskSpec(
        id=_new_id("task"), project=project.uuid, canvas=canvas, node=node, kind=kind, priority=priority, author=author, created=time.time()
    )


def _new_id(kind: str) -> str:
    """Return an id that sorts by time: milliseconds since the epoch, then chance."""
    return f"{kind}_{time.time_ns() // 1_000_000:012x}{secrets.token_hex(5)}"
