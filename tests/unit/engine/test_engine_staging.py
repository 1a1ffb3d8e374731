from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from genstudio.engine.staging import output_file, stage
from genstudio.schema.errors import BadInputError, GenStudioError, NotFoundError
from genstudio.schema.event import DoneEvent
from genstudio.schema.job import Assignment, FileRef, GenerateJob, Route


@pytest.fixture
def film(job_spec: GenerateJob) -> Path:
    root = Path(job_spec.project_root)
    for name, text in (("project.json", "{}"), (job_spec.canvas.path, "{}"), ("01_Assets/a.png", "picture"), ("secret.txt", "secret")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def _stage(folder: Path, spec: GenerateJob, route: Route) -> dict[str, object]:
    stage(folder, Assignment(job="j", task="t", worker="cpu", spec=spec, route=route), spec, route)
    return json.loads((folder / "request.json").read_text())


def _ref(path: str, text: str) -> FileRef:
    return FileRef(path=path, sha256=hashlib.sha256(text.encode()).hexdigest(), role="character")


def test_the_job_folder_holds_the_documents_the_inputs_and_nothing_else(
    tmp_path: Path, film: Path, job_spec: GenerateJob, route: Route
) -> None:
    spec = job_spec.model_copy(update={"files": (_ref("01_Assets/a.png", "picture"),)})
    request = _stage(tmp_path / "job", spec, route)
    staged = {path.relative_to(tmp_path / "job/project").as_posix() for path in (tmp_path / "job/project").rglob("*") if path.is_file()}
    assert staged == {"project.json", spec.canvas.path, "01_Assets/a.png"}
    assert request["files"] == [{"path": "01_Assets/a.png", "role": "character"}]
    assert (request["seed"], request["frames"], request["kind"], request["output_dir"]) == (7, 4, "video", "outputs")
    assert list((tmp_path / "job/outputs").iterdir()) == []


def test_an_input_that_changed_since_the_click_is_refused(tmp_path: Path, film: Path, job_spec: GenerateJob, route: Route) -> None:
    spec = job_spec.model_copy(update={"files": (_ref("01_Assets/a.png", "another picture"),)})
    with pytest.raises(BadInputError, match=r"a\.png.* was changed"):
        _stage(tmp_path / "job", spec, route)


def test_an_input_that_is_gone_is_named(tmp_path: Path, film: Path, job_spec: GenerateJob, route: Route) -> None:
    spec = job_spec.model_copy(update={"files": (_ref("01_Assets/b.png", ""),)})
    with pytest.raises(NotFoundError, match=r"b\.png.* is gone"):
        _stage(tmp_path / "job", spec, route)


@pytest.mark.parametrize("path", ["../outside.txt", "/etc/passwd", "01_Assets/../../outside.txt", "01_Assets/link.png"])
def test_no_input_comes_from_outside_the_project(tmp_path: Path, film: Path, job_spec: GenerateJob, route: Route, path: str) -> None:
    (tmp_path / "outside.txt").write_text("not yours")
    (film / "01_Assets/link.png").symlink_to(tmp_path / "outside.txt")
    spec = job_spec.model_copy(update={"files": (_ref(path, "not yours"),)})
    with pytest.raises(BadInputError):
        _stage(tmp_path / "job", spec, route)


def _done(**outputs: str) -> DoneEvent:
    return DoneEvent(seq=0, outputs=outputs)


def test_the_output_is_the_socket_of_that_name_or_the_only_one(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("a")
    (tmp_path / "b.png").write_text("b")
    assert output_file(_done(output="a.png", mask="b.png"), tmp_path).name == "a.png"
    assert output_file(_done(image="b.png"), tmp_path).name == "b.png"


@pytest.mark.parametrize("name", ["", "gone.png", "../outside.png", "/etc/passwd", "link.png", "folder", "folder/../../outside.png"])
def test_an_output_that_is_no_plain_file_of_the_outputs_is_refused(tmp_path: Path, name: str) -> None:
    outputs = tmp_path / "outputs"
    (outputs / "folder").mkdir(parents=True)
    (tmp_path / "outside.png").write_text("x")
    (outputs / "link.png").symlink_to(tmp_path / "outside.png")
    with pytest.raises(GenStudioError) as raised:
        output_file(_done(output=name), outputs)
    assert raised.value.code == "internal"


def test_two_outputs_without_a_main_one_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("a")
    with pytest.raises(GenStudioError):
        output_file(_done(left="a.png", right="a.png"), tmp_path)
