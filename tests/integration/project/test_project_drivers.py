"""Git compares and merges canvases with the studio: in a real ``git diff``, ``git log`` and ``git merge``, set up by themselves."""

from __future__ import annotations

import json
import sys

import pytest

from genstudio.graph.conflicts import choose, open_conflicts
from genstudio.graph.edit import diff
from genstudio.graph.sample import sample_film
from genstudio.project import paths
from genstudio.project.project import ProjectFolder
from genstudio.schema.canvas import Operation, Patch


def edit(project, *changes):
    """Change the main canvas as a view does."""
    file = project.canvas()
    operations = tuple(Operation(op="add", path=path, value=value) for path, value in changes)
    return file.apply(Patch(base=file.read().canvas.version, operations=operations))


def commit(project, message):
    assert project.repository.commit([paths.MAIN_CANVAS, "project.json"], message).commit


@pytest.fixture
def film(project):
    """The sample film, committed."""
    file = project.canvas()
    file.apply(Patch(base=0, operations=diff(file.read().canvas, sample_film())))
    commit(project, "The sample film")
    return project


@pytest.fixture
def branches(film, git):
    """Commit one change on the branch ``other`` and one on ``main``, and check out ``main``."""

    def run(theirs, ours):
        git(film.root, "checkout", "-q", "-b", "other")
        theirs()
        commit(film, "Theirs")
        git(film.root, "checkout", "-q", "main")
        ours()
        commit(film, "Ours")

    return run


def test_two_branches_of_a_canvas_are_merged_property_by_property(film, branches, git):
    branches(
        lambda: edit(film, ("/nodes/shot_010/data/prompt", "a bear"), ("/layout/shot_010", {"x": 1, "y": 2})),
        lambda: edit(film, ("/nodes/shot_010/data/seed", 7), ("/nodes/text_1", {"type": "text", "data": {"text": "x"}})),
    )
    versions = [json.loads(git(film.root, "show", f"{name}:{paths.MAIN_CANVAS}"))["version"] for name in ("main", "other")]
    git(film.root, "merge", "-q", "--no-edit", "other")
    assert git(film.root, "status", "--porcelain") == ""
    canvas = film.canvas().read().canvas
    data = canvas.nodes["shot_010"].data
    assert (data["prompt"], data["seed"], canvas.layout["shot_010"].x) == ("a bear", 7, 1)
    assert "text_1" in canvas.nodes
    assert json.loads(git(film.root, "show", f"HEAD:{paths.MAIN_CANVAS}"))["version"] == max(versions) + 1
    assert canvas.version > max(versions)
    assert film.canvas().absorb() is None


def test_a_real_conflict_is_a_list_to_choose_from_and_the_canvas_still_opens(film, branches, git):
    branches(lambda: edit(film, ("/nodes/shot_010/data/prompt", "a bear")), lambda: edit(film, ("/nodes/shot_010/data/prompt", "a wolf")))
    git(film.root, "merge", "-q", "--no-edit", "other", check=False)
    assert git(film.root, "status", "--porcelain").startswith(f"UU {paths.MAIN_CANVAS}")
    file = film.canvas()
    canvas = file.read().canvas
    (conflict,) = open_conflicts(canvas)
    assert (conflict.ours, conflict.theirs) == ("a wolf", "a bear")
    file.apply(Patch(base=canvas.version, operations=choose(canvas, conflict.path, "theirs")))
    assert file.read().canvas.nodes["shot_010"].data["prompt"] == "a bear"
    assert open_conflicts(file.read().canvas) == ()
    git(film.root, "commit", "-q", "--no-edit", "-a")
    assert ProjectFolder.open(film.root).canvas().read().canvas == file.read().canvas


def test_settings_of_both_sides_are_merged_and_versions_never_conflict(film, branches, git):
    branches(lambda: film.update_settings(quality="high"), lambda: film.update_settings(fps="25"))
    git(film.root, "merge", "-q", "--no-edit", "other")
    settings = ProjectFolder.open(film.root).settings
    assert (settings.quality, settings.fps) == ("high", "25")
    assert film.manifest.version == 3


def test_git_diff_says_what_changed_in_sentences_and_hides_positions(film, git):
    edit(film, ("/nodes/shot_010/data/prompt", "a bear"), ("/layout/shot_010", {"x": 999, "y": 2}))
    said = git(film.root, "diff")
    assert f"canvas {paths.MAIN_CANVAS}" in said
    assert "SHOT_010 prompt: Wide, a fox crosses" in said
    assert "→ a bear" in said
    assert "999" not in said
    commit(film, "A bear")
    logged = git(film.root, "log", "-p", "-1")
    assert "+  prompt: a bear" in logged
    assert "999" not in logged
    assert "layout" not in logged


def test_a_clone_gets_the_drivers_and_those_of_another_machine_are_replaced(film, git, tmp_path):
    git(tmp_path, "clone", "-q", str(film.root), str(tmp_path / "clone"))
    key = "merge.genstudio-canvas.driver"
    git(tmp_path / "clone", "config", key, "/elsewhere/python -m genstudio canvas merge %O %A %B %P")
    before = git(film.root, "config", key)
    clone = ProjectFolder.open(tmp_path / "clone")
    assert git(clone.root, "config", "--local", key) == before
    assert before.startswith(f"{sys.executable} -P -m genstudio canvas merge")
    assert clone.repository.is_safe()
    assert sys.executable not in git(film.root, "grep", "-e", ".", check=False)


def test_a_folder_named_like_the_studio_in_a_project_is_not_imported(film, branches, git, tmp_path):
    for name in ("genstudio", "json"):
        (film.root / name).mkdir()
        (film.root / name / "__init__.py").write_text(f"open({str(tmp_path / 'hacked')!r}, 'w')\n")
    branches(lambda: edit(film, ("/nodes/shot_010/data/seed", 1)), lambda: edit(film, ("/nodes/shot_020/data/seed", 1)))
    git(film.root, "merge", "-q", "--no-edit", "other")
    edit(film, ("/nodes/shot_020/data/seed", 3))
    assert "SHOT_020 seed: 1 → 3" in git(film.root, "diff")
    assert not (tmp_path / "hacked").exists()


def test_a_side_that_is_no_canvas_is_left_to_people(film, branches, git):
    broken = film.root / paths.MAIN_CANVAS

    def break_it():
        broken.write_text('{"schema": "genstudio.canvas/1", "nodes": 3}\n')

    branches(break_it, lambda: edit(film, ("/nodes/shot_010/data/seed", 1)))
    ours = broken.read_bytes()
    git(film.root, "merge", "-q", "--no-edit", "other", check=False)
    assert git(film.root, "status", "--porcelain").startswith("UU")
    assert broken.read_bytes() == ours
    assert "nodes" in git(film.root, "log", "-p", "other")
