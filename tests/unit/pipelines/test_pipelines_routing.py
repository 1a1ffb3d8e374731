from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.pipelines.catalogue import Catalogue, load_pipeline
from genstudio.pipelines.routing import QUALITIES, option_key, route
from genstudio.schema.errors import BadInputError, GenStudioError, NotFoundError
from genstudio.schema.job import GenerateJob, Route, Wait, WorkerView

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.pipelines.conftest import MakeFolder

CPU = WorkerView(address="tcp://1", runners=("process",))
CPU_CONTAINERS = WorkerView(address="tcp://2", runners=("container", "process"))


def gpu(card_gib: float, *weights: str) -> WorkerView:
    return WorkerView(address=f"tcp://gpu{card_gib}", card_gib=card_gib, vram_gib=card_gib, runners=("container",), weights=weights)


def with_(job: GenerateJob, **changes: Any) -> GenerateJob:
    return job.model_copy(update=changes)


def taken(answer: Route | Wait) -> Route:
    assert isinstance(answer, Route), answer
    return answer


def test_without_a_gpu_a_video_falls_to_the_animatic_and_says_so(job: GenerateJob):
    chosen = taken(route(job, Catalogue.load(), [CPU]))
    assert chosen.pipeline == "draft-video"
    assert chosen.quality.used == "draft"
    assert chosen.quality.notice == "Standard quality not available on current hardware. Fell back to draft animatic generation."


def test_without_a_gpu_an_image_falls_to_the_animatic_and_says_so(job: GenerateJob):
    chosen = taken(route(with_(job, reference="generate-image", quality="high"), Catalogue.load(), [CPU]))
    assert chosen.pipeline == "draft-image"
    assert chosen.frames == 1
    assert chosen.quality.notice == "High quality not available on current hardware. Fell back to draft animatic generation."


def test_a_draft_that_was_asked_for_has_no_notice(job: GenerateJob):
    assert taken(route(with_(job, quality="draft"), Catalogue.load(), [CPU])).quality.notice == ""


def test_a_card_that_is_large_enough_gets_the_model(job: GenerateJob):
    chosen = taken(route(with_(job, reference="generate-image", quality="low"), Catalogue.load(), [CPU, gpu(12, "t2i-sd1.5")]))
    assert (chosen.pipeline, chosen.quality.used, chosen.quality.notice) == ("t2i-sd1.5", "low", "")


def test_a_quality_that_no_pipeline_has_takes_the_best_below_with_the_notice(job: GenerateJob):
    chosen = taken(route(with_(job, reference="generate-image", quality="high"), Catalogue.load(), [gpu(24, "t2i-sd1.5")]))
    assert chosen.pipeline == "t2i-sd1.5"
    assert chosen.quality.notice == "High quality not available on current hardware. Fell back to low 512px generation."


def test_a_card_that_is_too_small_falls_back_to_the_draft(job: GenerateJob):
    asked = with_(job, reference="generate-image", quality="low")
    assert taken(route(asked, Catalogue.load(), [gpu(8, "t2i-sd1.5"), CPU])).pipeline == "draft-image"


def test_missing_weights_are_named_instead_of_blaming_the_hardware(job: GenerateJob):
    chosen = taken(route(with_(job, reference="generate-image", quality="low"), Catalogue.load(), [gpu(24), CPU]))
    assert chosen.pipeline == "draft-image"
    assert chosen.quality.notice == (
        "Low quality needs the weights of t2i-sd1.5, which are not installed. Fell back to draft animatic generation."
    )


def test_with_the_queue_policy_a_job_waits_for_the_card_and_says_which(job: GenerateJob):
    asked = with_(job, reference="generate-image", quality="low", policy="queue")
    answer = route(asked, Catalogue.load(), [CPU, gpu(8)])
    assert answer == Wait(reason="Waiting for a worker with a 12 GB GPU for Stable Diffusion 1.5: the largest here has 8 GB.")
    answer = route(asked, Catalogue.load(), [CPU])
    assert answer == Wait(reason="Waiting for a worker with a 12 GB GPU for Stable Diffusion 1.5: there is none here.")


def test_with_the_queue_policy_a_job_waits_for_weights(job: GenerateJob):
    asked = with_(job, reference="generate-image", quality="low", policy="queue")
    assert route(asked, Catalogue.load(), [gpu(24)]) == Wait(reason="Waiting for a worker that has the weights of Stable Diffusion 1.5.")


def test_the_queue_policy_does_not_wait_for_a_quality_that_does_not_exist(job: GenerateJob):
    assert taken(route(with_(job, policy="queue"), Catalogue.load(), [CPU])).pipeline == "draft-video"


def test_without_any_worker_a_job_waits(job: GenerateJob):
    assert route(job, Catalogue.load(), []) == Wait(reason="Waiting for a worker: none is running.")


