from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.engine.placement import Need, Pending, Placement, add, need_of, order, place, total, unpromised
from genstudio.schema.job import Resident, WorkerView
from genstudio.schema.pipeline import Tier


def gpu(address: str, card: float, free: float | None = None, **fields: object) -> WorkerView:
    have = card if free is None else free
    return WorkerView.model_validate(
        {
            "address": address,
            "card_gib": card,
            "vram_gib": card,
            "free_vram_gib": have,
            "cpu": 0,
            "free_cpu": 0,
            "runners": ("container",),
            **fields,
        }
    )


def cpu(address: str, slots: int) -> WorkerView:
    return WorkerView(address=address, cpu=slots, free_cpu=slots, runners=("process",))


def big(vram: float, card: float = 0, **fields: object) -> Need:
    return Need(vram_gib=vram, card_gib=card or vram, runners=frozenset({"container"}), **fields)


def test_a_tier_needs_its_peak_with_a_margin_and_a_context() -> None:
    need = need_of(Tier(quality="low", vram_gib=12, peak_vram_gib=8.0), {"container"}, "wan")
    assert need == Need(vram_gib=1.15 * 8 + 1, card_gib=12, cpu=0, runners=frozenset({"container"}), pipeline="wan")


def test_a_tier_without_a_card_needs_a_cpu_slot() -> None:
    assert need_of(Tier(quality="draft"), {"process"}) == Need(cpu=1, runners=frozenset({"process"}))


def test_interactive_jobs_go_before_batch_and_older_before_newer() -> None:
    jobs = [Pending("batch", 1, Need()), Pending("late", 3, Need(), 10), Pending("early", 2, Need(), 10)]
    assert [job.job for job in order(jobs)] == ["early", "late", "batch"]


def test_the_smallest_card_that_fits_is_taken() -> None:
    workers = [gpu("large", 80), gpu("small", 24), gpu("tiny", 12)]
    assert place([Pending("a", 1, big(20))], workers) == [Placement("a", "small")]


def test_among_equal_cards_the_fuller_one_is_taken() -> None:
    assert place([Pending("a", 1, big(8))], [gpu("empty", 24), gpu("fuller", 24, free=10)]) == [Placement("a", "fuller")]


def test_a_worker_that_has_the_pipeline_warm_comes_first() -> None:
    workers = [gpu("cold", 12), gpu("warm", 24, warm=[Resident(key="wan", pipeline="wan", quality="low")])]
    assert place([Pending("a", 1, big(8, pipeline="wan"))], workers) == [Placement("a", "warm")]


def test_free_memory_that_is_not_there_is_never_given() -> None:
    assert place([Pending("a", 1, big(20, card=24))], [gpu("busy", 24, free=19.9)]) == []


def test_a_card_that_was_sold_too_small_is_not_eligible() -> None:
    assert place([Pending("a", 1, big(10, card=24))], [gpu("small", 16)]) == []


def test_a_worker_without_the_runner_is_passed_over() -> None:
    need = Need(cpu=1, runners=frozenset({"container"}))
    assert place([Pending("a", 1, need)], [cpu("plain", 2)]) == []


def test_cpu_slots_are_given_out_once() -> None:
    jobs = [Pending(name, number, Need(cpu=1)) for number, name in enumerate("abc")]
    assert [placement.job for placement in place(jobs, [cpu("cpu", 2)])] == ["a", "b"]


def test_small_jobs_do_not_starve_a_large_one_that_waits_for_ours_to_end() -> None:
    jobs = [Pending("large", 1, big(22, card=24)), Pending("small", 2, big(6, card=12))]
    busy = gpu("card", 24, free=12)
    assert place(jobs, [busy], {"card": big(12)}) == []
    assert place(jobs, [busy, gpu("other", 12)], {"card": big(12)}) == [Placement("small", "other")]


