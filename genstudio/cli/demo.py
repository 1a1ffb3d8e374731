"""``genstudio demo``: the whole way from nothing to a film, with no screen."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from genstudio.cli.common import add_command, follow, open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.widget import Canvas, FilmJob, TakesJob, Workspace

__all__ = ["make_sample_film", "register"]

_COMMIT_S: Final = 60.0


def register(groups: Groups) -> None:
    """Add the command."""
    add_command(groups, "demo", _demo, help="make the sample film: a new project, three shots, takes, an edit list and a film")


def _demo(arguments: argparse.Namespace, output: Output) -> int:
    report = make_sample_film(open_workspace(arguments), output)
    output.line(f"Film: {report['film']}")
    output.line(f"Open it in the studio with: genstudio studio --workspace {arguments.workspace or report['workspace']}")
    output.result(report)
    return 0


def make_sample_film(workspace: Workspace, output: Output) -> dict[str, Any]:
    """Make the sample film and return where everything is, with the seconds of each step.

    Raises:
        GenStudioError: A step failed; the message says which and what to do.
    """
    seconds: dict[str, float] = {}
    with _timed("project", seconds):
        project = workspace.sample_film()
    canvas = project.canvas()
    output.line(f"Project: {project.path}")
    with _timed("takes", seconds):
        jobs = _generate(canvas, output)
    with _timed("edl", seconds):
        edl = canvas.edl()
    output.line(f"Edit list: {edl}")
    with _timed("film", seconds):
        rendering = canvas.render()
        follow(rendering, "film", output)
        film = rendering.result(timeout=0)
    with _timed("commit", seconds):
        notices = _notices([*jobs, rendering], output)
    return {
        "workspace": str(workspace.path),
        "project": str(project.path),
        "canvas": str(project.path / canvas.path),
        "takes": [str(take.path) for take in project.takes],
        "records": [str(take.path.with_suffix(".json")) for take in project.takes],
        "edl": str(edl),
        "film": str(film.path),
        "notices": notices,
        "seconds": {**seconds, "total": round(sum(seconds.values()), 2)},
    }


def _generate(canvas: Canvas, output: Output) -> list[TakesJob]:
    """Generate every shot, all at once, and wait for the takes."""
    jobs = {shot.name: shot.generate() for shot in canvas.shots}
    for name, job in jobs.items():
        follow(job, name, output)
        for take in job.result(timeout=0):
            output.line(f"Take: {take.path}")
    return list(jobs.values())


def _notices(jobs: Sequence[TakesJob | FilmJob], output: Output) -> list[str]:
    """Wait until the takes are in the project's history, and tell what people should know, each thing once."""
    for job in jobs:
        job.wait(_COMMIT_S, committed=True)
    told = list(dict.fromkeys(job.notice for job in jobs if job.notice))
    for notice in told:
        output.notice(notice)
    return told


@contextmanager
def _timed(step: str, seconds: dict[str, float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = round(time.perf_counter() - start, 2)
