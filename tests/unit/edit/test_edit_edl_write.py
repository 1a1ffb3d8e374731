"""The text of the edit lists that we write."""

from __future__ import annotations

import pytest

from genstudio.edit.edl import parse_edl, write_edl, write_edl_reels
from genstudio.schema.cut import Title, Transition
from genstudio.schema.errors import BadInputError


def events_of(text):
    return [line for line in text.splitlines() if line[:3].isdigit()]


def test_an_event_stands_on_the_column_grid_of_cmx_lists(film):
    (line,) = events_of(write_edl(film((1, 5, 48, "cut", 0))))
    assert line == "001  T0000001 V     C        01:00:10:05 01:00:12:05 01:00:00:00 01:00:02:00"
    assert (line.index("T0"), line.index("V "), line.index("C "), line.index("01:")) == (5, 14, 20, 29)
    assert (line[41:52], line[53:64], line[65:]) == ("01:00:12:05", "01:00:00:00", "01:00:02:00")


def test_a_list_says_title_and_counting_and_only_comments_that_every_importer_reads(film):
    lines = write_edl(film((1, 0, 24, "cut", 0), title="A\nFilm\x00")).splitlines()
    assert lines[:2] == ["TITLE: A Film", "FCM: NON-DROP FRAME"]
    assert lines[3:] == ["* FROM CLIP NAME: SHOT-010_v01_take01.mp4", "* SOURCE FILE: SHOT-010_v01_take01.mp4"]


def test_titles_are_markers_of_the_film_in_words_that_every_importer_reads(film):
    cut = film((1, 0, 24, "cut", 0), (2, 0, 48, "dissolve", 12))
    titles = (Title(text="Füchse\nim Schnee", start=30, frames=9), Title(text="狐", frames=5), Title(text=" ", frames=5))
    event = cut.events[1].model_copy(update={"titles": titles})
    text = write_edl(cut.model_copy(update={"events": (cut.events[0], event)}))
    markers = ["* LOC: 01:00:02:06 WHITE   Fuchse im Schnee", "* LOC: 01:00:01:00 WHITE   Title"]
    assert text.splitlines()[-2:] == markers
    read = parse_edl(text, "24")
    assert (read.problems, list(read.events[1].comments)) == ((), markers)


def test_a_dissolve_is_two_lines_and_the_outgoing_clip_goes_on_from_its_out_point(film):
    text = write_edl(film((1, 0, 24, "cut", 0), (2, 10, 48, "dissolve", 12)))
    assert events_of(text)[1:] == [
        "002  T0000001 V     C        01:00:11:00 01:00:11:00 01:00:01:00 01:00:01:00",
        "002  T0000002 V     D    012 01:00:10:10 01:00:12:10 01:00:01:00 01:00:03:00",
    ]
    assert "* FROM CLIP NAME: SHOT-010_v01_take01.mp4\n* TO CLIP NAME: SHOT-010_v01_take02.mp4\n" in text


def test_fades_are_dissolves_from_and_to_black(film):
    text = write_edl(film((1, 0, 24, "fade_in", 6), (2, 0, 24, "fade_out", 8)))
    assert events_of(text) == [
        "001  BL       V     C        00:00:00:00 00:00:00:00 01:00:00:00 01:00:00:00",
        "001  T0000001 V     D    006 01:00:10:00 01:00:11:00 01:00:00:00 01:00:01:00",
        "002  T0000002 V     C        01:00:10:00 01:00:10:16 01:00:01:00 01:00:01:16",
        "003  T0000002 V     C        01:00:10:16 01:00:10:16 01:00:01:16 01:00:01:16",
        "003  BL       V     D    008 00:00:00:00 00:00:00:08 01:00:01:16 01:00:02:00",
    ]


def test_a_gap_is_an_event_of_black_so_that_the_list_begins_where_the_film_does(film):
    cut = film((1, 0, 24, "cut", 0))
    late = cut.events[0].model_copy(update={"record_in": 12, "record_out": 36})
    first, second = events_of(write_edl(cut.model_copy(update={"events": (late,)})))
    assert first == "001  BL       V     C        00:00:00:00 00:00:00:12 01:00:00:00 01:00:00:12"
    assert second.endswith("01:00:00:12 01:00:01:12")


def test_a_change_of_speed_has_an_m2_line_with_the_reel_of_its_event(film):
    cut = film((1, 2, 24, "cut", 0))
    fast = cut.events[0].model_copy(update={"source_out": 50})
    text = write_edl(cut.model_copy(update={"events": (fast,)}))
    assert "M2   T0000001 048.0                01:00:10:02\n" in text
    frozen = cut.events[0].model_copy(update={"source_out": 3})
    assert "M2   T0000001 000.0 " in write_edl(cut.model_copy(update={"events": (frozen,)}))


