"""Uploads: streamed, hashed, looked at; whatever cannot be taken is refused in one sentence and leaves nothing."""

from __future__ import annotations

import hashlib
import http.client
import io
import os
import subprocess
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from engine_lab import until
from PIL import Image

from genstudio.project.media import ffmpeg_path
from genstudio.schema.canvas import Operation, Patch

MEDIA = "01_Assets/Source_Media"


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 36)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 80, 20)).save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    command = [ffmpeg_path(), "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x36:r=8:d=1", "-pix_fmt", "yuv420p", str(path)]
    subprocess.run(command, check=True)
    return path.read_bytes()


@pytest.fixture
def put(studio: Any, film: Any) -> Any:
    def send(path: str, body: bytes, method: str = "PUT", **headers: str) -> Any:
        named = {"Content-Type": "application/octet-stream"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return studio.user(f"genstudio/api/v1/projects/{film.uuid}/files/{path}", method, body, **named)

    return send


def left_over(film: Any) -> list[Path]:
    return [path for path in film.root.rglob("*") if path.is_file() and ".git" not in path.parts and "upload-" in path.name]


def test_a_file_is_taken_hashed_described_and_served(studio: Any, film: Any, put: Any, clip: bytes) -> None:
    answer = put(f"{MEDIA}/day 1/«лиса».mp4".replace(" ", "%20").replace("«лиса»", quote("«лиса»")), clip)
    assert answer.status == 201, answer.body
    told = answer.json()
    assert (told["path"], told["sha256"]) == (f"{MEDIA}/day 1/«лиса».mp4", hashlib.sha256(clip).hexdigest())
    assert (told["kind"], told["width"], told["height"], told["frames"]) == ("video", 64, 36, 8)
    served = studio.user(f"genstudio/{told['url']}")
    assert (served.body, served.headers["ETag"]) == (clip, answer.headers["ETag"])
    assert left_over(film) == []


def test_a_file_is_never_replaced_unless_its_etag_is_named(film: Any, put: Any) -> None:
    first = put(f"{MEDIA}/still.png", picture())
    assert put(f"{MEDIA}/still.png", picture(size=(32, 18))).status == 409
    assert put(f"{MEDIA}/still.png", picture(size=(32, 18)), If_Match='"other"').status == 412
    assert (film.root / MEDIA / "still.png").read_bytes() == picture()
    second = put(f"{MEDIA}/still.png", picture(size=(32, 18)), If_Match=first.headers["ETag"])
    assert (second.status, second.json()["width"]) == (201, 32)
    assert put(f"{MEDIA}/still.png", picture(), If_Match=first.headers["ETag"]).status == 412
    assert put(f"{MEDIA}/none.png", picture(), If_Match="*").status == 412


def test_a_file_is_deleted_where_it_is_the_one_that_is_meant(film: Any, put: Any) -> None:
    tag = put(f"{MEDIA}/still.png", picture()).headers["ETag"]
    assert put(f"{MEDIA}/still.png", b"", "DELETE", If_Match='"other"').status == 412
    name = Operation(
        op="add", path="/nodes/still", value={"type": "motion_source", "data": {"name": "The still", "file": f"{MEDIA}/still.png"}}
    )
    film.canvas().apply(Patch(base=0, operations=(name,)))
    used = put(f"{MEDIA}/still.png", b"", "DELETE", If_Match=tag)
    assert (used.status, used.json()["code"]) == (409, "conflict")
    assert "is used by The still" in used.json()["message"]
    assert put(f"{MEDIA}/still.png?force=true", b"", "DELETE", If_Match=tag).status == 204
    assert put(f"{MEDIA}/still.png", b"", "DELETE").status == 404
    assert put("03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.mp4", b"", "DELETE").status == 403
    assert put("01_Assets/Generative_Assets/Characters/Fox/asset.json", b"", "DELETE").status == 400


def bomb() -> bytes:
    """Return a small PNG that says it is 60,000 pixels wide and high."""
    head = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    body = b"IDAT" + zlib.compress(bytes(1 << 20))
    chunks = b"".join((len(part) - 4).to_bytes(4, "big") + part + zlib.crc32(part).to_bytes(4, "big") for part in (head, body, b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        (f"{MEDIA}/still.png", b"<script>alert(1)</script>", 400, "holds no picture"),
        (f"{MEDIA}/still.png", picture("JPEG"), 400, "holds JPEG, not PNG"),
        (f"{MEDIA}/still.png", b"", 400, "holds no picture"),
        (f"{MEDIA}/clip.mp4", b"PK\x03\x04" + bytes(1000), 400, "holds no media"),
        (f"{MEDIA}/clip.mp4", picture(), 400, "holds a picture"),
        (f"{MEDIA}/sound.wav", b"RIFF", 400, "holds no media"),
        (f"{MEDIA}/huge.png", bomb(), 400, "is too large"),
        (f"{MEDIA}/page.html", b"x", 400, "none of the kinds"),
        (f"{MEDIA}/archive.zip", b"x", 400, "none of the kinds"),
        (f"{MEDIA}/.hidden.png", b"x", 400, "no name for a file"),
        (f"{MEDIA}/{'x' * 300}.png", picture(), 400, "is too long"),
        (f"{MEDIA}/{quote('ж' * 200)}.png", picture(), 400, "is too long"),
        (f"{MEDIA}/{'x' * 300}/still.png", picture(), 400, "is too long"),
        ("03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.mp4", b"x", 403, "no place for files"),
        ("project.json", b"x", 403, "no place for files"),
        ("../other.png", b"x", 400, ""),
        ("01_Assets/../../other.png", b"x", 400, ""),
        ("01_Assets/%2e%2e/%2e%2e/other.png", b"x", 400, ""),
        ("/etc/other.png", b"x", 400, ""),
        (f"{MEDIA}/out/other.png", b"x", 400, ""),
        (f"{MEDIA}/a%00.png", b"x", 400, ""),
    ],
)
def test_what_cannot_be_taken_is_one_sentence_and_leaves_nothing(
    film: Any, put: Any, path: str, body: bytes, status: int, words: str
) -> None:
    (film.root / MEDIA / "out").symlink_to(film.root.parent)
    before = sorted(str(file) for file in film.root.parent.rglob("*.png"))
    answer = put(path, body)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/json"), answer.body
    assert answer.json()["message"].endswith(".")
    assert words in answer.json()["message"]
    assert answer.json()["fix"]
    until(lambda: sorted(str(file) for file in film.root.parent.rglob("*.png")) == before, what="the end of what was refused")
    assert left_over(film) == []


def test_too_much_is_refused_before_it_is_sent_where_it_is_announced(studio: Any, film: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=60)
    connection.putrequest("PUT", f"/genstudio/api/v1/projects/{film.uuid}/files/{MEDIA}/film.mp4")
    connection.putheader("Authorization", f"token {studio.token}")
    connection.putheader("Content-Length", str(1 << 40))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert b"larger than the" in answer.read()
    connection.close()


def test_an_upload_that_is_broken_off_leaves_nothing(studio: Any, film: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=60)
    connection.putrequest("PUT", f"/genstudio/api/v1/projects/{film.uuid}/files/{MEDIA}/film.mp4")
    connection.putheader("Authorization", f"token {studio.token}")
    connection.putheader("Content-Length", "1000000")
    connection.endheaders()
    connection.send(os.urandom(500_000))
    until(lambda: bool(left_over(film)), what="the upload begins")
    connection.close()
    until_gone(film)


def until_gone(film: Any) -> None:
    until(lambda: not left_over(film), what="the upload is cleared away")
