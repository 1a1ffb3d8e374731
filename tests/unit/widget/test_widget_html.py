"""HTML of rich displays: text of a project is text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from genstudio.widget import html

if TYPE_CHECKING:
    from pathlib import Path

EVIL = '<script>alert("1")</script>\'"&'


def test_text_of_a_message_a_table_and_a_caption_is_escaped(tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    Image.new("RGB", (4, 4)).save(picture)
    shown = html.message(EVIL) + html.table([EVIL], [[EVIL]]) + html.figure(picture, picture, EVIL, kind="image")
    assert "<script" not in shown
    assert 'alert("1")' not in shown
    assert "&lt;script&gt;" in shown


def test_a_small_video_is_embedded_and_plays_with_controls(tmp_path: Path) -> None:
    video, poster = tmp_path / "v.mp4", tmp_path / "p.jpg"
    video.write_bytes(b"\0" * 100)
    Image.new("RGB", (4, 4)).save(poster)
    shown = html.figure(video, poster, "take", kind="video")
    assert "<video controls" in shown
    assert "data:video/mp4;base64," in shown
    assert "data:image/jpeg;base64," in shown


def test_a_large_video_shows_its_poster_alone(tmp_path: Path) -> None:
    video, poster = tmp_path / "v.mp4", tmp_path / "p.jpg"
    with video.open("wb") as stream:
        stream.truncate(html.MAX_EMBEDDED_BYTES + 1)
    Image.new("RGB", (4, 4)).save(poster)
    shown = html.figure(video, poster, "take", kind="video")
    assert "<img" in shown
    assert "<video" not in shown
    assert len(shown) < 10_000
