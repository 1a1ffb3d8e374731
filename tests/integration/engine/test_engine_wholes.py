"""What a scene asks of a pipeline that is pinned is what its shots ask of it one by one."""

from __future__ import annotations

from typing import Any

from genstudio.engine.shots import generate_jobs
from genstudio.engine.wholes import whole_jobs
from genstudio.graph.edit import diff
from genstudio.project.project import ProjectFolder
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.canvas import Canvas, Patch


def _wire(source: str, output: str, target: str, socket: str) -> dict[str, str]:
    return {"source": source, "sourceHandle": output, "target": target, "targetHandle": socket, "order": "a0"}


def test_a_scene_plans_sockets_of_a_pinned_pipeline_as_its_shots_do(workspace: WorkspaceFolder, project: ProjectFolder) -> None:
    def change(document: dict[str, Any]) -> None:
        document["nodes"] |= {
            "scene": {"type": "scene_group", "data": {"name": "Snow"}},
            "face": {"type": "shot", "parent": "scene", "data": {"name": "Face", "prompt": "a fox"}},
            "talk": {"type": "shot", "parent": "scene", "data": {"name": "Talk", "prompt": "a fox speaks", "seed": 5}},
            "line": {"type": "audio", "data": {"name": "Line", "text": "Snow."}},
            "pinned": {"type": "pipeline", "data": {"reference": "draft-talking-head@1.0.0", "params": {}}},
            "still": {"type": "pipeline", "data": {"reference": "draft-image@1.0.0", "params": {}}},
        }
        document["edges"] |= {
            "e1": _wire("pinned", "pipeline", "talk", "pipeline"),
            "e2": _wire("still", "pipeline", "face", "pipeline"),
            "e3": _wire("line", "audio", "talk", "audio"),
            "e4": _wire("face", "output", "talk", "image"),
        }

    file = project.canvas()
    before = file.read().canvas
    document = before.document()
    change(document)
    file.apply(Patch(base=before.version, operations=diff(before, Canvas.model_validate(document)), author="test"))

    whole = {job.node: job for job in whole_jobs(workspace, project, None, "scene", 1, None).jobs}
    assert set(whole) == {"face", "line", "talk"}
    alone = generate_jobs(workspace, project, None, "line", 1, None)[1][-1]
    talk = whole["talk"]
    assert {need.role for need in talk.needs} == {"audio", "image"}
    assert set(talk.inputs) >= {"audio", "image"}
    assert whole["line"].intent_key == alone.intent_key
