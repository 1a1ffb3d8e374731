"""The image of a built-in pipeline: built from its Dockerfile, and run in the sandbox that pipelines are promised."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from genstudio.pipelines.catalogue import Catalogue
from genstudio.pipelines.invocation import image_build_command
from genstudio.schema.event import EVENT

pytestmark = [pytest.mark.container, pytest.mark.slow, pytest.mark.timeout(900)]

BASE = "genstudio/base:latest"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
NOBODY = 65534
REQUEST = {
    "request_id": "r1", "prompt": "a fox crosses a frozen river, wide, dolly left", "seed": 7, "width": 640, "height": 360, "fps": "24",
    "frames": 1, "kind": "image", "name": "SHOT_010", "output_dir": "/job/outputs",
}  # fmt: skip


def _answers(*command: str) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def image() -> str:
    """The image of the panel pipeline."""
    there = _answers("docker", "image", "inspect", BASE)
    if not there:
        pytest.skip(f"There is no container engine, or no image {BASE}.")
    pipeline = Catalogue.load().get("draft-image")
    # What tells pip here where packages come from, tells it there; the base image holds the machine's certificates.
    passed = {name: os.environ[name] for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_DEFAULT_TIMEOUT") if name in os.environ}
    command = image_build_command(pipeline, base=BASE, build_args=passed | {"PIP_CERT": BUNDLE})
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, (built.stdout + built.stderr)[-4000:]
    return pipeline.manifest.run.image


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """A job folder whose outputs the sandbox's user may write."""
    for name in ("project", "outputs"):
        (tmp_path / name).mkdir()
    (tmp_path / "request.json").write_text(json.dumps(REQUEST))
    (tmp_path / "outputs").chmod(0o777)
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    return tmp_path


def run_sandboxed(image: str, job: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the container runner does: no network, nothing to write to but outputs and /tmp, no rights."""
    sandbox = ["--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--pids-limit", "256"]
    limits = ["--memory", "1g", "--user", f"{NOBODY}:{NOBODY}", "--tmpfs", "/tmp:rw,size=256m", "--init", "-w", "/tmp"]  # noqa: S108
    mounts = [f"-v{job}/{name}:/job/{name}:ro" for name in ("project", "request.json")] + [f"-v{job}/outputs:/job/outputs:rw"]
    whole = ["docker", "run", "--rm", *sandbox, *limits, *mounts, image, *command]
    return subprocess.run(whole, capture_output=True, text=True, check=False, timeout=120)


def test_the_image_draws_a_panel_in_the_sandbox(image: str, job: Path):
    command = Catalogue.load().get("draft-image").manifest.run.command
    ran = run_sandboxed(image, job, *command, "--project_path", "/job/project", "--node_id", "shot_010")
    assert ran.returncode == 0, ran.stderr
    events = [EVENT.validate_json(line) for line in ran.stdout.splitlines()]
    assert (events[0].type, events[-1].type) == ("started", "done")
    with Image.open(job / "outputs" / events[-1].outputs["output"]) as picture:
        assert picture.size == (640, 360)


def test_a_pipeline_that_is_asked_for_nothing_sensible_says_so_in_the_sandbox(image: str, job: Path):
    (job / "request.json").write_text("{}")
    ran = run_sandboxed(image, job, "python", "/app/run.py", "--project_path", "/job/project", "--node_id", "shot_010")
    assert ran.returncode == 1
    assert EVENT.validate_json(ran.stdout.splitlines()[-1]).code == "bad_input"


def test_the_image_carries_no_tests_and_no_tools_and_runs_as_nobody(image: str, job: Path):
    ran = run_sandboxed(image, job, "python", "-c", "import os; print(os.getuid(), os.listdir('/sdk'), os.listdir('/app'))")
    assert ran.stdout.split()[0] == str(NOBODY)
    assert "tools" not in ran.stdout
    assert "run.py" in ran.stdout
