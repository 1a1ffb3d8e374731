"""Whether a take is what a plan asks for: made of the same words, settings and files (contracts: takes).

A file that a plan uses is known by its hash, or by the content key of the step that makes it. A key says how something is made, not
what came out; so the two are held against what the take was made of, one file after another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from genstudio.graph.plan import ShotPlan, by_content, intent_key
from genstudio.graph.standing import active_take
from genstudio.graph.step import Step
from genstudio.graph.supply import entry_identity, step_key
from genstudio.graph.values import Json, same
from genstudio.schema.base import JsonObject
from genstudio.schema.canvas import Canvas
from genstudio.schema.take import TakeRecord

__all__ = ["MadeFrom"]

_NAMED: Final = {"composed_prompt": "prompt", "negative_prompt": "negative prompt"}


class MadeFrom:
    """Compares takes with plans.

    Args:
        canvas: The canvas of the plans.
        takes: The takes there are, by node id.
    """

    def __init__(self, canvas: Canvas, takes: Mapping[str, Sequence[TakeRecord]]) -> None:
        self._canvas, self._takes = canvas, takes

    def shows(self, take: TakeRecord, plan: ShotPlan | Step) -> bool:
        """Tell whether a take is what a plan asks for.

        Its own seed, asked for or drawn, is as good as any: fixing it later changes nothing.
        """
        inputs = self._told(plan.inputs, take.inputs)
        if isinstance(plan, Step):
            sources = {role: entry_identity(entry) for role, entry in inputs.items() if isinstance(entry, dict)}
            return step_key(plan.reference, plan.prompt, plan.params, sources) == take.intent_key
        if inputs is plan.inputs and plan.intent_key == take.intent_key:
            return True
        seed = take.inputs.get("seed")
        fits = isinstance(seed, int) and not isinstance(seed, bool) and plan.seed in (None, seed)
        asked = replace(plan, inputs=inputs)
        return any(intent_key(asked, each) == take.intent_key for each in dict.fromkeys((plan.seed, *((None, seed) if fits else ()))))

    def changed(self, take: TakeRecord, plan: ShotPlan | Step) -> tuple[str, ...]:
        """Name the inputs in which take and plan differ; none if only settings do."""
        then, now = _contents(take.inputs), _contents(self._told(plan.inputs, take.inputs))
        names = [key for key in dict.fromkeys((*now, *then)) if not same(then.get(key), now.get(key))]
        return tuple(dict.fromkeys(f"the {_NAMED.get(key, key.replace('_', ' '))}" for key in names))

    def current(self, takes: Sequence[TakeRecord], plan: ShotPlan | Step) -> str | None:
        """Return the newest of some takes that is what a plan asks for."""
        fitting = [take for take in takes if take.intent_key and self.shows(take, plan)]
        newest = max(fitting, key=lambda take: (take.name.version, take.name.take), default=None)
        return newest.id if newest is not None else None

    def _told(self, now: JsonObject, then: JsonObject) -> JsonObject:
        """The inputs of a plan, its files told as the take tells them where they are the same."""
        told = {key: self._entry(value, then.get(key)) for key, value in now.items()}
        return now if all(told[key] is value for key, value in now.items()) else told

    def _entry(self, now: Json, then: Json) -> Json:
        if isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
            told = [self._entry(one, other) for one, other in zip(now, then, strict=True)]
            return now if all(one is other for one, other in zip(told, now, strict=True)) else told
        if not isinstance(now, dict) or not isinstance(then, dict) or "node" not in now or now == then:
            return now
        if now.get("sha256") is not None and now.get("sha256") == then.get("sha256"):
            return then
        if "made" in now and now["made"] == then.get("made") and self._is_other(now, then):
            return {key: value for key, value in now.items() if key != "made"}
        return now

    def _is_other(self, now: JsonObject, then: JsonObject) -> bool:
        """Whether another take of an equal step stands where the one of ``then`` stood. Control maps are cache, and made again."""
        if "take" not in then:
            return False
        if "sha256" in now:
            return "take" in now
        name = str(now["node"])
        takes, node = self._takes.get(name, ()), self._canvas.nodes.get(name)
        standing = active_take(node, takes) if node is not None else None
        there = any(take.sha256 == then.get("sha256") for take in takes)  # else its media is not on this machine
        return there and (standing is None or standing.sha256 != then.get("sha256"))


def _contents(inputs: JsonObject) -> JsonObject:
    plain: JsonObject = by_content(inputs)
    return {key: value for key, value in plain.items() if key != "seed"}
