"""The shapes keep what they do not know and refuse what cannot be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from genstudio.schema.canvas import Canvas, Node
from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.event import EVENT
from genstudio.schema.job import JOB_STATE, Running
from genstudio.schema.message import CLIENT_PAYLOADS, SERVER_PAYLOADS, Message
from genstudio.schema.project import ProjectManifest, ProjectSettings
from genstudio.schema.take import TakeName

words = st.text(max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
keys = st.text("abcxyz_019", min_size=1, max_size=8)


def test_unknown_keys_of_a_canvas_are_written_back() -> None:
    document: dict[str, Any] = {
        "schema": "genstudio.canvas/1",
        "version": 3,
        "nodes": {"x_1": {"type": "hologram", "parent": None, "order": "", "data": {"a": [1, {"b": None}]}, "future": True}},
        "edges": {"e_1": {"source": "x_1", "sourceHandle": "out", "target": "x_1", "targetHandle": "in", "order": "", "colour": "red"}},
        "layout_version": 0,
        "layout": {"x_1": {"x": 1.5, "y": 2.0, "z": 9}},
        "studio": {"any": "thing"},
    }
    assert Canvas.model_validate(document).document() == document


@given(st.dictionaries(keys, st.dictionaries(words, json_values, max_size=3), max_size=3))
def test_any_node_data_survives_a_round_trip(data: dict[str, Any]) -> None:
    canvas = Canvas(nodes={key: Node(type="shot", data=value) for key, value in data.items()})
    assert Canvas.model_validate(json.loads(json.dumps(canvas.document()))) == canvas


@pytest.mark.parametrize("key", ["", "Shot", "a/b", "../x", "a" * 65, "ä", "a\n", "__proto__\n"])
def test_an_id_that_could_name_something_else_is_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        Canvas.model_validate({"nodes": {key: {"type": "shot"}}})


def test_a_value_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        Canvas().version = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("renders", "version", "take", "name"), [("SCENE_01/SHOT_010", 1, 1, "SHOT-010_v01_take01"), ("A/B_2_C", 12, 123, "B-2-C_v12_take123")]
)
def test_a_take_is_named_after_its_shot(renders: str, version: int, take: int, name: str) -> None:
    assert TakeName(renders=renders, version=version, take=take).id == name
    assert TakeName.parse(name) == (name.partition("_")[0], version, take)


@pytest.mark.parametrize("stem", ["", "SHOT_010_v01_take01", "../SHOT-010_v01_take01", "SHOT-010_v01_take01\n", "shot-010_v01_take01"])
def test_what_is_no_take_name_is_refused(stem: str) -> None:
    with pytest.raises(BadInputError):
        TakeName.parse(stem)


@pytest.mark.parametrize(
    ("aspect", "height", "size"),
    [("16:9", 720, (1280, 720)), ("9:16", 1280, (720, 1280)), ("239:100", 431, (1030, 430)), ("4:3", 65, (86, 64))],
)
def test_the_frame_size_is_even(aspect: str, height: int, size: tuple[int, int]) -> None:
    assert ProjectSettings(aspect_ratio=aspect, height=height).size == size


def test_a_film_is_720_lines_high_unless_it_is_said_otherwise() -> None:
    assert ProjectSettings().size == (1280, 720)


@pytest.mark.parametrize(
    "change",
    [{"uuid": "x"}, {"title": ""}, {"version": 0}, {"project_settings": {"quality": "best"}}, {"project_settings": {"fps": "quick"}}],
)
def test_a_wrong_manifest_is_refused(change: dict[str, Any]) -> None:
    good = {"uuid": "0f8fad5b-d9cb-469f-a165-70867728950e", "title": "Film"}
    assert ProjectManifest.model_validate(good).project_settings.fps == "24"
    with pytest.raises(ValidationError):
        ProjectManifest.model_validate(good | change)


def test_a_job_state_is_read_back_as_what_it_was() -> None:
    state = Running(worker="cpu-0", progress=50, step="Drawing", eta_s=1.5)
    assert JOB_STATE.validate_json(JOB_STATE.dump_json(state)) == state


@given(st.text())
def test_what_a_pipeline_prints_is_an_event_or_refused(text: str) -> None:
    try:
        EVENT.validate_json(text)
    except ValidationError:
        return
    assert json.loads(text)["type"]


def test_every_payload_makes_a_json_schema() -> None:
    for payload in (*CLIENT_PAYLOADS.values(), *SERVER_PAYLOADS.values(), Message):
        assert payload.model_json_schema()["type"] == "object"


def test_an_error_says_what_happened_and_what_to_do() -> None:
    error = GenStudioError("The disk is full.", fix="Make room.", code="disk_full")
    assert (str(error), error.code) == ("The disk is full. Make room.", "disk_full")
