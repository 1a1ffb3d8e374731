from __future__ import annotations

from typing import Any

import pytest

from genstudio.graph.edit import Applied, apply, describe, diff, inverse_patch, replay
from genstudio.graph.sample import sample_film
from genstudio.graph.values import pointer, same
from genstudio.schema.canvas import Canvas, Operation, Patch
from genstudio.schema.errors import BadInputError, ConflictError


def send(canvas: Canvas, *operations: tuple[Any, ...], guard: bool = False, taken: tuple[str, ...] = ()) -> Applied:
    made = tuple(Operation(op=op, path=path, value=value[0] if value else None) for op, path, *value in operations)
    return apply(canvas, Patch(base=canvas.version, operations=made, guard=guard), taken=taken)


def undo(applied: Applied) -> Patch:
    return inverse_patch(applied.inverse, base=applied.canvas.version)


def test_a_patch_copies_only_what_it_touches() -> None:
    nodes = {f"n_{index}": {"type": "text", "order": f"a{index % 10}", "data": {"text": str(index)}} for index in range(2000)}
    canvas = Canvas.model_validate({"nodes": nodes})
    after = send(canvas, ("replace", "/nodes/n_7/data/text", "new")).canvas
    assert after.nodes["n_7"].data["text"] == "new"
    assert canvas.nodes["n_7"].data["text"] == "7"
    assert [name for name in canvas.nodes if after.nodes[name] is not canvas.nodes[name]] == ["n_7"]
    assert after.edges is canvas.edges
    assert after.layout is canvas.layout


def test_the_accepted_canvas_shares_nothing_with_what_was_sent() -> None:
    value = {"text": ["a"]}
    after = send(Canvas(), ("add", "/nodes/n", {"type": "text", "data": value})).canvas
    value["text"].append("b")
    assert after.nodes["n"].data == {"text": ["a"]}


def test_different_properties_never_conflict_and_the_later_change_of_one_wins() -> None:
    canvas = sample_film()
    one = Patch(base=1, operations=(Operation(op="replace", path="/nodes/shot_010/data/prompt", value="mine"),))
    two = Patch(
        base=1,
        operations=(
            Operation(op="replace", path="/nodes/shot_010/data/prompt", value="theirs"),
            Operation(op="replace", path="/nodes/shot_010/data/seed", value=3),
        ),
    )
    both = apply(apply(canvas, one).canvas, two).canvas
    assert (both.nodes["shot_010"].data["prompt"], both.nodes["shot_010"].data["seed"]) == ("theirs", 3)
    other = apply(apply(canvas, two).canvas, one).canvas
    assert (other.nodes["shot_010"].data["prompt"], other.nodes["shot_010"].data["seed"]) == ("mine", 3)


def test_an_undo_is_refused_when_somebody_changed_the_same_since_and_changes_nothing() -> None:
    mine = send(sample_film(), ("replace", "/nodes/shot_010/data/prompt", "mine"), ("replace", "/nodes/shot_010/data/seed", 1))
    theirs = send(mine.canvas, ("replace", "/nodes/shot_010/data/prompt", "theirs"))
    with pytest.raises(ConflictError, match="SHOT_010 data/prompt has been changed since"):
        apply(theirs.canvas, undo(mine))
    others = send(mine.canvas, ("replace", "/nodes/shot_010/data/name", "theirs"))
    undone = apply(others.canvas, undo(mine)).canvas
    assert undone.nodes["shot_010"].data["seed"] is None
    assert undone.nodes["shot_010"].data["name"] == "theirs"


def test_undoing_a_removal_brings_back_the_node_with_its_folder_its_wires_and_its_place() -> None:
    canvas = sample_film()
    removed = send(canvas, ("remove", "/nodes/shot_020"))
    assert {"e_pipeline_shot_020", "e_shot_020_assembler"}.isdisjoint(removed.canvas.edges)
    back = apply(removed.canvas, undo(removed), taken=("SCENE_01/SHOT_020",)).canvas
    assert (back.nodes, back.edges, back.layout) == (canvas.nodes, canvas.edges, canvas.layout)


def test_undoing_a_removal_is_refused_when_the_folder_went_to_another_shot() -> None:
    removed = send(sample_film(), ("remove", "/nodes/shot_030"))
    other = send(removed.canvas, ("add", "/nodes/new", {"type": "shot", "data": {"renders": "SCENE_01/SHOT_030"}}))
    with pytest.raises(ConflictError, match="SCENE_01/SHOT_030"):
        apply(other.canvas, undo(removed))


