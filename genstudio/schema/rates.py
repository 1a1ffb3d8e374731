"""Frame rates as exact fractions, and SMPTE timecode.

Frames are integers, rates are :class:`fractions.Fraction`; seconds appear only at the edges.
Drop-frame counting follows SMPTE ST 12-1: the numbers ;00 and ;01 (and ;02, ;03 at 59.94) are left out at
the start of each minute but every tenth.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Final

from pydantic import AfterValidator

from genstudio.schema.errors import BadInputError

__all__ = ["RateText", "duration_frames", "frames_from_timecode", "parse_rate", "rate_text", "timecode_from_frames"]

_TIMECODE: Final = re.compile(r"^(\d{1,2}):(\d{2}):(\d{2})([:;.])(\d{2})\Z", re.ASCII)
_DURATION: Final = re.compile(r"^\s*(\d{1,9}(?:\.\d{1,9})?)\s*(s|f|ms|min)?\s*$")
_RATE: Final = re.compile(r"\d{1,9}(\.\d{1,9})?|\d{1,9}/\d{1,9}")


def parse_rate(text: str) -> Fraction:
    """Return the rate in frames a second written as ``"24"``, ``"23.976"`` or ``"30000/1001"``.

    The decimal names of the NTSC rates (23.976, 29.97, 59.94) mean the exact n·1000/1001.

    Raises:
        BadInputError: The text is no rate, or not in (0, 1000].
    """
    ntsc = {"23.976": (24000, 1001), "23.98": (24000, 1001), "29.97": (30000, 1001), "59.94": (60000, 1001)}
    if text in ntsc:
        return Fraction(*ntsc[text])
    if _RATE.fullmatch(text) is None:
        raise _bad_rate(text)
    try:
        rate = Fraction(text)
    except ZeroDivisionError as error:
        raise _bad_rate(text) from error
    if not 0 < rate <= 1000:
        raise _bad_rate(text)
    return rate


def _bad_rate(text: str) -> BadInputError:
    return BadInputError(f"{text!r:.40} is no frame rate.", fix='Write a number or a fraction, such as "24" or "30000/1001".')


def rate_text(rate: Fraction) -> str:
    """Return the exact text of a rate: ``"24"`` or ``"30000/1001"``."""
    return str(rate)


def _check_rate(text: str) -> str:
    try:
        return rate_text(parse_rate(text))
    except BadInputError as error:
        raise ValueError(str(error)) from error


RateText = Annotated[str, AfterValidator(_check_rate)]
"""A frame rate as exact rational text in JSON."""


@lru_cache(maxsize=4096)  # the check of a canvas asks it for every shot after every edit
def duration_frames(text: str, rate: Fraction) -> int:
    """Return how many frames a duration such as ``"4s"``, ``"2.5"``, ``"500ms"``, ``"1min"`` or ``"96f"`` lasts (at least 1).

    Raises:
        BadInputError: The text is no duration, or longer than an hour.
    """
    match = _DURATION.match(text)
    if match is None:
        raise BadInputError(f"{text!r:.40} is no duration.", fix='Write seconds or frames, such as "4s" or "96f".')
    number, unit = Fraction(match[1]), match[2] or "s"
    scale = {"s": rate, "ms": rate / 1000, "min": rate * 60, "f": Fraction(1)}[unit]
    frames = max(1, round(number * scale))
    if frames > rate * 3600:
        raise BadInputError(f"{text!r:.40} is longer than an hour.", fix="Split the shot.")
    return frames


def _nominal(rate: Fraction) -> int:
    return round(rate)


def _drop_count(rate: Fraction, *, drop: bool) -> int:
    if not drop:
        return 0
    if rate not in (Fraction(30000, 1001), Fraction(60000, 1001)):
        raise BadInputError(f"Drop-frame timecode does not exist at {rate_text(rate)} fps.", fix="Use non-drop timecode.")
    return 2 if rate == Fraction(30000, 1001) else 4


def timecode_from_frames(frames: int, rate: Fraction, *, drop: bool = False) -> str:
    """Return ``HH:MM:SS:FF`` (``;FF`` for drop frame) of a frame number counted from 0, wrapping at 24 hours."""
    nominal, dropped = _nominal(rate), _drop_count(rate, drop=drop)
    per_minute = nominal * 60 - dropped
    per_ten = per_minute * 10 + dropped
    frames %= per_ten * 6 * 24
    if dropped:
        tens, rest = divmod(frames, per_ten)
        extra = (rest - dropped) // per_minute if rest >= dropped else 0
        frames += dropped * (9 * tens + extra)
    seconds, frame = divmod(frames, nominal)
    separator = ";" if dropped else ":"
    return f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{separator}{frame:02}"


def frames_from_timecode(text: str, rate: Fraction, *, drop: bool | None = None) -> int:
    """Return the frame number, counted from 0, of a timecode; ``;`` before the frames means drop frame unless ``drop`` says.

    Raises:
        BadInputError: The text is no timecode, or names a frame that the rate does not have.
    """
    match = _TIMECODE.match(text)
    if match is None:
        raise BadInputError(f"{text!r:.40} is no timecode.", fix="Write HH:MM:SS:FF.")
    hours, minutes, seconds, frame = int(match[1]), int(match[2]), int(match[3]), int(match[5])
    if drop is None:
        drop = match[4] == ";"
    nominal, dropped = _nominal(rate), _drop_count(rate, drop=drop)
    missing = dropped and seconds == 0 and minutes % 10 and frame < dropped
    if minutes > 59 or seconds > 59 or frame >= nominal or missing:
        raise BadInputError(f"Timecode {text} does not exist at {rate_text(rate)} fps.", fix="Check the rate of the list.")
    total_minutes = hours * 60 + minutes
    return (total_minutes * 60 + seconds) * nominal + frame - dropped * (total_minutes - total_minutes // 10)
