"""Takes as they come: transparent, rotated, of a variable rate, without a picture, cut off. A right picture or one clear sentence."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest
from PIL import Image

from genstudio.edit import titles
from genstudio.edit.render import render_film
from genstudio.project.media import ffmpeg_path
from genstudio.schema.errors import GenStudioError, MissingToolError

RED, WIDTH, HEIGHT = (210, 30, 40), 336, 192


def ffmpeg(*arguments, data=b""):
    subprocess.run([ffmpeg_path(), "-y", "-loglevel", "error", *arguments], input=data, check=True)


def first_picture(project, cut):
    return project.pictures(render_film(project.root, cut))[0].astype(int)


def near(picture, where, colour, allowed=8):
    rows, columns = where
    assert np.abs(picture[rows, columns].mean(axis=(0, 1)) - colour).max() < allowed


@pytest.mark.parametrize("suffix", [".png", ".mov", ".webm"])
def test_what_is_transparent_lies_over_black(film_project, suffix):
    path = film_project.path(1, suffix)
    picture = np.zeros((HEIGHT, WIDTH, 4), dtype=np.uint8)
    picture[:, :, :3] = RED
    picture[:, WIDTH // 3 : 2 * WIDTH // 3, 3] = 128
    picture[:, 2 * WIDTH // 3 :, 3] = 255
    raw = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{WIDTH}x{HEIGHT}", "-framerate", "24", "-i", "-"]
    if suffix == ".png":
        Image.fromarray(picture).save(path)
        film_project.add(1, path, kind="image")
    else:
        coder = ["-c:v", "qtrle"] if suffix == ".mov" else ["-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", "-crf", "10", "-b:v", "0"]
        ffmpeg(*raw, *coder, str(path), data=picture.tobytes() * 6)
        film_project.add(1, path, frames=6)
    shown = first_picture(film_project, film_project.film({"take": 1, "frames": 6}))
    rows = slice(20, 170)
    near(shown, (rows, slice(10, 100)), (0, 0, 0))
    near(shown, (rows, slice(125, 215)), [value * 128 / 255 for value in RED])
    near(shown, (rows, slice(235, 325)), RED)


@pytest.mark.parametrize("kind", ["video", "image"])
def test_a_rotated_take_stands_upright(film_project, kind):
    """Stored lying on its side: red on the left when upright."""
    upright = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    upright[:, : WIDTH // 2] = RED
    stored = np.ascontiguousarray(np.rot90(upright))  # a quarter to the left; the file says: turn it back
    if kind == "image":
        path = film_project.path(1, ".jpg")
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.fromarray(stored).save(path, quality=95, exif=exif)
        film_project.add(1, path, kind="image")
    else:
        path, lying = film_project.path(1), film_project.root / "lying.mp4"
        raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{HEIGHT}x{WIDTH}", "-framerate", "24", "-i", "-"]
        ffmpeg(*raw, "-pix_fmt", "yuv420p", str(lying), data=stored.tobytes() * 6)
        ffmpeg("-display_rotation", "-90", "-i", str(lying), "-c", "copy", str(path))
        film_project.add(1, path, frames=6)
    shown = first_picture(film_project, film_project.film({"take": 1, "frames": 6}))
    near(shown, (slice(10, 180), slice(10, 150)), RED, 14)
    near(shown, (slice(10, 180), slice(186, 326)), (0, 0, 0), 14)


def test_a_variable_rate_becomes_even_by_the_times_of_its_frames(film_project):
    """Ten frames at 24 a second, then ten at 12: thirty frames of the film."""
    film_project.take(1, frames=20)
    even, path = film_project.path(1), film_project.path(2, ".mov")
    ffmpeg("-i", str(even), "-vf", "setpts='if(lt(N,10),N,10+2*(N-10))/24/TB'", "-fps_mode", "passthrough", "-crf", "12", str(path))
    film_project.add(2, path, frames=20, fps="16")
    report = render_film(film_project.root, film_project.film({"take": 2, "frames": 30}))
    assert film_project.seen(report) == [(1, n) for n in range(10)] + [(1, 10 + n // 2) for n in range(20)]


def test_sound_without_a_picture_is_refused_by_take(film_project):
    path = film_project.path(1)
    ffmpeg("-f", "lavfi", "-i", "sine=frequency=200:duration=1", str(path))
    film_project.add(1, path, frames=24)
    refused(film_project, {"take": 1, "frames": 24}, "SHOT-010_v01_take01 has sound and no picture")


def test_a_take_of_no_length_is_refused(film_project):
    path, whole = film_project.path(1, ".mov"), film_project.root / "whole.mov"
    film_project.take(2, frames=24)
    ffmpeg("-i", str(film_project.path(2)), "-frames:v", "1", "-c:v", "qtrle", str(whole))
    data = whole.read_bytes()
    at = data.index(b"stsz") + 12  # of the sample table: size of each sample, then how many samples
    path.write_bytes(data[:at] + bytes(4) + data[at + 4 :])
    film_project.add(1, path, frames=1)
    refused(film_project, {"take": 1, "frames": 1}, "SHOT-010_v01_take01 is cut off: it has 0 of its 1 frames")


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_media_cut_off_anywhere_is_one_clear_line(film_project, share):
    film_project.take(1)
    path, data = film_project.path(2, ".mkv"), b""
    ffmpeg("-i", str(film_project.path(1)), "-c", "copy", str(path))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    film_project.add(2, path, frames=60)
    refused(film_project, {"take": 2, "frames": 60}, "SHOT-010_v01_take02")


def refused(project, event, words):
    with pytest.raises(GenStudioError, match=words) as caught:
        render_film(project.root, project.film(event))
    assert "\n" not in str(caught.value)
    assert caught.value.fix
    assert [path.name for path in (project.root / "06_Exports").glob("*")] == []
    assert [path.name for path in (project.root / "05_Cache").rglob(".*")] == []


def test_titles_are_set_in_the_face_that_comes_with_the_studio(film_project, monkeypatch, tmp_path):
    film_project.take(1)
    cut = film_project.film({"take": 1, "frames": 12, "titles": [("Привет Łódź 日本", 0, 6)]})
    (notice,) = render_film(film_project.root, cut).notices
    assert notice.endswith("has letters that its font does not: 日本")
    monkeypatch.setattr(titles, "_FACE", tmp_path / "gone.ttf")
    other = film_project.film({"take": 1, "frames": 12, "titles": [("New words", 0, 6)]})
    with pytest.raises(MissingToolError, match="font of titles is missing"):
        render_film(film_project.root, other)
    assert len(list((film_project.root / "06_Exports").glob("*.mp4"))) == 1
