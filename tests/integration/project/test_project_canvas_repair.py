"""A damaged canvas comes back from its journal, else from the newest whole copy; the damaged bytes are kept."""

from __future__ import annotations

import json
import os
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from genstudio.project import paths
from genstudio.project.auto_saves import AutoSaves, kept_copies
from genstudio.project.canvas_file import CanvasFile
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import BadInputError, NotFoundError

DAMAGES = [b"", b"{", b'{"schema": "genstudio.canvas/1", "nodes": []}', b"\x00" * 100, b'{"schema": "genstudio.project/1"}']


@pytest.fixture
def canvas(project):
    """A canvas with 70 edits, more than one checkpoint apart."""
    canvas = project.canvas()
    for number in range(70):
        value = {"type": "shot", "data": {"name": f"Shot {number}"}}
        canvas.apply(Patch(base=0, operations=(Operation(op="add", path=f"/nodes/shot_{number}", value=value),)))
    return canvas


def file_of(canvas: CanvasFile):
    return canvas.root / canvas.path


def damage_long_ago(canvas: CanvasFile, data: bytes) -> None:
    """Damage the file as a crash of the disk would; nobody is writing it now."""
    file_of(canvas).write_bytes(data)
    os.utime(file_of(canvas), (0, 0))


def at_rest(canvas: CanvasFile):
    """Read until nobody seems to be writing the file any more."""
    deadline = time.monotonic() + 20
    while (state := canvas.read()).moving and time.monotonic() < deadline:
        time.sleep(0.01)
    return state


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_canvas_comes_back_from_the_journal_without_loss(canvas, damage):
    before, good = canvas.read(), file_of(canvas).read_bytes()
    damage_long_ago(canvas, damage)
    state = CanvasFile(canvas.root).read()
    assert state.canvas == before.canvas
    assert state.sequence == 70
    assert "restored from its journal" in state.notice
    assert file_of(canvas).read_bytes() == good
    if damage:
        kept = list(paths.get_auto_saves_dir(canvas.root).glob("*.damaged"))
        assert [path.read_bytes() for path in kept] == [damage]


def test_a_canvas_that_is_gone_comes_back(canvas):
    file_of(canvas).unlink()
    assert len(CanvasFile(canvas.root).read().canvas.nodes) == 70
    at_rest(CanvasFile(canvas.root))
    assert file_of(canvas).is_file()


def test_a_live_view_repairs_what_it_knows(canvas):
    damage_long_ago(canvas, b"{")
    assert len(canvas.read().canvas.nodes) == 70


def test_half_a_line_at_the_end_of_the_journal_is_removed_by_the_next_writer(canvas):
    journal = paths.get_journal_path(canvas.root, canvas.path)
    whole = journal.read_bytes()
    journal.write_bytes(whole + b'{"sequence": 71, "vers')
    other = CanvasFile(canvas.root)
    assert other.read().sequence == 70
    accepted = other.apply(Patch(base=0, operations=(Operation(op="add", path="/layout/shot_0", value={"x": 1, "y": 1}),)))
    assert accepted.entry.sequence == 71
    assert journal.read_bytes().startswith(whole)
    assert [entry.sequence for entry in CanvasFile(canvas.root).entries(69)] == [70, 71]


def test_without_journal_and_checkpoint_the_newest_automatic_copy_comes_back(project, canvas):
    copies = AutoSaves(project.root, canvas.path)
    assert len(copies.files()) == 1
    os.utime(copies.files()[0], (0, 0))
    canvas.apply(Patch(base=0, operations=(Operation(op="remove", path="/nodes/shot_0"),)))
    for path in (project.root / ".genstudio/journal").iterdir():
        path.unlink()
    damage_long_ago(canvas, b"{")
    state = CanvasFile(project.root).read()
    assert len(state.canvas.nodes) == 69
    assert "automatic copy" in state.notice


def test_a_lost_checkpoint_makes_a_gap_so_that_followers_ask_for_everything(project, canvas):
    paths.get_checkpoint_path(project.root, canvas.path).unlink()
    document = json.loads(file_of(canvas).read_text())
    del document["nodes"]["shot_0"]
    file_of(canvas).write_text(json.dumps(document))
    other = CanvasFile(project.root)
    assert len(other.read().canvas.nodes) == 69
    assert [entry.sequence for entry in other.entries(69)] == [70, 72]
    assert other.read().canvas.version == 71


def test_a_damaged_canvas_with_nothing_to_repair_it_from_says_what_to_do(project):
    damage_long_ago(project.canvas(), b"{")
    project.repository.commit([paths.MAIN_CANVAS], "damaged")
    for _ in range(2):
        with pytest.raises(BadInputError, match="damaged") as caught:
            project.canvas().read()
    assert caught.value.fix.endswith(f'git restore --source=VERSION -- "{paths.MAIN_CANVAS}"')
    assert (project.root / paths.MAIN_CANVAS).read_bytes() == b"{"
    assert project.canvas().auto_saves.damaged() == [], "it is where it was: looking at it fills no folder"
    assert project.canvas().notices == ()


def test_automatic_copies_are_rotated(project):
    copies = AutoSaves(project.root, paths.MAIN_CANVAS)
    for number in range(30):
        copies.keep(b"{}", number)
        for path in copies.files():
            os.utime(path, (0, 0))
    assert len(copies.files()) == 20
    assert copies.files()[0].name.endswith(".v29.json")


def test_automatic_copies_come_at_most_every_five_minutes(project):
    copies = AutoSaves(project.root, paths.MAIN_CANVAS)
    copies.keep(b"{}", 1)
    copies.keep(b"{}", 2)
    assert len(copies.files()) == 1


