"""Pictures of the work so far: only small pictures of the job's own folder travel."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from genstudio.engine.previews import PREVIEW_BYTES, keep_preview, preview_path, preview_url, read_preview
from genstudio.engine.state import StateFolder

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


def test_a_small_picture_travels_from_the_output_folder_to_the_page(tmp_path: Path) -> None:
    (tmp_path / "so_far.png").write_bytes(PNG)
    state = StateFolder(tmp_path / "state")
    state.prepare()
    keep_preview(state, "job_1", read_preview(tmp_path, "so_far.png"))
    path = preview_path(state.root, "job_1")
    assert preview_url(path) == f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    path.unlink()
    assert preview_url(path) is None


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "..", "", "missing.png", "link.png", "large.png", "page.html", "pipe"])
def test_nothing_else_does(tmp_path: Path, name: str) -> None:
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    (outputs / "link.png").symlink_to(tmp_path / "secret.png")
    (outputs / "large.png").write_bytes(PNG + bytes(PREVIEW_BYTES))
    (outputs / "page.html").write_bytes(b"<script>")
    os.mkfifo(outputs / "pipe")
    assert read_preview(outputs, name) == b""


def test_a_worker_that_sends_no_picture_is_not_believed(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    state.prepare()
    keep_preview(state, "job_1", b"<script>")
    assert not preview_path(state.root, "job_1").exists()
