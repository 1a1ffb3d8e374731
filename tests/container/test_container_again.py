"""A take made again in its own container image, and what is said where the picture or the image is another one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from engine_lab import EngineLab, write_pipeline

from genstudio.schema.take import TakeRecord
from genstudio.session.reproduction import Reproduction, make_again, reproduction

pytestmark = pytest.mark.container

_MANIFEST = (Path(__file__).parent / "actor" / "pipeline.toml").read_text("utf-8")


def _docker(*arguments: str, given: str = "") -> str:
    return subprocess.run(["docker", *arguments], input=given, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def built(lab: EngineLab, actor_image: str) -> Iterator[Callable[[str], str]]:
    """Build the image of a pipeline of this test alone, in the state of that name, and return its ID."""
    name = f"again-{uuid4().hex[:8]}"
    tag = f"genstudio/{name}:latest"
    folder = write_pipeline(
        lab.workspace.root, name, {"pipeline.toml": _MANIFEST.replace('"actor"', f'"{name}"').replace("genstudio/test-actor:latest", tag)}
    )
    images: list[str] = []

    def build(state: str) -> str:
        _docker("build", "-q", "-t", tag, "--label", f"state={state}", "-", given=f"FROM {actor_image}\n")
        images.append(_docker("image", "inspect", "-f", "{{.Id}}", tag))
        lab.shot("shot_1", reference=f"{name}@1.0.0", prompt="drift")
        return images[-1]

    yield build
    (folder / "pipeline.toml").unlink()
    folder.rmdir()
    for image in dict.fromkeys(images):
        subprocess.run(["docker", "image", "rm", "-f", image], capture_output=True, check=False)


def _again(lab: EngineLab, first: TakeRecord) -> tuple[Reproduction, TakeRecord, tuple[str, ...]]:
    task = make_again(lab.project, lab.engine, first, "ann")
    lab.ended(task)
    view = lab.store.task(task.id)
    found = reproduction(lab.project, first, view)
    second = next(take for take in lab.project.takes.list(first.renders) if take.id == found.again)
    return found, second, tuple(notice.message for notice in lab.store.notices() if notice.task == task.id)


def test_a_take_is_made_again_in_its_own_image_and_the_verdict_says_how_far_it_differs(lab: EngineLab, built: Callable[[str], str]) -> None:
    old = built("old")
    lab.ended(lab.generate(quality="draft"))
    (first,) = lab.project.takes.list("SCENE_01/SHOT_010")
    new = built("new")
    assert (first.pipeline.image, old != new) == (old, True)

    found, second, notices = _again(lab, first)
    assert second.pipeline.image == old  # though its tag names the new one by now
    assert notices == ()
    assert second.sha256 != first.sha256
    psnr, ssim = found.comparison.psnr_db, found.comparison.ssim
    assert psnr is not None
    assert not found.comparison.identical
    assert 20 < psnr < 60  # grain of 64 levels in one of three colours
    assert 0.1 < ssim < 1
    assert found.differences == ()
    assert found.verdict == f"{second.id} differs from {first.id}: PSNR {psnr:.1f} dB, SSIM {ssim:.4f} over 1 frames."

    _docker("image", "rm", "-f", old)
    found, second, notices = _again(lab, first)
    assert second.pipeline.image == new
    short = old[:19]
    assert notices == (
        f"The container image of the first take ({short}) is not on this worker; it is made again by the pipeline as it is now.",
    )
    assert [(each.name, each.first, each.second) for each in found.differences] == [("pipeline.image", old, new)]
    assert found.verdict.endswith(" over 1 frames. Different: pipeline.image.")
    assert notices[0] in lab.store.log_path(next(job.id for job in lab.store.jobs(task=second.task))).read_text()
