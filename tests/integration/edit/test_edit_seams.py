"""Where a copied frame stands beside a drawn one nothing is seen, and nothing drifts over ten minutes."""

from __future__ import annotations

import subprocess

import av
import numpy as np
import pytest

from genstudio.edit.render import render_film
from genstudio.project.media import ffmpeg_path
from genstudio.schema.rates import parse_rate
from genstudio.schema.render import RenderOptions


def _soft_take(project, number, frames, fps="24"):
    """A take as a camera would see it: soft forms that move, tagged BT.709; the same each time, which ffmpeg's gradients are not."""
    path = project.path(number)
    time, down, across = np.mgrid[:frames, :192, :336] / np.array([24, 192, 336]).reshape(3, 1, 1, 1)
    waves = [np.cos(2 * np.pi * (across * (1 + channel / 2) + down * number - time * (0.2 + channel / 9))) for channel in range(3)]
    pictures = (128 + 90 * np.stack(waves, axis=-1)).astype(np.uint8)
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "336x192", "-framerate", fps, "-i", "-"]
    coding = ["-vf", "scale=out_color_matrix=bt709", "-pix_fmt", "yuv420p", "-crf", "14"]
    tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    subprocess.run([ffmpeg_path(), "-y", "-loglevel", "error", *source, *coding, *tags, str(path)], input=pictures.tobytes(), check=True)
    project.add(number, path, frames=frames, fps=fps)


def _lumas(project, report):
    """The luma of each picture as it is coded, as PSNR is measured."""
    with av.open(str(project.root / report.path)) as container:
        return [frame.to_ndarray()[: frame.height].astype(float) for frame in container.decode(video=0)]


def test_smart_and_full_render_have_the_same_frames_at_every_seam(film_project):
    _soft_take(film_project, 1, 61)  # 4n + 1 and 8n + 1, as models make them
    _soft_take(film_project, 2, 49)
    cut = film_project.film(
        {"take": 1, "first": 5, "frames": 50, "titles": [("Fox", 10, 9)]},
        {"take": 2, "first": 0, "frames": 40, "kind": "dissolve", "fade": 7},
        {"take": 1, "first": 12, "frames": 1},
        {"take": 2, "first": 13, "frames": 36},
    )
    smart, full = (render_film(film_project.root, cut, RenderOptions(mode=mode)) for mode in ("smart", "moviepy"))
    assert (smart.frames, full.frames) == (127, 127)
    assert 0 < smart.copied < 127
    one, other = _lumas(film_project, smart), _lumas(film_project, full)
    assert (len(one), len(other)) == (127, 127)
    errors = [float(np.mean((a - b) ** 2)) for a, b in zip(one, other, strict=True)]
    # Nor darker: a quick way from YUV to RGB rounds down.
    assert max(abs(float(np.mean(a - b))) for a, b in zip(one, other, strict=True)) < 0.25
    assert 10 * np.log10(255**2 / max(errors)) >= 45


FLASH = 31
RATE = 48_000


def _flashing_take(project, fps):
    """Sixty frames, black and silent but for frame 31, which is white and beeps."""
    path, rate = project.path(1), parse_rate(fps)
    frames = b"".join(np.full((36, 64, 3), 255 * (number == FLASH), dtype=np.uint8).tobytes() for number in range(60))
    sound = np.zeros(round(60 * RATE / rate), dtype=np.float32)
    start, end = round(FLASH * RATE / rate), round((FLASH + 1) * RATE / rate)
    sound[start:end] = 0.5 * np.sin(np.arange(end - start) * 2 * np.pi * 1000 / RATE)
    beep = path.with_suffix(".f32")
    beep.write_bytes(sound.tobytes())
    command = [
        ffmpeg_path(),
        "-y",
        "-loglevel",
        "error",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        "64x36",
        "-framerate",
        fps,
        "-i",
        "-",
    ]
    command += ["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", str(beep), "-crf", "16", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)]
    subprocess.run(command, input=frames, check=True)
    project.add(1, path, frames=60, fps=fps, audio=True)


def _last_flash_and_beep(project, report):
    """Frame of the last white picture, and the frame during which the last beep begins, as a fraction."""
    with av.open(str(project.root / report.path)) as container:
        light = [frame.to_ndarray(format="gray").mean() for frame in container.decode(video=0)]
    sound = np.abs(project.sound(report))
    heard = np.flatnonzero(sound > 0.2)
    last = heard[np.flatnonzero(np.diff(heard) > RATE // 2)[-1] + 1] if len(heard) else 0
    return int(np.flatnonzero(np.array(light) > 128)[-1]), float(last * parse_rate(report.fps) / RATE)


def _check_sync(project, fps, events):
    _flashing_take(project, fps)
    cut = project.film(*({"take": 1, "first": 7, "frames": 47} for _ in range(events)), fps=fps, size=(64, 36))
    report = render_film(project.root, cut)
    picture, sound = _last_flash_and_beep(project, report)
    assert picture == (events - 1) * 47 + FLASH - 7
    assert abs(sound - picture) < 1


def test_sound_stays_with_its_picture_from_event_to_event(film_project):
    _check_sync(film_project, "30000/1001", 8)


@pytest.mark.campaign
@pytest.mark.parametrize("fps", ["24000/1001", "30000/1001", "25"])
def test_sound_stands_at_its_picture_at_the_end_of_ten_minutes(film_project, fps):
    _check_sync(film_project, fps, -(-600 * parse_rate(fps) // 47))
