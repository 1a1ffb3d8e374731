"""Media: probed, pictured and tagged, whatever the file."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction

import pytest
from PIL import Image

from genstudio.project.media import embedded_record, ffmpeg_path, probe, tag, thumbnail
from genstudio.schema.errors import BadInputError, MissingToolError, NotFoundError

TAGS = {"reel": "T0K3F9QZ", "start_timecode": "01:00:10:00"}
RECORD = {**TAGS, "id": "SHOT-010_v01_take01", "inputs": {"prompt": 'a "fox"; #1 = \\fast\nüber 🦊 אבג', "seed": 7}}


def make(path, *arguments):
    subprocess.run([ffmpeg_path(), "-loglevel", "error", *arguments, str(path)], check=True)
    return path


def frame_hashes(path):
    """Hash of every decoded picture and sound packet."""
    done = subprocess.run(
        [ffmpeg_path(), "-loglevel", "error", "-i", str(path), "-map", "0:v?", "-map", "0:a?", "-f", "framemd5", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in done.stdout.splitlines() if not line.startswith("#")]


def test_a_video_is_probed_exactly(video_file):
    info = probe(video_file)
    assert (info.kind, info.width, info.height, info.fps, info.frames, info.audio, info.codec) == (
        "video",
        320,
        180,
        Fraction(24),
        48,
        True,
        "h264",
    )
    assert info.duration_s == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize(
    ("rate", "exact"), [("30000/1001", Fraction(30000, 1001)), ("24000/1001", Fraction(24000, 1001)), ("25", Fraction(25))]
)
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
def test_rates_and_frame_counts_are_exact_in_every_container(tmp_path, rate, exact, suffix):
    codec = ["-c:v", "libvpx", "-deadline", "realtime"] if suffix == ".webm" else ["-c:v", "libx264", "-preset", "ultrafast"]
    source = ["-f", "lavfi", "-i", f"testsrc2=size=64x64:rate={rate}", "-frames:v", "31", "-pix_fmt", "yuv420p"]
    info = probe(make(tmp_path / f"x{suffix}", *source, *codec))
    assert info.frames == 31
    assert abs(info.fps - exact) < Fraction(1, 100)
    if suffix in (".mp4", ".mov"):
        assert info.fps == exact


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tiff", ".bmp", ".gif"])
def test_images_are_images(tmp_path, suffix):
    path = tmp_path / f"still{suffix}"
    Image.new("RGB", (64, 48), "red").save(path)
    info = probe(path)
    assert (info.kind, info.width, info.height, info.frames, info.fps, info.duration_s) == ("image", 64, 48, 1, None, 0.0)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".m4a"])
def test_sound_is_sound(tmp_path, suffix):
    info = probe(make(tmp_path / f"x{suffix}", "-f", "lavfi", "-i", "sine=duration=1"))
    assert (info.kind, info.audio, info.frames) == ("audio", True, 0)
    assert info.duration_s == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    "data", [b"", b"not media", b"\x00" * 5000, b"\x89PNG\r\n\x1a\n", b"<svg/>", b"ffconcat version 1.0\nfile /etc/passwd\n"]
)
@pytest.mark.parametrize("suffix", [".mp4", ".png"])
def test_what_is_no_media_is_told(tmp_path, data, suffix):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(data)
    with pytest.raises(BadInputError):
        probe(path)


def test_a_play_list_in_disguise_is_not_followed(tmp_path, video_file):
    (tmp_path / "segment.ts").write_bytes(video_file.read_bytes())
    path = tmp_path / "x.mp4"
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{tmp_path}/segment.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(BadInputError):
        probe(path)


def test_a_video_cut_off_in_the_middle_is_told(tmp_path, video_file):
    path = tmp_path / "cut.mp4"
    path.write_bytes(video_file.read_bytes()[:3000])
    with pytest.raises(BadInputError):
        probe(path)


def test_what_is_not_there_is_not_found(tmp_path):
    with pytest.raises(NotFoundError):
        probe(tmp_path / "none.mp4")


# -- thumbnails -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def source_media(project, video_file, image_file):
    folder = project.root / "01_Assets/Source_Media"
    (folder / "clip.mp4").write_bytes(video_file.read_bytes())
    (folder / "still 🦊.png").write_bytes(image_file.read_bytes())
    return folder


@pytest.mark.parametrize("name", ["clip.mp4", "still 🦊.png"])
def test_a_thumbnail_is_a_small_jpeg_made_once(project, source_media, name):
    first = thumbnail(project.root, f"01_Assets/Source_Media/{name}", 160)
    with Image.open(first) as image:
        assert (image.format, image.size) == ("JPEG", (160, 90))
    stamp = first.stat().st_mtime_ns
    assert thumbnail(project.root, f"01_Assets/Source_Media/{name}", 160) == first
    assert first.stat().st_mtime_ns == stamp
    assert first.is_relative_to(project.root / "05_Cache/thumbnails")


def test_a_changed_picture_has_a_new_thumbnail(project, source_media):
    before = thumbnail(project.root, "01_Assets/Source_Media/still 🦊.png")
    Image.new("RGB", (10, 10)).save(source_media / "still 🦊.png")
    after = thumbnail(project.root, "01_Assets/Source_Media/still 🦊.png")
    assert before != after
    with Image.open(after) as image:
        assert image.size == (10, 10)


def test_transparency_and_turned_pictures_are_shown_as_seen(project, source_media):
    Image.new("RGBA", (40, 20), (255, 0, 0, 0)).save(source_media / "clear.png")
    assert thumbnail(project.root, "01_Assets/Source_Media/clear.png").exists()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20)).save(source_media / "turned.jpg", exif=exif)
    with Image.open(thumbnail(project.root, "01_Assets/Source_Media/turned.jpg")) as image:
        assert image.size == (20, 40)


@pytest.mark.parametrize("path", ["../x.png", "/etc/passwd", ""])
def test_a_thumbnail_of_something_outside_is_refused(project, path):
    with pytest.raises(BadInputError):
        thumbnail(project.root, path)


def test_thumbnails_of_what_has_no_picture_are_refused(project, source_media):
    make(source_media / "tone.wav", "-f", "lavfi", "-i", "sine=duration=1")
    (source_media / "x.png").write_bytes(b"x")
    with pytest.raises(BadInputError, match="no picture"):
        thumbnail(project.root, "01_Assets/Source_Media/tone.wav")
    with pytest.raises(BadInputError):
        thumbnail(project.root, "01_Assets/Source_Media/x.png")
    with pytest.raises(BadInputError, match="pixels wide"):
        thumbnail(project.root, "01_Assets/Source_Media/clip.mp4", 100_000)
    with pytest.raises(NotFoundError):
        thumbnail(project.root, "01_Assets/Source_Media/none.png")


# -- tags -------------------------------------------------------------------------------------------------------------------------


def test_a_tagged_video_has_the_same_pictures_and_carries_timecode_reel_and_record(tmp_path, video_file):
    target = tmp_path / "tagged.mp4"
    tag(video_file, target, "01:00:10:00", "T0K3F9QZ", json.dumps(RECORD))
    assert frame_hashes(target) == frame_hashes(video_file)
    assert embedded_record(target) == RECORD
    shown = subprocess.run([ffmpeg_path(), "-hide_banner", "-i", str(target)], capture_output=True, text=True, check=False).stderr
    assert "01:00:10:00" in shown
    assert probe(target).frames == 48


def test_a_tagged_mov_names_its_reel_where_editors_look(tmp_path, video_file):
    source = make(tmp_path / "x.mov", "-i", str(video_file), "-c", "copy")
    tag(source, tmp_path / "y.mov", "01:00:10:00", "T0K3F9QZ", json.dumps(RECORD))
    shown = subprocess.run(
        [ffmpeg_path(), "-hide_banner", "-i", str(tmp_path / "y.mov")], capture_output=True, text=True, check=False
    ).stderr
    assert "reel_name       : T0K3F9QZ" in shown
    assert "timecode        : 01:00:10:00" in shown
    assert embedded_record(tmp_path / "y.mov") == RECORD


def test_reel_and_timecode_are_in_the_embedded_record_even_if_the_given_one_lacks_them(tmp_path, video_file):
    tag(video_file, tmp_path / "x.mp4", "01:00:10:00", "T0K3F9QZ", '{"reel": ""}')
    assert embedded_record(tmp_path / "x.mp4") == TAGS


def test_a_video_tagged_twice_carries_the_second_tags(tmp_path, video_file):
    tag(video_file, tmp_path / "one.mp4", "01:00:00:00", "TAAAAAAA", "{}")
    tag(tmp_path / "one.mp4", tmp_path / "two.mp4", "02:00:00:00", "TBBBBBBB", json.dumps(RECORD))
    assert embedded_record(tmp_path / "two.mp4") == RECORD
    assert frame_hashes(tmp_path / "two.mp4") == frame_hashes(video_file)


def test_a_tagged_png_carries_the_record(tmp_path, image_file):
    tag(image_file, tmp_path / "tagged.png", "01:00:00:00", "T0K3F9QZ", json.dumps(RECORD))
    assert embedded_record(tmp_path / "tagged.png") == RECORD
    with Image.open(tmp_path / "tagged.png") as tagged, Image.open(image_file) as plain:
        assert tagged.tobytes() == plain.tobytes()


@pytest.mark.parametrize("suffix", [".wav", ".mkv", ".m4a"])
def test_other_sound_and_video_carries_the_record(tmp_path, suffix):
    source = ["-f", "lavfi", "-i", "sine=duration=1"]
    if suffix == ".mkv":
        source += ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=24:duration=1", "-c:v", "libx264"]
    tag(make(tmp_path / f"x{suffix}", *source), tmp_path / f"y{suffix}", "01:00:00:00", "T0K3F9QZ", json.dumps(RECORD))
    assert embedded_record(tmp_path / f"y{suffix}") == RECORD


def test_an_image_that_cannot_be_tagged_is_copied(tmp_path):
    Image.new("RGB", (10, 10)).save(tmp_path / "x.jpg")
    tag(tmp_path / "x.jpg", tmp_path / "y.jpg", "01:00:00:00", "T0K3F9QZ", "{}")
    assert (tmp_path / "y.jpg").read_bytes() == (tmp_path / "x.jpg").read_bytes()


@pytest.mark.parametrize("suffix", [".mp4", ".png"])
def test_a_prompt_of_a_megabyte_does_not_stop_the_tagging(tmp_path, video_file, image_file, suffix):
    record = {"id": "SHOT-010_v01_take01", "inputs": {"prompt": "🦊 fox\n" * 200_000, "seed": 7}}
    source = video_file if suffix == ".mp4" else image_file
    tag(source, tmp_path / f"x{suffix}", "01:00:00:00", "T0K3F9QZ", json.dumps(record))
    found = embedded_record(tmp_path / f"x{suffix}")
    assert found["inputs"]["seed"] == 7
    assert found["inputs"]["prompt"].endswith("…")


def test_media_without_a_record_has_none(video_file, image_file):
    assert embedded_record(video_file) is None
    assert embedded_record(image_file) is None


def test_what_cannot_be_tagged_is_told_and_nothing_is_left(tmp_path):
    (tmp_path / "x.mp4").write_bytes(b"no media")
    with pytest.raises(BadInputError):
        tag(tmp_path / "x.mp4", tmp_path / "y.mp4", "01:00:00:00", "T0K3F9QZ", "{}")
    assert not (tmp_path / "y.mp4").exists()


def test_the_ffmpeg_that_is_named_is_used(monkeypatch, tmp_path):
    program = ffmpeg_path()
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", program)
    assert ffmpeg_path() == program
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "none"))
    with pytest.raises(MissingToolError, match="IMAGEIO_FFMPEG_EXE"):
        ffmpeg_path()
