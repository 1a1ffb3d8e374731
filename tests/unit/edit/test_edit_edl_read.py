"""Edit lists of other programs, as they are found."""

from __future__ import annotations

from fractions import Fraction

import pycmx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.edit.edl import parse_edl, read_edl_file
from genstudio.schema.errors import BadInputError

RATE_BY_NAME = {"test_25.edl": "25"}


def raw_event_lines(path):
    return [line for line in path.read_text(encoding="latin-1").splitlines() if line[:3].isdigit()]


EVENTS = {
    "INS4_R1_010417.edl": 287,
    "INS4_R1_DX_092117.edl": 466,
    "INS4_R2_DX_092117.edl": 458,
    "INS4_R3_DX_092117.edl": 475,
    "INS4_R4_DX_092117.edl": 575,
    "INS4_R5_DX_092117.edl": 525,
    "ISSUE_14_conform_edl_issue_01.edl": 3,
    "ISSUE_14_conform_edl_issue_02.edl": 10,
    "ISSUE_14_conform_edl_issue_03.edl": 42,
    "ISSUE_19_unusual01.edl": 38,
    "STP R1 v082517.edl": 250,
    "TEST.edl": 120,
    "ToD_R4_LOCK3.1_030618_Video.edl": 376,
    "adobe_dai109_test.txt": 2839,
    "cdl_example01.edl": 39,
    "cdl_example02.cdl": 3,
    "cdl_frmc_example01.edl": 1,
    "cdl_frmc_example02.edl": 25,
    "test_24psf.edl": 10,
    "test_25.edl": 11,
    "test_edl_cdl.edl": 3,
}


def test_every_list_of_the_corpus_is_read_and_no_event_is_lost(corpus):
    assert {path.name: len(read_edl_file(path, RATE_BY_NAME.get(path.name, "24")).events) for path in corpus} == EVENTS
    for path in corpus:
        edl = read_edl_file(path, RATE_BY_NAME.get(path.name, "24"))
        folded = sum(1 for event in edl.events if event.transition != "cut" and event.outgoing_reel)
        lines = raw_event_lines(path)
        assert len(lines) - folded <= len(edl.events) <= len(lines), path.name
        assert not [problem for problem in edl.problems if "no event" in problem.message], path.name


def test_the_corpus_means_to_us_what_it_means_to_pycmx(corpus):
    compared = 0
    for path in corpus:
        ours = {event.line: event for event in read_edl_file(path, RATE_BY_NAME.get(path.name, "24")).events}
        with path.open(encoding="utf-8", errors="replace") as file:
            theirs = [edit for event in pycmx.parse_cmx3600(file).events for edit in event.edits]
        for edit in theirs:  # none where pycmx does not understand the padding of a list
            event = ours.get(edit.line_number + 1)
            if event is not None:
                assert (event.reel, event.has_picture) == (edit.source.strip(), edit.channels.video), path.name
                compared += 1
    assert compared > 700


def test_a_frame_number_above_the_rate_is_a_problem_and_not_an_end():
    edl = parse_edl("001  AX V C 01:00:00:00 01:00:59:24 00:00:00:00 00:00:59:24", "24")
    assert len(edl.events) == 1
    assert "does not exist at 24 fps" in edl.problems[0].message


HEAD = "TITLE: Traps\nFCM: NON-DROP FRAME\n"


def test_unpadded_reels_and_blanks_in_reels_are_read():
    edl = parse_edl(
        HEAD + "1 A1 V C 01:00:00:00 01:00:01:00 00:00:00:00 00:00:01:00\n2 MY REEL 7 V C 01:00:00:00 01:00:01:00 00:00:01:00 00:00:02:00",
        "24",
    )
    assert [event.reel for event in edl.events] == ["A1", "MY REEL 7"]


@pytest.mark.parametrize(("channels", "picture"), [("V", True), ("B", True), ("AA/V", True), ("AA", False), ("A2", False), ("NONE", False)])
def test_channels_say_whether_there_is_a_picture(channels, picture):
    edl = parse_edl(f"001  AX       {channels:<5} C        01:00:00:00 01:00:01:00 00:00:00:00 00:00:01:00", "24")
    assert edl.events[0].has_picture is picture


@pytest.mark.parametrize(
    ("code", "kind", "frames", "wipe"),
    [
        ("C", "cut", 0, ""),
        ("D    024", "dissolve", 24, ""),
        ("W001 024", "wipe", 24, "W001"),
        ("K B", "key", 0, ""),
        ("K O  012", "key", 12, ""),
        ("K    012", "key", 12, ""),
    ],
)
def test_all_kinds_of_transitions_are_read(code, kind, frames, wipe):
    edl = parse_edl(f"001  REEL1    V     {code}  01:00:00:00 01:00:02:00 00:00:00:00 00:00:02:00", "24")
    (event,) = edl.events
    assert (event.transition, event.frames, event.wipe, event.reel) == (kind, frames, wipe, "REEL1")


