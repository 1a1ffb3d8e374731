"""Places, back to front: what stands behind and below the subject."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from genstudio_animatic import built, land, water
from genstudio_animatic.ground import Set, sheets
from genstudio_animatic.ink import Layer
from genstudio_animatic.setup import Setup
from genstudio_animatic.sky import draw_sky, shade_sky

__all__ = ["draw_scenery"]


def draw_scenery(setup: Setup, *, blank: bool) -> list[Layer]:
    """Draw the place of a story as three layers, far to near; ``blank`` leaves it at paper."""
    stage = sheets(setup.ground, setup.pen, setup.rng)
    shade_sky(stage.far, setup.ground, setup.sky_tones)
    if blank:
        return [stage.far.layer(0.15)]
    if "room" in setup.story.places:
        built.room(stage)
    else:
        draw_sky(stage, setup.story)
        for place in [place for place in _DRAW if place in setup.story.places] or ["plain"]:
            _DRAW[place](stage)
    return [stage.far.layer(0.15), stage.mid.layer(0.45), stage.near.layer(0.85)]


def _sky_only(stage: Set) -> None:
    """High above: there is no ground to draw."""
    del stage


_DRAW: Final[dict[str, Callable[[Set], None]]] = {
    "stars": land.plain,
    "moon": land.plain,
    "plain": land.plain,
    "space": land.space,
    "lunar": land.lunar,
    "mountains": land.mountains,
    "hills": land.hills,
    "forest": land.forest,
    "city": built.city,
    "village": built.village,
    "street": built.street,
    "desert": land.desert,
    "snowfield": land.snowfield,
    "sea": water.sea,
    "beach": water.beach,
    "underwater": water.underwater,
    "lake": water.lake,
    "river": water.river,
    "ice": water.ice,
    "road": built.road,
    "sky": _sky_only,
}
"""Back to front: what is drawn later covers the ground of what was drawn before."""
