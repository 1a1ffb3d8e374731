"""Real media, records and tools for the tests of the project room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from genstudio.project.media import ffmpeg_path
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.project.project import ProjectFolder


@pytest.fixture(scope="session")
def video_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a test picture with a tone, 320 by 180, 24 frames a second."""
    path = tmp_path_factory.mktemp("media") / "clip.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=24:duration=2"]
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=2"]
    form = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"]
    subprocess.run([ffmpeg_path(), "-loglevel", "error", *picture, *tone, *form, str(path)], check=True)
    return path


@pytest.fixture(scope="session")
def image_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("media") / "still.png"
    Image.radial_gradient("L").convert("RGB").resize((640, 360)).save(path)
    return path


@pytest.fixture
def record() -> Callable[..., TakeRecord]:
    """Make a record as a worker would, before the take is published."""

    def make(job: str = "job-1", renders: str = "SCENE_01/SHOT_010", **fields: object) -> TakeRecord:
        return TakeRecord.model_validate(
            {
                "schema": "genstudio.take/1",
                "id": "SHOT-010_v01_take01",
                "renders": renders,
                "media": "x.mp4",
                "kind": "video",
                "sha256": "0" * 64,
                "bytes": 1,
                "job": job,
                "pipeline": TakePipeline(id="draft-video", version="1.0.0"),
                "quality": TakeQuality(requested="low", used="draft"),
                "canvas": TakeCanvas(path="02_Source_Creative/Canvases/main_canvas.json", version=1, node="shot_010"),
                **fields,
            }
        )

    return make


@pytest.fixture
def publish(project: ProjectFolder, record: Callable[..., TakeRecord], tmp_path: Path) -> Callable[..., TakeRecord]:
    """Publish a take of some bytes: claim, then publish."""

    def run(renders: str = "SCENE_01/SHOT_010", job: str = "job-1", data: bytes = b"media", suffix: str = ".mp4") -> TakeRecord:
        name = project.takes.claim(renders, 1, job)
        media = tmp_path / f"scratch{suffix}"
        media.write_bytes(data)
        return project.takes.publish(name, media, record(job, renders))

    return run


@pytest.fixture
def without_lfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without Git LFS: only Git is on the path."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("git", "sh", "ps", "pgrep"):
        found = shutil.which(name)
        if found:
            (programs / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(programs))
    return programs


@pytest.fixture
def git(workspace_root: Path) -> Callable[..., str]:
    """Run Git as a user would in a terminal; returns its output. With ``workspace_root``, so that no test ever writes ``~/.gitconfig``."""

    def run(folder: Path, *arguments: str, check: bool = True) -> str:
        identity = {"GIT_AUTHOR_NAME": "User", "GIT_AUTHOR_EMAIL": "user@localhost"}
        committer = {"GIT_COMMITTER_NAME": "User", "GIT_COMMITTER_EMAIL": "user@localhost"}
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=os.environ | identity | committer, capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            raise AssertionError(done.stderr)
        return done.stdout

    return run


@pytest.fixture
def run_python() -> Callable[..., subprocess.Popen[str]]:
    """Start a Python program of its own with the given source and arguments."""

    def start(source: str, *arguments: str) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([sys.executable, "-c", source, *arguments], text=True, **pipes)

    return start


@pytest.fixture
def run_python_with_start(run_python: Callable[..., subprocess.Popen[str]]) -> Callable[..., list[str]]:
    """Start programs, let them go at the same moment (each waits for a line of input), and return all their lines of output."""

    def run(source: str, arguments: list[tuple[str, ...]]) -> list[str]:
        started = [run_python(source, *each) for each in arguments]
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = [process.communicate(timeout=120) for process in started]
        assert [error for _, error in answers] == [""] * len(started)
        return [line for output, _ in answers for line in output.splitlines()]

    return run
