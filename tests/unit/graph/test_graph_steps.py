"""What a click needs, as steps: by tables, and by films made at random whose plans are carried out in thought."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.graph.plan import PlanContext, plan_shot
from genstudio.graph.stale import StaleMarks
from genstudio.graph.step import StepPlan
from genstudio.graph.steps import plan_steps
from genstudio.graph.supply import Form, Material
from genstudio.pipelines.catalogue import Catalogue
from genstudio.schema.canvas import Canvas
from genstudio.schema.control import ControlMap
from genstudio.schema.errors import BadInputError
from genstudio.schema.nodes import InputSocket, SocketType
from genstudio.schema.pipeline import TaskDeclaration
from genstudio.schema.project import ProjectSettings
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord

SOUND = "01_Assets/Source_Media/door.wav"
CLIP = "01_Assets/Source_Media/walk.mp4"
PERFORM = TaskDeclaration(
    id="perform",
    title="Perform",
    kind="video",
    inputs=(
        InputSocket(name="motion", types=(SocketType.CONTROL_MAP,)),
        InputSocket(name="audio", types=(SocketType.AUDIO,), required=True),
    ),
)
FILES = {
    SOUND: Material(SOUND, "5" * 64, Form("audio")),
    CLIP: Material(CLIP, "6" * 64, Form("video", 640, 360, "25", 50)),
}
CONTEXT = PlanContext(ProjectSettings(quality="low"), {**Catalogue.load().tasks, "perform": PERFORM}, files=FILES)


def wire(source: str, handle: str, target: str, socket: str) -> dict[str, Any]:
    return {"source": source, "sourceHandle": handle, "target": target, "targetHandle": socket, "order": "a0"}


def canvas(nodes: dict[str, dict[str, Any]], *wires: tuple[str, str, str]) -> Canvas:
    """A canvas; a node is ``{"type", …data}``, a wire ``(source, target, socket)``."""
    document: dict[str, Any] = {}
    for number, (name, data) in enumerate(nodes.items()):
        kind = data["type"]
        folder = {"shot": "SHOT", "super_resolution": "UPSCALE", "video_restoration": "RESTORE", "audio": "AUDIO"}.get(kind)
        renders = {"renders": f"SCENE_01/{folder}_{10 * (number + 1):03}"} if folder else {}
        document[name] = {"type": kind, "data": renders | {key: value for key, value in data.items() if key != "type"}}
    edges = {f"e{number}": wire(source, "output", target, socket) for number, (source, target, socket) in enumerate(wires)}
    return Canvas.model_validate({"nodes": document, "edges": edges})


def take(film: Canvas, node: str, number: int = 1, **more: Any) -> TakeRecord:
    renders = film.nodes[node].data["renders"]
    stem = f"{renders.partition('/')[2].replace('_', '-')}_v01_take{number:02}"
    quality = more.pop("quality", "low")
    known = {"kind": "video", "fps": "24", "frames": 48, "width": 832, "height": 480, "media": f"{stem}.mp4", "bytes": 1}
    sha256 = hashlib.sha256(f"{renders} {number} {more}".encode()).hexdigest()
    return TakeRecord(
        **(known | {"sha256": sha256} | more),
        id=stem,
        renders=renders,
        pipeline=TakePipeline(id="p", version="1.0.0"),
        quality=TakeQuality(requested=quality, used=quality),
        canvas=TakeCanvas(path="c", version=1, node=node),
    )


def with_takes(context: PlanContext, *takes: TakeRecord) -> PlanContext:
    found = dict(context.takes)
    for each in takes:
        found[each.canvas.node] = (*found.get(each.canvas.node, ()), each)
    return replace(context, takes=found)


def carried_out(film: Canvas, plan: StepPlan, context: PlanContext, *, draft: bool = False) -> PlanContext:
    """The context once the steps of a plan have run."""
    results: dict[str, dict[str, str]] = {}
    for step in plan.steps:
        inputs = dict(step.inputs)
        for need in step.needs:
            inputs[need.role] = inputs[need.role] | results[need.step]
        form = step.form
        known = {"kind": form.kind, "width": form.width, "height": form.height, "frames": form.frames, "fps": form.fps or None}
        if step.renders:
            number = len(context.takes.get(step.node, ())) + 1
            made = take(film, step.node, number, intent_key=step.key, inputs=inputs | {"seed": 4}, draft=draft, **known)
            context = with_takes(context, made)
            results[step.id] = {"path": made.path, "sha256": made.sha256, "take": made.id}
        else:
            path, sha256 = f"05_Cache/control_maps/{step.key}.mp4", hashlib.sha256(step.key.encode()).hexdigest()
            entry = ControlMap(key=step.key, path=path, sha256=sha256, quality="low", inputs=inputs, **known)
            context = replace(context, maps={**context.maps, step.key: entry})
            results[step.id] = {"path": path, "sha256": sha256}
    return context


def chain() -> tuple[Canvas, PlanContext]:
    nodes = {"s": {"type": "shot"}, "clean": {"type": "video_restoration"}, "large": {"type": "super_resolution", "scale": 2}}
    film = canvas(nodes, ("s", "clean", "input"), ("clean", "large", "input"))
    return film, with_takes(CONTEXT, take(film, "s"))


def nodes_of(plan: StepPlan) -> list[str]:
    return [step.node for step in plan.steps]


def codes(plan: StepPlan) -> list[str]:
    return [problem.code for problem in plan.problems if problem.severity == "error"]


# -- chains ------------------------------------------------------------------------------------------------------------


def test_a_chain_is_planned_from_the_take_to_the_last_node_with_the_form_of_each_result():
    film, context = chain()
    plan = plan_steps(film, "large", context)
    assert nodes_of(plan) == ["clean", "large"]
    clean, large = plan.steps
    assert clean.form == Form("video", 832, 480, "24", 48)
    assert large.form == Form("video", 1664, 960, "24", 48)
    assert (clean.reference, large.reference) == ("video-restoration", "super-resolution")
    assert [(file.path, file.role) for file in clean.files] == [(context.takes["s"][0].path, "input")]
    assert clean.needs == ()
    assert [(need.step, need.role) for need in large.needs] == [(clean.id, "input")]
    assert large.inputs == {"input": {"node": "clean", "made": clean.key}}
    assert codes(plan) == []


def test_what_is_there_is_left_out_and_keys_stay_as_they_were():
    film, context = chain()
    before = plan_steps(film, "large", context)
    half = carried_out(film, replace(before, steps=before.steps[:1]), context)
    rest = plan_steps(film, "large", half)
    assert nodes_of(rest) == ["large"]
    assert rest.steps[0].key == before.steps[1].key
    assert rest.steps[0].files[0].path == half.takes["clean"][0].path
    done = carried_out(film, before, context)
    again = plan_steps(film, "large", done)
    assert [step.key for step in again.steps] == [before.steps[1].key]
    assert again.steps[0].shared


def test_a_result_is_not_used_again_when_it_was_made_of_another_file_rejected_or_asked_for_in_lower_quality():
    film, context = chain()
    done = carried_out(film, plan_steps(film, "clean", context), context)
    assert nodes_of(plan_steps(film, "large", done)) == ["large"]
    assert nodes_of(plan_steps(film, "large", done, "standard")) == ["clean", "large"]
    newer = with_takes(done, take(film, "s", 2))
    assert nodes_of(plan_steps(film, "large", newer)) == ["clean", "large"]
    made = done.takes["clean"][0]
    document = film.document()
    document["nodes"]["clean"]["data"]["review"] = {made.id: {"approval": "rejected"}}
    plan = plan_steps(Canvas.model_validate(document), "large", done)
    assert nodes_of(plan) == ["clean", "large"]
    assert not plan.steps[0].shared


def test_pressed_again_after_a_draft_a_step_runs_and_after_a_real_result_it_does_not():
    film, context = chain()
    plan = plan_steps(film, "clean", context)
    assert plan.steps[0].shared
    assert not plan_steps(film, "clean", carried_out(film, plan, context, draft=True)).steps[0].shared
    assert plan_steps(film, "clean", carried_out(film, plan, context)).steps[0].shared
    assert nodes_of(plan_steps(film, "large", carried_out(film, plan, context, draft=True))) == ["large"]


def test_the_take_that_a_person_chose_is_worked_on_as_it_is():
    film, context = chain()
    document = film.document()
    chosen = take(film, "clean", 1)
    document["nodes"]["clean"]["data"]["active_take"] = chosen.id
    plan = plan_steps(Canvas.model_validate(document), "large", with_takes(context, chosen))
    assert nodes_of(plan) == ["large"]
    assert plan.steps[0].files[0].sha256 == chosen.sha256


def test_a_step_that_is_passed_by_is_not_planned():
    film, context = chain()
    document = film.document()
    document["nodes"]["clean"]["data"]["muted"] = True
    plan = plan_steps(Canvas.model_validate(document), "large", context)
    assert nodes_of(plan) == ["large"]
    assert plan.steps[0].files[0].path == context.takes["s"][0].path


def test_what_can_be_made_no_more_but_was_stands_as_it_is():
    film, context = chain()
    document = film.document()
    del document["edges"]["e0"]
    alone = Canvas.model_validate(document)
    assert codes(plan_steps(alone, "large", context)) == ["not_connected"]
    plan = plan_steps(alone, "large", with_takes(context, take(film, "clean")))
    assert nodes_of(plan) == ["large"]
    assert codes(plan) == []


@pytest.mark.parametrize(
    ("nodes", "wires", "target", "code", "words"),
    [
        ({"a": {"type": "super_resolution"}}, (), "a", "not_connected", "needs an input"),
        ({"a": {"type": "motion_source"}}, (), "a", "not_connected", "needs a video"),
        ({"a": {"type": "motion_source", "file": "01_Assets/gone.mp4"}}, (), "a", "missing_file", "gone.mp4 is not there"),
        ({"a": {"type": "motion_source", "file": SOUND}}, (), "a", "wrong_media", "works on a video, not on audio"),
        ({"a": {"type": "super_resolution", "scale": 7}, "s": {"type": "shot"}}, (("s", "a", "input"),), "a", "no_result", "generate it"),
        ({"a": {"type": "motion_source", "control": "depth", "file": CLIP}}, (), "a", "wrong_data", "none of edges, flow"),
        ({"a": {"type": "audio", "file": SOUND}}, (), "a", "nothing_to_make", "nothing to generate"),
        ({"a": {"type": "audio"}}, (), "a", "not_connected", "no words to speak and no sound"),
        ({"a": {"type": "super_resolution"}, "s": {"type": "shot"}}, (("s", "a", "input"),), "a", "no_result", "generate it first"),
        ({"a": {"type": "super_resolution"}}, (("a", "a", "input"),), "a", "loop", "check the wire"),
        ({"a": {"type": "audio"}, "t": {"type": "text", "file": "x.txt"}}, (("t", "a", "text"),), "a", "missing_file", "is not there"),
    ],
)
def test_what_stands_in_the_way_is_told(nodes: dict, wires: tuple, target: str, code: str, words: str):
    plan = plan_steps(canvas(nodes, *wires), target, CONTEXT)
    assert plan.steps == ()
    assert code in codes(plan)
    assert words in " ".join(problem.message for problem in plan.problems)


def test_a_pipeline_catalogue_without_the_task_is_told():
    film, context = chain()
    assert codes(plan_steps(film, "clean", replace(context, tasks={}))) == ["cannot_make"]


def test_a_node_that_makes_nothing_is_refused():
    with pytest.raises(BadInputError, match="no shot"):
        plan_steps(canvas({"n": {"type": "note"}}), "n", CONTEXT)
    with pytest.raises(BadInputError, match="no shot"):
        plan_steps(canvas({}), "gone", CONTEXT)


# -- shots that need steps ---------------------------------------------------------------------------------------------


def performance() -> Canvas:
    nodes = {
        "p": {"type": "pipeline", "reference": "perform"},
        "s": {"type": "shot", "prompt": "She turns"},
        "m": {"type": "motion_source", "file": CLIP, "control": "flow"},
        "v": {"type": "audio", "text": "Who is there?"},
    }
    return canvas(nodes, ("p", "s", "pipeline"), ("m", "s", "motion"), ("v", "s", "audio"))


def test_a_shot_waits_for_its_control_map_and_its_speech():
    film = performance()
    plan = plan_steps(film, "s", CONTEXT)
    assert nodes_of(plan) == ["m", "v"]
    assert [need.role for need in plan.needs] == ["motion", "audio"]
    assert {need.step for need in plan.needs} == {step.id for step in plan.steps}
    motion, speech = plan.steps
    assert (motion.renders, motion.params) == ("", {"control": "flow"})
    assert (speech.prompt, speech.form.kind) == ("Who is there?", "audio")
    assert plan.shot is not None
    assert plan.shot.inputs["motion"] == {"node": "m", "made": motion.key}
    assert codes(plan) == []


def test_a_shot_asks_for_the_same_whether_its_steps_have_run_or_not():
    film = performance()
    before = plan_steps(film, "s", CONTEXT)
    after = plan_steps(film, "s", carried_out(film, before, CONTEXT))
    assert before.shot is not None
    assert after.shot is not None
    assert after.steps == ()
    assert after.shot.intent_key == before.shot.intent_key
    assert [file.role for file in after.shot.files] == ["motion", "audio"]
    other = performance().document()
    other["nodes"]["v"]["data"]["text"] = "Nobody."
    changed = plan_steps(Canvas.model_validate(other), "s", CONTEXT)
    assert changed.shot is not None
    assert changed.shot.intent_key != before.shot.intent_key


def test_a_sound_file_goes_to_the_shot_as_it_is():
    document = performance().document()
    document["nodes"]["v"]["data"] |= {"file": SOUND}
    plan = plan_steps(Canvas.model_validate(document), "s", CONTEXT)
    assert nodes_of(plan) == ["m"]
    assert plan.shot is not None
    assert [(file.path, file.role) for file in plan.shot.files] == [(SOUND, "audio")]


def test_connected_words_are_spoken_before_typed_ones():
    film = canvas({"t": {"type": "text", "text": "One."}, "v": {"type": "audio", "text": "Two."}}, ("t", "v", "text"))
    assert plan_steps(film, "v", CONTEXT).steps[0].prompt == "One.\nTwo."


def test_a_shot_without_steps_is_planned_as_ever():
    film = canvas({"s": {"type": "shot", "prompt": "A fox"}})
    plan = plan_steps(film, "s", CONTEXT)
    assert plan == StepPlan((), plan_shot(film, "s", CONTEXT), (), None, plan_shot(film, "s", CONTEXT).problems)


# -- any film ----------------------------------------------------------------------------------------------------------


@st.composite
def films(draw: st.DrawFn) -> tuple[Canvas, PlanContext, str]:
    """A canvas of finishing nodes and motion sources over shots with takes, in any order and nesting; and one of them."""
    shots = draw(st.integers(1, 2))
    nodes: dict[str, dict[str, Any]] = {f"shot_{number}": {"type": "shot"} for number in range(shots)}
    wires = []
    clips = list(nodes)
    for number in range(draw(st.integers(1, 6))):
        name, kind = f"n{number}", draw(st.sampled_from(["video_restoration", "super_resolution", "motion_source"]))
        source = draw(st.sampled_from(clips))
        given = {"scale": draw(st.sampled_from([2, 3]))} if kind == "super_resolution" else {}
        nodes[name] = {"type": kind, **given} | ({"strength": draw(st.sampled_from([0.2, 0.8]))} if kind == "video_restoration" else {})
        wires.append((source, name, "source_video" if kind == "motion_source" else "input"))
        clips += [name] if kind != "motion_source" else []
    film = canvas(dict(draw(st.permutations(list(nodes.items())))), *draw(st.permutations(wires)))
    context = with_takes(CONTEXT, *(take(film, name) for name in nodes if name.startswith("shot")))
    return film, context, draw(st.sampled_from([name for name in nodes if name.startswith("n")]))


@given(films())
def test_every_step_stands_after_those_it_needs_once_and_the_last_is_the_nodes_own(given_film: tuple[Canvas, PlanContext, str]):
    film, context, target = given_film
    plan = plan_steps(film, target, context)
    assert codes(plan) == []
    seen: set[str] = set()
    for step in plan.steps:
        assert {need.step for need in step.needs} <= seen
        assert step.id not in seen
        assert bool(step.files) != bool(step.needs)
        seen.add(step.id)
    assert nodes_of(plan)[-1] == target


@given(films())
def test_a_plan_carried_out_in_part_or_whole_leaves_just_the_rest_with_the_same_keys(given_film: tuple[Canvas, PlanContext, str]):
    film, context, target = given_film
    plan = plan_steps(film, target, context)
    for count in range(len(plan.steps)):
        done = carried_out(film, replace(plan, steps=plan.steps[:count]), context)
        assert [step.id for step in plan_steps(film, target, done).steps] == [step.id for step in plan.steps[count:]]
    whole = plan_steps(film, target, carried_out(film, plan, context))
    assert [step.id for step in whole.steps] == [plan.steps[-1].id]


@given(films(), st.data())
def test_a_change_makes_new_steps_of_a_node_and_of_all_behind_it_and_of_no_other(
    given_film: tuple[Canvas, PlanContext, str], data: st.DataObject
):
    film, context, target = given_film
    before = {step.node: step.key for step in plan_steps(film, target, context).steps}
    changed = data.draw(st.sampled_from(sorted(before)))
    document = film.document()
    document["nodes"][changed]["data"]["params"] = {"further": 1}
    after = {step.node: step.key for step in plan_steps(Canvas.model_validate(document), target, context).steps}
    order = list(before)
    assert {name for name in order if before[name] != after[name]} == set(order[order.index(changed) :])


# -- what is out of date -----------------------------------------------------------------------------------------------


def shown(film: Canvas) -> PlanContext:
    """The shot of a performance has a take of just what is asked for, and its steps have run."""
    plan = plan_steps(film, "s", CONTEXT)
    assert plan.shot is not None
    return with_takes(carried_out(film, plan, CONTEXT), take(film, "s", intent_key=plan.shot.intent_key))


@pytest.mark.parametrize(
    ("node", "change", "stale"),
    [
        ("m", {}, False),
        ("m", {"name": "Her walk"}, False),
        ("m", {"control": "edges"}, True),
        ("m", {"file": SOUND}, True),
        ("v", {"text": "Nobody."}, True),
        ("v", {"voice_name": "de"}, True),
    ],
)
def test_a_take_is_out_of_date_when_its_steps_would_make_something_else(node: str, change: dict[str, Any], stale: bool):
    film = performance()
    context, marks = shown(film), StaleMarks()
    assert marks.find(film, context) == {}
    document = film.document()
    document["nodes"][node]["data"] |= change
    changed = Canvas.model_validate(document)
    own = {node} & {"v"}  # a control map is no take
    assert set(marks.find(changed, context)) == ({"s", *own} if stale else set())
    assert set(StaleMarks().find(changed, context)) == ({"s", *own} if stale else set())
    assert marks.find(film, replace(context, maps={})) == {}  # a cache that was emptied changes nothing
