"""The words that a panel understands: framing, camera, light, weather, places, people, actions, and things with a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

__all__ = [
    "ACTIONS",
    "ANGLES",
    "BODIES",
    "COLOURS",
    "COUNTS",
    "FACES",
    "FRAMINGS",
    "HOLDING",
    "IMPLIED",
    "MODIFIERS",
    "MOODS",
    "MOVES",
    "PEOPLE",
    "PLACES",
    "RELATIONS",
    "TIMES",
    "TINTS",
    "WEATHERS",
    "things",
]

DATA: Final = Path(__file__).parent / "data"
_Meaning = TypeVar("_Meaning")


def _words(meanings: Mapping[_Meaning, str]) -> dict[str, _Meaning]:
    """Return word or phrase → meaning, from meaning → its words with commas between."""
    return {word: meaning for meaning, words in meanings.items() for word in words.split(", ")}


def _glyphs(meanings: Mapping[_Meaning, str]) -> dict[str, _Meaning]:
    """Return glyph → meaning, from meaning → its glyphs in a row."""
    return {glyph: meaning for meaning, glyphs in meanings.items() for glyph in glyphs}


FRAMINGS: Final[dict[str, str]] = _words(
    {
        "extreme wide": "extreme wide, extreme long, establishing, vista",
        "extreme close-up": "extreme close up, extreme close-up, ecu, macro",
        "wide": "wide, long shot, ws, panorama",
        "full": "full shot, full body, full length, full-body",
        "medium close-up": "medium close up, medium close-up, mcu",
        "medium": "medium, mid shot, waist up, cowboy shot, two shot",
        "close-up": "close up, close-up, closeup, cu, portrait of, insert, headshot",
    }
)

ANGLES: Final[dict[str, str]] = _words(
    {
        "low angle": "low angle, from below, worm's eye, worms eye",
        "high angle": "high angle, from above, looking down",
        "aerial": "aerial, bird's eye, birds eye, drone, top down, overhead, top-down",
        "dutch angle": "dutch, canted",
        "over the shoulder": "over the shoulder, over-the-shoulder, ots",
    }
)

MOVES: Final[dict[str, str]] = _words(
    {
        "push in": "push in, push-in, pushes in, pushing in, dolly in, moves closer, dolly forward, track in, slow push, dolly, push",
        "pull out": "pull back, pull out, pulls back, pulling back, dolly out, dolly back, pull-back",
        "zoom in": "zoom in, zooms in, crash zoom, zoom",
        "zoom out": "zoom out, zooms out",
        "pan left": "pan left, pans left",
        "pan right": "pan right, pans right, pan, pans, panning",
        "whip pan": "whip pan",
        "tilt up": "tilt up, tilts up, tilt",
        "tilt down": "tilt down, tilts down",
        "dolly left": "dolly left",
        "dolly right": "dolly right",
        "truck left": "truck left, slide left",
        "truck right": "truck right, slide right, truck",
        "track left": "track left, tracking left",
        "track right": "track right, tracking right, tracking, track, follow, follows",
        "crane up": "crane up, pedestal up, boom up, jib up, rising shot, crane",
        "crane down": "crane down, pedestal down, boom down",
        "orbit": "orbit, arc shot, circles around, orbits",
        "handheld": "handheld, hand-held, shaky",
        "static": "static, locked off, locked-off, tripod, fixed camera",
    }
)
"""Longer phrases are tried first. ``truck`` and ``track`` are moves only beside other words of the camera (see the story)."""

TIMES: Final[dict[str, str]] = _words(
    {
        "dawn": "dawn, sunrise, daybreak, morning",
        "dusk": "dusk, sunset, twilight, evening, golden hour, golden",
        "night": "night, midnight, moonlight, moonlit, nighttime, noir, starry",
        "day": "noon, midday, sunny, day",
    }
)

WEATHERS: Final[dict[str, str]] = _words(
    {
        "rain": "rain, raining, rainy, downpour, drizzle",
        "storm": "storm, stormy, thunderstorm, thunder, lightning, hurricane",
        "snow": "snowing, snowfall, snowstorm, blizzard, snow, snowy",
        "fog": "fog, foggy, mist, misty, haze, smoke",
        "wind": "wind, windy, breeze, gale",
        "cloud": "cloudy, clouds, overcast, rainbow",
    }
)

MOODS: Final[dict[str, str]] = _words(
    {
        "cold": "cold, icy, frozen, lonely, sad, melancholy, bleak, blue, calm, quiet, winter, ice",
        "warm": "warm, happy, joyful, cozy, cosy, romantic, summer, tender, nostalgic, autumn, sunlit",
        "dark": "dark, scary, horror, ominous, sinister, eerie, gothic, noir, tense, thriller, spooky, gloomy",
        "dream": "dreamy, magical, dream, surreal, fantasy, neon, cyberpunk",
        "green": "lush, spring, jungle",
    }
)

PLACES: Final[dict[str, str]] = _words(
    {
        "mountains": "mountain, peak, alps, summit, cliff, canyon, valley, ridge",
        "hills": "hill, meadow, field, countryside, pasture, plain, savanna, savannah, prairie, grass, park, farm, garden, stadium",
        "forest": "forest, wood, jungle, grove",
        "snowfield": "tundra, snow, glacier, arctic",
        "ice": "ice, frozen river, frozen lake",
        "river": "river, stream, creek, bridge",
        "lake": "lake, pond",
        "sea": "sea, ocean, wave",
        "underwater": "underwater, reef",
        "beach": "beach, shore, coast",
        "desert": "desert, dune, sand",
        "city": "city, town, downtown, skyline, metropolis, rooftop",
        "street": "street, alley, market",
        "village": "village, hamlet",
        "stars": "stars",
        "space": "planet, asteroid, space, galaxy",
        "lunar": "lunar, on the moon",
        "road": "road, highway, path, runway",
        "room": (
            "room, kitchen, bedroom, office, bar, cafe, café, restaurant, hall, corridor, hallway, interior, indoors, studio, "
            "library, apartment, living room, diner, classroom, hospital, attic, cellar, stage, train station, platform"
        ),
        "sky": "sky, cloud",
        "moon": "moon, full moon, crescent, moonlight",
    }
)

PEOPLE: Final[dict[str, tuple[str, str]]] = _words(
    {
        ("", ""): (
            "person, man, woman, somebody, someone, stranger, figure, traveler, traveller, hero, heroine, actor, actress, people, "
            "friend, lover, couple, pair, dancer, runner, driver, worker, farmer, teacher, doctor, nurse, scientist, hiker, tourist, "
            "he, she, they, him, her, them, guy, lady, gentleman, mother, father, mom, dad, brother, sister, wife, husband, boss, "
            "clerk, waiter, waitress, villager, passenger, crowd, audience, artist, painter, singer, pianist, writer, musician, "
            "photographer, director, thief, spy, assassin, bride, groom"
        ),
        ("child", ""): "child, boy, girl, kid, baby, toddler, son, daughter, schoolboy, schoolgirl",
        ("", "cane"): "grandmother, grandfather, grandma, grandpa, elder, hermit",
        ("🤖", ""): "robot, android, droid, cyborg",
        ("👽", ""): "alien, extraterrestrial, martian",
        ("🤡", ""): "clown, jester",
        ("crown", ""): "king, queen, prince, princess, emperor, empress, monarch",
        ("fedora", ""): "detective, investigator, inspector, gangster, mobster, journalist",
        ("cowboy", ""): "cowboy, cowgirl, sheriff, gunslinger, ranger",
        ("wizard", "staff"): "wizard, witch, mage, sorcerer, sorceress",
        ("tophat", ""): "magician",
        ("helmet", "sword"): "knight, warrior, samurai, viking, gladiator",
        ("cap", ""): "soldier, guard, officer, policeman, policewoman, cop, fireman, firefighter",
        ("bubble", ""): "astronaut, cosmonaut, spaceman, spacewoman, diver",
        ("chef", ""): "chef, cook, baker",
        ("hood", ""): "monk, nun, reaper, hooded, ninja",
        ("cap", "sword"): "pirate, captain, sailor",
    }
)
"""Word → what is on the head (a glyph is a whole head), what is in the hand."""

MODIFIERS: Final[dict[str, str]] = _words(
    {
        "cane": "old, elderly, aged",
    }
)
"""Word before a person → what is in the hand."""

HOLDING: Final = frozenset(
    _words(
        {
            "held": "carries, carrying, drinking, drinks, hold, holding, holds, playing, plays, raises, raising, reading, reads, "
            "wielding, wields, with"
        }
    )
)
"""Words before a small thing that is in the hand."""

ACTIONS: Final[dict[str, str]] = _words(
    {
        "run": (
            "run, runs, running, ran, sprint, sprints, sprinting, flee, flees, fleeing, chase, chases, chasing, race, races, racing, "
            "gallop, gallops, galloping, rushes, rushing, dash, dashes, escapes, escaping, jogging"
        ),
        "walk": (
            "walk, walks, walking, walked, cross, crosses, crossing, stroll, strolls, strolling, wander, wanders, wandering, "
            "approach, approaches, approaching, enter, enters, entering, leave, leaves, leaving, march, marches, marching, steps, "
            "trots, creeps, creeping, stalks"
        ),
        "glide": (
            "drive, drives, driving, ride, rides, riding, sail, sails, sailing, drifts, drifting, swim, swims, swimming, travels, "
            "rolls, passes"
        ),
        "fly": "fly, flies, flying, soar, soars, soaring, glide, glides, gliding, hover, hovers, hovering, float, floats, floating",
        "jump": "jump, jumps, jumping, leap, leaps, leaping, hop, hops, bounces",
        "sit": "sit, sits, sitting, seated, waits, kneels, rests",
        "dance": "dance, dances, dancing, celebrates, cheering, waving, waves",
        "fall": "fall, falls, falling, tumbles",
        "stand": (
            "stand, stands, standing, look, looks, looking, watch, watches, watching, stare, stares, staring, talk, talks, talking, "
            "waiting, points, pointing, fights, fighting, attacks, holds, holding, reads, reading, plays, playing, sings, singing, "
            "smiles, smiling, cries"
        ),
    }
)

RELATIONS: Final[dict[str, str]] = _words(
    {
        "above me": "under, beneath, below",
        "before me": "behind",
        "below me": "over, above, on, onto, atop",
        "behind me": "in front of, before, past, against, across",
        "ahead": "towards, toward, to, into, at",
        "right": "left of, on the right",
        "left": "right of, on the left",
        "beside": "beside, next to, near, by, with, and",
        "around": "among, between, through, around",
        "behind": "from",
        "far": "in the distance",
    }
)
"""Where the *next* thing stands, seen from the subject: ``a fox under a tree`` puts the tree above the fox."""

COUNTS: Final[dict[str, int]] = _words(
    {
        2: "two, couple, pair, twin, both, friends, dancers",
        3: "three, several, some, pack, people",
        4: "four, group, fleet",
        5: "five, many, crowd, flock, herd, swarm, army, six, seven, dozen, dozens, hundreds",
    }
)

IMPLIED: Final[dict[str, str]] = _glyphs(
    {
        "space": "🚀🛸🛰🪐☄",
        "sea": "⛵🚢🛳⛴🚤🏄🐋🐳🐬🦈🛟",
        "underwater": "🐟🐠🐙🦑🪸🧜",
        "lake": "🛶🚣🦢🦆🐊",
        "desert": "🐪🐫🌵🦂",
        "snowfield": "🐧🦭☃⛷🏂🛷",
        "hills": "🦁🐘🦒🦓🐎🐄🐑🐖🚜",
        "road": "🚗🏎🏍🚙🚚🚌",
        "street": "🚕🚓",
        "forest": "🐻🦌🦊🐺🦉🐿",
        "room": "🛋🛏🛌🛁🚪🪟🖥📺🕰",
    }
)
"""Where a thing is at home, if the prompt names no place."""

BODIES: Final[dict[str, str]] = _glyphs(
    {
        "fox": "🦊🦝",
        "wolf": "🐺",
        "bear": "🐻🐼",
        "lion": "🦁",
    }
)
"""Glyphs that are only a face, and the drawn body that stands in for them where the whole animal is seen."""

FACES: Final[dict[str, str]] = {"🐈": "🐱", "🐎": "🐴", "🐉": "🐲"}
"""The face of an animal, for a close-up."""

COLOURS: Final[dict[str, tuple[int, int, int]]] = {
    "red": (201, 82, 66), "orange": (222, 140, 74), "yellow": (230, 194, 92), "golden": (226, 184, 96), "green": (134, 168, 104),
    "blue": (112, 154, 194), "purple": (152, 124, 176), "pink": (224, 150, 160), "brown": (168, 128, 94), "black": (104, 104, 110),
    "white": (238, 238, 236), "grey": (168, 168, 170), "gray": (168, 168, 170), "silver": (186, 190, 196),
}  # fmt: skip

TINTS: Final[dict[str, tuple[int, int, int]]] = _glyphs(
    {
        (222, 142, 82): "🦊🐅🦁🍊🎃🔥🦀🦞🍂",
        (190, 150, 112): "🐎🐻🐕🦌🐂🐒🪵🏠🛖📦🧳🐿🦔🎻🎸🚪🪑",
        (150, 174, 122): "🌲🌳🌴🌵🐸🐊🐢🦎🐍🐉🦖🦕🌱",
        (208, 104, 88): "🚗🏎🚒🍎🌹🎈🚩🎁🏮🍓",
        (140, 170, 192): "🐋🐳🐬🦈🐟🌊💧🚙🚢⛵🛸🦭🐧🚤",
        (232, 200, 112): "☀⭐🌙🌕👑🏆💰🌻🔑💡🕯🐤🐝🚕",
    }
)
"""The natural colour of a thing, as a marker has it."""


@cache
def things() -> dict[str, str]:
    """Return word (or ``two-words``) → glyph of the glyph font."""
    table: dict[str, str] = json.loads((DATA / "words.json").read_text("utf-8"))
    return table
