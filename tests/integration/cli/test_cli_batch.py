"""``genstudio batch`` as a scheduler runs it: what it makes, what it makes again (nothing), and its exit status."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from engine_lab import until

from genstudio.project.project import ProjectFolder

pytestmark = pytest.mark.slow


@pytest.fixture
def film(demo: tuple[Any, Any], request: pytest.FixtureRequest) -> ProjectFolder:
    """A project of this test's own, whose takes are made in a moment, in a workspace whose engine runs."""
    genstudio, _ = demo
    made = genstudio("new", request.node.name, "--json").document
    project = ProjectFolder.open(Path(made["path"]), genstudio.place / "test-state")
    project.update_settings(height=90, fps="8")
    return project


def records(project: ProjectFolder) -> list[str]:
    return sorted(path.stem for path in project.root.glob("03_Renders/*/*/*.json"))


def table(folder: Path, *lines: str) -> str:
    path = folder / "shots.csv"
    path.write_text("\n".join(("name,prompt,duration,seed,takes", *lines)) + "\n", "utf-8")
    return str(path)


def test_takes_and_film_are_made_once_and_the_report_shows_them(demo: tuple[Any, Any], film: ProjectFolder, tmp_path: Path) -> None:
    genstudio, _ = demo
    shots = table(tmp_path, "SHOT_010,<b>a fox</b>,500ms,7,2", "Löwe,«лиса»,500ms,,")
    options = ("--project", film.uuid, "--quality", "low", "--film", "--json")
    first = genstudio("batch", shots, *options)
    assert first.status == 0, first.err
    assert records(film) == ["SHOT-010_v01_take01", "SHOT-010_v01_take02", "SHOT-020_v01_take01"]
    assert sorted(record.inputs["seed"] for record in film.takes.list("SCENE_01/SHOT_010")) == [7, 8]
    assert Path(first.document["film"]).is_file()
    page = Path(first.document["report"]).read_text("utf-8")
    assert page.count("data:image/jpeg;base64,") == 3
    assert "&lt;b&gt;a fox&lt;/b&gt;" in page
    assert "<b>" not in page

    again = genstudio("batch", shots, *options)
    assert again.status == 0, again.err
    assert [shot["made"] for shot in again.document["shots"]] == [[], []]
    assert (again.document["film"], len(records(film))) == (first.document["film"], 3)

    more = genstudio("batch", table(tmp_path, "SHOT_010,<b>a fox</b>,500ms,7,2", "Löwe,a bear,500ms,,"), *options)
    assert [shot["made"] for shot in more.document["shots"]] == [[], ["SHOT-020_v01_take02"]]
    assert more.document["film"] != first.document["film"]


def test_a_dry_run_says_what_would_run_where_and_changes_nothing(demo: tuple[Any, Any], film: ProjectFolder, tmp_path: Path) -> None:
    genstudio, _ = demo
    before = film.canvas().stamp()
    shots = table(tmp_path, "SHOT_010,a fox,500ms,7,2")
    ended = genstudio("batch", shots, "--project", film.uuid, "--dry-run", "--json")
    (row,) = ended.document
    assert (row["canvas"], row["make"], row["pipeline"], row["quality"]) == ("create", 2, "draft-video", "draft")
    assert "Fell back to draft" in row["remarks"]
    assert ended.status == 0
    assert (film.canvas().stamp(), records(film)) == (before, [])
    film.update_settings(when_unavailable="queue")
    (tmp_path / "pinned.csv").write_text("name,pipeline\nA,t2i-sd1.5\n")
    waiting = genstudio("batch", str(tmp_path / "pinned.csv"), "--project", film.uuid, "--dry-run")
    assert waiting.status == 1
    assert "Waiting for a worker" in waiting.out


def test_a_bad_table_is_told_by_line_and_column_before_anything_runs(demo: tuple[Any, Any], film: ProjectFolder, tmp_path: Path) -> None:
    genstudio, _ = demo
    before = film.canvas().stamp()
    ended = genstudio("batch", table(tmp_path, "A,a fox,soon,7,1", "B,b,1s,x,1", "C,c,1s,1,1"), "--project", film.uuid)
    assert ended.status == 1
    lines = ended.err.splitlines()
    assert re.search(r"shots.csv: line 2, column duration: ", lines[0])
    assert re.search(r"shots.csv: line 3, column seed: ", lines[1])
    assert lines[2] == "genstudio: shots.csv has 2 faults. Correct them; nothing was changed."
    assert (film.canvas().stamp(), records(film)) == (before, [])


def test_what_is_not_made_in_time_is_told_by_the_exit_status_and_goes_on(
    demo: tuple[Any, Any], film: ProjectFolder, tmp_path: Path
) -> None:
    genstudio, _ = demo
    shots = tmp_path / "shots.json"
    shots.write_text(json.dumps([{"name": "SHOT_010", "prompt": "a fox", "pipeline": "t2i-sd1.5"}]), "utf-8")
    film.update_settings(when_unavailable="queue")
    ended = genstudio("batch", str(shots), "--project", film.uuid, "--timeout", "0.5", "--json")
    assert ended.status == 1
    assert "Not done yet: " in ended.document["failures"]["SHOT_010"]
    (job,) = genstudio("jobs", "ls", "--project", film.uuid, "--active", "--json").document
    again = genstudio("batch", str(shots), "--project", film.uuid, "--no-wait", "--json").document
    assert again == [{"name": "SHOT_010", "jobs": [job["task"]], "error": ""}]
    assert genstudio("jobs", "cancel", job["task"]).status == 0


@pytest.mark.once
def test_a_killed_batch_goes_on_where_it_was_and_makes_nothing_twice(demo: tuple[Any, Any], film: ProjectFolder, tmp_path: Path) -> None:
    genstudio, _ = demo
    shots = table(tmp_path, "SHOT_010,a fox,500ms,7,3", "SHOT_020,a bear,500ms,9,3")
    command = [sys.executable, "-m", "genstudio", "batch", shots, "--project", film.uuid, "--quality", "low"]
    with subprocess.Popen(command, env=genstudio.environment(), start_new_session=True) as killed:
        until(lambda: bool(records(film)), what="the first take")
        os.killpg(killed.pid, signal.SIGKILL)
    ended = genstudio("batch", shots, "--project", film.uuid, "--quality", "low", "--json")
    assert ended.status == 0, ended.err
    seeds = {path: sorted(record.inputs["seed"] for record in film.takes.list(path)) for path in ("SCENE_01/SHOT_010", "SCENE_01/SHOT_020")}
    assert seeds == {"SCENE_01/SHOT_010": [7, 8, 9], "SCENE_01/SHOT_020": [9, 10, 11]}
