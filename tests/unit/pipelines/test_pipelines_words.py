"""What ffmpeg said, as part of a sentence."""

from __future__ import annotations

import pytest
from genstudio_pipeline import last_words

FULL = b"""\
[vost#0:0/libx264 @ 0x5569d8ad4d40] Error submitting a packet to the muxer: No space left on device
    Last message repeated 1 times
[out#0/mp4 @ 0x5569d8ad3f00] Error muxing a packet
[out#0/mp4 @ 0x5569d8ad3f00] Task finished with error code: -28 (No space left on device)
[out#0/mp4 @ 0x5569d8ad3f00] Terminating thread with return code -28 (No space left on device)
[out#0/mp4 @ 0x5569d8ad3f00] Error writing trailer: No space left on device
[out#0/mp4 @ 0x5569d8ad3f00] Error closing file: No space left on device
"""


def test_the_line_that_says_why_comes_first_and_lines_are_whole():
    said = last_words(FULL)
    assert said.startswith("Error submitting a packet to the muxer: No space left on device; Error muxing a packet; ")
    assert said.endswith("; Error closing file: No space left on device")
    assert "repeated" not in said
    assert "@" not in said


def test_of_many_lines_the_first_and_the_last_ones_are_kept():
    lines = [f"error while decoding MB {number} of the picture" for number in range(100)]
    said = last_words("\n".join(lines)).split("; ")
    assert said[0] == lines[0]
    assert said[1] == "…"
    assert said[2:] == lines[-len(said[2:]) :]
    assert 300 < len("; ".join(said)) <= 400


def test_a_line_is_said_once():
    assert last_words("[h264 @ 0x1] no frame!\n[h264 @ 0x2] no frame!\n") == "no frame!"


@pytest.mark.parametrize(("said", "expected"), [(b"", ""), (" \n", ""), (b"\xff\xfe", "\ufffd\ufffd"), ("x" * 900, "x" * 399 + "…")])
def test_whatever_was_said_fits(said: bytes | str, expected: str):
    assert last_words(said) == expected
