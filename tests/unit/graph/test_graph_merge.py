"""Two canvases that grew apart: nothing lost, nothing mixed up, real conflicts listed; over examples and over random canvases."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from genstudio.graph.conflicts import choose, open_conflicts
from genstudio.graph.edit import apply, describe
from genstudio.graph.merge import merge
from genstudio.graph.sample import sample_film
from genstudio.schema.canvas import Canvas, Operation, Patch

NODES = ("shot_010", "shot_020", "scene_1", "scene_2", "text_1", "odd")
EDGES = ("e_pipeline_shot_010", "w1", "w2")
values = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3)


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    node, edge, key = draw(st.sampled_from(NODES)), draw(st.sampled_from(EDGES)), draw(st.sampled_from(("prompt", "name", "a/b", "params")))
    kind = draw(st.sampled_from(("add node", "add wire", "move", "set", "set", "nest", "into", "drop node", "drop wire")))
    document = {"type": draw(st.sampled_from(("shot", "text", "scene_group"))), "data": {"name": draw(st.text(max_size=3))}}
    wire = {"source": node, "sourceHandle": "o", "target": draw(st.sampled_from(NODES)), "targetHandle": "i"}
    escaped = key.replace("/", "~1")
    return {
        "add node": Operation(op="add", path=f"/nodes/{node}", value=document),
        "add wire": Operation(op="add", path=f"/edges/{edge}", value=wire),
        "move": Operation(op="add", path=f"/layout/{node}", value={"x": draw(st.integers(0, 3)), "y": 0}),
        "set": Operation(op="add", path=f"/nodes/{node}/data/{escaped}", value=draw(values)),
        "nest": Operation(op="add", path=f"/nodes/{node}/data/params/{escaped}", value=draw(values)),
        "into": Operation(op="add", path=f"/nodes/{node}/parent", value=draw(st.sampled_from(("scene_1", "scene_2", None)))),
        "drop node": Operation(op="remove", path=f"/nodes/{node}"),
        "drop wire": Operation(op="remove", path=f"/edges/{edge}"),
    }[kind]


edits = st.lists(operations(), max_size=6)


def grow(canvas: Canvas, found: list[Operation]) -> Canvas:
    for operation in found:
        canvas = apply(canvas, Patch(base=0, operations=(operation,))).canvas
    return canvas


bases = st.builds(grow, st.just(sample_film()), st.lists(operations(), max_size=3))


@st.composite
def forks(draw: st.DrawFn) -> tuple[Canvas, Canvas, Canvas]:
    base = draw(bases)
    return base, grow(base, draw(edits)), grow(base, draw(edits))


def patched(canvas: Canvas, *changes: tuple[str, Any]) -> Canvas:
    made = tuple(
        Operation(op="remove", path=path) if value is ... else Operation(op="add", path=path, value=value) for path, value in changes
    )
    return apply(canvas, Patch(base=0, operations=made)).canvas


@given(forks())
def test_a_merge_without_conflicts_is_the_same_from_both_sides(fork: tuple[Canvas, Canvas, Canvas]) -> None:
    base, ours, theirs = fork
    here, there = merge(base, ours, theirs), merge(base, theirs, ours)
    assert len(here.conflicts) == len(there.conflicts)
    if not here.conflicts:
        assert here.canvas == there.canvas


@given(forks())
def test_no_node_is_lost_that_the_other_side_did_not_remove(fork: tuple[Canvas, Canvas, Canvas]) -> None:
    base, ours, theirs = fork
    merged = merge(base, ours, theirs).canvas
    for side, other in ((ours, theirs), (theirs, ours)):
        kept = {name for name in side.nodes if name in other.nodes or name not in base.nodes or side.nodes[name] != base.nodes[name]}
        assert kept <= merged.nodes.keys()
    added = [len(side.nodes.keys() - base.nodes.keys()) for side in (ours, theirs)]
    assert len(merged.nodes.keys() - base.nodes.keys()) >= max(added)


@given(forks())
def test_what_is_merged_is_a_sound_canvas_of_a_higher_version(fork: tuple[Canvas, Canvas, Canvas]) -> None:
    base, ours, theirs = fork
    merged = merge(base, ours, theirs)
    canvas = merged.canvas
    assert Canvas.model_validate(canvas.document()) == canvas
    assert canvas.version == max(ours.version, theirs.version) + 1
    assert all(edge.source in canvas.nodes and edge.target in canvas.nodes for edge in canvas.edges.values())
    assert canvas.layout.keys() <= canvas.nodes.keys()
    for name in canvas.nodes:
        seen, parent = {name}, canvas.nodes[name].parent
        while parent is not None:
            assert parent in canvas.nodes
            assert parent not in seen
            seen.add(parent)
            parent = canvas.nodes[parent].parent
    assert {conflict.path for conflict in merged.conflicts} <= {conflict.path for conflict in open_conflicts(canvas)}
    describe(ours, canvas)


@given(bases, edits)
def test_a_side_that_changed_nothing_leaves_the_other_as_it_is(base: Canvas, found: list[Operation]) -> None:
    changed = grow(base, found)
    for merged in (merge(base, changed, base), merge(base, base, changed)):
        assert merged.conflicts == ()
        assert (merged.canvas.nodes, merged.canvas.edges, merged.canvas.layout) == (changed.nodes, changed.edges, changed.layout)


@given(forks(), st.sampled_from(("ours", "theirs")))
def test_choosing_one_side_everywhere_leaves_no_conflict_and_undoes(fork: tuple[Canvas, Canvas, Canvas], side: Any) -> None:
    merged = merge(*fork).canvas
    canvas = merged
    while found := open_conflicts(canvas):
        canvas = apply(canvas, Patch(base=0, operations=choose(canvas, found[0].path, side))).canvas
        assert len(open_conflicts(canvas)) < len(found)
    assert not any("conflicts" in (entry.model_extra or {}) for entry in (*canvas.nodes.values(), *canvas.edges.values()))


def test_both_sides_of_different_properties_are_there() -> None:
    base = sample_film()
    ours = patched(base, ("/nodes/shot_010/data/prompt", "a wolf"), ("/nodes/shot_020", ...))
    theirs = patched(base, ("/nodes/shot_010/data/seed", 7), ("/nodes/text_9", {"type": "text", "data": {"text": "hi"}}))
    merged = merge(base, ours, theirs)
    assert merged.conflicts == ()
    data = merged.canvas.nodes["shot_010"].data
    assert (data["prompt"], data["seed"]) == ("a wolf", 7)
    assert "shot_020" not in merged.canvas.nodes
    assert "text_9" in merged.canvas.nodes


def test_one_property_changed_on_both_sides_is_listed_and_chosen_by_an_ordinary_edit() -> None:
    base = sample_film()
    ours, theirs = (patched(base, ("/nodes/shot_010/data/prompt", prompt)) for prompt in ("a wolf", "a bear"))
    merged = merge(base, ours, theirs)
    conflict = merged.conflicts[0]
    assert (conflict.path, conflict.ours, conflict.theirs) == ("/nodes/shot_010/data/prompt", "a wolf", "a bear")
    assert conflict.sentence(merged.canvas) == "SHOT_010 prompt: ours is “a wolf”, theirs is “a bear”."
    assert merged.canvas.nodes["shot_010"].data["prompt"] == "a wolf"
    chosen = apply(merged.canvas, Patch(base=0, operations=choose(merged.canvas, conflict.path, "theirs"))).canvas
    assert chosen.nodes["shot_010"].data["prompt"] == "a bear"
    assert open_conflicts(chosen) == ()
    assert chosen.nodes["shot_010"] == theirs.nodes["shot_010"]


def test_what_one_side_removed_and_the_other_changed_stays_until_somebody_chooses() -> None:
    base = sample_film()
    ours, theirs = patched(base, ("/nodes/shot_010", ...)), patched(base, ("/nodes/shot_010/data/prompt", "a bear"))
    merged = merge(base, ours, theirs).canvas
    assert merged.nodes["shot_010"].data["prompt"] == "a bear"
    gone = apply(merged, Patch(base=0, operations=choose(merged, "/nodes/shot_010", "ours"))).canvas
    assert "shot_010" not in gone.nodes
    kept = apply(merged, Patch(base=0, operations=choose(merged, "/nodes/shot_010", "theirs"))).canvas
    assert kept.nodes["shot_010"] == theirs.nodes["shot_010"]


def test_different_new_things_under_one_id_are_kept_apart_with_their_wires() -> None:
    base = sample_film()
    wire = {"source": "new_1", "sourceHandle": "text", "target": "shot_010", "targetHandle": "prompt"}
    ours = patched(base, ("/nodes/new_1", {"type": "text", "data": {"text": "words"}}), ("/edges/w1", wire))
    theirs = patched(base, ("/nodes/new_1", {"type": "audio", "data": {"name": "wind"}}), ("/layout/new_1", {"x": 5, "y": 5}))
    merged = merge(base, ours, theirs)
    kinds = {name: node.type for name, node in merged.canvas.nodes.items() if name.startswith("new_1")}
    assert sorted(kinds.values()) == ["audio", "text"]
    assert kinds[merged.canvas.edges["w1"].source] == "text"
    assert merged.conflicts == ()


def test_notes_of_conflicts_that_are_none_harm_nothing() -> None:
    base = sample_film()
    for note in ("x", ["x"], {"data": 3}, {"/data/prompt": "x"}, {"no pointer": {"ours": 1}}):
        canvas = patched(base, ("/nodes/shot_010/conflicts", note))
        assert open_conflicts(canvas) == ()
        assert merge(base, canvas, base).canvas.nodes == canvas.nodes
