"""What there is to make takes with, and what is asked of it: the cluster at a glance."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from genstudio.engine.cluster import dashboard_link, scheduler_address
from genstudio.engine.lease import holder
from genstudio.engine.worker_table import read_table
from genstudio.schema.base import Frozen
from genstudio.schema.job import WorkerView

if TYPE_CHECKING:
    from genstudio.engine.queue import Queue
    from genstudio.engine.state import StateFolder
    from genstudio.engine.store import JobStore

__all__ = ["ClusterStatus", "cluster_status"]


class ClusterStatus(Frozen):
    """The engine of a workspace as it is now.

    ``producer`` says which process moves jobs, as ``host:process``, and is empty while none does, which is so whenever there is nothing
    to do; ``scheduler`` is the address of the Dask scheduler and ``dashboard`` that of its page, where it has one. Then jobs by state,
    what is paused (project uuids, or empty text for everything), and the workers.
    """

    producer: str = ""
    scheduler: str = ""
    dashboard: str = ""
    jobs: dict[str, int]
    paused: tuple[str, ...] = ()
    workers: tuple[WorkerView, ...] = ()


def cluster_status(state: StateFolder, store: JobStore, queue: Queue) -> ClusterStatus:
    """Look at the files of a workspace; asks no process and starts none."""
    found = holder(state.root)
    return ClusterStatus(
        producer=f"{found.host}:{found.pid}" if found else "",
        scheduler=(scheduler_address(state) or "") if found else "",
        dashboard=dashboard_link(state) if found else "",
        jobs=dict(Counter(job.state.state for job in store.jobs(active=True))),
        paused=tuple(sorted(queue.paused())),
        workers=tuple(read_table(state.worker_table)) if found else (),
    )
