"""A cut list, written as an EDL and read again - by us and by two independent readers - is the same cut list."""

from __future__ import annotations

import io
from fractions import Fraction

import opentimelineio as otio
import pycmx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genstudio.edit.edl import parse_edl, write_edl
from genstudio.edit.from_edl import cut_from_edl, sources_of
from genstudio.schema.cut import WIPES, CutEvent, CutList, CutSource, Transition
from genstudio.schema.errors import BadInputError
from genstudio.schema.rates import frames_from_timecode, parse_rate
from genstudio.schema.take import TakeRecord

RATES = ["23.976", "24", "25", "29.97", "29.97 DF", "30", "50", "59.94", "59.94 DF"]


def take(number: int, fps: str, *, audio: bool = True) -> CutSource:
    return CutSource(
        node=f"shot_{number}",
        take=f"SHOT-{number:03}_v01_take01",
        media=f"03_Renders/SCENE_01/SHOT_{number:03}/SHOT-{number:03}_v01_take01.mp4",
        sha256=f"{number:064x}",
        kind="video",
        reel=f"T{number:07}",
        fps=fps,
        frames=100_000,
        start_timecode=f"{number:02}:00:10:00",
        audio=audio,
    )


@st.composite
def cuts(draw: st.DrawFn, *, plain: bool = False) -> CutList:
    """Films as the assembler makes them, with gaps and every transition that a list can say."""
    name = draw(st.sampled_from(RATES))
    fps, drop = name.removesuffix(" DF"), name.endswith("DF")
    events: list[CutEvent] = []
    position = 0
    for number in range(1, draw(st.integers(1, 8)) + 1):
        position += draw(st.sampled_from([0, 0, 0, 1, 13, 1790]))
        length = draw(st.integers(1, 4000))
        kind = draw(st.sampled_from(["cut", "dissolve"] if plain else ["cut", "cut", "dissolve", "wipe", "fade_in", "fade_out"]))
        before = events[-1] if events else None
        if kind in ("dissolve", "wipe") and (before is None or before.record_out != position or before.transition.kind == "fade_out"):
            kind = "cut" if plain else "fade_in"
        frames = 0 if kind == "cut" else draw(st.integers(1, min(255, length)))
        first = draw(st.integers(0, 5000))
        played = draw(st.integers(1, 8000)) if not plain and kind != "fade_out" and draw(st.booleans()) else length
        events.append(
            CutEvent(
                number=number,
                source=take(draw(st.integers(1, 4)), fps, audio=not plain),
                source_in=first,
                source_out=first + played,
                record_in=position,
                record_out=position + length,
                transition=Transition(kind=kind, frames=frames, wipe=draw(st.sampled_from(sorted(WIPES))) if kind == "wipe" else 1),
            )
        )
        position += length
    start = "01:00:00;00" if drop else "01:00:00:00"
    return CutList(title="A fox", fps=fps, width=640, height=360, events=tuple(events), start_timecode=start)


def read_back(cut: CutList) -> CutList:
    edl = parse_edl(write_edl(cut), cut.fps)
    assert edl.problems == ()
    found = cut_from_edl(edl, [take(number, cut.fps) for number in range(1, 5)], width=640, height=360)
    assert found.problems == ()
    return found.cut


@settings(max_examples=max(100, settings().max_examples), deadline=None)
@given(cuts())
def test_a_cut_list_survives_being_written_and_read(cut):
    again = read_back(cut)
    gap = cut.events[0].record_in
    assert list(again.events) == list(cut.events)
    assert (again.title, again.fps, again.start_timecode, again.frames) == (cut.title, cut.fps, cut.start_timecode, cut.frames)
    assert gap == again.events[0].record_in


