from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from genstudio.pipelines.catalogue import Catalogue, builtin_dir, load_pipeline, sdk_dir
from genstudio.pipelines.invocation import (
    DIGEST_LABEL,
    image_build_command,
    image_digest,
    image_mismatch,
    process_command,
    process_environment,
)
from genstudio.schema.errors import BadInputError, NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.pipelines.conftest import MakeFolder


def test_the_built_in_pipelines_and_tasks_load_without_problems():
    catalogue = Catalogue.load()
    assert catalogue.problems == ()
    offered = {"generate-image", "generate-video", "super-resolution", "video-restoration", "control-map", "speech", "train-model"}
    assert offered <= set(catalogue.tasks)
    assert {"draft-image", "draft-video", "t2i-sd1.5"} <= set(catalogue.pipelines)
    assert all(pipeline.builtin for pipeline in catalogue.pipelines.values())


def test_every_built_in_that_serves_a_task_makes_the_kind_of_that_task():
    catalogue = Catalogue.load()
    for pipeline in catalogue.pipelines.values():
        if pipeline.manifest.task is not None:
            assert pipeline.manifest.kind == catalogue.tasks[pipeline.manifest.task].kind


def test_every_task_has_a_draft_that_runs_without_gpu_weights_and_containers():
    catalogue = Catalogue.load()
    for task in catalogue.tasks:
        drafts = [item for item in catalogue.pipelines.values() if item.manifest.task == task and item.manifest.tiers[0].quality == "draft"]
        assert len(drafts) == 1
        assert drafts[0].runs_as_process
        assert not drafts[0].manifest.weights
        assert drafts[0].manifest.tiers[0].vram_gib == 0


