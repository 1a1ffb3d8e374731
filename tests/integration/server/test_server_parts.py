"""The front end in parts, as pages fetch it from the server."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from genstudio.server.parts import PARTS

pytestmark = pytest.mark.skipif(not PARTS.is_dir(), reason="the front end is not built: make frontend")


def parts() -> dict[str, Any]:
    return dict(json.loads((PARTS.parent / "parts.json").read_text()))


def test_a_part_comes_compressed_to_who_takes_that_and_is_kept_for_good(studio: Any) -> None:
    names = parts()
    for name, kind in ((names["script"], "javascript"), (names["style"], "css")):
        plain, zipped = (studio.user(f"genstudio/static/{name}", **headers) for headers in ({}, {"Accept-Encoding": "br, gzip;q=0.8"}))
        assert (plain.status, zipped.status) == (200, 200)
        assert plain.headers.get("Content-Encoding") is None
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert plain.body == gzip.decompress(zipped.body) == (PARTS / name).read_bytes()
        for answer in (plain, zipped):
            assert kind in answer.headers["Content-Type"]
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    [
        "gone-00000000.js",
        "../studio.js",
        "..%2fstudio.js",
        "%2e%2e/%2e%2e/studio.py",
        "..%2f..%2fstudio.py",
        "/etc/hosts",
        "%2fetc%2fhosts",
    ],
)
def test_nothing_but_parts_is_handed_out(studio: Any, path: str) -> None:
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        assert studio.user(f"genstudio/static/{path}", **headers).status in (400, 403, 404)
