"""The OpenTimelineIO file of a cut."""

from __future__ import annotations

import sys

import opentimelineio as otio
import pytest

from genstudio.edit.otio import write_otio
from genstudio.schema.cut import Title
from genstudio.schema.errors import MissingToolError


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
