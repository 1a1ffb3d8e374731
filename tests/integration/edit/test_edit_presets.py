"""What a film can be besides H.264: H.265, ProRes, pictures in files. Each frame-exact, in the right colours, with its sound."""

from __future__ import annotations

import hashlib
import json

import av
import numpy as np
import pytest
from PIL import Image

from genstudio.edit.render import render_film
from genstudio.schema.render import RenderOptions


@pytest.fixture
def cut(film_project):
    film_project.take(1, sound=300)
    film_project.take(2)
    return film_project.film(
        {"take": 1, "first": 0, "frames": 30, "titles": [("Fox", 4, 5)]},
        {"take": 2, "first": 5, "frames": 24, "kind": "dissolve", "fade": 6},
    )


EXPECTED = [(1, n) for n in range(30)] + [(2, n) for n in range(11, 29)]


def shown(project, pictures):
    seen = [project.decoded(picture) for picture in pictures]
    return seen[:30] + seen[36:]


@pytest.mark.parametrize(
    ("preset", "coding", "suffix", "copied"),
    [("h265", ("hevc", "yuv420p", "aac"), ".mp4", 35), ("prores", ("prores", "yuv422p10le", "pcm_s24le"), ".mov", 43)],
)
def test_a_film_in_another_coding_has_the_same_frames_in_the_same_colours(film_project, cut, preset, coding, suffix, copied):
    report = render_film(film_project.root, cut, RenderOptions(preset=preset))
    assert (report.preset, report.copied, report.drawn) == (preset, copied, 54 - copied)
    path = film_project.root / report.path
    assert path.suffix == suffix
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        context = video.codec_context
        assert (context.name, context.pix_fmt, audio.codec_context.name) == coding
        assert (context.colorspace, context.color_primaries, context.color_trc) == (1, 1, 1)
        assert preset != "h265" or context.codec_tag == "hvc1"
        assert abs(float(audio.duration * audio.time_base) - 54 / 24) < 0.03
    pictures = film_project.pictures(report)
    assert shown(film_project, pictures) == EXPECTED
    wanted = film_project.coded(2, 0)[150, 100].astype(int)
    for picture in (pictures[40], pictures[50]):  # one is drawn up to a key frame, one is copied
        assert np.abs(picture[120:180, 20:300].mean(axis=(0, 1)) - wanted).max() < 5
    assert json.loads(path.with_suffix(".json").read_text())["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_film_in_pictures_is_a_folder_with_its_sound_beside_them(film_project, cut):
    report = render_film(film_project.root, cut, RenderOptions(preset="images"))
    folder = film_project.root / report.path
    files = sorted(path.name for path in folder.iterdir())
    assert files == [f"frame.{number:06}.png" for number in range(1, 55)] + ["sound.wav"]
    pictures = [np.asarray(Image.open(folder / name)) for name in files[:-1]]
    assert {(picture.shape, picture.dtype.name) for picture in pictures} == {((192, 336, 3), "uint8")}
    assert shown(film_project, pictures) == EXPECTED
    wanted = film_project.coded(2, 0)[150, 100].astype(int)
    assert np.abs(pictures[50][120:180, 20:300].mean(axis=(0, 1)) - wanted).max() < 5
    digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in files[:-1])).hexdigest()
    assert report.pictures_sha256 == digest
    assert folder.with_suffix(".json").is_file()
    with av.open(str(folder / "sound.wav")) as container:
        assert container.duration / av.time_base == pytest.approx(54 / 24, abs=0.001)
    assert (report.path, [path.name for path in folder.parent.glob(".*")]) == ("06_Exports/Coded_Film_v001", [])
    assert render_film(film_project.root, cut).path == "06_Exports/Coded_Film_v002.mp4"
