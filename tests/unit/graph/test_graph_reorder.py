"""Clips of a film that come in another order."""

from __future__ import annotations

import pytest

from genstudio.graph.edit import replay
from genstudio.graph.reorder import reorder
from genstudio.graph.sequence import runs, sequence
from genstudio.schema.canvas import Canvas, Edge, Node


def film(*wires: tuple[str, str], scenes: tuple[str, ...] = (), inside: dict[str, str] | None = None) -> Canvas:
    """Return a canvas of shots a to f with an assembler ``cut``: wires from and to, in their order."""
    inside = inside or {}
    nodes = {name: Node(type="shot", order=f"a{at}", parent=inside.get(name)) for at, name in enumerate("abcdef")}
    nodes |= {name: Node(type="scene_group") for name in scenes} | {"cut": Node(type="vse_assembler")}
    edges = {}
    for at, (source, target) in enumerate(wires):
        handle = "sequence" if source in scenes else "sequence_out"
        edges[f"e_{at}"] = Edge(source=source, source_handle=handle, target=target, target_handle="sequence_in", order=f"a{at}")
    return Canvas(version=1, nodes=nodes, edges=edges)


CHAINS = film(("a", "b"), ("b", "cut"), ("c", "cut"), ("d", "e"), ("e", "cut"))
SCENES = film(("s", "cut"), ("t", "cut"), ("e", "cut"), scenes=("s", "t"), inside={"a": "s", "b": "s", "c": "t", "d": "t"})


def ordered(canvas: Canvas, wanted: str) -> tuple[str, ...]:
    """Return the film after it was brought into an order, or as it is where that is refused."""
    operations, refused = reorder(canvas, "cut", sequence(canvas, "cut"), list(wanted))
    assert bool(refused) == (not operations and tuple(wanted) != sequence(canvas, "cut"))
    return sequence(replay(canvas, operations, version=2, layout_version=1), "cut")


def test_the_wires_of_an_assembler_say_which_clips_each_brings() -> None:
    assert runs(CHAINS, "cut") == [("e_1", ("a", "b")), ("e_2", ("c",)), ("e_4", ("d", "e"))]
    assert runs(SCENES, "cut") == [("e_0", ("a", "b")), ("e_1", ("c", "d")), ("e_2", ("e",))]
    assert runs(film(("a", "cut"), ("a", "cut")), "cut") == [("e_0", ("a",)), ("e_1", ())]


@pytest.mark.parametrize("wanted", ["cabde", "deabc", "abdec", "cdeab"])
def test_chains_change_places_as_a_whole(wanted: str) -> None:
    assert ordered(CHAINS, wanted) == tuple(wanted)


@pytest.mark.parametrize("wanted", ["cdabe", "eabcd", "bacde", "edcba", "ecdba"])
def test_scenes_change_places_and_shots_within_them_at_once(wanted: str) -> None:
    assert ordered(SCENES, wanted) == tuple(wanted)


@pytest.mark.parametrize(("canvas", "wanted"), [(CHAINS, "acbde"), (CHAINS, "bacde"), (SCENES, "acbde"), (SCENES, "aebcd")])
def test_an_order_that_tears_a_chain_or_a_scene_is_refused_as_a_whole(canvas: Canvas, wanted: str) -> None:
    assert ordered(canvas, wanted) == sequence(canvas, "cut")
