"""Media over HTTP: whole, in ranges, as thumbnails; nothing but media, nothing outside the project."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

CONTENT = bytes(range(256)) * 4000
CLIP = "01_Assets/Source_Media/a clip.mp4"


def put(root: Path, relative: str, data: bytes) -> str:
    path = root / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return relative


def picture(width: int = 1600, height: int = 900) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (200, 80, 20)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def url(film: Any) -> str:
    put(film.root, CLIP, CONTENT)
    return f"genstudio/media/{film.uuid}/{quote(CLIP)}"


def test_a_file_comes_whole_with_its_type_and_length(studio: Any, url: str) -> None:
    answer = studio.user(url)
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("bytes=0-99", CONTENT[:100]), ("bytes=1000000-", CONTENT[1000000:]), ("bytes=-10", CONTENT[-10:]), ("bytes=5-5", CONTENT[5:6])],
)
def test_a_range_comes_as_206(studio: Any, url: str, asked: str, expected: bytes) -> None:
    answer = studio.user(url, Range=asked)
    assert (answer.status, answer.body) == (206, expected)
    assert answer.headers["Content-Range"].endswith(f"/{len(CONTENT)}")


def test_a_range_beyond_the_end_is_416(studio: Any, url: str) -> None:
    assert studio.user(url, Range=f"bytes={len(CONTENT)}-").status == 416


def test_a_known_file_is_not_sent_again_until_it_changes(studio: Any, film: Any, url: str) -> None:
    etag = studio.user(url).headers["ETag"]
    again = studio.user(url, **{"If-None-Match": etag})
    assert (again.status, again.body) == (304, b"")
    put(film.root, CLIP, CONTENT + b"more")
    assert studio.user(url, **{"If-None-Match": etag}).status == 200


def test_head_sends_the_headers_only(studio: Any, url: str) -> None:
    answer = studio.user(url, "HEAD")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", str(len(CONTENT)))


def test_a_browser_that_has_logged_in_plays_media_by_its_cookie(studio: Any, url: str) -> None:
    assert studio.browser()(url, Range="bytes=0-1").status == 206


def test_nothing_in_a_media_file_can_run(studio: Any, url: str) -> None:
    headers = studio.user(url).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "allow-scripts" not in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_thumbnail_is_a_small_picture_made_once(studio: Any, film: Any) -> None:
    put(film.root, "01_Assets/Source_Media/still.png", picture())
    url = f"genstudio/media/{film.uuid}/01_Assets/Source_Media/still.png?w=320"
    answer = studio.user(url)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(answer.body)).size == (320, 180)
    assert len(answer.body) < 64 * 1024
    assert studio.user(url, **{"If-None-Match": answer.headers["ETag"]}).status == 304


def test_odd_widths_do_not_fill_the_cache(studio: Any, film: Any) -> None:
    put(film.root, "01_Assets/Source_Media/still.png", picture())
    for width in range(200, 260, 7):
        assert studio.user(f"genstudio/media/{film.uuid}/01_Assets/Source_Media/still.png?w={width}").status == 200
    assert len(list((film.root / "05_Cache").rglob("*.jpg"))) == 1


@pytest.mark.parametrize("width", ["0", "-5", "x", "99999", "1e3", "%00", "9" * 400])
def test_a_width_that_is_none_is_refused(studio: Any, film: Any, width: str) -> None:
    put(film.root, "01_Assets/Source_Media/still.png", picture())
    answer = studio.user(f"genstudio/media/{film.uuid}/01_Assets/Source_Media/still.png?w={width}")
    assert answer.status == 400
    assert answer.json()["message"]


def test_a_thumbnail_of_what_is_no_picture_is_refused_in_a_sentence(studio: Any, url: str) -> None:
    answer = studio.user(f"{url}?w=320")
    assert answer.status in (400, 404)
    assert answer.json()["message"].endswith(".")


@pytest.mark.parametrize(
    "path",
    [
        "../secret.png",
        "..%2fsecret.png",
        "%2e%2e/secret.png",
        "%252e%252e/secret.png",
        "01_Assets/../../secret.png",
        "01_Assets/..%5c..%5csecret.png",
        "/etc/secret.png",
        "//etc/secret.png",
        "%2fetc%2fsecret.png",
        "01_Assets/Source_Media/out/secret.png",
        "01_Assets/Source_Media/link.png",
        "a%00.png",
        "project.json",
        "02_Source_Creative/Canvases/main_canvas.json",
        ".git/config",
        ".git/hidden.png",
        ".genstudio/hidden.png",
        "01_Assets/.hidden.png",
        "01_Assets/page.html",
        "01_Assets/page.svg",
        "01_Assets/Source_Media",
        "01_Assets",
        "x" * 5000 + ".png",
    ],
)
def test_nothing_but_media_of_the_project_is_served(studio: Any, film: Any, path: str) -> None:
    secret = film.root.parent / "secret.png"
    secret.write_bytes(b"TREASURE")
    folder = film.root / "01_Assets" / "Source_Media"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "out").symlink_to(film.root.parent)
    (folder / "link.png").symlink_to(secret)
    for name in (".git/hidden.png", ".genstudio/hidden.png", "01_Assets/.hidden.png", "01_Assets/page.html", "01_Assets/page.svg"):
        put(film.root, name, b"TREASURE")
    answer = studio.user(f"genstudio/media/{film.uuid}/{path}")
    assert answer.status in (400, 404), answer.body[:200]
    assert b"TREASURE" not in answer.body


def test_media_of_an_unknown_project_is_not_found(studio: Any) -> None:
    answer = studio.user("genstudio/media/00000000-0000-4000-8000-000000000000/a.png")
    assert (answer.status, answer.json()["code"]) == (404, "not_found")
