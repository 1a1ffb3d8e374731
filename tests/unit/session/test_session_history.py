"""Undo and redo from the journal."""

from __future__ import annotations

import pytest

from genstudio.schema.canvas import JournalEntry, Operation, Patch
from genstudio.schema.errors import BadInputError
from genstudio.session.history import History


class Journal:
    """Writes entries as a canvas file would; the value of an operation says what it does."""

    def __init__(self) -> None:
        self.entries: list[JournalEntry] = []

    def accept(self, patch: Patch, *, external: bool = False) -> JournalEntry:
        number = len(self.entries) + 1
        (operation,) = patch.operations
        back = operation.model_copy(update={"value": f"not {operation.value}"})
        entry = JournalEntry(sequence=number, version=number, layout_version=0, patch=patch, inverse=(back,), time="", external=external)
        self.entries.append(entry)
        return entry

    def edit(self, value: str, author: str = "ann#1", *, external: bool = False) -> JournalEntry:
        operation = Operation(op="replace", path="/nodes/a/data/prompt", value=value)
        return self.accept(Patch(base=0, operations=(operation,), author=author, label=value, id=f"id-{value}"), external=external)


def step(journal: Journal, history: History, direction: str) -> str:
    history.feed(journal.entries)
    patch = history.patch(direction, version=len(journal.entries))
    journal.accept(patch)
    return patch.label


def test_edits_are_undone_last_first_and_redone_first_first() -> None:
    journal, history = Journal(), History("ann#1")
    for value in ("one", "two", "three"):
        journal.edit(value)
    assert [step(journal, history, move) for move in ("undo", "undo", "redo", "undo", "undo")] == [
        "Undo three",
        "Undo two",
        "Redo two",
        "Undo two",
        "Undo one",
    ]
    with pytest.raises(BadInputError, match="nothing to undo"):
        step(journal, history, "undo")


def test_an_undo_is_the_guarded_inverse() -> None:
    journal, history = Journal(), History("ann#1")
    entry = journal.edit("one")
    history.feed(journal.entries)
    patch = history.patch("undo", version=1)
    assert patch.guard
    assert patch.operations == entry.inverse
    assert patch.author == "ann#1"


def test_a_new_edit_ends_what_could_be_redone() -> None:
    journal, history = Journal(), History("ann#1")
    journal.edit("one")
    step(journal, history, "undo")
    journal.edit("two")
    with pytest.raises(BadInputError, match="nothing to redo"):
        step(journal, history, "redo")
    assert step(journal, history, "undo") == "Undo two"


def test_edits_of_others_and_from_outside_are_left_alone() -> None:
    journal, history = Journal(), History("ann#1")
    journal.edit("mine")
    journal.edit("yours", author="bob#1")
    journal.edit("another view of mine", author="ann#2")
    journal.edit("a checkout", external=True)
    assert step(journal, history, "undo") == "Undo mine"
    with pytest.raises(BadInputError):
        step(journal, history, "undo")


def test_a_history_read_afresh_goes_on_where_the_old_one_was() -> None:
    journal, before = Journal(), History("ann#1")
    for value in ("one", "two", "three"):
        journal.edit(value)
    step(journal, before, "undo")
    step(journal, before, "undo")
    after = History("ann#1")
    assert step(journal, after, "redo") == "Redo two"
    assert step(journal, after, "redo") == "Redo three"


def test_a_step_that_is_given_up_makes_way_for_the_one_before() -> None:
    journal, history = Journal(), History("ann#1")
    journal.edit("one")
    journal.edit("two")
    history.feed(journal.entries)
    history.give_up("undo")
    assert step(journal, history, "undo") == "Undo one"


def test_the_parts_of_one_gesture_are_one_step_until_something_else_happens() -> None:
    journal, history = Journal(), History("ann#1")
    for value, patch_id in (("a", "p1~typing"), ("a fox", "p2~typing"), ("moved", "p3"), ("a fox runs", "p4~typing"), ("bear", "p5~other")):
        operation = Operation(op="replace", path="/nodes/a/data/prompt", value=value)
        journal.accept(Patch(base=0, operations=(operation,), author="ann#1", label=value, id=patch_id))
    history.feed(journal.entries)
    undone = []
    for _ in range(4):
        patch = history.patch("undo", version=0)
        undone.append([operation.value for operation in patch.operations])
        journal.accept(patch.model_copy(update={"operations": patch.operations[-1:]}))
        history.feed(journal.entries)
    assert undone == [["not bear"], ["not a fox runs"], ["not moved"], ["not a fox", "not a"]]
    with pytest.raises(BadInputError, match="nothing to undo"):
        history.patch("undo", version=0)


def test_the_history_of_everybody_takes_back_what_others_and_other_programs_did() -> None:
    journal, history = Journal(), History("cli", everybody=True)
    journal.edit("one")
    journal.edit("two", "bob#2")
    journal.edit("three", "", external=True)
    assert [step(journal, history, move) for move in ("undo", "undo", "redo", "undo", "undo")] == [
        "Undo three",
        "Undo two",
        "Redo two",
        "Undo two",
        "Undo one",
    ]
    history.feed(journal.entries)
    assert history.next("undo") is None


def test_nothing_before_a_change_that_cannot_be_taken_back_is() -> None:
    journal, history = Journal(), History("cli", everybody=True)
    journal.edit("one")
    lost = journal.edit("two", "", external=True)
    journal.entries[-1] = lost.model_copy(update={"inverse": ()})
    history.feed(journal.entries)
    assert history.next("undo") is None
    journal.edit("three")
    history.feed(journal.entries)
    later = history.next("undo")
    assert later is not None
    assert later.patch.label == "three"
