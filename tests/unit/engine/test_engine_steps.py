"""Steps between the store and the workers: what waits for what, what is filled in, what is not run at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.engine.steps import Made, StepGate, filled, linked, placed, result_of, stand, told
from genstudio.engine.store import JobStore
from genstudio.project.control_maps import publish_control_map
from genstudio.project.project import ProjectFolder
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.control import ControlMap
from genstudio.schema.job import (
    Cancelled,
    Failed,
    GenerateJob,
    JobState,
    Queued,
    Running,
    StepInput,
    StepPlace,
    Succeeded,
    TaskSpec,
    Waiting,
)

KEY, OTHER = "a" * 64, "b" * 64
BROKEN = Failed(code="out_of_memory", message="It ran out of memory.", fix="Free some.", log_tail="…")


@pytest.mark.parametrize(
    ("needed", "expected"),
    [
        ((), None),
        ((Succeeded(output="x"), Succeeded(output="y")), None),
        ((Queued(), Succeeded(output="y")), "Waiting for Step 0."),
        ((Running(worker="cpu"), Waiting(reason="no worker")), "Waiting for Step 0 and Step 1."),
        ((Running(worker="cpu"), Cancelled(by="Ada")), Cancelled(by="Ada")),
        ((Cancelled(by="Ada"), BROKEN), BROKEN.model_copy(update={"message": "Step 1 failed: It ran out of memory."})),
    ],
)
def test_a_step_stands_as_those_that_it_needs_allow(needed: tuple[JobState, ...], expected: str | JobState | None) -> None:
    assert stand([(f"Step {number}", state) for number, state in enumerate(needed)]) == expected


def test_what_the_steps_before_made_is_put_where_it_was_asked_for(job_spec: GenerateJob) -> None:
    inputs = {"prompt": "a fox", "motion": {"node": "m", "made": KEY}, "words": [{"node": "v", "made": OTHER}, "typed"]}
    needs = (StepInput(job="job_1", key=KEY, role="motion"), StepInput(job="job_2", key=OTHER, role="words"))
    spec = job_spec.model_copy(update={"inputs": inputs, "needs": needs})
    done = filled(spec, {KEY: Made("05_Cache/m.mp4", "1" * 64, key=KEY), OTHER: Made("03_Renders/v.wav", "2" * 64, "AUDIO-010_v01_take01")})
    assert done.needs == ()
    assert [(file.path, file.role) for file in done.files] == [("05_Cache/m.mp4", "motion"), ("03_Renders/v.wav", "words")]
    assert done.inputs["motion"] == {"node": "m", "made": KEY, "path": "05_Cache/m.mp4", "sha256": "1" * 64}
    assert done.inputs["words"][0]["take"] == "AUDIO-010_v01_take01"
    assert done.inputs["words"][1] == "typed"
    assert filled(done, {}) == done


def test_steps_are_numbered_and_the_last_ones_are_one_step(job_spec: GenerateJob) -> None:
    named = [job_spec.model_copy(update={"step": StepPlace(title=title)}) for title in ("Speech", "Control map")]
    made = placed(named, [job_spec, job_spec])
    assert [(job.step.number, job.step.of, job.step.title) for job in made if job.step] == [
        (1, 3, "Speech"), (2, 3, "Control map"), (3, 3, "Fox"), (3, 3, "Fox"),
    ]  # fmt: skip
    assert told(made[1], "edges") == "Control map (2 of 3): edges"
    assert told(made[1], "") == "Control map (2 of 3)"
    assert placed([], [job_spec]) == [job_spec]
    assert told(job_spec, "step 3 of 20") == "step 3 of 20"


@given(st.integers(1, 6), st.data())
def test_needs_name_the_new_jobs_and_keep_the_old_ones_that_stay(jobs: int, data: st.DataObject) -> None:
    old = [f"old_{number}" for number in range(jobs)]
    again = data.draw(st.sets(st.sampled_from(old)))
    base = GenerateJob.model_construct(kind="generate", needs=())
    specs = []
    for number, name in enumerate(old):
        needed = data.draw(st.lists(st.sampled_from(old[:number]), unique=True)) if number else []
        needs = tuple(StepInput(job=need, key=KEY, role="input") for need in needed)
        specs.append((name, base.model_copy(update={"needs": needs})))
    made = linked([(f"new_{name}", name, spec) for name, spec in specs if name in again])
    for (name, spec), (_, before) in zip(made, [item for item in specs if item[0] in again], strict=True):
        assert name.removeprefix("new_") in again
        assert isinstance(spec, GenerateJob)
        assert [need.job for need in spec.needs] == [f"new_{need.job}" if need.job in again else need.job for need in before.needs]


# -- the gate, on a real store -----------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectFolder:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    return WorkspaceFolder.find(tmp_path / "Studio").create("Film")


Add = Callable[..., str]


@pytest.fixture
def add(store: JobStore, job_spec: GenerateJob, project: ProjectFolder) -> Add:
    """Queue one job as a task of its own; its id comes back."""

    def put(name: str, **fields: Any) -> str:
        spec = job_spec.model_copy(update={"project": project.uuid, "project_root": str(project.root), **fields})
        task = TaskSpec(id=f"task_{name}", project=spec.project, canvas="c.json", node="n", kind="generate", created=1.0)
        store.add_task(task, [(name, spec)])
        return name

    return put


def sift(gate: StepGate, store: JobStore, flying: tuple[str, ...] = ()) -> tuple[list[str], dict[str, str]]:
    waiting = [job for job in store.jobs(active=True) if job.id not in flying]
    ready, held = gate.sift(waiting, flying)
    return [job.id for job in ready], {job.id: reason for job, reason in held}


def control(add: Add, name: str, **fields: Any) -> str:
    step = StepPlace(number=1, of=2, title="Control map")
    return add(name, **({"renders": "", "intent_key": KEY, "shared": True, "step": step} | fields))


def publish(project: ProjectFolder, tmp_path: Path, **fields: Any) -> str:
    media = tmp_path / "edges.mp4"
    media.write_bytes(b"edges")
    known = {"key": KEY, "path": "-", "sha256": "0" * 64, "kind": "video", "width": 2, "height": 2, "fps": "24", "frames": 1}
    return publish_control_map(project.root, media, ControlMap(**(known | {"quality": "low"} | fields))).path


def test_a_job_waits_for_its_step_and_starts_with_what_it_made(store: JobStore, add: Add, project: ProjectFolder, tmp_path: Path) -> None:
    gate = StepGate(store)
    control(add, "job_map")
    add("job_shot", needs=(StepInput(job="job_map", key=KEY, role="motion"),), inputs={"motion": {"node": "m", "made": KEY}})
    add("job_plain")
    assert sift(gate, store) == (["job_map", "job_plain"], {"job_shot": "Waiting for Control map."})
    assert sift(gate, store, ("job_map",)) == (["job_plain"], {"job_shot": "Waiting for Control map."})
    path = publish(project, tmp_path)
    store.move("job_map", Succeeded(output=path))
    assert sift(StepGate(store), store) == (["job_shot", "job_plain"], {})  # also for the next producer
    spec = store.spec("job_shot")
    assert isinstance(spec, GenerateJob)
    assert spec.needs == ()
    assert spec.files[-1].path == spec.inputs["motion"]["path"] == path
    assert sift(gate, store) == (["job_shot", "job_plain"], {})


def test_a_result_that_went_away_before_it_was_used_fails_the_job_with_what_to_do(store: JobStore, add: Add) -> None:
    control(add, "job_map")
    add("job_shot", needs=(StepInput(job="job_map", key=KEY, role="motion"),))
    store.move("job_map", Succeeded(output="05_Cache/control_maps/x.mp4"))
    assert sift(StepGate(store), store) == ([], {})
    state = store.job("job_shot").state
    assert isinstance(state, Failed)
    assert state.message == "The step cannot start: x.mp4 is gone."
    assert state.fix == "Generate again: it is made anew."


def test_an_equal_step_is_not_run_beside_another_and_not_after_it(
    store: JobStore, add: Add, project: ProjectFolder, tmp_path: Path
) -> None:
    gate = StepGate(store)
    control(add, "job_a")
    control(add, "job_b")
    control(add, "job_other", intent_key=OTHER)
    same = {"job_b": "Another task runs the same step; its result will be used."}
    assert sift(gate, store) == (["job_a", "job_other"], same)
    assert sift(gate, store, ("job_a",)) == (["job_other"], same)
    path = publish(project, tmp_path)
    store.move("job_a", Succeeded(output=path))
    assert sift(gate, store) == (["job_other"], {})
    assert store.job("job_b").state == Succeeded(output=path)
    assert store.job("job_b").attempt == 0


def test_a_failure_or_a_cancel_goes_through_a_whole_chain(store: JobStore, add: Add) -> None:
    for end, told_of in ((BROKEN, "failed"), (Cancelled(by="Ada"), "cancelled")):
        gate, name = StepGate(store), told_of
        control(add, f"{name}_1")
        control(add, f"{name}_2", intent_key=OTHER, needs=(StepInput(job=f"{name}_1", key=KEY, role="input"),))
        add(f"{name}_3", needs=(StepInput(job=f"{name}_2", key=OTHER, role="motion"),))
        store.move(f"{name}_1", end)
        sift(gate, store)
        assert sift(gate, store) == ([], {})
        assert [store.job(f"{name}_{number}").state.state for number in (2, 3)] == [told_of, told_of]


@pytest.mark.parametrize(
    ("fields", "found"),
    [({}, True), ({"quality": "standard"}, True), ({"quality": "draft"}, False), ({"inputs": {"input": {"sha256": "9" * 64}}}, False)],
)
def test_a_result_counts_if_it_was_made_of_the_same_in_no_lower_quality(
    store: JobStore, add: Add, project: ProjectFolder, tmp_path: Path, fields: dict[str, Any], found: bool
) -> None:
    spec = store.spec(control(add, "job_map"))
    assert isinstance(spec, GenerateJob)
    assert result_of(spec) is None
    path = publish(project, tmp_path, **fields)
    assert result_of(spec) == (Succeeded(output=path) if found else None)


def test_a_record_in_the_cache_that_lies_or_is_broken_stands_for_nothing(
    store: JobStore, add: Add, project: ProjectFolder, tmp_path: Path
) -> None:
    spec = store.spec(control(add, "job_map"))
    assert isinstance(spec, GenerateJob)
    path = project.root / publish(project, tmp_path)
    record = path.with_suffix(".json")
    whole = record.read_text()
    record.write_text(whole.replace(path.name, f"../../../../{path.name}"))
    assert result_of(spec) == Succeeded(output=str(path.relative_to(project.root)))
    for text in ("{", "[]", whole.replace(KEY, OTHER)):
        record.write_text(text)
        assert result_of(spec) is None
    record.write_text(whole)
    path.unlink()
    assert result_of(spec) is None
