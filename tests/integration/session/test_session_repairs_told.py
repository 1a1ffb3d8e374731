"""Views are told of a canvas that was damaged: the one that opens it, and those that are open, each once."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from genstudio.project.project import ProjectFolder

if TYPE_CHECKING:
    from collections.abc import Callable


def cut_off(project: ProjectFolder) -> None:
    path = project.root / project.canvas().path
    path.write_bytes(path.read_bytes()[:-9])
    os.utime(path, (0, 0))


def test_a_view_that_opens_a_damaged_canvas_is_told_after_it_was_shown_and_once(view: Callable[..., Any], project: ProjectFolder) -> None:
    project.canvas()
    cut_off(project)
    ann = view("ann")
    ann.wait("notice")
    ann.ask("sync_request")
    ann.add_shot()
    ann.wait_for_sequence(1)
    kinds = [message.type for message in ann.messages if message.type in ("server:full_sync", "server:notice")]
    assert kinds == ["server:full_sync", "server:notice", "server:full_sync"]
    (told,) = ann.of_type("notice")
    assert "has been restored from the last commit" in told["message"]


def test_open_views_are_told_once_each_though_an_edit_met_the_damage(view: Callable[..., Any], project: ProjectFolder) -> None:
    ann, bob = view("ann"), view("bob")
    ann.add_shot(prompt="kept")
    bob.wait_for_sequence(1)
    cut_off(project)
    ann.patch(("add", "/nodes/note_1", {"type": "note"}))
    bob.wait_for_sequence(2)
    for side in (ann, bob):
        assert "no edit is lost" in side.wait("notice")["message"]
        assert set(side.canvas.nodes) == {"shot_010", "note_1"}
    late = view("late")
    late.add_shot("shot_020")
    late.wait_for_sequence(3)
    assert [len(side.of_type("notice")) for side in (ann, bob, late)] == [1, 1, 0]


def test_a_view_is_told_of_what_another_program_in_this_process_repaired(view: Callable[..., Any], project: ProjectFolder) -> None:
    shutil.rmtree(project.root / ".genstudio/journal", ignore_errors=True)
    cut_off(project)
    project.canvas().read()  # as a card of the project does
    assert "last commit" in view("ann").wait("notice")["message"]
