"""The quality table: which pipeline serves a quality on which cards, and the exact words where it is another one or none yet.

Routing says what could serve a job, placement whether it can start now; together they are what people see.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from genstudio.engine.placement import Pending, busy_reason, need_of, place
from genstudio.pipelines.catalogue import Catalogue, Pipeline
from genstudio.pipelines.routing import route
from genstudio.schema.base import Quality
from genstudio.schema.job import GenerateJob, Wait, WorkerView
from genstudio.schema.pipeline import PipelineManifest

# id, title, task, tiers: quality, GB of the card, peak GiB, label
TABLE: list[tuple[str, str, str, list[tuple[Quality, float, float, str]]]] = [
    ("t2i-sd1.5", "Stable Diffusion 1.5", "generate-image", [("low", 12, 4, "512px")]),
    ("t2i-flux-schnell", "FLUX.1 schnell", "generate-image", [("standard", 16, 12, "1024px")]),
    ("t2i-flux-dev", "FLUX.1 dev", "generate-image", [("high", 24, 19, "2K")]),
    ("t2v-wan2.1-1.3b", "Wan 2.1 1.3B", "generate-video", [("low", 12, 8, "480p"), ("standard", 16, 9, "480p full")]),
    ("t2v-ltx-13b", "LTX-Video 13B", "generate-video", [("high", 24, 18, "720p")]),
]
SERVES: dict[tuple[str, Quality], tuple[str, float]] = {
    (task, quality): (name, card) for name, _, task, tiers in TABLE for quality, card, _, _ in tiers
}
TITLES = {name: title for name, title, _, _ in TABLE}
CPU = WorkerView(address="cpu", cpu=2, free_cpu=2, runners=("process",))
TASKS = ("generate-image", "generate-video")
ASKED: tuple[Quality, ...] = ("low", "standard", "high")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The drafts that come with the studio, and the models of the table."""
    real = Catalogue.load()
    drafts = {name: item for name, item in real.pipelines.items() if item.manifest.tiers[0].quality == "draft"}
    return Catalogue({**drafts, **{row[0]: _pipeline(*row) for row in TABLE}}, real.tasks)


def _pipeline(name: str, title: str, task: str, tiers: list[Any]) -> Pipeline:
    manifest = PipelineManifest.model_validate(
        {
            "schema": "genstudio.pipeline/1",
            "id": name,
            "version": "1.0.0",
            "title": title,
            "task": task,
            "kind": task.removeprefix("generate-"),
            "licence": {"code": "Apache-2.0"},
            "tiers": [
                {"quality": quality, "vram_gib": card, "peak_vram_gib": peak, "label": label} for quality, card, peak, label in tiers
            ],
            "run": {"image": f"genstudio/{name}:latest"},
        }
    )
    return Pipeline(manifest=manifest, folder=Path("/nowhere") / name, builtin=True, digest="")


def gpu(card: float, *, busy: bool = False) -> WorkerView:
    """A card as it is sold: it reports a little less."""
    have = card * 0.98
    free = 0.5 if busy else have
    return WorkerView(address="gpu", card_gib=card, vram_gib=have, free_vram_gib=free, cpu=0, free_cpu=0, runners=("container",))


def seen(catalogue: Catalogue, task: str, quality: Quality, policy: str, workers: list[WorkerView]) -> tuple[str, str]:
    """Return what people see: the pipeline with its notice, or "" with what is waited for."""
    job = GenerateJob.model_validate(
        {
            "project": "00000000-0000-4000-8000-000000000001", "project_root": "/f", "node": "n", "reference": task, "quality": quality,
            "policy": policy, "prompt": "", "composed_prompt": "", "seed": 1, "width": 1280, "height": 720, "fps": "24",
            "canvas": {"path": "c", "version": 1, "node": "n"}, "renders": "A/B",
        }
    )  # fmt: skip
    found = route(job, catalogue, workers)
    if isinstance(found, Wait):
        return "", found.reason
    runners = {"container", "process"} if catalogue.get(found.pipeline).runs_as_process else {"container"}
    need = need_of(found.tier, runners, found.pipeline)
    if not place([Pending("job", 1, need)], workers):
        return "", busy_reason(need)
    return found.pipeline, found.quality.notice


