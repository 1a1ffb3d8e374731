"""Tasks, jobs and their states (contracts: task, step, job)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from genstudio.schema.base import Frozen, JsonObject, Quality, Uuid
from genstudio.schema.pipeline import Tier
from genstudio.schema.render import FilmShare, RenderOptions
from genstudio.schema.take import TakeCanvas, TakeName, TakeQuality

__all__ = [
    "ENDED",
    "JOB_SPEC",
    "JOB_STATE",
    "Assignment",
    "Cancelled",
    "Failed",
    "FileRef",
    "GenerateJob",
    "JobSpec",
    "JobState",
    "JobView",
    "Queued",
    "RenderJob",
    "Resident",
    "Route",
    "Running",
    "Staging",
    "StepInput",
    "StepPlace",
    "Succeeded",
    "TaskSpec",
    "TaskView",
    "TrainJob",
    "Wait",
    "Waiting",
    "WorkerView",
]


class Queued(Frozen):
    """In the store, not yet looked at."""

    state: Literal["queued"] = "queued"


class Waiting(Frozen):
    """Nothing can take it now; ``reason`` is a sentence."""

    state: Literal["waiting"] = "waiting"
    reason: str


class Staging(Frozen):
    """Given to a worker."""

    state: Literal["staging"] = "staging"
    worker: str


class Running(Frozen):
    """The pipeline works; ``progress`` 0-100, ``step`` a few words, ``eta_s`` seconds left."""

    state: Literal["running"] = "running"
    worker: str
    progress: float = 0
    step: str = ""
    eta_s: float | None = None


class Succeeded(Frozen):
    """Done; ``output`` is the project-relative media path, ``take`` the take id where it made one."""

    state: Literal["succeeded"] = "succeeded"
    output: str
    take: str | None = None


class Failed(Frozen):
    """Ended without a result; ``code`` as in the pipeline protocol, ``fix`` says what to do."""

    state: Literal["failed"] = "failed"
    code: str
    message: str
    fix: str = ""
    log_tail: str = ""


class Cancelled(Frozen):
    """Stopped on purpose."""

    state: Literal["cancelled"] = "cancelled"
    by: str = ""


JobState = Annotated[Queued | Waiting | Staging | Running | Succeeded | Failed | Cancelled, Field(discriminator="state")]
JOB_STATE: Final[TypeAdapter[JobState]] = TypeAdapter(JobState)
ENDED: Final[frozenset[str]] = frozenset({"succeeded", "failed", "cancelled"})


class FileRef(Frozen):
    """A project file as a worker finds it: path relative to the project, and its hash."""

    path: str
    sha256: str
    role: str = ""


class StepInput(Frozen):
    """A file that another job makes first: ``job`` is the id of that job, ``key`` its content key, ``role`` the socket it goes to."""

    job: str
    key: str
    role: str


class StepPlace(Frozen):
    """Where a job stands among the steps to a result: ``number`` of ``of``, counted from 1; ``title`` is for people."""

    number: int = 1
    of: int = 1
    title: str = ""


class GenerateJob(Frozen):
    """Make one take: all that the canvas asked for at the time of the click. Nothing is read from the canvas later.

    ``reference`` is a task (``generate-video``) routed by quality, or a pinned ``pipeline@version``. ``duration`` is the text of the
    shot (``"4s"``); which pipeline, tier, size and frame count serve it is decided when it is dispatched (:class:`Assignment`).

    A job may be one step of several. It starts when those of ``needs`` have succeeded; what they made is then put into ``inputs`` and
    ``files``. A ``shared`` one is not run where an equal step's result (``intent_key``) is there. ``renders`` is empty for a control
    map, which is no take. ``makes`` says what comes out of a pipeline that takes stills and videos alike, None as its manifest says.
    ``asked`` holds the shot's own settings as people see them, so that the take can give them back. ``image`` is the ID of the container
    image that is to make it where that is still there; empty for the pipeline's own.
    """

    kind: Literal["generate"] = "generate"
    project: Uuid
    project_root: str
    node: str
    name: str = ""
    reference: str
    quality: Quality
    policy: Literal["queue", "fallback"] = "fallback"
    prompt: str
    composed_prompt: str
    negative_prompt: str = ""
    seed: int
    width: int
    height: int
    fps: str
    duration: str = "4s"
    inputs: JsonObject = Field(default_factory=dict)
    files: tuple[FileRef, ...] = ()
    params: JsonObject = Field(default_factory=dict)
    canvas: TakeCanvas
    renders: str
    shot_version: int = 1
    intent_key: str = ""
    makes: Literal["image", "video"] | None = None
    needs: tuple[StepInput, ...] = ()
    step: StepPlace | None = None
    shared: bool = False
    asked: JsonObject = Field(default_factory=dict)
    image: str = ""


class RenderJob(Frozen):
    """Render a film from the assembler ``node`` of a canvas, or from an edit list (``options.edl``); ``cut`` is the cut list as JSON.

    A film may be divided: jobs with a ``share`` bring their part of it into the project's cache, each on a worker of its own, and the one
    that ``needs`` them puts the film together.
    """

    kind: Literal["render"] = "render"
    project: Uuid
    project_root: str
    node: str
    canvas: TakeCanvas
    cut: JsonObject
    options: RenderOptions = RenderOptions()
    share: FilmShare | None = None
    needs: tuple[StepInput, ...] = ()
    step: StepPlace | None = None


class TrainJob(Frozen):
    """Train a model of an asset from its reference images: all that was asked for at the time of the click.

    ``node`` is the uuid of the asset, which stands in the place of a node; ``files`` are its pictures, with its kind as their role.
    ``prompt`` is its trigger word, ``composed_prompt`` that and its description. Pictures are learned from at ``width`` and ``height``
    pixels at most. What serves it is decided when it is dispatched, as for a take; it ``makes`` what its pipeline says.
    """

    kind: Literal["train"] = "train"
    project: Uuid
    project_root: str
    node: Uuid
    name: str
    reference: str = "train-model"
    quality: Quality
    policy: Literal["queue", "fallback"] = "fallback"
    prompt: str
    composed_prompt: str
    negative_prompt: str = ""
    seed: int
    width: int = 512
    height: int = 512
    fps: str = "24"
    duration: str = "1f"
    inputs: JsonObject = Field(default_factory=dict)
    files: tuple[FileRef, ...]
    params: JsonObject = Field(default_factory=dict)
    makes: None = None


class Route(Frozen):
    """What serves a job: pipeline, tier and the exact format. ``frames`` is 1 for an image; sizes in pixels."""

    pipeline: str
    version: str
    kind: Literal["image", "video", "audio", "control", "model"]
    tier: Tier
    quality: TakeQuality
    width: int
    height: int
    fps: str
    frames: int
    params: JsonObject = Field(default_factory=dict)


class Wait(Frozen):
    """Nothing may serve a job now; ``reason`` is a sentence that says what it waits for."""

    reason: str


class Resident(Frozen):
    """A pipeline that stays loaded on a worker and waits for its next job.

    ``key`` says which jobs may have it; ``vram_gib`` is what its tier needs of the card, in GiB.
    """

    key: str
    pipeline: str
    quality: Quality
    vram_gib: float = 0


class WorkerView(Frozen):
    """A worker as routing and placement see it. Memory in GiB.

    ``card_gib`` is the size of its card as sold (rounded up), 0 without a GPU; ``free_vram_gib`` what is free and not promised;
    ``held_vram_gib`` what the studio's running jobs there were promised; ``free_cpu`` free CPU slots; ``memory_gib`` and
    ``free_memory_gib`` main memory of its machine; ``warm`` the pipelines that stay loaded and idle; ``runners`` what it can start
    (``container``, ``process``, and ``private:<id>`` for a pipeline that has an environment of its own there); ``weights`` the pipelines
    whose weights it has; ``jobs`` what runs there; ``version`` its studio's; ``shared`` whether it sees the disk of the studio, else files
    are sent to it and back; ``problem`` why it gets no jobs, a sentence.
    """

    address: str
    name: str = ""
    host: str = ""
    version: str = ""
    problem: str = ""
    gpu: str = ""
    card_gib: float = 0
    vram_gib: float = 0
    free_vram_gib: float = 0
    held_vram_gib: float = 0
    cpu: int = 1
    free_cpu: int = 1
    memory_gib: float = 0
    free_memory_gib: float = 0
    warm: tuple[Resident, ...] = ()
    runners: tuple[str, ...] = ("process",)
    weights: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    shared: bool = True


class Assignment(Frozen):
    """One attempt at a job on one worker. The take number is the job's, the same in every attempt.

    ``created`` is when the job was asked for, in seconds since the epoch. For a worker that does not see the project's disk,
    ``documents`` are the manifest and the canvas by their hashes, and ``pipeline`` holds manifest and digest of a pipeline that did not
    come with the studio.
    """

    job: str
    task: str
    created: float = 0
    attempt: int = 1
    worker: str
    spec: Annotated[GenerateJob | RenderJob | TrainJob, Field(discriminator="kind")]
    route: Route | None = None
    take: TakeName | None = None
    documents: tuple[FileRef, ...] = ()
    pipeline: JsonObject | None = None


JobSpec = Annotated[GenerateJob | RenderJob | TrainJob, Field(discriminator="kind")]
JOB_SPEC: Final[TypeAdapter[JobSpec]] = TypeAdapter(JobSpec)


class TaskSpec(Frozen):
    """One click: a node of a project, and the jobs it needs. Times are seconds since the epoch.

    Training belongs to no canvas: ``canvas`` is empty, and ``node`` the uuid of the asset.
    """

    id: str
    project: Uuid
    canvas: str
    node: str
    kind: Literal["generate", "render", "train"]
    priority: int = 0
    author: str = ""
    notice: str = ""
    created: float


class JobView(Frozen):
    """A job as people see it."""

    id: str
    task: str
    project: Uuid
    node: str
    kind: Literal["generate", "render", "train"]
    state: JobState
    attempt: int = 0
    pipeline: str = ""
    quality: Quality | None = None
    created: float
    changed: float


class TaskView(Frozen):
    """A task with its jobs."""

    spec: TaskSpec
    jobs: tuple[JobView, ...]
