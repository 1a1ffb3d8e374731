"""The OpenAPI document of the REST interface, made from the models that the handlers check and answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from genstudio.schema.version import VERSION
from genstudio.server.base import ApiHandler, for_users
from genstudio.server.shapes import (
    Accepted,
    Cancelling,
    Credentials,
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
    Token,
    UploadedFile,
)

__all__ = ["OPERATIONS", "ApiOperation", "OpenApiHandler", "document"]

_REF: Final = "#/components/schemas/{model}"
_UUID: Final = {"type": "string", "format": "uuid", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
_PARAMETERS: Final[Mapping[str, tuple[dict[str, Any], str]]] = {
    "id": (_UUID, "uuid of the project"),
    "path": ({"type": "string", "minLength": 1}, "project-relative path below 01_Assets; slashes as they are"),
    "file": ({"type": "string", "minLength": 1}, "project-relative path of a media file; slashes as they are"),
    "task": ({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}, "id of the task"),
}


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One verb of one path, relative to ``/genstudio``.

    ``body`` is a model, or ``"file"`` for bytes; ``answer`` a model, a model in a list, bytes in the same way, or None for no body;
    ``faults`` are the statuses it may refuse with besides 403, and ``fault_models`` those whose body is not the usual one. What is
    ``ranged`` may be asked for in parts and conditionally (RFC 9110, sections 13 and 14).
    """

    method: Literal["get", "post", "put", "delete"]
    path: str
    summary: str
    status: int
    answer: type[BaseModel] | list[type[BaseModel]] | Literal["file"] | None
    body: type[BaseModel] | Literal["file"] | None = None
    faults: tuple[int, ...] = ()
    fault_models: Mapping[int, type[BaseModel]] = field(default_factory=dict)
    public: bool = False
    conditional: bool = False
    forced: bool = False
    ranged: bool = False


_PROJECTS: Final = "/api/v1/projects"
_FILE: Final = f"{_PROJECTS}/{{id}}/files/{{path}}"
_TASKS: Final = "/api/v1/tasks"
OPERATIONS: Final = (
    ApiOperation("post", "/auth/token", "Get a bearer token", 200, Token, Credentials, (400, 401, 413, 429, 503), public=True),
    ApiOperation("get", _PROJECTS, "List the projects", 200, [ProjectRef]),
    ApiOperation("post", _PROJECTS, "Make a project", 201, ProjectRef, NewProject, (400, 409, 413, 507)),
    ApiOperation("get", f"{_PROJECTS}/{{id}}", "Read the main canvas", 200, ProjectGraph, None, (400, 404)),
    ApiOperation(
        "put",
        f"{_PROJECTS}/{{id}}",
        "Replace the main canvas",
        200,
        Saved,
        NewGraph,
        (400, 404, 409, 413, 507),
        {409: StaleFault},
    ),
    ApiOperation("put", _FILE, "Bring a media file", 201, UploadedFile, "file", (400, 404, 409, 412, 413, 507), conditional=True),
    ApiOperation("delete", _FILE, "Delete a media file", 204, None, None, (400, 404, 409, 412, 507), conditional=True, forced=True),
    ApiOperation("get", "/media/{id}/{file}", "Read media, its thumbnail or its proxy", 200, "file", None, (400, 404, 507), ranged=True),
    ApiOperation("get", "/api/v1/queue", "Read how many jobs run and wait", 200, QueueState),
    ApiOperation("post", f"{_TASKS}/generate_shot", "Ask for takes of a shot", 202, Accepted, NewShot, (400, 404, 409, 413, 507)),
    ApiOperation("get", f"{_TASKS}/{{task}}", "Read how far a task is", 200, TaskState, None, (404,)),
    ApiOperation("delete", f"{_TASKS}/{{task}}", "Cancel a task", 202, Cancelling, None, (404,)),
)
"""The whole interface."""


class OpenApiHandler(ApiHandler):
    """``/genstudio/api/v1/openapi.json``."""

    @for_users("read")
    async def get(self) -> None:
        """Answer the document."""
        self.set_header("Content-Type", "application/json")
        self.finish(document(f"{self.base_url}genstudio"))


