"""Names in the state folder of a workspace."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from genstudio.project.atomic import write_atomic
from genstudio.schema.base import JsonObject

__all__ = ["StateFolder", "read_json", "write_json"]


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The state folder: job store, lease, cluster, logs, scratch."""

    root: Path

    def prepare(self) -> None:
        """Make the folders, readable for their owner only."""
        for folder in (self.root, self.logs, self.scratch, self.outcomes, self.fences, self.workers):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)

    @property
    def logs(self) -> Path:
        """Logs of jobs and of our own processes."""
        return self.root / "logs"

    @property
    def scratch(self) -> Path:
        """Working folders of attempts, removed after each. ``GENSTUDIO_SCRATCH`` puts them on another disk."""
        other = os.environ.get("GENSTUDIO_SCRATCH")
        return Path(other) / self.root.name if other else self.root / "scratch"

    @property
    def outcomes(self) -> Path:
        """How attempts ended, until the producer has taken note."""
        return self.root / "outcomes"

    @property
    def fences(self) -> Path:
        """One small file a job: which of its attempts may not publish any more."""
        return self.root / "fences"

    @property
    def workers(self) -> Path:
        """One file a local worker: its process, and the process groups and containers it runs."""
        return self.root / "workers"

    @property
    def environments(self) -> Path:
        """Private environments of pipelines that may run as processes here."""
        return self.root / "environments"

    @property
    def cluster(self) -> Path:
        """Address and process of the scheduler."""
        return self.root / "cluster.json"

    @property
    def worker_table(self) -> Path:
        """The workers as the producer last saw them."""
        return self.root / "workers.json"

    def outcome(self, job: str, attempt: int) -> Path:
        """Return the file that says how an attempt ended."""
        return self.outcomes / f"{job}-{attempt}.json"

    def fence(self, job: str) -> Path:
        """Return the file that keeps given up attempts of a job from publishing."""
        return self.fences / job

    def log(self, name: str) -> Path:
        """Return the log of a job or of one of our own processes."""
        return self.logs / f"{name}.log"


def write_json(path: Path, entry: JsonObject | list[JsonObject]) -> None:
    """Write a small file that other processes read, whole or not at all."""
    write_atomic(path, json.dumps(entry).encode())


def read_json(path: Path) -> JsonObject | None:
    """Return what :func:`write_json` wrote, None if there is nothing that can be read."""
    with suppress(FileNotFoundError, ValueError):
        entry = json.loads(path.read_bytes())
        return entry if isinstance(entry, dict) else None
    return None
