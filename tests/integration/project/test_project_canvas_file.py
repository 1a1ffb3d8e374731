"""Editing a canvas file: durable, ordered, seen by others, and whatever happens outside is taken in."""

from __future__ import annotations

import json
import threading

import pytest

from genstudio.graph import edit
from genstudio.project import canvas_form, paths
from genstudio.project.canvas_file import CanvasFile
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError, ReadOnlyError

SHOT = {"type": "shot", "data": {"name": "Fox crosses"}}


def patch(*operations: tuple[str, str, object], **fields: object) -> Patch:
    return Patch(base=0, operations=tuple(Operation(op=op, path=path, value=value) for op, path, value in operations), **fields)


def add(node: str = "shot_a", **fields: object) -> Patch:
    return patch(("add", f"/nodes/{node}", SHOT), **fields)


def prompt(text: object, node: str = "shot_a", **fields: object) -> Patch:
    return patch(("replace", f"/nodes/{node}/data/prompt", text), **fields)


@pytest.fixture
def canvas(project):
    return project.canvas()


@pytest.fixture
def other(project):
    """The same canvas, as another process has it."""
    return CanvasFile(project.root)


def on_disk(canvas: CanvasFile) -> dict:
    return json.loads((canvas.root / canvas.path).read_text())


def rewrite(canvas: CanvasFile, change) -> None:
    document = on_disk(canvas)
    change(document)
    (canvas.root / canvas.path).write_text(json.dumps(document))


def test_an_edit_is_in_the_file_in_the_journal_and_seen_by_others(canvas, other):
    accepted = canvas.apply(add(author="Ann#1", label="Add shot", id="p1"))
    assert (accepted.version, accepted.entry.sequence, accepted.entry.patch.author) == (1, 1, "Ann#1")
    assert on_disk(canvas)["nodes"]["shot_a"]["data"]["renders"] == "SCENE_01/SHOT_010"
    assert other.read().canvas == canvas.read().canvas
    assert other.read().sequence == 1
    assert other.entries(0) == [accepted.entry]
    assert other.entries(1) == []


def test_the_first_edit_of_a_prepared_canvas_puts_only_what_it_touches_into_text(canvas, other, monkeypatch):
    canvas.apply(add())
    canvas.apply(patch(*(("add", f"/nodes/shot_{number}", SHOT) for number in range(50))))
    texts, written = [], canvas_form.json_text
    monkeypatch.setattr(canvas_form, "json_text", lambda value: texts.append(value) or written(value))
    other.prepare()
    assert len(texts) > 50
    texts.clear()
    other.apply(prompt("a fox"))
    assert [text["data"]["prompt"] for text in texts if isinstance(text, dict)] == ["a fox"]
    assert canvas.read() == other.read()


def test_a_canvas_that_cannot_be_edited_is_prepared_without_a_word(canvas):
    rewrite(canvas, lambda document: document.update(schema="genstudio.canvas/99"))
    before = on_disk(canvas)
    canvas.prepare()
    assert on_disk(canvas) == before


def test_the_stamp_changes_with_every_edit_and_only_then(canvas, other):
    stamps = {other.stamp()}
    assert other.stamp() in stamps
    for number in range(5):
        canvas.apply(add(f"shot_{number}"))
        stamps.add(other.stamp())
        assert other.stamp() in stamps
    assert len(stamps) == 6


def test_moving_a_node_changes_the_layout_version_only(canvas):
    canvas.apply(add())
    accepted = canvas.apply(patch(("add", "/layout/shot_a", {"x": 1, "y": 2})))
    assert (accepted.version, accepted.layout_version) == (1, 1)


def test_an_edit_that_changes_nothing_is_no_entry(canvas):
    canvas.apply(add())
    accepted = canvas.apply(patch(("replace", "/nodes/shot_a/data/name", "Fox crosses")))
    assert accepted.entry is None
    assert accepted.version == 1


def test_a_change_to_a_deleted_node_is_dropped_and_told(canvas):
    accepted = canvas.apply(prompt("x", "gone"))
    assert accepted.entry is None
    assert "removed" in accepted.dropped[0].reason


def test_a_patch_that_is_sent_again_is_applied_once(canvas, other):
    first = canvas.apply(add(id="p1"))
    again = other.apply(add(id="p1"))
    assert again.entry == first.entry
    assert other.read().sequence == 1


