"""What people see of tasks: the state of a node, how far a task is, what it made. Pure functions of the store's views."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypedDict

from genstudio.schema.job import ENDED, Cancelled, Failed, JobView, Running, Staging, Succeeded, TaskSpec, TaskView, Waiting
from genstudio.schema.message import NodeGenerationState, TaskFailedPayload, TaskProgressPayload, TaskSummary

__all__ = ["failure", "last_output", "node_state", "parts", "progress", "remaining", "subject", "summary"]

_AT_WORK: Final = frozenset({"staging", "running"})


def node_state(task: TaskView) -> NodeGenerationState:
    """Return the state that a task gives its node: at work if any of its jobs is, failed if any failed, else as they all ended."""
    states = {job.state.state for job in task.jobs}
    if states <= ENDED:
        return next((state for state in ("failed", "cancelled") if state in states), "success")
    return "generating" if states & (_AT_WORK | ENDED) else "queued"


def parts(task: TaskView) -> tuple[TaskView, ...]:
    """Return a task of a scene or a film as one task a node, since people look at its shots; of any other task nothing."""
    nodes = dict.fromkeys(job.node for job in task.jobs)
    if task.spec.kind != "generate" or task.spec.node in nodes:
        return ()
    return tuple(
        TaskView(spec=task.spec.model_copy(update={"node": node}), jobs=tuple(job for job in task.jobs if job.node == node))
        for node in nodes
    )


def remaining(task: TaskView) -> int:
    """Return how many jobs of a task have not ended."""
    return sum(job.state.state not in ENDED for job in task.jobs)


def progress(task: TaskView) -> TaskProgressPayload:
    """Return how far a task is: the mean over its jobs, with the step and the remaining seconds of the one at work."""
    done = sum(_percent(job) for job in task.jobs) / max(1, len(task.jobs))
    step, eta = _step(task.jobs)
    return TaskProgressPayload(
        task_id=task.spec.id, **subject(task.spec), progress=round(done, 1), step=step, eta_s=eta, state=node_state(task)
    )


class Subject(TypedDict):
    """What a task is about, as messages say it: a node, or an asset."""

    node_id: str | None
    asset: str | None


def subject(spec: TaskSpec) -> Subject:
    """Return what a task is about, as messages say it: its node, or the asset that it trains."""
    return {"node_id": None, "asset": spec.node} if spec.kind == "train" else {"node_id": spec.node, "asset": None}


def failure(task: TaskView, state: Failed | Cancelled) -> TaskFailedPayload:
    """Return what people are told when a job of a task fails or is cancelled."""
    spec = task.spec
    if isinstance(state, Cancelled):
        who = f" by {state.by.partition('#')[0]}" if state.by else ""
        return TaskFailedPayload(task_id=spec.id, **subject(spec), error=f"Cancelled{who}.", code="cancelled")
    return TaskFailedPayload(task_id=spec.id, **subject(spec), error=state.message, code=state.code, fix=state.fix)


def summary(task: TaskView, result_url: str = "") -> TaskSummary:
    """Return a task as a client needs it to draw its node from nothing."""
    now = progress(task)
    failed = next((job.state for job in task.jobs if isinstance(job.state, Failed)), None)
    return TaskSummary(
        task_id=task.spec.id,
        node_id=task.spec.node,
        state=node_state(task),
        progress=now.progress,
        step=now.step,
        eta_s=now.eta_s,
        error=failed.message if failed else "",
        fix=failed.fix if failed else "",
        result_url=result_url,
    )


def _percent(job: JobView) -> float:
    if isinstance(job.state, Running):
        return min(100.0, max(0.0, job.state.progress))
    return 100.0 if job.state.state in ENDED else 0.0


def _step(jobs: Iterable[JobView]) -> tuple[str, float | None]:
    states = [job.state for job in jobs]
    for state in states:
        if isinstance(state, Running):
            return state.step, state.eta_s
    for state in states:
        if isinstance(state, Staging):
            return "preparing", None
    waiting = next((state.reason for state in states if isinstance(state, Waiting)), "")
    return waiting or ("waiting for its turn" if any(state.state not in ENDED for state in states) else ""), None


def last_output(task: TaskView) -> str:
    """Return the project-relative path of the newest result of a task, empty if it made none."""
    return next((job.state.output for job in reversed(task.jobs) if isinstance(job.state, Succeeded) and job.state.output), "")
