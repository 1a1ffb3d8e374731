"""New projects: complete, quick, all or nothing; workspaces that are found and made."""

from __future__ import annotations

import shutil
import time

import pytest
from small_films import make_small_workspace

from genstudio.project import paths
from genstudio.project.project import ProjectFolder
from genstudio.project.scaffold import make_folders
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError, MissingToolError, NotFoundError


def test_a_new_project_has_everything_and_its_first_commit(project, git):
    for folder in paths.PROJECT_FOLDERS:
        assert (project.root / folder).is_dir(), folder
    assert git(project.root, "log", "--format=%s").strip() == "Begin the project"
    assert set(git(project.root, "ls-files").split()) == {".gitignore", ".gitattributes", "project.json", paths.MAIN_CANVAS}
    assert git(project.root, "status", "--porcelain") == ""
    assert git(project.root, "branch", "--show-current").strip() == "main"
    assert git(project.root, "config", "filter.lfs.process").strip() == "git-lfs filter-process"
    assert project.canvas().read().canvas.nodes == {}


def test_a_new_project_takes_less_than_a_second(workspace):
    workspace.create("Warm up")
    times = []
    for number in range(3):
        start = time.perf_counter()
        workspace.create(f"Film {number}")
        times.append(time.perf_counter() - start)
    assert min(times) < 1.0


def test_the_rules_for_text_and_for_git_lfs_are_all_there(project):
    rules = (project.root / ".gitattributes").read_text().splitlines()
    for suffix in [
        "png",
        "jpg",
        "jpeg",
        "gif",
        "mp4",
        "mov",
        "wav",
        "mp3",
        "safetensors",
        "pth",
        "ckpt",
        "psd",
        "aep",
        "mxf",
        "tif",
        "tiff",
        "exr",
        "hdr",
        "webp",
        "glb",
        "gguf",
    ]:
        assert f"*.{suffix} filter=lfs diff=lfs merge=lfs -text" in rules
    for suffix in ["json", "py", "js", "txt", "md"]:
        assert f"*.{suffix} text" in rules


@pytest.mark.parametrize(
    ("path", "kept_by_lfs"),
    [
        ("03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.mp4", True),
        ("03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.json", False),
        ("03_Renders/SCENE_01/SHOT_010/odd.suffix", True),
        ("01_Assets/Source_Media/A001.MXF", True),
        ("01_Assets/Source_Media/no_suffix", True),
        ("01_Assets/AI_Models/x.unknown", True),
        ("01_Assets/Generative_Assets/Characters/Fox/reference_images/a.PnG", True),
        ("01_Assets/Generative_Assets/Characters/Fox/asset.json", False),
        ("02_Source_Creative/Canvases/main_canvas.json", False),
        ("04_Project_Files/EDLs/film.edl", False),
        ("logo.JPG", True),
    ],
)
def test_media_is_kept_by_lfs_and_text_by_git(project, git, path, kept_by_lfs):
    assert (": lfs" in git(project.root, "check-attr", "filter", "--", path)) == kept_by_lfs


@pytest.mark.parametrize(
    "path", ["05_Cache/x.jpg", "06_Exports/film.mp4", "04_Project_Files/Auto_Saves/x.json", ".genstudio/x", ".DS_Store"]
)
def test_what_can_be_made_again_is_ignored(project, git, path):
    assert git(project.root, "check-ignore", "--", path).strip() == path


@pytest.mark.parametrize(
    "title", ["../../outside", 'The "Fox" & the <river>', "🦊 film 👩‍🚀", "סרט עברי", "\u202egnp.exe", "x" * 200, "a\nb\tc", "CON", ".git"]
)
def test_a_project_of_any_title_is_made_inside_and_found_again(workspace, title):
    project = workspace.create(title)
    assert project.root.parent == workspace.root / "Projects"
    found = workspace.project(project.manifest.title)
    assert found.uuid == project.uuid
    assert "\n" not in found.manifest.title
    assert project.repository.log()[0].message == "Begin the project"


@pytest.mark.parametrize("title", ["", "   ", "\n", "x" * 201])
def test_a_title_that_is_none_is_refused_and_nothing_is_left(workspace, title):
    with pytest.raises(BadInputError, match="title"):
        workspace.create(title)
    assert list((workspace.root / "Projects").iterdir()) == []


def test_a_second_project_of_the_same_title_is_refused(workspace):
    workspace.create("Fox")
    with pytest.raises(ConflictError, match="already a project"):
        workspace.create("  FOX ")
    assert workspace.create("Fox?").root.name == "Fox_2"


def test_without_git_nothing_is_left_behind(workspace, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError, match="Git is not installed") as caught:
        workspace.create("Fox")
    assert "git" in caught.value.fix
    assert list((workspace.root / "Projects").iterdir()) == []


def test_without_lfs_the_project_is_made_and_set_up_later(workspace_root, tmp_path, monkeypatch, without_lfs):
    project = WorkspaceFolder.find(workspace_root).create("Fox")
    assert project.repository.log()
    assert not project.repository.lfs_status().ok
    monkeypatch.undo()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    again = ProjectFolder.open(project.root)
    assert again.repository.lfs_status().ok
    assert b"git-lfs filter-process" in (project.root / ".git/config").read_bytes()


