"""Out of date is exactly what depends on what changed: shots, speech, finished pictures, and the films that show or play them."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.graph.plan import PlanContext
from genstudio.graph.stale import StaleMarks, stale_problems
from genstudio.graph.steps import plan_steps
from genstudio.pipelines.catalogue import Catalogue
from genstudio.schema.canvas import Canvas
from genstudio.schema.nodes import InputSocket, SocketType
from genstudio.schema.pipeline import TaskDeclaration
from genstudio.schema.project import ProjectSettings
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord

PERFORM = TaskDeclaration(
    id="perform",
    title="Perform",
    kind="video",
    inputs=(InputSocket(name="image", types=(SocketType.IMAGE, SocketType.VIDEO)), InputSocket(name="audio", types=(SocketType.AUDIO,))),
)
CONTEXT = PlanContext(ProjectSettings(quality="low"), {**Catalogue.load().tasks, "perform": PERFORM})
FOLDERS = {"shot": "SHOT", "super_resolution": "UPSCALE", "video_restoration": "RESTORE", "audio": "AUDIO"}
FINISHERS = ("super_resolution", "video_restoration")
CHANGE: dict[str, dict[str, Any]] = {
    "shot": {"prompt": "another"},
    "super_resolution": {"scale": 4},
    "video_restoration": {"strength": 0.9},
    "audio": {"text": "Other words."},
    "text": {"text": "other words"},
}
Wires = tuple[tuple[str, str, str], ...]


def film(kinds: dict[str, str], wires: Wires, **changed: dict[str, Any]) -> Canvas:
    """A canvas of nodes by kind, with wires ``(source, target, socket)``."""
    nodes: dict[str, Any] = {"perform": {"type": "pipeline", "data": {"reference": "perform", "params": {}}}}
    edges = []
    for number, (name, kind) in enumerate(kinds.items(), 1):
        data: dict[str, Any] = {"name": name}
        if kind in FOLDERS:
            data["renders"] = f"SCENE_01/{FOLDERS[kind]}_{number:03}"
        data |= {"prompt": f"shot {name}"} if kind == "shot" else {"text": f"Words of {name}."} if kind in ("audio", "text") else {}
        nodes[name] = {"type": kind, "data": data | changed.get(name, {})}
        edges += [("perform", name, "pipeline")] if kind == "shot" else []
    entries = [
        {"source": source, "sourceHandle": "output", "target": target, "targetHandle": socket, "order": f"a{number:03}"}
        for number, (source, target, socket) in enumerate((*edges, *wires))
    ]
    return Canvas.model_validate({"nodes": nodes, "edges": {f"e{number}": entry for number, entry in enumerate(entries)}})


def generated(canvas: Canvas, name: str, context: PlanContext, number: int = 1, **more: Any) -> PlanContext:
    """The context once a node has been generated."""
    plan = plan_steps(canvas, name, context)
    step = next((step for step in plan.steps if step.node == name), None)
    key, inputs = (plan.shot.intent_key, plan.shot.inputs) if plan.shot else (step.key, step.inputs) if step else ("", {})
    assert key, plan.problems
    renders = canvas.nodes[name].data["renders"]
    stem = f"{renders.partition('/')[2].replace('_', '-')}_v01_take{number:02}"
    sound = canvas.nodes[name].type == "audio"
    form = {"kind": "audio"} if sound else {"kind": "video", "fps": "24", "frames": 48, "width": 832, "height": 480}
    record = TakeRecord.model_validate(
        {
            "id": stem,
            "renders": renders,
            "media": f"{stem}.mp4",
            "bytes": 1,
            "sha256": hashlib.sha256(stem.encode()).hexdigest(),
            "intent_key": key,
            "inputs": {**inputs, "seed": 5},
            "pipeline": TakePipeline(id="p", version="1"),
            "quality": TakeQuality(requested="low", used="low"),
            "canvas": TakeCanvas(path="c", version=1, node=name),
            **form,
            **more,
        }
    )
    return replace(context, takes={**context.takes, name: (*context.takes.get(name, ()), record)})


def all_generated(canvas: Canvas, kinds: dict[str, str]) -> PlanContext:
    context = CONTEXT
    for name, kind in kinds.items():  # each stands behind what it is made from
        context = generated(canvas, name, context) if kind in FOLDERS else context
    return context


def marked(canvas: Canvas, context: PlanContext) -> set[str]:
    return {problem.node or "" for problem in stale_problems(canvas, StaleMarks().find(canvas, context))}


# -- one film after another --------------------------------------------------------------------------------------------

KINDS = {"words": "text", "shot": "shot", "voice": "audio", "clean": "video_restoration", "large": "super_resolution"}
KINDS |= {"talk": "shot", "first": "vse_assembler", "second": "vse_assembler"}
WIRES: Wires = (
    ("words", "voice", "text"),
    ("shot", "clean", "input"),
    ("clean", "large", "input"),
    ("voice", "talk", "audio"),
    ("large", "first", "sequence_in"),
    ("talk", "second", "sequence_in"),
    ("voice", "first", "music"),
)


@pytest.mark.parametrize(
    ("changed", "stale"),
    [
        ({"shot": {"prompt": "another"}}, {"shot", "clean", "large", "first"}),
        ({"clean": {"strength": 0.9}}, {"clean", "large", "first"}),
        ({"large": {"scale": 4}}, {"large", "first"}),
        ({"words": {"text": "other"}}, {"voice", "talk", "first", "second"}),
        ({"talk": {"seed": 7}}, {"talk", "second"}),
        ({"large": {"muted": True, "scale": 4}}, set()),
        ({"voice": {"name": "The voice"}, "large": {"review": {"x": {"rating": 3}}}}, set()),
    ],
)
def test_steps_and_films_behind_what_changed_are_out_of_date(changed: dict[str, Any], stale: set[str]) -> None:
    context = all_generated(film(KINDS, WIRES), KINDS)
    assert marked(film(KINDS, WIRES), context) == set()
    assert marked(film(KINDS, WIRES, **changed), context) == stale


def test_a_clip_that_is_finished_beside_the_film_makes_the_film_out_of_date() -> None:
    wires: Wires = (("shot", "large", "input"), ("shot", "first", "sequence_in"))
    kinds = {"shot": "shot", "large": "super_resolution", "first": "vse_assembler"}
    canvas = film(kinds, wires)
    context = all_generated(canvas, kinds)
    assert marked(film(kinds, wires, large={"scale": 4}), context) == {"large", "first"}
    newer = generated(canvas, "shot", context, 2)
    assert marked(canvas, newer) == {"large", "first"}
    both = generated(canvas, "large", newer, 2)
    assert marked(canvas, both) == set()
    chosen = film(kinds, wires, shot={"active_take": "SHOT-001_v01_take01"})
    assert marked(chosen, both) == set()  # the film shows what was made of that take


def test_choosing_the_take_that_stands_already_makes_nothing_out_of_date() -> None:
    context = all_generated(film(KINDS, WIRES), KINDS)
    chosen = {name: {"active_take": context.takes[name][0].id} for name in ("voice", "clean", "shot")}
    assert marked(film(KINDS, WIRES, **chosen), context) == set()
    made_of_chosen = all_generated(film(KINDS, WIRES, **chosen), KINDS)
    assert marked(film(KINDS, WIRES), made_of_chosen) == set()


def test_rejected_speech_makes_what_was_made_from_it_out_of_date() -> None:
    canvas = film(KINDS, WIRES)
    context = generated(canvas, "voice", all_generated(canvas, KINDS), 2)
    newest = context.takes["voice"][1].id
    assert marked(canvas, context) == {"talk", "second"}
    assert marked(film(KINDS, WIRES, voice={"review": {newest: {"approval": "rejected"}}}), context) == set()


def test_takes_whose_source_is_not_on_this_machine_are_not_out_of_date() -> None:
    canvas = film(KINDS, WIRES)
    context = all_generated(canvas, KINDS)
    assert marked(canvas, replace(context, takes={**context.takes, "voice": (), "clean": ()})) == set()


def test_the_mark_names_what_a_take_was_made_from() -> None:
    context = all_generated(film(KINDS, WIRES), KINDS)
    changed = film(KINDS, WIRES, shot={"prompt": "another"})
    told = {problem.node: problem for problem in stale_problems(changed, StaleMarks().find(changed, context))}
    assert told["shot"].message == "SHOT-002_v01_take01 was made before the prompt of SHOT_002 changed."
    assert told["clean"].message == "RESTORE-004_v01_take01 was made from SHOT_002, which is out of date."
    assert told["large"].message == "UPSCALE-005_v01_take01 was made from RESTORE_004, which is out of date."
    assert told["first"].message == "The film shows takes that are out of date: UPSCALE_005."
    changed = film(KINDS, WIRES, words={"text": "other"})
    assert StaleMarks().find(changed, context)["voice"].changed == ("the prompt",)


# -- films made at random ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Made:
    kinds: dict[str, str]
    wires: Wires

    def sources(self, name: str) -> set[str]:
        return {source for source, target, _ in self.wires if target == name}


@st.composite
def films(draw: st.DrawFn) -> Made:
    """Nodes in an order in which they can be made, each wired to some before it, and two films."""
    kinds: dict[str, str] = {"n0": "shot", "n1": "text", "n2": "audio"}
    wires: list[tuple[str, str, str]] = []
    for number in range(3, draw(st.integers(4, 10))):
        name, kind = f"n{number}", draw(st.sampled_from(["shot", *FINISHERS, *FINISHERS, "audio", "text"]))
        pictures = [each for each, of in kinds.items() if of in ("shot", *FINISHERS)]
        sounds = [each for each, of in kinds.items() if of == "audio"]
        texts = [each for each, of in kinds.items() if of == "text"]
        sockets = {
            "shot": (("image", pictures), ("audio", sounds), ("prompt", texts)),
            "audio": (("voice", sounds), ("text", texts)),
            "text": (),
        }.get(kind, (("input", pictures),))
        for socket, there in sockets:
            if kind in FINISHERS or draw(st.booleans()):
                wires.append((draw(st.sampled_from(there)), name, socket))
        kinds[name] = kind
    shown = [each for each, of in kinds.items() if of in ("shot", *FINISHERS)]
    for assembler in ("first", "second"):
        wires += [(each, assembler, "sequence_in") for each in draw(st.lists(st.sampled_from(shown), max_size=2, unique=True))]
        heard = [each for each, of in kinds.items() if of == "audio"]
        wires += [(each, assembler, "music") for each in draw(st.lists(st.sampled_from(heard), max_size=1))]
    return Made(kinds | {"first": "vse_assembler", "second": "vse_assembler"}, tuple(wires))


def behind(made: Made, start: str, *, passed: bool) -> set[str]:
    """What depends on a node, found by walking along the wires; behind a shot come only steps, up to the next shot."""
    reached, todo = set[str](), deque([(start, passed)])
    seen = set[tuple[str, bool]]()
    while todo:
        name, past = todo.popleft()
        for _, target, socket in (wire for wire in made.wires if wire[0] == name):
            kind = made.kinds[target]
            if kind == "vse_assembler" or (kind == "shot" and past) or (target, past) in seen or socket == "sequence_in":
                continue
            seen.add((target, past))
            todo.append((target, past or kind == "shot"))
            reached |= {target} & {each for each, of in made.kinds.items() if of in FOLDERS}
    return reached


def in_film(made: Made, assembler: str) -> set[str]:
    """What a film shows or plays: what is wired into it, and what finishes its shots where nothing else can be meant."""
    found = made.sources(assembler)
    placed = {source for source, _, socket in made.wires if socket == "sequence_in"}
    for clip in [name for name in found if made.kinds[name] == "shot"]:
        chain, last = [], clip
        while len(after := [target for source, target, socket in made.wires if source == last and socket == "input"]) == 1:
            chain.append(last := after[0])
        if not after and not placed & set(chain):
            found |= set(chain)
    return found


def with_films(made: Made, stale: set[str]) -> set[str]:
    return stale | {assembler for assembler in ("first", "second") if in_film(made, assembler) & stale}


@given(films(), st.data())
def test_a_changed_node_makes_exactly_what_depends_on_it_out_of_date(made: Made, data: st.DataObject) -> None:
    context = all_generated(film(made.kinds, made.wires), made.kinds)
    name = data.draw(st.sampled_from([each for each, kind in made.kinds.items() if kind in CHANGE]))
    kind = made.kinds[name]
    changed = film(made.kinds, made.wires, **{name: CHANGE[kind]})
    stale = behind(made, name, passed=kind == "shot") | ({name} & {each for each, of in made.kinds.items() if of in FOLDERS})
    assert marked(film(made.kinds, made.wires), context) == set()
    assert marked(changed, context) == with_films(made, stale)


@given(films(), st.data())
def test_a_new_take_makes_exactly_what_was_made_from_the_old_one_out_of_date(made: Made, data: st.DataObject) -> None:
    canvas = film(made.kinds, made.wires)
    context = all_generated(canvas, made.kinds)
    name = data.draw(st.sampled_from([each for each, kind in made.kinds.items() if kind in FOLDERS]))
    newer = generated(canvas, name, context, 2)
    assert marked(canvas, newer) == with_films(made, behind(made, name, passed=False))


@given(films(), st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=5))
def test_remembering_never_changes_the_answer_for_steps(made: Made, edits: list[tuple[int, bool]]) -> None:
    canvas, marks = film(made.kinds, made.wires), StaleMarks()
    context, changed = all_generated(canvas, made.kinds), dict[str, dict[str, Any]]()
    for number, new_take in edits:
        names = [each for each, kind in made.kinds.items() if kind in (FOLDERS if new_take else CHANGE)]
        name = names[number % len(names)]
        if new_take and len(context.takes[name]) < 9:
            context = generated(canvas, name, context, len(context.takes[name]) + 1)
        else:
            changed = {**changed, name: {} if name in changed else CHANGE[made.kinds[name]]}
            canvas = film(made.kinds, made.wires, **changed)
        assert marks.find(canvas, context) == StaleMarks().find(canvas, context)
