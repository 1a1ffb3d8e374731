"""From the words of a prompt to what a panel shows. Pure: the same words give the same story."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from genstudio_animatic.lettering import drawable_glyph
from genstudio_animatic.vocabulary import (
    ACTIONS,
    ANGLES,
    COLOURS,
    COUNTS,
    FRAMINGS,
    HOLDING,
    IMPLIED,
    MODIFIERS,
    MOODS,
    MOVES,
    PEOPLE,
    PLACES,
    RELATIONS,
    TIMES,
    WEATHERS,
    things,
)

__all__ = ["Story", "Thing", "read_story"]

_READ: Final = 4000
"""Characters of a prompt that are read: what a panel can show is said long before."""

_MOST: Final = 5
"""Things in one panel."""

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*|[,.;:!?]|[^\w\s]", re.UNICODE)
_CAMERA: Final = frozenset(["camera", "shot", "lens", "slow", "slowly", "fast", "shots", "angle"])
_DIRECTIONS: Final = {
    "left": "left",
    "right": "right",
    "leftward": "left",
    "rightward": "right",
    "leftwards": "left",
    "rightwards": "right",
}
_BOTH: Final = frozenset(["bridge", "hospital", "library", "stadium"])
"""Words that are a place and a thing to show."""

_SKY: Final = frozenset("☀🌕🌙⭐☁")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in the picture: a person (``person`` true, with ``hat`` and ``hand``) or a glyph.

    ``relation`` says where it stands, seen from the subject (the first thing); ``count`` how many there are.
    """

    word: str
    glyph: str = ""
    person: bool = False
    hat: str = ""
    hand: str = ""
    count: int = 1
    relation: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """What a prompt says. Empty text where it does not say; ``move`` is the name of a camera move or empty."""

    things: tuple[Thing, ...] = ()
    places: tuple[str, ...] = ()
    framing: str = ""
    angle: str = ""
    move: str = ""
    action: str = ""
    heading: str = ""
    time: str = ""
    weather: str = ""
    mood: str = ""

    @property
    def told(self) -> bool:
        """Whether anything was recognised that can be drawn."""
        return bool(self.things or self.places)


def read_story(prompt: str) -> Story:
    """Read a prompt of any length and language; words that mean nothing to a panel are passed over."""
    words = [match[0].lower().replace("\u2019", "'") for match in _WORD.finditer(prompt[:_READ])]
    text = " " + " ".join(words) + " "
    framing, text = _take(FRAMINGS, text)
    angle, text = _take(ANGLES, text)
    move, heading, text = _camera(text)
    rest = text.split()
    found, places = _things(rest)
    action = next((ACTIONS[word] for word in rest if word in ACTIONS), "")
    if action and not found and not places:
        found = [Thing(word="figure", person=True)]
    return Story(
        things=tuple(found[:_MOST]),
        places=tuple(places[:3]),
        framing=framing,
        angle=angle,
        move=move,
        action=action,
        heading=heading,
        time=_first(TIMES, text),
        weather=_first(WEATHERS, text),
        mood=_first(MOODS, text),
    )


@cache
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(r"(?<=\s)(" + "|".join(re.escape(phrase).replace("\\ ", r"[\s-]") for phrase in longest_first) + r")(?=\s)")


def _first(table: Mapping[str, str], text: str) -> str:
    match = _pattern(tuple(table)).search(text)
    return table[re.sub(r"[\s-]", " ", match[1])] if match and re.sub(r"[\s-]", " ", match[1]) in table else _loose(table, match)


def _loose(table: Mapping[str, str], match: re.Match[str] | None) -> str:
    return table.get(match[1], "") if match else ""


def _take(table: Mapping[str, str], text: str) -> tuple[str, str]:
    """Return the first meaning that the text holds, and the text without those words (and a following ``shot``)."""
    match = _pattern(tuple(table)).search(text)
    if match is None:
        return "", text
    meaning = table.get(match[1]) or table[match[1].replace("-", " ")]
    return meaning, re.sub(r"^\s+(shot|view|angle)\b", "", text[: match.start()] + " " + text[match.end() :], count=1)


def _camera(text: str) -> tuple[str, str, str]:
    """Return the camera move, where the subject heads, and the rest of the text."""
    phrases = {phrase: name for phrase, name in MOVES.items() if phrase not in ("truck", "track")}
    match = _pattern(tuple(phrases)).search(text) or re.search(r"(?<=\s)(truck|track)(?=\s+shot\s)", text)
    heading = _heading(text)
    if match is None:
        return "", heading, text
    name = MOVES.get(match[1]) or MOVES[match[1].replace("-", " ")]
    before, after = text[: match.start()], text[match.end() :]
    follows = re.match(r"\s+(?:slowly\s+|to\s+(?:the\s+)?|shot\s+)*(left|right|up|down|in|out|back)\b", after)
    if follows:
        name = _directed(name, match[1], follows[1])
        after = after[follows.end() :]
    return name, _heading(before + " " + after), before + " " + after


