"""Routing: which pipeline and tier serve a shot, given its quality and the workers there are (contracts 5). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from genstudio.pipelines.catalogue import Pipeline
from genstudio.pipelines.formats import frame_count, frame_size
from genstudio.pipelines.parameters import merge
from genstudio.schema.base import Quality
from genstudio.schema.errors import GenStudioError, NotFoundError
from genstudio.schema.job import GenerateJob, Route, TrainJob, Wait, WorkerView
from genstudio.schema.pipeline import TaskDeclaration, Tier
from genstudio.schema.take import TakeQuality

__all__ = ["QUALITIES", "CatalogueView", "can_run", "option_key", "route", "routing_key"]

QUALITIES: Final[tuple[Quality, ...]] = ("draft", "low", "standard", "high")
"""From the lowest to the highest."""


class CatalogueView(Protocol):
    """What routing needs to know of the catalogue."""

    @property
    def pipelines(self) -> Mapping[str, Pipeline]:
        """Pipelines by id."""
        ...

    @property
    def tasks(self) -> Mapping[str, TaskDeclaration]:
        """Tasks by id."""
        ...

    def get(self, reference: str, /) -> Pipeline:
        """Return the pipeline of ``id``, ``alias`` or ``id@version``; NotFoundError if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class _Option:
    """A tier of a pipeline that could serve the job."""

    pipeline: Pipeline
    tier: Tier

    @property
    def rank(self) -> int:
        return QUALITIES.index(self.tier.quality)

    @property
    def key(self) -> str:
        return option_key(self.pipeline.id, self.tier.quality)

    @property
    def preference(self) -> tuple[float, bool, str]:
        """Among options of one quality: the one that needs the larger card, built-ins before others, then by name."""
        return (-self.tier.vram_gib, not self.pipeline.builtin, self.pipeline.id)


def option_key(pipeline: str, quality: Quality) -> str:
    """Return what names a tier of a pipeline in the list of those that ran out of memory."""
    return f"{pipeline}:{quality}"


def routing_key(job: GenerateJob | TrainJob) -> str:
    """Return what the route of a job depends on, workers and catalogue aside: jobs of one key have one route."""
    asked = (job.reference, job.quality, job.policy, job.duration, job.width, job.height, job.fps, job.params, job.makes)
    return json.dumps(asked, sort_keys=True)


def route(
    job: GenerateJob | TrainJob, catalogue: CatalogueView, workers: Sequence[WorkerView], exhausted: frozenset[str] = frozenset()
) -> Route | Wait:
    """Choose pipeline, tier and exact format for a job.

    A task takes the tier of the quality asked for, or the best below if no pipeline has it. If no worker can run that, policy
    ``queue`` waits and ``fallback`` steps down, the draft last. A pinned pipeline is never replaced by another one. Tiers that ran out
    of memory on this job (``exhausted``, by :func:`option_key`) are not tried again, nor what stands above them.

    Raises:
        GenStudioError: All tiers ran out of memory (code ``out_of_memory``).
        NotFoundError: The job names a task or pipeline that the catalogue does not have.
        BadInputError: The duration or a parameter of the job is not usable.
    """
    pinned = job.reference not in catalogue.tasks
    wanted = _wanted(_options(job, catalogue), QUALITIES.index(job.quality), pinned=pinned)
    if exhausted:
        return _lower(job, wanted, exhausted, workers, need_weights=not pinned)
    tried = wanted if job.policy == "fallback" else [option for option in wanted if option.rank == wanted[0].rank]
    for option in tried:
        if any(can_run(option.pipeline, option.tier, worker, need_weights=not pinned) for worker in workers):
            return _route(job, option, _notice(job.quality, wanted, option, workers))
    return Wait(reason=_reason(wanted[0], workers, need_weights=not pinned))


def _lower(
    job: GenerateJob | TrainJob, wanted: Sequence[_Option], exhausted: frozenset[str], workers: Sequence[WorkerView], *, need_weights: bool
) -> Route | Wait:
    """Choose among what stands below the lowest tier that ran out of memory."""
    last = max((number for number, option in enumerate(wanted, start=1) if option.key in exhausted), default=0)
    for option in wanted[last:]:
        if any(can_run(option.pipeline, option.tier, worker, need_weights=need_weights) for worker in workers):
            return _route(job, option, f"{job.quality.capitalize()} quality ran out of memory. {_fell(option)}")
    if not wanted[last:]:
        fix = "Choose a lower quality or a shorter shot, or free memory on the worker."
        raise GenStudioError("The pipeline ran out of memory, and there is no lower quality left to try.", fix=fix, code="out_of_memory")
    return Wait(reason=_reason(wanted[last], workers, need_weights=need_weights))