def test_undoing_an_addition_is_refused_once_somebody_wired_the_node() -> None:
    added = send(sample_film(), ("add", "/nodes/n", {"type": "text", "data": {"text": "snow"}}))
    wire = {"source": "n", "sourceHandle": "text", "target": "shot_010", "targetHandle": "prompt"}
    wired = send(added.canvas, ("add", "/edges/w", wire))
    with pytest.raises(ConflictError):
        apply(wired.canvas, undo(added))


def test_moving_a_node_does_not_stand_in_the_way_of_undoing_its_addition() -> None:
    added = send(sample_film(), ("add", "/nodes/n", {"type": "note"}), ("add", "/layout/n", {"x": 1, "y": 1}))
    moved = send(added.canvas, ("replace", "/layout/n/x", 50))
    assert apply(moved.canvas, undo(added)).canvas.nodes == sample_film().nodes


def test_a_new_shot_never_takes_the_number_of_a_folder_on_disk() -> None:
    canvas = send(sample_film(), ("remove", "/nodes/shot_030")).canvas
    added = send(canvas, ("add", "/nodes/new", {"type": "shot"}), taken=("SCENE_01/SHOT_030", "scene_01/shot_040"))
    assert added.canvas.nodes["new"].data["renders"] == "SCENE_01/SHOT_050"


@pytest.mark.parametrize("renders", ["../../etc", "SCENE_01/SHOT_010", "scene_01/shot_010", "", None, 7, "A/B/C", "X" * 200])
def test_a_new_shot_with_a_folder_that_cannot_be_its_own_is_given_the_next_free_one(renders: object) -> None:
    added = send(sample_film(), ("add", "/nodes/new", {"type": "shot", "data": {"renders": renders}}))
    assert added.canvas.nodes["new"].data["renders"] == "SCENE_01/SHOT_040"


def test_many_new_shots_of_one_patch_are_numbered_one_after_another() -> None:
    added = send(Canvas(), *(("add", f"/nodes/s{index}", {"type": "shot"}) for index in range(120)))
    nodes = added.canvas.nodes
    assert [nodes[f"s{index}"].data["renders"] for index in (0, 1, 119)] == ["SCENE_01/SHOT_010", "SCENE_01/SHOT_020", "SCENE_01/SHOT_1200"]
    orders = [nodes[f"s{index}"].order for index in range(120)]
    assert orders == sorted(orders)
    assert len(set(orders)) == 120


def test_a_scene_is_given_a_folder_and_its_shots_are_numbered_in_it() -> None:
    canvas = send(sample_film(), ("add", "/nodes/scene", {"type": "scene_group", "data": {"name": "Night"}})).canvas
    assert canvas.nodes["scene"].data["scene"] == "SCENE_02"
    canvas = send(canvas, ("add", "/nodes/inner", {"type": "scene_group", "parent": "scene", "data": {"scene": "not a folder"}})).canvas
    assert canvas.nodes["inner"].data["scene"] == "SCENE_03"
    canvas = send(canvas, ("add", "/nodes/new", {"type": "shot", "parent": "inner"})).canvas
    assert canvas.nodes["new"].data["renders"] == "SCENE_03/SHOT_010"


def test_other_nodes_that_make_media_have_folders_too() -> None:
    kinds = ("audio", "super_resolution", "video_restoration")
    canvas = send(Canvas(), *(("add", f"/nodes/{kind}", {"type": kind}) for kind in kinds)).canvas
    assert [canvas.nodes[kind].data["renders"] for kind in kinds] == ["SCENE_01/AUDIO_010", "SCENE_01/UPSCALE_010", "SCENE_01/RESTORE_010"]


def test_a_shot_that_shares_its_folder_may_give_it_up_and_is_given_its_own() -> None:
    document = sample_film().document()
    document["nodes"]["twin"] = document["nodes"]["shot_010"]
    canvas = Canvas.model_validate(document)
    renewed = send(canvas, ("replace", "/nodes/twin/data/renders", ""))
    assert renewed.canvas.nodes["twin"].data["renders"] == "SCENE_01/SHOT_040"
    kept = send(renewed.canvas, ("replace", "/nodes/twin/data/renders", ""))
    assert [dropped.reason for dropped in kept.dropped] == ["A shot keeps its folder SCENE_01/SHOT_040."]


def test_a_node_that_becomes_a_shot_may_be_given_a_folder_with_it() -> None:
    canvas = send(sample_film(), ("add", "/nodes/n", {"type": "text"})).canvas
    turn = ("replace", "/nodes/n/type", "shot")
    with pytest.raises(BadInputError):
        send(canvas, turn, ("add", "/nodes/n/data/renders", "../x"))
    taken = send(canvas, turn, ("add", "/nodes/n/data/renders", "SCENE_01/SHOT_010"))
    assert taken.dropped[0].reason.endswith("belongs to another shot.")
    assert taken.canvas.nodes["n"].data["renders"] == "SCENE_01/SHOT_040"
    assert send(canvas, turn, ("add", "/nodes/n/data/renders", "SCENE_05/X")).canvas.nodes["n"].data["renders"] == "SCENE_05/X"
    assert send(canvas, turn, ("add", "/nodes/n/data/renders", "")).canvas.nodes["n"].data["renders"] == "SCENE_01/SHOT_040"