@settings(max_examples=60, deadline=None)
@given(cuts())
def test_pycmx_reads_every_line_that_we_write(cut):
    """Without the FCM line: pycmx 1.5.1 loses the first event behind one if no comment follows it."""
    text = "".join(line for line in write_edl(cut).splitlines(keepends=True) if not line.startswith("FCM"))
    lines = [line for line in text.splitlines() if line[:3].isdigit()]
    edits = [edit for event in pycmx.parse_cmx3600(io.StringIO(text)).events for edit in event.edits]
    assert [(edit.source.strip(), edit.source_in, edit.source_out, edit.record_in, edit.record_out) for edit in edits] == [
        (line[5:13].strip(), line[29:40], line[41:52], line[53:64], line[65:76]) for line in lines
    ]


@settings(max_examples=60, deadline=None)
@given(cuts(plain=True))
def test_opentimelineio_reads_the_same_clips_at_the_same_times(cut):
    """Fades and speeds are left out: its reader refuses a transition at the start, and scales clips under an M2 line."""
    rate = parse_rate(cut.fps)
    timeline = otio.adapters.read_from_string(write_edl(cut), "cmx_3600", rate=float(rate))
    (track,) = timeline.tracks
    items = [item for item in track if not isinstance(item, otio.schema.Transition)]
    assert sum(item.source_range.duration.to_frames() for item in items) == cut.frames
    clips = [item for item in items if isinstance(item, otio.schema.Clip) and item.metadata["cmx_3600"]["reel"] != "BL"]
    dissolves = [item for item in track if isinstance(item, otio.schema.Transition)]
    assert [clip.metadata["cmx_3600"]["reel"] for clip in clips] == [event.source.reel for event in cut.events]
    assert [_seam(event, rate, cut) for event in cut.events] == [
        clip.source_range.start_time.to_frames() + _moved(track, clip) for clip in clips
    ]
    assert [dissolve.in_offset.to_frames() + dissolve.out_offset.to_frames() for dissolve in dissolves] == [
        event.transition.frames for event in cut.events if event.transition.frames
    ]


def _seam(event: CutEvent, rate: Fraction, cut: CutList) -> int:
    return frames_from_timecode(event.source.start_timecode, rate, drop=";" in cut.start_timecode) + event.source_in


def _moved(track: otio.schema.Track, clip: otio.schema.Clip) -> int:
    """Its reader moves the cut into the middle of a dissolve; this many frames come before the clip."""
    before = track[track.index(clip) - 1] if track.index(clip) else None
    return -before.in_offset.to_frames() if isinstance(before, otio.schema.Transition) else 0


def film_of(*lines: str, fps: str = "24") -> tuple[CutList, list[str]]:
    found = cut_from_edl(parse_edl("\n".join(lines), fps), [take(number, fps) for number in range(1, 5)], width=640, height=360)
    return found.cut, [problem.message for problem in found.problems]


ONE = "001  T0000001 V     C        01:00:10:00 01:00:11:00 01:00:00:00 01:00:01:00"


def test_takes_are_found_by_reel_by_clip_name_and_by_source_file():
    lines = ["001  AX       V     C        02:00:10:00 02:00:11:00 01:00:00:00 01:00:01:00"]
    for comment in (
        "* FROM CLIP NAME: SHOT-002_v01_take01.mp4",
        "* SOURCE FILE: D:\\media\\SHOT-002_V01_TAKE01.MP4",
        "*FROM CLIP NAME:  shot-002_v01_take01",
    ):
        cut, _ = film_of(*lines, comment)
        assert cut.events[0].source.take == "SHOT-002_v01_take01"
    assert film_of(ONE)[0].events[0].source.take == "SHOT-001_v01_take01"
    assert film_of(ONE.replace("T0000001", "t0000001"))[0].events[0].source.take == "SHOT-001_v01_take01"


def test_the_clip_name_decides_where_a_reel_is_stale():
    cut, _ = film_of(ONE.replace("01:00:10:00 01:00:11:00", "03:00:10:00 03:00:11:00"), "* FROM CLIP NAME: SHOT-003_v01_take01.mp4")
    assert cut.events[0].source.take == "SHOT-003_v01_take01"


