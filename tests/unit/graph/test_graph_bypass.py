"""Steps that are passed by: the film and what a shot is made of see what comes into them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from genstudio.graph.bypass import FINISHING, is_muted, past_muted
from genstudio.graph.node_types import NODE_TYPES
from genstudio.graph.sequence import sequence
from genstudio.graph.wiring import Wires
from genstudio.schema.canvas import Canvas, Node

SEQUENCES = json.loads((Path(__file__).parents[2] / "vectors" / "sequences.json").read_text())


@pytest.mark.parametrize("vector", SEQUENCES, ids=lambda vector: vector["name"])
def test_the_film_is_in_the_order_that_the_vectors_say(vector: dict[str, Any]) -> None:
    assert list(sequence(Canvas.model_validate(vector["canvas"]), vector["assembler"])) == vector["sequence"]


def test_a_wire_past_muted_steps_begins_at_what_comes_into_the_first() -> None:
    canvas = Canvas.model_validate(next(vector for vector in SEQUENCES if vector["name"].startswith("several"))["canvas"])
    wires = Wires(canvas)
    found = past_muted(wires, wires.into("cut", "sequence_in")[0])
    assert found is not None
    assert (found.source, found.source_handle) == ("a", "output")


def test_a_loop_of_muted_steps_gives_nothing() -> None:
    canvas = Canvas.model_validate(next(vector for vector in SEQUENCES if "loop" in vector["name"])["canvas"])
    wires = Wires(canvas)
    assert past_muted(wires, next(edge for edge in wires.into("cut", "sequence_in") if edge.source == "up")) is None


def test_what_can_be_passed_by_has_an_input_and_gives_the_same_kind_of_thing() -> None:
    for name in FINISHING:
        (taken,), (made,) = NODE_TYPES[name].inputs, NODE_TYPES[name].outputs
        assert taken.name == "input"
        assert set(taken.types) == set(made.types)


def test_other_nodes_are_never_passed_by() -> None:
    assert not is_muted(Node(type="shot", data={"muted": True}))
    assert not is_muted(None)
