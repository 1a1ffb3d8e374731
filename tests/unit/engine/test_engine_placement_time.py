"""Placement over time, on simulated workers: jobs come, run and end, and small ones never stop coming."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.engine.placement import Need, Pending, add, order, place
from genstudio.schema.job import WorkerView

LONGEST = 5
"""Ticks that a job runs at most."""


@dataclass
class Cluster:
    """Workers, what runs on them, and what waits; a tick at a time."""

    cards: list[float]
    waiting: list[Pending] = field(default_factory=list)
    running: dict[str, tuple[str, Need, int]] = field(default_factory=dict)  # by job: worker, need, last tick
    started: dict[str, int] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    tick: int = 0

    def add(self, job: str, need: Need, length: int, priority: int = 0) -> None:
        self.waiting.append(Pending(job, len(self.lengths), need, priority))
        self.lengths[job] = length

    def workers(self) -> list[WorkerView]:
        promised = self.promised()
        return [
            WorkerView(
                address=name, card_gib=card, vram_gib=card, free_vram_gib=card - promised.get(name, Need()).vram_gib, cpu=0, free_cpu=0
            )
            for name, card in zip(map(str, range(len(self.cards))), self.cards, strict=True)
        ]

    def promised(self) -> dict[str, Need]:
        total: dict[str, Need] = {}
        for worker, need, _ in self.running.values():
            total[worker] = add(total.get(worker, Need()), need)
        return total

    def step(self) -> None:
        self.tick += 1
        self.running = {job: entry for job, entry in self.running.items() if entry[2] >= self.tick}
        known = {item.job: item for item in self.waiting}
        for placement in place(self.waiting, self.workers(), self.promised()):
            self.running[placement.job] = (placement.worker, known[placement.job].need, self.tick + self.lengths[placement.job] - 1)
            self.started[placement.job] = self.tick
        self.waiting = [item for item in self.waiting if item.job not in self.running]
        for worker in self.workers():
            assert worker.free_vram_gib >= -1e-9, "more was given than there is"


def need(card: float) -> Need:
    """What a job needs that is meant for a card of that size: all but a tenth of it."""
    return Need(vram_gib=card * 0.9, card_gib=card)


_sizes = st.sampled_from([12.0, 16.0, 24.0, 80.0])
_cards = st.lists(_sizes, min_size=1, max_size=4)
_jobs = st.lists(st.tuples(_sizes, st.integers(1, LONGEST), st.sampled_from([0, 10])), min_size=1, max_size=10)


@given(_cards, _jobs)
def test_every_job_that_fits_a_worker_starts_though_small_ones_never_stop_coming(
    cards: list[float], jobs: list[tuple[float, int, int]]
) -> None:
    cluster = Cluster(cards)
    for number, (card, length, priority) in enumerate(jobs):
        cluster.add(f"job {number}", need(card), length, priority)
    fitting = [item.job for item in order(cluster.waiting) if item.need.card_gib <= max(cards)]
    for number in range((len(fitting) + 1) * (LONGEST + 1)):
        cluster.add(f"small {number}", need(12), LONGEST)
        cluster.step()
    for place_in_queue, job in enumerate(fitting, start=1):
        assert job in cluster.started, f"{job} starved"
        assert cluster.started[job] <= place_in_queue * (LONGEST + 1)


@given(_cards, _jobs)
def test_no_job_waits_while_a_worker_that_fits_it_is_empty_and_not_kept_for_one_before_it(
    cards: list[float], jobs: list[tuple[float, int, int]]
) -> None:
    cluster = Cluster(cards)
    for number, (card, length, priority) in enumerate(jobs):
        cluster.add(f"job {number}", need(card), length, priority)
    while any(item.need.card_gib <= max(cards) for item in cluster.waiting):
        cluster.step()
        busy = {worker for worker, _, _ in cluster.running.values()}
        for item in cluster.waiting:
            idle = [
                name
                for name, card in zip(map(str, range(len(cards))), cards, strict=True)
                if card >= item.need.card_gib and name not in busy
            ]
            assert not idle, f"{item.job} waits for nothing"


@pytest.mark.parametrize("small", [1, 2, 5])
def test_a_job_for_the_whole_card_starts_once_what_runs_there_has_ended(small: int) -> None:
    cluster = Cluster([24.0])
    for number in range(small):
        cluster.add(f"small {number}", Need(vram_gib=4, card_gib=12), LONGEST)
    cluster.step()
    cluster.add("large", need(24), 1)
    for number in range(LONGEST + 1):
        cluster.add(f"later {number}", Need(vram_gib=4, card_gib=12), LONGEST)
        cluster.step()
    assert cluster.started["large"] == LONGEST + 1
    assert not any(job.startswith("later") and tick <= LONGEST for job, tick in cluster.started.items())