def can_run(pipeline: Pipeline, tier: Tier, worker: WorkerView, *, need_weights: bool = True) -> bool:
    """Tell whether a worker, once free, could run a tier: its card is large enough, it has a runner for it, and the weights."""
    return _fits(pipeline, tier, worker) and (not need_weights or _has_weights(pipeline, worker))


def _fits(pipeline: Pipeline, tier: Tier, worker: WorkerView) -> bool:
    return worker.card_gib >= tier.vram_gib and not pipeline.runners.isdisjoint(worker.runners)


def _has_weights(pipeline: Pipeline, worker: WorkerView) -> bool:
    fixed = any(weights.kind == "fixed" for weights in pipeline.manifest.weights)
    return not fixed or pipeline.id in worker.weights


def _options(job: GenerateJob | TrainJob, catalogue: CatalogueView) -> list[_Option]:
    if job.reference in catalogue.tasks:
        serving = [item for item in catalogue.pipelines.values() if item.manifest.task == job.reference and _makes(item, job.makes)]
        if not serving:
            fix = "Pin a pipeline, or add one that serves the task."
            raise NotFoundError(f"No pipeline serves the task {job.reference!r:.80}.", fix=fix)
    else:
        serving = [catalogue.get(job.reference)]
    return sorted((_Option(item, tier) for item in serving for tier in item.manifest.tiers), key=lambda option: option.preference)


def _makes(pipeline: Pipeline, kind: str | None) -> bool:
    """Tell whether a pipeline can give a kind of media: its own, or that of its input where it takes both."""
    accepted = {kinds.value.lower() for socket in pipeline.manifest.inputs if socket.name == "input" for kinds in socket.types}
    return kind is None or kind == pipeline.manifest.kind or kind in accepted


def _wanted(options: Sequence[_Option], requested: int, *, pinned: bool) -> list[_Option]:
    """Return the options in the order to try: the quality asked for and those below it, best first.

    A pinned pipeline that has nothing so low runs in its lowest tier; a task likewise, since a result is better than none.
    """
    below = [option for option in options if option.rank <= requested]
    if below:
        return sorted(below, key=lambda option: -option.rank)
    lowest = min(option.rank for option in options)
    return [option for option in options if option.rank == lowest][: 1 if pinned else None]


def _notice(requested: Quality, wanted: Sequence[_Option], used: _Option, workers: Sequence[WorkerView]) -> str:
    if used.rank >= QUALITIES.index(requested):
        return ""
    fell = _fell(used)
    first = wanted[0]
    if first.rank > used.rank and any(_fits(first.pipeline, first.tier, worker) for worker in workers):
        return f"{requested.capitalize()} quality needs the weights of {first.pipeline.id}, which are not installed. {fell}"
    return f"{requested.capitalize()} quality not available on current hardware. {fell}"


def _fell(used: _Option) -> str:
    what = "training" if used.pipeline.manifest.kind == "model" else "generation"
    return f"Fell back to {' '.join(filter(None, (used.tier.quality, used.tier.label)))} {what}."


def _reason(option: _Option, workers: Sequence[WorkerView], *, need_weights: bool) -> str:
    if not workers:
        return "Waiting for a worker: none is running."
    name, need = option.pipeline.manifest.title, option.tier.vram_gib
    largest = max(worker.card_gib for worker in workers)
    if largest < need:
        have = f"the largest here has {largest:g} GB" if largest else "there is none here"
        return f"Waiting for a worker with a {need:g} GB GPU for {name}: {have}."
    if need_weights and any(_fits(option.pipeline, option.tier, worker) for worker in workers):
        return f"Waiting for a worker that has the weights of {name}."
    return f"Waiting for a worker that runs containers, which {name} needs."


def _route(job: GenerateJob | TrainJob, option: _Option, notice: str) -> Route:
    manifest, tier = option.pipeline.manifest, option.tier
    width, height = frame_size(tier, job.width, job.height)
    fps, frames = frame_count(manifest, job.duration, job.fps)
    return Route(
        pipeline=manifest.id,
        version=manifest.version,
        kind=job.makes or manifest.kind,
        tier=tier,
        quality=TakeQuality(requested=job.quality, used=tier.quality, label=tier.label, notice=notice),
        width=width,
        height=height,
        fps=fps,
        frames=frames,
        params=merge(manifest.params, tier, job.params),
    )
