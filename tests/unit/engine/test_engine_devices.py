from __future__ import annotations

import pytest

from genstudio.engine import devices
from genstudio.engine.shots import seeds


@pytest.mark.parametrize(
    ("reported", "sold"),
    [
        (23.5, 24),
        (23.99, 24),
        (11.6, 12),
        (7.75, 8),
        (15.7, 16),
        (79.2, 80),
        (39.4, 40),
        (45.0, 48),
        (22.5, 24),
        (11.0, 11),
        (140.4, 141),
        (13.2, 14),
        (400.5, 401),
    ],
)
def test_a_card_is_known_by_the_size_on_its_box(reported: float, sold: float) -> None:
    assert devices.sold_size(reported) == sold


def test_without_a_card_there_is_a_cpu_worker_and_no_free_video_memory() -> None:
    assert devices.worker_names()[0] == devices.CPU
    assert devices.free_vram_gib("") == 0


def test_slots_follow_the_processors_or_the_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    assert devices.cpu_slots() >= 1
    monkeypatch.setenv("GENSTUDIO_CPU_SLOTS", "7")
    assert devices.cpu_slots() == 7
    monkeypatch.setenv("GENSTUDIO_CPU_SLOTS", "many")
    assert devices.cpu_slots() >= 1


def test_main_memory_is_shared_by_the_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    assert devices.memory_limit_gib(1) > devices.memory_limit_gib(1000) == 2
    monkeypatch.setenv("GENSTUDIO_JOB_MEMORY_GIB", "0.5")
    assert devices.memory_limit_gib(1) == 0.5


def test_seeds_follow_a_fixed_one_and_wrap() -> None:
    assert seeds(5, 3) == [5, 6, 7]
    assert seeds(2**32 - 1, 2) == [2**32 - 1, 0]


def test_seeds_without_a_fixed_one_differ() -> None:
    assert len(set(seeds(None, 20))) == 20
