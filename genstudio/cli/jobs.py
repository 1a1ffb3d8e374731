"""``genstudio jobs``: what is queued, runs and has ended."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_workspace
from genstudio.schema.job import Failed, Running, Waiting

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.schema.job import JobView

__all__ = ["register"]


def register(groups: Groups) -> None:
    """Add the commands."""
    jobs = groups.add_parser("jobs", help="the queue").add_subparsers(metavar="command", required=True)
    listing = add_command(jobs, "ls", _ls, help="list jobs, newest first")
    listing.add_argument("--project", metavar="NAME", help="only those of a project: title or uuid")
    listing.add_argument("--active", action="store_true", help="only those that have not ended")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default 50)")
    show = add_command(jobs, "show", _show, help="all of a task or job, with the end of its log")
    show.add_argument("id")
    cancel = add_command(jobs, "cancel", _cancel, help="stop a task or one job of it")
    cancel.add_argument("id")


def _ls(arguments: argparse.Namespace, output: Output) -> int:
    workspace = open_workspace(arguments)
    project = workspace.project(arguments.project).uuid if arguments.project else None
    views = workspace.runtime.engine.store.jobs(project=project, active=arguments.active)
    views = sorted(views, key=lambda view: view.created, reverse=True)[: max(0, arguments.limit)]
    rows = [(view.id, view.task, view.node, view.kind, view.state.state, _detail(view), _age(view.created)) for view in views]
    output.table(("job", "task", "node", "kind", "state", "", "asked"), rows, empty="The queue is empty.")
    output.result([view.model_dump(mode="json") for view in views])
    return 0


def _show(arguments: argparse.Namespace, output: Output) -> int:
    store = open_workspace(arguments).runtime.engine.store
    views = store.jobs(task=arguments.id) or [store.job(arguments.id)]
    logs = {view.id: _log_tail(store.log_path(view.id)) for view in views}
    for view in views:
        output.line(f"{view.id}  {view.kind} of {view.node}  {view.state.state}  {_detail(view)}".rstrip())
        for line in logs[view.id]:
            output.line(f"    {line}")
    output.result([{**view.model_dump(mode="json"), "log": logs[view.id]} for view in views])
    return 0


def _cancel(arguments: argparse.Namespace, output: Output) -> int:
    open_workspace(arguments).runtime.engine.cancel(arguments.id, by="command line")
    output.line(f"Asked {arguments.id} to stop.")
    output.result({"id": arguments.id, "cancelled": True})
    return 0


def _detail(view: JobView) -> str:
    state = view.state
    if isinstance(state, Running):
        return f"{state.progress:.0f} % {state.step}".strip()
    if isinstance(state, Waiting):
        return state.reason
    return f"{state.message} {state.fix}".strip() if isinstance(state, Failed) else ""


def _age(created: float) -> str:
    seconds = max(0.0, time.time() - created)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return f"{seconds:.0f} s ago"


def _log_tail(path: object, lines: int = 20) -> list[str]:
    from pathlib import Path

    file = Path(str(path))
    if not file.is_file():
        return []
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - 16_384))
        return stream.read().decode("utf-8", "replace").splitlines()[-lines:]
