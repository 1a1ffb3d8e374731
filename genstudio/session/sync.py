"""The whole state of a canvas, read afresh from the files and the job store (``server:full_sync``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from genstudio.graph.cut import active_take
from genstudio.schema.message import FullSyncPayload, TaskSummary
from genstudio.session.library import library
from genstudio.session.marks import marks
from genstudio.session.media import media_url, take_view
from genstudio.session.progress import last_output, parts, summary

if TYPE_CHECKING:
    from genstudio.engine.store import JobStore
    from genstudio.engine.submit import Engine
    from genstudio.project.canvas_file import CanvasState
    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.base import JsonObject
    from genstudio.schema.canvas import Canvas
    from genstudio.schema.job import TaskView
    from genstudio.schema.take import TakeRecord

__all__ = ["full_sync", "node_takes"]


def full_sync(
    workspace: WorkspaceFolder, project: ProjectFolder, engine: Engine, path: str, state: CanvasState, *, media_base: str = ""
) -> FullSyncPayload:
    """Return all that a client needs to draw a canvas from nothing.

    Args:
        workspace: Says what the studio can do.
        project: The project of the canvas.
        engine: Knows tasks and workers.
        path: Project-relative path of the canvas.
        state: The canvas as it was read; the payload carries its journal sequence.
        media_base: URL path that media URLs are relative to.
    """
    abilities = library(workspace).now()
    takes = node_takes(project, state.canvas)
    return FullSyncPayload(
        project=project.uuid,
        title=project.manifest.title,
        canvas=path,
        graph=state.canvas,
        sequence=state.sequence,
        read_only=state.read_only,
        settings=project.settings,
        tasks=tuple(_tasks(engine.store, project, path)),
        takes={node: tuple(take_view(project, record) for record in records) for node, records in takes.items()},
        active_takes=_active(state.canvas, takes),
        node_types=tuple(abilities.types.values()),
        tasks_available=tuple(dict(reference) for reference in abilities.catalogue.references()),
        assets=tuple(_assets(project)),
        problems=marks(project, path).problems(project, state.canvas, abilities),
        workers=tuple(worker.model_dump(mode="json") for worker in engine.workers()),
        media_base=media_base,
    )


def node_takes(project: ProjectFolder, canvas: Canvas) -> dict[str, tuple[TakeRecord, ...]]:
    """Return the takes of each node that has a folder for them, by node id, oldest first."""
    there = project.takes.all()
    folders = {node_id: node.data.get("renders") for node_id, node in canvas.nodes.items()}
    return {node_id: there.get(renders, ()) for node_id, renders in folders.items() if isinstance(renders, str) and renders}


def _active(canvas: Canvas, takes: Mapping[str, tuple[TakeRecord, ...]]) -> dict[str, str]:
    chosen = {node_id: active_take(canvas.nodes[node_id], records) for node_id, records in takes.items()}
    return {node_id: record.id for node_id, record in chosen.items() if record is not None}


def _tasks(store: JobStore, project: ProjectFolder, path: str) -> Iterable[TaskSummary]:
    """Return the newest task of each node of the canvas, and those that are not over."""
    specs = [spec for spec in store.tasks(project.uuid) if spec.canvas == path]
    wanted = {*{spec.node: spec.id for spec in specs}.values(), *(job.task for job in store.jobs(project.uuid, active=True))}
    films = {spec.node: spec.id for spec in specs if spec.kind == "render"}
    for spec in specs:
        if spec.id in wanted:
            task = store.task(spec.id)
            output = _output(store, task, films)
            yield summary(task, media_url(project.uuid, output) if output else "")
            for part in parts(task):
                output = last_output(part)
                yield summary(part, media_url(project.uuid, output) if output else "")


def _output(store: JobStore, task: TaskView, films: Mapping[str, str]) -> str:
    """Return what a node shows of its task. A scene shows nothing of its shots, and an assembler the film that was rendered last."""
    if not parts(task):
        return last_output(task)
    film = films.get(task.spec.node)
    return last_output(store.task(film)) if film else ""


def _assets(project: ProjectFolder) -> Iterable[JsonObject]:
    for folder in project.assets():
        preview = media_url(project.uuid, folder.references[0], width=320) if folder.references else ""
        asset = folder.asset
        yield {"uuid": asset.uuid, "kind": asset.kind, "name": asset.name, "preview_url": preview}
