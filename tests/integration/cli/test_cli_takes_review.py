"""What people think of takes, said from the command line: the same edits of the canvas as in the studio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Genstudio = Callable[..., Any]

FIRST, SECOND = "SHOT-010_v01_take01", "SHOT-010_v01_take02"


@pytest.fixture
def film(genstudio: Genstudio, tmp_path: Path) -> Genstudio:
    """A project ``Film`` whose SHOT_010 has two takes."""
    from genstudio import Workspace

    genstudio("new", "Film")
    shot = Workspace().project("Film").canvas().add_shot("SHOT_010", prompt="a fox")
    for colour in ("red", "blue"):
        Image.new("RGB", (64, 36), colour).save(tmp_path / f"{colour}.png")
        shot.adopt(tmp_path / f"{colour}.png")
    return genstudio


def test_a_take_is_rated_approved_and_rejected_and_each_is_taken_back(film: Genstudio) -> None:
    rated = film("takes", "rate", FIRST, "4", "Film")
    assert (rated.status, rated.out) == (0, f"{FIRST}: ****\n")
    assert film("takes", "approve", FIRST, "Film", "--json").document["review"]["approval"] == "approved"
    assert film("takes", "reject", FIRST, "Film", "--undo").out == f"{FIRST}: approved\n"
    assert film("takes", "approve", FIRST, "Film", "--undo").out == f"{FIRST}: undecided\n"
    assert film("takes", "reject", SECOND, "Film", "--json").document["active"] is False
    assert film("takes", "reject", SECOND, "--undo", "Film", "--json").document["active"] is True
    assert film("takes", "rate", FIRST, "0", "Film", "--json").document["review"] == {"rating": 0, "approval": None, "notes": []}


def test_a_note_is_made_resolved_and_opened_again(film: Genstudio) -> None:
    made = film("takes", "note", FIRST, "warmer, please", "--frame", "0", "Film", "--json").document
    assert [(note["id"], note["text"], note["frame"]) for note in made["review"]["notes"]] == [(made["note"], "warmer, please", 0)]
    assert f"warmer, please [{made['note']}]" in film("takes", "show", FIRST, "Film").out
    resolved = film("takes", "resolve", FIRST, made["note"], "Film", "--json").document
    assert resolved["review"]["notes"][0]["resolved"] is True
    assert "is open again" in film("takes", "resolve", FIRST, made["note"], "Film", "--undo").out


def test_an_older_take_is_chosen_for_the_film_by_one_edit_of_the_canvas(film: Genstudio) -> None:
    from genstudio import Workspace

    canvas = Workspace().project("Film").canvas()
    before = canvas.version
    assert film("takes", "use", f"SCENE_01/{FIRST}", "Film").out == f"{FIRST} stands for SCENE_01/SHOT_010 now.\n"
    active = canvas.shots[0].active_take
    assert active is not None
    assert (active.id, canvas.version) == (FIRST, before + 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("rate", "SHOT-010_v01_take09", "3", "Film"),
        ("note", FIRST, " ", "Film"),
        ("note", FIRST, "late", "Film", "--frame", "1"),
        ("resolve", FIRST, "n0", "Film"),
        ("use", "SCENE_02/SHOT-010_v01_take01", "Film"),
    ],
)
def test_a_mistake_in_a_review_ends_with_one_line_and_changes_nothing(film: Genstudio, arguments: tuple[str, ...]) -> None:
    from genstudio import Workspace

    before = Workspace().project("Film").canvas().version
    ended = film("takes", *arguments)
    assert (ended.status, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert Workspace().project("Film").canvas().version == before


def test_stars_beyond_five_are_wrong_use(film: Genstudio) -> None:
    with pytest.raises(SystemExit) as ended:
        film("takes", "rate", FIRST, "6", "Film")
    assert ended.value.code == 2
