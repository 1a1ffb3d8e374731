"""The animatic, drawn by the two draft pipelines as the studio runs them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.pipelines.conftest import Job

    MakeJob = Callable[..., Job]


def panel(job: Job) -> np.ndarray:
    ran = job.builtin("draft-image")
    assert ran.code == 0, ran.log
    return np.asarray(Image.open(job.outputs / "panel.png"))


def film(job: Job) -> Path:
    ran = job.builtin("draft-video")
    assert ran.code == 0, ran.log
    return job.outputs / ran.last.outputs["output"]


def frames_of(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


@pytest.mark.parametrize(
    ("fps", "frames", "size"), [("24", 30, (640, 360)), ("30000/1001", 7, (360, 640)), ("25", 1, (482, 270)), ("60", 13, (320, 320))]
)
def test_a_video_has_exactly_the_frames_rate_and_size_asked_for(make_job: MakeJob, fps: str, frames: int, size: tuple[int, int]):
    path = film(make_job(fps=fps, frames=frames, width=size[0], height=size[1]))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert (stream.width, stream.height) == size
        assert stream.average_rate == Fraction(fps)
        assert sum(1 for _ in container.decode(stream)) == frames


def test_a_video_is_tagged_bt709_and_starts_a_closed_group_every_twelve_frames(make_job: MakeJob):
    with av.open(str(film(make_job(frames=30)))) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        context = stream.codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert [index for index, frame in enumerate(frames) if frame.key_frame] == [0, 12, 24]


def test_progress_rises_and_one_preview_is_sent(make_job: MakeJob):
    ran = make_job().builtin("draft-video")
    percents = [event.progress for event in ran.events if event.type == "progress"]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert ran.types.count("preview") == 1


def test_the_same_request_makes_the_same_bytes(make_job: MakeJob):
    assert film(make_job("one", frames=12)).read_bytes() == film(make_job("two", frames=12)).read_bytes()
    assert (panel(make_job("three")) == panel(make_job("four"))).all()


def test_another_seed_places_things_elsewhere(make_job: MakeJob):
    assert (panel(make_job("one", seed=1)) != panel(make_job("two", seed=2))).mean() > 0.02


def test_a_camera_move_is_played_and_a_locked_camera_holds_still_but_for_the_timecode(make_job: MakeJob):
    moving = frames_of(film(make_job("moving", prompt="a castle on a hill, dolly left", frames=24)))
    still = frames_of(film(make_job("still", prompt="a castle on a hill, static", frames=24)))
    top = slice(60, 250)
    assert np.abs(moving[0][top].astype(int) - moving[-1][top]).mean() > 2
    assert np.abs(still[0][top].astype(int) - still[-1][top]).mean() < 1
    corner = (slice(-40, -8), slice(-200, -8))
    assert np.abs(still[0][corner].astype(int) - still[-1][corner]).mean() > 1


def test_near_things_pass_faster_than_far_ones(make_job: MakeJob):
    frames = frames_of(film(make_job(prompt="a cactus in the mountains, truck right", frames=24, seed=3)))
    far, near = slice(120, 185), slice(230, 300)

    def shift(rows: slice) -> int:
        one, other = frames[0][rows].astype(float), frames[-1][rows].astype(float)
        errors = {by: np.abs(one[:, 120:520] - np.roll(other, by, axis=1)[:, 120:520]).mean() for by in range(100)}
        return min(errors, key=errors.__getitem__)

    assert shift(near) > shift(far) >= 0


def test_night_is_darker_than_day(make_job: MakeJob):
    assert panel(make_job("night", prompt="a fox at night")).mean() + 15 < panel(make_job("day", prompt="a fox")).mean()


def test_the_subject_has_its_colour(make_job: MakeJob):
    picture = panel(make_job(prompt="a red car")).astype(int)
    reddish = (picture[..., 0] > picture[..., 1] + 70) & (picture[..., 0] > picture[..., 2] + 70)
    assert reddish.mean() > 0.02


def test_a_characters_reference_picture_stands_in_the_panel(make_job: MakeJob):
    asked = {"prompt": "the hero waits", "files": [{"path": "hero.png", "role": "character"}]}
    job = make_job(**asked)
    Image.new("RGB", (300, 500), (20, 200, 40)).save(job.root / "project" / "hero.png")
    picture = panel(job).astype(int)
    green = (picture[..., 1] > 120) & (picture[..., 1] > picture[..., 0] + 60) & (picture[..., 1] > picture[..., 2] + 60)
    assert green.mean() > 0.05


def test_a_styles_picture_and_a_locations_are_shown(make_job: MakeJob):
    job = make_job(prompt="", files=[{"path": "style.png", "role": "style"}, {"path": "place.jpg", "role": "location"}])
    Image.new("RGB", (300, 300), (200, 20, 200)).save(job.root / "project" / "style.png")
    Image.new("RGB", (640, 360), (30, 60, 220)).save(job.root / "project" / "place.jpg")
    picture = panel(job).astype(int)
    violet = (picture[..., 0] > picture[..., 1] + 80) & (picture[..., 2] > picture[..., 1] + 80)
    blue = picture[..., 2] > picture[..., 0] + 40
    assert violet.mean() > 0.001
    assert blue.mean() > 0.5


def test_a_reference_that_is_no_picture_is_passed_over(make_job: MakeJob):
    job = make_job(files=[{"path": "hero.png", "role": "character"}, {"path": "notes.txt", "role": "character"}])
    (job.root / "project" / "hero.png").write_bytes(b"\x89PNG\r\n\x1a\nnot really")
    (job.root / "project" / "notes.txt").write_text("tall, green eyes")
    assert panel(job).shape == (360, 640, 3)


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "Lorem ipsum dolor sit amet",
        "🦊🎬👩‍🚀🏳️‍🌈",
        "الثعلب يعبر النهر المتجمد",
        "שועל חוצה נהר",
        "狐が凍った川を渡る",
        "a\x00b\ud800c",
        "<b>'\"&../../etc",
        "x" * 5000,
    ],
    ids=["empty", "unknown", "emoji", "arabic", "hebrew", "japanese", "control", "markup", "one long word"],
)
def test_any_prompt_makes_a_panel_with_something_on_it(make_job: MakeJob, prompt: str):
    picture = panel(make_job(prompt=prompt))
    assert (picture[80:-60, 60:-60].mean(axis=2) < 120).any()


def test_a_prompt_of_a_megabyte_makes_a_panel(make_job: MakeJob):
    assert panel(make_job(prompt="a fox in the snow " * 60_000)).shape == (360, 640, 3)


@pytest.mark.parametrize("size", [(2, 2), (64, 64), (3840, 200), (200, 1200), (641, 361)])
def test_unusual_sizes_make_a_panel_of_that_size(make_job: MakeJob, size: tuple[int, int]):
    assert panel(make_job(width=size[0], height=size[1])).shape == (size[1] // 2 * 2, size[0] // 2 * 2, 3)
