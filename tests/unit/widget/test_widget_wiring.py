"""Which operations an edit in Python is made of."""

from __future__ import annotations

import pytest

from genstudio.graph.check import check
from genstudio.graph.edit import apply
from genstudio.graph.node_types import NODE_TYPES
from genstudio.graph.sequence import sequence
from genstudio.schema.canvas import Canvas, Edge, Node, Operation, Patch, Position
from genstudio.schema.errors import BadInputError
from genstudio.widget import wiring

DECLARATIONS = (NODE_TYPES, {})


def canvas_of(*shots: str, **others: str) -> Canvas:
    nodes = {name.lower(): Node(type="shot", data={"name": name, "renders": f"SCENE_01/{name}"}) for name in shots}
    nodes |= {node_id: Node(type=node_type) for node_id, node_type in others.items()}
    return Canvas(nodes=nodes, layout={key: Position(x=100.0 * index, y=40) for index, key in enumerate(nodes)})


def after(canvas: Canvas, operations: list[Operation]) -> Canvas:
    return apply(canvas, Patch(base=canvas.version, operations=tuple(operations))).canvas


def test_a_node_is_found_by_id_by_name_and_by_its_folder() -> None:
    canvas = Canvas(nodes={"a": Node(type="shot", data={"name": "Opening", "renders": "SCENE_02/SHOT_030"})})
    assert [wiring.find(canvas, name) for name in ("a", "Opening", "SHOT_030", "SCENE_02/SHOT_030", "nothing")] == [
        "a",
        "a",
        "a",
        "a",
        None,
    ]


def test_an_exact_id_wins_over_a_name() -> None:
    canvas = Canvas(nodes={"one": Node(type="shot", data={"name": "two"}), "two": Node(type="shot", data={"name": "one"})})
    assert wiring.find(canvas, "one") == "one"


def test_looking_for_a_shot_passes_over_other_nodes() -> None:
    canvas = Canvas(nodes={"film": Node(type="vse_assembler", data={"name": "Film"})})
    assert wiring.find(canvas, "Film", only_shots=True) is None


def test_a_new_shot_named_like_a_folder_gets_that_folder() -> None:
    node_id, operations = wiring.new_shot(Canvas(), "SHOT_040", {"prompt": "a fox"})
    made = after(Canvas(), operations).nodes[node_id]
    assert (made.data["renders"], made.data["prompt"], made.data["name"]) == ("SCENE_01/SHOT_040", "a fox", "SHOT_040")


def test_a_new_shot_with_a_free_name_gets_the_next_folder() -> None:
    canvas = canvas_of("SHOT_010")
    node_id, operations = wiring.new_shot(canvas, "the fox: «лиса» 🦊 / ../..", {})
    made = after(canvas, operations).nodes[node_id]
    assert made.data["renders"] == "SCENE_01/SHOT_020"
    assert made.data["name"] == "the fox: «лиса» 🦊 / ../.."


def test_new_ids_are_valid_for_any_name_and_never_the_same() -> None:
    ids = {wiring.new_node(Canvas(), "text", {"name": name})[0] for name in ("", "🦊", "A" * 300, "../x", "same", "same")}
    assert len(ids) == 6
    Canvas(nodes={node_id: Node(type="text") for node_id in ids})


def test_wrong_data_of_a_shot_is_refused_with_the_field() -> None:
    with pytest.raises(BadInputError, match="seed"):
        wiring.new_shot(Canvas(), "SHOT_010", {"seed": -1})


def test_a_pipeline_node_of_the_same_reference_is_used_again() -> None:
    canvas = canvas_of("SHOT_010", "SHOT_020")
    first = after(canvas, wiring.use_pipeline(canvas, "shot_010", "generate-video"))
    second = after(first, wiring.use_pipeline(first, "shot_020", "generate-video"))
    assert sum(node.type == "pipeline" for node in second.nodes.values()) == 1
    assert {edge.target for edge in second.edges.values()} == {"shot_010", "shot_020"}


def test_a_pinned_pipeline_gets_a_node_of_its_own() -> None:
    canvas = canvas_of("SHOT_010", "SHOT_020")
    first = after(canvas, wiring.use_pipeline(canvas, "shot_010", "generate-video"))
    second = after(first, wiring.use_pipeline(first, "shot_020", "draft-video@1.0.0"))
    assert {node.data["reference"] for node in second.nodes.values() if node.type == "pipeline"} == {"generate-video", "draft-video@1.0.0"}


def test_a_shot_chained_behind_another_takes_over_what_followed_it() -> None:
    canvas = canvas_of("SHOT_010", "SHOT_020", film="vse_assembler")
    edge = Edge(source="shot_010", source_handle="sequence_out", target="film", target_handle="sequence_in", order="a0")
    canvas = canvas.model_copy(update={"edges": {"e_1": edge}})
    edges = after(canvas, wiring.chain(canvas, "shot_010", "shot_020")).edges.values()
    assert {(edge.source, edge.target) for edge in edges} == {("shot_010", "shot_020"), ("shot_020", "film")}


def test_sockets_are_found_by_type_and_equal_types_come_before_widened_ones() -> None:
    canvas = canvas_of("SHOT_010", film="vse_assembler")
    edge_id, operations = wiring.connect(canvas, "shot_010", "film", wiring.Sockets(), DECLARATIONS)
    edge = after(canvas, operations).edges[edge_id]
    assert (edge.source_handle, edge.target_handle) == ("sequence_out", "sequence_in")


