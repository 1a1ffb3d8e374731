"""Two people make takes of the same shot, and shots of the same number, on clones of one project: a pull keeps all of it."""

from __future__ import annotations

import os

import pytest

from genstudio.graph.cut import active_take
from genstudio.project.clone import clone_project
from genstudio.project.project import ProjectFolder
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import ConflictError
from genstudio.schema.take import TakeCanvas

SHOT = "SCENE_01/SHOT_010"
CANVAS = "02_Source_Creative/Canvases/main_canvas.json"
OURS = "02_Source_Creative/Scripts/scene.txt"


@pytest.fixture
def sides(project, git, tmp_path, workspace):
    """Two clones of a project with one shot, which has one take; beside them their remote."""
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "-q", "--bare", "--initial-branch=main", str(remote))
    add_shot(project, "shot_010")
    project.history.remotes.set(str(remote))
    project.history.push()
    root, _ = clone_project(str(remote), tmp_path / "elsewhere", workspace.state_dir)
    return project, ProjectFolder.open(root)


@pytest.fixture
def make(record, tmp_path):
    """Make a take as a worker does: claim, then publish."""

    def run(project, job, renders=SHOT, node="shot_010", **fields):
        name = project.takes.claim(renders, 1, job)
        media = tmp_path / "scratch.mp4"
        media.write_bytes(os.urandom(20_000))
        made = record(job, renders, canvas=TakeCanvas(path=CANVAS, version=1, node=node), **fields)
        return project.takes.publish(name, media, made)

    return run


def add_shot(project, node, **data):
    edit(project, f"/nodes/{node}", {"type": "shot", "data": {"name": node, **data}})
    return project.canvas().read().canvas.nodes[node].data["renders"]


def edit(project, path, value):
    project.canvas().apply(Patch(base=0, operations=(Operation(op="add", path=path, value=value),)))


def by_job(project):
    return {take.job: take for takes in project.takes.all().values() for take in takes}


def test_takes_of_one_number_are_both_kept_and_ours_gets_the_next(sides, make, git):
    theirs, ours = sides
    first = make(theirs, "job-theirs")
    theirs.history.push()
    mine = make(ours, "job-ours", inputs={"seed": 7})
    data = (ours.root / mine.path).read_bytes()
    edit(ours, "/nodes/shot_010/data/active_take", mine.id)
    edit(ours, f"/nodes/shot_010/data/review/{mine.id}", {"rating": 4})
    edit(ours, "/nodes/motion", {"type": "motion_source", "data": {"file": mine.path}})
    later = make(ours, "job-later", "SCENE_02/SHOT_010", inputs={"video": {"path": mine.path, "sha256": mine.sha256}})
    assert first.id == mine.id
    pulled = ours.history.pull()

    found = by_job(ours)
    assert found["job-theirs"] == first
    assert ours.takes.verify(found["job-theirs"])
    moved = found["job-ours"]
    assert (moved.id, moved.sha256, moved.inputs) == ("SHOT-010_v01_take02", mine.sha256, {"seed": 7})
    assert (ours.root / moved.path).read_bytes() == data
    assert moved.reel not in ("", first.reel)
    assert moved.model_extra["formerly"] == [{"renders": SHOT, "id": mine.id, "reel": mine.reel}]
    node = ours.canvas().read().canvas.nodes["shot_010"]
    assert (node.data["active_take"], node.data["review"]) == (moved.id, {moved.id: {"rating": 4}})
    assert active_take(node, ours.takes.list(SHOT)) == moved
    assert ours.canvas().read().canvas.nodes["motion"].data["file"] == moved.path
    assert found["job-later"].inputs["video"]["path"] == moved.path
    assert later.id == found["job-later"].id
    assert pulled.notices[0] == "SCENE_01/SHOT-010_v01_take01 of this side is SHOT-010_v01_take02 now."
    assert (pulled.conflicts, git(ours.root, "status", "--porcelain")) == ((), "")

    ours.history.push()
    theirs.history.pull()
    assert by_job(theirs) == found
    assert all(theirs.takes.verify(take) for take in found.values())
    raw = git(theirs.root, "cat-file", "-p", f"HEAD:{moved.path}")
    assert raw.startswith("version https://git-lfs")


