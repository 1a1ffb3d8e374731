"""``genstudio cluster``: the workers there are, their memory, and what is asked of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_workspace

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.engine.status import ClusterStatus
    from genstudio.schema.job import WorkerView

__all__ = ["register"]

_COLUMNS = ("worker", "host", "device", "memory GiB", "free", "held", "places", "free", "warm", "jobs")

_ALONE = "cluster.toml names no machines: the workers of this one start by themselves."


def register(groups: Groups) -> None:
    """Add the commands."""
    cluster = groups.add_parser("cluster", help="the workers").add_subparsers(metavar="command", required=True)
    add_command(cluster, "status", _status, help="the workers, their memory, what is warm, and the queue")
    add_command(cluster, "start", _start, help="start the workers that cluster.toml of the workspace names, on their machines")
    invite = add_command(cluster, "invite", _invite, help="write the file with which workers of other machines join")
    invite.add_argument("file", type=Path)


def _status(arguments: argparse.Namespace, output: Output) -> int:
    found = open_workspace(arguments).cluster()
    output.line(_queue(found))
    output.table(_COLUMNS, [_row(worker) for worker in found.workers], empty="No worker runs; they start with the first job.")
    for worker in found.workers:
        if worker.problem:
            output.notice(f"{worker.name}: {worker.problem}")
    if found.dashboard:
        output.line(f"Dask dashboard: {found.dashboard}")
    output.result(found.model_dump(mode="json"))
    return 0


def _start(arguments: argparse.Namespace, output: Output) -> int:
    started = open_workspace(arguments).runtime.engine.start_workers()
    output.line(f"Started by {started} commands; genstudio cluster status shows the workers that came." if started else _ALONE)
    output.result({"commands": started})
    return 0


def _invite(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.engine.joining import write_invitation
    from genstudio.engine.state import StateFolder

    workspace = open_workspace(arguments)
    address = write_invitation(StateFolder(workspace.runtime.workspace.state_dir), arguments.file)
    output.line(f"{arguments.file} lets workers join {address}. Whoever has it can run programs here: keep it as you keep a key.")
    output.result({"file": str(arguments.file), "address": address})
    return 0


def _queue(found: ClusterStatus) -> str:
    states = ", ".join(f"{number} {state}" for state, number in sorted(found.jobs.items())) or "empty"
    paused = " Paused." if "" in found.paused else f" {len(found.paused)} projects paused." if found.paused else ""
    return f"Queue: {states}.{paused}"


def _row(worker: WorkerView) -> tuple[object, ...]:
    """Memory is the card's where there is one, else the machine's."""
    total, free = (worker.vram_gib, worker.free_vram_gib) if worker.card_gib else (worker.memory_gib, worker.free_memory_gib)
    warm = ", ".join(resident.pipeline for resident in worker.warm)
    memory = (f"{total:.1f}", f"{free:.1f}", f"{worker.held_vram_gib:.1f}")
    return (worker.name, worker.host, worker.gpu or "CPU", *memory, worker.cpu, worker.free_cpu, warm, len(worker.jobs))