def draft(task: str) -> str:
    return f"draft-{task.removeprefix('generate-')}"


@pytest.mark.parametrize("quality", ASKED)
@pytest.mark.parametrize("task", TASKS)
class TestEveryRow:
    def test_on_the_card_it_is_meant_for_it_starts_without_a_word(self, catalogue: Catalogue, task: str, quality: Quality) -> None:
        name, card = SERVES[task, quality]
        for policy in ("queue", "fallback"):
            assert seen(catalogue, task, quality, policy, [CPU, gpu(card)]) == (name, "")

    def test_a_busy_card_is_waited_for_and_nothing_is_stepped_down(self, catalogue: Catalogue, task: str, quality: Quality) -> None:
        _, card = SERVES[task, quality]
        for policy in ("queue", "fallback"):
            words = f"Waiting for a worker with a {card:g} GB GPU to be free."
            assert seen(catalogue, task, quality, policy, [CPU, gpu(card, busy=True)]) == ("", words)

    def test_without_a_gpu_the_queue_waits_and_fallback_draws(self, catalogue: Catalogue, task: str, quality: Quality) -> None:
        name, card = SERVES[task, quality]
        words = f"Waiting for a worker with a {card:g} GB GPU for {TITLES[name]}: there is none here."
        assert seen(catalogue, task, quality, "queue", [CPU]) == ("", words)
        notice = f"{quality.capitalize()} quality not available on current hardware. Fell back to draft animatic generation."
        assert seen(catalogue, task, quality, "fallback", [CPU]) == (draft(task), notice)

    def test_a_card_that_is_too_small_is_named_or_passed_over(self, catalogue: Catalogue, task: str, quality: Quality) -> None:
        name, card = SERVES[task, quality]
        words = f"Waiting for a worker with a {card:g} GB GPU for {TITLES[name]}: the largest here has 8 GB."
        assert seen(catalogue, task, quality, "queue", [CPU, gpu(8)]) == ("", words)
        notice = f"{quality.capitalize()} quality not available on current hardware. Fell back to draft animatic generation."
        assert seen(catalogue, task, quality, "fallback", [CPU, gpu(8)]) == (draft(task), notice)

    @pytest.mark.parametrize("policy", ["queue", "fallback"])
    def test_without_any_worker_it_waits(self, catalogue: Catalogue, task: str, quality: Quality, policy: str) -> None:
        assert seen(catalogue, task, quality, policy, []) == ("", "Waiting for a worker: none is running.")


@pytest.mark.parametrize(
    ("task", "quality", "card", "pipeline", "fell"),
    [
        ("generate-image", "standard", 12, "t2i-sd1.5", "low 512px"),
        ("generate-image", "high", 12, "t2i-sd1.5", "low 512px"),
        ("generate-image", "high", 16, "t2i-flux-schnell", "standard 1024px"),
        ("generate-video", "standard", 12, "t2v-wan2.1-1.3b", "low 480p"),
        ("generate-video", "high", 12, "t2v-wan2.1-1.3b", "low 480p"),
        ("generate-video", "high", 16, "t2v-wan2.1-1.3b", "standard 480p full"),
    ],
)
def test_fallback_takes_the_best_that_the_card_can_do(
    catalogue: Catalogue, task: str, quality: Quality, card: float, pipeline: str, fell: str
) -> None:
    notice = f"{quality.capitalize()} quality not available on current hardware. Fell back to {fell} generation."
    assert seen(catalogue, task, quality, "fallback", [CPU, gpu(card)]) == (pipeline, notice)


@pytest.mark.parametrize("quality", ASKED)
@pytest.mark.parametrize("task", TASKS)
def test_a_card_of_eighty_gigabytes_serves_every_row(catalogue: Catalogue, task: str, quality: Quality) -> None:
    assert seen(catalogue, task, quality, "queue", [gpu(80)]) == (SERVES[task, quality][0], "")