def test_the_next_numbers_are_free_on_both_sides_and_are_not_given_again(sides, make):
    theirs, ours = sides
    for number in range(3):
        make(theirs, f"theirs-{number}")
    theirs.history.push()
    for number in range(2):
        make(ours, f"ours-{number}")
    running = ours.takes.claim(SHOT, 1, "running")
    assert running.take == 3
    ours.history.pull()
    numbers = {take.job: take.name.take for take in ours.takes.list(SHOT)}
    assert numbers == {"theirs-0": 1, "theirs-1": 2, "theirs-2": 3, "ours-0": 4, "ours-1": 5}
    assert make(ours, "next").name.take == 6


def test_a_job_that_ends_after_a_pull_brought_its_number_gets_the_next_one(sides, make, record, tmp_path):
    theirs, ours = sides
    make(theirs, "theirs")
    theirs.history.push()
    name = ours.takes.claim(SHOT, 1, "running")
    ours.history.pull()
    (tmp_path / "late.mp4").write_bytes(b"late")
    made = ours.takes.publish(name, tmp_path / "late.mp4", record("running"))
    assert (made.id, made.job) == ("SHOT-010_v01_take02", "running")
    assert ours.takes.publish(name, tmp_path / "late.mp4", record("running")) == made
    assert {take.job for take in ours.takes.list(SHOT)} == {"theirs", "running"}


def test_both_chose_the_take_of_their_own_and_that_is_a_choice(sides, make):
    theirs, ours = sides
    for side, job in ((theirs, "theirs"), (ours, "ours")):
        edit(side, "/nodes/shot_010/data/active_take", make(side, job).id)
    theirs.history.push()
    pulled = ours.history.pull()
    assert len(pulled.conflicts) == 1
    assert "take02" in pulled.conflicts[0]
    assert "take01" in pulled.conflicts[0]


def test_shots_that_both_sides_added_get_folders_of_their_own_with_their_takes(sides, make):
    theirs, ours = sides
    folders = [add_shot(theirs, "shot_a"), add_shot(ours, "shot_b")]
    assert folders[0] == folders[1]
    make(theirs, "theirs", folders[0], "shot_a")
    theirs.history.push()
    for number in range(2):
        mine = make(ours, f"ours-{number}", folders[1], "shot_b")
    edit(ours, "/nodes/shot_b/data/active_take", mine.id)
    pulled = ours.history.pull()
    nodes = ours.canvas().read().canvas.nodes
    assert nodes["shot_a"].data["renders"] == folders[0]
    own = nodes["shot_b"].data["renders"]
    assert own not in (folders[0], SHOT)
    assert [take.job for take in ours.takes.list(folders[0])] == ["theirs"]
    assert [take.job for take in ours.takes.list(own)] == ["ours-0", "ours-1"]
    assert nodes["shot_b"].data["active_take"] == by_job(ours)["ours-1"].id
    assert all(ours.takes.verify(take) for take in by_job(ours).values())
    assert any(f"in {own} now." in notice for notice in pulled.notices)
    ours.history.push()
    theirs.history.pull()
    assert by_job(theirs) == by_job(ours)
    assert theirs.history.pull().commit is None
    assert ours.history.pull().commit is None


def test_a_pull_that_is_undone_keeps_every_take_and_can_be_repeated(sides, make):
    theirs, ours = sides
    for side, words in ((theirs, "mine\n"), (ours, "yours\n")):
        make(side, words)
        (side.root / OURS).write_text(words)
    theirs.history.push()
    with pytest.raises(ConflictError, match=r"scene\.txt: nothing was merged"):
        ours.history.pull()
    assert list(by_job(ours)) == ["yours\n"]
    (ours.root / OURS).write_text("mine\n")
    ours.history.pull()
    assert set(by_job(ours)) == {"mine\n", "yours\n"}


def test_what_was_begun_and_cut_short_is_finished_by_the_next_pull(sides, make, monkeypatch):
    theirs, ours = sides
    make(theirs, "theirs")
    theirs.history.push()
    mine = make(ours, "ours")

    class EndedError(BaseException):
        pass

    def end(*_: object) -> None:
        raise EndedError

    with monkeypatch.context() as patch:
        patch.setattr(type(ours.takes), "disclaim", end)
        with pytest.raises(EndedError):
            ours.history.pull()
    ours.history.pull()
    found = by_job(ours)
    assert set(found) == {"theirs", "ours"}
    assert found["ours"].sha256 == mine.sha256
    assert sum(len(takes) for takes in ours.takes.all().values()) == 2