def test_a_drop_frame_film_is_counted_in_drop_frame_throughout(film):
    cut = film((1, 0, 1800, "cut", 0), (2, 0, 10, "cut", 0), fps="29.97", start_timecode="01:00:00;00")
    text = write_edl(cut)
    assert "FCM: DROP FRAME" in text
    assert events_of(text)[1].endswith("01:00:10;00 01:00:10;10 01:01:00;02 01:01:00;12")


def test_a_take_that_begins_at_a_number_that_drop_frame_leaves_out_begins_at_the_next(film, source):
    cut = film((1, 0, 10, "cut", 0), fps="29.97", start_timecode="01:00:00;00")
    event = cut.events[0].model_copy(update={"source": source(1, fps="29.97", start_timecode="01:01:00:00")})
    (line,) = events_of(write_edl(cut.model_copy(update={"events": (event,)})))
    assert line[29:40] == "01:01:00;02"


def test_a_thousand_events_keep_the_grid(film):
    lines = events_of(write_edl(film(*[(1, 0, 2, "cut", 0)] * 1001)))
    assert lines[-1].startswith("1001 T0000001 V     C ")


def test_a_take_without_a_reel_is_auxiliary(film, source):
    cut = film((1, 0, 24, "cut", 0))
    event = cut.events[0].model_copy(update={"source": source(1, reel="")})
    assert events_of(write_edl(cut.model_copy(update={"events": (event,)})))[0].startswith("001  AX       V")


@pytest.mark.parametrize("reel", ["t0000001", "TOOLONG01", "A B", "BL", "TÜR"])
def test_a_reel_that_cmx_cannot_hold_is_refused(film, source, reel):
    cut = film((1, 0, 24, "cut", 0))
    event = cut.events[0].model_copy(update={"source": source(1, reel=reel)})
    with pytest.raises(BadInputError, match="reel"):
        write_edl(cut.model_copy(update={"events": (event,)}))


def test_a_transition_longer_than_cmx_can_count_is_refused(film):
    with pytest.raises(BadInputError, match="255 at most"):
        write_edl(film((1, 0, 300, "fade_in", 256)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"record_in": 5, "record_out": 4}, "ends before it begins"),
        ({"source_in": 9, "source_out": 9}, "ends before it begins"),
        ({"transition": Transition(kind="dissolve", frames=25)}, "transition of 25 frames but lasts 24"),
    ],
)
def test_an_event_that_contradicts_itself_is_refused_by_number_and_take(film, change, words):
    cut = film((1, 0, 24, "cut", 0))
    event = cut.events[0].model_copy(update=change)
    with pytest.raises(BadInputError, match=rf"Event 1 \(SHOT-010_v01_take01\).*{words}"):
        write_edl(cut.model_copy(update={"events": (event,)}))


def test_overlapping_events_and_films_without_events_are_refused(film):
    cut = film((1, 0, 24, "cut", 0), (2, 0, 24, "cut", 0))
    early = cut.events[1].model_copy(update={"record_in": 20})
    with pytest.raises(BadInputError, match="before the event in front of it ends"):
        write_edl(cut.model_copy(update={"events": (cut.events[0], early)}))
    with pytest.raises(BadInputError, match="no events"):
        write_edl(cut.model_copy(update={"events": ()}))
    with pytest.raises(BadInputError, match="even"):
        write_edl(cut.model_copy(update={"width": 641}))


def test_a_film_of_more_than_999_events_becomes_several_lists_that_go_on_from_one_another(film):
    cut = film(*[(1, 0, 10, "dissolve" if number % 3 == 2 else "cut", 4 if number % 3 == 2 else 0) for number in range(2100)])
    lists = [parse_edl(text, "24") for text in write_edl_reels(cut)]
    assert [len(edl.events) for edl in lists] == [997, 997, 106]
    assert [edl.title for edl in lists] == ["Fox REEL 1", "Fox REEL 2", "Fox REEL 3"]
    assert all(edl.events[0].number == 1 and edl.events[-1].number <= 999 for edl in lists)
    ends = [event.record_out for edl in lists for event in edl.events]
    starts = [event.record_in for edl in lists for event in edl.events]
    assert starts[1:] == ends[:-1]
    assert write_edl_reels(film((1, 0, 24, "cut", 0))) == (write_edl(film((1, 0, 24, "cut", 0))),)