def test_a_file_that_an_editor_is_writing_is_left_alone_and_its_edit_is_taken_in(canvas):
    whole = json.loads(file_of(canvas).read_text())
    whole["nodes"]["shot_0"]["data"]["prompt"] = "typed by hand"
    text = json.dumps(whole)
    follower = CanvasFile(canvas.root)
    before = follower.read()
    with file_of(canvas).open("r+") as editor:  # as many editors save: the same file, emptied and written again
        editor.truncate(0)
        for piece in (text[: len(text) // 2], text[len(text) // 2 :]):
            state = follower.read()
            assert (state.moving, state.canvas, state.sequence) == (True, before.canvas, 70)
            editor.write(piece)
            editor.flush()
    state = follower.read()
    assert not state.moving
    assert state.canvas.nodes["shot_0"].data["prompt"] == "typed by hand"
    assert state.notice == ""
    assert follower.entries(70)[0].external


@pytest.mark.once
def test_an_edit_waits_for_the_editor_that_is_writing_the_file(canvas):
    text = file_of(canvas).read_text().replace("Shot 1", "By hand 1")
    file_of(canvas).write_text("")
    patch = Patch(base=0, operations=(Operation(op="add", path="/nodes/shot_0/data/prompt", value="by the studio"),))
    edit = threading.Thread(target=CanvasFile(canvas.root).apply, args=(patch,))
    edit.start()
    file_of(canvas).write_text(text)
    edit.join()
    nodes = CanvasFile(canvas.root).read().canvas.nodes
    assert (nodes["shot_0"].data["prompt"], nodes["shot_1"].data["name"]) == ("by the studio", "By hand 1")


def test_a_file_half_edited_by_hand_comes_back_once_the_hand_is_still(canvas):
    file_of(canvas).write_bytes(file_of(canvas).read_bytes()[:-40])
    follower = CanvasFile(canvas.root)
    assert follower.read().moving
    state = at_rest(follower)
    assert "restored from its journal" in state.notice
    assert len(state.canvas.nodes) == 70


def test_a_lost_journal_is_begun_anew_and_never_repairs_with_an_old_state(project, canvas):
    paths.get_journal_path(project.root, canvas.path).unlink()
    other = CanvasFile(project.root)
    assert len(other.read().canvas.nodes) == 70
    accepted = other.apply(Patch(base=0, operations=(Operation(op="remove", path="/nodes/shot_0"),)))
    assert accepted.entry.sequence > 70
    damage_long_ago(canvas, b"{")
    state = CanvasFile(project.root).read()
    assert len(state.canvas.nodes) == 69
    assert "no edit is lost" in state.notice
    assert CanvasFile(project.root).apply(Patch(base=0, operations=accepted.entry.inverse, guard=True)).entry is not None


def test_a_long_journal_is_compacted_and_keeps_what_undo_and_followers_need(project, canvas, monkeypatch):
    monkeypatch.setattr("genstudio.project.canvas_file._KEPT_ENTRIES", 50)
    near, far = CanvasFile(project.root), CanvasFile(project.root)
    near.read()
    far.read()
    for number in range(130):
        patch = Patch(base=0, operations=(Operation(op="add", path="/nodes/shot_0/data/prompt", value=str(number)),))
        canvas.apply(patch)
        if number % 7 == 0:
            near.entries(near.read().sequence - 1)
    kept = [entry.sequence for entry in CanvasFile(project.root).entries(0)]
    assert 50 <= len(kept) < 200
    assert kept == list(range(kept[0], 201))
    for follower in (near, far):
        assert follower.read().sequence == 200
        assert [entry.sequence for entry in follower.entries(180)] == list(range(181, 201))
    assert far.entries(70)[0].sequence > 71  # a gap: this one was too far behind and asks for the whole state
    damage_long_ago(canvas, b"")
    assert CanvasFile(project.root).read().canvas.nodes["shot_0"].data["prompt"] == "129"


def test_undo_reaches_back_after_a_restart(project, canvas):
    from genstudio.session.history import History

    for number in range(3):
        data = {"base": 0, "author": "ann#1", "label": f"edit {number}"}
        path = "/nodes/shot_0/data/prompt"
        canvas.apply(Patch(operations=(Operation(op="add", path=path, value=str(number)),), **data))
    for expected in ("1", "0", None):
        file, history = CanvasFile(project.root), History("ann#1")  # another process: it knows the journal alone
        history.feed(file.entries(0))
        file.apply(history.patch("undo", file.read().canvas.version))
        assert file.read().canvas.nodes["shot_0"].data.get("prompt") == expected


def test_copies_are_kept_by_number_by_day_and_by_age():
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    minutes = [now - timedelta(minutes=5 * number) for number in range(100)]
    assert kept_copies(minutes, now) == [True] * 20 + [False] * 80
    days = [now - timedelta(days=number) for number in range(40)]
    assert kept_copies(days, now) == [True] * 20 + [False] * 20
    sparse = [now - timedelta(hours=2 * number) for number in range(120)]
    kept = [moment for moment, keeps in zip(sparse, kept_copies(sparse, now), strict=True) if keeps]
    assert len({moment.date() for moment in kept}) == len({moment.date() for moment in sparse})
    assert kept_copies([now - timedelta(days=400)], now) == [True]
    assert kept_copies([], now) == []


def test_a_copy_is_listed_and_loaded_and_what_cannot_be_read_is_not(project, canvas):
    copies = canvas.auto_saves
    (saved,) = copies.saved()
    assert (saved.version, saved.nodes, saved.shots) == (1, 1, 1)
    assert list(copies.load(saved.name).nodes) == ["shot_0"]
    copies.files()[0].write_bytes(b"{")
    assert copies.saved() == []
    for name in (saved.name, "../../project.json"):
        with pytest.raises(NotFoundError):
            copies.load(name)
