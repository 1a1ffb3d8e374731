"""Runs the benchmarks: ``python -m benchmarks [NAME …] [--quick] [--json PATH]``.

Timings on a shared machine are noisy: read the ratios, which compare within one run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, LeftOutError
from genstudio.schema.base import utc_now

if TYPE_CHECKING:
    from collections.abc import Sequence

BENCHMARKS: Final = {
    "bundle": "size of the front end",
    "latency": "an edit, from one process to another",
    "people": "people who move on one canvas in two processes, and edits meanwhile",
    "versions": "a new project, commits of takes, archive and restore",
    "projects": "a large project: listing its takes, saving its canvases",
    "kills": "writers killed at every write, rename and fsync",
    "render": "a film with a title and a dissolve",
    "engine": "the queue, the choice of workers, from the click to the running job, cancel, jobs a second",
    "queue": "ten thousand jobs in the queue: enqueued, listed, decided",
    "workers": "workers that join and leave, and what waits for one",
    "film": "a film of five minutes, 75 takes and ten titles; edit lists of 5,000 events",
    "containers": "from the request to the running container",
    "canvas": "the canvas under the hand, from 245 to 3000 nodes",
    "visits": "the first and the second visitor of a server, and the memory of one",
    "pages": "from the address to the canvas, in JupyterLab and in Voila",
    "surfaces": "an edit to 50 pages of one project, and ranges of a film",
    "generate": "from the click on Generate to the thumbnail, in JupyterLab and in Voila",
}
"""Each is a module beside this one with ``run(*, quick) -> list[Figure]``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print and write the figures; return 1 if a benchmark failed or could not run here."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures the studio beside its peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(BENCHMARKS)} (all if none is named)")
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there as well")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    console = Console()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # kernels start from compiled modules, as people's do
    figures: list[Figure] = []
    left_out: dict[str, str] = {}
    for name in options.names or BENCHMARKS:
        console.print(f"[bold]{name}[/bold]: {BENCHMARKS[name]} …")
        try:
            figures += importlib.import_module(f"benchmarks.{name}").run(quick=options.quick)
        except LeftOutError as error:
            left_out[name] = str(error)
        if options.json:  # after each, so that an interrupted run leaves what it measured
            options.json.parent.mkdir(parents=True, exist_ok=True)
            options.json.write_text(json.dumps(_document(figures, left_out), indent=2) + "\n")
    console.print(_table(figures))
    for name, reason in left_out.items():
        console.print(f"{name} was left out: {reason}")
    if options.json:
        console.print(f"Written to {options.json}")
    return 1 if left_out else 0


def _table(figures: list[Figure]) -> Table:
    table = Table(title="Figures (medians unless named otherwise)")
    for heading in ("benchmark", "figure"):
        table.add_column(heading)
    for heading in ("value", "peer", "ratio"):
        table.add_column(heading, justify="right")
    table.add_column("peer is")
    for figure in figures:
        numbers = (f"{figure.value:,.2f} {figure.unit}", f"{figure.peer_value:,.2f} {figure.unit}", f"{figure.ratio:.2f}")
        table.add_row(figure.benchmark, figure.name, *numbers, figure.peer)
    return table


def _document(figures: list[Figure], left_out: dict[str, str]) -> dict[str, object]:
    machine = {"cpus": os.cpu_count(), "system": platform.platform(), "python": platform.python_version(), "load": os.getloadavg()[0]}
    listed = [{**asdict(figure), "ratio": figure.ratio} for figure in figures]
    return {"schema": "genstudio.bench/1", "time": utc_now(), "machine": machine, "figures": listed, "left_out": left_out}


if __name__ == "__main__":
    sys.exit(main())
