"""The vectors that bind the Python functions and their TypeScript twins to the same answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from genstudio.graph.check import connection_problem, fits
from genstudio.graph.edit import apply, replay
from genstudio.graph.node_types import node_types
from genstudio.graph.sockets import WIDENINGS, replaced_wires
from genstudio.schema.canvas import Canvas, Edge, Operation, Patch
from genstudio.schema.errors import GenStudioError
from genstudio.schema.nodes import InputSocket, SocketType

VECTORS = Path(__file__).parents[2] / "vectors"
SOCKETS = json.loads((VECTORS / "sockets.json").read_text())
CONNECTIONS = json.loads((VECTORS / "connections.json").read_text())
PATCHES = json.loads((VECTORS / "patches.json").read_text())


@pytest.mark.parametrize("vector", SOCKETS, ids=lambda vector: f"{'|'.join(vector['output'])}-{'|'.join(vector['input']['types'])}")
def test_an_output_fits_an_input_as_the_vectors_say(vector: dict[str, Any]) -> None:
    fit = fits([SocketType(name) for name in vector["output"]], InputSocket(name="socket", **vector["input"]))
    assert (fit.ok, fit.widened) == (vector["ok"], vector["widened"])
    assert bool(fit.reason) is not fit.ok


def test_the_vectors_cover_every_pair_of_socket_types_and_every_widening() -> None:
    pairs = {(row["output"][0], row["input"]["types"][0]) for row in SOCKETS if len(row["output"]) == len(row["input"]["types"]) == 1}
    assert pairs >= {(made.value, taken.value) for made in SocketType for taken in SocketType}
    widened = {(row["output"][0], row["input"]["types"][0]) for row in SOCKETS[: len(SocketType) ** 2] if row["widened"]}
    assert widened == WIDENINGS


@pytest.mark.parametrize("vector", CONNECTIONS["wires"], ids=lambda vector: vector["name"])
def test_a_wire_may_be_drawn_and_replaces_others_as_the_vectors_say(vector: dict[str, Any]) -> None:
    canvas, edge, types = Canvas.model_validate(CONNECTIONS["canvas"]), Edge.model_validate(vector["wire"]), node_types({})
    assert (connection_problem(canvas, edge, types, {}) is None) is vector["ok"]
    if vector["ok"]:
        assert list(replaced_wires(canvas, edge, types, {})) == vector["replaces"]


@pytest.mark.parametrize("vector", PATCHES, ids=lambda vector: vector["name"])
def test_a_patch_does_what_the_vectors_say(vector: dict[str, Any]) -> None:
    canvas, patch = Canvas.model_validate(vector["canvas"]), Patch.model_validate(vector["patch"])
    if "refused" in vector:
        with pytest.raises(GenStudioError) as caught:
            apply(canvas, patch)
        assert caught.value.code == vector["refused"]
        return
    applied = apply(canvas, patch)
    assert applied.canvas.document() == vector["result"]
    assert [dropped.operation.path for dropped in applied.dropped] == vector["dropped"]
    assert applied.patch.operations == tuple(Operation(**operation) for operation in vector["effective"])
    version, layout_version = applied.canvas.version, applied.canvas.layout_version
    assert replay(canvas, applied.patch.operations, version=version, layout_version=layout_version) == applied.canvas