def test_an_undo_is_refused_when_somebody_changed_the_value_since(canvas, other):
    canvas.apply(add())
    mine = canvas.apply(prompt("mine"))
    other.apply(prompt("theirs"))
    with pytest.raises(ConflictError, match="changed since"):
        canvas.apply(edit.inverse_patch(mine.entry.inverse, base=mine.version))
    assert on_disk(canvas)["nodes"]["shot_a"]["data"]["prompt"] == "theirs"


def test_undo_works_after_a_restart(canvas, other):
    canvas.apply(add())
    canvas.apply(prompt("mine"))
    entry = other.entries(1)[0]
    other.apply(edit.inverse_patch(entry.inverse, base=entry.version))
    assert "prompt" not in on_disk(canvas)["nodes"]["shot_a"]["data"]


@pytest.mark.once
def test_edits_of_many_threads_all_count_and_leave_no_gap(project):
    def work(name: int) -> None:
        canvas = CanvasFile(project.root)
        for number in range(10):
            canvas.apply(add(f"shot_{name}_{number}"))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = project.canvas().read()
    assert state.canvas.version == state.sequence == len(state.canvas.nodes) == 40
    assert [entry.sequence for entry in project.canvas().entries(0)] == list(range(1, 41))
    renders = {node.data["renders"] for node in state.canvas.nodes.values()}
    assert len(renders) == 40


def test_a_shot_is_not_given_a_folder_that_holds_takes_or_belongs_to_another_canvas(project, publish):
    publish("SCENE_01/SHOT_010")
    second = project.create_canvas("Second")
    assert second.apply(add()).entry.patch.operations[0].value["data"]["renders"] == "SCENE_01/SHOT_020"
    assert project.canvas().apply(add()).entry.patch.operations[0].value["data"]["renders"] == "SCENE_01/SHOT_030"


# -- changes from outside ---------------------------------------------------------------------------------------------------------


def test_a_change_by_a_text_editor_is_taken_in_as_external(canvas, other):
    canvas.apply(add())
    rewrite(canvas, lambda document: document["nodes"]["shot_a"]["data"].update(prompt="by hand"))
    entry = other.absorb()
    assert entry.external
    assert entry.sequence == 2
    assert [operation.path for operation in entry.patch.operations] == ["/nodes/shot_a/data/prompt"]
    assert canvas.read().canvas.version == 2
    assert on_disk(canvas)["version"] == 2
    assert other.absorb() is None


def test_an_external_change_can_be_undone(canvas):
    canvas.apply(add())
    rewrite(canvas, lambda document: document["nodes"].pop("shot_a"))
    entry = canvas.absorb()
    canvas.apply(edit.inverse_patch(entry.inverse, base=entry.version))
    assert canvas.read().canvas.nodes["shot_a"].data["renders"] == "SCENE_01/SHOT_010"


def test_an_edit_over_an_external_change_keeps_both(canvas, other):
    canvas.apply(add())
    rewrite(canvas, lambda document: document["nodes"]["shot_a"]["data"].update(name="by hand"))
    other.apply(prompt("on the canvas"))
    data = canvas.read().canvas.nodes["shot_a"].data
    assert (data["name"], data["prompt"]) == ("by hand", "on the canvas")
    assert [entry.external for entry in canvas.entries(0)] == [False, True, False]


def test_a_checkout_of_an_older_state_counts_up(project, canvas, git):
    canvas.apply(add())
    project.repository.commit([canvas.path], "one shot")
    canvas.apply(prompt("later"))
    git(project.root, "checkout", "-q", "--", canvas.path)
    state = CanvasFile(project.root).read()
    assert "prompt" not in state.canvas.nodes["shot_a"].data
    assert (state.canvas.version, state.sequence) == (3, 3)


def test_a_checkout_of_the_state_before_the_last_edit_is_not_undone(project, canvas, git):
    project.repository.commit([canvas.path], "empty")
    canvas.apply(add())
    git(project.root, "checkout", "-q", "--", canvas.path)
    assert canvas.read().canvas.nodes == {}
    assert canvas.read().sequence == 2