def _directed(name: str, word: str, direction: str) -> str:
    """Return the move that a bare word (``pan``) means with the direction after it."""
    if word.rsplit(maxsplit=1)[-1] in ("left", "right", "up", "down", "in", "out", "back"):
        return name
    base = "dolly" if word == "dolly" else name.split(maxsplit=1)[0]
    direction = {"back": "out"}.get(direction, direction)
    if direction in ("in", "out"):
        return f"zoom {direction}" if base == "zoom" else {"in": "push in", "out": "pull out"}[direction]
    return f"{base} {direction}" if base in ("pan", "tilt", "truck", "track", "dolly", "crane", "whip") else name


def _heading(text: str) -> str:
    match = re.search(r"\b(?:to|from|towards)?\s*(?:the\s+)?(left|right)\s+to\s+(?:the\s+)?(left|right)\b", text)
    if match:
        return match[2]
    return next((_DIRECTIONS[word] for word in text.split() if word in _DIRECTIONS), "")


@dataclass(slots=True)
class _Pending:
    """What the words since the last thing say about the next one."""

    relation: str = ""
    count: int = 0
    colour: str = ""
    hand: str = ""

    def read(self, word: str) -> None:
        if word in COUNTS and word not in PEOPLE:
            self.count = COUNTS[word]
        self.colour = word if word in COLOURS else self.colour
        self.hand = MODIFIERS.get(word, self.hand)
        if word in HOLDING:
            self.relation = "held"
        elif word in RELATIONS:
            self.relation = RELATIONS[word]
        elif word in ",.;":
            self.relation = ""


def _things(words: list[str]) -> tuple[list[Thing], list[str]]:
    found: dict[str, Thing] = {}
    places: list[str] = []
    pending = _Pending()
    for word in _phrases(words):
        place = PLACES.get(word) or PLACES.get(_singular(word))
        thing = None if place and _singular(word) not in _BOTH else _thing(word, pending)
        if place and place not in places:
            places.append(place)
        if thing is not None:
            found.setdefault(thing.glyph or f"{thing.hat}{thing.hand}person", thing)
        if thing is not None or place:
            pending = _Pending()
        else:
            pending.read(word)
    things_found = _named(list(found.values()))
    home = next((IMPLIED[thing.glyph] for thing in things_found if thing.glyph in IMPLIED), "")
    return things_found, places or ([home] if home else [])


def _named(found: list[Thing]) -> list[Thing]:
    """Drop a pronoun's person where somebody is named, and the sun where there is something else: it stands in the sky anyway."""
    pronouns = ("he", "she", "they", "him", "her", "them")
    named = [thing for thing in found if not (thing.person and thing.word in pronouns) and thing.glyph not in _SKY]
    return named or found


def _phrases(words: list[str]) -> Iterator[str]:
    """Yield words, several that mean one thing together as one."""
    at = 0
    while at < len(words):
        for size in (3, 2):
            chunk = words[at : at + size]
            spaced, dashed = " ".join(chunk), "-".join([*chunk[:-1], _singular(chunk[-1])])
            if len(chunk) == size and (spaced in RELATIONS or spaced in PLACES or dashed in things()):
                yield spaced if spaced in RELATIONS or spaced in PLACES else dashed
                at += size
                break
        else:
            yield words[at]
            at += 1


def _thing(word: str, pending: _Pending) -> Thing | None:
    single = _singular(word)
    if word in ACTIONS:
        return None
    many = pending.count or _plural_count(word)
    if word in PEOPLE or single in PEOPLE:
        hat, hand = PEOPLE[word if word in PEOPLE else single]
        count = pending.count or COUNTS.get(word, many)
        return Thing(word, person=True, hat=hat, hand=hand or pending.hand, count=count, relation=pending.relation, colour=pending.colour)
    glyph = things().get(word) or things().get(single) or drawable_glyph(word)
    return Thing(word, glyph=glyph, count=many, relation=pending.relation, colour=pending.colour) if glyph else None


def _plural_count(word: str) -> int:
    return 3 if word != _singular(word) and word not in things() else 1


def _singular(word: str) -> str:
    irregular = {
        "wolves": "wolf",
        "men": "man",
        "women": "woman",
        "children": "child",
        "mice": "mouse",
        "geese": "goose",
        "knives": "knife",
    }
    irregular |= {
        "leaves": "leaf",
        "people": "person",
        "foxes": "fox",
        "buses": "bus",
        "churches": "church",
        "torches": "torch",
        "thieves": "thief",
    }
    if word in irregular:
        return irregular[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("shes", "ches", "xes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word