@lru_cache(maxsize=4)
def document(base: str) -> dict[str, Any]:
    """Return the document (OpenAPI 3.1) of an interface at the URL path ``base``."""
    schemas = _schemas()
    listed: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        listed.setdefault(operation.path, {})[operation.method] = _described(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Generative Media Studio", "version": VERSION},
        "servers": [{"url": base}],
        "paths": listed,
        "security": [{"bearer": []}, {"token": []}],
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A token of POST /auth/token."},
                "token": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "token <the server's own token>"},
            },
        },
    }


def _schemas() -> dict[str, Any]:
    """Return the schemas of all models: bodies as they are checked, answers as they are written."""
    modes: dict[type[BaseModel], JsonSchemaMode] = {Fault: "serialization"}
    for operation in OPERATIONS:
        if isinstance(operation.body, type):
            modes[operation.body] = "validation"
        for model in (_answered(operation), *operation.fault_models.values()):
            if model is not None:
                modes[model] = "serialization"
    keyed, definitions = models_json_schema(list(modes.items()), ref_template=_REF)
    return {"$defs": definitions["$defs"], **{model.__name__: schema for (model, _), schema in keyed.items()}}


def _answered(operation: ApiOperation) -> type[BaseModel] | None:
    answer = operation.answer
    return None if isinstance(answer, str) else answer[0] if isinstance(answer, list) else answer


def _described(operation: ApiOperation, schemas: Mapping[str, Any]) -> dict[str, Any]:
    model = _answered(operation)
    answer: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase}
    if operation.answer == "file":
        answer |= _FILE_BODY
    elif model is not None:
        schema = schemas[model.__name__]
        answer |= _json({"type": "array", "items": schema} if isinstance(operation.answer, list) else schema)
    refused = operation.faults if operation.public else (403, *operation.faults)
    faults = {status: schemas[operation.fault_models.get(status, Fault).__name__] for status in refused}
    described: dict[str, Any] = {
        "operationId": f"{operation.method}{operation.path}".translate(str.maketrans("/{}.", "____")),
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": {
            str(operation.status): answer,
            **(_PARTS if operation.ranged else {}),
            **{str(status): {"description": HTTPStatus(status).phrase, **_json(schema)} for status, schema in faults.items()},
        },
    }
    if operation.body == "file":
        described["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
    elif operation.body is not None:
        described["requestBody"] = {"required": True, **_json(schemas[operation.body.__name__])}
    return described | ({"security": []} if operation.public else {})


_FILE_BODY: Final[dict[str, Any]] = {"content": {"*/*": {"schema": {}}}}
_PARTS: Final[dict[str, Any]] = {
    "206": {"description": HTTPStatus.PARTIAL_CONTENT.phrase, **_FILE_BODY},
    "304": {"description": HTTPStatus.NOT_MODIFIED.phrase},
    "416": {"description": HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE.phrase},
}
"""How else a file is answered that may be asked for in parts."""
_PARTED: Final[tuple[tuple[str, str, dict[str, Any], str], ...]] = (
    ("Range", "header", {"type": "string"}, "bytes=0-1023: that part only"),
    ("If-None-Match", "header", {"type": "string"}, "ETag of what is there already"),
    ("w", "query", {"type": "integer", "minimum": 1, "maximum": 4096}, "a thumbnail at least so many pixels wide"),
    ("proxy", "query", {"type": "string"}, "a small video that plays anywhere"),
    ("download", "query", {"type": "string"}, "to be saved: a file of the exports, whatever its kind"),
)
"""Name, place, shape and meaning of what such a file may be asked for with."""


def _parameters(operation: ApiOperation) -> list[dict[str, Any]]:
    named = [
        {"name": name, "in": "path", "required": True, "schema": schema, "description": about}
        for name, (schema, about) in _PARAMETERS.items()
        if f"{{{name}}}" in operation.path
    ]
    condition = {"name": "If-Match", "in": "header", "schema": {"type": "string"}, "description": "ETag of the file that is meant"}
    about = "true: also a file that nodes use"
    force = {"name": "force", "in": "query", "schema": {"type": "boolean"}, "description": about}
    parted = [{"name": name, "in": place, "schema": schema, "description": about} for name, place, schema, about in _PARTED]
    chosen = ((operation.conditional, [condition]), (operation.forced, [force]), (operation.ranged, parted))
    return [*named, *(parameter for wanted, parameters in chosen if wanted for parameter in parameters)]


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}