def test_a_wire_that_is_there_is_not_drawn_again() -> None:
    canvas = canvas_of("SHOT_010", film="vse_assembler")
    edge_id, operations = wiring.connect(canvas, "shot_010", "film", wiring.Sockets(), DECLARATIONS)
    assert wiring.connect(after(canvas, operations), "shot_010", "film", wiring.Sockets(), DECLARATIONS) == (edge_id, [])


def test_wires_of_an_input_for_many_keep_the_order_they_were_drawn_in() -> None:
    canvas = canvas_of("SHOT_010", "SHOT_020", "SHOT_030", film="vse_assembler")
    for shot in ("shot_030", "shot_010", "shot_020"):
        canvas = after(canvas, wiring.connect(canvas, shot, "film", wiring.Sockets(), DECLARATIONS)[1])
    assert [edge.source for edge in sorted(canvas.edges.values(), key=lambda edge: edge.order)] == ["shot_030", "shot_010", "shot_020"]


def test_a_second_wire_to_an_input_for_one_takes_the_place_of_the_first() -> None:
    canvas = canvas_of("SHOT_010", one="pipeline", two="pipeline")
    canvas = after(canvas, wiring.connect(canvas, "one", "shot_010", wiring.Sockets(), DECLARATIONS)[1])
    canvas = after(canvas, wiring.connect(canvas, "two", "shot_010", wiring.Sockets(), DECLARATIONS)[1])
    assert [edge.source for edge in canvas.edges.values()] == ["two"]


def test_an_asset_fits_several_inputs_and_the_error_names_them() -> None:
    canvas = canvas_of("SHOT_010", fox="asset")
    with pytest.raises(BadInputError, match=r"asset to character.*asset to style"):
        wiring.connect(canvas, "fox", "shot_010", wiring.Sockets(), DECLARATIONS)
    edge_id, operations = wiring.connect(canvas, "fox", "shot_010", wiring.Sockets(input="character"), DECLARATIONS)
    assert after(canvas, operations).edges[edge_id].target_handle == "character"


def test_sockets_that_do_not_fit_are_refused_with_what_there_is() -> None:
    canvas = canvas_of(film="vse_assembler", fox="asset")
    with pytest.raises(BadInputError, match="cannot be connected"):
        wiring.connect(canvas, "fox", "film", wiring.Sockets(), DECLARATIONS)


def test_a_socket_that_is_not_there_is_refused_with_those_there_are() -> None:
    canvas = canvas_of("SHOT_010", film="vse_assembler")
    with pytest.raises(BadInputError, match="Those there are: sequence_in"):
        wiring.connect(canvas, "shot_010", "film", wiring.Sockets(input="sound"), DECLARATIONS)


def test_a_loop_is_refused() -> None:
    canvas = canvas_of("SHOT_010", "SHOT_020")
    canvas = after(canvas, wiring.chain(canvas, "shot_010", "shot_020"))
    with pytest.raises(BadInputError):
        wiring.connect(canvas, "shot_020", "shot_010", wiring.Sockets("sequence_out", "sequence_in"), DECLARATIONS)


def test_a_node_of_an_unknown_type_cannot_be_wired() -> None:
    canvas = canvas_of("SHOT_010", odd="from_the_future")
    with pytest.raises(BadInputError, match="not known here"):
        wiring.connect(canvas, "odd", "shot_010", wiring.Sockets(), DECLARATIONS)


@pytest.mark.parametrize(("nodes", "words"), [({}, "no assembler"), ({"a": "vse_assembler", "b": "vse_assembler"}, "several")])
def test_the_assembler_to_render_must_be_clear(nodes: dict[str, str], words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        wiring.only_assembler(canvas_of(**nodes), None)


def test_an_assembler_of_all_shots_follows_their_folders_and_keeps_chains() -> None:
    canvas = canvas_of("SHOT_030", "SHOT_010", "SHOT_020")
    canvas = after(canvas, wiring.chain(canvas, "shot_010", "shot_020"))
    canvas = after(canvas, wiring.assemble(canvas))
    (film,) = (key for key, node in canvas.nodes.items() if node.type == "vse_assembler")
    assert sequence(canvas, film) == ("shot_010", "shot_020", "shot_030")
    assert not any(problem.severity == "error" for problem in check(canvas, *DECLARATIONS))


def test_there_is_no_film_of_no_shots() -> None:
    with pytest.raises(BadInputError, match="no shot"):
        wiring.assemble(canvas_of(film="text"))


def test_the_only_assembler_needs_no_name() -> None:
    assert wiring.only_assembler(canvas_of("SHOT_010", film="vse_assembler"), None) == "film"
    with pytest.raises(BadInputError, match="is no assembler"):
        wiring.only_assembler(canvas_of("SHOT_010", film="vse_assembler"), "shot_010")


def test_the_film_that_stands_in_no_other_needs_no_name() -> None:
    canvas = canvas_of("SHOT_010", film="vse_assembler", inner="vse_assembler", deeper="vse_assembler")
    for at, (source, target) in enumerate((("inner", "film"), ("deeper", "inner"), ("film", "deeper"))):
        edges = canvas.edges | {
            f"e_{at}": Edge(source=source, source_handle="final_video", target=target, target_handle="sequence_in", order=f"a{at}")
        }
        canvas = canvas.model_copy(update={"edges": edges})
        if at == 1:
            assert wiring.only_assembler(canvas, None) == "film"
    with pytest.raises(BadInputError, match="several"):
        wiring.only_assembler(canvas, None)
