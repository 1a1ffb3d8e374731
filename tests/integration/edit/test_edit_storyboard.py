"""A storyboard shows the picture, the place and the words of every event."""

from __future__ import annotations

import numpy as np
from PIL import Image

from genstudio.edit import storyboard as module
from genstudio.edit.storyboard import storyboard
from genstudio.schema.rates import parse_rate


def test_each_event_is_a_picture_of_its_middle_with_its_place_and_its_words(film_project, tmp_path):
    film_project.take(1)
    film_project.take(2, fps="12", frames=30)
    cut = film_project.film(
        {"take": 1, "first": 20, "frames": 21, "titles": [("The  Fox", 0, 9)]},
        {"take": 2, "first": 8, "frames": 40, "kind": "dissolve", "fade": 8, "gap": 3},
    )
    seen = [film_project.decoded(np.asarray(module._picture(film_project.root, event, parse_rate("24")))) for event in cut.events]
    assert seen == [(1, 30), (2, 14)]
    start = 24 * 3600
    assert module._lines(cut.events[0], start, parse_rate("24")) == (
        "1  SHOT-010_v01_take01",
        "01:00:00:00  21 frames (0.9 s)",
        '"The Fox"',
    )
    assert module._lines(cut.events[1], start, parse_rate("24"))[1] == "01:00:01:00  40 frames (1.7 s), dissolve 8"
    film_project.path(2).unlink()
    pdf = storyboard(film_project.root, cut, tmp_path / "board.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    with Image.open(storyboard(film_project.root, cut, tmp_path / "board.png")) as sheet:
        cell = np.asarray(sheet)[60:240, 16:336]
        assert (cell[100:160, 20:300].mean(axis=(0, 1)) - film_project.coded(1, 0)[150, 100] < 12).all()