def test_every_built_in_has_a_dockerfile_that_lets_its_base_be_replaced():
    for pipeline in Catalogue.load().pipelines.values():
        lines = [line for line in (pipeline.folder / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
        assert lines[:2] == ["ARG BASE=python:3.12-slim", "FROM ${BASE}"]


def test_a_pipeline_is_found_by_id_alias_and_pinned_version():
    catalogue = Catalogue.load()
    found = catalogue.get("t2i-sd1.5")
    assert catalogue.get("t2i-sd15") is found
    assert catalogue.get(f"t2i-sd1.5@{found.manifest.version}") is found


def test_an_unknown_pipeline_is_named_with_what_there_is():
    with pytest.raises(NotFoundError, match=r"no pipeline 't2i-nothing'.*generate-image.*draft-video"):
        Catalogue.load().get("t2i-nothing")


def test_a_version_that_is_not_here_is_refused_with_the_one_that_is():
    with pytest.raises(NotFoundError, match=r"version 1\.0\.0, not '9\.9\.9'"):
        Catalogue.load().get("draft-image@9.9.9")


def test_a_folder_in_the_workspace_adds_a_pipeline_that_is_not_trusted(workspace_root: Path, make_folder: MakeFolder):
    make_folder(workspace_root / "Library" / "Pipelines", more='environment = "studio"')
    own = Catalogue.load(workspace_root).get("t2i-own")
    assert not own.builtin
    assert not own.runs_as_process


def test_a_workspace_cannot_take_over_a_built_in_id_or_alias(workspace_root: Path, make_folder: MakeFolder):
    make_folder(workspace_root / "Library" / "Pipelines", id="draft-image")
    make_folder(workspace_root / "Library" / "Pipelines", id="t2i-own", aliases=["t2i-sd15"])
    catalogue = Catalogue.load(workspace_root)
    assert catalogue.get("draft-image").builtin
    assert catalogue.get("t2i-sd15").id == "t2i-sd1.5"
    assert any("draft-image is taken" in problem for problem in catalogue.problems)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("this is no toml", "cannot be read"),
        ('schema = "genstudio.pipeline/1"\nid = "broken"\n', "version"),
        (b"\xff\xfe\x00", "cannot be read"),
        (None, "there is no pipeline.toml"),
    ],
)
def test_a_broken_folder_is_a_problem_and_the_others_stay(workspace_root: Path, text: str | bytes | None, said: str):
    folder = workspace_root / "Library" / "Pipelines" / "broken"
    folder.mkdir(parents=True)
    if text is not None:
        (folder / "pipeline.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    catalogue = Catalogue.load(workspace_root)
    assert "draft-image" in catalogue.pipelines
    assert len(catalogue.problems) == 1
    assert "broken" in catalogue.problems[0]
    assert said in catalogue.problems[0]


def test_a_manifest_must_name_the_folder_it_stands_in(tmp_path: Path, make_folder: MakeFolder):
    folder = make_folder(tmp_path).rename(tmp_path / "other")
    with pytest.raises(BadInputError, match="not the name of its folder"):
        load_pipeline(folder)


def test_the_digest_follows_content_and_names_and_nothing_else(tmp_path: Path, make_folder: MakeFolder):
    folder = make_folder(tmp_path / "a")
    copy = shutil.copytree(folder, tmp_path / "b" / "t2i-own")
    (copy / "__pycache__").mkdir()
    (copy / "__pycache__" / "run.pyc").write_bytes(b"machine-made")
    before = load_pipeline(folder).digest
    assert load_pipeline(copy).digest == before
    (copy / "run.py").write_text("print()")
    assert load_pipeline(copy).digest != before


def test_references_are_the_tasks_and_then_each_pipeline_pinned_to_its_version():
    references = Catalogue.load().references()
    assert [entry["reference"] for entry in references][:2] == ["generate-image", "generate-video"]
    named = {entry["reference"]: entry for entry in references}
    assert {"title": "Animatic", "kind": "video"}.items() <= named["draft-video@1.0.0"].items()


def test_what_has_nodes_of_its_own_is_not_offered_to_shots():
    named = {entry["reference"] for entry in Catalogue.load().references()}
    assert "talking-head" in named
    assert not named & {"super-resolution", "speech", "upscale-lanczos@1.0.0", "speech-espeak@1.0.0"}


def test_a_process_runs_the_folders_own_code_with_the_sdk_on_its_path():
    pipeline = Catalogue.load().get("draft-image")
    command = process_command(pipeline)
    assert command[1:] == [str(pipeline.folder / "run.py")]
    assert process_environment()["PYTHONPATH"] == str(sdk_dir())


def test_a_pipeline_with_an_environment_of_its_own_is_refused_as_a_process():
    with pytest.raises(BadInputError, match="runs only in a container"):
        process_command(Catalogue.load().get("t2i-sd1.5"))


def test_the_build_command_takes_the_sdk_along_and_replaces_the_base():
    command = image_build_command(Catalogue.load().get("draft-image"), base="my/base", build_args={"PIP_CERT": "/ca.pem"})
    assert command[-1] == str(builtin_dir())
    assert "BASE=my/base" in command
    assert "PIP_CERT=/ca.pem" in command
    assert "genstudio/draft-image:latest" in command


def test_an_image_is_labelled_with_the_code_in_it():
    pipeline = Catalogue.load().get("draft-image")
    assert f"{DIGEST_LABEL}={image_digest(pipeline)}" in image_build_command(pipeline)
    assert image_mismatch(pipeline, image_digest(pipeline)) == ""


def test_a_built_in_image_of_other_code_or_of_unknown_age_does_not_stand_for_its_pipeline():
    pipeline = Catalogue.load().get("draft-image")
    for label in ("", "0" * 64):
        assert image_mismatch(pipeline, label) == (
            "The container image genstudio/draft-image:latest was built from other code than draft-image has now."
        )


def test_an_authors_own_image_counts_unless_its_label_says_that_it_is_old(tmp_path: Path, make_folder: MakeFolder):
    pipeline = load_pipeline(make_folder(tmp_path))
    assert image_mismatch(pipeline, "") == ""
    old = image_digest(pipeline)
    (pipeline.folder / "run.py").write_text("print()")
    assert image_mismatch(load_pipeline(pipeline.folder), old)


def test_a_pipeline_that_is_named_itself_promises_the_sockets_of_its_task_and_its_own():
    catalogue = Catalogue.load()
    named = {entry["reference"]: entry for entry in catalogue.references()}
    for reference in ("talking-head", "draft-talking-head@1.0.0"):
        assert [socket["name"] for socket in named[reference]["inputs"]] == ["image", "audio"]
    assert catalogue.declared["draft-talking-head"] == catalogue.declared["draft-talking-head@1.0.0"]
    assert named["t2i-sd1.5@1.0.0"]["params"][0]["name"] == catalogue.get("t2i-sd1.5").manifest.params[0].name
