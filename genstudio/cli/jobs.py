"""``genstudio jobs``: what is queued, runs and has ended."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from genstudio.cli.common import add_command, open_workspace
from genstudio.engine.queue import EVERYTHING
from genstudio.engine.timing import timing_words
from genstudio.project.project import ProjectFolder
from genstudio.schema.errors import BadInputError
from genstudio.schema.job import ENDED, Failed, GenerateJob, Running, Succeeded, Waiting

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.engine.store import JobStore
    from genstudio.schema.job import JobView
    from genstudio.widget import Workspace

__all__ = ["register"]

_BY: Final = "command line"
_LOOK_S: Final = 0.1


def register(groups: Groups) -> None:
    """Add the commands."""
    jobs = groups.add_parser("jobs", help="the queue").add_subparsers(metavar="command", required=True)
    listing = add_command(jobs, "ls", _ls, help="list jobs, newest first")
    listing.add_argument("--project", metavar="NAME", help="only those of a project: title or uuid")
    listing.add_argument("--active", action="store_true", help="only those that have not ended")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default 50)")
    show = add_command(jobs, "show", _show, help="all of a task or job, with the end of its log")
    show.add_argument("id")
    logs = add_command(jobs, "logs", _logs, help="what a task or job printed")
    logs.add_argument("id")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until it has ended")
    cancel = add_command(jobs, "cancel", _cancel, help="stop a task, one job of it, or all of a project")
    cancel.add_argument("id", nargs="?")
    cancel.add_argument("--project", metavar="NAME", help="all jobs of a project: title or uuid")
    retry = add_command(jobs, "retry", _retry, help="try once more what has failed or was cancelled, as it was asked for")
    retry.add_argument("id")
    move = add_command(jobs, "move", _move, help="change the place of a waiting job")
    move.add_argument("id")
    place = move.add_mutually_exclusive_group(required=True)
    place.add_argument("--first", action="store_true", help="before all others")
    place.add_argument("--last", action="store_true", help="after all others")
    place.add_argument("--before", metavar="ID", help="before another job")
    for name, handler, text in (("pause", _pause, "start nothing more; what runs goes on"), ("resume", _resume, "start jobs again")):
        command = add_command(jobs, name, handler, help=text)
        command.add_argument("--project", metavar="NAME", help="only a project: title or uuid (default: the whole queue)")


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
        if timing := _timing(store, view):
            output.line(f"    {timing}")
        for line in logs[view.id]:
            output.line(f"    {line}")
    output.result([{**view.model_dump(mode="json"), "log": logs[view.id]} for view in views])
    return 0


def _cancel(arguments: argparse.Namespace, output: Output) -> int:
    if bool(arguments.id) == bool(arguments.project):
        raise BadInputError("Say what to stop: a task, a job, or all of a project.", fix="Give an id, or --project NAME.")
    workspace = open_workspace(arguments)
    engine = workspace.runtime.engine
    if arguments.project:
        asked = engine.cancel_project(workspace.project(arguments.project).uuid, by=_BY)
    else:
        asked = engine.cancel(arguments.id, by=_BY)
    output.line(f"Asked {arguments.id or f'{len(asked)} jobs of {arguments.project}'} to stop.")
    output.result({"id": arguments.id, "project": arguments.project, "cancelled": True, "jobs": list(asked)})
    return 0


def _retry(arguments: argparse.Namespace, output: Output) -> int:
    engine = open_workspace(arguments).runtime.engine
    task = engine.retry(arguments.id)
    jobs = [job.id for job in engine.store.jobs(task=task.id)]
    output.line(f"Queued again as {task.id}: {', '.join(jobs)}.")
    output.result({"task": task.id, "jobs": jobs})
    return 0


def _move(arguments: argparse.Namespace, output: Output) -> int:
    queue = open_workspace(arguments).runtime.engine.queue
    if arguments.first:
        queue.move_first(arguments.id)
    else:
        queue.move(arguments.id, arguments.before)
    order = [rank.id for rank in queue.waiting()]
    output.line(f"{arguments.id} is number {order.index(arguments.id) + 1} of {len(order)} that wait.")
    output.result({"waiting": order})
    return 0


def _pause(arguments: argparse.Namespace, output: Output) -> int:
    workspace = open_workspace(arguments)
    workspace.runtime.engine.queue.pause(_scope(workspace, arguments), by=_BY)
    output.line("Paused: nothing more starts, and what runs goes on.")
    return _tell_paused(workspace, output)


def _resume(arguments: argparse.Namespace, output: Output) -> int:
    workspace = open_workspace(arguments)
    resumed = workspace.runtime.engine.resume(_scope(workspace, arguments))
    output.line("Resumed." if resumed else "It was not paused.")
    return _tell_paused(workspace, output)


def _scope(workspace: Workspace, arguments: argparse.Namespace) -> str:
    return workspace.project(arguments.project).uuid if arguments.project else EVERYTHING


def _tell_paused(workspace: Workspace, output: Output) -> int:
    paused = sorted(workspace.runtime.engine.queue.paused())
    output.result({"paused": ["everything" if scope == EVERYTHING else scope for scope in paused]})
    return 0


def _logs(arguments: argparse.Namespace, output: Output) -> int:
    store = open_workspace(arguments).runtime.engine.store
    views = store.jobs(task=arguments.id) or [store.job(arguments.id)]
    found: dict[str, list[str]] = {}
    for view in views:
        lines = _following(store, view.id) if arguments.follow else _log_lines(store.log_path(view.id))
        kept = found.setdefault(view.id, [])
        for line in lines:
            output.line(line if len(views) == 1 else f"{view.id}  {line}")
            kept.append(line)
    output.result(found)
    return 0


def _log_lines(path: Path) -> list[str]:
    return path.read_text("utf-8", "replace").splitlines() if path.is_file() else []


def _following(store: JobStore, job: str) -> Iterator[str]:
    """Yield the lines of a log as they come, until the job has ended and all it printed was told."""
    path, offset, rest = store.log_path(job), 0, b""
    while True:
        ended = store.job(job).state.state in ENDED  # looked at first: what was printed before the end is read below
        size = path.stat().st_size if path.is_file() else 0
        if size < offset:
            offset = 0  # a full log is put aside and begun anew
        if size > offset:
            with path.open("rb") as stream:
                stream.seek(offset)
                data = stream.read()
            offset += len(data)
            *lines, rest = (rest + data).split(b"\n")
            yield from (line.decode("utf-8", "replace") for line in lines)
        elif ended:
            return
        else:
            time.sleep(_LOOK_S)


def _timing(store: JobStore, view: JobView) -> str:
    """Return where the time of a job's take went; empty if it made none, or the take is gone."""
    spec = store.spec(view.id)
    if not (isinstance(view.state, Succeeded) and view.state.take and isinstance(spec, GenerateJob) and Path(spec.project_root).is_dir()):
        return ""
    takes = ProjectFolder(Path(spec.project_root)).takes.all()
    made = next((take for take in takes.get(spec.renders, ()) if take.job == view.id), None)
    return timing_words(made, [take for records in takes.values() for take in records]) if made is not None else ""


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


def _log_tail(file: Path, lines: int = 20) -> list[str]:
    if not file.is_file():
        return []
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - 16_384))
        return stream.read().decode("utf-8", "replace").splitlines()[-lines:]
