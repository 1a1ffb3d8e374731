"""What a worker has: its card by NVML, the processors and the memory of its machine."""

from __future__ import annotations

import math
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psutil

__all__ = [
    "CPU",
    "Card",
    "cards",
    "cpu_slots",
    "free_vram_gib",
    "host",
    "main_memory_gib",
    "memory_limit_gib",
    "simulated_card",
    "sold_size",
    "wished_runners",
    "worker_names",
]

CPU: Final = "cpu"
"""Name of the worker without a card."""
_GIB: Final = 1 << 30
_SOLD: Final = (4, 6, 8, 10, 11, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 141, 180, 192, 288)
"""Sizes of cards as sold, in GB; NVML reports a little less, since firmware keeps some."""
_SLACK: Final = 0.08


@dataclass(frozen=True, slots=True)
class Card:
    """A GPU. ``total_gib`` as NVML reports it, ``sold_gib`` the size on the box."""

    uuid: str
    name: str
    total_gib: float
    sold_gib: float


def sold_size(total_gib: float) -> float:
    """Return the size as sold of a card that reports ``total_gib``: 23.6 is a 24 GB card. An unknown size is rounded up."""
    size = next((size for size in _SOLD if size + 0.1 >= total_gib), 0)
    return float(size) if size * (1 - _SLACK) <= total_gib and size else float(math.ceil(total_gib))


def cards() -> list[Card]:
    """Return the cards of this machine, none where there is no driver."""
    with _nvml() as nvml:
        if nvml is None:
            return []
        handles = [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]
        totals = [nvml.nvmlDeviceGetMemoryInfo(handle).total / _GIB for handle in handles]
        names = [(nvml.nvmlDeviceGetUUID(handle), nvml.nvmlDeviceGetName(handle)) for handle in handles]
        return [Card(_text(uuid), _text(name), total, sold_size(total)) for (uuid, name), total in zip(names, totals, strict=True)]


def free_vram_gib(uuid: str) -> float:
    """Return the free memory of a card in GiB, measured now; 0 without a card."""
    if not uuid:
        return 0.0
    with _nvml() as nvml:
        if nvml is None:
            return 0.0
        memory = nvml.nvmlDeviceGetMemoryInfo(nvml.nvmlDeviceGetHandleByUUID(uuid))
        return float(memory.free) / _GIB


def simulated_card(vram_gib: float) -> Card:
    """Return a card of a size as sold that is not there: for trying out where jobs would go."""
    return Card("", f"simulated {vram_gib:g} GB", vram_gib, vram_gib)


def main_memory_gib() -> tuple[float, float]:
    """Return the main memory of this machine, and how much of it can be had now."""
    memory = psutil.virtual_memory()
    return round(memory.total / _GIB, 1), round(memory.available / _GIB, 1)


def cpu_slots() -> int:
    """Return how many CPU jobs may run at once: one a processor we may use. ``GENSTUDIO_CPU_SLOTS`` overrides."""
    wished = os.environ.get("GENSTUDIO_CPU_SLOTS", "")
    return max(1, int(wished)) if wished.isdigit() else max(1, len(psutil.Process().cpu_affinity()))


def memory_limit_gib(slots: int) -> float:
    """Return how much main memory one job may take: nine tenths of the machine's, shared by the slots, at least 2 GiB.

    ``GENSTUDIO_JOB_MEMORY_GIB`` overrides.
    """
    wished = os.environ.get("GENSTUDIO_JOB_MEMORY_GIB", "")
    if wished.replace(".", "", 1).isdigit():
        return float(wished)
    return max(2.0, 0.9 * float(psutil.virtual_memory().total) / _GIB / max(1, slots))


def host() -> str:
    """Return the name of this machine."""
    return socket.gethostname()


def worker_names() -> tuple[str, ...]:
    """Return the workers that this machine should have: one for the CPU, one a card."""
    return (CPU, *(card.uuid for card in cards()))


def wished_runners() -> list[str]:
    """Return the runners that a worker may use; ``GENSTUDIO_RUNNERS`` may leave some out."""
    return os.environ.get("GENSTUDIO_RUNNERS", "container,process").split(",")


@contextmanager
def _nvml() -> Iterator[Any]:
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        yield None
        return
    try:
        yield pynvml
    finally:
        pynvml.nvmlShutdown()


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
