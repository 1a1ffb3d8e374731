"""The job store: every task and job of a workspace, on disk, and every move they made.

SQLite in the state folder, WAL with ``synchronous=FULL``: what was acknowledged survives a crash of the machine. Any process may add
tasks and ask for a cancel; only the producer moves jobs. A job that has ended never moves again.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from genstudio.engine import nudge
from genstudio.engine.store_schema import connect
from genstudio.schema.errors import NotFoundError
from genstudio.schema.job import (
    ENDED,
    JOB_SPEC,
    JOB_STATE,
    JobSpec,
    JobState,
    JobView,
    Queued,
    Route,
    TaskSpec,
    TaskView,
)
from genstudio.schema.take import TakeName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

__all__ = ["JobStore", "StoreEvent", "StoreNotice"]

_TASK = "id, project, canvas, node, kind, priority, author, notice, created"
_JOB = "id, task, project, node, kind, state, attempt, pipeline, quality, created, changed"


@dataclass(frozen=True, slots=True)
class StoreEvent:
    """A move of a job. ``row`` counts up, with gaps; ``time`` in seconds since the epoch."""

    row: int
    job: str
    task: str
    project: str
    node: str
    state: JobState
    time: float


@dataclass(frozen=True, slots=True)
class StoreNotice:
    """Something that people should know about a task, e.g. that a lower quality was used."""

    row: int
    task: str
    project: str
    node: str
    message: str
    time: float


class JobStore:
    """The store of one state folder. Safe for use by several threads; close it when done."""

    def __init__(self, state_dir: Path) -> None:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.state_dir = state_dir
        self._lock = threading.RLock()
        path = state_dir / "jobs.sqlite"
        self._connection = connect(path)
        self._watch = connect(path)  # data_version tells only of other connections' changes: this one never writes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the store can be opened again."""
        with self._lock:
            self._connection.close()
            self._watch.close()

    # -- for everybody -------------------------------------------------------------------------------------------------

    def add_task(self, spec: TaskSpec, jobs: Sequence[tuple[str, JobSpec]]) -> None:
        """Put a task and its jobs, as ``(id, spec)``, in the queue. When this returns they are on disk."""
        with self.writing() as run:
            run(f"INSERT INTO tasks ({_TASK}) VALUES (?,?,?,?,?,?,?,?,?)", tuple(spec.model_dump().values()))  # noqa: S608 - constants
            for job, job_spec in jobs:
                row = (job, spec.id, spec.project, job_spec.node, job_spec.kind, job_spec.model_dump_json(), _json(Queued()))
                run("INSERT INTO jobs (id, task, project, node, kind, spec, state, created, changed) VALUES (?,?,?,?,?,?,?,?,?)",
                    (*row, spec.created, spec.created))  # fmt: skip
                self._event(job, Queued())
        nudge.send(self.state_dir)

    def request_cancel(self, task_or_job: str, by: str = "", *, node: str = "") -> tuple[str, ...]:
        """Ask for the end of a task or of one job. Return the ids of the jobs that had not ended yet.

        With ``node``, that is what the task makes for this node alone; all of it if the task was asked for at that node.

        Raises:
            NotFoundError: There is no task or job of that id, or it makes nothing for the node.
        """
        where = "(id = ?1 OR task = ?1) AND ?2 IN ('', node, (SELECT tasks.node FROM tasks WHERE tasks.id = jobs.task))"
        values = (task_or_job, node, by)
        with self.writing() as run:
            if run(f"SELECT 1 FROM jobs WHERE {where}", values[:2]).fetchone() is None:  # noqa: S608 - constants
                raise _unknown(f"job of the node {node!r:.60} in" if node else "task or job", task_or_job)
            rows = run(f"UPDATE jobs SET cancel_by = ?3 WHERE {where} AND ended = 0 RETURNING id", values)  # noqa: S608
            asked = tuple(row["id"] for row in rows.fetchall())
        nudge.send(self.state_dir)
        return asked

    def job(self, job: str) -> JobView:
        """Return a job. NotFoundError if there is none of that id."""
        return _job_view(self._one(f"SELECT {_JOB} FROM jobs WHERE id = ?", job, "job"))  # noqa: S608 - constants

    def spec(self, job: str) -> JobSpec:
        """Return what a job is to do. NotFoundError if there is none of that id."""
        return JOB_SPEC.validate_json(self._one("SELECT spec FROM jobs WHERE id = ?", job, "job")["spec"])

    def jobs(self, project: str | None = None, *, active: bool = False, task: str | None = None) -> list[JobView]:
        """Return jobs, oldest first: of a project, of a task, or only those that have not ended."""
        query = f"SELECT {_JOB} FROM jobs WHERE (?1 IS NULL OR project = ?1) AND (?2 IS NULL OR task = ?2)"  # noqa: S608 - constants
        return [_job_view(row) for row in self.rows(query + " AND ended = 0" * active + " ORDER BY number", project, task)]

    def has_open(self) -> bool:
        """Tell whether any job has not ended."""
        return bool(self.rows("SELECT 1 FROM jobs WHERE ended = 0 LIMIT 1"))

    def task(self, task: str) -> TaskView:
        """Return a task with its jobs. NotFoundError if there is none of that id."""
        spec = _task_spec(self._one(f"SELECT {_TASK} FROM tasks WHERE id = ?", task, "task"))  # noqa: S608 - constants
        return TaskView(spec=spec, jobs=tuple(self.jobs(task=task)))

    def tasks(self, project: str | None = None) -> list[TaskSpec]:
        """Return tasks, oldest first."""
        query = f"SELECT {_TASK} FROM tasks WHERE (?1 IS NULL OR project = ?1) ORDER BY created, rowid"  # noqa: S608 - constants
        return [_task_spec(row) for row in self.rows(query, project)]

    def events(self, after: int = 0) -> list[StoreEvent]:
        """Return the moves with a row above ``after``, oldest first."""
        rows = self.rows("SELECT row, job, task, project, node, state, time FROM events WHERE row > ? ORDER BY row", after)
        return [StoreEvent(**{**dict(row), "state": JOB_STATE.validate_json(row["state"])}) for row in rows]

    def notices(self, after: int = 0) -> list[StoreNotice]:
        """Return the notices with a row above ``after``, oldest first."""
        rows = self.rows("SELECT row, task, project, node, message, time FROM notices WHERE row > ? ORDER BY row", after)
        return [StoreNotice(**dict(row)) for row in rows]

    def last_event(self) -> int:
        """Return the row of the newest move, 0 if there is none: where a new reader begins."""
        return int(self.rows("SELECT coalesce(max(row), 0) AS row FROM events")[0]["row"])

    def last_notice(self) -> int:
        """Return the row of the newest notice, 0 if there is none."""
        return int(self.rows("SELECT coalesce(max(row), 0) AS row FROM notices")[0]["row"])

    def data_version(self) -> int:
        """Return a number that differs from the last one whenever anybody has changed the store. Costs microseconds."""
        with self._lock:
            return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def log_path(self, job: str) -> Path:
        """Return where the log of a job is written. The file exists once the job has run.

        Raises:
            NotFoundError: There is no job of that id.
        """
        self._one("SELECT 1 FROM jobs WHERE id = ?", job, "job")
        return self.state_dir / "logs" / f"{job}.log"

    # -- for the producer ----------------------------------------------------------------------------------------------

    def move(self, job: str, state: JobState) -> bool:
        """Give a job a new state, with an event row. Return False, and change nothing, if it has ended or is unknown."""
        with self.writing() as run:
            values = (_json(state), state.state in ENDED, time.time(), job)
            moved = run("UPDATE jobs SET state = ?, ended = ?, changed = ? WHERE id = ? AND ended = 0", values).rowcount
            if moved:
                self._event(job, state)
        return bool(moved)

    def dispatch(self, job: str, state: JobState, *, worker: str, route: Route | None, take: TakeName | None) -> int:
        """Record a new attempt on a worker and move the job there. Return the number of the attempt, counted from 1."""
        route_json = route.model_dump_json() if route else None
        values = (worker, route_json, take.model_dump_json() if take else None, route.pipeline if route else "", _quality(route), job)
        with self.writing() as run:
            row = run(
                "UPDATE jobs SET attempt = attempt + 1, worker = ?, route = ?, take = ?, pipeline = ?, quality = ?"
                " WHERE id = ? AND ended = 0 RETURNING attempt",
                values,
            ).fetchone()
            if row is None:
                raise _unknown("open job", job)
            self.move(job, state)
        return int(row["attempt"])

    def attempt(self, job: str) -> tuple[int, str, Route | None, TakeName | None]:
        """Return the number, the worker's name, the route and the take of the last attempt at a job."""
        row = self._one("SELECT attempt, worker, route, take FROM jobs WHERE id = ?", job, "job")
        route = Route.model_validate_json(row["route"]) if row["route"] else None
        take = TakeName.model_validate_json(row["take"]) if row["take"] else None
        return int(row["attempt"]), str(row["worker"]), route, take

    def fill(self, job: str, spec: JobSpec) -> None:
        """Write what a job is to do anew, now that what it needed is there. One that has ended stays as it was."""
        with self.writing() as run:
            run("UPDATE jobs SET spec = ? WHERE id = ? AND ended = 0", (spec.model_dump_json(), job))

    def lose(self, job: str) -> int:
        """Count an attempt that ended with its worker or scheduler, through no fault of the job. Return how many there were."""
        with self.writing() as run:
            return int(run("UPDATE jobs SET losses = losses + 1 WHERE id = ? RETURNING losses", (job,)).fetchone()["losses"])

    def exhaust(self, job: str, option: str) -> None:
        """Note that a tier (``<pipeline>:<quality>``) ran out of memory on a job, and queue it for a lower one."""
        with self.writing() as run:
            run("UPDATE jobs SET exhausted = json_insert(exhausted, '$[#]', ?) WHERE id = ?", (option, job))
            self.move(job, Queued())

    def exhausted(self) -> dict[str, frozenset[str]]:
        """Return the tiers that open jobs may not have again, by job."""
        rows = self.rows("SELECT id, exhausted FROM jobs WHERE ended = 0 AND exhausted != '[]'")
        return {row["id"]: frozenset(json.loads(row["exhausted"])) for row in rows}

    def cancel_requests(self) -> dict[str, str]:
        """Return the open jobs that are to end, with who asked."""
        return {
            row["id"]: row["cancel_by"] for row in self.rows("SELECT id, cancel_by FROM jobs WHERE ended = 0 AND cancel_by IS NOT NULL")
        }

    def add_notice(self, task: str, message: str) -> None:
        """Tell people something about a task, once: it is added to the task and to the notices."""
        with self.writing() as run:
            known = run("SELECT 1 FROM notices WHERE task = ? AND message = ?", (task, message)).fetchone()
            if known is None:
                run("UPDATE tasks SET notice = trim(notice || ' ' || ?) WHERE id = ?", (message, task))
                run("INSERT INTO notices (task, project, node, message, time) SELECT id, project, node, ?, ? FROM tasks WHERE id = ?",
                    (message, time.time(), task))  # fmt: skip

    def uncommitted(self) -> list[str]:
        """Return the tasks whose jobs have all ended and whose takes have not been committed yet, oldest first."""
        query = "SELECT id FROM tasks WHERE committed = 0 AND NOT EXISTS (SELECT 1 FROM jobs WHERE task = tasks.id AND ended = 0)"
        return [row["id"] for row in self.rows(query + " ORDER BY created")]

    def set_committed(self, task: str) -> None:
        """Record that the takes of a task need no commit any more."""
        with self.writing() as run:
            run("UPDATE tasks SET committed = 1 WHERE id = ?", (task,))

    def is_committed(self, task: str) -> bool:
        """Tell whether the producer is done with a task: its takes are committed, or a notice says why not."""
        return bool(self._one("SELECT committed FROM tasks WHERE id = ?", task, "task")["committed"])

    def prune(self, before: float) -> None:
        """Drop the progress rows of jobs that ended before a time (seconds since the epoch). Their last state stays."""
        query = 'DELETE FROM events WHERE time < ? AND state LIKE \'{"state":"running"%\' AND job IN (SELECT id FROM jobs WHERE ended = 1)'
        with self.writing() as run:
            run(query, (before,))

    # -- inside --------------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        """One transaction: yields ``execute``. Nested ones are part of the outermost."""
        with self._lock:
            outer = self._connection.in_transaction
            if not outer:
                self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection.execute
            except BaseException:
                if not outer:
                    self._connection.execute("ROLLBACK")
                raise
            if not outer:
                self._connection.execute("COMMIT")

    def _event(self, job: str, state: JobState) -> None:
        self._connection.execute(
            "INSERT INTO events (job, task, project, node, state, time) SELECT id, task, project, node, ?, ? FROM jobs WHERE id = ?",
            (_json(state), time.time(), job),
        )

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """Return what a query finds."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def _one(self, query: str, key: str, what: str) -> sqlite3.Row:
        rows = self.rows(query, key)
        if not rows:
            raise _unknown(what, key)
        return rows[0]


def _json(state: JobState) -> str:
    return state.model_dump_json()


def _quality(route: Route | None) -> str | None:
    return route.quality.used if route else None


def _job_view(row: sqlite3.Row) -> JobView:
    return JobView.model_validate({**dict(row), "state": JOB_STATE.validate_json(row["state"])})


def _task_spec(row: sqlite3.Row) -> TaskSpec:
    return TaskSpec.model_validate(dict(row))


def _unknown(what: str, key: str) -> NotFoundError:
    return NotFoundError(f"There is no {what} {key!r:.80}.", fix="List what there is with: genstudio jobs ls.")