def test_the_two_lines_of_a_dissolve_are_one_event_even_with_a_counting_line_between():
    text = (
        "001  A        V     C        01:00:00:00 01:00:01:00 00:00:00:00 00:00:01:00\n"
        "002  A        V     C        01:00:01:00 01:00:01:00 00:00:01:00 00:00:01:00\n"
        "FCM: NON-DROP FRAME\n"
        "002  B        V     D    012 01:00:00:00 01:00:01:00 00:00:01:00 00:00:02:00\n\n"
        "EFFECTS NAME IS CROSS DISSOLVE\n* FROM CLIP NAME: a.mp4\n* TO CLIP NAME: b.mp4\n"
    )
    first, second = parse_edl(text, "24").events
    assert (second.outgoing_reel, second.outgoing_in, second.frames) == ("A", 3600 * 24 + 24, 12)
    assert (first.clip_name, second.outgoing_name, second.clip_name) == ("", "a.mp4", "b.mp4")
    assert second.comments == ("EFFECTS NAME IS CROSS DISSOLVE",)


def test_names_between_the_two_lines_belong_to_the_outgoing_clip():
    text = (
        "002  A V C 01:00:01:00 01:00:01:00 00:00:01:00 00:00:01:00\n* FROM CLIP NAME: a.mp4\n"
        "002  B V D 012 01:00:00:00 01:00:01:00 00:00:01:00 00:00:02:00\n* FROM CLIP NAME: b.mp4\n"
    )
    (event,) = parse_edl(text, "24").events
    assert (event.outgoing_name, event.clip_name) == ("a.mp4", "b.mp4")


def test_lines_of_one_number_on_several_channels_are_several_events():
    text = "003  A V C 01:00:00:00 01:00:01:00 00:00:00:00 00:00:01:00\n003  A A2 C 01:00:00:00 01:00:01:00 00:00:00:00 00:00:01:00\n"
    assert [event.channels for event in parse_edl(text, "24").events] == ["V", "A2"]


def test_drop_frame_is_read_from_the_header_and_from_semicolons():
    line = "001  A V C 01:00:00{0}00 01:01:00{0}02 01:00:00{0}00 01:01:00{0}02"
    for text in ("FCM: DROP FRAME\n" + line.format(":"), line.format(";")):
        edl = parse_edl(text, "29.97")
        assert edl.drop
        assert edl.events[0].record_out - edl.events[0].record_in == 1800
    assert not parse_edl(line.format(":"), "29.97").drop


def test_drop_frame_at_a_rate_without_it_is_a_problem():
    edl = parse_edl("FCM: DROP FRAME\n001  A V C 01:00:00;00 01:00:01;00 01:00:00;00 01:00:01;00", "24")
    assert not edl.drop
    assert len(edl.events) == 1
    assert "DROP FRAME" in edl.problems[0].message


def test_a_speed_change_goes_to_the_line_of_its_reel():
    text = (
        "002  A V C 01:00:01:00 01:00:01:00 00:00:01:00 00:00:01:00\n"
        "002  B V D 012 01:00:00:00 01:00:01:00 00:00:01:00 00:00:02:00\n"
        "M2   A       -024.0                01:00:01:00\nM2   B        048.0                01:00:00:00\n"
    )
    (event,) = parse_edl(text, "24").events
    assert event.speed == Fraction(48)


def test_bytes_of_any_encoding_and_any_line_end_are_read(tmp_path):
    line = "001  A V C 01:00:00:00 01:00:01:00 00:00:00:00 00:00:01:00\r* FROM CLIP NAME: Füchse.mp4\r"
    for encoding in ("utf-8", "utf-8-sig", "latin-1", "utf-16"):
        path = tmp_path / f"{encoding}.edl"
        path.write_bytes(line.encode(encoding))
        assert read_edl_file(path, "24").events[0].clip_name == "Füchse.mp4"


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="no edit list"):
        read_edl_file(tmp_path / "none.edl", "24")


def test_an_event_over_midnight_has_a_positive_length():
    (event,) = parse_edl("001  A V C 23:59:59:00 00:00:01:00 23:59:59:00 00:00:01:00", "25").events
    assert (event.source_out - event.source_in, event.record_out - event.record_in) == (50, 50)


@given(st.text(max_size=400))
def test_no_text_at_all_makes_the_reader_fail(text):
    parse_edl(text, "25")


WORDS = st.sampled_from(
    [
        "001",
        "1",
        "AX",
        "BL",
        "V",
        "AA/V",
        "B",
        "C",
        "D",
        "W001",
        "K",
        "O",
        "012",
        "99999",
        "01:00:00:00",
        "00:00:00;29",
        "25:99:99:99",
        "1:00:00:00",
        "M2",
        "-24.0",
        "AUD",
        "3",
        "* FROM CLIP NAME: x",
        "FCM: DROP FRAME",
        "TITLE:",
        "\n",
        "\n",
        "\n",
    ]
)


@given(st.lists(WORDS, max_size=60).map(" ".join), st.sampled_from(["24", "29.97", "60"]))
def test_no_shuffled_list_makes_the_reader_fail(text, fps):
    parse_edl(text, fps)
