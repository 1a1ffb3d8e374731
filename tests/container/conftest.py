"""A real container engine, and a pipeline that does what its prompt says, good or bad."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from engine_lab import EngineLab, end_engine, engine_environment, write_pipeline
from honest_skips import mounted_disk

from genstudio.project.workspace import WorkspaceFolder

IMAGE = "genstudio/test-actor:latest"
_BASE = "genstudio/base:latest"
_MANIFEST = (Path(__file__).parent / "actor" / "pipeline.toml").read_text("utf-8")


def _answers(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="session")
def actor_image() -> str:
    """The image of the test pipeline."""
    there = shutil.which("docker") is not None and _answers("docker", "image", "inspect", _BASE)
    if not there:
        pytest.skip(f"There is no container engine, or no image {_BASE}.")
    folder = Path(__file__).parent / "actor"
    subprocess.run(["docker", "build", "-q", "-t", IMAGE, "--build-arg", f"BASE={_BASE}", str(folder)], check=True, capture_output=True)
    return IMAGE


def container_environment(patch: pytest.MonkeyPatch, place: Path) -> None:
    engine_environment(patch, place, "container")
    patch.setenv("GENSTUDIO_JOB_MEMORY_GIB", "0.5")
    if (place / "scratch").is_mount():
        patch.setenv("GENSTUDIO_SCRATCH", str(place / "scratch"))
        patch.setenv("GENSTUDIO_SCRATCH_RESERVE_MIB", "48")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, actor_image: str) -> Iterator[Path]:
    """A place whose engine lives until the last test that needs it: to start and end one costs more than most tests do.

    Where the tests may mount one, its scratch is a small disk, which a pipeline can fill without harm to anybody's.
    """
    place = tmp_path_factory.mktemp("container")
    with ExitStack() as stack:
        with suppress(pytest.skip.Exception):
            stack.enter_context(mounted_disk(place / "scratch", "160m"))
        with pytest.MonkeyPatch.context() as patch:
            container_environment(patch, place)
            write_pipeline(WorkspaceFolder.find(place / "Studio").root, "actor", {"pipeline.toml": _MANIFEST})
        yield place
        with pytest.MonkeyPatch.context() as patch:
            container_environment(patch, place)
            end_engine(WorkspaceFolder.find(place / "Studio"))


@pytest.fixture(scope="module")
def home(shared: Path) -> Iterator[WorkspaceFolder]:
    """A workspace whose worker runs containers and nothing else, with the environment that its engine is started in."""
    with pytest.MonkeyPatch.context() as patch:
        container_environment(patch, shared)
        yield WorkspaceFolder.find(shared / "Studio")


@pytest.fixture
def lab(home: WorkspaceFolder) -> Iterator[EngineLab]:
    found = EngineLab(home)
    yield found
    found.close()
