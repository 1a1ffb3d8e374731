"""What is in the library by the command line; its templates by Python and by the calls of a view as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genstudio.engine.submit import Engine
from genstudio.session.canvas_session import CanvasSession
from genstudio.widget import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PRESET = 'schema = "genstudio.template/1"\ntitle = "Dusk"\nreference = "generate-video"\nparams = {steps = 12}\n'
GRAPH = '{"title": "Walk", "nodes": {"a": {"type": "shot", "data": {"name": "Feet"}}, "b": {"type": "shot", "data": {"name": "Face"}}}}'


@pytest.fixture
def films(workspace_root: Path) -> Workspace:
    workspace = Workspace()
    workspace.create("Film")
    folder = workspace.path / "Library/Pipeline_Templates"
    (folder / "dusk.toml").write_text(PRESET)
    (folder / "walk.json").write_text(GRAPH)
    (folder / "broken.json").write_text("{")
    return workspace


def test_templates_are_listed_shown_and_used(films: Workspace, genstudio: Callable[..., Any]) -> None:
    listed = genstudio("templates", "ls")
    assert [line.split()[0] for line in listed.out.splitlines()] == ["template", "dusk", "walk"]
    assert "broken.json cannot be read" in listed.err
    assert [each["name"] for each in genstudio("templates", "ls", "--json").document["templates"]] == ["dusk", "walk"]
    assert "generate-video" in genstudio("templates", "show", "dusk").out
    used = genstudio("templates", "use", "walk", "Film", "--at", "10", "20", "--json").document
    canvas = films.project("Film").canvas()
    assert [canvas.node(name).name for name in used["nodes"]] == ["Feet", "Face"]
    assert {shot.renders for shot in canvas.shots} == {"SCENE_01/SHOT_010", "SCENE_01/SHOT_020"}
    refused = genstudio("templates", "use", "nothing", "Film")
    assert refused.status == 1
    assert "There are: dusk, walk." in refused.err


def test_a_use_is_one_edit_that_can_be_undone_and_the_library_stays(films: Workspace) -> None:
    before = {path.name: path.read_bytes() for path in (films.path / "Library/Pipeline_Templates").iterdir()}
    canvas = films.project("Film").canvas()
    (node,) = canvas.use_template("dusk")
    assert node.data["params"] == {"steps": 12}
    assert canvas.undo()
    assert canvas.graph.nodes == {}
    assert [template.title for template in films.templates] == ["Dusk", "Walk"]
    assert {path.name: path.read_bytes() for path in (films.path / "Library/Pipeline_Templates").iterdir()} == before


def test_a_view_lists_and_uses_templates(films: Workspace) -> None:
    workspace = films.runtime.workspace
    engine = Engine(workspace)
    view = CanvasSession(workspace, workspace.project("Film"), None, author="Ann", client="1", send=lambda _: None, engine=engine)
    try:
        told = view.templates()
        assert [each["name"] for each in told["templates"]] == ["dusk", "walk"]
        assert len(told["problems"]) == 1
        made = view.use_template("walk", x=5, y=6)
        graph = view.sync().graph
        assert set(made["nodes"]) == set(graph.nodes)
        assert (graph.layout[made["nodes"][0]].x, graph.layout[made["nodes"][0]].y) == (5, 6)
        view.undo()
        assert view.sync().graph.nodes == {}
    finally:
        view.close()
        engine.close()


def test_items_of_the_library_are_listed_and_copied_into_a_project(films: Workspace, genstudio: Callable[..., Any]) -> None:
    (films.path / "Library/Stock_Media/sounds").mkdir()
    (films.path / "Library/Stock_Media/sounds/rain.wav").write_bytes(b"rain")
    assert {"folder": "Stock_Media", "item": "sounds/rain.wav"} in genstudio("library", "ls", "--json").document
    assert "rain.wav" in genstudio("library", "ls", "Stock_Media").out
    assert "rain.wav" not in genstudio("library", "ls", "Branding").out
    made = genstudio("library", "use", "Stock_Media", "sounds/rain.wav", "Film", "--json").document
    assert (films.project("Film").path / made["path"]).read_bytes() == b"rain"
    refused = genstudio("library", "use", "Stock_Media", "../../workspace.json", "Film")
    assert (refused.status, refused.out) == (1, "")
