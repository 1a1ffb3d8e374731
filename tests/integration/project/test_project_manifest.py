"""project.json: read as it is now, saved with an optimistic lock, errors that say what is wrong."""

from __future__ import annotations

import json
import threading

import pytest

from genstudio.project.project import ProjectFolder
from genstudio.schema.errors import BadInputError, ConflictError, ReadOnlyError


def edit(project: ProjectFolder, **changes: object) -> None:
    path = project.root / "project.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_settings_are_changed_and_read_by_all(project):
    saved = project.update_settings(quality="high", fps="30000/1001", height=1080)
    assert saved.version == 2
    other = ProjectFolder(project.root)
    assert other.settings.quality == "high"
    assert other.settings.fps == "30000/1001"
    assert other.settings.size == (1920, 1080)


def test_what_an_editor_wrote_is_read(project):
    edit(project, title="Renamed by hand", future={"key": 1})
    assert project.manifest.title == "Renamed by hand"
    project.update_settings(quality="low")
    assert json.loads((project.root / "project.json").read_text())["future"] == {"key": 1}


@pytest.mark.parametrize("changes", [{"quality": "ultra"}, {"fps": "0"}, {"height": 1}, {"aspect_ratio": "16/9"}, {"colour": "red"}])
def test_a_wrong_setting_is_refused_by_name_and_nothing_changes(project, changes):
    before = (project.root / "project.json").read_bytes()
    with pytest.raises(BadInputError, match=next(iter(changes))):
        project.update_settings(**changes)
    assert (project.root / "project.json").read_bytes() == before


def test_the_second_of_two_who_save_is_told(project):
    mine = project.manifest
    project.update_settings(quality="high")
    with pytest.raises(ConflictError, match="version 2, yours 1"):
        project.save(mine.model_copy(update={"description": "lost"}))
    saved = project.save(project.manifest.model_copy(update={"description": "kept"}))
    assert (saved.version, saved.project_settings.quality, saved.description) == (3, "high", "kept")


@pytest.mark.once
def test_settings_changed_by_many_at_once_all_count(project):
    def change() -> None:
        for _ in range(5):
            ProjectFolder(project.root).update_settings(auto_commit=False)

    threads = [threading.Thread(target=change) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert project.manifest.version == 21


def test_the_uuid_and_a_canvas_elsewhere_are_refused(project):
    with pytest.raises(BadInputError, match="uuid"):
        project.save(project.manifest.model_copy(update={"uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12}))
    with pytest.raises(BadInputError, match="inside the project"):
        project.save(project.manifest.model_copy(update={"canvas_path": "../../x.json"}))


def test_a_wrong_manifest_is_told_field_by_field(project):
    edit(project, project_settings={"quality": "ultra", "fps": "24"}, title="")
    with pytest.raises(BadInputError) as caught:
        ProjectFolder.open(project.root)
    assert 'project_settings.quality is "ultra"' in caught.value.message
    assert "title" in caught.value.message
    assert caught.value.fix == "Correct title, project_settings.quality in project.json."


def test_a_newer_manifest_is_read_only(project):
    edit(project, schema="genstudio.project/9")
    newer = ProjectFolder(project.root)
    assert "newer studio" in newer.read_only
    with pytest.raises(ReadOnlyError):
        newer.update_settings(quality="low")


def test_a_new_canvas_stands_beside_the_main_one(project):
    canvas = project.create_canvas("Scene two 🦊")
    assert project.canvases() == sorted([canvas.path, project.manifest.canvas_path])
    assert project.canvas(canvas.path).read().canvas.nodes == {}
    with pytest.raises(ConflictError):
        project.create_canvas("Scene two 🦊")


def test_a_card_counts_shots_and_takes_and_has_a_poster(project, publish):
    assert project.summary().poster == ""
    publish()
    newest = publish(job="job-2")
    summary = project.summary()
    assert (summary.takes, summary.poster) == (2, f"03_Renders/SCENE_01/SHOT_010/{newest.media}")
