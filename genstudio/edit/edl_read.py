"""Read CMX3600 edit lists as they are found, not as the standard wants them.

Real lists leave the column grid (unpadded reels, 32- and 128-character reels, 4- and 6-digit events, reels with blanks), so lines are
split on blanks and read from the right. Nothing in a list raises: what is wrong or not understood becomes a problem beside the events.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from genstudio.edit.edl_events import BLACK, EdlEvent, EdlList, EdlProblem, TransitionKind
from genstudio.schema.errors import BadInputError
from genstudio.schema.rates import frames_from_timecode, parse_rate

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["parse_edl", "read_edl_file"]

_LINE_ENDS: Final = re.compile(r"\r\n|\r|\n")
_EVENT: Final = re.compile(r"\d{1,8}\s")
_TIMECODE: Final = re.compile(r"(\d{1,2})[:;.,](\d{2})[:;.,](\d{2})([:;.,])(\d{2,3})")
_TRANSITION: Final = re.compile(r"(?:C|D|W\d{1,4}|K[BO]?)")
_SPEED: Final = re.compile(r"-?\d{1,9}(?:\.\d{1,4})?")
_DROP_RATES: Final = (Fraction(30000, 1001), Fraction(60000, 1001))
_KINDS: Final[dict[str, TransitionKind]] = {"C": "cut", "D": "dissolve", "W": "wipe", "K": "key"}
_LONGEST_FILE: Final = 64 << 20


def read_edl_file(path: Path, fps: str) -> EdlList:
    """Read an edit list from a file in UTF-8, UTF-16 with a byte order mark, or else Latin-1.

    Raises:
        BadInputError: The file is not there or larger than 64 MiB, or ``fps`` is no rate.
    """
    if not path.is_file() or path.stat().st_size > _LONGEST_FILE:
        raise BadInputError(f"{path.name!r:.120} is no edit list.", fix="Give the path of a CMX3600 .edl file.")
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return parse_edl(text, fps)


def parse_edl(text: str, fps: str) -> EdlList:
    """Return the events of an edit list.

    Args:
        text: The whole list.
        fps: Its rate, which no list says: ``"24"``, ``"29.97"``, ``"30000/1001"``.

    Raises:
        BadInputError: ``fps`` is no rate.
    """
    reader = _Reader(parse_rate(fps))
    for number, line in enumerate(_LINE_ENDS.split(text), start=1):
        reader.read(number, line.strip())
    return reader.list()


@dataclass
class _Statement:
    """An event line with all that follows it up to the next one."""

    event: EdlEvent
    names: dict[str, str] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)


class _Reader:
    def __init__(self, rate: Fraction) -> None:
        self.rate = rate
        self.title = ""
        self.drop = False
        self.dropped_records = False
        self.statements: list[_Statement] = []
        self.problems: list[EdlProblem] = []

    def read(self, number: int, line: str) -> None:
        upper = line.upper()
        if not line:
            return
        if upper.startswith("TITLE:") and not self.statements:
            self.title = line[6:].strip()
        elif upper.startswith("FCM:"):
            self._frame_code_mode(number, upper)
        elif _EVENT.match(line):
            self._event(number, line)
        elif self.statements:
            self._remark(number, line, upper)

    def list(self) -> EdlList:
        events = tuple(_finish(pair) for pair in _joined(self.statements))
        drop = self.dropped_records or (self.drop and self.rate in _DROP_RATES)
        return EdlList(self.title, self.rate, drop, events, tuple(self.problems))

    def _problem(self, line: int, message: str) -> None:
        self.problems.append(EdlProblem(line, message))

    def _frame_code_mode(self, number: int, upper: str) -> None:
        self.drop = "NON" not in upper and "DROP" in upper
        if self.drop and self.rate not in _DROP_RATES:
            self._problem(number, f"The list says DROP FRAME, which {self.rate} fps does not have; its timecode is read as non-drop.")

    def _event(self, number: int, line: str) -> None:
        words = line.split()
        times = words[-4:]
        if len(words) < 7 or not all(_TIMECODE.fullmatch(word) for word in times):
            self._problem(number, f"This line is no event: {line:.80}")
            return
        head = _head(words[1:-4])
        if head is None:
            self._problem(number, f"The transition of this event is not understood: {line:.80}")
            return
        reel, channels, code, frames = head
        points = [self._frames(number, text) for text in times]
        self.dropped_records |= self.rate in _DROP_RATES and ";" in times[2]
        source_out, record_out = self._after(points[0], points[1]), self._after(points[2], points[3])
        event = EdlEvent(
            number=int(words[0]),
            line=number,
            reel=reel,
            channels=channels,
            transition=_KINDS[code[0]],
            frames=frames,
            source_in=points[0],
            source_out=source_out,
            record_in=points[2],
            record_out=record_out,
            wipe=code if code[0] == "W" else "",
        )
        self.statements.append(_Statement(event))

    def _after(self, first: int, last: int) -> int:
        """Return an out point, a day later where the list passes midnight."""
        day = frames_from_timecode("23:59:59:00", self.rate, drop=self.drop and self.rate in _DROP_RATES) + round(self.rate)
        return last + day if last < first - day // 2 else last

    def _frames(self, line: int, text: str) -> int:
        """Return the frame number of a timecode; one that the rate does not have is counted on and reported."""
        match = _TIMECODE.fullmatch(text)
        if match is None:
            return 0
        hours, minutes, seconds, separator, frames = match.groups()
        drop = self.rate in _DROP_RATES and (self.drop or separator == ";")
        try:
            return frames_from_timecode(f"{hours}:{minutes}:{seconds}:{frames}", self.rate, drop=drop)
        except BadInputError:
            self._problem(line, f"The timecode {text} does not exist at {self.rate} fps; is that the rate of the list?")
            return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * round(self.rate) + int(frames)

    def _remark(self, number: int, line: str, upper: str) -> None:
        statement = self.statements[-1]
        comment = line.lstrip("* ").strip()
        key, colon, value = comment.partition(":")
        name = " ".join(key.upper().split())
        if upper.startswith("M2 "):
            self._motion(number, line)
        elif colon and name in ("FROM CLIP NAME", "TO CLIP NAME", "SOURCE FILE"):
            statement.names.setdefault(name, value.strip())
        else:
            statement.comments.append(line)

    def _motion(self, number: int, line: str) -> None:
        """Take an M2 line: ``M2  reel  fps  source in``; of the two lines of a transition it means the one of its reel."""
        words = line.split()
        speeds = [word for word in words[2:] if _SPEED.fullmatch(word)]
        if not speeds:
            self._problem(number, f"This speed change is not understood: {line:.80}")
            return
        last = self.statements[-1]
        pair = self.statements[-2:] if len(self.statements) > 1 and self.statements[-2].event.number == last.event.number else [last]
        target = next((one for one in reversed(pair) if one.event.reel == words[1]), last)
        target.event = replace(target.event, speed=Fraction(speeds[-1]))


def _head(words: list[str]) -> tuple[str, str, str, int] | None:
    """Return reel, channels, transition code and length in frames from the words between event number and timecodes."""
    frames = 0
    if len(words) > 3 and words[-1].isdigit() and (_TRANSITION.fullmatch(words[-2]) or words[-2] in ("B", "O")):
        frames = int(words[-1][:5])
        words = words[:-1]
    if len(words) > 3 and words[-1] in ("B", "O") and words[-2] == "K":
        words = [*words[:-2], "K"]
    if len(words) < 3 or not _TRANSITION.fullmatch(words[-1]):
        return None
    return " ".join(words[:-2]), words[-2].upper(), words[-1], frames


def _joined(statements: list[_Statement]) -> Iterator[tuple[_Statement | None, _Statement]]:
    """Yield each event with the line it comes in from: the line of zero length and the same number before it, or the event before it."""
    waiting: _Statement | None = None
    latest: dict[str, _Statement] = {}
    for index, statement in enumerate(statements):
        event = statement.event
        after = statements[index + 1].event if index + 1 < len(statements) else None
        opens = after is not None and after.number == event.number and after.transition != "cut" and after.channels == event.channels
        if opens and event.transition == "cut" and event.record_in == event.record_out:
            waiting = statement
            continue
        yield (waiting or latest.get(event.channels)) if event.transition != "cut" else None, statement
        latest[event.channels] = statement
        waiting = None


def _finish(pair: tuple[_Statement | None, _Statement]) -> EdlEvent:
    outgoing, statement = pair
    names, event = statement.names, statement.event
    name, source_file = names.get("FROM CLIP NAME", ""), names.get("SOURCE FILE", "")
    comments = tuple(statement.comments)
    if outgoing is None:
        return replace(event, clip_name=name, source_file=source_file, comments=comments)
    first = outgoing.event
    own = outgoing.names.get("FROM CLIP NAME", "") if first.number == event.number else ""
    single = "TO CLIP NAME" not in names and (first.reel == BLACK or own != "")
    return replace(
        event,
        outgoing_reel=first.reel,
        outgoing_in=first.source_out,
        clip_name=name if single else names.get("TO CLIP NAME", ""),
        outgoing_name=own if single else name,
        source_file=source_file,
        comments=(*outgoing.comments, *comments) if first.number == event.number else comments,
    )
