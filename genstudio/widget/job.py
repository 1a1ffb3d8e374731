"""A click that is being worked on: its progress, its result, its end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, cast

from genstudio.project.media import thumbnail
from genstudio.project.paths import inside
from genstudio.schema.errors import GenStudioError
from genstudio.schema.job import ENDED, Failed, JobView, Running, Succeeded, TaskView, Waiting
from genstudio.widget.html import figure, message
from genstudio.widget.takes import Take, TakeList

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genstudio.project.project import ProjectFolder
    from genstudio.widget.runtime import Runtime

__all__ = ["Film", "FilmJob", "Job", "JobTimeoutError", "TakesJob", "job_of"]

ResultT_co = TypeVar("ResultT_co", bound="TakeList | Film", covariant=True)

_ORDER: Final = ("running", "staging", "waiting", "queued", "failed", "cancelled", "succeeded")


class JobTimeoutError(GenStudioError, TimeoutError):
    """A job was waited for longer than asked; the job itself goes on."""

    code = "timed_out"


class Film:
    """A rendered film. Displays as a player."""

    def __init__(self, project: ProjectFolder, output: str) -> None:
        self._project = project
        self.output = output

    @property
    def path(self) -> Path:
        """The film's file in ``06_Exports``; a folder if it is in pictures."""
        return Path(inside(self._project.root, self.output))

    def __repr__(self) -> str:
        return f"<Film {self.output}>"

    def _repr_html_(self) -> str:
        if not self.path.exists():
            return message(f"{self.output} is not there any more. Render it again with: project.render()", level="warning")
        if self.path.is_dir() or self.path.suffix != ".mp4":
            return message(f"The film is in {self.output}; browsers do not play it.")
        return figure(self.path, thumbnail(self._project.root, self.output), self.output, kind="video", width=640)


class Job(ABC, Generic[ResultT_co]):
    """One click on Generate or Render, and what becomes of it.

    Everything here returns at once but :meth:`result`. The work goes on when the kernel ends; open it again by its ``id``
    with ``project.job(id)``. Displays as a live progress bar that turns into the result.

    Example:
        >>> from genstudio import Workspace
        >>> film = Workspace().project("My First Film", create=True)
        >>> shot = film.canvas().add_shot("Snow", prompt="a fox in the snow", duration="1s")
        >>> job = shot.generate(takes=2)  # returns at once
        >>> takes = job.result()  # waits
        >>> job.done, job.progress, len(takes)
        (True, 100.0, 2)
        >>> film.job(job.id).state
        'succeeded'
    """

    def __init__(self, runtime: Runtime, project: ProjectFolder, task: str) -> None:
        self._runtime = runtime
        self._project = project
        self.id = task

    def view(self) -> TaskView:
        """Return the task with its jobs as they are now."""
        return self._runtime.engine.store.task(self.id)

    @property
    def state(self) -> str:
        """``queued``, ``waiting``, ``staging``, ``running``, ``succeeded``, ``failed`` or ``cancelled``."""
        return _overall(self.view())

    @property
    def done(self) -> bool:
        """Whether nothing of it runs or waits any more."""
        return self.state in ENDED

    @property
    def progress(self) -> float:
        """Progress of the whole click, 0-100."""
        return _progress(self.view())

    @property
    def step(self) -> str:
        """What is being done or waited for, in a few words."""
        return _step(self.view())

    @property
    def notice(self) -> str:
        """What differs from what was asked, e.g. a lower quality; empty if nothing does."""
        return self.view().spec.notice

    @property
    def takes(self) -> TakeList:
        """The takes it made so far."""
        return TakeList(_takes(self._project, self.view()))

    def cancel(self) -> Self:
        """Stop what is left of it; takes that are already made stay. Returns at once."""
        self._runtime.engine.cancel(self.id, by="python")
        return self

    def wait(self, timeout: float | None = None, *, committed: bool = False) -> bool:
        """Wait until all is done, ``timeout`` seconds at most; return whether it is. Raises nothing if it failed.

        With ``committed`` it also waits until the takes are in the project's history, or the ``notice`` says why they are not.
        """
        try:
            self._runtime.engine.wait(self.id, timeout, committed=committed)
        except GenStudioError as error:
            if error.code != JobTimeoutError.code:
                raise
            return False
        return True

    def result(self, timeout: float | None = None) -> ResultT_co:
        """Wait until all is done and return the takes, or the film.

        Args:
            timeout: Seconds to wait at most; None waits for ever.

        Raises:
            JobTimeoutError: It is not done in time. It goes on.
            GenStudioError: It failed or was cancelled; the message says why and what to do. Takes made before are in ``takes``.
        """
        done, view = self.wait(timeout), self.view()
        if not done:
            raise JobTimeoutError(f"Not done after {timeout:g} seconds: {_step(view)}.", fix="It goes on; call result() again.")
        _raise_for_failure(view)
        return self._collect(view)

    @abstractmethod
    def _collect(self, view: TaskView) -> ResultT_co:
        """Return what the jobs made, all of which succeeded."""

    def __repr__(self) -> str:
        view = self.view()
        state = _overall(view)
        detail = f" {_progress(view):.0f} %" if state == "running" else ""
        return f"<Job {self.id} {view.spec.kind} {state}{detail}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - IPython's display protocol
        from genstudio.widget.progress import JobProgress

        return JobProgress(cast("TakesJob | FilmJob", self))._repr_mimebundle_(**kwargs)


