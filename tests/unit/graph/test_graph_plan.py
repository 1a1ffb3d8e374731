from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from genstudio.graph.check import check
from genstudio.graph.cut import active_take, cut
from genstudio.graph.edit import apply, describe, diff, replay
from genstudio.graph.node_types import node_types
from genstudio.graph.plan import PlanAsset, PlanContext, ShotPlan, plan_shot
from genstudio.graph.sample import sample_film
from genstudio.graph.sequence import repeated, scene_shots, sequence
from genstudio.schema.canvas import Canvas, Patch
from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.job import FileRef
from genstudio.schema.nodes import InputSocket, SocketType
from genstudio.schema.pipeline import TaskDeclaration
from genstudio.schema.project import Asset, ProjectSettings
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord

FOX, SNOW, VALLEY = (f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2, 3))
FOLDER = "01_Assets/Generative_Assets"
ANIMATE = TaskDeclaration(
    id="animate",
    title="Animate",
    kind="video",
    inputs=(
        InputSocket(name="image", types=(SocketType.IMAGE,), title="First image", required=True),
        InputSocket(name="words", types=(SocketType.STRING,), many=True),
    ),
)


def asset(uuid: str, kind: Any, name: str, **more: Any) -> PlanAsset:
    folder = f"{FOLDER}/{kind.title()}s/{name}"
    keywords = more.pop("keywords", "")
    pictures = (f"{folder}/reference_images/1.png",)
    hashes = {pictures[0]: "1" * 64, "model.safetensors": "2" * 64}
    return PlanAsset(Asset(uuid=uuid, kind=kind, name=name, **more), folder, pictures, keywords, hashes)


ASSETS = {
    FOX: asset(FOX, "character", "Rusty", trigger_word="rsty_fox", description="a small red fox"),
    SNOW: asset(SNOW, "style", "Snowlight", description="pretty", keywords="soft blue light, grain", model="model.safetensors"),
    VALLEY: asset(VALLEY, "location", "Valley", description="a wide white valley."),
}
CONTEXT = PlanContext(ProjectSettings(), {"animate": ANIMATE}, ASSETS)


def wire(source: str, output: str, target: str, socket: str, order: str = "a0") -> dict[str, Any]:
    return {"source": source, "sourceHandle": output, "target": target, "targetHandle": socket, "order": order}


def canvas(*, data: dict[str, Any] | None = None, nodes: dict[str, Any] | None = None, edges: tuple[dict[str, Any], ...] = ()) -> Canvas:
    shot = {"type": "shot", "data": {"renders": "SCENE_01/SHOT_010", "prompt": "A fox crosses a river", **(data or {})}}
    wires = {f"w{index}": edge for index, edge in enumerate(edges)}
    return Canvas.model_validate({"nodes": {"s": shot, **(nodes or {})}, "edges": wires})


def with_assets(**data: Any) -> Canvas:
    kinds = (("fox", FOX, "character"), ("snow", SNOW, "style"), ("valley", VALLEY, "location"))
    nodes = {name: {"type": "asset", "data": {"asset": uuid}} for name, uuid, _ in kinds}
    return canvas(data=data, nodes=nodes, edges=tuple(wire(name, "asset", "s", kind) for name, _, kind in kinds))


def plan(made: Canvas, context: PlanContext = CONTEXT) -> ShotPlan:
    return plan_shot(made, "s", context)


def test_a_shot_alone_asks_for_a_video_by_the_quality_of_the_project() -> None:
    made = plan(canvas(data={"name": "Crossing", "seed": 7, "duration": "96f", "negative_prompt": "text"}))
    assert (made.name, made.renders, made.version, made.reference, made.quality) == (
        "Crossing",
        "SCENE_01/SHOT_010",
        1,
        "generate-video",
        "standard",
    )
    assert (made.prompt, made.composed_prompt, made.negative_prompt) == ("A fox crosses a river", "A fox crosses a river", "text")
    assert (made.seed, made.duration, made.params, made.files, made.problems) == (7, "96f", {}, (), ())


def test_assets_enter_the_prompt_the_files_and_the_record() -> None:
    made = plan(with_assets())
    assert made.prompt == "A fox crosses a river"
    assert made.composed_prompt == "A fox crosses a river, rsty_fox, a small red fox, a wide white valley. soft blue light, grain"
    assert made.files == (
        FileRef(path=f"{FOLDER}/Characters/Rusty/reference_images/1.png", sha256="1" * 64, role="character"),
        FileRef(path=f"{FOLDER}/Locations/Valley/reference_images/1.png", sha256="1" * 64, role="location"),
        FileRef(path=f"{FOLDER}/Styles/Snowlight/reference_images/1.png", sha256="1" * 64, role="style"),
        FileRef(path=f"{FOLDER}/Styles/Snowlight/model.safetensors", sha256="2" * 64, role="style_model"),
    )
    assert made.inputs["character"][0]["uuid"] == FOX
    assert made.inputs["style"][0]["model"] == {"path": f"{FOLDER}/Styles/Snowlight/model.safetensors", "sha256": "2" * 64}
    assert made.inputs["composed_prompt"] == made.composed_prompt
    assert made.problems == ()