def test_another_layout_of_the_same_json_is_no_change(canvas, other):
    canvas.apply(add())
    rewrite(canvas, lambda _: None)
    state = other.read()
    assert (state.sequence, state.canvas.version) == (1, 1)
    assert other.absorb() is None


def test_wires_to_nowhere_written_by_hand_are_not_taken_in(canvas):
    canvas.apply(add())
    wire = {"source": "gone", "sourceHandle": "pipeline", "target": "shot_a", "targetHandle": "pipeline"}
    rewrite(canvas, lambda document: document["edges"].update(e_1=wire))
    assert canvas.read().canvas.edges == {}
    assert canvas.read().sequence == 1


def test_unknown_things_outlive_edits(canvas):
    node = {"type": "from_the_future", "parent": None, "order": "a0", "data": {"x": [1, {"y": None}]}, "colour": "red"}

    def change(document):
        document["nodes"]["strange"] = node
        document["future"] = {"key": [1.5, "🦊"]}

    rewrite(canvas, change)
    canvas.apply(add())
    assert on_disk(canvas)["nodes"]["strange"] == node
    assert on_disk(canvas)["future"] == {"key": [1.5, "🦊"]}
    assert CanvasFile(canvas.root).read().canvas.nodes["strange"].data == node["data"]


# -- bad input --------------------------------------------------------------------------------------------------------------------


def test_a_prompt_of_a_megabyte_is_kept(canvas, other):
    text = "🦊 Füchse \n" * 100_000
    canvas.apply(add())
    canvas.apply(prompt(text))
    assert other.read().canvas.nodes["shot_a"].data["prompt"] == text


def test_a_canvas_beyond_all_measure_is_refused(canvas):
    canvas.apply(add())
    with pytest.raises(BadInputError, match="MiB"):
        canvas.apply(prompt("x" * (65 << 20)))
    assert canvas.read().sequence == 1


@pytest.mark.parametrize("value", ["half an emoji \ud83e", float("inf"), {"deep": ["\udc00"]}, {"\ud800": 1}])
def test_a_value_that_json_cannot_carry_is_refused_and_nothing_changes(canvas, value):
    canvas.apply(add())
    before = on_disk(canvas)
    with pytest.raises(BadInputError):
        canvas.apply(prompt(value))
    assert on_disk(canvas) == before
    assert canvas.apply(prompt("fine")).entry.sequence == 2


@pytest.mark.parametrize("name", ["../../etc/passwd", 'He said "no"', "🦊👩‍🚀", "\u202eאבג", "<script>", "\x00\x07"])
def test_names_of_any_kind_are_text_and_come_back(canvas, other, name):
    canvas.apply(add())
    canvas.apply(patch(("replace", "/nodes/shot_a/data/name", name)))
    assert other.read().canvas.nodes["shot_a"].data["name"] == name


@pytest.mark.parametrize("path", ["/version", "/schema", "/nodes", "nodes/a", "/nodes/UPPER", "/nodes/../x", "/nodes/a b/data"])
def test_operations_elsewhere_are_refused_and_nothing_changes(canvas, path):
    with pytest.raises(BadInputError):
        canvas.apply(patch(("add", path, SHOT)))
    assert canvas.read().sequence == 0


def test_a_newer_canvas_is_shown_but_never_written(canvas):
    canvas.apply(add())
    rewrite(canvas, lambda document: document.update(schema="genstudio.canvas/2", novelty=[1]))
    before = (canvas.root / canvas.path).read_bytes()
    state = canvas.read()
    assert list(state.canvas.nodes) == ["shot_a"]
    assert "newer studio" in state.read_only
    with pytest.raises(ReadOnlyError, match="newer studio"):
        canvas.apply(prompt("x"))
    assert (canvas.root / canvas.path).read_bytes() == before


def test_a_canvas_that_never_was_is_not_found(project):
    with pytest.raises(NotFoundError):
        project.canvas(f"{paths.CANVASES}/none.json").read()


def test_an_unfinished_merge_is_told_and_left_alone(canvas):
    canvas.apply(add())
    text = "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n"
    (canvas.root / canvas.path).write_text(text)
    with pytest.raises(BadInputError, match="unfinished merge"):
        canvas.read()
    with pytest.raises(BadInputError, match="unfinished merge"):
        canvas.apply(prompt("x"))
    assert (canvas.root / canvas.path).read_text() == text
