"""Projects shared by an ordinary bare Git remote with real Git LFS: push, clone, pull, fetch by scene; nothing lost on either side."""

from __future__ import annotations

import os

import pytest

from genstudio.graph.conflicts import open_conflicts
from genstudio.project.clone import clone_project
from genstudio.project.project import ProjectFolder
from genstudio.project.remote_url import check_url, without_secrets
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError, NotFoundError

SHOT = "SCENE_01/SHOT_010"


@pytest.fixture
def remote(tmp_path, git):
    """An empty bare repository."""
    folder = tmp_path / "remote.git"
    git(tmp_path, "init", "-q", "--bare", "--initial-branch=main", str(folder))
    return folder


@pytest.fixture
def shared(project, remote, publish):
    """A project with a take, pushed to the remote."""
    publish(data=os.urandom(50_000))
    project.history.remotes.set(str(remote))
    project.history.push()
    return project


@pytest.fixture
def other(shared, remote, workspace, tmp_path):
    """The same project on the machine of somebody else."""
    root, notices = clone_project(str(remote), tmp_path / "elsewhere", workspace.state_dir)
    assert notices == ()
    return ProjectFolder.open(root)


def edit(project, path, value):
    file = project.canvas()
    file.apply(Patch(base=0, operations=(Operation(op="add", path=path, value=value),)))


def add_text(project, name):
    edit(project, f"/nodes/{name}", {"type": "text", "data": {"text": name}})


def test_a_clone_has_everything_media_included_and_is_set_up(shared, other, remote, git):
    assert other.uuid == shared.uuid
    assert other.takes.list(SHOT) == shared.takes.list(SHOT)
    assert other.takes.verify(other.takes.list(SHOT)[0])
    assert git(other.root, "config", "--local", "filter.lfs.process").strip() == "git-lfs filter-process"
    assert git(other.root, "config", "--local", "merge.genstudio-canvas.driver")
    assert git(other.root, "status", "--porcelain") == ""
    assert [version.subject for version in other.history.log()] == [version.subject for version in shared.history.log()]
    raw = git(remote, "cat-file", "-p", f"main:03_Renders/{SHOT}/SHOT-010_v01_take01.mp4")
    assert raw.startswith("version https://git-lfs")


def test_what_both_sides_did_comes_together_with_its_media(shared, other, publish, git):
    add_text(shared, "ours")
    take = publish(renders="SCENE_02/SHOT_010", job="job-2", data=os.urandom(30_000))
    shared.history.checkpoint("Two scenes")
    add_text(other, "theirs")
    shared.history.push()
    with pytest.raises(ConflictError, match="Pull first"):
        other.history.push()
    pulled = other.history.pull()
    assert (pulled.conflicts, pulled.notices) == ((), ())
    assert {"ours", "theirs"} <= other.canvas().read().canvas.nodes.keys()
    assert other.takes.list("SCENE_02/SHOT_010") == (take,)
    assert other.takes.verify(take)
    assert "Two scenes" in [point.name for point in other.history.checkpoints()]
    other.history.push()
    assert shared.history.pull().commit
    assert {"ours", "theirs"} <= shared.canvas().read().canvas.nodes.keys()
    assert shared.history.pull().commit is None


def test_one_property_changed_on_both_sides_is_pulled_as_a_choice_and_commits_go_on(shared, other, publish):
    add_text(shared, "words")
    shared.history.push()
    other.history.pull()
    edit(shared, "/nodes/words/data/text", "mine")
    shared.update_settings(quality="high")
    shared.history.push()
    edit(other, "/nodes/words/data/text", "yours")
    other.update_settings(quality="low")
    pulled = other.history.pull()
    assert any("words text: ours is “yours”, theirs is “mine”" in sentence for sentence in pulled.conflicts)
    assert any(sentence.startswith("quality of the project: ours is low and holds") for sentence in pulled.conflicts)
    assert len(open_conflicts(other.canvas().read().canvas)) == 1
    assert other.settings.quality == "low"
    assert other.repository.obstacle() == ""


