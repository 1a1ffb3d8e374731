"""Every built-in pipeline without weights, built from its Dockerfile and run in its sandbox on a small real job."""

from __future__ import annotations

import os
import subprocess
from typing import Any

import pytest
from engine_lab import EngineLab

from genstudio.pipelines.catalogue import Catalogue
from genstudio.pipelines.invocation import image_build_command
from genstudio.project.assets import add_reference, create_asset
from genstudio.schema.job import JobView

pytestmark = [pytest.mark.container, pytest.mark.campaign, pytest.mark.timeout(1800)]

BASE = "genstudio/base:latest"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
PIPELINES = (
    "draft-image",
    "draft-video",
    "control-classical",
    "restore-ffmpeg",
    "upscale-lanczos",
    "speech-espeak",
    "draft-talking-head",
    "draft-action-transfer",
    "draft-train",
)


@pytest.fixture(scope="module")
def images(actor_image: str) -> None:
    """Their images, as they are in the sources now."""
    assert actor_image
    passed = {name: os.environ[name] for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_DEFAULT_TIMEOUT") if name in os.environ}
    for name in PIPELINES:
        command = image_build_command(Catalogue.load().get(name), base=BASE, build_args=passed | {"PIP_CERT": BUNDLE})
        built = subprocess.run(command, capture_output=True, text=True, check=False)
        assert built.returncode == 0, f"{name}: {(built.stdout + built.stderr)[-4000:]}"


def _wire(document: dict[str, Any], source: str, handle: str, target: str, socket: str) -> None:
    document["edges"][f"e_{source}_{target}_{socket}"] = {
        "source": source, "sourceHandle": handle, "target": target, "targetHandle": socket, "order": "a0",
    }  # fmt: skip


def _done(lab: EngineLab, jobs: tuple[JobView, ...]) -> set[str]:
    """The pipelines that made something; each in its own container."""
    assert [(job.node, job.state) for job in jobs if job.state.state != "succeeded"] == []
    return {job.pipeline for job in jobs}


@pytest.mark.usefixtures("images")
def test_a_film_is_made_by_the_images_of_all_of_them(lab: EngineLab, tmp_path: Any) -> None:
    from PIL import Image

    lab.shot("shot_1", reference="draft-video@1.0.0", duration="4f")
    lab.shot("face", reference="draft-image@1.0.0")
    lab.shot("act", reference="action-transfer", duration="4f")
    lab.shot("speak", reference="talking-head", duration="4f")

    def change(document: dict[str, Any]) -> None:
        nodes = document["nodes"]
        nodes["scene"] = {"type": "scene_group", "data": {"name": "All"}}
        for name in ("shot_1", "face", "act", "speak"):
            nodes[name]["parent"] = "scene"
        nodes["clean"] = {"type": "video_restoration", "data": {"strength": 0.4}}
        nodes["large"] = {"type": "super_resolution", "data": {"scale": 2}}
        nodes["motion"] = {"type": "motion_source", "data": {"control": "edges", "file": ""}}
        nodes["words"] = {"type": "audio", "data": {"text": "Who is there?"}}
        _wire(document, "shot_1", "output", "clean", "input")
        _wire(document, "clean", "output", "large", "input")
        _wire(document, "large", "output", "motion", "source_video")
        _wire(document, "motion", "motion_data", "act", "motion")
        _wire(document, "face", "output", "act", "image")
        _wire(document, "face", "output", "speak", "image")
        _wire(document, "words", "audio", "speak", "audio")

    lab.edit(change)
    made = _done(lab, lab.engine.wait(lab.generate("scene").id, 900).jobs)
    fox = create_asset(lab.project.root, "character", "Fox", trigger_word="fxwoman")
    for number in range(8):
        picture = tmp_path / f"{number}.png"
        Image.effect_noise((96, 96), 40 + number).convert("RGB").save(picture)
        add_reference(lab.project.root, fox, picture)
    made |= _done(lab, lab.engine.wait(lab.engine.train(lab.project, "Fox").id, 900).jobs)
    assert made == set(PIPELINES)
    records = [take for takes in lab.project.takes.all().values() for take in takes]
    assert all(take.pipeline.image.startswith("sha256:") for take in records)
