"""REST: projects and tasks, for programs that want no live connection (contracts: REST)."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Final

from genstudio.graph.edit import diff
from genstudio.project.atomic import locked
from genstudio.project.paths import get_lock_path
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import NotFoundError
from genstudio.server.base import ApiHandler, for_users, person
from genstudio.server.shapes import (
    Accepted,
    Cancelling,
    Fault,
    NewGraph,
    NewProject,
    NewShot,
    ProjectGraph,
    ProjectRef,
    QueueState,
    Saved,
    StaleFault,
    TaskState,
)
from genstudio.session.progress import last_output, node_state, progress

if TYPE_CHECKING:
    from genstudio.schema.job import TaskView

__all__ = ["NowhereHandler", "ProjectHandler", "ProjectsHandler", "QueueHandler", "ShotHandler", "TaskHandler"]

_MAX_GRAPH_BYTES: Final = 64 * 1024 * 1024


class ProjectsHandler(ApiHandler):
    """``/genstudio/api/v1/projects``."""

    @for_users("read")
    async def get(self) -> None:
        """Answer the projects of the workspace: ``[{id, name}]``."""
        summaries = await self.in_thread(self.studio.workspace.projects)
        self.answer([ProjectRef(id=summary.id, name=summary.name) for summary in summaries])

    @for_users("write")
    async def post(self) -> None:
        """Make a project; answer ``{id, name}``."""
        wanted = self.body(NewProject)
        project = await self.in_thread(lambda: self.studio.workspace.create(wanted.name, wanted.description))
        self.answer(ProjectRef(id=project.uuid, name=project.manifest.title), status=201)


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
            message = f"The canvas is at version {present.version}, not {wanted.version}."
            fault = Fault(code="conflict", message=message, fix="Read it again and repeat the change.")
            self.answer(StaleFault(**dict(fault), **dict(present)), status=409)
        else:
            self.answer(Saved(version=version))

    def _read(self, uuid: str) -> ProjectGraph:
        canvas = self.studio.project(uuid).canvas().read().canvas
        return ProjectGraph(id=uuid, graph=canvas, version=canvas.version)

    def _replace(self, uuid: str, wanted: NewGraph) -> int | None:
        """Return the new version, None if the canvas is of another version than the caller thinks."""
        project = self.studio.project(uuid)
        file = project.canvas()
        with locked(get_lock_path(project.root, "rest")):  # of two that know the same version, one comes too late
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
        self.answer(Accepted(task_id=await self.in_thread(self._generate, wanted)), status=202)

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
        self.answer(Cancelling(task_id=task_id), status=202)


class QueueHandler(ApiHandler):
    """``/genstudio/api/v1/queue``."""

    @for_users("read")
    async def get(self) -> None:
        """Answer how many jobs run and wait, on how many workers."""
        self.answer(await self.in_thread(self._queue))

    def _queue(self) -> QueueState:
        states = [job.state.state for job in self.studio.engine.store.jobs(active=True)]
        running = sum(state in ("staging", "running") for state in states)
        return QueueState(running=running, waiting=len(states) - running, workers=len(self.studio.engine.workers()))


class NowhereHandler(ApiHandler):
    """Whatever else is asked of the interface."""

    @for_users("read")
    async def get(self) -> None:
        """Say that there is nothing, as the interface says things."""
        raise NotFoundError("There is nothing at this address.", fix="Look at api/v1/openapi.json for what there is.")

    head = post = put = patch = delete = get


def _state(task: TaskView) -> TaskState:
    now = progress(task)
    return TaskState(
        task_id=task.spec.id,
        project_id=task.spec.project,
        node_id=task.spec.node,
        state=node_state(task),
        progress=now.progress,
        step=now.step,
        eta_s=now.eta_s,
        output=last_output(task),
        notice=task.spec.notice,
        jobs=task.jobs,
    )
