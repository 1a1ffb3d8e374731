from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.pipelines.catalogue import Catalogue
from genstudio.pipelines.formats import frame_count, frame_size
from genstudio.pipelines.parameters import merge
from genstudio.pipelines.weights import missing
from genstudio.schema.errors import BadInputError
from genstudio.schema.nodes import Param
from genstudio.schema.pipeline import FrameLengths, PipelineManifest, Tier, VideoFormat, Weights
from genstudio.schema.rates import duration_frames

if TYPE_CHECKING:
    from pathlib import Path

WAN = VideoFormat(fps="16", frames=FrameLengths(step=4, offset=1))


def manifest(**changes: object) -> PipelineManifest:
    return Catalogue.load().get("draft-video").manifest.model_copy(update=changes)


def test_a_model_with_a_rate_and_lengths_of_its_own_is_never_too_short():
    assert frame_count(manifest(video=WAN), "4s", "24") == ("16", 65)
    assert frame_count(manifest(video=WAN), "1f", "24") == ("16", 1)
    assert frame_count(manifest(video=WAN), "2.5s", "24") == ("16", 41)


def test_a_draft_has_the_rate_and_the_exact_length_of_the_film():
    assert frame_count(manifest(), "2.5s", "24000/1001") == ("24000/1001", 60)


def test_a_picture_is_one_frame():
    assert frame_count(manifest(kind="image"), "10s", "24") == ("24", 1)


@given(
    seconds=st.decimals(min_value="0.04", max_value="120", places=2),
    film=st.sampled_from(["24", "24000/1001", "25", "30", "60000/1001"]),
    own=st.sampled_from([None, "8", "16", "24", "30"]),
    step=st.integers(1, 8),
    offset=st.integers(0, 8),
)
def test_frames_cover_the_duration_and_are_a_length_the_model_makes(seconds: object, film: str, own: str | None, step: int, offset: int):
    video = VideoFormat(fps=own, frames=FrameLengths(step=step, offset=offset))
    fps, frames = frame_count(manifest(video=video), f"{seconds}s", film)
    needed = math.ceil(duration_frames(f"{seconds}s", Fraction(film)) * Fraction(fps) / Fraction(film))
    assert frames >= needed
    assert frames == 1 or (frames - offset) % step == 0
    assert frames - step < max(needed, offset, 1)


def test_a_tier_with_a_size_makes_that_size():
    assert frame_size(Tier(quality="low", params={"width": 832, "height": 480}), 1920, 1080) == (832, 480)


def test_a_tier_without_a_size_makes_the_projects():
    assert frame_size(Tier(quality="draft"), 1280, 720) == (1280, 720)


@given(width=st.integers(64, 8192), height=st.integers(64, 8192))
def test_a_tier_with_an_area_keeps_within_it_and_near_the_projects_shape(width: int, height: int):
    if not 1 / 3 <= width / height <= 3:
        return
    across, down = frame_size(Tier(quality="low", params={"area": 512 * 512, "multiple": 8}), width, height)
    assert across % 8 == down % 8 == 0
    assert across * down <= 512 * 512
    assert across / down == pytest.approx(width / height, rel=0.06)


STEPS = Param(name="steps", type="integer", default=25, minimum=1, maximum=50, title="Steps")
STYLE = Param(name="style", type="string", choices=("ink", "pencil"))


def test_parameters_are_the_defaults_then_the_tiers_then_the_shots():
    tier = Tier(quality="low", params={"steps": 30, "width": 512, "height": 512})
    assert merge([STEPS], tier, {}) == {"steps": 30}
    assert merge([STEPS], tier, {"steps": 8}) == {"steps": 8}


def test_parameters_of_another_pipeline_are_left_out():
    assert merge([STEPS], Tier(quality="low"), {"motion": 3}) == {"steps": 25}


@pytest.mark.parametrize(
    ("given_params", "said"),
    [
        ({"steps": 0}, "Steps is 0, but must be at least 1"),
        ({"steps": 51}, "at most 50"),
        ({"steps": 2.5}, "whole number"),
        ({"steps": "many"}, "no integer"),
        ({"steps": True}, "no integer"),
        ({"style": "oil"}, "Choose one of ink, pencil"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_with_the_reason(given_params: dict[str, object], said: str):
    with pytest.raises(BadInputError, match=said):
        merge([STEPS, STYLE], Tier(quality="low"), given_params)


def weights(*files: str) -> PipelineManifest:
    return manifest(weights=(Weights(folder="sd", files=files),))


def test_weights_are_missing_until_one_models_folder_has_them_all(tmp_path: Path):
    one, other = tmp_path / "one", tmp_path / "other"
    for place in (one / "sd" / "a.bin", other / "sd" / "b.bin"):
        place.parent.mkdir(parents=True)
        place.touch()
    assert missing(weights("a.bin", "b.bin"), [one, other]) == ["sd/b.bin"]
    (one / "sd" / "b.bin").touch()
    assert missing(weights("a.bin", "b.bin"), [one, other]) == []


def test_all_weights_are_missing_where_there_is_no_models_folder():
    assert missing(weights("a.bin"), []) == ["sd/a.bin"]
    assert missing(weights(), []) == ["sd"]


def test_weights_that_people_choose_are_never_missing():
    assert missing(manifest(weights=(Weights(folder="loras", kind="choice"),)), []) == []
