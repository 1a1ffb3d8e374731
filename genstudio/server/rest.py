"""REST: projects and tasks, for programs that want no live connection (contracts: REST)."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Final, Literal, Self

from pydantic import Field, model_validator

from genstudio.graph.edit import diff
from genstudio.schema.base import Frozen, Id, JsonObject, Name, Uuid
from genstudio.schema.canvas import Canvas, Operation, Patch
from genstudio.server.base import ApiHandler, for_users, person
from genstudio.session.progress import last_output, node_state, progress

if TYPE_CHECKING:
    from genstudio.schema.job import TaskView

__all__ = ["ProjectHandler", "ProjectsHandler", "ShotHandler", "TaskHandler"]

_MAX_GRAPH_BYTES: Final = 64 * 1024 * 1024


class NewProject(Frozen):
    """Body of ``POST projects``."""

    name: Name
    description: str = Field("", max_length=10_000)


class NewGraph(Frozen):
    """Body of ``PUT projects/{id}``: the whole canvas, and the version that it was made from."""

    graph: Canvas
    version: int = Field(ge=0)


class NewShot(Frozen):
    """Body of ``POST tasks/generate_shot``: a shot of the canvas, or the data of a new one."""

    project_id: Uuid
    node_id: Id | None = None
    node_data: JsonObject | None = None
    takes: int = Field(1, ge=1, le=32)
    quality: Literal["low", "standard", "high"] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.node_id is None) == (self.node_data is None):
            raise ValueError("give either node_id or node_data")
        return self


class ProjectsHandler(ApiHandler):
    """``/genstudio/api/v1/projects``."""

    @for_users("read")
    async def get(self) -> None:
        """Answer the projects of the workspace: ``[{id, name}]``."""
        summaries = await self.in_thread(self.studio.workspace.projects)
        self.answer([{"id": summary.id, "name": summary.name} for summary in summaries])

    @for_users("write")
    async def post(self) -> None:
        """Make a project; answer ``{id, name}``."""
        wanted = self.body(NewProject)
        project = await self.in_thread(lambda: self.studio.workspace.create(wanted.name, wanted.description))
        self.answer({"id": project.uuid, "name": project.manifest.title}, status=201)


class ProjectHandler(ApiHandler):
    """``/genstudio/api/v1/projects/{id}``: the main canvas of a project as a whole."""

    @for_users("read")
    async def get(self, uuid: str) -> None:
        """Answer ``{id, graph, version}``."""
        self.answer(await self.in_thread(self._read, uuid))

    @for_users("write")
    async def put(self, uuid: str) -> None:
        """Replace the canvas if it is still of the version that the caller knows; else answer 409 with the present one."""
        wanted = self.body(NewGraph, most=_MAX_GRAPH_BYTES)
        version = await self.in_thread(self._replace, uuid, wanted)
        if version is None:
            present = await self.in_thread(self._read, uuid)
            message = f"The canvas is at version {present['version']}, not {wanted.version}."
            self.answer({"code": "conflict", "message": message, "fix": "Read it again and repeat the change.", **present}, status=409)
        else:
            self.answer({"status": "success", "version": version})

    def _read(self, uuid: str) -> JsonObject:
        canvas = self.studio.project(uuid).canvas().read().canvas
        return {"id": uuid, "graph": canvas.document(), "version": canvas.version}

    def _replace(self, uuid: str, wanted: NewGraph) -> int | None:
        """Return the new version, None if the canvas is of another version than the caller thinks."""
        file = self.studio.project(uuid).canvas()
        canvas = file.read().canvas
        if canvas.version != wanted.version:
            return None
        operations = tuple(diff(canvas, wanted.graph))
        patch = Patch(
            base=canvas.version, operations=operations, author=f"{person(self)}#rest", label="Replace the canvas", id=token_hex(16)
        )
        return file.apply(patch).version


class ShotHandler(ApiHandler):
    """``/genstudio/api/v1/tasks/generate_shot``."""

    @for_users("execute")
    async def post(self) -> None:
        """Ask for takes of a shot; answer ``{task_id}``."""
        wanted = self.body(NewShot)
        self.answer({"task_id": await self.in_thread(self._generate, wanted)}, status=202)

    def _generate(self, wanted: NewShot) -> str:
        project = self.studio.project(wanted.project_id)
        file = project.canvas()
        author = f"{person(self)}#rest"
        node_id = wanted.node_id
        if node_id is None:
            node_id = f"shot_{token_hex(4)}"
            node = {"type": "shot", "data": wanted.node_data or {}}
            operation = Operation(op="add", path=f"/nodes/{node_id}", value=node)
            base = file.read().canvas.version
            file.apply(Patch(base=base, operations=(operation,), author=author, label="Add a shot", id=token_hex(16)))
        return self.studio.engine.generate(project, file.path, node_id, takes=wanted.takes, quality=wanted.quality, author=author).id


class TaskHandler(ApiHandler):
    """``/genstudio/api/v1/tasks/{id}``."""

    @for_users("read")
    async def get(self, task_id: str) -> None:
        """Answer how far a task is, with its jobs."""
        self.answer(_state(await self.in_thread(self.studio.engine.store.task, task_id)))

    @for_users("execute")
    async def delete(self, task_id: str) -> None:
        """Cancel a task; answer at once, the jobs end a moment later."""
        await self.in_thread(self.studio.engine.store.task, task_id)
        await self.in_thread(self.studio.engine.cancel, task_id, by=f"{person(self)}#rest")
        self.answer({"task_id": task_id, "status": "cancelling"}, status=202)


def _state(task: TaskView) -> JsonObject:
    now = progress(task)
    return {
        "task_id": task.spec.id,
        "project_id": task.spec.project,
        "node_id": task.spec.node,
        "state": node_state(task),
        "progress": now.progress,
        "step": now.step,
        "eta_s": now.eta_s,
        "output": last_output(task),
        "notice": task.spec.notice,
        "jobs": [job.model_dump(mode="json") for job in task.jobs],
    }
