"""The words that a panel understands: framing, camera, light, weather, places, people, actions, and things with a picture."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

__all__ = [
    "ACTIONS", "ANGLES", "BODIES", "COLOURS", "COUNTS", "FACES", "FRAMINGS", "HOLDING", "IMPLIED", "MODIFIERS", "MOODS", "MOVES", "PEOPLE", "PLACES", "RELATIONS", "TIMES",
    "TINTS", "WEATHERS", "things",
]  # fmt: skip

DATA: Final = Path(__file__).parent / "data"

FRAMINGS: Final[dict[str, str]] = {
    "extreme wide": "extreme wide", "extreme long": "extreme wide", "establishing": "extreme wide", "vista": "extreme wide",
    "extreme close up": "extreme close-up", "extreme close-up": "extreme close-up", "ecu": "extreme close-up", "macro": "extreme close-up",
    "wide": "wide", "long shot": "wide", "ws": "wide", "panorama": "wide",
    "full shot": "full", "full body": "full", "full length": "full", "full-body": "full",
    "medium close up": "medium close-up", "medium close-up": "medium close-up", "mcu": "medium close-up",
    "medium": "medium", "mid shot": "medium", "waist up": "medium", "cowboy shot": "medium", "two shot": "medium",
    "close up": "close-up", "close-up": "close-up", "closeup": "close-up", "cu": "close-up", "portrait of": "close-up",
    "insert": "close-up", "headshot": "close-up",
}  # fmt: skip
ANGLES: Final[dict[str, str]] = {
    "low angle": "low angle", "from below": "low angle", "worm's eye": "low angle", "worms eye": "low angle",
    "high angle": "high angle", "from above": "high angle", "looking down": "high angle",
    "aerial": "aerial", "bird's eye": "aerial", "birds eye": "aerial", "drone": "aerial", "top down": "aerial", "overhead": "aerial",
    "top-down": "aerial", "dutch": "dutch angle", "canted": "dutch angle",
    "over the shoulder": "over the shoulder", "over-the-shoulder": "over the shoulder", "ots": "over the shoulder",
}  # fmt: skip
MOVES: Final[dict[str, str]] = {
    "push in": "push in", "push-in": "push in", "pushes in": "push in", "pushing in": "push in", "dolly in": "push in",
    "moves closer": "push in", "dolly forward": "push in", "track in": "push in", "slow push": "push in",
    "pull back": "pull out", "pull out": "pull out", "pulls back": "pull out", "pulling back": "pull out", "dolly out": "pull out",
    "dolly back": "pull out", "pull-back": "pull out",
    "zoom in": "zoom in", "zooms in": "zoom in", "crash zoom": "zoom in", "zoom out": "zoom out", "zooms out": "zoom out",
    "pan left": "pan left", "pans left": "pan left", "pan right": "pan right", "pans right": "pan right", "whip pan": "whip pan",
    "tilt up": "tilt up", "tilts up": "tilt up", "tilt down": "tilt down", "tilts down": "tilt down",
    "dolly left": "dolly left", "dolly right": "dolly right", "truck left": "truck left", "truck right": "truck right",
    "track left": "track left", "track right": "track right", "tracking left": "track left", "tracking right": "track right",
    "slide left": "truck left", "slide right": "truck right",
    "crane up": "crane up", "crane down": "crane down", "pedestal up": "crane up", "pedestal down": "crane down", "boom up": "crane up",
    "boom down": "crane down", "jib up": "crane up", "rising shot": "crane up",
    "crane": "crane up", "orbit": "orbit", "arc shot": "orbit", "circles around": "orbit", "orbits": "orbit",
    "tracking": "track right", "track": "track right", "truck": "truck right", "dolly": "push in", "push": "push in",
    "pan": "pan right", "pans": "pan right", "panning": "pan right", "tilt": "tilt up", "zoom": "zoom in", "follow": "track right",
    "follows": "track right", "handheld": "handheld", "hand-held": "handheld", "shaky": "handheld",
    "static": "static", "locked off": "static", "locked-off": "static", "tripod": "static", "fixed camera": "static",
}  # fmt: skip
"""Longer phrases are tried first. ``truck`` and ``track`` are moves only beside other words of the camera (see the story)."""

TIMES: Final[dict[str, str]] = {
    "dawn": "dawn", "sunrise": "dawn", "daybreak": "dawn", "morning": "dawn", "dusk": "dusk", "sunset": "dusk", "twilight": "dusk",
    "evening": "dusk", "golden hour": "dusk", "golden": "dusk", "night": "night", "midnight": "night", "moonlight": "night",
    "moonlit": "night", "nighttime": "night", "noir": "night", "starry": "night", "noon": "day", "midday": "day", "sunny": "day", "day": "day",
}  # fmt: skip
WEATHERS: Final[dict[str, str]] = {
    "rain": "rain", "raining": "rain", "rainy": "rain", "downpour": "rain", "drizzle": "rain", "storm": "storm", "stormy": "storm",
    "thunderstorm": "storm", "thunder": "storm", "lightning": "storm", "hurricane": "storm", "snowing": "snow", "snowfall": "snow",
    "snowstorm": "snow", "blizzard": "snow", "snow": "snow", "snowy": "snow", "fog": "fog", "foggy": "fog", "mist": "fog", "misty": "fog",
    "haze": "fog", "smoke": "fog", "wind": "wind", "windy": "wind", "breeze": "wind", "gale": "wind", "cloudy": "cloud", "clouds": "cloud",
    "overcast": "cloud", "rainbow": "cloud",
}  # fmt: skip
MOODS: Final[dict[str, str]] = {
    "cold": "cold", "icy": "cold", "frozen": "cold", "lonely": "cold", "sad": "cold", "melancholy": "cold", "bleak": "cold", "blue": "cold",
    "calm": "cold", "quiet": "cold", "winter": "cold", "ice": "cold",
    "warm": "warm", "happy": "warm", "joyful": "warm", "cozy": "warm", "cosy": "warm", "romantic": "warm", "summer": "warm", "tender": "warm",
    "nostalgic": "warm", "autumn": "warm", "sunlit": "warm",
    "dark": "dark", "scary": "dark", "horror": "dark", "ominous": "dark", "sinister": "dark", "eerie": "dark", "gothic": "dark",
    "noir": "dark", "tense": "dark", "thriller": "dark", "spooky": "dark", "gloomy": "dark",
    "dreamy": "dream", "magical": "dream", "dream": "dream", "surreal": "dream", "fantasy": "dream", "neon": "dream", "cyberpunk": "dream",
    "lush": "green", "spring": "green", "jungle": "green",
}  # fmt: skip
PLACES: Final[dict[str, str]] = {
    "mountain": "mountains", "peak": "mountains", "alps": "mountains", "summit": "mountains", "cliff": "mountains", "canyon": "mountains",
    "valley": "mountains", "ridge": "mountains", "hill": "hills", "meadow": "hills", "field": "hills", "countryside": "hills",
    "pasture": "hills", "plain": "hills", "savanna": "hills", "savannah": "hills", "prairie": "hills", "grass": "hills", "park": "hills",
    "farm": "hills", "garden": "hills", "forest": "forest", "wood": "forest", "jungle": "forest", "grove": "forest", "tundra": "snowfield",
    "snow": "snowfield", "glacier": "snowfield", "arctic": "snowfield", "ice": "ice", "river": "river", "stream": "river", "creek": "river",
    "lake": "lake", "pond": "lake", "sea": "sea", "ocean": "sea", "wave": "sea", "underwater": "underwater", "reef": "underwater",
    "beach": "beach", "shore": "beach", "coast": "beach", "desert": "desert", "dune": "desert", "sand": "desert", "city": "city",
    "town": "city", "street": "street", "alley": "street", "downtown": "city", "skyline": "city", "metropolis": "city", "rooftop": "city",
    "village": "village", "hamlet": "village", "stars": "stars", "planet": "space", "asteroid": "space", "lunar": "lunar", "on the moon": "lunar", "road": "road", "highway": "road", "path": "road", "bridge": "river", "space": "space", "galaxy": "space",
    "room": "room", "kitchen": "room", "bedroom": "room", "office": "room", "bar": "room", "cafe": "room", "café": "room",
    "restaurant": "room", "hall": "room", "corridor": "room", "hallway": "room", "interior": "room", "indoors": "room", "studio": "room",
    "library": "room", "apartment": "room", "living room": "room", "diner": "room", "classroom": "room", "hospital": "room", "attic": "room",
    "cellar": "room", "stage": "room", "sky": "sky", "cloud": "sky", "moon": "moon", "full moon": "moon", "crescent": "moon", "moonlight": "moon", "frozen river": "ice", "frozen lake": "ice",
    "market": "street", "stadium": "hills", "runway": "road", "train station": "room", "platform": "room",
}  # fmt: skip
PEOPLE: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(
        "person man woman somebody someone stranger figure traveler traveller hero heroine actor actress people friend lover couple pair "
        "dancer runner driver worker farmer teacher doctor nurse scientist hiker tourist he she they him her them guy lady gentleman "
        "mother father mom dad brother sister wife husband boss clerk waiter waitress villager passenger crowd audience artist painter "
        "singer pianist writer musician photographer director thief spy assassin bride groom".split(),
        ("", ""),
    ),
    **dict.fromkeys("child boy girl kid baby toddler son daughter schoolboy schoolgirl".split(), ("child", "")),
    **dict.fromkeys("grandmother grandfather grandma grandpa elder hermit".split(), ("", "cane")),
    **dict.fromkeys("robot android droid cyborg".split(), ("🤖", "")),
    **dict.fromkeys("alien extraterrestrial martian".split(), ("👽", "")),
    **dict.fromkeys("clown jester".split(), ("🤡", "")),
    **dict.fromkeys("king queen prince princess emperor empress monarch".split(), ("crown", "")),
    **dict.fromkeys("detective investigator inspector gangster mobster journalist".split(), ("fedora", "")),
    **dict.fromkeys("cowboy cowgirl sheriff gunslinger ranger".split(), ("cowboy", "")),
    **dict.fromkeys("wizard witch mage sorcerer sorceress".split(), ("wizard", "staff")),
    **dict.fromkeys("magician".split(), ("tophat", "")),
    **dict.fromkeys("knight warrior samurai viking gladiator".split(), ("helmet", "sword")),
    **dict.fromkeys("soldier guard officer policeman policewoman cop fireman firefighter".split(), ("cap", "")),
    **dict.fromkeys("astronaut cosmonaut spaceman spacewoman diver".split(), ("bubble", "")),
    **dict.fromkeys("chef cook baker".split(), ("chef", "")),
    **dict.fromkeys("monk nun reaper hooded ninja".split(), ("hood", "")),
    **dict.fromkeys("pirate captain sailor".split(), ("cap", "sword")),
}
"""Word → what is on the head, what is in the hand."""

ACTIONS: Final[dict[str, str]] = {
    **dict.fromkeys("run runs running ran sprint sprints sprinting flee flees fleeing chase chases chasing race races racing gallop gallops".split(), "run"),
    **dict.fromkeys("galloping rushes rushing dash dashes escapes escaping jogging".split(), "run"),
    **dict.fromkeys("walk walks walking walked cross crosses crossing stroll strolls strolling wander wanders wandering approach approaches".split(), "walk"),
    **dict.fromkeys("approaching enter enters entering leave leaves leaving march marches marching steps trots creeps creeping stalks".split(), "walk"),
    **dict.fromkeys("drive drives driving ride rides riding sail sails sailing drifts drifting swim swims swimming travels rolls passes".split(), "glide"),
    **dict.fromkeys("fly flies flying soar soars soaring glide glides gliding hover hovers hovering float floats floating".split(), "fly"),
    **dict.fromkeys("jump jumps jumping leap leaps leaping hop hops bounces".split(), "jump"),
    **dict.fromkeys("sit sits sitting seated waits kneels rests".split(), "sit"),
    **dict.fromkeys("dance dances dancing celebrates cheering waving waves".split(), "dance"),
    **dict.fromkeys("fall falls falling tumbles".split(), "fall"),
    **dict.fromkeys("stand stands standing look looks looking watch watches watching stare stares staring talk talks talking waiting".split(), "stand"),
    **dict.fromkeys("points pointing fights fighting attacks holds holding reads reading plays playing sings singing smiles smiling cries".split(), "stand"),
}
RELATIONS: Final[dict[str, str]] = {
    "under": "above me", "beneath": "above me", "below": "above me", "behind": "before me", "over": "below me", "above": "below me",
    "on": "below me", "onto": "below me", "atop": "below me", "in front of": "behind me", "before": "behind me", "past": "behind me",
    "towards": "ahead", "toward": "ahead", "to": "ahead", "into": "ahead", "at": "ahead", "left of": "right", "right of": "left",
    "beside": "beside", "next to": "beside", "near": "beside", "by": "beside", "with": "beside", "and": "beside", "against": "behind me",
    "among": "around", "between": "around", "through": "around", "across": "behind me", "from": "behind", "around": "around",
    "in the distance": "far", "on the left": "left", "on the right": "right",
}  # fmt: skip
"""Where the *next* thing stands, seen from the subject: ``a fox under a tree`` puts the tree above the fox."""

MODIFIERS: Final[dict[str, str]] = {"old": "cane", "elderly": "cane", "aged": "cane"}
"""Word before a person → what is in the hand."""

HOLDING: Final = frozenset("holds holding hold reads reading carries carrying plays playing wields wielding raises raising drinks drinking with".split())
"""Words before a small thing that is in the hand."""

IMPLIED: Final[dict[str, str]] = {
    **dict.fromkeys("🚀🛸🛰🪐☄", "space"), **dict.fromkeys("⛵🚢🛳⛴🚤🏄🐋🐳🐬🦈🛟", "sea"), **dict.fromkeys("🐟🐠🐙🦑🪸🧜", "underwater"),
    **dict.fromkeys("🛶🚣🦢🦆🐊", "lake"), **dict.fromkeys("🐪🐫🌵🦂", "desert"), **dict.fromkeys("🐧🦭☃⛷🏂🛷", "snowfield"),
    **dict.fromkeys("🦁🐘🦒🦓🐎🐄🐑🐖🚜", "hills"), **dict.fromkeys("🚗🏎🏍🚙🚚🚌", "road"), **dict.fromkeys("🚕🚓", "street"),
    **dict.fromkeys("🐻🦌🦊🐺🦉🐿", "forest"), **dict.fromkeys("🛋🛏🛌🛁🚪🪟🖥📺🕰", "room"),
}  # fmt: skip
"""Where a thing is at home, if the prompt names no place."""

COUNTS: Final[dict[str, int]] = {
    "two": 2, "couple": 2, "pair": 2, "twin": 2, "both": 2, "three": 3, "several": 3, "four": 4, "some": 3, "five": 5, "many": 5, "crowd": 5,
    "flock": 5, "herd": 5, "pack": 3, "group": 4, "swarm": 5, "army": 5, "six": 5, "seven": 5, "dozen": 5, "dozens": 5, "hundreds": 5, "people": 3,
    "friends": 2, "dancers": 2, "fleet": 4,
}  # fmt: skip

BODIES: Final[dict[str, str]] = {"🦊": "fox", "🐺": "wolf", "🐻": "bear", "🦁": "lion", "🐼": "bear", "🦝": "fox"}
"""Glyphs that are only a face, and the drawn body that stands in for them where the whole animal is seen."""

FACES: Final[dict[str, str]] = {"🐈": "🐱", "🐎": "🐴", "🐉": "🐲"}
"""The face of an animal, for a close-up."""

COLOURS: Final[dict[str, tuple[int, int, int]]] = {
    "red": (201, 82, 66), "orange": (222, 140, 74), "yellow": (230, 194, 92), "golden": (226, 184, 96), "green": (134, 168, 104),
    "blue": (112, 154, 194), "purple": (152, 124, 176), "pink": (224, 150, 160), "brown": (168, 128, 94), "black": (104, 104, 110),
    "white": (238, 238, 236), "grey": (168, 168, 170), "gray": (168, 168, 170), "silver": (186, 190, 196),
}  # fmt: skip
TINTS: Final[dict[str, tuple[int, int, int]]] = {
    **dict.fromkeys("🦊🐅🦁🍊🎃🔥🦀🦞🍂", (222, 142, 82)),
    **dict.fromkeys("🐎🐻🐕🦌🐂🐒🪵🏠🛖📦🧳🐿🦔🎻🎸🚪🪑", (190, 150, 112)),
    **dict.fromkeys("🌲🌳🌴🌵🐸🐊🐢🦎🐍🐉🦖🦕🌱", (150, 174, 122)),
    **dict.fromkeys("🚗🏎🚒🍎🌹🎈🚩🎁🏮🍓", (208, 104, 88)),
    **dict.fromkeys("🐋🐳🐬🦈🐟🌊💧🚙🚢⛵🛸🦭🐧🚤", (140, 170, 192)),
    **dict.fromkeys("☀⭐🌙🌕👑🏆💰🌻🔑💡🕯🐤🐝🚕", (232, 200, 112)),
}


@cache
def things() -> dict[str, str]:
    """Return word (or ``two-words``) → glyph of the glyph font."""
    table: dict[str, str] = json.loads((DATA / "words.json").read_text("utf-8"))
    return table
