"""Where things live, and that no name leads out of a project."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genstudio.project import paths
from genstudio.project.state_folder import filesystem
from genstudio.schema.errors import BadInputError
from genstudio.schema.take import TakeName

TAKE = TakeName(renders="SCENE_01/SHOT_010", version=1, take=2)


def test_a_take_stands_where_the_contract_says():
    root = Path("/films/Fox")
    assert paths.get_shot_take_path(root, TAKE, ".mp4") == root / "03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take02.mp4"
    assert paths.get_record_path(root, TAKE) == root / "03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take02.json"
    assert paths.get_claim_path(root, TAKE) == root / ".genstudio/claims/SCENE_01/SHOT_010/SHOT-010_v01_take02.json"


def test_a_character_stands_in_its_folder():
    root = Path("/films/Fox")
    assert paths.get_character_asset_path(root, "Reynard") == root / "01_Assets/Generative_Assets/Characters/Reynard"


@pytest.mark.parametrize("path", ["", ".", "..", "../x", "a/../../x", "/etc/passwd", "a\0b", "a\\..\\b", "01_Assets/../../../x", "./"])
def test_a_path_that_leads_out_is_refused(tmp_path, path):
    with pytest.raises(BadInputError, match="inside the project"):
        paths.inside(tmp_path, path)


def test_a_link_that_leads_out_is_refused(tmp_path):
    root = tmp_path / "film"
    root.mkdir()
    (root / "03_Renders").symlink_to(tmp_path)
    with pytest.raises(BadInputError):
        paths.inside(root, "03_Renders/secret.txt")
    with pytest.raises(BadInputError):
        paths.get_shot_dir(root, "SCENE_01/SHOT_010")


def test_a_circle_of_links_is_refused(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(BadInputError):
        paths.inside(tmp_path, "a/file")


def test_a_link_that_stays_inside_is_fine(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert paths.inside(tmp_path, "link/file") == tmp_path / "link/file"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(path=st.text(max_size=60))
def test_whatever_the_text_the_path_is_inside_or_refused(tmp_path, path):
    try:
        found = paths.inside(tmp_path, path)
    except BadInputError:
        return
    assert found.resolve().is_relative_to(tmp_path.resolve())


@settings(max_examples=300)
@given(title=st.text(max_size=300))
def test_every_title_gives_a_folder_name_that_every_filesystem_takes(title):
    name = paths.project_folder_name(title)
    assert name
    assert len(name.encode()) <= 88
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert not name.startswith(".")
    assert not name.endswith((".", " "))
    assert ".." not in name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("My First Film", "My_First_Film"),
        ("../../etc", "etc"),
        ('He said "no"', "He_said_no"),
        ("🦊 runs", "🦊_runs"),
        ("\u202eאבג", "אבג"),
        ("CON", "Project_CON"),
        ("...", "Project"),
        ("a\x00b\nc", "a_b_c"),
        ("  spaces   everywhere  ", "spaces_everywhere"),
    ],
)
def test_a_hostile_title_becomes_a_harmless_folder(title, name):
    assert paths.project_folder_name(title) == name


@pytest.mark.parametrize("renders", ["", "SCENE_01", "scene/shot", "SCENE_01/SHOT_010/x", "../SHOT_010", "A/B\n", "A" * 33 + "/B"])
def test_what_is_no_shot_folder_is_refused(tmp_path, renders):
    with pytest.raises(BadInputError):
        paths.get_shot_dir(tmp_path, renders)


@pytest.mark.parametrize("suffix", ["", "mp4", ".", ".MP4", ".mp4/../x", ".waytoolongsuffix"])
def test_what_is_no_suffix_is_refused(tmp_path, suffix):
    with pytest.raises(BadInputError):
        paths.get_shot_take_path(tmp_path, TAKE, suffix)


@pytest.mark.parametrize("canvas", ["main.json", "project.json", f"{paths.CANVASES}/x.txt", f"{paths.CANVASES}/../../x.json"])
def test_only_json_among_the_canvases_is_a_canvas(tmp_path, canvas):
    with pytest.raises(BadInputError):
        paths.get_canvas_path(tmp_path, canvas)


def test_canvases_of_any_name_have_journals_of_their_own(tmp_path):
    names = [f"{paths.CANVASES}/{name}.json" for name in ("a/b", "a%2Fb", "a b", "ä" * 60, "x" * 250, "x" * 249 + "y")]
    journals = {paths.get_journal_path(tmp_path, name) for name in names}
    assert len(journals) == len(names)
    assert all(len(journal.name.encode()) < 255 and journal.parent == tmp_path / ".genstudio/journal" for journal in journals)


def test_the_state_folder_is_private_and_follows_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    folder = paths.state_dir("4f9c")
    assert folder == tmp_path / "genstudio/4f9c"
    assert folder.stat().st_mode & 0o077 == 0


def test_a_relative_state_home_is_ignored_as_the_standard_says(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert paths.state_dir("4f9c") == tmp_path / ".local/state/genstudio/4f9c"


@pytest.mark.parametrize(
    ("path", "kind"), [("/", "ext4"), ("/home/ann", "ext4"), ("/net/films/x", "nfs4"), ("/network", "ext4"), ("/my disk/x", "cifs")]
)
def test_the_filesystem_of_a_folder_is_that_of_its_nearest_mount(path, kind):
    mounts = "/dev/vda / ext4 rw 0 0\nserver:/films /net nfs4 rw 0 0\n//server/x /my\\040disk cifs rw 0 0\n"
    assert filesystem(Path(path), mounts) == kind


def test_the_filesystem_of_this_machine_is_known(tmp_path):
    assert not Path("/proc/self/mounts").exists() or filesystem(tmp_path)


def test_the_template_is_found():
    assert (paths.templates_dir() / "project/.gitattributes").is_file()
