"""What a program said on standard error, as one line that fits a message."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["last_words"]

_LONGEST: Final = 400
_WHERE: Final = re.compile(r"^(\[[^\]]*\] )+")
"""What ffmpeg puts before a line: the part that speaks, with its address."""
_REPEATED: Final = re.compile(r"\s*Last message repeated \d+ times?\s*")


def last_words(said: bytes | str) -> str:
    """Return the lines of a program that failed, as one line of at most 400 characters; empty if it said nothing.

    The first line is always kept, for it tells the cause and the others what came of it; of these the last ones that fit. A line is
    kept whole or left out, each once, without ffmpeg's ``[mp4 @ 0x55d0c8]``.
    """
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    lines = [_WHERE.sub("", line.strip()).rstrip(".") for line in text.splitlines() if line.strip() and not _REPEATED.fullmatch(line)]
    first, *others = list(dict.fromkeys(lines)) or [""]
    first = first if len(first) <= _LONGEST else f"{first[: _LONGEST - 1]}…"
    kept: list[str] = []
    room = _LONGEST - len(first) - len("; …")
    for line in reversed(others):
        room -= len(line) + len("; ")
        if room < 0:
            kept.append("…")
            break
        kept.append(line)
    return "; ".join([first, *reversed(kept)])
