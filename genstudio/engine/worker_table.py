"""The table of workers that the producer keeps for people: what each has, what is free, what its jobs hold."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from genstudio.engine.placement import Need
from genstudio.engine.state import read_json, write_json
from genstudio.schema.job import WorkerView

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from genstudio.schema.base import JsonObject

__all__ = ["WorkerTable", "as_seen", "read_table"]


def as_seen(free: Iterable[WorkerView], promised: Mapping[str, Need], jobs: Iterable[tuple[str, str]]) -> list[WorkerView]:
    """Return workers with what the studio's jobs hold there.

    Args:
        free: The workers with what is free on them.
        promised: By address, the sum of what running jobs were promised.
        jobs: Address and id of each of these jobs.
    """
    running = defaultdict[str, list[str]](list)
    for address, job in jobs:
        running[address].append(job)
    held = {address: need.vram_gib for address, need in promised.items()}
    return [
        worker.model_copy(update={"held_vram_gib": held.get(worker.address, 0.0), "jobs": tuple(sorted(running[worker.address]))})
        for worker in free
    ]


class WorkerTable:
    """The file with the table; written when something has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written: list[JsonObject] | None = None

    def write(self, workers: Sequence[WorkerView]) -> None:
        """Write the workers, unless they stand there already."""
        table = [worker.model_dump(mode="json") for worker in workers]
        if table != self._written:
            self._written = table
            write_json(self._path, {"workers": table})


def read_table(path: Path) -> list[WorkerView]:
    """Return the workers that were written last, none if there is no table."""
    table = read_json(path)
    return [WorkerView.model_validate(entry) for entry in table["workers"]] if table else []
