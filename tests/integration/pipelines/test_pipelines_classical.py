"""Enlarging, cleaning, control maps and speech, as the studio runs them: real files in, media of the right form out."""

from __future__ import annotations

import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image

from genstudio.project.media import ffmpeg_path, probe

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.pipelines.conftest import Job, Ran

    MakeJob = Callable[..., Job]

SINE = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"]


def make_video(path: Path, *, fps: str = "24", frames: int = 9, picture: str = "testsrc2", filters: str = "", crf: int = 10) -> Path:
    """A test picture of 96 by 64 in H.264, with a tone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = f"{picture}=size=96x64:rate={fps}{',' + filters if filters else ''}"
    command = [ffmpeg_path(), "-loglevel", "error", "-y", "-f", "lavfi", "-i", source, *SINE, "-frames:v", str(frames)]
    subprocess.run([*command, "-shortest", "-c:v", "libx264", "-crf", str(crf), "-pix_fmt", "yuv420p", str(path)], check=True)
    return path


def given(job: Job, name: str, **params: Any) -> Job:
    """The job with a file of its project at the socket ``input``."""
    return job.ask(files=[{"path": name, "role": "input"}], params=params, prompt="")


def made(job: Job, pipeline: str) -> Path:
    ran = job.builtin(pipeline)
    assert ran.code == 0, ran.log
    return job.outputs / ran.last.outputs["output"]


def luma(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="gray").astype(float) for frame in container.decode(video=0)])


def colours(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24").astype(float) for frame in container.decode(video=0)])


def refused(ran: Ran, code: str) -> str:
    assert ran.code != 0
    assert ran.last.type == "error"
    assert ran.last.code == code
    return ran.last.message


@pytest.mark.parametrize(
    ("pipeline", "params", "times", "fps", "frames"),
    [
        ("upscale-lanczos", {"scale": 3}, 3, "24", 9),
        ("upscale-lanczos", {"scale": 2}, 2, "25", 1),
        ("restore-ffmpeg", {"strength": 1.0}, 1, "30000/1001", 14),
    ],
)
def test_a_finished_video_has_the_frames_the_rate_and_the_sound_of_its_source(
    make_job: MakeJob, pipeline: str, params: dict[str, Any], times: int, fps: str, frames: int
):
    job = make_job()
    source = make_video(job.root / "project" / "in.mp4", fps=fps, frames=frames)
    info = probe(made(given(job, "in.mp4", **params), pipeline))
    assert (info.kind, info.width, info.height, info.frames, info.fps) == ("video", 96 * times, 64 * times, frames, Fraction(fps))
    assert info.audio == probe(source).audio
    assert info.codec == "h264"


def test_the_same_source_gives_the_same_bytes(make_job: MakeJob):
    files = []
    for name in ("one", "two"):
        job = make_job(name)
        make_video(job.root / "project" / "in.mp4")
        files.append(made(given(job, "in.mp4", scale=2), "upscale-lanczos").read_bytes())
    assert files[0] == files[1]


def test_a_still_is_enlarged_as_a_still_and_looks_the_same_from_afar(make_job: MakeJob):
    job = make_job()
    small = Image.effect_mandelbrot((60, 41), (-2, -1.2, 1, 1.2), 60).convert("RGB")
    small.save(job.root / "project" / "in.png")
    path = made(given(job, "in.png", scale=4), "upscale-lanczos")
    large = Image.open(path)
    assert (large.format, large.size) == ("PNG", (240, 164))
    back = np.asarray(large.convert("RGB").resize(small.size, Image.Resampling.BOX), float)
    assert np.abs(back - np.asarray(small, float)).mean() < 4


def test_cleaning_brings_a_noisy_video_nearer_to_the_clean_one(make_job: MakeJob):
    job = make_job()
    clean = luma(make_video(job.root / "clean.mp4", picture="smptebars", frames=12))
    noisy = make_video(job.root / "project" / "in.mp4", picture="smptebars", frames=12, filters="noise=alls=12:allf=t", crf=4)
    path = made(given(job, "in.mp4", strength=1.0, deblock=False, deflicker=False), "restore-ffmpeg")
    assert np.abs(luma(path) - clean).mean() < 0.75 * np.abs(luma(noisy) - clean).mean()


def test_cleaning_evens_brightness_that_jumps_and_at_no_strength_changes_nothing_seen(make_job: MakeJob):
    job = make_job()
    source = make_video(job.root / "project" / "in.mp4", frames=16, filters="eq=brightness='0.12*mod(n,2)':eval=frame", crf=4)
    path = made(given(job, "in.mp4", strength=1.0, denoise=False, deblock=False), "restore-ffmpeg")
    jumps = [np.abs(np.diff(luma(video).mean((1, 2)))).mean() for video in (source, path)]
    assert jumps[1] < 0.5 * jumps[0]
    path = made(given(job, "in.mp4", strength=0.0), "restore-ffmpeg")
    assert np.abs(luma(path) - luma(source)).mean() < 2


def test_edges_are_white_lines_where_brightness_changes(make_job: MakeJob):
    job = make_job()
    box = "color=black:size=96x64:rate=12,drawbox=x=24:y=16:w=48:h=32:color=white:t=fill"
    (job.root / "project").mkdir(exist_ok=True)
    target = job.root / "project" / "in.mp4"
    command = [ffmpeg_path(), "-loglevel", "error", "-f", "lavfi", "-i", box, "-frames:v", "5", "-pix_fmt", "yuv420p", str(target)]
    subprocess.run(command, check=True)
    path = made(given(job, "in.mp4", control="edges"), "control-classical")
    info = probe(path)
    assert (info.width, info.height, info.frames, info.fps, info.audio) == (96, 64, 5, Fraction(12), False)
    lines = luma(path)[2] > 128
    assert lines[32, 20:28].any()
    assert lines[32, 68:76].any()
    assert not lines[32, 32:64].any()
    assert not lines[:10].any()


def test_the_flow_of_a_moving_picture_has_one_colour_for_one_direction(make_job: MakeJob):
    job = make_job()
    drawn = np.random.default_rng(3).random((48, 120)) * 255
    blurred = Image.fromarray(drawn.astype(np.uint8)).resize((480, 192), Image.Resampling.BICUBIC)
    folder = job.root / "project"
    for number in range(5):
        blurred.crop((40 + 3 * number, 40, 232 + 3 * number, 168)).save(folder / f"f{number}.png")
    command = [ffmpeg_path(), "-loglevel", "error", "-framerate", "12", "-i", str(folder / "f%d.png"), "-crf", "2", "-pix_fmt", "yuv420p"]
    subprocess.run([*command, str(folder / "in.mp4")], check=True)
    path = made(given(job, "in.mp4", control="flow"), "control-classical")
    assert (probe(path).frames, probe(path).width, probe(path).height, probe(path).fps) == (5, 192, 128, Fraction(12))
    red, green, blue = colours(path)[:, 24:-24, 24:-24].mean((0, 1, 2))  # to the left: the hue of half a turn, cyan
    assert red < 130
    assert min(green, blue) > 200


@pytest.mark.parametrize(("pipeline", "role"), [("draft-talking-head", "audio"), ("draft-action-transfer", "motion")])
def test_a_still_is_brought_to_life_for_as_long_as_the_shot(make_job: MakeJob, pipeline: str, role: str):
    job = make_job()
    other = make_video(job.root / "project" / "other.mp4", frames=5, fps="12")
    Image.new("RGB", (90, 160), (200, 40, 40)).save(job.root / "project" / "face.png")
    files = [{"path": "face.png", "role": "image"}, {"path": other.name, "role": role}]
    path = made(job.ask(files=files, width=160, height=90, frames=11, fps="30000/1001"), pipeline)
    info = probe(path)
    assert (info.width, info.height, info.frames, info.fps, info.audio) == (160, 90, 11, Fraction(30000, 1001), role == "audio")
    assert info.duration_s == pytest.approx(11 * 1001 / 30000, abs=0.03)
    red = colours(path)[5, 45, 80]
    assert red[0] > red[2] + 20
    assert "connect both" in refused(job.ask(files=files[:1]).builtin(pipeline), "bad_input")


def test_what_cannot_be_worked_on_is_refused_with_what_to_do(make_job: MakeJob):
    job = make_job()
    (job.root / "project" / "in.png").write_bytes(b"no picture")
    assert "connect a picture or a video" in refused(job.ask(files=[]).builtin("upscale-lanczos"), "bad_input")
    assert "cannot be read" in refused(given(job, "in.png").builtin("upscale-lanczos"), "bad_input")
    Image.new("RGB", (32, 32)).save(job.root / "project" / "in.png")
    assert "connect a video" in refused(given(job, "in.png").builtin("restore-ffmpeg"), "bad_input")
    assert "does not move" in refused(given(job, "in.png", control="flow").builtin("control-classical"), "bad_input")


def test_speech_without_the_synthesiser_says_what_to_install(make_job: MakeJob, tmp_path: Path):
    job = make_job(prompt="Hello")
    job.environment = {"PATH": str(tmp_path), "IMAGEIO_FFMPEG_EXE": ffmpeg_path()}
    assert "apt-get install espeak-ng" in refused(job.builtin("speech-espeak"), "missing_tool")


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="There is no espeak-ng: apt-get install espeak-ng")
def test_a_text_is_spoken_and_a_longer_one_takes_longer(make_job: MakeJob):
    job = make_job()
    lengths = []
    for text in ("-v The fox.", "-v The fox crosses the frozen river, and the forest is quiet."):
        path = made(job.ask(prompt=text, kind="audio"), "speech-espeak")
        info = probe(path)
        assert (info.kind, info.codec) == ("audio", "pcm_s16le")
        with av.open(str(path)) as container:
            stream = container.streams.audio[0]
            assert (stream.rate, stream.channels) == (48000, 1)
            samples = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(stream)])
        assert np.abs(samples.astype(float)).max() > 1000
        lengths.append(info.duration_s)
    assert lengths[1] > lengths[0] > 0.3
    assert "no name of a voice" in refused(job.ask(prompt="a", params={"voice_name": "../x y"}).builtin("speech-espeak"), "bad_input")
    assert "--voices" in refused(job.ask(prompt="a", params={"voice_name": "klingonx"}).builtin("speech-espeak"), "bad_input")
    assert "no text" in refused(job.ask(prompt=" ").builtin("speech-espeak"), "bad_input")
