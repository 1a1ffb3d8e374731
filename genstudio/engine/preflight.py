"""What a click on Generate would do, before it is made: which pipeline serves it, and about how long and how large it will be.

The estimate is taken from the project's own takes of the same pipeline and quality: their median time and size for each pixel of each
frame, and the median time to load. Takes of other pipelines say nothing about this one.
"""

from __future__ import annotations

import math
import shutil
from statistics import median
from typing import TYPE_CHECKING, Final

from genstudio.engine import devices
from genstudio.engine.runners.container import ContainerRunner
from genstudio.schema.base import Frozen, Quality
from genstudio.schema.job import Route, Wait, WorkerView
from genstudio.schema.take import TakeRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from genstudio.schema.job import GenerateJob
    from genstudio.schema.pipeline import PipelineManifest

__all__ = ["Estimate", "Preflight", "estimate", "likely_workers", "preflight", "together", "with_needs"]

_SAMPLES: Final = 20
"""Only the newest takes count: drivers, models and machines change."""


class Estimate(Frozen):
    """What one take costs: ``load_s`` and ``run_s`` in seconds, ``bytes`` on disk; ``samples`` is how many takes it was judged by."""

    load_s: float
    run_s: float
    bytes: int
    samples: int


class Preflight(Frozen):
    """What would happen.

    ``notice`` says what was stepped down and why, ``waits_for`` what it would wait for; both are sentences, empty if there is nothing to
    say. ``seconds`` and ``bytes`` are for all takes together, one after another, None where no past take tells. ``ahead`` jobs wait
    already; ``free_bytes`` are free on the project's disk, and ``fits_disk`` is false if the takes would not fit on it. ``title`` is the
    pipeline's; it wants a card of ``vram_gib`` and uses ``peak_vram_gib`` of it, which ``card_gib`` is the smallest card here to have
    (all 0 where no card is needed). ``weights_bytes`` of weights are loaded, which are here. ``parts`` are those of a scene or a film, for
    which the others are sums, or hold for the part that needs the largest card.
    """

    node: str
    takes: int
    requested: Quality
    pipeline: str = ""
    used: Quality | None = None
    label: str = ""
    notice: str = ""
    waits_for: str = ""
    width: int = 0
    height: int = 0
    frames: int = 0
    seconds: float | None = None
    bytes: int | None = None
    samples: int = 0
    ahead: int = 0
    free_bytes: int = 0
    fits_disk: bool = True
    title: str = ""
    vram_gib: float = 0
    peak_vram_gib: float = 0
    card_gib: float = 0
    weights_bytes: int = 0
    parts: tuple[Preflight, ...] = ()


def likely_workers(weights: tuple[str, ...] = (), private: tuple[str, ...] = ()) -> list[WorkerView]:
    """Return the workers that this machine would have, all free.

    ``weights`` are the pipelines whose weights are here, ``private`` the runners of those that have an environment of their own here.
    """
    there = {"process": ("process", *private), "container": ("container",) * ContainerRunner.likely()}
    shared = {"runners": tuple(name for wished in devices.wished_runners() for name in there.get(wished, ())), "weights": weights}
    slots = devices.cpu_slots()
    views = [WorkerView.model_validate({"address": devices.CPU, "name": devices.CPU, "cpu": slots, "free_cpu": slots, **shared})]
    for card in devices.cards():
        memory = {"card_gib": card.sold_gib, "vram_gib": card.total_gib, "free_vram_gib": card.total_gib}
        views.append(WorkerView.model_validate({"address": card.uuid, "gpu": card.name, "cpu": 0, "free_cpu": 0, **memory, **shared}))
    return views


def estimate(route: Route, past: Iterable[TakeRecord]) -> Estimate | None:
    """Return what a take by a route will cost, None if no past take was made by this pipeline in this quality."""
    alike = [
        take
        for take in past
        if take.pipeline.id == route.pipeline and take.quality.used == route.quality.used and _work(take.width, take.height, take.frames)
    ]
    newest = sorted(alike, key=lambda take: take.created)[-_SAMPLES:]
    if not newest:
        return None
    amounts = [_work(take.width, take.height, take.frames) for take in newest]
    work = _work(route.width, route.height, route.frames)
    return Estimate(
        load_s=median(take.timing.load_s for take in newest),
        run_s=work * median(take.timing.run_s / amount for take, amount in zip(newest, amounts, strict=True)),
        bytes=math.ceil(work * median(take.bytes / amount for take, amount in zip(newest, amounts, strict=True))),
        samples=len(newest),
    )


def preflight(job: GenerateJob, takes: int, found: Route | Wait, past: Iterable[TakeRecord], *, ahead: int, folder: Path) -> Preflight:
    """Describe what would happen to a request.

    Args:
        job: What is asked for; with several takes, one of them.
        takes: How many.
        found: How it would be served, or what it would wait for.
        past: Takes of the project.
        ahead: How many jobs wait already.
        folder: Where the takes will be, for the room on its disk.
    """
    free = shutil.disk_usage(folder).free
    known = Preflight(node=job.node, takes=takes, requested=job.quality, ahead=ahead, free_bytes=free)
    if isinstance(found, Wait):
        return known.model_copy(update={"waits_for": found.reason})
    cost = estimate(found, past)
    size = cost.bytes * takes if cost else None
    return known.model_copy(
        update={
            "pipeline": found.pipeline,
            "used": found.quality.used,
            "label": found.quality.label,
            "notice": found.quality.notice,
            "width": found.width,
            "height": found.height,
            "frames": found.frames,
            "seconds": (cost.load_s + cost.run_s) * takes if cost else None,
            "bytes": size,
            "samples": cost.samples if cost else 0,
            "fits_disk": size is None or size < free,
        }
    )


def with_needs(known: Preflight, found: Route | Wait, manifest: PipelineManifest | None, workers: Iterable[WorkerView]) -> Preflight:
    """Add what the pipeline of a route needs: memory, the card that it will go to, and its weights."""
    if isinstance(found, Wait) or manifest is None:
        return known
    tier = found.tier
    cards = [worker.card_gib for worker in workers if tier.vram_gib and worker.card_gib >= tier.vram_gib]
    needs = {"vram_gib": tier.vram_gib, "peak_vram_gib": tier.peak_vram_gib, "card_gib": min(cards, default=0)}
    weights = sum(weights.bytes for weights in manifest.weights)
    return known.model_copy(update={**needs, "title": manifest.title, "weights_bytes": weights})


def together(node: str, takes: int, parts: Sequence[Preflight]) -> Preflight:
    """Return what would happen to a scene or a film, from what would happen to each of its parts (at least one)."""
    largest = max(parts, key=lambda part: part.vram_gib)
    waits = next((part.waits_for for part in parts if part.waits_for), "")
    times, sizes = [part.seconds for part in parts], [part.bytes for part in parts]
    size = sum(filter(None, sizes)) if None not in sizes else None
    return largest.model_copy(
        update={
            "node": node,
            "takes": takes,
            "notice": " ".join(dict.fromkeys(part.notice for part in parts if part.notice)),
            "waits_for": waits,
            "frames": sum(part.frames for part in parts),
            "seconds": sum(filter(None, times)) if None not in times else None,
            "bytes": size,
            "samples": min(part.samples for part in parts),
            "fits_disk": size is None or size < largest.free_bytes,
            "weights_bytes": sum({part.pipeline: part.weights_bytes for part in parts}.values()),
            "parts": tuple(parts),
        }
    )


def _work(width: int, height: int, frames: int) -> int:
    """Return the pixels of all frames; a still is one frame. Zero for what has no picture."""
    return width * height * max(1, frames)
