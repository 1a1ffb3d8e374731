from __future__ import annotations

import os
import time

from genstudio.engine.housekeeping import tidy
from genstudio.engine.state import StateFolder
from genstudio.engine.store import JobStore


def test_logs_of_more_than_a_month_are_dropped_and_others_stay(store: JobStore, state: StateFolder) -> None:
    old, new = state.log("job_old"), state.log("job_new")
    for log in (old, new):
        log.write_text("said")
    month = time.time() - 31 * 86400
    os.utime(old, (month, month))
    tidy(store, state)
    assert not old.exists()
    assert new.exists()
