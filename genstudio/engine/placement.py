"""Which worker gets which job: pure, from plain values (contracts 5: memory).

Order: higher priority first (interactive before batch), then oldest. Choice: the fitting worker with the least free memory, so that
large cards stay free for large jobs; one that has the pipeline warm before the others. Never over capacity. A job that cannot start
now, but could once our own jobs on a worker end, holds that worker back from the jobs behind it, so that small jobs cannot starve it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from genstudio.schema.job import Resident, WorkerView
from genstudio.schema.pipeline import Tier

__all__ = ["Need", "Pending", "Placement", "add", "busy_reason", "need_of", "order", "place", "to_leave", "total", "unpromised"]

_MARGIN: Final = 1.15
"""Allocators fragment and workspaces vary: measured peaks are met within this factor."""
_CONTEXT_GIB: Final = 1.0
"""A CUDA context and the libraries' workspaces, which no peak of a framework counts."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a job needs of a worker: free memory and card as sold in GiB, CPU slots, one of some runners.

    ``pipeline`` is the key of the warm pipelines that may take it; ``shared`` asks for a worker that sees the studio's disk.
    """

    vram_gib: float = 0
    card_gib: float = 0
    cpu: int = 0
    runners: frozenset[str] = frozenset({"process", "container"})
    pipeline: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """A job that waits. ``number`` orders jobs of one priority: lower is older."""

    job: str
    number: int
    need: Need
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """A job and the address of the worker that gets it."""

    job: str
    worker: str


def need_of(tier: Tier, runners: Iterable[str], pipeline: str = "") -> Need:
    """Return what a tier needs: 1.15 times its peak and 1 GiB on a card; without a card, one CPU slot."""
    if tier.vram_gib == 0:
        return Need(cpu=1, runners=frozenset(runners), pipeline=pipeline)
    return Need(vram_gib=_MARGIN * tier.peak_vram_gib + _CONTEXT_GIB, card_gib=tier.vram_gib, runners=frozenset(runners), pipeline=pipeline)


def busy_reason(need: Need) -> str:
    """Return what a job waits for that a worker could run, were it free; a sentence."""
    card = f" with a {need.card_gib:g} GB GPU" if need.card_gib else ""
    return f"Waiting for a worker{card} to be free."


def order(pending: Iterable[Pending]) -> list[Pending]:
    """Return jobs in the order in which they may start."""
    return sorted(pending, key=lambda item: (-item.priority, item.number))


def place(pending: Iterable[Pending], workers: Sequence[WorkerView], ours: Mapping[str, Need] | None = None) -> list[Placement]:
    """Choose workers for the jobs that can start now.

    Args:
        pending: The waiting jobs, in any order.
        workers: What is free on each worker, the studio's own running jobs already taken off.
        ours: Per worker address, the sum of what the studio's running jobs there will give back.
    """
    free = {worker.address: worker for worker in workers}
    later = ours or {}
    held: set[str] = set()
    hopeless: set[Need] = set()  # no place now and no worker to keep: what comes later and needs the same need not look, free only shrinks
    placements = []
    for item in order(pending):
        if item.need in hopeless:
            continue
        fitting = [worker for address, worker in free.items() if address not in held and _admits(worker, item.need)]
        if fitting:
            chosen = min(fitting, key=lambda worker: _preference(worker, item.need))
            free[chosen.address] = _without(chosen, item.need)
            placements.append(Placement(item.job, chosen.address))
        else:
            kept = _hold(item.need, [worker for address, worker in free.items() if address not in held], workers, later)
            held |= kept
            if not kept:
                hopeless.add(item.need)
    return placements


def _eligible(worker: WorkerView, need: Need) -> bool:
    return worker.card_gib >= need.card_gib and not need.runners.isdisjoint(worker.runners) and (worker.shared or not need.shared)


def _admits(worker: WorkerView, need: Need) -> bool:
    resident = _resident(worker, need)
    memory = worker.free_vram_gib + (resident.vram_gib if resident else 0)  # it has its memory already
    return _eligible(worker, need) and memory >= need.vram_gib and worker.free_cpu >= need.cpu


def _preference(worker: WorkerView, need: Need) -> tuple[bool, float, float, int, str]:
    return (_resident(worker, need) is None, worker.card_gib, worker.free_vram_gib, -worker.free_cpu, worker.address)


def _resident(worker: WorkerView, need: Need) -> Resident | None:
    """Return what is warm on a worker and may take a job, None if nothing is."""
    return next((resident for resident in worker.warm if need.pipeline and resident.key == need.pipeline), None)


def _without(worker: WorkerView, need: Need) -> WorkerView:
    resident = _resident(worker, need)
    warm = list(worker.warm)
    if resident:
        warm.remove(resident)
    memory = worker.free_vram_gib + (resident.vram_gib if resident else 0) - need.vram_gib
    return worker.model_copy(update={"free_vram_gib": memory, "free_cpu": worker.free_cpu - need.cpu, "warm": tuple(warm)})


def _hold(need: Need, candidates: Sequence[WorkerView], before: Sequence[WorkerView], ours: Mapping[str, Need]) -> set[str]:
    """Return the worker to keep for a job that found no place: the one nearest to having room, of those that will have it."""
    start = {worker.address: worker for worker in before}

    def will_admit(worker: WorkerView) -> bool:
        back, full = ours.get(worker.address, Need()), start[worker.address]
        memory = full.free_vram_gib + back.vram_gib + sum(resident.vram_gib for resident in full.warm)
        slots = full.free_cpu + back.cpu
        return _eligible(worker, need) and memory >= need.vram_gib and slots >= need.cpu

    nearest = max(filter(will_admit, candidates), key=lambda worker: (worker.free_vram_gib, worker.free_cpu), default=None)
    return {nearest.address} if nearest else set()


def to_leave(pending: Iterable[Pending], workers: Sequence[WorkerView]) -> dict[str, tuple[str, ...]]:
    """Return, by worker address, the keys of the warm pipelines that must end so that waiting jobs find room.

    Args:
        pending: The jobs that found no place.
        workers: What is free on each worker now.
    """
    leaving: dict[str, tuple[str, ...]] = {}
    hopeless: set[Need] = set()  # as in :func:`place`: the workers to choose from only become fewer
    for item in order(pending):
        if item.need in hopeless:
            continue
        choices = [(keys, worker) for worker in workers if worker.address not in leaving and (keys := _in_the_way(worker, item.need))]
        if choices:
            keys, worker = min(choices, key=lambda choice: (len(choice[0]), choice[1].card_gib, choice[1].address))
            leaving[worker.address] = keys
        else:
            hopeless.add(item.need)
    return leaving


def _in_the_way(worker: WorkerView, need: Need) -> tuple[str, ...]:
    """Return the fewest warm pipelines, oldest first, without which a worker would admit a job; none if that would not help."""
    memory, keys = worker.free_vram_gib, list[str]()
    if not _eligible(worker, need) or worker.free_cpu < need.cpu:
        return ()
    for resident in worker.warm:
        if memory >= need.vram_gib:
            break
        memory += resident.vram_gib
        keys.append(resident.key)
    return tuple(keys) if memory >= need.vram_gib else ()


def add(one: Need, other: Need) -> Need:
    """Return the sum of two needs, as far as they are amounts."""
    return replace(one, vram_gib=one.vram_gib + other.vram_gib, cpu=one.cpu + other.cpu)


def total(needs: Iterable[tuple[str, Need]]) -> dict[str, Need]:
    """Return the sum of the needs at each worker's address."""
    found: dict[str, Need] = {}
    for address, need in needs:
        found[address] = add(found.get(address, Need()), need)
    return found


def unpromised(workers: Iterable[WorkerView], promised: Mapping[str, Need]) -> list[WorkerView]:
    """Return workers with what is free on them: the memory measured, and never more than what running jobs and warm ones leave."""
    found = []
    for worker in workers:
        taken = promised.get(worker.address, Need())
        warm = sum(resident.vram_gib for resident in worker.warm)
        memory = max(0.0, min(worker.free_vram_gib, worker.vram_gib - taken.vram_gib - warm))
        found.append(worker.model_copy(update={"free_vram_gib": memory, "free_cpu": max(0, worker.cpu - taken.cpu)}))
    return found