def test_a_moved_project_still_opens(project, tmp_path):
    shutil.move(project.root, tmp_path / "elsewhere")
    moved = ProjectFolder.open(tmp_path / "elsewhere")
    assert moved.uuid == project.uuid
    assert moved.state_dir == paths.state_dir(project.uuid)


def test_a_clone_gets_what_git_does_not_carry(project, git, tmp_path):
    git(tmp_path, "clone", "-q", str(project.root), str(tmp_path / "clone"))
    clone = ProjectFolder.open(tmp_path / "clone")
    assert (clone.root / "06_Exports").is_dir()
    assert git(clone.root, "config", "--local", "filter.lfs.process").strip() == "git-lfs filter-process"


def test_a_folder_that_is_a_link_out_of_the_project_is_refused(project, tmp_path):
    (project.root / "06_Exports").rmdir()
    (project.root / "06_Exports").symlink_to(tmp_path)
    with pytest.raises(BadInputError, match="06_Exports"):
        ProjectFolder.open(project.root)


def test_two_folders_with_one_uuid_are_named_until_the_copy_has_its_own(workspace, project):
    copy = workspace.root / "Projects" / "Copy"
    shutil.copytree(project.root, copy)
    assert "Copy" in workspace.problems()[0]
    for name in (project.uuid, "My First Film"):
        with pytest.raises(ConflictError, match="same uuid") as caught:
            WorkspaceFolder.find(workspace.root).project(name)
    assert "renew_uuid" in caught.value.fix
    ProjectFolder(copy).renew_uuid()
    assert workspace.problems() == []
    assert workspace.project(project.uuid).root == project.root


def test_an_unreadable_project_hides_no_other(workspace, project):
    broken = workspace.root / "Projects" / "Broken"
    broken.mkdir()
    (broken / "project.json").write_text("{")
    assert [summary.name for summary in workspace.projects()] == ["My First Film"]
    assert workspace.problems()[0].startswith("Broken: project.json is damaged")
    with pytest.raises(BadInputError, match="damaged"):
        workspace.project("Broken")


def test_an_unknown_project_is_answered_with_those_there_are(workspace, project):
    with pytest.raises(NotFoundError) as caught:
        workspace.project("My Last Film")
    assert "My First Film" in caught.value.fix


@pytest.mark.parametrize("name", ["My First Film", "my first film", "My_First_Film"])
def test_a_project_is_found_by_title_and_folder(workspace, project, name):
    assert workspace.project(name).uuid == project.uuid
    assert workspace.project(project.uuid).uuid == project.uuid


def test_the_workspace_is_found_by_argument_environment_parent_and_habit(tmp_path, workspace_root, monkeypatch):
    assert WorkspaceFolder.find(tmp_path / "named").root == tmp_path / "named"
    assert WorkspaceFolder.find().root == workspace_root
    monkeypatch.delenv("GENSTUDIO_WORKSPACE")
    (workspace_root / "Projects/deep").mkdir()
    monkeypatch.chdir(workspace_root / "Projects/deep")
    assert WorkspaceFolder.find().root == workspace_root
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert WorkspaceFolder.find().root == tmp_path / "home/Generative_Studio_Workspace"


def test_a_workspace_keeps_its_identity(workspace, workspace_root):
    again = WorkspaceFolder.find(workspace_root)
    assert again.uuid == workspace.uuid
    assert again.state_dir == workspace.state_dir
    assert (workspace_root / "Library/Pipelines").is_dir()
    assert workspace.models_dirs() == [workspace_root / "Library/AI_Models"]


def test_new_projects_begin_with_the_settings_of_the_workspace(workspace_root):
    make_small_workspace(workspace_root)
    settings = WorkspaceFolder.find(workspace_root).create("Fox").manifest.project_settings
    assert (settings.size, settings.fps) == ((320, 180), "24")


def test_settings_for_new_projects_that_make_no_sense_are_told_with_their_place(workspace_root):
    manifest = make_small_workspace(workspace_root) / "workspace.json"
    manifest.write_text(manifest.read_text().replace("180", "-5"))
    with pytest.raises(BadInputError, match=r"workspace\.json.*height"):
        WorkspaceFolder.find(workspace_root)


def test_a_workspace_made_by_many_at_once_has_one_identity(tmp_path, workspace_root, run_python):
    source = "import sys; from genstudio.project.workspace import WorkspaceFolder; print(WorkspaceFolder.find(sys.argv[1]).uuid)"
    started = [run_python(source, str(tmp_path / "new")) for _ in range(4)]
    assert len({process.communicate(timeout=60)[0] for process in started}) == 1


def test_a_file_is_no_workspace(tmp_path, workspace_root):
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInputError, match="no folder"):
        WorkspaceFolder.find(tmp_path / "file")


def test_a_workspace_that_cannot_be_written_is_told(workspace_root):
    with pytest.raises(GenStudioError) as caught:
        WorkspaceFolder.find("/proc/nowhere")
    assert caught.value.code in ("no_permission", "not_writable")


def test_a_project_that_moved_away_while_it_was_opened_is_not_made_anew_where_it_stood(project, tmp_path):
    root = project.root
    root.rename(tmp_path / "elsewhere")
    with pytest.raises(NotFoundError, match="was moved away"):
        make_folders(root)
    assert not root.exists()
