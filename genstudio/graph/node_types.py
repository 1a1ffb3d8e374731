"""The kinds of nodes there are: the built-in ones, and one more for every pipeline that serves no task (contracts: node types)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, Literal

from genstudio.schema.canvas import Canvas, Edge, ShotData
from genstudio.schema.nodes import InputSocket, NodeType, OutputSocket, Param, SocketType
from genstudio.schema.pipeline import PipelineManifest, TaskDeclaration

__all__ = [
    "DEFAULT_REFERENCE",
    "MEDIA_FOLDERS",
    "NODE_TYPES",
    "node_types",
    "reference_at",
    "reference_of",
    "shot_inputs",
    "shot_inputs_of",
]

DEFAULT_REFERENCE: Final = "generate-video"
"""The task of a shot that no pipeline node is connected to."""

MEDIA_FOLDERS: Final[Mapping[str, str]] = MappingProxyType(
    {"shot": "SHOT", "super_resolution": "UPSCALE", "video_restoration": "RESTORE", "audio": "AUDIO"}
)
"""Types whose nodes make media of their own, and how their folders below the scene's are named: ``SHOT_010``."""

_EDL: Final = SocketType.EDL
_IMAGE_OR_VIDEO: Final = (SocketType.VIDEO, SocketType.IMAGE)
_OUTPUT_OF_KIND: Final[Mapping[str, tuple[str, SocketType]]] = MappingProxyType(
    {
        "image": ("output", SocketType.IMAGE),
        "video": ("output", SocketType.VIDEO),
        "audio": ("audio", SocketType.AUDIO),
        "control": ("motion_data", SocketType.CONTROL_MAP),
    }
)


def _input(name: str, *types: SocketType, title: str = "", many: bool = False, description: str = "") -> InputSocket:
    return InputSocket(name=name, types=types, title=title or _title(name), many=many, description=description)


def _output(name: str, *types: SocketType, title: str = "", description: str = "") -> OutputSocket:
    return OutputSocket(name=name, types=types, title=title or _title(name), description=description)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _text(name: str, *, area: bool = False, advanced: bool = False, description: str = "") -> Param:
    widget: Literal["auto", "textarea"] = "textarea" if area else "auto"
    return Param(name=name, type="string", default="", title=_title(name), widget=widget, advanced=advanced, description=description)


_SHOT = NodeType(
    type="shot",
    title="Shot",
    category="film",
    description="One shot of the film: a prompt, and the takes made of it.",
    inputs=(
        _input("pipeline", SocketType.PIPELINE, description="What generates the shot; without one, a video by the project's quality."),
        _input("character", SocketType.ASSET, many=True),
        _input("style", SocketType.ASSET, many=True),
        _input("location", SocketType.ASSET, many=True),
        _input("prompt", SocketType.STRING, description="Text that is added to the shot's own prompt."),
        _input("sequence_in", _EDL, title="After", description="What comes before this shot."),
    ),
    outputs=(
        _output("output", *_IMAGE_OR_VIDEO, description="The active take."),
        _output("sequence_out", _EDL, title="Sequence", description="What came in, then this shot."),
    ),
    params=(
        _text("name"),
        _text("prompt", area=True),
        _text("negative_prompt", area=True, advanced=True, description="What should not be seen."),
        Param(name="duration", type="string", default="4s", title="Duration", widget="duration", description='Such as "4s" or "96f".'),
        Param(name="seed", type="integer", minimum=0, maximum=2**32 - 1, title="Seed", widget="seed", advanced=True),
        Param(name="quality", type="string", choices=("low", "standard", "high"), title="Quality", widget="select", advanced=True),
    ),
    component="ShotNode",
    defaults=ShotData().model_dump(mode="json"),
)
_ASSET = NodeType(
    type="asset",
    title="Asset",
    category="assets",
    description="A character, a style or a location of the project.",
    outputs=(_output("asset", SocketType.ASSET),),
    params=(_text("asset", description="The uuid of the asset."), _text("name")),
    component="AssetNode",
    defaults={"asset": "", "name": ""},
)
_PIPELINE = NodeType(
    type="pipeline",
    title="Pipeline",
    category="generate",
    description="What generates the shots connected to it: a task routed by quality, or one pipeline pinned by version.",
    outputs=(_output("pipeline", SocketType.PIPELINE),),
    params=(Param(name="reference", type="string", default=DEFAULT_REFERENCE, title="Pipeline", widget="select"),),
    component="PipelineNode",
    defaults={"reference": DEFAULT_REFERENCE, "params": {}},
)
_SCENE_GROUP = NodeType(
    type="scene_group",
    title="Scene",
    category="film",
    description="A scene: a frame around its shots, played in their order.",
    outputs=(_output("sequence", _EDL),),
    params=(_text("name"), Param(name="collapsed", type="boolean", default=False, title="Collapsed", advanced=True)),
    component="SceneGroupNode",
    defaults={"name": "", "collapsed": False},
)
_MOTION_SOURCE = NodeType(
    type="motion_source",
    title="Motion source",
    category="sources",
    description="Takes the motion out of a video, to be given to a shot.",
    inputs=(_input("source_video", SocketType.VIDEO),),
    outputs=(_output("motion_data", SocketType.CONTROL_MAP),),
    params=(
        Param(name="control", type="string", default="edges", choices=("edges", "flow"), title="Control map"),
        _text("file", description="A video of the project, where none is connected."),
    ),
    component="MotionSourceNode",
    defaults={"control": "edges", "file": ""},
)
_AUDIO = NodeType(
    type="audio",
    title="Audio",
    category="sources",
    description="A sound file, or a text spoken in a voice.",
    inputs=(_input("text", SocketType.STRING), _input("source_audio", SocketType.AUDIO), _input("voice", SocketType.AUDIO)),
    outputs=(_output("audio", SocketType.AUDIO),),
    params=(
        _text("name"),
        _text("text", area=True),
        _text("file", description="A sound file of the project."),
        _text("voice_name", advanced=True, description="The voice that speaks, as the pipeline names it."),
    ),
    component="AudioNode",
    defaults={"name": "", "text": "", "file": ""},
)
_SUPER_RESOLUTION = NodeType(
    type="super_resolution",
    title="Super resolution",
    category="finish",
    description="Makes an image or a video larger.",
    inputs=(_input("input", *_IMAGE_OR_VIDEO),),
    outputs=(_output("output", *_IMAGE_OR_VIDEO),),
    params=(_text("name"), Param(name="scale", type="integer", default=2, choices=(2, 3, 4), title="Scale", unit="x")),
    component="SuperResolutionNode",
    defaults={"name": "", "scale": 2},
)
_VIDEO_RESTORATION = NodeType(
    type="video_restoration",
    title="Video restoration",
    category="finish",
    description="Cleans a video.",
    inputs=(_input("input", SocketType.VIDEO),),
    outputs=(_output("output", SocketType.VIDEO),),
    params=(_text("name"), Param(name="strength", type="float", default=0.5, minimum=0, maximum=1, title="Strength", widget="slider")),
    component="VideoRestorationNode",
    defaults={"name": "", "strength": 0.5},
)
_VSE_ASSEMBLER = NodeType(
    type="vse_assembler",
    title="Assembler",
    category="film",
    description="Puts shots and scenes together in their order, and renders the film.",
    inputs=(_input("sequence_in", _EDL, title="Sequence", many=True), _input("music", SocketType.AUDIO, many=True)),
    outputs=(_output("final_video", SocketType.VIDEO),),
    params=(_text("name"),),
    component="VSEAssemblerNode",
    defaults={"name": "", "events": {}},
)
_TEXT = NodeType(
    type="text",
    title="Text",
    category="sources",
    description="A prompt that several shots share, typed or from a file.",
    outputs=(_output("text", SocketType.STRING),),
    params=(
        _text("text", area=True),
        Param(name="file", type="string", title="File", description="A text file of the project, instead of the text here."),
    ),
    defaults={"text": "", "file": None},
)
_NOTE = NodeType(
    type="note",
    title="Note",
    category="notes",
    description="A note for people.",
    params=(_text("text", area=True),),
    defaults={"text": ""},
)

