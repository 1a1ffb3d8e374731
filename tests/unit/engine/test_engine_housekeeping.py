from __future__ import annotations

import os
import time
from collections.abc import Callable

from genstudio.engine.housekeeping import tidy
from genstudio.engine.state import StateFolder
from genstudio.engine.store import JobStore
from genstudio.schema.job import TaskSpec


def test_logs_of_more_than_a_month_are_dropped_and_others_stay(store: JobStore, state: StateFolder) -> None:
    old, new = state.log("job_old"), state.log("job_new")
    for log in (old, new):
        log.write_text("said")
    month = time.time() - 31 * 86400
    os.utime(old, (month, month))
    tidy(store, state)
    assert not old.exists()
    assert new.exists()


def test_notes_about_jobs_that_ended_before_yesterday_are_dropped(
    store: JobStore, state: StateFolder, add_task: Callable[..., TaskSpec]
) -> None:
    add_task()
    days = time.time() - 2 * 86400
    ended = (state.fence("job_b_0"), state.outcome("job_b_0", 1))
    running = (state.fence("job_a_0"), state.outcome("job_a_0", 1))
    for note in (*ended, *running):
        note.write_text("1")
        os.utime(note, (days, days))
    fresh = state.fence("job_c_0")
    fresh.write_text("1")
    tidy(store, state)
    assert [note.exists() for note in (*ended, *running, fresh)] == [False, False, True, True, True]
