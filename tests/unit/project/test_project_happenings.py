"""What automatic commits say: the subjects that people read in the history."""

from __future__ import annotations

import pytest

from genstudio.project.assets import AssetFolder
from genstudio.project.happenings import (
    asset_deleted,
    asset_made,
    asset_renamed,
    film_rendered,
    settings_changed,
    take_words,
    takes_made,
)
from genstudio.schema.project import Asset, ProjectSettings


def rusty(name: str = "Rusty") -> AssetFolder:
    uuid = "0b5ed9d0-5c3d-4b7e-9f43-1f2f6c7a8b90"
    fields = {"schema": "genstudio.asset/1", "uuid": uuid, "kind": "character", "name": name, "created": "2026-11-20T12:00:00Z"}
    return AssetFolder(Asset.model_validate(fields), f"01_Assets/Generative_Assets/Characters/{name}", (), "", {})


@pytest.mark.parametrize(
    ("takes", "words"),
    [
        ([("SCENE_01/SHOT_010", "SHOT-010_v01_take03")], "SHOT_010 take 3"),
        ([("A/SHOT_010", "SHOT-010_v01_take02"), ("A/SHOT_010", "SHOT-010_v01_take01")], "SHOT_010 takes 1 and 2"),
        ([("A/S", f"S_v01_take{number:02}") for number in (1, 2, 3, 12)], "S takes 1, 2, 3 and 12"),
        ([("A/S", f"S_v02_take{number:02}") for number in range(1, 51)], "S v02 takes 1 to 50"),
        ([("A/AUDIO_010", "AUDIO-010_v01_take01"), ("A/S", "S_v01_take01")], "AUDIO_010 take 1, S take 1"),
    ],
)
def test_takes_are_told_as_people_call_them(takes: list[tuple[str, str]], words: str) -> None:
    assert take_words(takes) == words


def test_takes_are_told_with_the_task_and_the_quality_and_below_the_prompt_and_the_pipeline() -> None:
    takes = [("SCENE_01/SHOT_010", "SHOT-010_v01_take03")]
    made = takes_made(["a", "b", "a"], takes, by="generate-video", quality="low", prompt="A fox\n in the snow ", pipeline="t2v-wan2.1-1.3b")
    subject, *body = made.told.split("\n\n")
    assert subject == "SHOT_010 take 3, generate-video low"
    assert body == ["A fox\n in the snow", "SHOT-010_v01_take03 made by t2v-wan2.1-1.3b in low quality.\n"]
    assert made.files == ("a", "b")
    silent = takes_made([], takes, by="t2v@1.0.0", quality="draft", prompt=" ", pipeline="t2v").told
    assert silent == "SHOT_010 take 3, t2v@1.0.0 draft\n\nSHOT-010_v01_take03 made by t2v in draft quality.\n"


def test_a_film_is_told_by_its_number_and_title() -> None:
    told = film_rendered("06_Exports/The_Fox_v003.mp4", "The Fox", ["x"]).told
    assert told == "Film v003 of The Fox rendered\n\nThe film is 06_Exports/The_Fox_v003.mp4.\n"
    assert film_rendered("06_Exports/The_Fox_v004", "The\nFox", []).told.startswith("Film v004 of The Fox rendered\n")


def test_settings_are_told_as_they_were_and_are() -> None:
    before = ProjectSettings()
    after = before.model_copy(update={"quality": "low", "auto_commit": False})
    assert settings_changed(before, after).told == "Settings changed: quality standard → low, auto commit on → off\n"
    assert settings_changed(before, before).files == ()


def test_assets_are_told_by_name_and_kind() -> None:
    assert asset_made(rusty()).told == "Asset Rusty (character) made\n"
    assert asset_deleted(rusty()).told == "Asset Rusty (character) deleted\n"
    renamed = asset_renamed(rusty(), rusty("Reynard"), ["main_canvas.json"])
    assert renamed.told == "Asset Rusty (character) renamed to Reynard\n"
    assert renamed.files == (rusty().folder, rusty("Reynard").folder, "main_canvas.json")
    assert len(asset_made(rusty("R" * 64)).told.partition("\n")[0]) < 200
