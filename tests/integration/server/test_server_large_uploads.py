"""Files of 200 MiB: taken in pieces that never lie in memory together, and refused as quickly when they lie; archives that swell."""

from __future__ import annotations

import hashlib
import http.client
import io
import json
import threading
import wave
import zipfile
from collections.abc import Iterator
from typing import Any, Self

import psutil
import pytest
from engine_lab import until

pytestmark = pytest.mark.campaign
MEDIA = "01_Assets/Source_Media"
LARGE = 200 << 20
PIECE = 1 << 20
ROOM = 96 << 20
"""What the server may need beside what it needed before, in bytes: far less than the file."""


def sound(size: int) -> bytes:
    """Return the head of a WAV file of so many bytes of sound."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.setnframes(size // 4)
        file.writeframesraw(b"")
    head = bytearray(buffer.getvalue())
    head[4:8], head[40:44] = (size + 36).to_bytes(4, "little"), size.to_bytes(4, "little")
    return bytes(head)


def pieces(head: bytes, size: int) -> Iterator[bytes]:
    yield head
    for at in range(size // PIECE):
        yield bytes([at % 251]) * PIECE


def send(studio: Any, film: Any, name: str, body: Iterator[bytes], length: int) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=300)
    headers = {"Authorization": f"token {studio.token}", "Content-Length": str(length), "Content-Type": "application/octet-stream"}
    connection.request("PUT", f"/genstudio/api/v1/projects/{film.uuid}/files/{MEDIA}/{name}", body, headers)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


class Watch:
    """The most memory that a process had while the block lasted."""

    def __init__(self, pid: int) -> None:
        self._process, self._over = psutil.Process(pid), threading.Event()
        self.before = self.most = self._process.memory_info().rss
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._over.wait(0.01):
            self.most = max(self.most, self._process.memory_info().rss)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def left_over(film: Any) -> list[str]:
    return [path.name for path in film.root.rglob("upload-*") if path.is_file()]


def test_200_mib_are_taken_in_pieces_and_served_in_ranges(studio: Any, film: Any) -> None:
    head = sound(LARGE)
    digest = hashlib.sha256()
    for piece in pieces(head, LARGE):
        digest.update(piece)
    with Watch(studio.process.pid) as watch:
        status, told = send(studio, film, "long.wav", pieces(head, LARGE), len(head) + LARGE)
    assert (status, told.get("sha256")) == (201, digest.hexdigest()), told
    assert (told["bytes"], told["kind"]) == (len(head) + LARGE, "audio")
    assert watch.most - watch.before < ROOM
    tail = studio.user(f"genstudio/{told['url']}", Range="bytes=-16")
    assert (tail.status, tail.body) == (206, bytes([(LARGE // PIECE - 1) % 251]) * 16)
    assert left_over(film) == []


def test_200_mib_that_are_not_what_they_say_are_refused_in_a_sentence_and_leave_nothing(studio: Any, film: Any) -> None:
    with Watch(studio.process.pid) as watch:
        status, told = send(studio, film, "film.mp4", pieces(b"", LARGE), LARGE)
    assert (status, told["code"]) == (400, "bad_input"), told
    assert told["message"].endswith(".")
    assert told["fix"]
    assert watch.most - watch.before < ROOM
    until(lambda: not left_over(film), what="the end of what was refused")
    assert not (film.root / MEDIA / "film.mp4").exists()


@pytest.mark.parametrize("name", ["clip.mp4", "still.png", "sound.wav", "scene.zip"])
def test_an_archive_that_would_swell_is_no_media_and_is_never_unpacked(studio: Any, film: Any, name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive, archive.open("zeros", "w") as file:
        for _ in range(1024):
            file.write(bytes(PIECE))
    bomb = buffer.getvalue()
    assert len(bomb) < 2 << 20
    with Watch(studio.process.pid) as watch:
        status, told = send(studio, film, name, iter([bomb]), len(bomb))
    assert (status, told["code"]) == (400, "bad_input"), told
    assert watch.most - watch.before < ROOM
    assert not (film.root / MEDIA / name).exists()
