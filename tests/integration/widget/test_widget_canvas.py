"""The canvas as a Python object, on real project files."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from genstudio import Canvas, Project, Workspace
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError, ReadOnlyError
from genstudio.widget import Shot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from genstudio.project.project import ProjectFolder

SECONDS = 20


@pytest.fixture
def film(workspace_root: Path) -> Iterator[Project]:
    studio = Workspace(workspace_root)
    yield studio.create("My First Film")
    studio.close()


@pytest.fixture
def canvas(film: Project) -> Canvas:
    return film.canvas()


def elsewhere(canvas: Canvas, *operations: Operation, author: str = "somebody else") -> None:
    """Edit the canvas as another process would."""
    folder: ProjectFolder = type(canvas.project.folder).open(canvas.project.path)
    folder.canvas(canvas.path).apply(Patch(base=0, operations=operations, author=author))


def prompt_of(shot: Shot, text: str) -> Operation:
    return Operation(op="add", path=f"/nodes/{shot.id}/data/prompt", value=text)


def test_opening_again_gives_the_same_objects(workspace_root: Path, film: Project) -> None:
    assert Workspace(workspace_root).project("My First Film") is film
    assert film.canvas() is film.canvas("02_Source_Creative/Canvases/main_canvas.json")


def test_a_project_that_is_not_there_is_said_with_those_that_are(workspace_root: Path, film: Project) -> None:
    with pytest.raises(NotFoundError, match="My First Film"):
        Workspace(workspace_root).project("Another")


def test_a_project_is_made_where_it_is_wanted(workspace_root: Path) -> None:
    studio = Workspace(workspace_root)
    assert studio.project("New", create=True) is studio.project("New", create=True)
    assert [project.title for project in studio.projects] == ["New"]


def test_a_project_opens_by_its_folder(film: Project) -> None:
    assert Project(film.path).uuid == film.uuid


def test_adding_a_shot_twice_gives_the_one_there_is(canvas: Canvas) -> None:
    shot = canvas.add_shot("SHOT_040", prompt="a fox crosses a frozen river", pipeline="generate-video")
    version = canvas.version
    assert canvas.add_shot("SHOT_040", prompt="something else") == shot
    assert (canvas.version, shot.prompt) == (version, "a fox crosses a frozen river")
    assert [node.type for node in canvas.nodes.values()].count("pipeline") == 1


def test_a_shot_is_stored_with_its_data_and_read_back_from_the_file(canvas: Canvas, film: Project) -> None:
    shot = canvas.add_shot("SHOT_040", prompt="a fox", duration="2s", seed=7)
    shot.negative_prompt = "rain"
    shot.quality = "low"
    shot.duration = 1.5
    data = Project(film.path).canvas().shot("SHOT_040").settings
    assert (data.prompt, data.negative_prompt, data.quality, data.duration, data.seed) == ("a fox", "rain", "low", "1.5s", 7)
    assert data.renders == "SCENE_01/SHOT_040"


@pytest.mark.parametrize("text", ["", "x" * 1_000_000, "«лиса» 🦊 שועל \u202e", "../../etc/passwd", "'; DROP", '"\\n\\"', "a\nb\tc"])
def test_any_text_is_a_prompt(canvas: Canvas, text: str) -> None:
    shot = canvas.add_shot("SHOT_010")
    shot.prompt = text
    assert canvas.shot("SHOT_010").prompt == text
    assert len(repr(shot)) < 250


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("prompt", 7, "in quotes"),
        ("duration", "soon", "no duration"),
        ("seed", -1, "no seed"),
        ("quality", "best", "low"),
        ("active_take", "SHOT-010_v01_take01", "no take"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_right(canvas: Canvas, name: str, value: object, words: str) -> None:
    shot = canvas.add_shot("SHOT_010")
    version = canvas.version
    with pytest.raises(BadInputError, match=words):
        setattr(shot, name, value)
    assert canvas.version == version


def test_setting_what_is_set_already_makes_no_edit(canvas: Canvas) -> None:
    shot = canvas.add_shot("SHOT_010", prompt="a fox")
    version = canvas.version
    shot.prompt = "a fox"
    assert canvas.version == version


def test_keys_with_slashes_and_tildes_are_kept(canvas: Canvas) -> None:
    shot = canvas.add_shot("SHOT_010")
    shot.set(**{"a/b~c": 1})
    assert shot.data["a/b~c"] == 1


def test_shots_are_wired_into_the_film(canvas: Canvas) -> None:
    first = canvas.add_shot("SHOT_010")
    second = canvas.add_shot("SHOT_020", after=first)
    film = canvas.add("vse_assembler", name="Film")
    assert canvas.add("vse_assembler", name="Film") == film
    edge = second.connect(film)
    assert canvas.connect("SHOT_020", "Film") == edge
    wires = {(wire.source, wire.target) for wire in canvas.graph.edges.values()}
    assert {(first.id, second.id), (second.id, film.id)} <= wires
    canvas.disconnect(edge)
    assert edge not in canvas.graph.edges
    assert canvas.check() == ()


def test_an_unknown_node_type_is_refused_with_those_there_are(canvas: Canvas) -> None:
    with pytest.raises(BadInputError, match="vse_assembler"):
        canvas.add("assembler")


def test_a_removed_shot_says_so_and_undo_brings_it_back(canvas: Canvas) -> None:
    shot = canvas.add_shot("SHOT_010", prompt="a fox")
    shot.remove()
    with pytest.raises(NotFoundError, match="undo"):
        shot.prompt = "a wolf"
    assert canvas.undo()
    assert shot.prompt == "a fox"
    assert canvas.redo()
    assert canvas.shots == ()


def test_undo_takes_back_own_edits_only(canvas: Canvas) -> None:
    shot = canvas.add_shot("SHOT_010", prompt="a fox", pipeline=None)
    elsewhere(canvas, Operation(op="add", path=f"/nodes/{shot.id}/data/seed", value=5))
    shot.prompt = "a wolf"
    assert canvas.undo()
    assert (shot.prompt, shot.seed) == ("a fox", 5)


def test_undo_of_what_somebody_changed_since_is_refused(canvas: Canvas) -> None:
    shot = canvas.add_shot("SHOT_010", prompt="a fox")
    shot.prompt = "a wolf"
    elsewhere(canvas, prompt_of(shot, "a bear"))
    with pytest.raises(ConflictError):
        canvas.undo()
    assert shot.prompt == "a bear"


def test_there_is_an_end_to_undo(canvas: Canvas) -> None:
    canvas.add_shot("SHOT_010")
    assert canvas.undo()
    assert not canvas.undo()
    assert not Workspace(canvas.project.runtime.workspace.root).project(canvas.project.uuid).canvas().undo()


def test_a_move_changes_the_place_and_not_the_version(canvas: Canvas) -> None:
    shot = canvas.add_shot("SHOT_010")
    version = canvas.version
    shot.move(12, 34)
    assert shot.position == (12, 34)
    assert canvas.version == version


def test_callbacks_hear_of_edits_made_elsewhere_and_of_own_ones(canvas: Canvas) -> None:
    shot = canvas.add_shot("SHOT_010")
    heard: list[str] = []
    both = threading.Event()

    def note(change: object) -> None:
        heard.extend(author.partition("#")[0] for author in change.authors)
        if len(heard) == 2:
            both.set()

    end = canvas.on_change(note)
    elsewhere(canvas, prompt_of(shot, "a wolf"))
    shot.seed = 1
    assert both.wait(SECONDS)
    assert heard[0] == "somebody else"
    end()


def test_a_callback_that_fails_ends_nothing(canvas: Canvas, caplog: pytest.LogCaptureFixture) -> None:
    shot = canvas.add_shot("SHOT_010")
    heard = threading.Event()
    canvas.on_change(lambda _: 1 / 0)
    canvas.on_change(lambda _: heard.set())
    elsewhere(canvas, prompt_of(shot, "a wolf"))
    assert heard.wait(SECONDS)
    assert "on_change failed" in caplog.text


def test_a_view_follows_edits_made_elsewhere_and_cannot_be_edited(canvas: Canvas) -> None:
    shot = canvas.add_shot("SHOT_010", prompt="a fox")
    graph = canvas.view()
    assert canvas.view() is graph
    seen = threading.Event()
    graph.observe(lambda _: seen.set(), "value")
    elsewhere(canvas, prompt_of(shot, "a wolf"))
    assert seen.wait(SECONDS)
    assert graph.value == canvas.version
    assert graph.prompts() == {"SHOT_010": "a wolf"}
    assert not any(hasattr(graph, name) for name in ("add", "add_shot", "patch", "generate", "render", "remove"))


def test_a_view_is_up_to_date_as_soon_as_an_own_edit_returns(canvas: Canvas) -> None:
    graph = canvas.view()
    canvas.add_shot("SHOT_010")
    assert graph.value == canvas.version == 1


def test_a_canvas_of_a_newer_studio_is_read_and_not_written(canvas: Canvas) -> None:
    shot = canvas.add_shot("SHOT_010", prompt="a fox")
    file = canvas.project.path / canvas.path
    file.write_text(file.read_text("utf-8").replace("genstudio.canvas/1", "genstudio.canvas/99"), "utf-8")
    assert canvas.state.read_only
    assert shot.prompt == "a fox"
    with pytest.raises(ReadOnlyError):
        shot.prompt = "a wolf"


def test_a_canvas_without_shots_has_no_film_and_says_what_to_do(canvas: Canvas) -> None:
    with pytest.raises(BadInputError, match="vse_assembler"):
        canvas.edl()
    canvas.add("vse_assembler", name="Film")
    with pytest.raises(BadInputError, match="Connect shots that have takes"):
        canvas.edl()


def test_objects_have_short_reprs(workspace_root: Path, canvas: Canvas) -> None:
    shot = canvas.add_shot("SHOT_010", prompt="a fox " * 50)
    for thing in (
        Workspace(workspace_root),
        canvas.project,
        canvas,
        shot,
        shot.takes,
        canvas.view(),
        *canvas.nodes.values(),
        canvas.nodes,
    ):
        assert len(repr(thing)) < 400, repr(thing)


def test_text_of_a_canvas_is_escaped_when_it_is_displayed(canvas: Canvas) -> None:
    shot = canvas.add_shot("<img src=x onerror=alert(1)>", prompt="<script>alert(1)</script>")
    shown = shot._repr_html_() + canvas.view()._repr_mimebundle_()["text/html"]
    assert "<script" not in shown
    assert "<img src=x" not in shown
