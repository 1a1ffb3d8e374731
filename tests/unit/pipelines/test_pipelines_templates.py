"""Templates of the library: read, refused with a sentence, and put on a canvas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genstudio.graph.edit import apply
from genstudio.graph.insert import insert
from genstudio.pipelines.catalogue import Catalogue
from genstudio.pipelines.templates import fresh_id, read_template, read_templates
from genstudio.schema.canvas import Canvas, Node, Patch, Position
from genstudio.schema.errors import NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

PRESET = """
schema = "genstudio.template/1"
title = "Dusk, quick"
description = "Short drafts at dusk."
reference = "generate-video"
[params]
steps = 12
"""
GRAPH: dict[str, Any] = {
    "schema": "genstudio.canvas/1",
    "title": "Two shots of a walk",
    "nodes": {
        "pipe": {"type": "pipeline", "data": {"reference": "generate-video", "params": {}}},
        "scene": {"type": "scene_group", "data": {"name": "Walk", "scene": "SCENE_07"}},
        "a": {
            "type": "shot",
            "parent": "scene",
            "data": {"prompt": "feet", "renders": "SCENE_07/SHOT_010", "active_take": "x", "review": {}},
        },
        "b": {"type": "shot", "parent": "scene", "data": {"prompt": "a face", "renders": "SCENE_07/SHOT_020"}},
        "film": {"type": "vse_assembler", "data": {"events": {"a": {"in": 3}}}},
        "own": {"type": "from_the_future", "data": {"x": 1}, "extra": True},
    },
    "edges": {"e1": {"source": "pipe", "sourceHandle": "pipeline", "target": "a", "targetHandle": "pipeline", "order": "a0"}},
    "layout": {"pipe": {"x": 900, "y": 500}, "a": {"x": 1000, "y": 700}},
}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "Library/Pipeline_Templates"
    folder.mkdir(parents=True)
    (folder / "dusk.toml").write_text(PRESET)
    (folder / "walk.json").write_text(json.dumps(GRAPH))
    return folder


def test_presets_and_pieces_of_canvas_are_found_by_the_catalogue(library: Path) -> None:
    catalogue = Catalogue.load(library.parents[1])
    assert catalogue.problems == ()
    assert [template.summary() for template in catalogue.templates.values()] == [
        {
            "name": "dusk",
            "title": "Dusk, quick",
            "description": "Short drafts at dusk.",
            "kind": "preset",
            "nodes": 1,
            "references": ["generate-video"],
        },
        {"name": "walk", "title": "Two shots of a walk", "description": "", "kind": "graph", "nodes": 6, "references": ["generate-video"]},
    ]
    node = catalogue.template("dusk").canvas.nodes["pipeline"]
    assert node.data == {"name": "Dusk, quick", "reference": "generate-video", "params": {"steps": 12}}
    with pytest.raises(NotFoundError) as caught:
        catalogue.template("nothing")
    assert "dusk, walk" in caught.value.fix


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.toml", "reference = 3", "Field required"),
        ("a.toml", "no = [", "cannot be read"),
        ("a.toml", PRESET + "\n[surplus]\n", "surplus"),
        ("a.toml", PRESET.replace("generate-video", "dream-machine"), "no pipeline 'dream-machine'"),
        ("a.toml", PRESET.replace("generate-video", "draft-video@9.9.9"), "not '9.9.9'"),
        ("a.toml", PRESET.replace("12", "inf"), "must be finite"),
        ("a.json", "[]", "valid"),
        ("a.json", "{", "cannot be read"),
        ("a.json", "[" * 100_000, "cannot be read"),
        ("a.json", '{"nodes": {}}', "has 0 nodes"),
        ("a.json", '{"nodes": {"A B": {"type": "text"}}}', "nodes.A B"),
        ("a.json", '{"schema": "genstudio.canvas/2", "nodes": {"a": {"type": "text"}}}', "schema"),
        ("a.json", json.dumps({"nodes": {"a": {"type": "text"}}, "edges": GRAPH["edges"]}), "leads out of it"),
        ("a.json", '{"3": {"class_type": "KSampler", "inputs": {}}}', "workflow of ComfyUI"),
        ("a.json", '{"nodes": [], "links": []}', "workflow of ComfyUI"),
        ("a.json", '{"nodes": {"a": {"type": "text", "data": {"text": "\\ud800"}}}}', "half a character"),
        ("dusk.json", '{"nodes": {"a": {"type": "text"}}}', "another template dusk"),
    ],
)
def test_what_is_no_template_is_one_sentence_and_the_others_are_there(library: Path, name: str, text: str, words: str) -> None:
    (library / name).write_text(text)
    catalogue = Catalogue.load(library.parents[1])
    (problem,) = catalogue.problems
    assert words in problem
    assert problem.startswith((name, "dusk.toml"))
    assert {"dusk", "walk"} <= set(catalogue.templates)


def test_links_and_large_files_are_no_templates_and_hidden_files_are_passed_over(library: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.toml").write_text(PRESET)
    (library / "link.toml").symlink_to(tmp_path / "outside.toml")
    (library / "large.json").write_text(" " * (2 << 20))
    (library / ".hidden.toml").write_text("x")
    (library / "readme.md").write_text("x")
    problems = Catalogue.load(library.parents[1]).problems
    assert [problem.split(":")[0] for problem in problems] == ["large.json", "link.toml"]


def test_a_piece_is_put_on_a_canvas_as_something_new(library: Path) -> None:
    canvas = Canvas(
        nodes={"a": Node(type="shot", data={"renders": "SCENE_01/SHOT_010"}), "e1": Node(type="text")}, layout={"a": Position(x=40, y=60)}
    )
    piece = read_template(library / "walk.json").canvas
    operations = insert(canvas, piece, lambda name: f"{name}_new")
    made = apply(canvas, Patch(base=0, operations=operations)).canvas
    assert made.nodes["a"] == canvas.nodes["a"]
    shots = [made.nodes["a_new"], made.nodes["b_new"]]
    assert [shot.parent for shot in shots] == ["scene_new", "scene_new"]
    assert len({shot.data["renders"] for shot in (*shots, made.nodes["a"])}) == 3
    assert all("active_take" not in shot.data and "review" not in shot.data for shot in shots)
    assert made.nodes["film_new"].data["events"] == {"a_new": {"in": 3}}
    assert made.nodes["own_new"].model_extra == {"extra": True}
    assert (made.edges["e1_new"].source, made.edges["e1_new"].target) == ("pipe_new", "a_new")
    assert (made.layout["pipe_new"].x, made.layout["pipe_new"].y) == (40, 300)
    assert (made.layout["a_new"].x, made.layout["a_new"].y) == (140, 500)
    assert piece == read_template(library / "walk.json").canvas
    twice = apply(made, Patch(base=1, operations=insert(made, piece, fresh_id, at=(5, 6)))).canvas
    folders = [node.data["renders"] for node in twice.nodes.values() if node.type == "shot"]
    assert len(set(folders)) == len(folders) == 5


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner)).map(
        lambda value: json.dumps(value).encode()
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_template_or_a_sentence(tmp_path: Path, data: bytes) -> None:
    for name in ("x.json", "y.toml"):
        (tmp_path / name).write_bytes(data)
        found, problems = read_templates(tmp_path, lambda _: None)
        assert len(found) + len(problems) in (1, 2)
        assert all(problem.startswith(("x.json", "y.toml")) and problem.endswith(".") for problem in problems)
