"""What really is there stays shut to strangers: files of a project, parts of the front end, and the doors of the host beside ours."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image

from genstudio.server.parts import PARTS

SHUT = (302, 401, 403)
PICTURE = "01_Assets/Source_Media/still.png"
HOST = (
    "lab",
    "lab/tree/Projects",
    "tree",
    "api/contents",
    "api/contents/Projects",
    "api/kernels",
    "api/sessions",
    "api/terminals",
    "api/me",
    "voila",
    "voila/tree",
    "voila/render/Notebooks/quickstart.ipynb",
    "voila/files/workspace.json",
    "files/workspace.json",
    "nbconvert/html/Notebooks/quickstart.ipynb",
    "view/workspace.json",
    "edit/workspace.json",
    "lab/api/settings",
    "lab/api/workspaces",
)
"""Where Jupyter and Voila show what lies in a workspace or let code run."""


def asked(studio: Any, path: str, **headers: str) -> None:
    """Ask as a stranger and with a wrong token; nothing but the way to the login comes back."""
    for answer in (studio.stranger(path, **headers), studio.stranger(path, Authorization="token wrong", **headers)):
        assert answer.status in (*SHUT, 404), (path, answer.status)
        assert answer.status != 302 or "/login" in answer.headers["Location"], path
        assert str(studio.root).encode() not in answer.body


def test_files_of_a_project_are_shut_in_every_form(studio: Any, film: Any) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 36), "teal").save(buffer, "PNG")
    put = studio.user(f"genstudio/api/v1/projects/{film.uuid}/files/{PICTURE}", "PUT", buffer.getvalue())
    assert put.status == 201
    media = f"genstudio/media/{film.uuid}/{PICTURE}"
    assert studio.user(media).status == 200
    for query in ("", "?w=320", "?proxy", "?download", "?w=320&token=wrong", "?token="):
        asked(studio, media + query)
        asked(studio, media + query, Range="bytes=0-9")
    asked(studio, f"files/{film.root.relative_to(studio.root)}/{PICTURE}")
    asked(studio, f"genstudio/api/v1/projects/{film.uuid}")
    asked(studio, f"genstudio/app?project={film.uuid}")


@pytest.mark.skipif(not PARTS.is_dir(), reason="the front end is not built: make frontend")
def test_parts_of_the_front_end_are_shut(studio: Any) -> None:
    for name in json.loads((PARTS.parent / "parts.json").read_text()).values():
        if isinstance(name, str):
            assert studio.user(f"genstudio/static/{name}").status == 200
            asked(studio, f"genstudio/static/{name}", **{"Accept-Encoding": "gzip"})


@pytest.mark.parametrize("path", HOST)
def test_the_hosts_own_doors_are_shut(studio: Any, path: str) -> None:
    asked(studio, path)
