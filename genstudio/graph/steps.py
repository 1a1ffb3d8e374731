"""The steps that a click needs: everything between the files that are there and the result, in order (contracts: task, step, job).

A step turns files into one file: a video into a control map, a text into speech, a clip into a cleaner or larger one. Its content key
says what it asks for and of what, so that an equal step is never run twice: what an earlier one made is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from genstudio.graph.bypass import past_muted
from genstudio.graph.check import wrong_params
from genstudio.graph.cut import active_take, is_rejected
from genstudio.graph.identity import label, makes_media
from genstudio.graph.node_types import NODE_TYPES
from genstudio.graph.plan import PlanContext, plan_shot, text_of
from genstudio.graph.step import STEP_NODES, Need, Step, StepPlan
from genstudio.graph.supply import Form, Material, Supply, content_key, enlarged, entry_of, finished_take, made_of, serves
from genstudio.graph.values import plain
from genstudio.graph.walk import each_after
from genstudio.graph.wiring import Wires
from genstudio.schema.base import JsonObject, Quality
from genstudio.schema.canvas import Canvas, Node
from genstudio.schema.control import ControlMap
from genstudio.schema.job import FileRef
from genstudio.schema.nodes import Problem
from genstudio.schema.take import TakeRecord

__all__ = ["media_sources", "plan_steps", "upstream"]

_NOT_ASKED: Final = frozenset({"name", "text", "file"})
"""Fields of such nodes that are no parameters of a pipeline."""
_OWN_SOCKETS: Final = frozenset(socket.name for socket in NODE_TYPES["shot"].inputs)


def plan_steps(
    canvas: Canvas,
    node_id: str,
    context: PlanContext,
    quality: Quality | None = None,
    wires: Wires | None = None,
    coming: Mapping[str, Supply] | None = None,
) -> StepPlan:
    """Return what has to be made for a node: a shot, or a node that is a step.

    The node's own step is always in the plan; what comes before it is left out where its result is there. Shots before it are not
    generated: the take that stands for each is used.

    Args:
        canvas: The canvas.
        node_id: The node.
        context: What the canvas refers to.
        quality: The quality asked for; the project's if None.
        wires: Those of the canvas, where many nodes of it are planned.
        coming: What shots before it will give that the same click makes.

    Raises:
        BadInputError: The node is neither, or the data of the shot cannot be used.
    """
    wires = wires or Wires(canvas)
    node = canvas.nodes.get(node_id)
    walk = _Walk(wires, context, node_id, quality or context.settings.quality, coming=coming or {})
    if node is not None and node.type in STEP_NODES:
        supply = walk.run().get(node_id)
        steps = walk.steps_to({supply.step}) if supply is not None else ()
        return StepPlan(steps, supply=supply, problems=tuple(walk.problems))
    shot = plan_shot(canvas, node_id, context, wires, supplies := walk.run())
    needs = tuple(
        Need(step=supply.step, role=role) for role, name in walk.sources(node_id) if (supply := supplies.get(name)) and supply.step
    )
    steps = walk.steps_to({need.step for need in needs})
    return StepPlan(steps, shot, needs, None, (*walk.problems, *shot.problems))


def upstream(wires: Wires, node_id: str, context: PlanContext) -> tuple[str, ...]:
    """Return the nodes from which media reaches a node, each after those before it; the node itself is not among them."""
    return tuple(name for name in _Walk(wires, context, node_id, context.settings.quality).order() if name != node_id)


def media_sources(wires: Wires, node_id: str, context: PlanContext) -> tuple[str, ...]:
    """Return the nodes whose media a shot or a step is made from, past those that are passed by."""
    return tuple(name for _, name in _Walk(wires, context, node_id, context.settings.quality).sources(node_id))


@dataclass
class _Walk:
    """One walk against the wires. Every node is visited once, so loops end; nothing recurses."""

    wires: Wires
    context: PlanContext
    target: str
    quality: Quality
    steps: dict[str, Step] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    supplies: dict[str, Supply | None] = field(default_factory=dict)
    coming: Mapping[str, Supply] = field(default_factory=dict)

    def run(self) -> dict[str, Supply | None]:
        """Find what each node before the target gives, and what the target does if it is a step."""
        for name in self.order():
            node = self.wires.canvas.nodes[name]
            if node.type in STEP_NODES:
                self.supplies[name] = self._supply(name, node)
            elif name != self.target and makes_media(node.type):
                self.supplies[name] = self._standing(name, node)
        return self.supplies

    def steps_to(self, last: set[str]) -> tuple[Step, ...]:
        """Return these steps and those they need, in order."""
        wanted = set(last)
        for name in reversed(list(self.steps)):
            if name in wanted:
                wanted |= {need.step for need in self.steps[name].needs}
        return tuple(step for name, step in self.steps.items() if name in wanted)

    def sources(self, name: str) -> Iterator[tuple[str, str]]:
        """The nodes that media comes from, with the socket it comes to."""
        for socket in self._sockets(name):
            for source in self._into(name, socket):
                yield socket, source

    def _into(self, name: str, socket: str) -> list[str]:
        """The nodes that give what comes into a socket, past those that are passed by."""
        edges = [past_muted(self.wires, edge) for edge in self.wires.into(name, socket)]
        return [edge.source for edge in edges if edge is not None and edge.source in self.wires.canvas.nodes]

    def _sockets(self, name: str) -> tuple[str, ...]:
        kind = self.wires.canvas.nodes[name].type
        if kind in STEP_NODES:
            return STEP_NODES[kind]
        if kind != "shot" or name != self.target:
            return ()
        return tuple(socket.name for socket in self.wires.inputs(name, {}, self.context.tasks) if socket.name not in _OWN_SOCKETS)

    def order(self) -> list[str]:
        """The nodes from which something reaches the target, each after those before it."""
        target = [self.target] if self.target in self.wires.canvas.nodes else []
        return each_after(target, lambda name: (source for _, source in self.sources(name)))

    # -- what a node gives ---------------------------------------------------------------------------------------------

    def _supply(self, name: str, node: Node) -> Supply | None:
        chosen = node.data.get("active_take")
        if name != self.target and isinstance(chosen, str) and any(take.id == chosen for take in self.context.takes.get(name, ())):
            return self._standing(name, node)
        try:
            return self._found(name, node)
        except _CannotMakeError as error:
            take = active_take(node, self.context.takes.get(name, ()))
            if name != self.target and take is not None:
                return _taken(name, take)  # it cannot be made any more, but it was
            self.problems += [error.problem] if error.problem is not None else []
            return None

    def _found(self, name: str, node: Node) -> Supply:
        wrong = wrong_params(node, NODE_TYPES[node.type].params)
        if wrong is not None:
            raise _refusal(name, "wrong_data", f"{label(name, node)} has {wrong}")
        if node.type == "audio":
            return self._sound(name, node)
        return self._worked(name, node, STEP_NODES[node.type][0])

    def _standing(self, name: str, node: Node) -> Supply | None:
        """The take that stands for a node, as it is, or that is to be made before."""
        if name in self.coming:
            return self.coming[name]
        take = active_take(node, self.context.takes.get(name, ()))
        if take is None:
            message = f"{label(name, node)} has no take yet; generate it first."
            self.problems.append(Problem(node=name, code="no_result", message=message))
            return None
        return _taken(name, take)

    def _worked(self, name: str, node: Node, socket: str) -> Supply:
        """The result of a step with one picture or video as its source."""
        source = self._source(name, node, socket)
        wanted = ("video",) if node.type in ("video_restoration", "motion_source") else ("video", "image")
        if source.form.kind not in wanted:
            raise _refusal(name, "wrong_media", f"{label(name, node)} works on a {' or an '.join(wanted)}, not on {source.form.kind}.")
        task = next((task.id for task in self.context.tasks.values() if task.node == node.type), "")
        return self._made(name, node, enlarged(source.form, task, self._params(node)), {"input": source})

    def _source(self, name: str, node: Node, socket: str) -> Supply:
        for origin in self._into(name, socket)[:1]:
            if origin in self.supplies:
                found = self.supplies[origin]
                if found is None:
                    raise _CannotMakeError(None)  # what stands in the way is said of the node before
                return found
            raise _refusal(name, "loop", f"{label(name, node)} gets nothing it can use from {origin}; check the wire.")
        file = node.data.get("file")
        if isinstance(file, str) and file:
            return self._file(name, file)
        raise _refusal(name, "not_connected", f"{label(name, node)} needs {'a video' if socket == 'source_video' else 'an input'}.")

    def _file(self, name: str, path: str) -> Supply:
        material = self.context.files.get(path)
        if material is None:
            raise _refusal(name, "missing_file", f"{path:.200} is not there, or is no media.")
        return Supply(name, material.form, material=material)

    def _sound(self, name: str, node: Node) -> Supply:
        """The sound that is connected, else that of the file, as they are; without either, the words, spoken."""
        if self._into(name, "source_audio") or node.data.get("file"):
            found = self._source(name, node, "source_audio")
            if name == self.target:
                raise _refusal(name, "nothing_to_make", f"{label(name, node)} plays a sound as it is; there is nothing to generate.")
            return found
        text = self._words(name, node).strip()
        if not text:
            raise _refusal(name, "not_connected", f"{label(name, node)} has no words to speak and no sound.")
        voices = [voice for origin in self._into(name, "voice")[:1] if (voice := self.supplies.get(origin))]
        return self._made(name, node, Form("audio"), {"voice": voices[0]} if voices else {}, text)

    def _words(self, name: str, node: Node) -> str:
        texts = []
        for edge in self.wires.into(name, "text")[:1]:
            source = self.wires.canvas.nodes.get(edge.source)
            found = text_of(edge.source, source, self.context.texts) if source is not None else ""
            if found is None:
                raise _refusal(name, "missing_file", f"The text of {label(name, node)} is not there.")
            texts.append(found)
        typed = node.data.get("text")
        return "\n".join([*texts, typed] if isinstance(typed, str) and typed.strip() else texts)

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _made(self, name: str, node: Node, form: Form, sources: Mapping[str, Supply], prompt: str = "") -> Supply:
        task = next((task for task in self.context.tasks.values() if task.node == node.type), None)
        renders = str(node.data.get("renders") or "") if makes_media(node.type) else ""
        if task is None or (makes_media(node.type) and not renders):
            what = "has no folder for its takes" if task is not None else "is of a kind that no pipeline here serves"
            raise _refusal(name, "cannot_make", f"{label(name, node)} {what}.")
        params = self._params(node)
        key = content_key(task.id, prompt, params, sources)
        found = self._finished(name, node, key, sources)
        own, takes = name == self.target, self.context.takes.get(name, ())
        rejected = any(take.intent_key == key and is_rejected(node.data.get("review"), take.id) for take in takes)
        if found is not None and not own:
            material = Material.of_take(found) if isinstance(found, TakeRecord) else Material.of_map(found)
            return Supply(name, material.form, key, material)
        step = Step(
            id=f"{renders or 'map'}:{key}",
            key=key,
            node=name,
            name=label(name, node),
            title=task.title,
            reference=task.id,
            prompt=prompt,
            params=params,
            form=form,
            inputs=({"prompt": prompt} if prompt else {}) | {role: entry_of(source) for role, source in sources.items()},
            files=tuple(
                FileRef(path=source.material.path, sha256=source.material.sha256, role=role)
                for role, source in sources.items()
                if source.material is not None
            ),
            needs=tuple(Need(source.step, role) for role, source in sources.items() if source.step),
            renders=renders,
            version=_version(node),
            shared=not rejected and not (own and isinstance(found, TakeRecord) and found.draft),
        )
        self.steps.setdefault(step.id, step)
        return Supply(name, form, key, None, step.id)

    def _finished(self, name: str, node: Node, key: str, sources: Mapping[str, Supply]) -> TakeRecord | ControlMap | None:
        """What an equal step has made of the same files. Of files that are yet to be made nobody can tell."""
        hashes = {role: source.material.sha256 for role, source in sources.items() if source.material is not None}
        if len(hashes) < len(sources):
            return None
        if makes_media(node.type):
            return finished_take(self.context.takes.get(name, ()), key, self.quality, hashes, node)
        found = self.context.maps.get(key)
        return found if found is not None and serves(found.quality, self.quality) and made_of(found.inputs, hashes) else None

    def _params(self, node: Node) -> JsonObject:
        """The parameters of the node, its own further ones (``params``) over them. What is left empty is the pipeline's choice."""
        declared = {param.name: node.data.get(param.name, param.default) for param in NODE_TYPES[node.type].params}
        more = node.data.get("params")
        asked = {name: value for name, value in declared.items() if name not in _NOT_ASKED and value not in (None, "")}
        return asked | (plain(more) if isinstance(more, dict) else {})


class _CannotMakeError(Exception):
    """Nothing comes out of a node; ``problem`` says why, None where another node's problem does."""

    def __init__(self, problem: Problem | None) -> None:
        super().__init__(problem.message if problem else "")
        self.problem = problem


def _refusal(node: str, code: str, message: str) -> _CannotMakeError:
    return _CannotMakeError(Problem(node=node, code=code, message=message))


def _taken(name: str, take: TakeRecord) -> Supply:
    material = Material.of_take(take)
    return Supply(name, material.form, material=material)


def _version(node: Node) -> int:
    version = node.data.get("version")
    return version if isinstance(version, int) and not isinstance(version, bool) and 1 <= version <= 99 else 1
