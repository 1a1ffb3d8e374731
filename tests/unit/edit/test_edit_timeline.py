"""Which frames of a film are copied and which are drawn."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genstudio.edit.timeline import Piece, pieces_of, source_frame, touched
from genstudio.schema.cut import CutEvent, CutList, CutSource, Title, Transition

GOP = 12


def source(kind="video"):
    return CutSource(
        node="n", take="t", media="m.mp4", sha256="0" * 64, kind=kind, reel="R", fps="24", frames=500, start_timecode="00:00:00:00"
    )


def event(source_in, length, record_in=0, *, played=None, kind="cut", frames=0, titles=(), still=False):
    return CutEvent(
        number=1,
        source=source("image" if still else "video"),
        source_in=source_in,
        source_out=source_in + (played or length),
        record_in=record_in,
        record_out=record_in + length,
        transition=Transition(kind=kind, frames=frames),
        titles=titles,
    )


def pieces(*events, length=500):
    return pieces_of(CutList(title="t", fps="24", width=64, height=64, events=events), [length] * len(events), GOP)


def test_a_whole_take_is_copied_even_if_it_is_shorter_than_a_group_of_pictures():
    assert pieces(event(0, 7), length=7) == [Piece("copy", 0, 0, 7, 0)]


def test_a_cut_into_a_take_is_drawn_up_to_the_next_key_frame_and_copied_from_there():
    assert pieces(event(5, 60)) == [Piece("compose", 0, 0, 7), Piece("copy", 0, 7, 53, 12)]
    assert pieces(event(24, 30)) == [Piece("copy", 0, 0, 30, 24)]


def test_frames_under_a_transition_or_a_title_are_drawn():
    assert pieces(event(0, 100, kind="dissolve", frames=10)) == [Piece("compose", 0, 0, 12), Piece("copy", 0, 12, 88, 12)]
    assert pieces(event(0, 100, kind="fade_out", frames=10)) == [Piece("copy", 0, 0, 90, 0), Piece("compose", 0, 90, 10)]
    titled = event(0, 100, titles=(Title(text="x", start=30, frames=6),))
    assert pieces(titled) == [Piece("copy", 0, 0, 30, 0), Piece("compose", 0, 30, 6), Piece("copy", 0, 36, 64, 36)]


def test_a_changed_speed_is_drawn_throughout_and_a_gap_is_black():
    assert pieces(event(0, 50, played=100), event(0, 24, 60)) == [
        Piece("compose", 0, 0, 50),
        Piece("black", -1, 0, 10),
        Piece("copy", 1, 0, 24, 0),
    ]


def test_a_still_is_copied_from_its_start_wherever_it_is_shown():
    assert pieces(event(7, 40, kind="fade_in", frames=5, still=True)) == [Piece("compose", 0, 0, 5), Piece("copy", 0, 5, 35, 0)]


def test_frames_past_the_end_of_the_media_are_drawn_and_hold_the_last():
    assert pieces(event(0, 60), length=50) == [Piece("copy", 0, 0, 50, 0), Piece("compose", 0, 50, 10)]
    assert [source_frame(event(0, 60), local, 50) for local in (0, 49, 50, 99)] == [0, 49, 49, 49]


@pytest.mark.parametrize(
    ("played", "expected"), [(20, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]), (5, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]), (1, [0] * 10)]
)
def test_a_speed_shows_evenly_spread_frames(played, expected):
    assert [source_frame(event(0, 10, played=played), local, 500) for local in range(10)] == expected


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.integers(1, 120),
        st.sampled_from([0, 0, 9]),
        st.sampled_from(["cut", "dissolve", "fade_in", "fade_out"]),
        st.integers(1, 120),
        st.lists(st.tuples(st.integers(0, 100), st.integers(1, 60)), max_size=3),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=max(100, settings().max_examples), deadline=None)
@given(EVENTS, st.integers(1, 500))
def test_pieces_cover_every_frame_once_and_copies_are_untouched_and_begin_with_a_key_frame(given_events, length):
    events, position = [], 0
    for first, frames, gap, kind, fade, titles, still in given_events:
        made = tuple(Title(text="x", start=start, frames=lasts) for start, lasts in titles)
        events.append(
            event(first, frames, position + gap, kind=kind, frames=0 if kind == "cut" else min(fade, frames), titles=made, still=still)
        )
        position += gap + frames
    found = pieces(*events, length=length)
    assert sum(piece.frames for piece in found) == position
    record = 0
    for piece in found:
        if piece.kind != "black":
            shown = events[piece.index]
            assert shown.record_in + piece.start == record
            if piece.kind == "copy":
                _check_copy(piece, shown, length)
        record += piece.frames


def _check_copy(piece, shown, length):
    assert piece.first % GOP == 0
    assert piece.first + piece.frames <= max(length, 1) or shown.source.kind == "image"
    for local in range(piece.start, piece.start + piece.frames):
        assert not any(begin <= local < end for begin, end in touched(shown))
        if shown.source.kind == "video":
            assert source_frame(shown, local, length) == piece.first + local - piece.start
