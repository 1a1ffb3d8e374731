"""Properties of the rule by which edits meet, over random canvases and patches."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from genstudio.graph.draft import ABSENT, Draft
from genstudio.graph.edit import Applied, apply, describe, diff, inverse_patch, replay
from genstudio.graph.order import after, between
from genstudio.graph.sample import sample_film
from genstudio.graph.values import parse_pointer
from genstudio.schema.canvas import Canvas, Operation, Patch
from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError

NODES = ("shot_010", "shot_020", "s1", "s2", "g1", "g2", "odd")
EDGES = ("e_film", "w1", "w2")
TYPES = ("shot", "scene_group", "text", "never_heard_of")

scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("a", "b", "x/y", "t~1")), inner, max_size=2),
    max_leaves=4,
)
node_ids = st.sampled_from(NODES)
keys = st.sampled_from(("prompt", "name", "params", "seed", "review", "strange key", "x/y", "~"))


def escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


@st.composite
def nodes(draw: st.DrawFn) -> dict[str, Any]:
    data = draw(st.dictionaries(keys, json_values, max_size=3))
    if draw(st.booleans()):
        data["renders"] = draw(st.sampled_from(("", "SCENE_01/SHOT_010", "SCENE_01/SHOT_050", "SCENE_02/X")))
    node = {"type": draw(st.sampled_from(TYPES)), "data": data, "parent": draw(st.none() | node_ids)}
    return node | draw(st.dictionaries(st.just("future"), json_values, max_size=1))


edges = st.fixed_dictionaries(
    {"source": node_ids, "sourceHandle": st.just("output"), "target": node_ids, "targetHandle": st.sampled_from(("a", "b"))},
    optional={"colour": json_values, "order": st.sampled_from(("a0", "a1"))},
)
positions = st.fixed_dictionaries({"x": st.integers(-9, 9), "y": st.integers(-9, 9)}, optional={"pinned": st.booleans()})


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    kind = draw(st.sampled_from(("node", "edge", "layout", "property", "property", "nested", "parent", "wire end", "data")))
    node, edge = draw(node_ids), draw(st.sampled_from(EDGES))
    path, value = {
        "node": (f"/nodes/{node}", nodes()),
        "edge": (f"/edges/{edge}", edges),
        "layout": (f"/layout/{node}", positions),
        "property": (f"/nodes/{node}/data/{escaped(draw(keys))}", json_values),
        "nested": (f"/nodes/{node}/data/{escaped(draw(keys))}/{escaped(draw(keys))}", json_values),
        "parent": (f"/nodes/{node}/parent", st.none() | node_ids),
        "wire end": (f"/edges/{edge}/{draw(st.sampled_from(('source', 'target')))}", node_ids),
        "data": (f"/nodes/{node}/data", st.dictionaries(keys, json_values, max_size=2)),
    }[kind]
    if draw(st.integers(0, 3)) == 0 and kind != "wire end":
        return Operation(op="remove", path=path)
    return Operation(op=draw(st.sampled_from(("add", "replace"))), path=path, value=draw(value))


patches = st.lists(operations(), min_size=1, max_size=5).map(lambda found: Patch(base=0, operations=tuple(found)))


def accept(canvas: Canvas, patch: Patch) -> Applied:
    return apply(canvas, patch)


def grow(start: Canvas, found: list[Patch]) -> Canvas:
    for patch in found:
        start = accept(start, patch).canvas
    return start


canvases = st.builds(grow, st.sampled_from((Canvas(), sample_film())), st.lists(patches, max_size=4))


def content(canvas: Canvas) -> dict[str, Any]:
    document = canvas.document()
    return {key: document[key] for key in ("nodes", "edges", "layout")}


@given(canvases, st.lists(st.tuples(st.booleans(), patches), max_size=6))
def test_two_sessions_that_replay_the_accepted_patches_show_the_same_canvas_whatever_the_interleaving(
    start: Canvas, sent: list[tuple[bool, Patch]]
) -> None:
    server, journal = start, []
    views = {True: start, False: start}
    seen = {True: 0, False: 0}
    for session, patch in sent:
        applied = accept(server, patch)
        server = applied.canvas
        journal.append(applied)
        # Only the session that sent catches up now; the other one goes on with what it has.
        for entry in journal[seen[session] :]:
            views[session] = follow(views[session], entry)
        seen[session] = len(journal)
    for session, view in views.items():
        current = view
        for entry in journal[seen[session] :]:
            current = follow(current, entry)
        assert current.document() == server.document()


def follow(view: Canvas, entry: Applied) -> Canvas:
    after_it = entry.canvas
    return replay(view, entry.patch.operations, version=after_it.version, layout_version=after_it.layout_version)


@given(canvases, patches)
def test_applying_what_was_accepted_gives_the_same_canvas_and_drops_nothing(start: Canvas, patch: Patch) -> None:
    first = accept(start, patch)
    again = accept(start, first.patch)
    assert again.canvas.document() == first.canvas.document()
    assert again.patch.operations == first.patch.operations
    assert again.dropped == ()


@given(canvases, patches)
def test_a_patch_and_its_inverse_leave_everything_as_it_was(start: Canvas, patch: Patch) -> None:
    done = accept(start, patch)
    undone = apply(done.canvas, inverse_patch(done.inverse, base=done.canvas.version))
    assert content(undone.canvas) == content(start)
    redone = apply(undone.canvas, inverse_patch(undone.inverse, base=undone.canvas.version))
    assert content(redone.canvas) == content(done.canvas)


@given(canvases, patches, patches)
def test_an_undo_never_overwrites_what_somebody_did_since(start: Canvas, mine: Patch, theirs: Patch) -> None:
    done = accept(start, mine)
    since = accept(done.canvas, theirs)
    before = Draft(done.canvas)
    # A property that is not there and one that is null are one thing to a test: writing null over nothing changes no value.
    theirs_touched = {
        operation.path
        for operation in since.patch.operations
        if not (operation.op == "add" and operation.value is None and before.look(parse_pointer(operation.path)) is ABSENT)
    }
    try:
        undone = apply(since.canvas, inverse_patch(done.inverse, base=0))
    except ConflictError:
        return
    assert not theirs_touched & {operation.path for operation in undone.patch.operations if not operation.path.startswith("/layout/")}


@given(canvases, canvases)
def test_the_difference_of_two_canvases_turns_one_into_the_other(old: Canvas, new: Canvas) -> None:
    assert content(replay(old, diff(old, new), version=0, layout_version=0)) == content(new)
    assert diff(old, old) == ()
    describe(old, new)


@given(canvases, st.lists(patches, max_size=3))
def test_the_difference_sent_as_a_patch_does_the_same(old: Canvas, found: list[Patch]) -> None:
    new = grow(old, found)
    both = old.nodes.keys() & new.nodes.keys()
    assume(all(old.nodes[name].data.get("renders") == new.nodes[name].data.get("renders") for name in both))
    applied = accept(old, Patch(base=old.version, operations=diff(old, new)))
    assert applied.dropped == ()
    assert content(applied.canvas) == content(new)


@given(canvases, patches)
def test_versions_go_up_by_one_and_only_for_what_changed(start: Canvas, patch: Patch) -> None:
    done = accept(start, patch)
    before, now = content(start), content(done.canvas)
    assert (done.canvas.version - start.version, done.canvas.layout_version - start.layout_version) == (done.changed, done.moved)
    if not done.changed:
        assert (before["nodes"], before["edges"]) == (now["nodes"], now["edges"])
    if not done.moved:
        assert before["layout"] == now["layout"]


@given(canvases, patches)
def test_what_is_accepted_is_a_sound_canvas(start: Canvas, patch: Patch) -> None:
    canvas = accept(start, patch).canvas
    assert Canvas.model_validate(canvas.document()) == canvas
    assert all(edge.source in canvas.nodes and edge.target in canvas.nodes for edge in canvas.edges.values())
    assert canvas.layout.keys() <= canvas.nodes.keys()
    assert all(entry.order for entry in (*canvas.nodes.values(), *canvas.edges.values()))
    folders = [str(node.data["renders"]).upper() for node in canvas.nodes.values() if node.type == "shot" and node.data.get("renders")]
    assert len(folders) == len(set(folders))
    for name in canvas.nodes:
        seen, parent = {name}, canvas.nodes[name].parent
        while parent is not None:
            assert parent in canvas.nodes
            assert parent not in seen
            seen.add(parent)
            parent = canvas.nodes[parent].parent


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=3) | st.just({1, 2}) | st.just(float("nan")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.sampled_from(("__proto__", "data")), inner, max_size=3)
    ),
    max_leaves=6,
)
wild_keys = st.text(max_size=6) | st.sampled_from(
    ("nodes", "edges", "layout", "data", "renders", "shot_010", "parent", "..", "__proto__", "~", "~2")
)
wild_paths = (
    st.lists(wild_keys, max_size=5).map(lambda found: "/" + "/".join(found)) | st.text(max_size=12) | node_ids.map("/nodes/{}".format)
)
wild = st.builds(Operation, op=st.sampled_from(("add", "replace", "remove", "test")), path=wild_paths, value=anything | nodes() | edges)


@given(canvases, st.lists(wild, max_size=4), st.booleans())
def test_no_patch_crashes_with_anything_but_an_error_of_the_studio(start: Canvas, found: list[Operation], guard: bool) -> None:
    with suppress(GenStudioError):
        apply(start, Patch(base=0, operations=tuple(found), guard=guard))


@given(st.lists(st.integers(0, 10_000), max_size=60))
def test_order_keys_keep_any_order_of_insertions(places: list[int]) -> None:
    found: list[str] = []
    for place in places:
        index = place % (len(found) + 1)
        found.insert(index, between(found[index - 1] if index else None, found[index] if index < len(found) else None))
    assert all(first < second for first, second in pairwise(found))


@given(st.text(max_size=6))
def test_there_is_always_a_key_after_whatever_people_wrote(last: str) -> None:
    assert after(last) > last


@given(st.text(max_size=5), st.text(max_size=5))
def test_order_keys_of_strangers_are_refused_or_kept_apart(first: str, second: str) -> None:
    with suppress(BadInputError):
        assert first < between(first, second) < second


def test_order_keys_stay_short_at_both_ends() -> None:
    first = last = between(None, None)
    for _ in range(5000):
        first, last = between(None, first), between(last, None)
    assert max(len(first), len(last)) <= 4
    with pytest.raises(BadInputError):
        between("a1", "a0")