def test_a_conflict_that_nobody_can_merge_leaves_everything_as_it_was(shared, other, git):
    for side, words in ((shared, "mine\n"), (other, "yours\n")):
        (side.root / "02_Source_Creative/Scripts/scene.txt").write_text(words)
    shared.history.push()
    add_text(other, "theirs")
    with pytest.raises(ConflictError, match=r"scene\.txt: nothing was merged"):
        other.history.pull()
    assert git(other.root, "status", "--porcelain") == ""
    assert (other.root / "02_Source_Creative/Scripts/scene.txt").read_text() == "yours\n"
    assert other.repository.obstacle() == ""
    assert "theirs" in other.canvas().read().canvas.nodes


def test_media_of_one_scene_is_fetched_and_the_rest_stays_away(shared, remote, publish, workspace, tmp_path):
    far = publish(renders="SCENE_05/SHOT_010", job="job-5", data=os.urandom(40_000))
    shared.history.push()
    root, _ = clone_project(str(remote), tmp_path / "elsewhere", workspace.state_dir, media=False)
    clone = ProjectFolder.open(root)
    media = root / "03_Renders/SCENE_05/SHOT_010" / far.media
    assert media.stat().st_size < 1000
    assert len(clone.history.media.missing()) == 2
    assert clone.history.media.fetch(["SCENE_05"]) == 1
    assert media.stat().st_size == 40_000
    assert [pointer.path for pointer in clone.history.media.missing()] == [f"03_Renders/{SHOT}/SHOT-010_v01_take01.mp4"]
    add_text(clone, "a")
    clone.history.push()
    for wrong in ("../x", "SCENE_05/**", "scene", ""):
        with pytest.raises(BadInputError, match="is no scene"):
            clone.history.media.fetch([wrong])


def test_staged_files_of_the_users_are_not_swept_in(shared, other, git):
    (other.root / "draft.txt").write_text("x")
    git(other.root, "add", "draft.txt")
    with pytest.raises(ConflictError, match=r"staged draft\.txt"):
        other.history.pull()
    assert git(other.root, "status", "--porcelain") == "A  draft.txt\n"


def test_where_there_is_no_remote_or_nothing_at_it_that_is_said(project, remote, workspace, tmp_path):
    with pytest.raises(NotFoundError, match="has no remote"):
        project.history.push()
    with pytest.raises(NotFoundError, match="nothing at that address"):
        clone_project(str(remote), tmp_path / "elsewhere", workspace.state_dir)
    with pytest.raises(GenStudioError, match="clone"):
        clone_project(str(tmp_path / "nowhere"), tmp_path / "elsewhere", workspace.state_dir)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_repository_that_is_no_project_is_not_taken_in(git, tmp_path, workspace):
    git(tmp_path, "init", "-q", "-b", "main", str(tmp_path / "code"))
    (tmp_path / "code/readme.txt").write_text("x")
    git(tmp_path / "code", "add", ".")
    git(tmp_path / "code", "commit", "-qm", "x")
    with pytest.raises(BadInputError, match="no project at that address"):
        clone_project(str(tmp_path / "code"), tmp_path / "elsewhere", workspace.state_dir)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(
    "url",
    ["ext::sh -c 'touch hacked'", "--upload-pack=evil", "-x", "", "transport::address", "ssh://-oProxyCommand=evil/x", "a\nb", "data:x"],
)
def test_an_address_that_would_run_something_is_refused(project, url):
    with pytest.raises(BadInputError, match="address"):
        project.history.remotes.set(url if url != "data:x" else "javascript://x")


@pytest.mark.parametrize("url", ["https://host/film.git", "ssh://git@host:22/film", "git@host.org:team/film.git", "file:///srv/film.git"])
def test_ordinary_addresses_are_taken_as_they_are(url):
    assert check_url(url) == url


def test_a_password_in_an_address_is_never_shown(project):
    project.history.remotes.set("https://ann:secret@host/film.git?token=x")
    assert project.history.remotes.all() == {"origin": "https://host/film.git"}
    assert without_secrets("ssh://git@host/film") == "ssh://git@host/film"