def test_a_node_that_becomes_another_type_is_given_what_such_nodes_need_and_keeps_what_it_has() -> None:
    start = send(Canvas(), ("add", "/nodes/a", {"type": "shot"}), ("add", "/nodes/b", {"type": "text"})).canvas
    turned = send(start, ("replace", "/nodes/a/type", "scene_group"), ("replace", "/nodes/b/type", "shot"))
    assert turned.canvas.nodes["a"].data == {"renders": "SCENE_01/SHOT_010", "scene": "SCENE_02"}
    assert turned.canvas.nodes["b"].data == {"renders": "SCENE_01/SHOT_020"}
    assert send(turned.canvas, ("replace", "/nodes/a/type", "video_restoration")).canvas.nodes["a"].data["renders"] == "SCENE_01/SHOT_010"
    assert apply(turned.canvas, undo(turned)).canvas.nodes == start.nodes


def test_an_emptied_order_puts_an_entry_last() -> None:
    canvas = send(sample_film(), ("replace", "/nodes/shot_010/order", ""), ("replace", "/edges/e_shot_010_assembler/order", "")).canvas
    assert canvas.nodes["shot_010"].order == "a5"
    assert canvas.edges["e_shot_010_assembler"].order == "a3"


def test_removing_a_field_that_every_entry_has_sets_it_back() -> None:
    canvas = send(sample_film(), ("add", "/nodes/g", {"type": "scene_group"}), ("replace", "/nodes/shot_010/parent", "g")).canvas
    canvas = send(canvas, ("remove", "/nodes/shot_010/parent"), ("remove", "/layout/shot_010/x")).canvas
    assert canvas.nodes["shot_010"].parent is None
    assert canvas.layout["shot_010"].x == 0


@pytest.mark.parametrize(
    ("op", "path", "value"),
    [
        ("add", "", {}),
        ("add", "nodes/a", {}),
        ("add", "/", {}),
        ("replace", "/version", 1),
        ("replace", "/schema", "x"),
        ("replace", "/nodes", {}),
        ("remove", "/layout", None),
        ("add", "/nodes/", {"type": "text"}),
        ("add", "/nodes/../x", {"type": "text"}),
        ("add", "/nodes/UPPER", {"type": "text"}),
        ("add", "/nodes/" + "a" * 65, {"type": "text"}),
        ("add", "/nodes/a\n", {"type": "text"}),
        ("add", "/nodes/__proto__", {"type": "text"}),
        ("add", "/nodes/constructor", {"type": "text"}),
        ("add", "/nodes/shot_010/data/__proto__/polluted", 1),
        ("add", "/nodes/shot_010/prototype", 1),
        ("add", "/nodes/shot_010/data/a~", 1),
        ("add", "/nodes/shot_010/data/a~2b", 1),
        ("add", "/nodes/shot_010/data/\ud800", 1),
        ("add", "/nodes/shot_010/data" + "/a" * 80, 1),
        ("add", "/nodes/n", "text"),
        ("add", "/nodes/n", {"type": ""}),
        ("add", "/nodes/n", {"type": 5}),
        ("add", "/nodes/n", {"type": "text", "parent": ["a"]}),
        ("replace", "/nodes/shot_010/data", "text"),
        ("replace", "/nodes/shot_010/order", 5),
        ("remove", "/nodes/shot_010/type", None),
        ("replace", "/layout/shot_010", {"x": "12"}),
        ("replace", "/layout/shot_010/x", float("nan")),
        ("replace", "/nodes/shot_010/data/prompt", "\udfff"),
        ("replace", "/nodes/shot_010/data/params", {"__proto__": {}}),
        ("replace", "/nodes/shot_010/data/params", {1: 2}),
        ("replace", "/nodes/shot_010/data/params", {"a": b"bytes"}),
        ("replace", "/nodes/shot_010/data/params", 2**70),
        ("add", "/edges/w", {"source": "shot_010", "target": "shot_020"}),
        ("add", "/edges/w", {"source": "shot_010", "source_handle": "output", "target": "shot_020", "target_handle": "prompt"}),
    ],
)
def test_what_cannot_be_an_edit_is_refused_and_says_what_to_do(op: str, path: str, value: object) -> None:
    with pytest.raises(BadInputError) as caught:
        send(sample_film(), (op, path, value))
    assert caught.value.message.endswith(".")
    assert caught.value.fix