def test_an_event_without_a_take_stays_black_and_is_named():
    cut, problems = film_of(
        ONE,
        "002  NOBODY   V     C        01:00:00:00 01:00:01:00 01:00:01:00 01:00:02:00",
        ONE.replace("001", "003", 1).replace("01:00:00:00 01:00:01:00", "01:00:02:00 01:00:03:00"),
    )
    assert [event.record_in for event in cut.events] == [0, 48]
    assert "NOBODY" in problems[0]


def test_a_list_of_strangers_is_refused():
    with pytest.raises(BadInputError, match="names a take"):
        film_of(ONE.replace("T0000001", "STRANGER"))


def test_what_a_film_cannot_do_is_reported_and_made_as_near_as_it_can_be():
    cut, problems = film_of(
        ONE,
        "001  T0000001 A     C        01:00:10:00 01:00:11:00 01:00:00:00 01:00:01:00",
        "002  T0000002 V     W777 012 02:00:10:00 02:00:11:00 01:00:01:00 01:00:02:00",
        "003  T0000003 V     K B      03:00:10:00 03:00:11:00 01:00:02:00 01:00:03:00",
        "004  T0000004 V     C        04:00:10:00 04:00:11:00 01:00:03:00 01:00:04:00",
        "M2   T0000004 -24.0                04:00:10:00",
        "005  T0000001 V     C        01:00:10:00 01:00:11:00 01:00:03:12 01:00:04:12",
    )
    assert [event.transition.kind for event in cut.events] == ["cut", "wipe", "cut", "cut"]
    said = " ".join(problems)
    for words in ("1 events of sound alone", "wipe", "key", "backwards", "lies over"):
        assert words in said


def test_a_speed_line_counts_where_both_lengths_are_equal_as_resolve_writes_them():
    cut, _ = film_of(ONE, "M2   T0000001 048.0                01:00:10:00")
    assert (cut.events[0].source_in, cut.events[0].source_out) == (0, 48)
    frozen, _ = film_of(ONE, "M2   T0000001 000.0                01:00:10:00")
    assert frozen.events[0].source_out == 1


def test_a_source_before_the_first_frame_of_its_take_begins_with_the_first():
    cut, problems = film_of(ONE.replace("01:00:10:00 01:00:11:00", "01:00:09:00 01:00:10:00"))
    assert (cut.events[0].source_in, cut.events[0].source_out) == (0, 24)
    assert "first frame" in problems[0]


def test_takes_with_pictures_can_be_named_and_sounds_cannot():
    record = {
        "id": "SHOT-010_v01_take01",
        "renders": "SCENE_01/SHOT_010",
        "media": "SHOT-010_v01_take01.png",
        "kind": "image",
        "sha256": "0" * 64,
        "bytes": 1,
        "reel": "T0K3F9QZ",
        "pipeline": {"id": "draft-image", "version": "1.0.0"},
        "quality": {"requested": "low", "used": "draft"},
        "canvas": {"path": "c.json", "version": 1, "node": "shot_010"},
    }
    still, sound = TakeRecord.model_validate(record), TakeRecord.model_validate({**record, "kind": "audio"})
    (found,) = sources_of([still, sound], "24")
    assert (found.node, found.kind, found.fps, found.frames, found.reel) == ("shot_010", "image", "24", 1, "T0K3F9QZ")
    assert found.media.endswith("SHOT_010/SHOT-010_v01_take01.png")


def test_a_drop_frame_hour_is_as_long_as_an_hour():
    cut = CutList(
        title="Hour",
        fps="29.97",
        width=640,
        height=360,
        start_timecode="01:00:00;00",
        events=(CutEvent(number=1, source=take(1, "29.97"), source_in=0, source_out=107_892, record_in=0, record_out=107_892),),
    )
    assert write_edl(cut).splitlines()[2].endswith("01:00:00;00 02:00:00;00")
    assert abs(Fraction(cut.frames) / parse_rate(cut.fps) - 3600) < 1