def test_a_large_job_that_could_never_start_holds_nothing_back() -> None:
    jobs = [Pending("huge", 1, big(70, card=80)), Pending("small", 2, big(6, card=12))]
    assert place(jobs, [gpu("card", 24)]) == [Placement("small", "card")]


def test_memory_taken_by_others_holds_nothing_back_either() -> None:
    jobs = [Pending("large", 1, big(22, card=24)), Pending("small", 2, big(6, card=12))]
    assert place(jobs, [gpu("card", 24, free=12)]) == [Placement("small", "card")]


def test_needs_add_up() -> None:
    assert add(Need(vram_gib=2, cpu=1), Need(vram_gib=3)) == Need(vram_gib=5, cpu=1)


def test_what_is_free_is_what_was_measured_and_not_promised() -> None:
    workers = [gpu("a", 24), gpu("b", 24, free=3), cpu("c", 2)]
    promised = total([("a", big(10)), ("a", big(4)), ("b", big(10)), ("c", Need(cpu=3))])
    found = unpromised(workers, promised)
    assert [worker.free_vram_gib for worker in found] == [10, 3, 0]
    assert found[2].free_cpu == 0


@pytest.mark.parametrize("count", [1, 3, 2000])
def test_jobs_that_are_alike_are_placed_in_order_however_many_wait(count: int) -> None:
    jobs = [Pending(str(number), number, big(20)) for number in range(count)]
    workers = [gpu("a", 24), gpu("b", 24, free=4), gpu("c", 80)]
    placements = place(jobs, workers, {"b": big(20)})
    assert [placement.job for placement in placements] == [str(number) for number in range(min(count, 5))]


def _worker(number: int, card: int, part: float, slots: int) -> WorkerView:
    return WorkerView(
        address=str(number), card_gib=card, vram_gib=card, free_vram_gib=card * part, cpu=slots, free_cpu=slots, runners=("process",)
    )


_rows = st.tuples(st.sampled_from([0, 12, 16, 24, 80]), st.floats(0, 1), st.integers(0, 4))
_workers = st.lists(_rows, min_size=1, max_size=5).map(lambda rows: [_worker(number, *row) for number, row in enumerate(rows)])
_jobs = st.lists(st.tuples(st.sampled_from([0, 8, 14, 20, 60]), st.integers(0, 2), st.integers(0, 1)), max_size=12).map(
    lambda rows: [
        Pending(str(number), number, Need(vram_gib=vram, card_gib=vram, cpu=slots if not vram else 0), priority)
        for number, (vram, slots, priority) in enumerate(rows)
    ]
)


@given(_jobs, _workers)
def test_no_worker_is_ever_given_more_than_it_has(jobs: list[Pending], workers: list[WorkerView]) -> None:
    needs = {job.job: job.need for job in jobs}
    placements = place(jobs, workers)
    assert len({placement.job for placement in placements}) == len(placements)
    for worker in workers:
        mine = [needs[placement.job] for placement in placements if placement.worker == worker.address]
        assert sum(need.vram_gib for need in mine) <= worker.free_vram_gib + 1e-9
        assert sum(need.cpu for need in mine) <= worker.free_cpu
        assert all(need.card_gib <= worker.card_gib for need in mine)


@given(_jobs, _workers)
def test_nothing_idles_that_the_first_waiting_job_could_use(jobs: list[Pending], workers: list[WorkerView]) -> None:
    if not jobs:
        return
    first = order(jobs)[0]
    fits = any(
        worker.card_gib >= first.need.card_gib and worker.free_vram_gib >= first.need.vram_gib and worker.free_cpu >= first.need.cpu
        for worker in workers
    )
    assert fits == any(placement.job == first.job for placement in place(jobs, workers))


@given(_jobs, _workers)
def test_placement_depends_on_nothing_but_its_arguments(jobs: list[Pending], workers: list[WorkerView]) -> None:
    assert place(jobs, workers) == place(list(reversed(jobs)), list(reversed(workers)))
