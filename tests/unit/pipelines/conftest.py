"""What the tests of pipelines share: the SDK on the path, jobs, workers and pipeline folders."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from genstudio.pipelines.catalogue import sdk_dir
from genstudio.schema.job import GenerateJob
from genstudio.schema.take import TakeCanvas

if TYPE_CHECKING:
    from pathlib import Path

if str(sdk_dir()) not in sys.path:
    sys.path.insert(0, str(sdk_dir()))

MANIFEST = """
schema = "genstudio.pipeline/1"
id = "{id}"
version = "1.2.0"
title = "A pipeline"
task = "{task}"
kind = "{kind}"
aliases = {aliases}
licence = {{code = "Apache-2.0"}}

[[tiers]]
quality = "{quality}"
vram_gib = {vram_gib}
label = "{label}"

[run]
image = "genstudio/{id}:latest"
{more}
"""


class MakeFolder(Protocol):
    def __call__(self, root: Path, **values: Any) -> Path: ...


@pytest.fixture
def make_folder() -> MakeFolder:
    """Writes a pipeline folder and returns it."""

    def make(root: Path, **values: Any) -> Path:
        defaults = {
            "id": "t2i-own",
            "task": "generate-image",
            "kind": "image",
            "quality": "high",
            "vram_gib": 24,
            "label": "2K",
            "more": "",
        }
        values = defaults | {"aliases": []} | values
        folder = root / values["id"]
        folder.mkdir(parents=True)
        (folder / "pipeline.toml").write_text(MANIFEST.format(**values))
        return folder

    return make


@pytest.fixture
def job() -> GenerateJob:
    """A shot of four seconds that asks for a video in standard quality."""
    return GenerateJob(
        project="00000000-0000-4000-8000-000000000001",
        project_root="/films/first",
        node="shot_010",
        name="SHOT_010",
        reference="generate-video",
        quality="standard",
        prompt="a fox",
        composed_prompt="a fox",
        seed=7,
        width=1280,
        height=720,
        fps="24",
        canvas=TakeCanvas(path="main_canvas.json", version=1, node="shot_010"),
        renders="SCENE_01/SHOT_010",
    )
