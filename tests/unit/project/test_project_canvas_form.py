"""The same canvas is the same bytes, and nothing in it is lost."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.graph import edit
from genstudio.project import canvas_form
from genstudio.project.documents import DamagedError
from genstudio.schema.canvas import Canvas, Operation, Patch
from genstudio.schema.errors import BadInputError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
UNKNOWN = st.dictionaries(st.text("xyz", min_size=3, max_size=6), JSON, max_size=3)


def canvas(**changes: object) -> bytes:
    document = {"schema": "genstudio.canvas/1", "version": 3, "nodes": {}, "edges": {}, "layout_version": 1, "layout": {}}
    return json.dumps({**document, **changes}).encode()


@given(data=UNKNOWN, node=UNKNOWN, top=UNKNOWN)
def test_unknown_nodes_and_keys_come_back_as_they_were(data, node, top):
    before = canvas(nodes={"n": {**node, "type": "from_the_future", "parent": None, "order": "a0", "data": data}}, **top)
    parsed, _ = canvas_form.parse(before, "canvas")
    assert json.loads(canvas_form.dump(parsed)) == json.loads(before)


@given(data=UNKNOWN, node=UNKNOWN, top=UNKNOWN)
def test_the_bytes_are_plain_indented_json(data, node, top):
    wire = {"source": "n", "sourceHandle": "output", "target": "n", "targetHandle": "x"}
    parsed, _ = canvas_form.parse(
        canvas(nodes={"n": {**node, "type": "shot", "data": data}}, edges={"e": wire}, layout={"n": {"x": 1, "y": 2.5}}, **top), "canvas"
    )
    text = canvas_form.dump(parsed).decode()
    assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"


@given(values=st.lists(JSON, min_size=1, max_size=6))
def test_a_writer_that_remembers_writes_what_a_fresh_one_would(values):
    writer = canvas_form.Writer()
    parsed, _ = canvas_form.parse(canvas(nodes={"a": {"type": "shot"}, "b": {"type": "note"}}), "canvas")
    for number, value in enumerate(values):
        operation = Operation(op="add", path=f"/nodes/{'ab'[number % 2]}/data/prompt", value=value)
        parsed = edit.apply(parsed, Patch(base=0, operations=(operation,))).canvas
        assert writer.dump(parsed) == canvas_form.dump(parsed)


def test_the_order_in_which_things_were_added_does_not_show():
    one = canvas(nodes={"b": {"type": "shot", "data": {"y": 1, "x": 2}}, "a": {"type": "note"}})
    two = canvas(nodes={"a": {"type": "note"}, "b": {"data": {"x": 2, "y": 1}, "type": "shot"}})
    assert canvas_form.dump(canvas_form.parse(one, "c")[0]) == canvas_form.dump(canvas_form.parse(two, "c")[0])


def test_every_value_stands_on_a_line_of_its_own():
    text = canvas_form.dump(canvas_form.parse(canvas(nodes={"a": {"type": "shot", "data": {"prompt": "p", "seed": 7}}}), "c")[0]).decode()
    assert '   "data": {\n    "prompt": "p",\n    "seed": 7\n   }\n' in text


def test_a_newer_canvas_is_shown_as_far_as_it_is_understood():
    parsed, reason = canvas_form.parse(canvas(schema="genstudio.canvas/7", nodes={"a": {"type": "shot"}}), "canvas")
    assert list(parsed.nodes) == ["a"]
    assert "newer studio" in reason
    parsed, reason = canvas_form.parse(canvas(schema="genstudio.canvas/7", nodes=["another", "shape"]), "canvas")
    assert parsed.nodes == {}
    assert "newer studio" in reason


@pytest.mark.parametrize("damage", [{"nodes": []}, {"version": -1}, {"nodes": {"UPPER": {"type": "shot"}}}, {"nodes": {"a": {"type": ""}}}])
def test_a_canvas_of_wrong_shape_is_damaged(damage):
    with pytest.raises(DamagedError):
        canvas_form.parse(canvas(**damage), "canvas")


def test_an_unfinished_merge_is_no_damage_but_is_told():
    with pytest.raises(BadInputError, match="unfinished merge") as caught:
        canvas_form.parse(b'{\n<<<<<<< HEAD\n "a": 1\n=======\n "a": 2\n>>>>>>> other\n}', "canvas")
    assert not isinstance(caught.value, DamagedError)
    assert "merge --abort" in caught.value.fix


def test_a_checkpoint_is_read_back(tmp_path):
    kept = Canvas.model_validate_json(canvas(nodes={"a": {"type": "shot"}}))
    canvas_form.write_checkpoint(tmp_path / "x/checkpoint", kept, 12)
    assert canvas_form.read_checkpoint(tmp_path / "x/checkpoint") == (kept, 12)


@pytest.mark.parametrize("data", [b"", b"{}", b'{"sequence": "x", "canvas": {}}', b'{"sequence": 1}'])
def test_a_damaged_checkpoint_is_none(tmp_path, data):
    (tmp_path / "checkpoint").write_bytes(data)
    assert canvas_form.read_checkpoint(tmp_path / "checkpoint") is None
