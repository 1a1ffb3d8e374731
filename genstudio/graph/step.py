"""Steps as values: which nodes are steps, what one of them does, and a plan of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from genstudio.graph.plan import ShotPlan
from genstudio.graph.supply import Form, Supply
from genstudio.schema.base import JsonObject
from genstudio.schema.job import FileRef
from genstudio.schema.nodes import Problem

__all__ = ["STEP_NODES", "Need", "Step", "StepPlan"]

STEP_NODES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "super_resolution": ("input",),
        "video_restoration": ("input",),
        "motion_source": ("source_video",),
        "audio": ("source_audio", "voice"),
    }
)
"""The types of nodes that are steps, with the sockets at which they take media."""


@dataclass(frozen=True, slots=True)
class Need:
    """A file that a step of the plan will make, by the step's id, for the socket ``role``."""

    step: str
    role: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``title`` is for people; ``form`` is what it makes; ``inputs`` and ``files`` as of :class:`ShotPlan`.

    ``renders`` is the folder of its take; empty for a control map, which goes to the cache. ``shared``: what an equal step has made
    stands for it. That holds for all but those whose result was rejected, and the one that a person asks for again after a mere draft.
    """

    id: str
    key: str
    node: str
    name: str
    title: str
    reference: str
    prompt: str
    params: JsonObject
    form: Form
    inputs: JsonObject
    files: tuple[FileRef, ...]
    needs: tuple[Need, ...]
    renders: str = ""
    version: int = 1
    shared: bool = True


@dataclass(frozen=True, slots=True)
class StepPlan:
    """The steps in an order in which they can run, then the shot, if a shot was asked for; ``needs`` are those of the shot.

    ``supply`` is what the node gives in the end, None for a shot.
    """

    steps: tuple[Step, ...]
    shot: ShotPlan | None = None
    needs: tuple[Need, ...] = ()
    supply: Supply | None = None
    problems: tuple[Problem, ...] = ()
