"""A damaged canvas comes back from its journal, else from an automatic copy; the damaged bytes are kept."""

from __future__ import annotations

import json
import os

import pytest

from genstudio.project import paths
from genstudio.project.auto_saves import AutoSaves
from genstudio.project.canvas_file import CanvasFile
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import BadInputError

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


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_canvas_comes_back_from_the_journal_without_loss(canvas, damage):
    before, good = canvas.read(), file_of(canvas).read_bytes()
    file_of(canvas).write_bytes(damage)
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


def test_a_live_view_repairs_what_it_knows(canvas):
    file_of(canvas).write_bytes(b"{")
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
    file_of(canvas).write_bytes(b"{")
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
    project.repository.commit([paths.MAIN_CANVAS], "canvas")
    (project.root / paths.MAIN_CANVAS).write_bytes(b"{")
    with pytest.raises(BadInputError, match="damaged") as caught:
        project.canvas().read()
    assert caught.value.fix.endswith(f'git restore -- "{paths.MAIN_CANVAS}"')
    assert (project.root / paths.MAIN_CANVAS).read_bytes() == b"{"


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
