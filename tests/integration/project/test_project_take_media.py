"""Takes compared, adopted, printed on a contact sheet, and shown small, on real media."""

from __future__ import annotations

import subprocess

import pytest
from PIL import Image

from genstudio.graph.review import Note, Review
from genstudio.project.adopt import adopt
from genstudio.project.compare import compare_media, differences
from genstudio.project.contact_sheet import SheetEntry, contact_sheet
from genstudio.project.media import embedded_record, ffmpeg_path, probe, tag
from genstudio.project.proxies import proxy
from genstudio.schema.errors import BadInputError

SHOT = "SCENE_01/SHOT_010"


def ffmpeg(*arguments) -> None:
    subprocess.run([ffmpeg_path(), "-loglevel", "error", "-y", *map(str, arguments)], check=True)


def test_media_in_another_container_is_identical_and_its_likeness_is_perfect(video_file, tmp_path):
    ffmpeg("-i", video_file, "-c", "copy", "-metadata", "comment=other", tmp_path / "other.mkv")
    found = compare_media(video_file, tmp_path / "other.mkv")
    assert (found.identical, found.psnr_db, found.ssim, found.frames) == (True, None, 1.0, 48)


def test_a_coarser_copy_is_like_its_source_but_not_equal(video_file, tmp_path):
    ffmpeg("-i", video_file, "-c:v", "libx264", "-crf", "35", "-c:a", "copy", tmp_path / "coarse.mp4")
    found = compare_media(video_file, tmp_path / "coarse.mp4")
    assert not found.identical
    assert found.same_format
    assert 15 < found.psnr_db < 45
    assert 0.5 < found.ssim < 1.0
    ffmpeg("-i", video_file, "-vf", "negate,scale=160:90", "-frames:v", "20", "-an", tmp_path / "negative.mp4")
    worse = compare_media(video_file, tmp_path / "negative.mp4")
    assert (worse.frames, worse.same_format) == (20, False)
    assert worse.psnr_db < found.psnr_db


def test_what_has_no_picture_cannot_be_compared(video_file, tmp_path):
    ffmpeg("-i", video_file, "-vn", "-c:a", "copy", tmp_path / "sound.m4a")
    with pytest.raises(BadInputError, match="no picture"):
        compare_media(video_file, tmp_path / "sound.m4a")


def test_the_settings_in_which_takes_differ_are_named(record):
    one = record(inputs={"prompt": "a fox", "seed": 1, "character": [{"uuid": "u", "references": [{"sha256": "a"}]}]}, params={"steps": 20})
    two = record(inputs={"prompt": "a fox", "seed": 2, "character": [{"uuid": "u", "references": [{"sha256": "b"}]}]}, job="job-2")
    found = {each.name: (each.first, each.second) for each in differences(one, two)}
    assert found == {"inputs.seed": (1, 2), "inputs.character.0.references.0.sha256": ("a", "b"), "params.steps": (20, None)}


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_the_record_in_a_video_survives_new_sound(video_file, tmp_path, suffix):
    tagged, dubbed = tmp_path / f"take{suffix}", tmp_path / f"dubbed{suffix}"
    if suffix == ".mov":
        ffmpeg("-i", video_file, "-c", "copy", tmp_path / "source.mov")
        video_file = tmp_path / "source.mov"
    tag(video_file, tagged, "01:00:10:00", "T0K3F9QZ", '{"inputs": {"prompt": "über = ; # \\\\ fox\\n2"}}')
    tone = ["-f", "lavfi", "-i", "sine=frequency=880:duration=2"]
    ffmpeg("-i", tagged, *tone, "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", dubbed)
    assert embedded_record(dubbed)["inputs"]["prompt"] == "über = ; # \\ fox\n2"


def test_media_that_a_record_travelled_with_becomes_a_take_with_its_settings(project, video_file, tmp_path, record):
    first = record(inputs={"prompt": "a fox", "seed": 7}, intent_key="k" * 64)
    tag(video_file, tmp_path / "sent.mp4", "01:00:10:00", "T0K3F9QZ", first.model_dump_json(by_alias=True))
    take = adopt(project, tmp_path / "sent.mp4", SHOT, node="shot_010")
    assert (take.id, take.inputs, take.pipeline.id, take.intent_key) == ("SHOT-010_v01_take01", first.inputs, "draft-video", "k" * 64)
    assert (take.frames, take.fps, take.audio) == (48, "24", True)
    assert project.takes.verify(take)
    assert adopt(project, tmp_path / "sent.mp4", SHOT, node="shot_010") == take