def test_a_value_nested_too_deep_is_refused() -> None:
    value: Any = 1
    for _ in range(5000):
        value = [value]
    with pytest.raises(BadInputError, match="nested deeper"):
        send(sample_film(), ("replace", "/nodes/shot_010/data/params", value))


def test_names_in_any_script_and_a_prompt_of_a_megabyte_are_kept() -> None:
    prompt = "狐が凍った川を渡る 🦊 \u202eright to left\u202c 'quotes' \"double\" ../\n" * 20_000
    canvas = send(sample_film(), ("replace", "/nodes/shot_010/data/prompt", prompt)).canvas
    assert canvas.nodes["shot_010"].data["prompt"] == prompt


def test_unknown_keys_and_unknown_types_survive_every_edit() -> None:
    document = sample_film().document() | {"studio of 2030": {"a": [1]}}
    document["nodes"]["odd"] = {"type": "hologram", "order": "a9", "data": {"beam": 3}, "glow": True}
    document["edges"]["e_pipeline_shot_010"]["colour"] = "red"
    document["layout"]["shot_010"]["pinned"] = True
    canvas = Canvas.model_validate(document)
    edits = (
        ("replace", "/nodes/odd/data/beam", 4),
        ("replace", "/layout/shot_010/x", 5),
        ("replace", "/edges/e_pipeline_shot_010/order", "a7"),
    )
    after = send(canvas, *edits).canvas.document()
    assert after["studio of 2030"] == {"a": [1]}
    assert after["nodes"]["odd"] == {"type": "hologram", "parent": None, "order": "a9", "data": {"beam": 4}, "glow": True}
    assert after["edges"]["e_pipeline_shot_010"]["colour"] == "red"
    assert after["layout"]["shot_010"] == {"x": 5, "y": 0, "pinned": True}


def test_the_difference_names_single_properties() -> None:
    old = sample_film()
    new = send(old, ("replace", "/nodes/shot_010/data/prompt", "x"), ("replace", "/layout/shot_010/x", 1)).canvas
    assert [(operation.op, operation.path) for operation in diff(old, new)] == [
        ("replace", "/nodes/shot_010/data/prompt"),
        ("replace", "/layout/shot_010/x"),
    ]


def test_a_replay_of_what_is_not_for_this_canvas_is_refused() -> None:
    with pytest.raises(BadInputError):
        replay(Canvas(), (Operation(op="replace", path="/nodes/a/data/x", value=1),), version=1, layout_version=0)


def test_changes_are_told_in_words() -> None:
    old = sample_film()
    wire = {"source": "shot_010", "sourceHandle": "output", "target": "shot_040", "targetHandle": "prompt"}
    new = send(
        old,
        ("replace", "/nodes/shot_010/data/prompt", "A  wolf\n" + "o" * 80),
        ("replace", "/nodes/shot_020/data/seed", 7),
        ("add", "/nodes/shot_020/data/params/steps", 5),
        ("remove", "/nodes/shot_020/data/name"),
        ("replace", "/nodes/shot_020/data/review", {"a": True}),
        ("add", "/nodes/shot_040", {"type": "shot"}),
        ("add", "/edges/w", wire),
        ("remove", "/nodes/shot_030"),
        ("replace", "/edges/e_pipeline_shot_010/sourceHandle", "other"),
        ("replace", "/layout/shot_010/x", 1),
    ).canvas
    assert describe(old, new) == [
        "removed SHOT_030",
        f"SHOT_010 prompt: Wide, a fox crosses a frozen river at dawn, pine trees behi… → A wolf {'o' * 52}…",
        "SHOT_020 name: removed",
        "SHOT_020 params steps: 5",
        "SHOT_020 review a: yes",
        "SHOT_020 seed: none → 7",
        "added SHOT_040",
        "disconnected pipeline_1 pipeline → SHOT_030 pipeline",
        "disconnected SHOT_030 sequence_out → The Fox and the River sequence_in",
        "connected SHOT_010 output → SHOT_040 prompt",
        "changed pipeline_1 other → SHOT_010 pipeline",
    ]


def test_pointers_escape_what_json_pointers_must() -> None:
    assert pointer("nodes", "a", "x/y~z") == "/nodes/a/x~1y~0z"


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1, 1.0, True),
        (True, 1, False),
        (0, False, False),
        ([1, {"a": 2}], [1, {"a": 2.0}], True),
        ({}, [], False),
        ("1", 1, False),
        (None, 0, False),
    ],
)
def test_values_are_equal_as_json_means_it(left: object, right: object, equal: bool) -> None:
    assert same(left, right) is equal