NODE_TYPES: Final[Mapping[str, NodeType]] = MappingProxyType(
    {
        kind.type: kind
        for kind in (
            _SHOT,
            _ASSET,
            _PIPELINE,
            _SCENE_GROUP,
            _MOTION_SOURCE,
            _AUDIO,
            _SUPER_RESOLUTION,
            _VIDEO_RESTORATION,
            _VSE_ASSEMBLER,
            _TEXT,
            _NOTE,
        )
    }
)
"""The built-in node types by name."""


def node_types(tasks: Mapping[str, TaskDeclaration], pipelines: Iterable[PipelineManifest] = ()) -> dict[str, NodeType]:
    """Return all node types: the built-in ones, then one for each pipeline that serves none of ``tasks`` and makes media.

    Such a type is named ``pipeline_<id>``, with ``_`` for the characters of the id that a type cannot have.
    """
    types = dict(NODE_TYPES)
    for manifest in sorted(pipelines, key=lambda manifest: manifest.id):
        if (manifest.task is None or manifest.task not in tasks) and manifest.kind in _OUTPUT_OF_KIND:
            kind = _pipeline_type(manifest, types)
            types[kind.type] = kind
    return types


def _pipeline_type(manifest: PipelineManifest, others: Mapping[str, NodeType]) -> NodeType:
    name = "pipeline_" + manifest.id.replace("-", "_").replace(".", "_")
    if len(name) > 64 or name in others:
        name = f"{name[:55]}_{hashlib.sha256(manifest.id.encode()).hexdigest()[:8]}"
    output, kind = _OUTPUT_OF_KIND[manifest.kind]
    return NodeType(
        type=name,
        title=manifest.title,
        category="generate",
        description=manifest.description,
        inputs=manifest.inputs,
        outputs=(_output(output, kind),),
        params=manifest.params,
        defaults={param.name: param.default for param in manifest.params},
    )


def reference_of(canvas: Canvas, node_id: str) -> str:
    """Return what generates a shot: the reference of the pipeline node at its ``pipeline`` socket, else the default task."""
    wires = [edge for edge in canvas.edges.values() if edge.target == node_id and edge.target_handle == "pipeline"]
    return reference_at(canvas, sorted(wires, key=lambda edge: (edge.order, edge.source)))


def reference_at(canvas: Canvas, wires: Iterable[Edge]) -> str:
    """Return the first reference among the nodes that wires come from, else the default task."""
    for edge in wires:
        source = canvas.nodes.get(edge.source)
        reference = source.data.get("reference") if source is not None else None
        if isinstance(reference, str) and reference:
            return reference
    return DEFAULT_REFERENCE


def shot_inputs(canvas: Canvas, node_id: str, tasks: Mapping[str, TaskDeclaration]) -> tuple[InputSocket, ...]:
    """Return the input sockets of a shot: its own, then those of the task that its pipeline node names."""
    return shot_inputs_of(reference_of(canvas, node_id), tasks)


def shot_inputs_of(reference: str, tasks: Mapping[str, TaskDeclaration]) -> tuple[InputSocket, ...]:
    """Return the input sockets of a shot that is generated by ``reference``."""
    own, task = NODE_TYPES["shot"].inputs, tasks.get(reference)
    names = {socket.name for socket in own}
    return own + tuple(socket for socket in (task.inputs if task else ()) if socket.name not in names)
