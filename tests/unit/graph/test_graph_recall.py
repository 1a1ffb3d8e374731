"""What a take gives back: the settings of its shot, and the shot where it is gone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.graph.check import wrong_shot
from genstudio.graph.edit import apply
from genstudio.graph.plan import ASKED
from genstudio.graph.recall import recalled, setting_operations, shot_again, shot_then
from genstudio.schema.canvas import Canvas, Node, Operation, Patch

RECORD = {
    "inputs": {"prompt": "a fox, by the river", "negative_prompt": "text", "seed": 7, "character": [{"uuid": "x"}]},
    "params": {"steps": 30, "tile": 64},
    "quality": {"requested": "high", "used": "low"},
    "frames": 65,
    "fps": "16",
}
DATA = {"renders": "SCENE_01/SHOT_010", "prompt": "a fox", "duration": "4s", "seed": None, "quality": None, "params": {}, "name": "Fox"}


def canvas(**nodes: Any) -> Canvas:
    return Canvas.model_validate({"nodes": nodes})


def test_a_record_alone_gives_what_came_of_the_wish() -> None:
    found = recalled(RECORD, None, {"steps"})
    asked = {"prompt": "a fox, by the river", "negative_prompt": "text", "duration": "4.06s", "quality": "high", "params": {"steps": 30}}
    assert found == {**asked, "seed": 7}


def test_the_shot_of_that_time_tells_what_was_asked_for_with_the_seed_that_was_drawn() -> None:
    found = recalled(RECORD, Node(type="shot", data=DATA), ())
    assert found == {"prompt": "a fox", "negative_prompt": "", "duration": "4s", "quality": None, "params": {}, "seed": 7}


def test_what_a_record_says_was_asked_for_counts_before_all_else() -> None:
    asked = {"prompt": "a fox", "negative_prompt": "", "seed": None, "duration": "4s", "quality": None, "params": {"steps": 9}}
    assert recalled({**RECORD, "asked": asked}, Node(type="shot", data={**DATA, "prompt": "later"}), ()) == {**asked, "seed": 7}


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"inputs": [], "params": "x", "quality": 5, "frames": True, "fps": 24},
        {"inputs": {"seed": True, "prompt": 5}, "frames": 10**400, "fps": "24"},
        {"inputs": {"seed": 2**40}, "frames": 48, "fps": "0/0", "quality": {"requested": "best"}},
        {"inputs": {"prompt": "\ud800"}, "params": {"x": float("nan")}},
        {"asked": {"prompt": 5, "duration": "soon", "params": [], "negative_prompt": None, "quality": "best"}, "inputs": {"seed": "7"}},
    ],
)
def test_nothing_that_could_not_be_set_by_hand_is_taken_from_a_file(record: dict[str, Any]) -> None:
    assert set(recalled(record, None, {"x"})) <= {"negative_prompt", "params"}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("prompt", "seed", "requested", "x")), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(("inputs", "params", "asked", "quality", "frames", "fps")), values))
def test_whatever_a_file_says_the_shot_stays_one_that_can_be_generated(record: dict[str, Any]) -> None:
    found = recalled(record, None, {"x"})
    assert set(found) <= set(ASKED)
    before = canvas(shot_010={"type": "shot", "data": DATA})
    after = apply(before, Patch(base=0, operations=setting_operations(before, "shot_010", found))).canvas
    assert wrong_shot(after.nodes["shot_010"].data) is None
    assert after.nodes["shot_010"].data["renders"] == DATA["renders"]


def test_settings_that_a_shot_has_already_are_left_alone() -> None:
    before = canvas(shot_010={"type": "shot", "data": DATA})
    operations = setting_operations(before, "shot_010", {"prompt": "a fox", "seed": 7})
    assert operations == (Operation(op="add", path="/nodes/shot_010/data/seed", value=7),)


def test_a_removed_shot_returns_with_its_folder_its_scene_and_the_wires_whose_ends_still_stand() -> None:
    def wire(source: str, output: str, socket: str) -> dict[str, str]:
        return {"source": source, "sourceHandle": output, "target": "shot_010", "targetHandle": socket, "order": "a0"}

    then = Canvas.model_validate(
        {
            "nodes": {
                "shot_010": {"type": "shot", "parent": "scene", "order": "a3", "data": DATA},
                "scene": {"type": "scene_group", "data": {"scene": "SCENE_01"}},
                "pipe": {"type": "pipeline", "data": {}},
                "gone": {"type": "text", "data": {}},
                "turned": {"type": "asset", "data": {}},
            },
            "edges": {
                "e1": wire("pipe", "pipeline", "pipeline"),
                "e2": wire("gone", "text", "prompt"),
                "e3": wire("turned", "asset", "style"),
                "e4": {"source": "shot_010", "sourceHandle": "output", "target": "pipe", "targetHandle": "x"},
            },
        }
    )
    now = canvas(scene=then.nodes["scene"], pipe=then.nodes["pipe"], turned={"type": "note", "data": {}})
    assert shot_then(then, "shot_010", "SCENE_01/SHOT_010") is then.nodes["shot_010"]
    assert shot_then(now, "shot_010", "SCENE_01/SHOT_010") is None
    operations = shot_again(now, "shot_010", DATA, (40, 60), ("shot_010", then))
    taken = ["SCENE_01/SHOT_010"]  # its folder is on disk
    after = apply(now, Patch(base=0, operations=tuple(operations), guard=True), taken=taken).canvas
    shot = after.nodes["shot_010"]
    assert (shot.parent, shot.order, shot.data["renders"]) == ("scene", "a3", "SCENE_01/SHOT_010")
    assert list(after.edges) == ["e1"]
    assert (after.layout["shot_010"].x, after.layout["shot_010"].y) == (40, 60)


def test_a_shot_that_stood_nowhere_comes_last() -> None:
    now = canvas(other={"type": "shot", "order": "a5", "data": {**DATA, "renders": "SCENE_01/SHOT_020"}})
    after = apply(now, Patch(base=0, operations=tuple(shot_again(now, "shot_x", {"prompt": "a wolf"}, (0, 0), None)))).canvas
    assert after.nodes["shot_x"].order == "a6"
    assert after.nodes["shot_x"].data["renders"] == "SCENE_01/SHOT_030"