def test_strange_media_is_adopted_as_what_it_is(project, image_file, tmp_path):
    take = adopt(project, image_file, SHOT, node="shot_010")
    assert (take.kind, take.width, take.height, take.pipeline.id, take.intent_key) == ("image", 640, 360, "adopted", "")
    tag(image_file, tmp_path / "forged.png", "01:00:00:00", "T0", '{"pipeline": 5, "canvas": [], "inputs": "x", "id": "../../x"}')
    forged = adopt(project, tmp_path / "forged.png", SHOT, node="shot_010")
    assert (forged.id, forged.pipeline.id, forged.inputs) == ("SHOT-010_v01_take02", "adopted", {})
    (tmp_path / "note.txt").write_text("no media")
    with pytest.raises(BadInputError):
        adopt(project, tmp_path / "note.txt", SHOT, node="shot_010")


def test_media_copied_into_the_folder_of_a_shot_is_recorded_and_moved_aside(project, image_file):
    folder = project.root / "03_Renders" / SHOT
    folder.mkdir(parents=True)
    (folder / "paint over.png").write_bytes(image_file.read_bytes())
    assert project.takes.unrecorded(SHOT) == (f"03_Renders/{SHOT}/paint over.png",)
    take = adopt(project, folder / "paint over.png", SHOT, node="shot_010")
    assert project.takes.unrecorded(SHOT) == ()
    assert [found.id for found in project.takes.list(SHOT)] == [take.id]
    assert take.model_extra["adopted"] == {"name": "paint over.png"}


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".pdf", b"%PDF-")])
def test_a_contact_sheet_shows_every_take_with_its_edge(project, video_file, image_file, tmp_path, suffix, start):
    takes = [adopt(project, path, SHOT, node="shot_010") for path in (video_file, image_file)]
    gone = takes[0].model_copy(update={"media": "gone.mp4", "id": "SHOT-010_v01_take09"})
    reviews = [Review(4, "approved", (Note("n", "x"),)), Review(0, "rejected"), Review()]
    entries = [SheetEntry(take, review) for take, review in zip([*takes, gone], reviews, strict=True)]
    made = contact_sheet(project.root, entries, tmp_path / f"sheet{suffix}", title="Fuchs und Fluß 🦊", columns=2)
    assert made.read_bytes().startswith(start)
    if suffix == ".png":
        with Image.open(made) as sheet:
            colours = {colour for _, colour in sheet.convert("RGB").getcolors(1 << 24)}
        assert {(34, 140, 74), (190, 50, 50)} <= colours
    with pytest.raises(BadInputError):
        contact_sheet(project.root, entries, tmp_path / "sheet.txt", title="x")
    with pytest.raises(BadInputError):
        contact_sheet(project.root, [], tmp_path / "sheet.pdf", title="x")


def test_a_long_pdf_has_pages(project, image_file, tmp_path):
    take = adopt(project, image_file, SHOT, node="shot_010")
    made = contact_sheet(project.root, [SheetEntry(take, Review())] * 25, tmp_path / "sheet.pdf", title="x")
    assert made.read_bytes().count(b"/Type /Page\n") == 2 or made.read_bytes().count(b"/Type /Page ") >= 2


def test_a_proxy_is_small_silent_and_made_once(project, video_file, image_file):
    take = adopt(project, video_file, SHOT, node="shot_010")
    small = proxy(project.root, take.path)
    assert small.parent == project.root / "05_Cache/proxies"
    found = probe(small)
    assert (found.width, found.frames, found.audio) == (320, 48, False)
    before = small.stat().st_mtime_ns
    assert proxy(project.root, take.path) == small
    assert small.stat().st_mtime_ns == before
    with pytest.raises(BadInputError, match="no video"):
        proxy(project.root, adopt(project, image_file, SHOT, node="shot_010").path)
    with pytest.raises(BadInputError):
        proxy(project.root, "../outside.mp4")
