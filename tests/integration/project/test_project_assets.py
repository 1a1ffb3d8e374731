"""Characters, styles and locations: made whole, read with their pictures and words."""

from __future__ import annotations

import json

import pytest

from genstudio.project.assets import add_reference
from genstudio.schema.errors import BadInputError, ConflictError


def test_a_character_is_made_and_read_with_pictures_and_words(project, image_file):
    fox = project.create_asset("character", "Reynard", trigger_word="rynrd", description="a red fox in a green coat")
    fox = add_reference(project.root, fox, image_file)
    found = project.assets()
    assert found == [fox]
    assert found[0].folder == "01_Assets/Generative_Assets/Characters/Reynard"
    assert found[0].references == ("01_Assets/Generative_Assets/Characters/Reynard/reference_images/still.png",)
    assert list(found[0].hashes) == list(found[0].references)
    assert found[0].keywords == "a red fox in a green coat"
    assert found[0].planned().asset.trigger_word == "rynrd"


def test_a_style_reads_its_keywords(project):
    style = project.create_asset("style", "Film noir")
    (project.root / style.folder / "keywords.txt").write_text("high contrast, rain\n")
    assert project.assets()[0].keywords == "high contrast, rain"


@pytest.mark.parametrize("name", ["../../Reynard", 'The "Fox"', "🦊", "שועל", "."])
def test_names_of_any_kind_stay_in_their_folder(project, name):
    asset = project.create_asset("location", name)
    assert (project.root / asset.folder).parent == project.root / "01_Assets/Generative_Assets/Locations"
    assert project.assets()[0].asset.name == name


def test_a_name_or_a_picture_is_never_replaced(project, image_file):
    asset = add_reference(project.root, project.create_asset("character", "Fox"), image_file)
    with pytest.raises(ConflictError, match="already a character"):
        project.create_asset("character", "Fox")
    with pytest.raises(ConflictError, match="already a reference image"):
        add_reference(project.root, asset, image_file)


def test_what_is_no_picture_is_refused(project, video_file, tmp_path):
    asset = project.create_asset("character", "Fox")
    (tmp_path / "fake.png").write_bytes(video_file.read_bytes())
    for path in (video_file, tmp_path / "fake.png"):
        with pytest.raises(BadInputError):
            add_reference(project.root, asset, path)
    assert project.assets()[0].references == ()


@pytest.mark.parametrize("change", [{"kind": "prop"}, {"uuid": "x"}, {"name": ""}, {"model": "../../../secret"}, {"schema": "x"}])
def test_a_wrong_asset_hides_no_other(project, change):
    good, bad = project.create_asset("character", "Good"), project.create_asset("character", "Bad")
    path = project.root / bad.folder / "asset.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    assert project.assets() == [good]


def test_a_picture_that_is_a_link_out_of_the_project_is_refused(project, tmp_path):
    asset = project.create_asset("character", "Fox")
    (tmp_path / "secret.png").write_bytes(b"x")
    (project.root / asset.folder / "reference_images/x.png").symlink_to(tmp_path / "secret.png")
    assert project.assets() == []