def test_a_pinned_pipeline_is_never_replaced(job: GenerateJob):
    pinned = with_(job, reference="t2i-sd1.5@1.0.0", quality="low")
    assert isinstance(route(pinned, Catalogue.load(), [CPU]), Wait)
    assert taken(route(pinned, Catalogue.load(), [gpu(12)])).pipeline == "t2i-sd1.5"


def test_a_pinned_pipeline_runs_in_its_lowest_tier_if_it_has_nothing_so_low(job: GenerateJob):
    pinned = with_(job, reference="t2i-sd1.5", quality="draft")
    chosen = taken(route(pinned, Catalogue.load(), [gpu(12)]))
    assert (chosen.quality.used, chosen.quality.notice) == ("low", "")


def test_an_unknown_reference_is_an_error(job: GenerateJob):
    with pytest.raises(NotFoundError):
        route(with_(job, reference="t2v-nothing"), Catalogue.load(), [CPU])


def test_a_bad_duration_is_an_error(job: GenerateJob):
    with pytest.raises(BadInputError):
        route(with_(job, duration="soon"), Catalogue.load(), [CPU])


def test_a_pipeline_of_the_studios_own_needs_a_container(job: GenerateJob, tmp_path: Path, make_folder: MakeFolder):
    folder = make_folder(tmp_path, quality="standard", vram_gib=0, more='environment = "studio"')
    catalogue = Catalogue({"t2i-own": load_pipeline(folder)}, Catalogue.load().tasks)
    asked = with_(job, reference="generate-image")
    assert route(asked, catalogue, [CPU]) == Wait(reason="Waiting for a worker that runs containers, which A pipeline needs.")
    assert taken(route(asked, catalogue, [CPU_CONTAINERS])).pipeline == "t2i-own"


def test_the_draft_video_follows_rate_length_and_size_of_the_project(job: GenerateJob):
    chosen = taken(route(with_(job, fps="30000/1001", width=1080, height=1920, duration="90f"), Catalogue.load(), [CPU]))
    assert (chosen.fps, chosen.frames, chosen.width, chosen.height) == ("30000/1001", 90, 1080, 1920)


@given(
    quality=st.sampled_from(QUALITIES),
    cards=st.lists(st.sampled_from([0, 8, 12, 16, 24]), min_size=1, max_size=4),
    reference=st.sampled_from(["generate-image", "generate-video"]),
    weights=st.booleans(),
)
def test_a_fallback_always_ends_in_a_route_that_some_worker_can_run(quality: Any, cards: list[int], reference: str, weights: bool):
    catalogue = Catalogue.load()
    workers = [CPU] + [gpu(card, *(["t2i-sd1.5"] if weights else [])) for card in cards if card]
    asked = GenerateJob(
        project="00000000-0000-4000-8000-000000000001", project_root="/f", node="n", reference=reference, quality=quality, prompt="",
        composed_prompt="", seed=1, width=1280, height=720, fps="24", canvas={"path": "c", "version": 1, "node": "n"}, renders="A/B",
    )  # fmt: skip
    chosen = taken(route(asked, catalogue, workers))
    assert any(worker.card_gib >= chosen.tier.vram_gib for worker in workers)
    assert QUALITIES.index(chosen.quality.used) <= max(QUALITIES.index(quality), 0)
    assert bool(chosen.quality.notice) == (chosen.quality.used != quality)


def test_a_tier_that_ran_out_of_memory_is_not_tried_again_and_the_notice_says_why(job: GenerateJob):
    asked, workers = with_(job, reference="generate-image", quality="low"), [CPU, gpu(24, "t2i-sd1.5")]
    chosen = taken(route(asked, Catalogue.load(), workers, frozenset({option_key("t2i-sd1.5", "low")})))
    assert chosen.pipeline == "draft-image"
    assert chosen.quality.notice == "Low quality ran out of memory. Fell back to draft animatic generation."


def test_nothing_left_below_what_ran_out_of_memory_is_an_error(job: GenerateJob):
    pinned = with_(job, reference="t2i-sd1.5", quality="high")
    with pytest.raises(GenStudioError) as caught:
        route(pinned, Catalogue.load(), [CPU, gpu(24)], frozenset({option_key("t2i-sd1.5", "low")}))
    assert caught.value.code == "out_of_memory"


def test_what_stands_above_a_tier_that_ran_out_of_memory_is_not_tried_either(job: GenerateJob, tmp_path: Path, make_folder: MakeFolder):
    tiers = '[[tiers]]\nquality = "high"\nvram_gib = 24\n[[tiers]]\nquality = "low"\nvram_gib = 12\n'
    folder = make_folder(tmp_path, quality="standard", vram_gib=16, more=tiers)
    catalogue = Catalogue({"t2i-own": load_pipeline(folder)}, Catalogue.load().tasks)
    asked = with_(job, reference="generate-image", quality="high")
    chosen = taken(route(asked, catalogue, [gpu(24)], frozenset({option_key("t2i-own", "standard")})))
    assert chosen.quality.used == "low"
