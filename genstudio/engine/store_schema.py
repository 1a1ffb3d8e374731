"""The tables of the job store, and how a connection to it is opened."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from genstudio.schema.errors import ReadOnlyError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["connect"]

_BUSY_S: Final = 20.0
_TABLES: Final = """
CREATE TABLE tasks (
  id TEXT PRIMARY KEY, project TEXT NOT NULL, canvas TEXT NOT NULL, node TEXT NOT NULL, kind TEXT NOT NULL,
  priority INTEGER NOT NULL, author TEXT NOT NULL, notice TEXT NOT NULL, created REAL NOT NULL,
  committed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX tasks_by_project ON tasks (project, created);
CREATE TABLE jobs (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, task TEXT NOT NULL REFERENCES tasks (id),
  project TEXT NOT NULL, node TEXT NOT NULL, kind TEXT NOT NULL, spec TEXT NOT NULL,
  state TEXT NOT NULL, ended INTEGER NOT NULL DEFAULT 0, attempt INTEGER NOT NULL DEFAULT 0, losses INTEGER NOT NULL DEFAULT 0,
  worker TEXT NOT NULL DEFAULT '',
  route TEXT, take TEXT, pipeline TEXT NOT NULL DEFAULT '', quality TEXT,
  cancel_by TEXT, created REAL NOT NULL, changed REAL NOT NULL
) STRICT;
CREATE INDEX jobs_by_task ON jobs (task);
CREATE INDEX jobs_open ON jobs (number) WHERE ended = 0;
CREATE TABLE events (
  row INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL, task TEXT NOT NULL, project TEXT NOT NULL, node TEXT NOT NULL,
  state TEXT NOT NULL, time REAL NOT NULL
) STRICT;
CREATE TABLE notices (
  row INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL, project TEXT NOT NULL, node TEXT NOT NULL, message TEXT NOT NULL,
  time REAL NOT NULL
) STRICT;
"""
_QUEUE: Final = """
ALTER TABLE jobs ADD COLUMN priority INTEGER;
ALTER TABLE jobs ADD COLUMN position INTEGER;
CREATE TABLE pauses (project TEXT PRIMARY KEY, by TEXT NOT NULL, time REAL NOT NULL) STRICT;
"""
_EXHAUSTED: Final = "ALTER TABLE jobs ADD COLUMN exhausted TEXT NOT NULL DEFAULT '[]'"
_STEPS: Final = (_TABLES, _QUEUE, _EXHAUSTED)
"""What takes a store of a version to the next: all tables; what moves jobs in the queue and pauses it; tiers that had too little memory."""
_VERSION: Final = len(_STEPS)


def connect(path: Path) -> sqlite3.Connection:
    """Open the store, making its tables when it is new and adding what an older studio did not have.

    Raises:
        ReadOnlyError: A newer studio made the store.
    """
    connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    version = _version(connection)
    if version < _VERSION:
        _bring_up(connection)
    elif version > _VERSION:
        connection.close()
        raise ReadOnlyError("The job store was written by a newer studio.", fix="Update genstudio.")
    return connection


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _bring_up(connection: sqlite3.Connection) -> None:
    """Bring the tables to the present version, in one transaction: another process may be doing the same."""
    connection.execute("BEGIN IMMEDIATE")
    for version in range(_version(connection), _VERSION):
        for statement in _STEPS[version].split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version + 1}")
    connection.execute("COMMIT")