def test_connected_text_stands_after_the_shots_own_prompt() -> None:
    nodes = {
        "t": {"type": "text", "data": {"text": "film noir."}},
        "f": {"type": "text", "data": {"file": "02_Source_Creative/Prompts/a.txt"}},
    }
    edges = (wire("t", "text", "s", "prompt"), wire("f", "text", "s", "prompt", "a1"))
    made = plan(canvas(nodes=nodes, edges=edges), replace(CONTEXT, texts={"02_Source_Creative/Prompts/a.txt": "rain\n"}))
    assert made.prompt == "A fox crosses a river, film noir. rain"
    assert [problem.code for problem in plan(canvas(nodes=nodes, edges=edges)).problems] == ["missing_file"]


def test_the_pipeline_node_names_the_task_and_shares_its_params() -> None:
    nodes = {"p": {"type": "pipeline", "data": {"reference": "t2v@1.0.0", "params": {"steps": 20, "cfg": 5}}}}
    made = plan(canvas(data={"params": {"steps": 8}, "quality": "high"}, nodes=nodes, edges=(wire("p", "pipeline", "s", "pipeline"),)))
    assert (made.reference, made.params, made.quality) == ("t2v@1.0.0", {"steps": 8, "cfg": 5}, "high")


def record(renders: str) -> TakeRecord:
    name = f"{renders.partition('/')[2].replace('_', '-')}_v01_take01"
    return TakeRecord(
        id=name,
        renders=renders,
        media=f"{name}.png",
        kind="image",
        sha256="b" * 64,
        bytes=1,
        pipeline=TakePipeline(id="p", version="1.0.0"),
        quality=TakeQuality(requested="low", used="low"),
        canvas=TakeCanvas(path="c", version=1, node="n"),
    )


def test_the_active_take_of_another_shot_is_an_input() -> None:
    nodes = {
        "p": {"type": "pipeline", "data": {"reference": "animate"}},
        "first": {"type": "shot", "data": {"renders": "SCENE_01/SHOT_005"}},
        "t": {"type": "text", "data": {"text": "softly"}},
    }
    edges = (wire("p", "pipeline", "s", "pipeline"), wire("first", "output", "s", "image"), wire("t", "text", "s", "words"))
    made = plan(canvas(nodes=nodes, edges=edges), replace(CONTEXT, takes={"first": (record("SCENE_01/SHOT_005"),)}))
    path = "03_Renders/SCENE_01/SHOT_005/SHOT-005_v01_take01.png"
    assert made.files == (FileRef(path=path, sha256="b" * 64, role="image"),)
    assert made.inputs["image"] == {"node": "first", "take": "SHOT-005_v01_take01", "path": path, "sha256": "b" * 64}
    assert made.inputs["words"] == ["softly"]
    without = plan(canvas(nodes=nodes, edges=edges))
    assert [(problem.code, problem.severity) for problem in without.problems] == [("no_result", "error"), ("not_connected", "error")]


def test_what_cannot_be_found_is_told_and_the_rest_is_planned() -> None:
    nodes = {"a": {"type": "asset", "data": {"asset": FOX}}, "b": {"type": "asset", "data": {"asset": ["?"]}}}
    edges = (wire("a", "asset", "s", "style"), wire("b", "asset", "s", "character"))
    made = plan(canvas(data={"prompt": " "}, nodes=nodes, edges=edges), replace(CONTEXT, assets={FOX: replace(ASSETS[FOX], hashes={})}))
    assert sorted(problem.code for problem in made.problems) == ["missing_asset", "missing_file", "wrong_asset"]
    assert [problem.code for problem in plan(canvas(data={"prompt": ""})).problems] == ["no_prompt"]


@pytest.mark.parametrize("name", ["gone", "p"])
def test_only_a_shot_can_be_planned(name: str) -> None:
    with pytest.raises(BadInputError, match="is no shot"):
        plan_shot(canvas(nodes={"p": {"type": "pipeline"}}), name, CONTEXT)


@pytest.mark.parametrize("data", [{"duration": "long"}, {"seed": -3}, {"prompt": None}, {"renders": ""}, {"renders": "../x"}])
def test_a_shot_with_wrong_data_is_refused_with_the_reason(data: dict[str, Any]) -> None:
    with pytest.raises(BadInputError) as caught:
        plan(canvas(data=data))
    assert " has " in caught.value.message
    assert caught.value.fix


