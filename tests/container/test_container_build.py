"""The image of a pipeline of one's own: built by the command, used by its jobs, and asked for again when the code has changed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_lab import EngineLab, write_pipeline

from genstudio.schema.job import Failed, JobView, Succeeded

pytestmark = [pytest.mark.container, pytest.mark.campaign]

ACTOR = Path(__file__).parent / "actor"
BASE = "genstudio/base:latest"


def _build(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "genstudio", "pipelines", "build", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _image_id(image: str) -> str:
    command = ["docker", "image", "inspect", "-f", "{{.Id}}", image]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _made(lab: EngineLab) -> JobView:
    lab.shot("shot_1", reference="own-image@1.0.0", prompt="paint")
    return lab.ended(lab.generate())


@pytest.fixture
def folder(lab: EngineLab) -> Iterator[Path]:
    """A pipeline in the library of the workspace, of which no image was built yet."""
    files = {file.name: file.read_text().replace("actor", "own-image") for file in ACTOR.iterdir() if file.is_file()}
    made = write_pipeline(lab.workspace.root, "own-image", files)
    yield made
    shutil.rmtree(made)
    subprocess.run(["docker", "rmi", "-f", "genstudio/test-own-image:latest"], check=False, capture_output=True)


def test_an_image_is_built_by_the_command_and_again_when_the_code_has_changed(lab: EngineLab, folder: Path) -> None:
    built = _build("own-image", "--base", BASE, "--json")
    assert built.returncode == 0, built.stderr
    image = json.loads(built.stdout)["image"]
    first = _made(lab)
    assert isinstance(first.state, Succeeded), first.state
    assert lab.project.takes.list("SCENE_01/SHOT_010")[-1].pipeline.image == _image_id(image)

    (folder / "run.py").write_text((folder / "run.py").read_text() + "\n# Looks at the frame once more.\n")
    stale = _made(lab)
    assert isinstance(stale.state, Failed), stale.state
    assert "was built from other code" in stale.state.message
    assert stale.state.fix.endswith("genstudio pipelines build own-image.")
    before = _image_id(image)
    assert _build("own-image", "--base", BASE).returncode == 0
    assert isinstance(_made(lab).state, Succeeded)
    assert lab.project.takes.list("SCENE_01/SHOT_010")[-1].pipeline.image == _image_id(image) != before

    (folder / "Dockerfile").write_text("FROM scratch\nCOPY nothing.py /\n")
    wrong = _build("own-image")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "The image of own-image was not built. Read what Docker says above." in " ".join(wrong.stderr.split())
    assert "nothing.py" in wrong.stderr
