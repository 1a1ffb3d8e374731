"""The OpenTimelineIO file of a cut."""

from __future__ import annotations

import sys
from xml.etree import ElementTree as ET

import opentimelineio as otio
import pytest

from genstudio.edit.otio import write_fcp_xml, write_otio
from genstudio.edit.otio_read import check_exchange, parse_otio
from genstudio.schema.cut import Title
from genstudio.schema.errors import BadInputError, GenStudioError, MissingToolError
from genstudio.schema.rates import frames_from_timecode, parse_rate


def test_clips_dissolves_and_gaps_stand_where_the_cut_has_them(film):
    cut = film((1, 5, 24, "cut", 0), (2, 0, 48, "dissolve", 12))
    late = [event.model_copy(update={"record_in": event.record_in + 10, "record_out": event.record_out + 10}) for event in cut.events]
    timeline = otio.adapters.read_from_string(write_otio(cut.model_copy(update={"events": tuple(late)})), "otio_json")
    (track,) = timeline.tracks
    gap, first, dissolve, second = track
    assert (gap.duration().to_frames(), first.duration().to_frames(), second.duration().to_frames()) == (10, 24, 48)
    assert (dissolve.in_offset.to_frames(), dissolve.out_offset.to_frames()) == (0, 12)
    assert first.source_range.start_time.to_timecode() == "01:00:10:05"
    assert timeline.global_start_time.to_timecode() == "01:00:00:00"
    assert first.metadata["cmx_3600"]["reel"] == "T0000001"
    assert first.media_reference.target_url == "03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.mp4"
    assert first.media_reference.available_range.contains(first.source_range)


def test_speed_fades_and_titles_are_kept(film):
    cut = film((1, 0, 24, "fade_out", 6))
    event = cut.events[0].model_copy(update={"source_out": 48, "titles": (Title(text="Лиса", start=2, frames=10),)})
    timeline = otio.adapters.read_from_string(write_otio(cut.model_copy(update={"events": (event,)})), "otio_json")
    (clip,) = timeline.tracks[0]
    warp, fade = clip.effects
    assert warp.time_scalar == 2
    assert fade.metadata["genstudio"]["frames"] == 6
    assert (clip.markers[0].name, clip.markers[0].marked_range.duration.to_frames()) == ("Лиса", 10)


def test_a_rate_of_ntsc_is_kept(film):
    timeline = otio.adapters.read_from_string(write_otio(film((1, 0, 24, "cut", 0), fps="29.97")), "otio_json")
    assert timeline.tracks[0][0].source_range.duration.rate == pytest.approx(30000 / 1001, abs=1e-9)


def test_without_opentimelineio_the_command_that_brings_it_is_said(film, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    with pytest.raises(MissingToolError, match="pip install 'opentimelineio"):
        write_otio(film((1, 0, 24, "cut", 0)))


@pytest.mark.parametrize("fps", ["23.976", "24", "25", "29.97", "30", "50", "59.94"])
@pytest.mark.parametrize("suffix", [".otio", ".xml"])
def test_what_other_programs_get_reads_as_the_cut_that_was_written(film, source, suffix, fps):
    cut = film(
        (1, 5, 24, "cut", 0),
        (2, 0, 48, "dissolve", 12),
        (1, 30, 31, "wipe", 7),
        (3, 0, 20, "fade_in", 5),
        (2, 9, 1, "dissolve", 1),
        fps=fps,
    )
    events = [event.model_copy(update={"source": source(int(event.source.take[-1]), fps=fps, audio=True)}) for event in cut.events]
    events[1] = events[1].model_copy(update={"source_out": 96})
    events = [event.model_copy(update={"record_in": event.record_in + 9, "record_out": event.record_out + 9}) for event in events]
    cut = cut.model_copy(update={"events": tuple(events)})
    text = write_otio(cut) if suffix == ".otio" else write_fcp_xml(cut)
    check_exchange(text, suffix, cut)
    read = parse_otio(text, suffix, fps)
    assert read.problems == ()
    first = frames_from_timecode("01:00:10:00", parse_rate(fps))
    assert [(event.source_in - first, event.source_out - first) for event in read.events] == [
        (event.source_in, event.source_out) for event in cut.events
    ]
    assert [event.clip_name for event in read.events] == [event.source.take for event in cut.events]


def test_a_timeline_that_does_not_say_the_cut_is_never_handed_over(film):
    text = write_fcp_xml(film((1, 5, 24, "cut", 0)))
    with pytest.raises(GenStudioError, match="does not say"):
        check_exchange(text, ".xml", film((1, 5, 25, "cut", 0)))


def test_the_xml_names_the_reel_of_each_file_and_the_speed_of_each_clip(film):
    cut = film((1, 10, 24, "cut", 0))
    cut = cut.model_copy(update={"events": (cut.events[0].model_copy(update={"source_out": 58}),)})
    tree = ET.fromstring(write_fcp_xml(cut, lambda source: f"file:///media/{source.reel}.mov"))  # noqa: S314 - our own text
    clip = tree.find(".//video//clipitem")
    assert clip is not None
    assert clip.findtext("file/timecode/reel/name") == "T0000001"
    assert clip.findtext("file/pathurl") == "file:///media/T0000001.mov"
    assert clip.findtext("file/timecode/string") == "01:00:10:00"
    assert clip.findtext("filter/effect/parameter/value") == "200"
    assert (clip.findtext("in"), clip.findtext("out")) == ("5", "29")


@pytest.mark.parametrize(
    "text", ["", "{", "<xmeml", '<!DOCTYPE x [<!ENTITY a "b">]><xmeml/>', "<xmeml version='4'/>", '{"OTIO_SCHEMA": "Clip.1"}']
)
@pytest.mark.parametrize("suffix", [".otio", ".xml"])
def test_what_is_no_timeline_is_refused_in_one_sentence(text, suffix):
    with pytest.raises(BadInputError):
        parse_otio(text, suffix, "24")


def test_a_rate_without_timecode_has_an_otio_file_and_no_xml(film):
    cut = film((1, 0, 24, "cut", 0), fps="16").model_copy(update={"start_timecode": "01:00:00:00"})
    check_exchange(write_otio(cut), ".otio", cut)
    with pytest.raises(BadInputError, match="no timecode at 16"):
        write_fcp_xml(cut)
