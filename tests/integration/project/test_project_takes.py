"""Takes: numbers given once, nothing overwritten, the folder is the truth."""

from __future__ import annotations

import hashlib
import json
import os
import shutil

import pytest

from genstudio.project import paths
from genstudio.project.takes import TakeStore
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError
from genstudio.schema.take import TakeName

SHOT = "SCENE_01/SHOT_010"


def folder(project):
    return paths.get_shot_dir(project.root, SHOT)


def test_a_published_take_stands_in_its_folder_with_its_record(project, publish):
    take = publish(data=b"moving pictures")
    media = folder(project) / "SHOT-010_v01_take01.mp4"
    assert media.read_bytes() == b"moving pictures"
    assert media.stat().st_mode & 0o777 == 0o444
    assert (take.sha256, take.bytes) == (hashlib.sha256(b"moving pictures").hexdigest(), 15)
    assert json.loads((folder(project) / "SHOT-010_v01_take01.json").read_text())["id"] == take.id
    assert project.takes.list(SHOT) == (take,)
    assert project.takes.media_path(take) == media
    assert project.takes.verify(take)
    assert sorted(path.name for path in folder(project).iterdir()) == [f"{take.id}.json", f"{take.id}.mp4"]


def test_takes_count_up_in_each_version(project, publish):
    assert [publish(job=f"job-{number}").id for number in range(3)] == [f"SHOT-010_v01_take0{number}" for number in (1, 2, 3)]
    assert project.takes.claim(SHOT, 2, "other").id == "SHOT-010_v02_take01"
    assert [take.id for take in project.takes.list(SHOT, version=1)] == [f"SHOT-010_v01_take0{number}" for number in (1, 2, 3)]
    assert project.takes.list(SHOT, version=2) == ()
    assert list(project.takes.all()) == [SHOT]


def test_a_job_that_asks_again_gets_its_number_again(project):
    first = project.takes.claim(SHOT, 1, "job-1")
    assert project.takes.claim(SHOT, 1, "job-2") != first
    assert TakeStore(project.root, project.uuid).claim(SHOT, 1, "job-1") == first


def test_a_number_is_not_given_again_after_the_claims_are_lost(project, publish):
    publish()
    shutil.rmtree(project.root / ".genstudio/claims")
    assert project.takes.claim(SHOT, 1, "job-9").take == 2


def test_media_that_somebody_put_there_keeps_its_number(project):
    folder(project).mkdir(parents=True)
    (folder(project) / "SHOT-010_v01_take07.mov").write_bytes(b"x")
    assert project.takes.claim(SHOT, 1, "job").take == 8
    assert project.takes.list(SHOT) == ()
    assert project.takes.unrecorded(SHOT) == (f"03_Renders/{SHOT}/SHOT-010_v01_take07.mov",)


def test_a_late_twin_of_the_same_job_is_discarded(project, publish, record, tmp_path):
    first = publish(data=b"first")
    late = tmp_path / "late.mp4"
    late.write_bytes(b"late")
    assert project.takes.publish(first.name, late, record("job-1")) == first
    assert project.takes.media_path(first).read_bytes() == b"first"


def test_another_job_cannot_publish_to_a_number_that_is_taken(project, publish, record, tmp_path):
    first = publish()
    with pytest.raises(ConflictError, match="made by another job"):
        project.takes.publish(first.name, tmp_path / "scratch.mp4", record("job-2"))


def test_what_still_holds_the_scratch_file_cannot_change_the_take(project, record, tmp_path):
    name = project.takes.claim(SHOT, 1, "job-1")
    scratch = tmp_path / "out.mp4"
    with scratch.open("wb") as file:
        file.write(b"whole")
        file.flush()
        take = project.takes.publish(name, scratch, record())
        file.write(b" and more")
    assert project.takes.verify(take)


def test_media_of_an_attempt_that_died_before_its_record_is_set_aside(project, publish):
    folder(project).mkdir(parents=True)
    name = project.takes.claim(SHOT, 1, "job-1")
    (folder(project) / f"{name.id}.png").write_bytes(b"half")
    take = publish(data=b"whole")
    assert take.id == name.id
    assert project.takes.unrecorded(SHOT) == ()
    assert [path.read_bytes() for path in paths.get_orphans_dir(project.root).iterdir()] == [b"half"]