class TakesJob(Job[TakeList]):
    """One click on Generate."""

    def _collect(self, view: TaskView) -> TakeList:
        return TakeList(_takes(self._project, view))


class FilmJob(Job[Film]):
    """One click on Render."""

    def _collect(self, view: TaskView) -> Film:
        return next(Film(self._project, job.state.output) for job in reversed(view.jobs) if isinstance(job.state, Succeeded))


def job_of(runtime: Runtime, project: ProjectFolder, task: str) -> TakesJob | FilmJob:
    """Return the job of a task id, of whichever kind it is.

    Raises:
        NotFoundError: There is no such task.
    """
    kind = runtime.engine.store.task(task).spec.kind
    return FilmJob(runtime, project, task) if kind == "render" else TakesJob(runtime, project, task)


def _takes(project: ProjectFolder, view: TaskView) -> Iterator[Take]:
    """Return the takes that the jobs made, oldest first."""
    jobs = {job.id for job in view.jobs if isinstance(job.state, Succeeded) and job.state.take}
    if not jobs:
        return
    for records in project.takes.all().values():
        yield from (Take(project, record) for record in records if record.job in jobs)  # its number may be another since a pull


def _overall(view: TaskView) -> str:
    """Return the one state that stands for all jobs: what still moves first, then what went wrong."""
    states = {job.state.state for job in view.jobs}
    return next((state for state in _ORDER if state in states), "queued")


def _progress(view: TaskView) -> float:
    if not view.jobs:
        return 0.0
    return sum(_job_progress(job) for job in view.jobs) / len(view.jobs)


def _job_progress(job: JobView) -> float:
    if job.state.state in ENDED:
        return 100.0
    return job.state.progress if isinstance(job.state, Running) else 0.0


def _step(view: TaskView) -> str:
    """Return a few words on the job that stands for the task."""
    overall = _overall(view)
    job = next((job for job in view.jobs if job.state.state == overall), None)
    state = job.state if job else None
    if isinstance(state, Running):
        left = f", {state.eta_s:.0f} s left" if state.eta_s is not None else ""
        return f"{state.step or 'running'}{left}"
    if isinstance(state, Waiting):
        return state.reason
    if isinstance(state, Failed):
        return f"{state.message} {state.fix}".strip()
    return {"queued": "in the queue", "staging": "preparing", "succeeded": "done", "cancelled": "cancelled"}.get(overall, overall)


def _raise_for_failure(view: TaskView) -> None:
    failed = [job.state for job in view.jobs if isinstance(job.state, Failed)]
    if failed:
        first, many = failed[0], len(view.jobs) > 1
        lead = f"{len(failed)} of {len(view.jobs)} takes failed: " if many else ""
        raise GenStudioError(f"{lead}{first.message}", fix=first.fix, code=first.code)
    if _overall(view) == "cancelled":
        raise GenStudioError("The job was cancelled.", fix="Start it again with generate() or render().", code="cancelled")
