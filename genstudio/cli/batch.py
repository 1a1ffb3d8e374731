"""``genstudio batch``: a table of shots becomes takes and a film, with nobody at the screen."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genstudio.cli.common import add_command, open_project, open_workspace
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.schema.job import Wait

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.widget import Project
    from genstudio.widget.batch import Batch, Forecast
    from genstudio.widget.batch_report import BatchReport
    from genstudio.widget.batch_run import BatchRun
    from genstudio.widget.job import FilmJob

__all__ = ["register"]


def register(groups: Groups) -> None:
    """Add the command."""
    batch = add_command(groups, "batch", _batch, help="make the takes that a table of shots asks for, and nothing twice")
    batch.add_argument("table", type=Path, help="a CSV or JSON file with a column name, and any of the data of a shot")
    batch.add_argument("--project", metavar="NAME", help="title, uuid or folder (default: the project around here)")
    batch.add_argument("--create", action="store_true", help="make the project if there is none of that title")
    batch.add_argument("--canvas", metavar="PATH", help="a canvas other than the main one")
    batch.add_argument("--takes", type=int, default=1, metavar="N", help="takes of shots whose row does not say (default 1)")
    batch.add_argument("--quality", choices=("low", "standard", "high"), help="of shots whose row does not say (default: the project's)")
    batch.add_argument("--film", action="store_true", help="join the shots in the order of the table and render the film")
    batch.add_argument("--dry-run", action="store_true", help="say what would be made where; change nothing")
    batch.add_argument("--no-wait", action="store_true", help="return once the jobs are in the queue")
    batch.add_argument("--timeout", type=float, metavar="SECONDS", help="wait no longer for takes, and for the film; jobs go on")
    batch.add_argument("--report", type=Path, metavar="FILE", help="where the HTML report goes (default: 06_Exports of the project)")


def _batch(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.widget.batch import Batch
    from genstudio.widget.shot_table import BadTableError

    try:
        canvas = _project(arguments).canvas(arguments.canvas)
        batch = Batch(canvas, arguments.table, takes=arguments.takes, quality=arguments.quality, film=arguments.film)
        return _dry_run(batch.forecast(), output) if arguments.dry_run else _run(batch, arguments, output)
    except BadTableError as error:
        for problem in error.problems:
            output.notice(f"{arguments.table}: {problem}")
        raise BadInputError(
            f"{arguments.table.name} has {len(error.problems)} faults.", fix="Correct them; nothing was changed."
        ) from error


def _project(arguments: argparse.Namespace) -> Project:
    try:
        return open_project(arguments)
    except NotFoundError:
        if not arguments.create or not arguments.project or arguments.dry_run:
            raise
        return open_workspace(arguments).create(arguments.project)


def _dry_run(forecasts: tuple[Forecast, ...], output: Output) -> int:
    """Tell what would become of each row; 1 if something could not be made now."""
    rows = [_foretold(forecast) for forecast in forecasts]
    columns = ("name", "canvas", "takes", "make", "pipeline", "quality", "remarks")
    output.table(columns, [tuple(row[column] for column in columns) for row in rows], empty="No shots.")
    output.result(rows)
    return 0 if all(forecast.runs for forecast in forecasts) else 1


def _foretold(forecast: Forecast) -> dict[str, Any]:
    row, served = forecast.row, forecast.served
    route = None if served is None or isinstance(served, Wait) else served
    return {
        "name": row.plan.name,
        "canvas": f"{row.action} {', '.join(row.changed)}".strip() if row.action == "update" else row.action,
        "takes": f"{len(row.made)} of {row.wanted}",
        "make": row.missing,
        "pipeline": route.pipeline if route else "",
        "quality": route.tier.quality if route else row.quality,
        "remarks": forecast.remark,
    }


def _run(batch: Batch, arguments: argparse.Namespace, output: Output) -> int:
    run = batch.start()
    if arguments.no_wait:
        return _left_alone(run, output)
    with _watching(run, output) as told:
        in_time = run.wait(arguments.timeout, told)
    if arguments.film and in_time:
        with output.progress("film") as bar:
            run.render(arguments.timeout, lambda job: _show(job, bar.show))
    report = run.report()
    path = report.save(arguments.report, name=arguments.table.stem)
    for line in report.lines():
        output.line(line)
    output.line(f"{report.summary}. Report: {path}")
    output.result({**report.document(), "report": str(path)})
    return _status(report, output)


def _show(job: FilmJob, show: Callable[[float, str], None]) -> None:
    show(job.progress, job.step)


def _left_alone(run: BatchRun, output: Output) -> int:
    """Say what was asked for; 1 if something could not be."""
    for row in run.rows:
        output.line(f"{row.row.plan.name}: {row.error or ', '.join(job.id for job in row.jobs) or 'all there'}")
    output.result([{"name": row.row.plan.name, "jobs": [job.id for job in row.jobs], "error": row.error} for row in run.rows])
    return 1 if any(row.error for row in run.rows) else 0


def _status(report: BatchReport, output: Output) -> int:
    for name, reason in report.failures.items():
        output.notice(f"{name}: {reason}")
    return 0 if report.complete else 1


@contextmanager
def _watching(run: BatchRun, output: Output) -> Iterator[Callable[[BatchRun], None]]:
    """Show a bar for the whole and one for each shot that is at work; on a pipe, a line for each shot that is done."""
    names = [row.row.plan.name for row in run.rows]
    with output.bars("batch", [name for name, row in zip(names, run.rows, strict=True) if not row.done]) as bars:
        told: set[str] = set()

        def tell(now: BatchRun) -> None:
            for name, row in zip(names, now.rows, strict=True):
                if row.jobs and name not in told:
                    bars.show(name, row.progress, row.step)
                    if row.done:
                        told.add(name)
                        output.line(f"{name}: {', '.join({job.state for job in row.jobs})}")
            bars.show("batch", now.progress, f"{sum(row.done for row in now.rows)} of {len(now.rows)} shots")

        yield tell
