"""A film that is handed over to an editor: lists and media that find one another by reel and timecode."""

from __future__ import annotations

import json
import subprocess

import av
import opentimelineio as otio
import pytest

from genstudio.edit.edl import read_edl_file
from genstudio.edit.handoff import hand_off
from genstudio.edit.otio_read import read_otio_file
from genstudio.edit.tools import RenderCancelledError
from genstudio.project.media import ffmpeg_path
from genstudio.schema.errors import NotFoundError


def packets(path):
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def tags(path):
    command = [ffmpeg_path(), "-v", "info", "-hide_banner", "-i", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_media_is_rewrapped_bit_for_bit_under_its_reel_and_timecode(film_project):
    film_project.take(1, sound=300)
    film_project.take(2)
    film_project.made[2] = film_project.made[2].model_copy(update={"start_timecode": "02:00:10:05"})
    cut = film_project.film({"take": 1, "first": 5, "frames": 30}, {"take": 2, "first": 3, "frames": 30, "kind": "dissolve", "fade": 9})
    made = hand_off(film_project.root, cut)
    folder = film_project.root / made.path
    assert made.path == "06_Exports/Coded_Film_handoff_v001"
    assert [(media.file, media.copied, media.frames) for media in made.media] == [
        ("Media/T0000001.mov", True, 60),
        ("Media/T0000002.mov", True, 60),
    ]
    for number, timecode in ((1, "01:00:00:00"), (2, "02:00:10:05")):
        path = folder / "Media" / f"T000000{number}.mov"
        assert packets(path) == packets(film_project.path(number))
        said = tags(path)
        assert timecode in said
        assert f"T000000{number}" in said
    assert "Audio: aac" in tags(folder / "Media/T0000001.mov")
    assert json.loads((folder / "handoff.json").read_text())["media"][0]["sha256"] == made.media[0].sha256


def test_every_list_of_a_hand_off_names_the_media_beside_it(film_project):
    film_project.take(1)
    film_project.take(2)
    cut = film_project.film({"take": 1, "frames": 30}, {"take": 2, "first": 3, "frames": 30, "kind": "dissolve", "fade": 10})
    folder = film_project.root / hand_off(film_project.root, cut).path
    edl = read_edl_file(folder / "Coded_Film.edl", "24")
    assert [(event.reel, event.source_file) for event in edl.events] == [("T0000001", "T0000001.mov"), ("T0000002", "T0000002.mov")]
    for suffix in (".otio", ".xml"):
        read = read_otio_file(folder / f"Coded_Film{suffix}", "24")
        assert [(event.reel, event.source_in, event.source_out) for event in read.events] == [
            (event.reel, event.source_in, event.source_out) for event in edl.events
        ]
    (track,) = otio.adapters.read_from_file(str(folder / "Coded_Film.otio")).video_tracks()
    urls = [clip.media_reference.target_url for clip in track.find_clips()]
    assert urls
    assert all((folder / url).is_file() for url in urls)
    assert "Media" in (folder / "README.txt").read_text()


def test_takes_of_another_rate_are_handed_over_at_the_rate_of_the_lists(film_project):
    film_project.take(1, frames=32, fps="16", sound=200)
    made = hand_off(film_project.root, film_project.film({"take": 1, "first": 2, "frames": 40}))
    (media,) = made.media
    assert (media.copied, media.frames) == (False, 48)
    assert "16 frames a second" in made.notices[0]
    with av.open(str(film_project.root / made.path / media.file)) as container:
        assert (container.streams.video[0].average_rate, len(container.streams.audio)) == (24, 1)


def test_hand_offs_are_numbered_and_a_cancelled_or_failed_one_leaves_nothing(film_project):
    film_project.take(1)
    cut = film_project.film({"take": 1, "frames": 30})
    with pytest.raises(RenderCancelledError):
        hand_off(film_project.root, cut, cancelled=lambda: True)
    assert not list((film_project.root / "06_Exports").iterdir())
    assert [hand_off(film_project.root, cut).path[-4:] for _ in range(2)] == ["v001", "v002"]
    film_project.path(1).unlink()
    with pytest.raises(NotFoundError, match="git lfs pull"):
        hand_off(film_project.root, cut)
    assert len(list((film_project.root / "06_Exports").iterdir())) == 2
    assert not list((film_project.root / "05_Cache").rglob(".handoff*"))
