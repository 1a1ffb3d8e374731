"""Blocking: where the people and things of a panel stand, how large, and which way they look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from genstudio_animatic.setup import Setup
from genstudio_animatic.story import Thing

__all__ = ["Spot", "facing", "height_of", "in_air", "is_flock", "spot_of"]

_LARGE: Final = frozenset("🏠🏡🏢🏥🏦🏨🏫🏭🏯🏰🏛⛪🕌🛕⛩💒🗼🗽🏟🎡🎢🎪🌋🌉🚢🛳⛴🚀🌳🌲🌴🐋🐳🐉🦖🦕🐘🦣🦒🗿🚂🚄")
_SMALL: Final = frozenset(
    "🐁🐀🐇🐿🦔🐓🐔🐤🐦🕊🦆🐸🦎🐌🦋🐛🐜🐝🪲🐞🕷🦂🦀🐟🐚🌸🌹🌻🌼🌷🌱🍀🍁🍂🍄🍎🍊🍋🍌🍓🍇🥕🍞🧀🍔🍕🥚🍲🍰🎂🍩🍦🍷🍺☕🍵⌛⌚⏰🎁⚽🏀🎲♟👓🕶👑👒🎩"
    "💎💍🔔📱☎📷🔍🕯💡🔦🏮📖📚📜📰🪙💰✉📦✏🖋🔒🔑🗝🔨🗡💣💉💊☂🔫🔮🪄🧸🐾🧪💻📻🎻🎺🎷🏺👟👠📯🎤🔪🚬🎭💼🧳👜🎒🪃🏹🛡🔥❄💧🪦🚩🧭🗺"
)
_AIRBORNE: Final = frozenset("🦅🕊🦇🦋🐝✈🛩🚁🛰🚀🛸🎈🪂🪁⭐🌠☄⚡🌈🌙🌕☀☁🪐🎆🐦🦉")
_BIRDS: Final = frozenset("🐦🕊🦅🦇🦢🦆")
_AFLOAT: Final = frozenset({"space", "underwater"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the picture: ``x`` and the line to stand on, ``y``, in pixels; ``scale`` of the usual size."""

    x: float
    y: float
    scale: float = 1.0


def in_air(setup: Setup, thing: Thing) -> bool:
    """Tell whether a thing flies or floats."""
    if "underwater" in setup.story.places or ("space" in setup.story.places and not thing.person):
        return True
    return thing.glyph in _AIRBORNE or (setup.story.action == "fly" and not thing.person)


def is_flock(setup: Setup, thing: Thing) -> bool:
    """Tell whether birds are so many that they are drawn as a flock far off."""
    return thing.glyph in _BIRDS and (thing.count >= 5 or (thing.count >= 3 and setup.story.action == "fly"))


def facing(setup: Setup, order: int, copy: int) -> int:
    """Return which way a thing looks: the subject as it heads, others towards it, pairs towards one another."""
    return setup.heading if (order + copy) % 2 == 0 else -setup.heading


def height_of(setup: Setup, thing: Thing, order: int) -> float:
    """Return the height of a thing in pixels, the subject larger than its true size beside others."""
    standing = setup.framing.person * setup.ground.height
    if thing.person:
        return standing
    large, small = thing.glyph in _LARGE, thing.glyph in _SMALL
    if setup.framing.person > 1.1:
        near = setup.ground.height * min(1.5, 0.42 + 0.19 * setup.framing.person)
        return near * (0.62 if order else 1.0) * (1.15 if large else 1.0)
    if order == 0:
        return standing * (1.25 if large else 0.72 if small else 0.9)
    return standing * (1.65 if large else 0.42 if small else 0.78)


def spot_of(setup: Setup, thing: Thing, order: int, copy: int, *, alone: bool) -> Spot:
    """Return where one copy of a thing stands; ``order`` 0 is the subject, ``alone`` if there is nothing else in the picture."""
    centre = _centre(setup, alone=alone)
    spot = Spot(centre, setup.ground.floor)
    if in_air(setup, thing) and not setup.close:
        spot = Spot(centre, _altitude(setup, thing, order))
    if order and thing.relation == "held" and (thing.glyph in _SMALL or thing.glyph in _AIRBORNE):
        spot = _in_hand(setup, thing, centre)
    elif order:
        spot = _beside(setup, thing, order, centre, spot)
    if copy:
        spot = _copied(setup, spot, copy, height_of(setup, thing, order))
    return Spot(spot.x * setup.ground.width, spot.y, spot.scale)


