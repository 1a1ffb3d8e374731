"""What happened, named checkpoints, and going back: nothing that came later is lost."""

from __future__ import annotations

import os

import pytest

from genstudio.project import paths
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError, NotFoundError

SHOT_FOLDER = "03_Renders/SCENE_01/SHOT_010"


def add_node(project, name, canvas=None):
    file = project.canvas(canvas)
    document = {"type": "text", "data": {"text": name}}
    return file.apply(Patch(base=0, operations=(Operation(op="add", path=f"/nodes/{name}", value=document),)))


@pytest.fixture
def script(project):
    path = project.root / "02_Source_Creative/Scripts/scene.fountain"
    path.write_text("INT. HOUSE\n")
    return path


def test_the_log_says_what_came_with_each_version(project, publish):
    take = publish(data=os.urandom(1000))
    add_node(project, "a")
    project.repository.commit([SHOT_FOLDER, paths.MAIN_CANVAS], "SHOT_010 take 1")
    newest, first = project.history.log()
    assert (newest.subject, newest.takes, newest.take_folders) == ("SHOT_010 take 1", (take.id,), ("SCENE_01/SHOT_010",))
    assert newest.canvases == (paths.MAIN_CANVAS,)
    assert (first.subject, first.takes) == ("Begin the project", ())
    assert [version.subject for version in project.history.log(path=SHOT_FOLDER)] == ["SHOT_010 take 1"]


def test_a_checkpoint_commits_everything_and_names_it(project, script, publish):
    publish(data=os.urandom(1000))
    made = project.history.checkpoint("Before the  reshoot: «лиса» ~^ 🦊")
    newest = project.history.log()[0]
    assert (newest.commit, newest.checkpoints) == (made.commit, ("Before the reshoot: «лиса» ~^ 🦊",))
    assert project.repository.changed() == []
    with pytest.raises(ConflictError, match="already a checkpoint"):
        project.history.checkpoint("Before the reshoot: «лиса» ~^ 🦊")
    with pytest.raises(BadInputError, match="needs a name"):
        project.history.checkpoint(" ")


def test_going_back_brings_everything_back_and_keeps_what_came_later(project, script, publish, git):
    add_node(project, "early")
    early = publish(data=os.urandom(2000))
    project.update_settings(quality="low")
    project.history.checkpoint("early")
    late = publish(job="job-2", data=os.urandom(2000))
    add_node(project, "late")
    later_file = script.with_name("later.fountain")
    later_file.write_text("EXT.\n")
    script.write_text("INT. CHANGED\n")
    project.update_settings(quality="high")
    restored = project.history.restore("early")
    assert set(project.canvas().read().canvas.nodes) == {"early"}
    assert script.read_text() == "INT. HOUSE\n"
    assert project.settings.quality == "low"
    assert later_file.exists()
    assert {take.id for take in project.takes.list("SCENE_01/SHOT_010")} == {early.id, late.id}
    assert project.takes.verify(late)
    assert restored.files == ("02_Source_Creative/Scripts/scene.fountain",)
    assert git(project.root, "status", "--porcelain") == ""
    subjects = [version.subject for version in project.history.log(3)]
    assert subjects == ["Go back to: Checkpoint: early", "Before going back to: Checkpoint: early", "Checkpoint: early"]
    project.history.restore("HEAD~1")
    assert set(project.canvas().read().canvas.nodes) == {"early", "late"}
    assert script.read_text() == "INT. CHANGED\n"


def test_a_removed_take_comes_back_as_it_was(project, publish):
    take = publish(data=os.urandom(5000))
    project.history.checkpoint("with take")
    for path in (project.root / SHOT_FOLDER).iterdir():
        path.unlink()
    project.history.restore("with take")
    assert project.takes.list("SCENE_01/SHOT_010") == (take,)
    assert project.takes.verify(take)
    media = project.root / SHOT_FOLDER / take.media
    assert not media.stat().st_mode & 0o222


def test_one_canvas_goes_back_by_an_edit_that_can_be_undone(project, script):
    add_node(project, "early")
    first = project.history.checkpoint("early")
    add_node(project, "late")
    script.write_text("INT. CHANGED\n")
    restored = project.history.restore(first.commit[:10], canvas=paths.MAIN_CANVAS, author="ann")
    entry = project.canvas().entries(0)[-1]
    assert (entry.patch.author, entry.external) == ("ann", False)
    assert set(project.canvas().read().canvas.nodes) == {"early"}
    assert script.read_text() == "INT. CHANGED\n"
    assert restored.commit
    project.canvas().apply(Patch(base=0, operations=entry.inverse, guard=True))
    assert set(project.canvas().read().canvas.nodes) == {"early", "late"}


def test_a_canvas_that_was_removed_comes_back(project):
    other = project.create_canvas("Second").path
    add_node(project, "a", other)
    project.history.checkpoint("two canvases")
    (project.root / other).unlink()
    project.repository.commit([other], "Remove the second canvas")
    project.history.restore("two canvases", canvas=other)
    assert set(project.canvas(other).read().canvas.nodes) == {"a"}


@pytest.mark.parametrize("version", ["nothing", "--output=x", "", "HEAD:project.json", "a\0b", "-", "HEAD~99"])
def test_a_version_that_is_none_is_refused(project, version):
    with pytest.raises(NotFoundError, match="no version"):
        project.history.restore(version)


@pytest.mark.parametrize("path", ["../x", "/etc/passwd"])
def test_a_path_outside_is_refused(project, path):
    with pytest.raises(BadInputError):
        project.history.read("HEAD", path)


def test_a_canvas_that_is_not_in_the_version_is_told(project):
    first = project.history.log()[0].commit
    other = project.create_canvas("Second").path
    with pytest.raises(NotFoundError, match="is not in version"):
        project.history.restore(first, canvas=other)


def test_nothing_goes_back_while_a_merge_is_under_way(project, script):
    project.history.checkpoint("here")
    script.write_text("changed\n")
    (project.root / ".git/MERGE_HEAD").write_text("0" * 40)
    with pytest.raises(ConflictError, match="a merge is under way"):
        project.history.restore("here")
    assert script.read_text() == "changed\n"


def test_media_that_is_in_no_version_yet_is_not_overwritten(project, without_lfs, monkeypatch, tmp_path):
    picture = project.root / "01_Assets/Source_Media/plate.png"
    picture.write_bytes(b"one")
    monkeypatch.undo()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    project.history.checkpoint("one")
    picture.write_bytes(b"two")
    monkeypatch.setenv("PATH", str(without_lfs))
    with pytest.raises(GenStudioError, match=r"plate\.png"):
        project.history.restore("one")
    assert picture.read_bytes() == b"two"
