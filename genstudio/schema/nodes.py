"""Sockets, node types and problems: the Node API (a node type is data)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from genstudio.schema.base import Frozen, Id

__all__ = ["InputSocket", "NodeType", "OutputSocket", "Param", "Problem", "ProblemFix", "SocketType"]


class SocketType(StrEnum):
    """What travels along a wire. The order is that of the seeds' Node API."""

    STRING = "String"
    INTEGER = "Integer"
    FLOAT = "Float"
    BOOLEAN = "Boolean"
    IMAGE = "Image"
    VIDEO = "Video"
    AUDIO = "Audio"
    ASSET = "AssetReference"
    CONTROL_MAP = "ControlMap"
    MASK = "Mask"
    PIPELINE = "PipelineReference"
    EDL = "EDL"


class InputSocket(Frozen):
    """A place where wires may end. ``types`` is a union; ``many`` takes several wires, in their ``order``."""

    name: Id
    types: tuple[SocketType, ...] = Field(min_length=1)
    title: str = ""
    required: bool = False
    many: bool = False
    description: str = ""


class OutputSocket(Frozen):
    """A place where wires begin. With several ``types`` the node decides at run time which of them comes out."""

    name: Id
    types: tuple[SocketType, ...] = Field(min_length=1)
    title: str = ""
    description: str = ""


class Param(Frozen):
    """One form field of a node or a pipeline; ``unit`` is for people, e.g. ``"s"``."""

    name: Id
    type: Literal["string", "integer", "float", "boolean"]
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str | int | float, ...] = ()
    unit: str = ""
    title: str = ""
    description: str = ""
    advanced: bool = False
    widget: Literal["auto", "text", "textarea", "slider", "select", "checkbox", "seed", "duration"] = "auto"


class NodeType(Frozen):
    """Declaration of a kind of node: its form, its sockets and which component draws it (empty: the generic one)."""

    type: Id
    version: int = 1
    title: str
    category: Literal["film", "assets", "generate", "sources", "finish", "notes"]
    description: str = ""
    inputs: tuple[InputSocket, ...] = ()
    outputs: tuple[OutputSocket, ...] = ()
    params: tuple[Param, ...] = ()
    component: str = ""
    defaults: dict[str, Any] = Field(default_factory=dict)
    """Data that a new node of this type starts with."""


class ProblemFix(Frozen):
    """A repair that can be offered with a problem: a button text and the operations it would send."""

    label: str
    operations: tuple[dict[str, Any], ...] = ()


class Problem(Frozen):
    """Something wrong with a node, a socket or a wire, told to people where it is."""

    node: Id | None = None
    socket: Id | None = None
    edge: Id | None = None
    severity: Literal["error", "warning", "info"] = "error"
    code: str
    message: str
    fix: ProblemFix | None = None
