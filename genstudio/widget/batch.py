"""A batch: a table of shots becomes edits, takes and a film, and running it again makes only what is missing."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from genstudio.engine.shots import shot_job
from genstudio.pipelines.catalogue import Catalogue
from genstudio.pipelines.routing import route
from genstudio.project.atomic import locked
from genstudio.project.intent import plan_context
from genstudio.project.paths import get_lock_path
from genstudio.schema.errors import BadInputError, GenStudioError, NotFoundError, ReadOnlyError
from genstudio.schema.job import GenerateJob, Route, Wait
from genstudio.widget.batch_plan import Asked, InQueue, RowPlan, Surroundings, TablePlan, plan_table
from genstudio.widget.batch_run import BatchRun, RowRun
from genstudio.widget.job import TakesJob, job_of
from genstudio.widget.shot_table import MAX_TAKES, BadTableError, ShotRow, read_rows, read_table

if TYPE_CHECKING:
    from genstudio.project.canvas_file import CanvasState
    from genstudio.widget.canvas import Canvas

__all__ = ["Batch", "Forecast", "Table"]

_MAX_TABLE_BYTES: Final = 32 * 1024 * 1024

Table = Path | str | Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would become of a row now: what serves it (None if all its takes are there), or what it would wait for."""

    row: RowPlan
    served: Route | Wait | None

    @property
    def runs(self) -> bool:
        """Whether nothing keeps it from being made."""
        return not isinstance(self.served, Wait)

    @property
    def remark(self) -> str:
        """What it would wait for, what would differ from what was asked, or what serves it, in words."""
        if isinstance(self.served, Wait):
            return self.served.reason
        if self.served is None:
            return "in the queue" if self.row.queued else "all there"
        return self.served.quality.notice or f"{self.served.pipeline}, {self.served.tier.label or self.served.tier.quality}"


class Batch:
    """A table of shots for a canvas.

    Args:
        canvas: The canvas whose shots the table names.
        table: A CSV or JSON file, or a list of mappings with the same columns; None takes the shots that are on the canvas.
        takes: How many takes a shot is to have whose row does not say.
        quality: The quality of shots whose row does not say; None takes the shot's or the project's own.
        film: Join the shots in the order of the table and lead them to an assembler; without a table the wires stay as they are.

    Raises:
        BadTableError: The table has faults; they are all named by line and column, and nothing was changed.
        NotFoundError: There is no such file.
    """

    def __init__(
        self,
        canvas: Canvas,
        table: Table | None,
        *,
        takes: int = 1,
        quality: Literal["low", "standard", "high"] | None = None,
        film: bool = False,
    ) -> None:
        if not 1 <= takes <= MAX_TAKES:
            raise BadInputError(f"{takes} takes cannot be made at once.", fix=f"Ask for 1 to {MAX_TAKES}.")
        self.canvas = canvas
        self.film = film
        self.name = Path(table).name if isinstance(table, str | Path) else "The table"
        self._asked = Asked(takes, quality)
        self._table = None if table is None else _rows(table, self.name)

    @property
    def joins(self) -> bool:
        """Whether the film is in the order of the table; else it is the one of the canvas's only assembler."""
        return self._table is not None

    @property
    def rows(self) -> tuple[ShotRow, ...]:
        """The rows of the table; without one, a row for each shot of the canvas."""
        if self._table is not None:
            return self._table
        return tuple(ShotRow(name=shot.name, folder=shot.renders, place=shot.renders) for shot in self.canvas.shots)

    def plan(self) -> TablePlan:
        """Return what the table comes to now, having changed nothing.

        Raises:
            BadTableError: A row names what is not there, or its shot cannot be made as it is.
            ReadOnlyError: A newer studio wrote the canvas.
        """
        if self.canvas.state.read_only:
            raise ReadOnlyError(self.canvas.state.read_only)
        runtime, project = self.canvas.project.runtime, self.canvas.project.folder
        catalogue = Catalogue.load(runtime.workspace.root)
        queue = self._queue()  # before the takes: a job that ends between both looks is seen twice, not never
        context = partial(plan_context, project, tasks=catalogue.declared)
        around = Surroundings(lambda canvas: context(canvas=canvas), catalogue, queue, self.canvas.project.node_types()[0])
        planned = plan_table(self.canvas.graph, self.rows, self._asked, around, film=self.film and self.joins)
        if planned.problems:
            raise BadTableError(self.name, planned.problems)
        return planned

    def forecast(self) -> tuple[Forecast, ...]:
        """Return what would run where, having changed nothing: the dry run.

        Raises:
            BadTableError: As :meth:`plan`.
        """
        planned = self.plan()
        runtime, state = self.canvas.project.runtime, self.canvas.state
        catalogue = Catalogue.load(runtime.workspace.root)
        workers = runtime.engine.expected_workers(catalogue)
        state = replace(state, canvas=planned.canvas)
        return tuple(Forecast(row, route(self._job(row, state), catalogue, workers) if row.missing else None) for row in planned.rows)

    def start(self) -> BatchRun:
        """Bring the table to the canvas as one edit, and ask for all takes that are missing. Returns at once.

        Raises:
            BadTableError: As :meth:`plan`; nothing was changed.
        """
        began = time.monotonic()
        with locked(get_lock_path(self.canvas.project.path, "batch")):  # two batches at once would both make what is missing
            planned = self.plan()
            if planned.operations:
                self.canvas.patch(planned.operations, label=f"batch {self.name}")
                planned = self.plan()
            return BatchRun(self, [self._ask(row) for row in planned.rows], began)

    # -- inside

    def _queue(self) -> list[InQueue]:
        store, project = self.canvas.project.runtime.engine.store, self.canvas.project
        found = ((view, store.spec(view.id)) for view in store.jobs(project.uuid, active=True) if view.kind == "generate")
        return [
            InQueue(view.task, view.id, spec)
            for view, spec in found
            if isinstance(spec, GenerateJob) and spec.canvas.path == self.canvas.path
        ]

    def _ask(self, row: RowPlan) -> RowRun:
        """Ask for what a row is missing; batches wait behind what a person waits for."""
        project = self.canvas.project
        runtime = project.runtime
        tasks = list(row.queued)
        if row.missing:
            try:
                spec = runtime.engine.generate(
                    project.folder, self.canvas.path, row.node, row.seeds or row.missing, row.quality, self.canvas.author, priority=0
                )
            except GenStudioError as error:
                return RowRun(row, error=str(error))
            tasks.append(spec.id)
        jobs = tuple(job for task in tasks if isinstance(job := job_of(runtime, project.folder, task), TakesJob))
        return RowRun(row, jobs)

    def _job(self, row: RowPlan, state: CanvasState) -> GenerateJob:
        folder = self.canvas.project.folder
        return shot_job(folder, self.canvas.path, state, row.plan, row.quality, row.plan.seed or 0)


def _rows(table: Table, name: str) -> tuple[ShotRow, ...]:
    if not isinstance(table, str | Path):
        return read_rows([(f"shots[{at}]", row) for at, row in enumerate(table)], name)
    path = Path(table)
    if not path.is_file():
        raise NotFoundError(f"There is no table {str(path)!r:.200}.", fix="Name a CSV or JSON file.")
    if path.stat().st_size > _MAX_TABLE_BYTES:
        raise BadInputError(f"{name} is larger than {_MAX_TABLE_BYTES >> 20} MiB.", fix="Divide it.")
    try:
        return read_table(path.read_text("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise BadInputError(f"{name} is not UTF-8 text (byte {error.start}).", fix="Save it as CSV in UTF-8, or as JSON.") from error
