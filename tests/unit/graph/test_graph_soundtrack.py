"""Music and loudness of a film, as its assembler says them."""

from __future__ import annotations

from typing import Any

import pytest

from genstudio.graph.cut import Cut, cut
from genstudio.graph.sample import sample_film
from genstudio.schema.canvas import Canvas
from genstudio.schema.cut import Music
from genstudio.schema.project import ProjectSettings
from genstudio.schema.take import TakeRecord


def record(kind: str, **more: Any) -> TakeRecord:
    given = {
        "id": "AUDIO-010_v01_take01",
        "renders": "SCENE_01/AUDIO_010",
        "media": "AUDIO-010_v01_take01.wav",
        "kind": kind,
        "sha256": "b" * 64,
        "bytes": 1,
        "pipeline": {"id": "p", "version": "1"},
        "quality": {"requested": "low", "used": "low"},
        "canvas": {"path": "c", "version": 1, "node": "song"},
    }
    return TakeRecord.model_validate(given | more)


def film(song: dict[str, Any], takes: tuple[TakeRecord, ...] = (), *, more: dict[str, Any] | None = None, **assembler: Any) -> Cut:
    document = sample_film().document()
    for part, entries in (more or {}).items():
        document[part].update(entries)
    document["nodes"]["song"] = {"type": "audio", "order": "b", "data": {"name": "Song", **song}}
    document["nodes"]["assembler_1"]["data"].update(assembler)
    wire = {"source": "song", "sourceHandle": "audio", "target": "assembler_1", "targetHandle": "music", "order": "a0"}
    document["edges"]["music"] = wire
    still = record("image", id="SHOT-010_v01_take01", renders="SCENE_01/SHOT_010", media="SHOT-010_v01_take01.png")
    found = {"shot_010": (still,), "song": takes}
    made = cut(Canvas.model_validate(document), "assembler_1", found, ProjectSettings(fps="24"), "Fox")
    assert made.cut is not None
    return made


def told(made: Cut) -> list[str]:
    return [problem.code for problem in made.problems if problem.code != "no_take"]


def test_a_file_of_the_project_plays_under_the_film_at_the_levels_of_the_assembler() -> None:
    made = film({"file": "01_Assets/Source_Media/song.wav"}, music={"song": {"gain_db": -6, "fade_out": 24, "duck_db": 9}})
    assert made.cut is not None
    expected = Music(node="song", media="01_Assets/Source_Media/song.wav", gain_db=-6, fade_out=24, duck_db=9)
    assert (made.cut.music, told(made)) == ((expected,), [])


def test_the_speech_of_an_audio_node_plays_until_the_node_names_a_file() -> None:
    spoken, named = film({}, (record("audio"),)), film({"file": "01_Assets/x.wav"}, (record("audio"),))
    assert spoken.cut is not None
    assert named.cut is not None
    assert spoken.cut.music[0].media == "03_Renders/SCENE_01/AUDIO_010/AUDIO-010_v01_take01.wav"
    assert spoken.cut.music[0].sha256 == "b" * 64
    assert (named.cut.music[0].media, named.cut.music[0].sha256) == ("01_Assets/x.wav", "")


def test_an_audio_node_plays_what_is_connected_to_it_and_a_ring_of_them_is_silent() -> None:
    wire = {"source": "other", "sourceHandle": "audio", "target": "song", "targetHandle": "source_audio", "order": "a0"}
    other = {"type": "audio", "order": "c", "data": {"name": "Other", "file": "01_Assets/other.wav"}}
    made = film({"file": "01_Assets/x.wav"}, more={"nodes": {"other": other}, "edges": {"into": wire}})
    assert made.cut is not None
    assert [music.media for music in made.cut.music] == ["01_Assets/other.wav"]
    back = {**wire, "source": "song", "target": "other"}
    ring = film({"file": "01_Assets/x.wav"}, more={"nodes": {"other": other}, "edges": {"into": wire, "back": back}})
    assert ring.cut is not None
    assert (ring.cut.music, told(ring)) == ((), ["no_sound"])


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x.wav", None, 7])
def test_what_has_no_sound_is_said_and_left_out(name: Any) -> None:
    made = film({"file": name})
    assert made.cut is not None
    assert (made.cut.music, told(made)) == ((), ["no_sound"])


@pytest.mark.parametrize("levels", [{"gain_db": "loud"}, {"gain_db": 900}, {"duck_db": -1}, {"fade_in": 1.5}])
def test_levels_that_are_none_are_said_and_not_used(levels: dict[str, Any]) -> None:
    made = film({"file": "a.wav"}, music={"song": levels})
    assert made.cut is not None
    assert (made.cut.music, told(made)) == ((Music(node="song", media="a.wav"),), ["wrong_level"])


@pytest.mark.parametrize(
    ("given", "loudness", "said"), [(-16, -16, []), (None, None, []), (0, -23, ["wrong_level"]), ("x", -23, ["wrong_level"])]
)
def test_the_loudness_is_that_of_the_assembler_or_of_ebu_r128(given: Any, loudness: float | None, said: list[str]) -> None:
    made = film({"file": "a.wav"}, loudness=given)
    assert made.cut is not None
    assert (made.cut.loudness, told(made)) == (loudness, said)
    plain = film({"file": "a.wav"}).cut
    assert plain is not None
    assert plain.loudness == -23