ASKED_ELSE: list[dict[str, Any]] = [
    {"prompt": "A wolf"},
    {"seed": 1},
    {"duration": "5s"},
    {"negative_prompt": "blur"},
    {"params": {"steps": 3}},
]


@pytest.mark.parametrize("data", ASKED_ELSE)
def test_the_intent_key_changes_when_the_canvas_asks_for_something_else(data: dict[str, Any]) -> None:
    assert plan(with_assets(**data)).intent_key != plan(with_assets()).intent_key


def test_the_intent_key_stays_for_what_is_not_asked_of_the_picture() -> None:
    key = plan(with_assets()).intent_key
    same = [
        with_assets(name="Another name", quality="high", active_take="SHOT-010_v01_take01", review={"a": {}}, version=2),
        Canvas.model_validate(with_assets().document() | {"version": 99, "layout": {"s": {"x": 1, "y": 2}}}),
    ]
    assert [plan(made).intent_key for made in same] == [key, key]
    settings = ProjectSettings(quality="low", fps="25", height=1080)
    assert plan(with_assets(), replace(CONTEXT, settings=settings)).intent_key == key
    moved = replace(ASSETS[FOX], folder="x", references=("1.png",), hashes={"1.png": "1" * 64})
    assert plan(with_assets(), replace(CONTEXT, assets=ASSETS | {FOX: moved})).intent_key == key
    redrawn = replace(ASSETS[FOX], hashes={ASSETS[FOX].references[0]: "9" * 64})
    assert plan(with_assets(), replace(CONTEXT, assets=ASSETS | {FOX: redrawn})).intent_key != key


def test_the_intent_key_does_not_tell_whole_floats_from_integers() -> None:
    assert plan(canvas(data={"params": {"cfg": 5}})).intent_key == plan(canvas(data={"params": {"cfg": 5.0}})).intent_key


def test_the_intent_key_is_the_same_in_every_version_of_the_studio() -> None:
    assert plan(canvas()).intent_key == "9cfee0b8d7b94f9dfad60cf3d45aa53d53dcdc7189c4728ee24874e7988e481d"


def test_every_shot_of_the_sample_film_can_be_planned() -> None:
    film = sample_film()
    plans = [plan_shot(film, name, PlanContext(ProjectSettings())) for name in ("shot_010", "shot_020", "shot_030")]
    assert [made.problems for made in plans] == [(), (), ()]
    assert [made.duration for made in plans] == ["3s", "2s", "3s"]


# Whatever a file holds

leaf = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from((FOX, "4s", "SCENE_01/SHOT_010", "animate"))
)
tree = st.recursive(leaf, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2), max_leaves=4)
names = st.sampled_from(("s", "t", "g", "film", "odd"))
data_keys = st.sampled_from(
    (
        "prompt",
        "renders",
        "duration",
        "seed",
        "review",
        "active_take",
        "events",
        "asset",
        "reference",
        "params",
        "text",
        "file",
        "scene",
        "name",
    )
)
handles = st.sampled_from(
    ("pipeline", "character", "prompt", "image", "words", "sequence_in", "sequence_out", "sequence", "output", "text", "")
)
document = st.fixed_dictionaries(
    {
        "nodes": st.dictionaries(
            names,
            st.fixed_dictionaries(
                {"type": st.sampled_from(("shot", "asset", "text", "scene_group", "vse_assembler", "pipeline", "audio", "hologram"))},
                optional={"data": st.dictionaries(data_keys, tree, max_size=5), "parent": names, "order": st.text(max_size=2)},
            ),
        ),
        "edges": st.dictionaries(
            st.sampled_from(("a", "b", "c", "d")),
            st.fixed_dictionaries({"source": names, "sourceHandle": handles, "target": names, "targetHandle": handles}),
        ),
    }
)


@given(document, document)
def test_no_file_crashes_the_studio(first: dict[str, Any], second: dict[str, Any]) -> None:
    with suppress(ValidationError):
        old, new = Canvas.model_validate(first), Canvas.model_validate(second)
        tasks = {"animate": ANIMATE}
        check(old, node_types(tasks), tasks)
        describe(old, new)
        with suppress(GenStudioError):
            replay(old, diff(old, new), version=1, layout_version=1)
        with suppress(GenStudioError):
            apply(old, Patch(base=0, operations=diff(old, new)))
        takes = {"s": (record("SCENE_01/SHOT_010"),)}
        for name, node in old.nodes.items():
            sequence(old, name)
            repeated(old, name)
            scene_shots(old, name)
            active_take(node, takes["s"])
            with suppress(GenStudioError):
                plan_shot(old, name, replace(CONTEXT, takes=takes))
            with suppress(GenStudioError):
                cut(old, name, takes, ProjectSettings(), "title")
