"""A film whose work was divided is the film that one worker makes."""

from __future__ import annotations

import pytest

from genstudio.edit.render import render_film
from genstudio.edit.share import prepare_share
from genstudio.edit.tools import RenderCancelledError
from genstudio.schema.render import FilmShare, RenderOptions


def _files(root):
    return {path.name: path.stat().st_mtime_ns for path in (root / "05_Cache").rglob("*") if path.is_file()}


def _film(project):
    for number in (1, 2, 3):
        project.take(number, sound=100 * number)
    return project.film(
        {"take": 1, "first": 0, "frames": 40, "kind": "fade_in", "fade": 6},
        {"take": 2, "first": 5, "frames": 30, "kind": "dissolve", "fade": 10, "titles": [("The Fox", 14, 8)]},
        {"take": 3, "first": 0, "frames": 36, "gap": 5},
    )


def test_after_its_shares_a_film_is_only_put_together_and_is_the_same(film_project):
    cut, options, told = _film(film_project), RenderOptions(), []
    for number in (2, 1):
        prepare_share(film_project.root, cut, options, FilmShare(number=number, of=2), progress=lambda *word: told.append(word))
    assert told[-1] == (100.0, "done")
    made = _files(film_project.root)
    shared = render_film(film_project.root, cut)
    black = set(_files(film_project.root)) - set(made)
    assert len(black) == 1  # the gap belongs to no event
    assert {name: time for name, time in _files(film_project.root).items() if name in made} == made
    for path in film_project.root.glob("05_Cache/*/*"):
        path.unlink()
    alone = render_film(film_project.root, cut)
    assert (shared.pictures_sha256, shared.frames, shared.copied, shared.audio) == (alone.pictures_sha256, 111, alone.copied, True)
    expected = [(3, n) for n in range(36)]
    assert film_project.seen(shared)[-36:] == expected


def test_a_share_that_is_cancelled_leaves_nothing_half_made(film_project):
    cut = _film(film_project)
    with pytest.raises(RenderCancelledError):
        prepare_share(film_project.root, cut, RenderOptions(), FilmShare(number=1, of=1), cancelled=lambda: True)
    assert [path for path in (film_project.root / "05_Cache").rglob("*") if path.is_file()] == []


def test_another_title_leaves_the_sound_as_it_was_mixed_and_another_level_does_not(film_project):
    cut = _film(film_project)
    first = render_film(film_project.root, cut)
    (sound,) = (path for path in (film_project.root / "05_Cache/pieces").glob("*.sound.mp4"))
    mixed = sound.stat().st_mtime_ns
    event = cut.events[1].model_copy(update={"titles": ()})
    untitled = cut.model_copy(update={"events": (cut.events[0], event, cut.events[2])})
    second = render_film(film_project.root, untitled)
    assert sound.stat().st_mtime_ns == mixed
    assert (film_project.sound(first) == film_project.sound(second)).all()
    third = render_film(film_project.root, untitled.model_copy(update={"loudness": -30}))
    assert abs(film_project.sound(third)).max() < abs(film_project.sound(first)).max()
    sound.write_bytes(b"damaged")
    fourth = render_film(film_project.root, cut)
    assert (film_project.sound(fourth) == film_project.sound(first)).all()