def test_a_link_a_folder_and_nothing_cannot_be_published(project, record, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "link.mp4").symlink_to(tmp_path / "secret")
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "empty.mp4").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe.mp4")
    name = project.takes.claim(SHOT, 1, "job-1")
    for media in ("link.mp4", "folder.mp4", "empty.mp4", "pipe.mp4", "none.mp4", "noSuffix", "bad.s u f"):
        with pytest.raises(BadInputError):
            project.takes.publish(name, tmp_path / media, record())
    assert list(folder(project).iterdir()) == []


def test_a_record_counts_only_while_its_media_is_what_it_says(project, publish):
    take = publish(data=b"twelve bytes")
    media = project.takes.media_path(take)
    media.chmod(0o644)
    media.write_bytes(b"eleven bytes"[:11])
    assert project.takes.list(SHOT) == ()
    assert project.takes.unrecorded(SHOT) == (f"03_Renders/{SHOT}/{take.media}",)
    with pytest.raises(NotFoundError, match="changed"):
        project.takes.media_path(take)
    media.write_bytes(b"TWELVE BYTES")
    assert project.takes.list(SHOT) == (take,)
    assert not project.takes.verify(take)
    media.unlink()
    assert project.takes.list(SHOT) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"id": "SHOT-010_v01_take02"},
        {"id": "../../x"},
        {"renders": "SCENE_02/SHOT_010"},
        {"media": "../../../project.json"},
        {"media": "other.mp4"},
        {"bytes": 0},
        {"sha256": "x"},
        {"schema": "genstudio.canvas/1"},
    ],
)
def test_a_record_that_says_something_else_is_no_take(project, publish, change):
    take = publish()
    path = folder(project) / f"{take.id}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    assert project.takes.list(SHOT) == ()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff"])
def test_a_damaged_record_hides_no_other(project, publish, data):
    take = publish()
    publish(job="job-2")
    (folder(project) / "SHOT-010_v01_take02.json").unlink()
    (folder(project) / "SHOT-010_v01_take02.json").write_bytes(data)
    assert project.takes.list(SHOT) == (take,)
    assert project.takes.claim(SHOT, 1, "next").take == 3


def test_unknown_keys_of_a_record_are_kept(project, publish, record, tmp_path):
    name = project.takes.claim(SHOT, 1, "job-1")
    (tmp_path / "x.mp4").write_bytes(b"x")
    project.takes.publish(name, tmp_path / "x.mp4", record(future={"a": 1}))
    assert TakeStore(project.root, project.uuid).list(SHOT)[0].model_extra == {"future": {"a": 1}}


def test_a_link_in_place_of_media_is_no_take(project, publish, tmp_path):
    take = publish()
    media = project.takes.media_path(take)
    (tmp_path / "elsewhere").write_bytes(media.read_bytes())
    media.unlink()
    media.symlink_to(tmp_path / "elsewhere")
    assert project.takes.list(SHOT) == ()


def test_the_stamp_changes_when_a_take_appears(project, publish):
    stamps = {project.takes.stamp(SHOT)}
    for number in range(4):
        publish(job=f"job-{number}")
        stamps.add(project.takes.stamp(SHOT))
    assert len(stamps) == 5


def test_takes_of_the_same_name_in_two_scenes_have_reels_of_their_own(project, publish):
    first, second = publish("SCENE_01/SHOT_010"), publish("SCENE_02/SHOT_010", job="job-2")
    assert first.id == second.id
    assert first.reel != second.reel


def test_a_reel_that_another_take_has_is_not_given_again(project, publish):
    take = publish()
    path = folder(project) / f"{take.id}.json"
    name = TakeName(renders=SHOT, version=1, take=2)
    path.write_text(json.dumps({**json.loads(path.read_text()), "reel": project.takes.reel(name)}))
    assert project.takes.reel(name) != project.takes.list(SHOT)[0].reel


def test_a_clone_without_media_lists_its_takes_and_says_how_to_fetch(project, publish, git, tmp_path, monkeypatch):
    take = publish(data=os.urandom(4096))
    result = project.repository.commit([f"03_Renders/{SHOT}"], "take")
    assert result.commit
    monkeypatch.setenv("GIT_LFS_SKIP_SMUDGE", "1")
    git(tmp_path, "clone", "-q", str(project.root), str(tmp_path / "clone"))
    clone = TakeStore(tmp_path / "clone", project.uuid)
    assert clone.list(SHOT) == (take,)
    with pytest.raises(NotFoundError, match="not fetched") as caught:
        clone.media_path(take)
    assert caught.value.fix == f'Run: git lfs pull --include "03_Renders/{SHOT}/{take.media}"'
