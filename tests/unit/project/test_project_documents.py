"""Errors of documents name the field, its value and the fix."""

from __future__ import annotations

import json

import pytest

from genstudio.project.documents import DamagedError, dump_json, load_json, parse_model
from genstudio.schema.errors import BadInputError
from genstudio.schema.project import PROJECT_SCHEMA, ProjectManifest

GOOD = {"schema": PROJECT_SCHEMA, "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "title": "Fox"}


def parse(**changes: object) -> tuple[ProjectManifest, str]:
    return parse_model(ProjectManifest, json.dumps({**GOOD, **changes}).encode(), PROJECT_SCHEMA, "project.json")


def test_a_missing_field_is_named():
    with pytest.raises(DamagedError, match=r"project\.json: title is missing"):
        parse_model(ProjectManifest, json.dumps({k: v for k, v in GOOD.items() if k != "title"}).encode(), PROJECT_SCHEMA, "project.json")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"quality": "ultra"}, ["project_settings.quality", '"ultra"', "'low', 'standard' or 'high'"]),
        ({"aspect_ratio": "wide"}, ["project_settings.aspect_ratio", '"wide"', "form"]),
        ({"fps": "fast"}, ["project_settings.fps", '"fast"', "30000/1001"]),
        ({"height": 10}, ["project_settings.height", "10", "64"]),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_would_be_right(settings, words):
    with pytest.raises(DamagedError) as caught:
        parse(project_settings=settings)
    for word in words:
        assert word in caught.value.message
    assert "project.json" in caught.value.fix


def test_many_errors_are_told_in_one_sentence():
    with pytest.raises(DamagedError) as caught:
        parse(uuid="x", title="", version=0, project_settings={"quality": 1, "fps": 0, "height": "x", "aspect_ratio": 1})
    assert "more" in caught.value.message
    assert len(caught.value.message) < 1500


def test_a_newer_document_is_read_only_with_the_reason():
    manifest, reason = parse(schema="genstudio.project/2")
    assert manifest.title == "Fox"
    assert "newer studio" in reason
    assert "genstudio.project/2" in reason


@pytest.mark.parametrize("schema", [None, 1, "genstudio.canvas/1", "genstudio.project/0", "genstudio.project/1x", "x"])
def test_a_document_of_another_kind_is_refused(schema):
    with pytest.raises(DamagedError, match="schema is"):
        parse(schema=schema)


def test_unknown_keys_are_kept():
    manifest, _ = parse(shot_list={"a": [1, 2]})
    assert manifest.model_dump(by_alias=True)["shot_list"] == {"a": [1, 2]}


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1e999}', b"[" * 100_000, b"null"])
def test_what_is_no_json_object_is_damaged(data):
    with pytest.raises(DamagedError, match="damaged"):
        load_json(data, "canvas")


def test_a_byte_order_mark_is_no_damage():
    assert load_json(b'\xef\xbb\xbf{"a": 1}', "canvas") == {"a": 1}


@pytest.mark.parametrize("value", ["half an emoji \ud83e", float("inf"), float("nan")])
def test_what_json_cannot_carry_is_refused(value):
    with pytest.raises(BadInputError):
        dump_json({"value": value})


def test_text_is_written_as_text():
    assert dump_json({"name": "🦊 אבג"}) == '{\n "name": "🦊 אבג"\n}\n'.encode()
