"""A batch at work: its jobs, its film and its report."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.job import RenderJob, Succeeded
from genstudio.schema.render import RenderOptions
from genstudio.widget import wiring
from genstudio.widget.batch_plan import ASSEMBLER, RowPlan
from genstudio.widget.batch_report import BatchReport, RowOutcome
from genstudio.widget.job import Film, FilmJob, TakesJob

if TYPE_CHECKING:
    from genstudio.widget.batch import Batch

__all__ = ["BatchRun", "RowRun"]

_LOOK_S: Final = 0.2


@dataclass(slots=True)
class RowRun:
    """A row at work: its plan, and the jobs that make its takes. ``error`` says why nothing could be asked for."""

    row: RowPlan
    jobs: tuple[TakesJob, ...] = ()
    error: str = ""

    @property
    def done(self) -> bool:
        """Whether nothing of it runs or waits any more."""
        return all(job.done for job in self.jobs)

    @property
    def progress(self) -> float:
        """Progress over all takes of the row, those there were before included, 0-100."""
        parts = [*(100.0 for _ in self.row.made), *(job.progress for job in self.jobs)]
        return sum(parts) / len(parts) if parts else 100.0

    @property
    def step(self) -> str:
        """What is being done or waited for, in a few words."""
        return next((job.step for job in self.jobs if not job.done), "done")


class BatchRun:
    """A batch at work. Interrupting it leaves its jobs running; starting the batch again finds them."""

    def __init__(self, batch: Batch, rows: Sequence[RowRun], began: float) -> None:
        self.batch = batch
        self.rows = tuple(rows)
        self._began = began
        self._film: Film | None = None
        self._film_error = ""

    @property
    def done(self) -> bool:
        """Whether nothing runs or waits any more."""
        return all(row.done for row in self.rows)

    @property
    def progress(self) -> float:
        """Progress of all rows together, 0-100."""
        return sum(row.progress for row in self.rows) / max(1, len(self.rows))

    def wait(self, timeout: float | None = None, told: Callable[[BatchRun], object] = lambda _: None) -> bool:
        """Wait until all takes are made or have failed, ``timeout`` seconds at most; return whether they are.

        ``told`` is called a few times a second.
        """
        end = None if timeout is None else time.monotonic() + timeout
        for row in self.rows:
            for job in row.jobs:
                while not job.wait(_LOOK_S):
                    told(self)
                    if end is not None and time.monotonic() > end:
                        return False
        told(self)
        return True

    def render(self, timeout: float | None = None, told: Callable[[FilmJob], object] = lambda _: None) -> Film | None:
        """Render the film of the assembler and wait for it; None if that failed, which the report tells.

        A film of exactly this cut that is there is returned as it is.
        """
        end = None if timeout is None else time.monotonic() + timeout
        try:
            assembler = self._assembler()
            job = self._rendered(assembler) or self.batch.canvas.render(assembler)
            while not job.wait(_LOOK_S):
                told(job)
                if end is not None and time.monotonic() > end:
                    break
            self._film = job.result(timeout=0)
        except GenStudioError as error:
            self._film_error = str(error)
        return self._film

    def report(self) -> BatchReport:
        """Return what there is now of what was asked for, read from the project's files and not from what the jobs said."""
        now = self.batch.plan().rows
        found = {row.node: row for row in now}
        outcomes = tuple(_outcome(run, found.get(run.row.node, run.row)) for run in self.rows)
        seconds = time.monotonic() - self._began
        return BatchReport(
            title=self.batch.canvas.project.title,
            project=self.batch.canvas.project.folder,
            rows=outcomes,
            seconds=seconds,
            film=self._film.output if self._film else "",
            film_error=self._film_error,
        )

    def _rendered(self, assembler: str) -> FilmJob | None:
        """Return the job that renders, or has rendered, the film as it is cut now, if its film is still there."""
        canvas, project = self.batch.canvas, self.batch.canvas.project
        store, cut = project.runtime.engine.store, canvas.cut(assembler).cut
        wanted = cut.model_dump(mode="json") if cut else None
        for view in reversed(store.jobs(project.uuid)):
            spec = store.spec(view.id) if view.kind == "render" and view.state.state not in ("failed", "cancelled") else None
            if isinstance(spec, RenderJob) and spec.cut == wanted and spec.options == RenderOptions() and spec.share is None:
                output = view.state.output if isinstance(view.state, Succeeded) else None
                if output is None or (project.path / output).is_file():
                    return FilmJob(project.runtime, project.folder, view.task)
        return None

    def _assembler(self) -> str:
        """Return the assembler that the last shot of the table leads to, or the only one of the canvas."""
        graph = self.batch.canvas.graph
        if not self.batch.joins:
            return wiring.only_assembler(graph, None)
        last = self.rows[-1].row.node
        reached, left = {last}, [last]
        while left:
            here = left.pop()
            if graph.nodes[here].type == ASSEMBLER:
                return here
            onward = {
                edge.target for edge in graph.edges.values() if edge.source == here and edge.source_handle == "sequence_out"
            } - reached
            reached |= onward
            left += sorted(onward)
        raise BadInputError("The last shot of the table leads to no assembler.", fix="Connect it, or run the batch with its film.")


def _outcome(run: RowRun, now: RowPlan) -> RowOutcome:
    errors = [run.error] if run.error else []
    notices: list[str] = []
    for job in run.jobs:
        if job.done:
            try:
                job.result(timeout=0)
            except GenStudioError as error:
                errors.append(str(error))
        else:
            errors.append(f"Not done yet: {job.step}.")
        notices += [job.notice] if job.notice else []
    if not errors and len(now.made) < now.wanted:
        errors.append("Takes are missing. Run the batch again.")
    fresh = {take.id for take in now.made} - {take.id for take in run.row.made}
    return RowOutcome(
        name=now.plan.name,
        folder=now.plan.renders,
        prompt=now.plan.composed_prompt,
        wanted=now.wanted,
        takes=now.made,
        fresh=frozenset(fresh),
        notice=" ".join(dict.fromkeys(notices)),
        error=" ".join(dict.fromkeys(errors)) if len(now.made) < now.wanted else "",
    )
