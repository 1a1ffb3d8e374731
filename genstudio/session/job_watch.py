"""Follows the job store of one workspace and turns its moves into messages for the sessions concerned."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from genstudio.engine.previews import preview_path, preview_url
from genstudio.engine.store import JobStore
from genstudio.schema.errors import NotFoundError
from genstudio.schema.job import ENDED, Cancelled, Failed, GenerateJob, Running, Succeeded, TaskView
from genstudio.schema.message import NodeStatePayload, NoticePayload, TaskResult, TaskSuccessPayload
from genstudio.session import progress
from genstudio.session.media import media_url

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.engine.store import StoreEvent
    from genstudio.session.audience import Audience
    from genstudio.session.standby import Standby

__all__ = ["JobWatch"]

_PROGRESS_S: Final = 0.1
"""Least time between two progress messages of one task, in seconds."""

FindAudience = Callable[[str, str], "Audience | None"]
"""Finds who looks at a canvas by project uuid and path, or at any canvas of the project if the path is empty; None if nobody does."""


class JobWatch:
    """Tells the sessions of a workspace what becomes of tasks. Used with the follower's lock held."""

    def __init__(self, state_dir: Path, audience: FindAudience, standby: Standby | None = None) -> None:
        self._store = JobStore(state_dir)
        self._audience = audience
        self._standby = standby
        self._data_version = self._store.data_version()
        self._row, self._notice = self._store.last_event(), self._store.last_notice()
        self._nodes: dict[tuple[str, str, str], tuple[float, str, str]] = {}
        self._sent: dict[str, float] = {}
        self._due: set[str] = set()
        self._shown: dict[str, int] = {}

    def will_tell(self, job: str) -> bool:
        """Return whether the end of a job is still to be told: it has not ended, or its end has not been read yet."""
        try:
            is_open = self._store.job(job).state.state not in ENDED
        except NotFoundError:
            return False
        return is_open or any(event.job == job for event in self._store.events(self._row))

    def poll(self) -> None:
        """Look once, and tell the sessions what is new."""
        version = self._store.data_version()
        if version != self._data_version:
            self._follow(self._store.events(self._row))
            self._follow_notices()
            self._data_version = version
        self._flush()
        if self._standby is not None:
            self._standby.look(self._store)

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def _follow(self, events: Sequence[StoreEvent]) -> None:
        for event in events:
            self._row = event.row
            if event.state.state in ENDED:
                self._end(event)
        for task_id in dict.fromkeys(event.task for event in events):
            task = self._store.task(task_id)
            watch = self._audience(task.spec.project, task.spec.canvas)
            if watch is not None:
                self._due.add(task_id)
                if any(event.task == task_id for event in self._store.events(self._row)):
                    continue  # it went on since: a node is not to be done before its last take is told, which the next look does
                for part in (task, *progress.parts(task)):
                    self._tell_state(watch, part)

    def _end(self, event: StoreEvent) -> None:
        task = self._store.task(event.task)
        watch = self._audience(event.project, task.spec.canvas)
        if watch is None:
            return
        if isinstance(event.state, Succeeded):
            self._succeed(watch, task, event, event.state)
        elif isinstance(event.state, Failed | Cancelled):
            of = next((part for part in progress.parts(task) if part.spec.node == event.node), task)
            if event.node == of.spec.node:  # of a step before it, this one tells
                watch.broadcast("server:task_failed", progress.failure(of, event.state))
            if of is not task and not progress.remaining(task) and not self._ended_later(event):
                watch.broadcast("server:task_failed", progress.failure(task, event.state))

    def _succeed(self, watch: Audience, task: TaskView, event: StoreEvent, state: Succeeded) -> None:
        spec = self._store.spec(event.job)
        view = watch.take(spec.renders, state.take) if isinstance(spec, GenerateJob) and state.take else None
        if view is None and event.node != task.spec.node:
            return  # a step whose result only the next one uses
        url = view.output_url if view else media_url(task.spec.project, state.output)
        result = TaskResult(output_url=url, take=view)
        later = self._ended_later(event)
        of = next((part for part in progress.parts(task) if part.spec.node == event.node), task)
        ours = event.node == of.spec.node
        left = progress.remaining(of) + sum(of is task or other.node == event.node for other in later) if ours else 0
        subject = {**progress.subject(of.spec)} if ours else {"node_id": event.node}
        watch.broadcast("server:task_success", TaskSuccessPayload(task_id=task.spec.id, result=result, remaining=left, **subject))
        if task.spec.kind == "train":
            watch.refresh()  # the asset has a model now, which shots that use it ask for

    def _ended_later(self, event: StoreEvent) -> list[StoreEvent]:
        """Return the ends of other jobs of its task: the store may be ahead of what is being told, and these still had to run then."""
        return [other for other in self._store.events(event.row) if other.task == event.task and other.state.state in ENDED]

    def _preview(self, task: TaskView) -> str | None:
        """Return the picture that the job at work has sent, once; None if there is no new one."""
        for job in task.jobs:
            path = preview_path(self._store.state_dir, job.id)
            if isinstance(job.state, Running) and path.is_file() and self._shown.get(task.spec.node) != (stamp := path.stat().st_mtime_ns):
                self._shown[task.spec.node] = stamp
                return preview_url(path)
        return None

    def _tell_state(self, watch: Audience, task: TaskView) -> None:
        """Tell the state of the node if it changed; an older task of the same node has no say in it."""
        spec, state = task.spec, progress.node_state(task)
        if spec.kind == "train":
            return  # it has no node; its progress says how it is
        node = (spec.project, spec.canvas, spec.node)
        known = self._nodes.get(node)
        if known is not None and (known[0] > spec.created or known[1:] == (spec.id, state)):
            return
        self._nodes[node] = (spec.created, spec.id, state)
        watch.broadcast("server:node_state_updated", NodeStatePayload(node_id=spec.node, state=state, task_id=spec.id))

    def _follow_notices(self) -> None:
        for notice in self._store.notices(self._notice):
            self._notice = notice.row
            spec = self._store.task(notice.task).spec
            watch = self._audience(notice.project, spec.canvas)
            if watch is not None:
                node = progress.subject(spec)["node_id"]
                watch.broadcast("server:notice", NoticePayload(level="info", message=notice.message, node_id=node))

    def _flush(self) -> None:
        """Send the progress of the tasks whose last message is old enough: always the newest, never all of it."""
        now = time.monotonic()
        for task_id in [task for task in self._due if now - self._sent.get(task, 0.0) >= _PROGRESS_S]:
            self._due.discard(task_id)
            task = self._store.task(task_id)
            if not progress.remaining(task):
                self._sent.pop(task_id, None)
                continue
            self._sent[task_id] = now
            watch = self._audience(task.spec.project, task.spec.canvas)
            if watch is not None:
                for part in (task, *(part for part in progress.parts(task) if progress.node_state(part) == "generating")):
                    watch.broadcast("server:task_progress", progress.progress(part).model_copy(update={"preview": self._preview(part)}))
