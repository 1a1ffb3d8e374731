"""The commands one by one, on a real workspace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from genstudio.schema.errors import NotFoundError
from genstudio.schema.job import ENDED

if TYPE_CHECKING:
    from collections.abc import Callable

TITLE = "The Fox and the River"


def test_a_new_project_is_made_and_listed(genstudio: Callable[..., Any]) -> None:
    made = genstudio("new", "Première «лиса» 🦊", "--description", 'a "quoted" text', "--json").document
    assert Path(made["path"], "project.json").is_file()
    listed = genstudio("ls", "--json").document
    assert [(project["id"], project["name"]) for project in listed] == [(made["id"], "Première «лиса» 🦊")]
    assert "Première" in genstudio("ls").out


def test_an_empty_workspace_says_what_to_do(genstudio: Callable[..., Any]) -> None:
    assert "genstudio new" in genstudio("ls").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("canvas", "show", "Nothing"), "There is no project 'Nothing'"),
        (("generate", "Film"), "No shot is named"),
        (("generate", "Film", "SHOT_990"), "There is no shot 'SHOT_990'"),
        (("render", "Film"), "no shot"),
        (("edl", "Film"), "no assembler"),
        (("takes", "ls", "Film", "SHOT_990"), "There is no shot"),
        (("jobs", "show", "job_x"), "There is no"),
        (("jobs", "cancel", "job_x"), "There is no"),
        (("pipelines", "show", "wan"), "There is no pipeline 'wan'"),
        (("new", "Film"), "already"),
        (("new", "  "), "title"),
        (("canvas", "show", "Film", "--canvas", "../../etc/passwd"), ""),
        (("canvas", "show", "Film", "--canvas", "02_Source_Creative/Canvases/none.json"), ""),
        (("worker", "--name", "GPU-1"), "no worker 'GPU-1'"),
        (("canvas", "show"), "in no project"),
    ],
)
def test_a_mistake_ends_with_one_line_that_says_what_to_do(genstudio: Callable[..., Any], arguments: tuple[str, ...], words: str) -> None:
    genstudio("new", "Film")
    ended = genstudio(*arguments)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("genstudio: ")
    assert ended.err.count("\n") == 1
    assert words in ended.err


def test_a_workspace_that_cannot_be_made_is_one_line(genstudio: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    ended = genstudio("ls", "--workspace", str(file / "Studio"))
    assert ended.status == 1
    assert ended.err.startswith("genstudio: ")


def test_with_debug_the_error_shows_where_it_comes_from(genstudio: Callable[..., Any]) -> None:
    with pytest.raises(NotFoundError):
        genstudio("canvas", "show", "Nothing", "--debug")


def test_doctor_fits_a_screen_and_names_a_command_for_what_is_missing(genstudio: Callable[..., Any]) -> None:
    shown = genstudio("doctor")
    assert shown.status == 0
    assert len(shown.out.splitlines()) <= 40
    findings = genstudio("doctor", "--json").document
    names = {finding["name"] for finding in findings}
    assert {"python", "git", "git-lfs", "ffmpeg", "containers", "gpu", "disk", "memory", "notebooks", "workspace", "front end"} <= names
    assert all(finding["fix"] for finding in findings if not finding["ok"])


def test_a_report_for_a_fault_names_versions_and_no_secrets(genstudio: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_TOKEN", "treasure")
    shown = genstudio("doctor", "--report")
    assert "treasure" not in shown.out
    versions = genstudio("doctor", "--report", "--json").document["versions"]
    assert versions["git (program)"].startswith("git version")
    assert {"pydantic", "distributed", "moviepy"} <= set(versions)


def test_pipelines_are_listed_and_shown(genstudio: Callable[..., Any]) -> None:
    listed = genstudio("pipelines", "ls", "--json").document
    assert {"draft-image", "draft-video"} <= {pipeline["id"] for pipeline in listed["pipelines"]}
    assert "generate-video" in listed["tasks"]
    shown = genstudio("pipelines", "show", "draft-video")
    assert "draft-video" in shown.out
    assert genstudio("pipelines", "show", "draft-video", "--json").document["id"] == "draft-video"


def test_the_workers_of_this_machine_are_named(genstudio: Callable[..., Any]) -> None:
    assert "cpu" in genstudio("worker", "--list").out.split()


def test_a_canvas_with_errors_is_told_by_the_exit_status(genstudio: Callable[..., Any]) -> None:
    made = genstudio("new", "Film", "--json").document
    assert genstudio("canvas", "check", "Film").status == 0
    file = Path(made["path"], made["canvas"])
    document = json.loads(file.read_text("utf-8"))
    document["nodes"] = {"a": {"type": "shot", "parent": None, "order": "", "data": {"name": "A", "renders": "SCENE_01/SHOT_010"}}}
    document["edges"] = {
        "e_1": {"source": "a", "sourceHandle": "sequence_out", "target": "a", "targetHandle": "sequence_in", "order": ""},
    }
    file.write_text(json.dumps(document), "utf-8")
    ended = genstudio("canvas", "check", "Film", "--json")
    assert ended.status == 1
    assert any(problem["severity"] == "error" for problem in ended.document)


def test_a_command_inside_a_project_needs_no_name(genstudio: Callable[..., Any]) -> None:
    made = genstudio("new", "Film", "--json").document
    folder = Path(made["path"], "01_Assets")
    assert genstudio("canvas", "show", cwd=folder).out.startswith(made["canvas"])


@pytest.mark.slow
def test_takes_and_jobs_of_the_sample_film_are_listed(demo: tuple[Any, Any]) -> None:
    genstudio, _ = demo
    takes = {take["id"]: take for take in genstudio("takes", "ls", TITLE, "--json").document}
    firsts = [f"SHOT-0{number}0_v01_take01" for number in (1, 2, 3)]
    assert set(firsts) <= set(takes)
    assert all(Path(take["path"]).is_file() for take in takes.values())
    assert len(genstudio("takes", "ls", TITLE, "SHOT_030").out.splitlines()) == 2
    jobs = genstudio("jobs", "ls", "--project", TITLE, "--json").document
    states = {job["state"].get("take"): job["state"]["state"] for job in jobs}
    assert [states.get(take) for take in firsts] == ["succeeded"] * 3
    shown = genstudio("jobs", "show", jobs[0]["task"], "--json").document
    assert shown[0]["id"] == jobs[0]["id"]
    assert genstudio("jobs", "ls", "--active").out == "The queue is empty.\n"


@pytest.mark.slow
def test_one_more_take_is_made_and_the_film_and_list_are_made_again(demo: tuple[Any, Any]) -> None:
    genstudio, first = demo
    made = genstudio("generate", TITLE, "SHOT_020", "--quality", "low", "--json")
    assert made.status == 0, made.err
    (job,) = made.document["jobs"]
    assert [Path(path).stem for path in job["takes"]] == ["SHOT-020_v01_take02"]
    assert "Low quality not available" in made.err
    film = genstudio("render", TITLE, "--json").document["film"]
    assert film != first.document["film"]
    assert Path(film).is_file()
    listed = Path(genstudio("edl", TITLE, "--json").document["edl"])
    assert listed.is_file()
    first_event = genstudio("edl", "parse", str(listed), "--json").document["events"][0]
    start = first_event["source_in"]
    edited = listed.with_name("edited.edl")
    edited.write_text(f"TITLE: Edited\n001  {first_event['reel']} V C {start} {start[:-2]}06 01:00:00:00 01:00:00:06\n")
    drawn = genstudio("render", TITLE, "--edl", str(edited), "--preset", "images", "--json")
    assert drawn.status == 0, drawn.err
    report = json.loads(Path(drawn.document["film"]).with_suffix(".json").read_text("utf-8"))
    assert (report["mode"], report["preset"], report["frames"], report["drawn"]) == ("moviepy", "images", 6, 6)
    assert len(list(Path(drawn.document["film"]).glob("frame.*.png"))) == 6
    assert report["edl"] == "04_Project_Files/EDLs/edited.edl"


@pytest.mark.slow
def test_a_job_that_is_not_waited_for_can_be_cancelled(demo: tuple[Any, Any]) -> None:
    genstudio, _ = demo
    (job,) = genstudio("generate", TITLE, "SHOT_010", "--takes", "8", "--no-wait", "--json").document["jobs"]
    assert genstudio("jobs", "cancel", job["id"]).status == 0
    ended = genstudio("jobs", "show", job["id"], "--json").document
    while any(view["state"]["state"] not in ENDED for view in ended):
        ended = genstudio("jobs", "show", job["id"], "--json").document
    assert len(ended) == 8
    assert "cancelled" in {view["state"]["state"] for view in ended}
