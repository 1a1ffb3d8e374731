"""The queue of a workspace as a person looks at it: what runs, what waits in which order, what has ended of late."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from genstudio.schema.job import JOB_STATE, JobState

if TYPE_CHECKING:
    import sqlite3

    from genstudio.engine.store import JobStore

__all__ = ["QueueOverview", "QueueRow", "overview"]

_WAITS: Final = "json_extract(state, '$.state') IN ('queued', 'waiting') AS waits"
_COLUMNS: Final = (
    "jobs.id, jobs.task, jobs.project, jobs.node, jobs.kind, jobs.state, jobs.attempt, jobs.pipeline, jobs.quality, jobs.created,"
    " jobs.changed, tasks.canvas, tasks.author, cancel_by IS NOT NULL AS cancelling, json_extract(spec, '$.name') AS name,"
    f" json_extract(spec, '$.renders') AS renders, json_extract(spec, '$.project_root') AS root, {_WAITS}"
)
_FROM: Final = "FROM jobs JOIN tasks ON tasks.id = jobs.task"
_ORDER: Final = (
    "json_extract(state, '$.state') IN ('queued', 'waiting'), coalesce(jobs.priority, tasks.priority) DESC, coalesce(position, number)"
)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A job in the queue. ``title`` is its shot (or empty), ``project_title`` its project's folder; times are seconds since the epoch.

    ``waits`` tells whether it has not begun, ``cancelling`` whether its end was asked for and has not come yet.
    """

    id: str
    task: str
    project: str
    project_title: str
    canvas: str
    node: str
    kind: str
    title: str
    state: JobState
    attempt: int
    pipeline: str
    quality: str | None
    author: str
    created: float
    changed: float
    waits: bool
    cancelling: bool


@dataclass(frozen=True, slots=True)
class QueueOverview:
    """What is open, those that have begun first, then in the order in which they may start; and what ended last, the newest first.

    ``running`` and ``waiting`` count all open jobs of all projects, also those that are not listed.
    """

    open: tuple[QueueRow, ...]
    ended: tuple[QueueRow, ...]
    running: int
    waiting: int


def overview(store: JobStore, project: str, *, most: int = 200, ended: int = 30) -> QueueOverview:
    """Return the queue of all projects, and what ended last of one.

    Args:
        store: The job store.
        project: Whose ended jobs are listed, by uuid.
        most: How many open jobs are listed at most.
        ended: How many ended jobs are listed at most.
    """
    # Which they are is asked first, so that only the specs of those are looked into.
    first = f"SELECT number {_FROM} WHERE ended = 0 ORDER BY {_ORDER} LIMIT ?"
    last = "SELECT number FROM jobs WHERE ended = 1 AND project = ? ORDER BY changed DESC LIMIT ?"
    listed = f"SELECT {_COLUMNS} {_FROM} WHERE number IN"
    rows = store.rows(f"{listed} ({first}) ORDER BY {_ORDER}", most)
    over = store.rows(f"{listed} ({last}) ORDER BY jobs.changed DESC", project, ended)
    counted = store.rows(f"SELECT {_WAITS}, count(*) AS count FROM jobs WHERE ended = 0 GROUP BY waits")  # noqa: S608
    counts = {bool(row["waits"]): int(row["count"]) for row in counted}
    return QueueOverview(tuple(map(_row, rows)), tuple(map(_row, over)), counts.get(False, 0), counts.get(True, 0))


def _row(row: sqlite3.Row) -> QueueRow:
    known: dict[str, Any] = dict(row)
    root, renders, name = known.pop("root"), known.pop("renders"), known.pop("name")
    return QueueRow(
        **{
            **known,
            "state": JOB_STATE.validate_json(known["state"]),
            "waits": bool(known["waits"]),
            "cancelling": bool(known["cancelling"]),
            "title": name or (renders or "").rpartition("/")[2],
            "project_title": Path(root or "").name.replace("_", " "),
        }
    )
