"""Music under a film, its levels, and the loudness of the whole."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest

from genstudio.edit.loudness import measure
from genstudio.edit.music import activity
from genstudio.edit.render import render_film
from genstudio.project.media import ffmpeg_path
from genstudio.schema.cut import Music
from genstudio.schema.errors import BadInputError, NotFoundError


@pytest.fixture
def song(film_project):
    """A tone of 1 kHz, ten seconds, as a file of the project."""
    path = film_project.root / "01_Assets" / "song.wav"
    path.parent.mkdir()
    tone = "sine=frequency=1000:sample_rate=44100:duration=10"
    subprocess.run([ffmpeg_path(), "-loglevel", "error", "-f", "lavfi", "-i", tone, str(path)], check=True)
    return "01_Assets/song.wav"


def level(sound, hertz, start_s, end_s):
    part = sound[int(start_s * 48000) : int(end_s * 48000)]
    strength = abs(np.mean(part * np.exp(-2j * np.pi * hertz * np.arange(len(part)) / 48000)))
    return 20 * np.log10(max(strength, 1e-9))


def render(project, cut, **changes):
    report = render_film(project.root, cut.model_copy(update=changes))
    return report, project.sound(report)


def test_music_plays_from_its_frame_with_its_level_and_its_fades(film_project, song):
    film_project.take(1, frames=120)
    cut = film_project.film({"take": 1, "frames": 120})
    music = Music(node="song", media=song, start=24, gain_db=0, fade_in=24, fade_out=24)
    report, sound = render(film_project, cut, music=(music,))
    assert report.audio
    assert np.abs(sound[:47_000]).max() < 0.002
    full = level(sound, 1000, 2.2, 3.8)
    assert level(sound, 1000, 1.4, 1.6) == pytest.approx(full - 6, abs=0.7)
    assert level(sound, 1000, 4.4, 4.6) == pytest.approx(full - 6, abs=0.7)
    _, quieter = render(film_project, cut, music=(music.model_copy(update={"gain_db": -12}),))
    assert level(quieter, 1000, 2.2, 3.8) == pytest.approx(full - 12, abs=0.3)


def test_music_makes_room_while_a_clip_is_heard_and_comes_back(film_project, song):
    film_project.take(1, frames=48)
    film_project.take(2, frames=48, sound=300)
    cut = film_project.film({"take": 1, "frames": 48}, {"take": 2, "frames": 48}, {"take": 1, "frames": 48})
    _, sound = render(film_project, cut, music=(Music(node="song", media=song, duck_db=15),))
    full = level(sound, 1000, 0.3, 1.5)
    assert level(sound, 1000, 2.2, 3.8) == pytest.approx(full - 15, abs=0.5)
    assert level(sound, 1000, 4.8, 5.8) == pytest.approx(full, abs=0.5)


@pytest.mark.parametrize("wanted", [-23, -16])
def test_a_film_is_as_loud_as_was_asked(film_project, song, wanted, tmp_path):
    film_project.take(1, frames=96)
    cut = film_project.film({"take": 1, "frames": 96})
    report, _ = render(film_project, cut, music=(Music(node="song", media=song, gain_db=-20),), loudness=wanted)
    assert (report.loudness, report.notices) == (wanted, ())
    raw = tmp_path / "raw"
    command = [ffmpeg_path(), "-loglevel", "error", "-i", str(film_project.root / report.path), "-ac", "2", "-ar", "48000", "-f", "f32le"]
    subprocess.run([*command, str(raw)], check=True)
    assert measure(raw, lambda: False)[0] == pytest.approx(wanted, abs=0.5)


def test_a_film_is_no_louder_than_its_peaks_allow(film_project, song):
    film_project.take(1, frames=48)
    cut = film_project.film({"take": 1, "frames": 48})
    report, sound = render(film_project, cut, music=(Music(node="song", media=song),), loudness=-5)
    assert np.abs(sound).max() < 0.95
    assert report.loudness is None or report.loudness <= -5


def test_a_silent_film_stays_silent(film_project):
    film_project.take(1)
    report, sound = render(film_project, film_project.film({"take": 1, "frames": 24}), loudness=-16)
    assert (report.audio, report.loudness, np.abs(sound).max()) == (False, None, 0)


def test_music_that_cannot_be_played_is_named(film_project, song):
    film_project.take(1)
    cut = film_project.film({"take": 1, "frames": 24})
    with pytest.raises(NotFoundError, match=r"01_Assets/none\.wav"):
        render(film_project, cut, music=(Music(node="song", media="01_Assets/none.wav"),))
    with pytest.raises(BadInputError, match="no sound"):
        render(film_project, cut, music=(Music(node="song", media=film_project.made[1].media),))
    with pytest.raises(BadInputError, match="not what its record says"):
        render(film_project, cut, music=(Music(node="song", media=song, sha256="a" * 64),))
    with pytest.raises(BadInputError, match="inside the project"):
        render(film_project, cut, music=(Music(node="song", media="../song.wav"),))


def test_room_is_made_a_little_before_and_after_what_is_heard():
    sound = np.zeros((48_000 * 4, 2), dtype=np.float32)
    sound[48_000:96_000] = 0.1
    room = activity(sound)
    assert len(room) == 400
    assert room[:70].max() == 0
    assert room[100:200].min() == pytest.approx(1)
    assert room[260:].max() == 0
    assert np.abs(np.diff(room)).max() <= 0.0501
    assert len(activity(sound[:1])) == 1