def _centre(setup: Setup, *, alone: bool) -> float:
    """Return where the subject stands across the picture (0-1): with room to look into."""
    chance = float(setup.rng.uniform(-0.05, 0.05))
    if setup.story.angle == "over the shoulder":
        return 0.5 + 0.12 * setup.heading
    if setup.close:
        return 0.5 - 0.05 * setup.heading
    return 0.5 + chance * 0.8 if alone and not setup.story.places else 0.5 - 0.1 * setup.heading + chance


def _altitude(setup: Setup, thing: Thing, order: int) -> float:
    high = setup.ground.height
    low = 0.78 * high if _AFLOAT & set(setup.story.places) else setup.ground.horizon * 0.95
    return min(0.9 * high, max(low * (0.8 if order else 1.0), height_of(setup, thing, order) + 0.08 * high))


def _in_hand(setup: Setup, thing: Thing, centre: float) -> Spot:
    """Return where a thing is held: before the body, or above the hand if it floats."""
    standing = setup.framing.person * setup.ground.height
    if thing.glyph in _AIRBORNE:
        return Spot(centre + 0.13 * setup.heading * standing / setup.ground.height, setup.ground.floor - standing * 0.55, 0.8)
    return Spot(centre + 0.1 * setup.heading * standing / setup.ground.height, setup.ground.floor - standing * 0.42, 0.55)


def _beside(setup: Setup, thing: Thing, order: int, centre: float, own: Spot) -> Spot:
    """Return where a further thing stands, by the word that placed it."""
    ground, heading = setup.ground, setup.heading
    depth = min(ground.floor, ground.height) - ground.horizon
    side = -1 if order % 2 else 1
    spots = {
        "above me": Spot(centre - 0.05 * heading, ground.horizon + depth * 0.6),
        "before me": Spot(centre + 0.03, min(ground.floor, ground.height * 0.98) + depth * 0.08, 0.9),
        "below me": Spot(centre, ground.floor + 0.02 * ground.height),
        "behind me": Spot(centre + 0.12 * heading, ground.horizon + depth * 0.42, 1.1),
        "ahead": Spot(0.5 + 0.3 * heading, ground.horizon + depth * 0.5, 0.95),
        "behind": Spot(0.5 - 0.34 * heading, ground.horizon + depth * 0.45, 0.9),
        "far": Spot(0.5 + 0.27 * heading, ground.horizon + depth * 0.08, 0.4),
        "left": Spot(0.2, ground.floor, 0.95),
        "right": Spot(0.8, ground.floor, 0.95),
        "around": Spot(centre + 0.27 * side, ground.horizon + depth * 0.55, 0.95),
    }
    reach = (0.16 if setup.story.framing == "extreme wide" else 0.3) * heading * (1 if order == 1 else -1)
    spot = spots.get(thing.relation, Spot(centre + reach, ground.floor - depth * 0.12 * (order - 1), 0.95))
    y = own.y if in_air(setup, thing) and not setup.close else spot.y
    return Spot(spot.x + float(setup.rng.uniform(-0.03, 0.03)), y, spot.scale)


def _copied(setup: Setup, spot: Spot, copy: int, height: float) -> Spot:
    """Return the place of a further copy: to either side by turns, as far as its size asks for, a little back and smaller."""
    usual = 0.21 if setup.story.framing == "full" else 0.145
    apart = min(max(usual, 0.25 * height / setup.ground.width), 0.3) * ((copy + 1) // 2) * (1 if copy % 2 else -1)
    back = 0.035 * setup.ground.height * copy if setup.ground.floor <= setup.ground.height else 0.0
    return Spot(spot.x + apart, spot.y - back, spot.scale * 0.96**copy)
