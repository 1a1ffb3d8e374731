"""Exactly the shots whose words, pictures or settings changed since their take are stale, and the cuts that show them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.graph.plan import PlanAsset, PlanContext, plan_shot
from genstudio.graph.stale import StaleMarks, stale_problems
from genstudio.schema.canvas import Canvas
from genstudio.schema.nodes import InputSocket, SocketType
from genstudio.schema.pipeline import TaskDeclaration
from genstudio.schema.project import Asset, ProjectSettings
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord

FOX = "00000000-0000-0000-0000-000000000001"
FOLDER = "01_Assets/Generative_Assets/Characters/Rusty"
PICTURE = f"{FOLDER}/reference_images/1.png"
SCRIPT = "02_Source_Creative/Scripts/river.txt"
ANIMATE = TaskDeclaration(id="animate", title="Animate", kind="video", inputs=(InputSocket(name="image", types=(SocketType.IMAGE,)),))
RUSTY = PlanAsset(Asset(uuid=FOX, kind="character", name="Rusty", trigger_word="rsty"), FOLDER, (PICTURE,), "a fox", {PICTURE: "1" * 64})
CONTEXT = PlanContext(ProjectSettings(), {"animate": ANIMATE}, {FOX: RUSTY}, {SCRIPT: "by the river"})
ALL = {"plain", "cast", "read", "moved", "used"}


def edge(source: str, output: str, target: str, socket: str) -> dict[str, Any]:
    return {"source": source, "sourceHandle": output, "target": target, "targetHandle": socket, "order": "a0"}


def shot(number: int, **data: Any) -> dict[str, Any]:
    return {"type": "shot", "data": {"renders": f"SCENE_01/SHOT_{number:03}", "prompt": f"shot {number}", **data}}


def film(**changed: dict[str, Any]) -> Canvas:
    """Five shots: alone, with a character, with a script, animating the take of ``plain``, and with shared parameters; two films."""
    nodes = {
        "plain": shot(10),
        "cast": shot(20),
        "read": shot(30),
        "moved": shot(40),
        "used": shot(50),
        "fox": {"type": "asset", "data": {"asset": FOX}},
        "script": {"type": "text", "data": {"text": "", "file": SCRIPT}},
        "animate": {"type": "pipeline", "data": {"reference": "animate", "params": {}}},
        "shared": {"type": "pipeline", "data": {"reference": "generate-video", "params": {"steps": 20}}},
        "first": {"type": "vse_assembler", "data": {"name": "First"}},
        "second": {"type": "vse_assembler", "data": {"name": "Second"}},
    }
    nodes = {name: {**node, "data": {**node["data"], **changed.get(name, {})}} for name, node in nodes.items()}
    edges = [
        edge("fox", "asset", "cast", "character"),
        edge("script", "text", "read", "prompt"),
        edge("animate", "pipeline", "moved", "pipeline"),
        edge("plain", "output", "moved", "image"),
        edge("shared", "pipeline", "used", "pipeline"),
        edge("plain", "output", "first", "sequence_in"),
        edge("cast", "output", "first", "sequence_in"),
        edge("read", "output", "second", "sequence_in"),
    ]
    return Canvas.model_validate({"nodes": nodes, "edges": {f"e{number}": entry for number, entry in enumerate(edges)}})


def take(canvas: Canvas, name: str, key: str, number: int = 1, **fields: Any) -> TakeRecord:
    renders = canvas.nodes[name].data["renders"]
    stem = f"{renders.partition('/')[2].replace('_', '-')}_v01_take{number:02}"
    known = {"id": stem, "renders": renders, "media": f"{stem}.mp4", "kind": "video", "sha256": f"{number}" * 64, "bytes": 1}
    where = TakeCanvas(path="02_Source_Creative/Canvases/main_canvas.json", version=1, node=name)
    quality = TakeQuality(requested="low", used="low")
    made = {"pipeline": TakePipeline(id="x", version="1"), "quality": quality, "canvas": where, "intent_key": key}
    return TakeRecord.model_validate({**known, **made, **fields})


def shown(context: PlanContext = CONTEXT) -> PlanContext:
    """Every shot has a take of just what the film asks for."""
    canvas = film()
    takes: dict[str, tuple[TakeRecord, ...]] = {}
    for name in ("plain", "cast", "read", "used", "moved"):
        plan = plan_shot(canvas, name, replace(context, takes=takes))
        takes[name] = (take(canvas, name, plan.intent_key, inputs={**plan.inputs, "seed": 5}),)
    return replace(context, takes=takes)


def stale(canvas: Canvas, context: PlanContext) -> set[str]:
    return set(StaleMarks().find(canvas, context))


def test_a_film_whose_takes_show_what_it_asks_for_has_no_marks() -> None:
    marks = StaleMarks().find(film(), shown())
    assert marks == {}
    assert stale_problems(film(), marks) == ()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"plain": {"prompt": "another"}}, {"plain"}),
        ({"cast": {"duration": "9s"}}, {"cast"}),
        ({"read": {"seed": 4}}, {"read"}),
        ({"used": {"params": {"steps": 3}}}, {"used"}),
        ({"shared": {"params": {"steps": 3}}}, {"used"}),
        ({"shared": {"reference": "generate-image"}}, {"used"}),
        ({"fox": {"asset": None}}, {"cast"}),
        ({"script": {"file": None, "text": "by the sea"}}, {"read"}),
        ({"plain": {"name": "Another name", "quality": "high", "review": {"x": {"note": "y"}}}}, set()),
        ({"first": {"name": "Another"}, "fox": {"name": "A nickname"}}, set()),
    ],
)
def test_an_edit_makes_exactly_the_shots_that_read_it_stale(changed: dict[str, Any], expected: set[str]) -> None:
    assert stale(film(**changed), shown()) == expected


def test_fixing_the_seed_that_a_take_has_or_setting_it_free_again_makes_nothing_stale() -> None:
    assert stale(film(cast={"seed": 5}), shown()) == set()
    assert stale(film(cast={"seed": 5, "prompt": "another"}), shown()) == {"cast"}
    fixed = film(cast={"seed": 5})
    takes = {**shown().takes, "cast": (take(fixed, "cast", plan_shot(fixed, "cast", shown()).intent_key, inputs={"seed": 5}),)}
    assert stale(film(), replace(CONTEXT, takes=takes)) == set()
    assert stale(film(cast={"seed": 6}), replace(CONTEXT, takes=takes)) == {"cast"}


def test_a_redrawn_reference_picture_makes_exactly_the_shots_of_that_character_stale() -> None:
    redrawn = replace(RUSTY, hashes={PICTURE: "2" * 64})
    assert stale(film(), replace(shown(), assets={FOX: redrawn})) == {"cast"}
    moved = replace(RUSTY, folder="elsewhere", references=("elsewhere/1.png",), hashes={"elsewhere/1.png": "1" * 64})
    assert stale(film(), replace(shown(), assets={FOX: moved})) == set()


def test_a_changed_text_file_makes_exactly_the_shots_that_read_it_stale() -> None:
    assert stale(film(), replace(shown(), texts={SCRIPT: "by the sea"})) == {"read"}


def test_a_new_take_of_a_shot_makes_the_shots_that_are_made_from_it_stale() -> None:
    context = shown()
    plain = context.takes["plain"]
    newer = replace(context, takes={**context.takes, "plain": (*plain, take(film(), "plain", plain[0].intent_key, 2))})
    assert stale(film(), newer) == {"moved"}
    assert stale(film(plain={"active_take": plain[0].id}), newer) == set()


def test_takes_that_say_nothing_of_what_was_asked_for_are_never_stale() -> None:
    context = shown()
    adopted = replace(context, takes={**context.takes, "cast": (take(film(), "cast", ""),)})
    assert stale(film(cast={"prompt": "another"}), adopted) == set()
    assert stale(film(), replace(context, takes={})) == set()


def test_the_mark_says_what_changed_and_offers_the_take_that_fits() -> None:
    context, canvas = shown(), film(cast={"prompt": "now in the rain", "active_take": "SHOT-020_v01_take01"})
    key = plan_shot(canvas, "cast", context).intent_key
    context = replace(context, takes={**context.takes, "cast": (*context.takes["cast"], take(canvas, "cast", key, 2))})
    mark, cut = stale_problems(canvas, StaleMarks().find(canvas, context))
    assert (mark.node, mark.code, mark.severity) == ("cast", "stale_take", "warning")
    assert mark.message == "SHOT-020_v01_take01 was made before the prompt of SHOT_020 changed."
    assert mark.fix is not None
    assert mark.fix.operations == ({"op": "add", "path": "/nodes/cast/data/active_take", "value": "SHOT-020_v01_take02"},)
    assert (cut.node, cut.code) == ("first", "stale_cut")
    assert cut.message == "The film shows takes that are out of date: SHOT_020."


def test_a_shot_that_cannot_be_planned_is_left_to_the_check() -> None:
    assert stale(film(cast={"duration": "soon"}), shown()) == set()


def test_only_shots_that_read_what_changed_are_planned_again() -> None:
    marks, context = StaleMarks(), shown()
    marks.find(film(), context)
    assert marks.planned == 5
    marks.find(film(), context)
    marks.find(film(first={"name": "Another"}), context)
    assert marks.planned == 5
    marks.find(film(fox={"name": "x"}, plain={"prompt": "another"}), context)
    assert marks.planned == 7


CHANGES = st.dictionaries(
    st.sampled_from(["plain", "cast", "read", "moved", "used", "shared", "script", "fox", "animate"]),
    st.fixed_dictionaries(
        {},
        optional={
            "prompt": st.sampled_from(["a", "b"]),
            "seed": st.sampled_from([None, 1]),
            "params": st.sampled_from([{}, {"steps": 3}]),
            "reference": st.sampled_from(["animate", "generate-video"]),
            "asset": st.sampled_from([None, FOX]),
            "file": st.sampled_from([None, SCRIPT]),
            "active_take": st.sampled_from([None, "SHOT-010_v01_take01"]),
        },
    ),
)


@given(st.lists(st.tuples(CHANGES, st.booleans()), max_size=6))
def test_remembering_never_changes_the_answer(steps: list[tuple[dict[str, Any], bool]]) -> None:
    marks, context = StaleMarks(), shown()
    redrawn = replace(context, assets={FOX: replace(RUSTY, hashes={PICTURE: "2" * 64})}, texts={SCRIPT: "else"})
    for changed, other in steps:
        now = redrawn if other else context
        assert marks.find(film(**changed), now) == StaleMarks().find(film(**changed), now)
