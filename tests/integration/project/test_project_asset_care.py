"""Assets over time: where they are used, new names, removal, words in prompts; media brought in once."""

from __future__ import annotations

import pytest

from genstudio.graph.plan import plan_shot
from genstudio.project.asset_care import delete_asset, describe_asset, find_asset, ingest, rename_asset, where_used
from genstudio.project.assets import add_reference
from genstudio.project.hashing import media_sha256
from genstudio.project.intent import plan_context
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError


def edit(project, *values: tuple[str, object]) -> None:
    operations = tuple(Operation(op="add", path=path, value=value) for path, value in values)
    project.canvas().apply(Patch(base=0, operations=operations))


def wire(source: str, target: str, socket: str, output: str = "asset") -> dict[str, str]:
    return {"source": source, "sourceHandle": output, "target": target, "targetHandle": socket}


@pytest.fixture
def fox(project, image_file):
    """A character with a picture, on the canvas and wired into SHOT_010."""
    fox = project.create_asset("character", "Rusty", trigger_word="rsty", description="a red fox")
    fox = add_reference(project.root, fox, image_file)
    edit(
        project,
        ("/nodes/shot_010", {"type": "shot", "data": {"prompt": "by the river"}}),
        ("/nodes/fox", {"type": "asset", "data": {"asset": fox.asset.uuid, "name": "Rusty"}}),
        ("/nodes/nick", {"type": "asset", "data": {"asset": fox.asset.uuid, "name": "The hero"}}),
        ("/edges/e1", wire("fox", "shot_010", "character")),
    )
    return fox


def plan(project):
    canvas = project.canvas().read().canvas
    return plan_shot(canvas, "shot_010", plan_context(project, canvas, {}))


def test_an_asset_knows_where_it_is_used(project, fox):
    uses = where_used(project, fox.asset.uuid)
    assert [(use.node, use.names) for use in uses] == [("fox", ("SHOT_010",)), ("nick", ())]
    assert where_used(project, project.create_asset("style", "Noir").asset.uuid) == ()


def test_a_new_name_is_followed_by_references_and_asks_for_no_new_take(project, fox):
    key = plan(project).intent_key
    renamed = rename_asset(project, fox, "Reynard the Fox")
    assert renamed.folder.endswith("Characters/Reynard_the_Fox")
    assert not (project.root / fox.folder).exists()
    names = {name: node.data.get("name") for name, node in project.canvas().read().canvas.nodes.items()}
    assert (names["fox"], names["nick"]) == ("Reynard the Fox", "The hero")
    after = plan(project)
    assert (after.intent_key, after.problems) == (key, ())
    assert after.files[0].path.startswith(renamed.folder)


def test_a_name_that_is_taken_or_leads_elsewhere_changes_nothing(project, fox):
    project.create_asset("character", "Wolf")
    with pytest.raises(ConflictError):
        rename_asset(project, fox, "Wolf")
    with pytest.raises(BadInputError):
        rename_asset(project, fox, "")
    assert find_asset(project, "Rusty").folder == fox.folder
    assert (project.root / rename_asset(project, fox, "../../Rusty").folder).parent == (project.root / fox.folder).parent


def test_an_asset_that_is_used_is_removed_only_by_force_and_its_files_are_kept(project, fox):
    with pytest.raises(ConflictError, match="SHOT_010"):
        delete_asset(project, fox)
    moved = delete_asset(project, fox, force=True)
    assert (moved / "asset.json").is_file()
    assert project.assets() == []
    assert [problem.code for problem in plan(project).problems] == ["missing_asset"]
    delete_asset(project, project.create_asset("style", "Noir"))
    assert project.assets() == []


def name_files(project, fox) -> str:
    """Let nodes of two canvases name files in the folder of an asset; returns the folder."""
    (project.root / fox.folder / "walk.mp4").write_bytes(b"a video")
    edit(
        project,
        ("/nodes/walk", {"type": "motion_source", "data": {"name": "The walk", "file": f"{fox.folder}/walk.mp4"}}),
        ("/nodes/other", {"type": "audio", "data": {"name": "Rusty", "file": f"{fox.folder}_2/voice.wav", "text": fox.folder[:-1]}}),
    )
    second = project.create_canvas("second")
    nested = {"type": "notes_of_a_later_studio", "data": {"stills": [{"path": f"./{fox.folder}/reference_images/fox.png"}]}}
    second.apply(Patch(base=0, operations=(Operation(op="add", path="/nodes/note", value=nested),)))
    return fox.folder


