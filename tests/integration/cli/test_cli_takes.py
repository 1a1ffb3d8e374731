"""``genstudio takes`` on a real workspace: list, show, compare, adopt, print, and make again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    Genstudio = Callable[..., Any]


@pytest.fixture
def film(genstudio: Genstudio, tmp_path: Path) -> Genstudio:
    """A project ``Film`` with the shot SHOT_010, and a picture beside it."""
    from genstudio import Workspace

    genstudio("new", "Film")
    Workspace().project("Film").canvas().add_shot("SHOT_010", prompt="a fox")
    Image.radial_gradient("L").resize((64, 36)).save(tmp_path / "fox.png")
    return genstudio


def test_media_from_elsewhere_is_adopted_listed_and_shown(film: Genstudio) -> None:
    made = film("takes", "adopt", "fox.png", "SHOT_010", "Film", "--json").document
    assert made["id"] == "SHOT-010_v01_take01"
    listed = film("takes", "ls", "Film", "--json").document
    assert [(take["id"], take["active"], take["stale"], take["kind"]) for take in listed] == [(made["id"], True, False, "image")]
    assert Path(listed[0]["path"]).is_file()
    assert "active" in film("takes", "ls", "Film").out
    assert "pipeline.id: adopted" in film("takes", "show", made["id"], "Film").out


def test_reviews_are_part_of_the_listing(film: Genstudio) -> None:
    from genstudio import Workspace

    film("takes", "adopt", "fox.png", "SHOT_010", "Film")
    take = Workspace().project("Film").takes["SHOT-010_v01_take01"]
    note = take.rate(4).approve().note("warmer, please", 0)
    review = film("takes", "ls", "Film", "--json").document[0]["review"]
    assert (review["rating"], review["approval"]) == (4, "approved")
    assert [(entry["id"], entry["frame"], entry["resolved"]) for entry in review["notes"]] == [(note, 0, False)]
    take.resolve(note)
    shown = film("takes", "show", "SCENE_01/SHOT-010_v01_take01", "Film").out
    assert "marks: active, ****, approved" in shown
    assert "resolved at frame 0" in shown
    take.reject()
    assert not film("takes", "ls", "Film", "--json").document[0]["active"]


def test_two_takes_are_compared(film: Genstudio, tmp_path: Path) -> None:
    Image.new("RGB", (64, 36), "red").save(tmp_path / "red.png")
    for name in ("fox.png", "red.png"):
        film("takes", "adopt", name, "SHOT_010", "Film")
    found = film("takes", "compare", "SHOT-010_v01_take01", "SHOT-010_v01_take02", "Film", "--json").document
    assert not found["identical"]
    assert found["psnr_db"] < 20
    same = film("takes", "compare", "SHOT-010_v01_take01", "SHOT-010_v01_take01", "Film")
    assert "equal in every picture" in same.out


def test_a_contact_sheet_is_written_where_it_is_asked_for(film: Genstudio, tmp_path: Path) -> None:
    film("takes", "adopt", "fox.png", "SHOT_010", "Film")
    assert film("takes", "sheet", "Film", "-o", str(tmp_path / "sheet.pdf")).status == 0
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "SHOT-010_v01_take09", "Film"),
        ("show", "no name", "Film"),
        ("compare", "SHOT-010_v01_take01", "x", "Film"),
        ("reproduce", "SHOT-010_v01_take01", "Film"),
        ("adopt", "none.png", "SHOT_010", "Film"),
        ("adopt", "fox.png", "SHOT_990", "Film"),
        ("sheet", "Film", "SHOT_990", "-o", "x.pdf"),
        ("sheet", "Film", "-o", "x.jpeg"),
    ],
)
def test_a_mistake_about_takes_ends_with_one_line(film: Genstudio, arguments: tuple[str, ...]) -> None:
    film("takes", "adopt", "fox.png", "SHOT_010", "Film")
    ended = film("takes", *arguments)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("genstudio: ")
    assert ended.err.count("\n") == 1


def test_a_take_is_made_again_equal_in_every_picture_and_the_film_keeps_the_first(demo: tuple[Any, Any]) -> None:
    command_line, ended = demo
    project = ended.document["project"]["id"] if isinstance(ended.document.get("project"), dict) else ended.document["project"]
    before = command_line("takes", "ls", project, "--json").document
    first = next(take for take in before if take["active"])
    name = f"{first['renders'].partition('/')[0]}/{first['id']}"
    made = command_line("takes", "reproduce", name, project, "--json")
    assert made.status == 0, made.err
    assert made.document["identical"], made.document["verdict"]
    likeness = {name: made.document[name] for name in ("psnr_db", "ssim", "frames", "same_format")}
    assert likeness == {"psnr_db": None, "ssim": 1.0, "frames": first["frames"], "same_format": True}
    assert all(set(each) == {"name", "first", "second"} for each in made.document["differences"])
    listed = {take["id"]: take for take in command_line("takes", "ls", project, "--json").document if take["renders"] == first["renders"]}
    again = listed[made.document["again"]]
    assert again["inputs"]["seed"] == first["inputs"]["seed"]
    assert listed[first["id"]]["active"]
    assert not again["active"]
