"""``genstudio assets`` on a real workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable


def test_assets_are_made_filled_renamed_and_removed(genstudio: Callable[..., Any], tmp_path: Path) -> None:
    genstudio("new", "Film")
    Image.new("RGB", (64, 36), "red").save(tmp_path / "fox.png")
    made = genstudio("assets", "new", "character", "Rusty", "Film", "--trigger-word", "rsty", "--json").document
    assert (made["kind"], made["trigger_word"]) == ("character", "rsty")
    assert genstudio("assets", "add", "fox.png", "Film", "--to", "Rusty").status == 0
    listed = genstudio("assets", "ls", "Film", "--json").document
    assert [(each["name"], len(each["references"])) for each in listed] == [("Rusty", 1)]
    assert genstudio("assets", "add", "fox.png", "Film", "--json").document["known"] is False
    assert "Known already" in genstudio("assets", "add", "fox.png", "Film").out
    assert genstudio("assets", "rename", "Rusty", "Reynard", "Film", "--json").document["name"] == "Reynard"
    assert "used by: nothing" in genstudio("assets", "show", "Reynard", "Film").out
    assert genstudio("assets", "where-used", "Reynard", "Film", "--json").document == []
    assert genstudio("assets", "delete", "Reynard", "Film").status == 0
    assert genstudio("assets", "ls", "Film", "--json").document == []
    versions = genstudio("history", "Film", "--json").document
    assert [version["message"].partition("\n")[0] for version in versions[:-1]] == [
        "Asset Reynard (character) deleted",
        "Asset Rusty (character) renamed to Reynard",
        "Asset Rusty (character): picture fox.png added",
        "Asset Rusty (character) made",
    ]


def test_an_assets_words_are_changed_and_a_picture_is_taken_out(genstudio: Callable[..., Any], tmp_path: Path) -> None:
    genstudio("new", "Film")
    Image.new("RGB", (64, 36), "red").save(tmp_path / "fox.png")
    genstudio("assets", "new", "style", "Noir", "Film", "--trigger-word", "nwr")
    genstudio("assets", "new", "character", "Rusty", "Film", "--trigger-word", "rsty", "--description", "a red fox")
    assert genstudio("assets", "add", "fox.png", "--to", "Rusty", "Film").status == 0
    told = genstudio("assets", "describe", "Rusty", "Film", "--trigger", "rsty_fox", "--json").document
    assert (told["trigger_word"], told["description"], len(told["references"])) == ("rsty_fox", "a red fox", 1)
    assert genstudio("assets", "describe", "Noir", "--keywords", "grain, fog", "Film", "--json").document["keywords"] == "grain, fog"
    taken = genstudio("assets", "describe", "Noir", "Film", "--trigger-word", "rsty_fox")
    assert (taken.status, taken.err.count("\n"), "trigger word of Rusty" in taken.err) == (1, 1, True)
    assert "Its pictures: fox.png" in genstudio("assets", "remove-picture", "Rusty", "bear.png", "Film").err
    assert genstudio("assets", "remove-picture", "Rusty", str(tmp_path / "fox.png"), "Film").status == 1
    assert genstudio("assets", "remove-picture", "Rusty", "fox.png", "Film", "--json").document["references"] == []


@pytest.mark.parametrize(
    "arguments", [("show", "Nobody", "Film"), ("train", "Nobody", "Film"), ("delete", "Nobody", "Film"), ("add", "none.png", "Film")]
)
def test_a_mistake_about_assets_ends_with_one_line(genstudio: Callable[..., Any], arguments: tuple[str, ...]) -> None:
    genstudio("new", "Film")
    ended = genstudio("assets", *arguments)
    assert (ended.status, ended.out, ended.err.count("\n")) == (1, "", 1)