def test_nodes_that_name_files_of_an_asset_use_it_and_follow_its_new_name(project, fox):
    name_files(project, fox)
    uses = [(use.canvas.rpartition("/")[2], use.node, use.names) for use in where_used(project, fox.asset.uuid)]
    there = [("main_canvas.json", "walk", ("The walk",)), ("second.json", "note", ("note",))]
    assert uses == [("main_canvas.json", "fox", ("SHOT_010",)), ("main_canvas.json", "nick", ()), *there]
    renamed = rename_asset(project, fox, "Reynard", "ann")
    nodes = project.canvas().read().canvas.nodes
    assert nodes["walk"].data["file"] == f"{renamed.folder}/walk.mp4"
    assert (project.root / nodes["walk"].data["file"]).is_file()
    assert (nodes["other"].data["name"], nodes["other"].data["file"]) == ("Rusty", f"{fox.folder}_2/voice.wav")
    (second,) = (project.canvas(path) for path in project.canvases() if path.endswith("second.json"))
    assert second.read().canvas.nodes["note"].data["stills"] == [{"path": f"{renamed.folder}/reference_images/fox.png"}]
    entries = (project.canvas().entries(0)[-1], second.entries(0)[-1])
    assert [(entry.patch.author, entry.patch.label) for entry in entries] == [("ann", "Rename Rusty to Reynard")] * 2


def test_an_asset_whose_files_are_used_is_removed_only_by_force(project, fox):
    name_files(project, fox)
    edit(project, ("/nodes/fox/data/asset", ""), ("/nodes/nick/data/asset", ""))
    with pytest.raises(ConflictError, match="is used by The walk, note"):
        delete_asset(project, fox)
    assert (delete_asset(project, fox, force=True) / "walk.mp4").is_file()


def test_words_and_pictures_of_assets_and_texts_of_files_enter_what_a_shot_asks_for(project, fox):
    style = describe_asset(project, project.create_asset("style", "Noir", description="for the city"), keywords="hard light, rain")
    place = project.create_asset("location", "Valley", description="a white valley")
    (project.root / "02_Source_Creative/Prompts/mood.txt").write_text("quiet, early morning\n")
    (project.root / "secret.txt").write_text("not a script")
    edit(
        project,
        ("/nodes/style", {"type": "asset", "data": {"asset": style.asset.uuid}}),
        ("/nodes/place", {"type": "asset", "data": {"asset": place.asset.uuid}}),
        ("/nodes/mood", {"type": "text", "data": {"text": "", "file": "02_Source_Creative/Prompts/mood.txt"}}),
        ("/edges/e2", wire("style", "shot_010", "style")),
        ("/edges/e3", wire("place", "shot_010", "location")),
        ("/edges/e4", wire("mood", "shot_010", "prompt", "text")),
    )
    made = plan(project)
    assert made.problems == ()
    assert made.composed_prompt == "by the river, quiet, early morning, rsty, a red fox, a white valley, hard light, rain"
    assert [file.role for file in made.files] == ["character"]
    describe_asset(project, fox, trigger_word="foxx", description="an old fox")
    assert "foxx, an old fox" in plan(project).composed_prompt
    for name in ("secret.txt", "../../secret.txt", "project.json", "02_Source_Creative/../secret.txt"):
        edit(project, ("/nodes/mood/data/file", name))
        assert [problem.code for problem in plan(project).problems] == ["missing_file"]


def test_an_asset_is_found_by_name_or_uuid(project, fox):
    assert find_asset(project, fox.asset.uuid) == find_asset(project, "Rusty") == fox
    project.create_asset("location", "Rusty")
    with pytest.raises(BadInputError, match="several"):
        find_asset(project, "Rusty")
    with pytest.raises(NotFoundError):
        find_asset(project, "Nobody")


def test_media_comes_in_once_and_replaces_nothing(project, video_file, image_file, tmp_path):
    first = ingest(project.root, video_file)
    assert (first.path, first.known, first.info.frames) == ("01_Assets/Source_Media/clip.mp4", False, 48)
    (tmp_path / "same.mp4").write_bytes(video_file.read_bytes())
    again = ingest(project.root, tmp_path / "same.mp4")
    assert (again.path, again.known) == (first.path, True)
    (tmp_path / "clip.mp4").write_bytes(video_file.read_bytes() + b"\0")
    other = ingest(project.root, tmp_path / "clip.mp4")
    assert other.path == "01_Assets/Source_Media/clip_2.mp4"
    assert (project.root / first.path).read_bytes() == video_file.read_bytes()
    (tmp_path / "words.txt").write_text("no media")
    with pytest.raises(BadInputError):
        ingest(project.root, tmp_path / "words.txt")
    assert sorted(path.name for path in (project.root / "01_Assets/Source_Media").iterdir()) == ["clip.mp4", "clip_2.mp4"]


def test_a_picture_that_was_not_fetched_counts_as_the_picture_it_stands_for(project, fox):
    key, picture = plan(project).intent_key, project.root / fox.references[0]
    digest, size = media_sha256(picture), picture.stat().st_size
    picture.write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n")
    assert plan(project).intent_key == key
