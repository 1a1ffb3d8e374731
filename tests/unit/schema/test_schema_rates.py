"""Rates and timecode are exact."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.schema.errors import BadInputError
from genstudio.schema.rates import duration_frames, frames_from_timecode, parse_rate, rate_text, timecode_from_frames

NTSC = Fraction(30000, 1001)
RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), NTSC, Fraction(30), Fraction(50), Fraction(60000, 1001), Fraction(60)]


@pytest.mark.parametrize(
    ("text", "rate"), [("24", Fraction(24)), ("23.976", Fraction(24000, 1001)), ("30000/1001", NTSC), ("12.5", Fraction(25, 2))]
)
def test_a_rate_is_an_exact_fraction(text: str, rate: Fraction) -> None:
    assert parse_rate(text) == rate
    assert parse_rate(rate_text(rate)) == rate


@pytest.mark.parametrize("text", ["", "fast", "0", "-24", "1/0", "1e9", "nan", "inf"])
def test_what_is_no_rate_is_refused_with_a_fix(text: str) -> None:
    with pytest.raises(BadInputError) as caught:
        parse_rate(text)
    assert caught.value.fix


def test_drop_frame_skips_two_numbers_a_minute_but_not_each_tenth() -> None:
    # SMPTE ST 12-1: after 00:00:59;29 comes 00:01:00;02, after 00:09:59;29 comes 00:10:00;00.
    assert timecode_from_frames(1799, NTSC, drop=True) == "00:00:59;29"
    assert timecode_from_frames(1800, NTSC, drop=True) == "00:01:00;02"
    assert timecode_from_frames(17981, NTSC, drop=True) == "00:09:59;29"
    assert timecode_from_frames(17982, NTSC, drop=True) == "00:10:00;00"
    with pytest.raises(BadInputError):
        frames_from_timecode("00:01:00;00", NTSC)


@given(st.integers(0, 24 * 3600 * 20), st.sampled_from(RATES), st.booleans())
def test_timecode_there_and_back_is_the_same_frame(frames: int, rate: Fraction, drop: bool) -> None:
    drop = drop and rate in (NTSC, Fraction(60000, 1001))
    assert frames_from_timecode(timecode_from_frames(frames, rate, drop=drop), rate, drop=drop) == frames


def test_drop_frame_stays_within_a_frame_of_the_clock_over_a_day() -> None:
    hour = frames_from_timecode("01:00:00;00", NTSC)
    assert abs(hour / NTSC - 3600) < 0.004


@pytest.mark.parametrize("text", ["1:2:3", "25:61:00:00", "00:00:00:24", "00:00:60:00", "x", "\u0660\u0661:00:00:00"])
def test_what_is_no_timecode_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        frames_from_timecode(text, Fraction(24))


@pytest.mark.parametrize(("text", "frames"), [("4s", 96), ("2.5", 60), ("500ms", 12), ("1min", 1440), ("96f", 96), ("0", 1), (" 3 s ", 72)])
def test_a_duration_is_a_whole_number_of_frames(text: str, frames: int) -> None:
    assert duration_frames(text, Fraction(24)) == frames


@pytest.mark.parametrize("text", ["", "4 days", "-1s", "1e3", "2h", "3601s", "9" * 400])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        duration_frames(text, Fraction(24))
