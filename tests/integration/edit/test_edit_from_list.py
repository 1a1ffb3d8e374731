"""A film from an edit list alone is the film of the cut list that it was written from, for all that such a list can say."""

from __future__ import annotations

import numpy as np
import pytest

from genstudio.edit.edl import parse_edl, write_edl
from genstudio.edit.from_edl import cut_from_edl
from genstudio.edit.render import render_film
from genstudio.schema.cut import Transition
from genstudio.schema.render import RenderOptions


@pytest.fixture
def every_kind(film_project):
    """A film with all that an edit list can say: cuts, a dissolve, a wipe, fades, a gap, a speed."""
    for number in (1, 2, 3):
        film_project.take(number)
    cut = film_project.film(
        {"take": 1, "frames": 20, "kind": "fade_in", "fade": 6},
        {"take": 2, "first": 5, "frames": 40, "kind": "dissolve", "fade": 8},
        {"take": 3, "first": 3, "frames": 16, "kind": "wipe", "fade": 6},
        {"take": 1, "first": 2, "frames": 10, "played": 20, "gap": 4},
        {"take": 2, "first": 7, "frames": 18, "kind": "fade_out", "fade": 9},
    )
    wipe = cut.events[2].model_copy(update={"transition": Transition(kind="wipe", frames=6, wipe=119)})
    return cut.model_copy(update={"events": (*cut.events[:2], wipe, *cut.events[3:])})


def from_list(project, cut):
    edl = parse_edl(write_edl(cut), cut.fps)
    read = cut_from_edl(edl, project.made.values(), width=cut.width, height=cut.height)
    assert read.problems == ()
    return read.cut


def test_a_list_alone_gives_the_same_pictures_as_the_cut_it_was_written_from(film_project, every_kind):
    listed = render_film(film_project.root, from_list(film_project, every_kind), RenderOptions(mode="moviepy", edl="film.edl"))
    drawn = render_film(film_project.root, every_kind, RenderOptions(mode="moviepy"))
    assert listed.pictures_sha256 == drawn.pictures_sha256
    assert (listed.frames, listed.drawn, listed.copied) == (108, 108, 0)
    smart = render_film(film_project.root, every_kind)
    pairs = zip(film_project.pictures(listed), film_project.pictures(smart), strict=True)
    assert min(10 * np.log10(255**2 / max(np.mean((a.astype(float) - b) ** 2), 1e-9)) for a, b in pairs) > 34
    assert smart.copied > 0


def test_a_film_from_a_list_names_it_and_writes_no_other(film_project):
    film_project.take(1)
    cut = film_project.film({"take": 1, "frames": 6})
    report = render_film(
        film_project.root, from_list(film_project, cut), RenderOptions(mode="moviepy", edl="04_Project_Files/EDLs/mine.edl")
    )
    assert report.edl == "04_Project_Files/EDLs/mine.edl"
    assert not list((film_project.root / "04_Project_Files").rglob("*.edl"))
