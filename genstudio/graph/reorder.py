"""Wires and orders that make the clips of a film come in another order, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from genstudio.graph.edit import replay
from genstudio.graph.order import after
from genstudio.graph.sequence import film_order, runs, sequence
from genstudio.graph.wiring import Wires
from genstudio.schema.canvas import Canvas, Edge, Operation

__all__ = ["reorder"]


def reorder(canvas: Canvas, assembler: str, before: Sequence[str], wanted: Sequence[str]) -> tuple[list[Operation], frozenset[str]]:
    """Return the operations that bring the clips ``before`` of an assembler into the order ``wanted``, and the clips they cannot move.

    Clips that are wired to the assembler one by one, or in one chain, are rewired; scenes and chains change places as a whole, and shots
    of a scene within it; so do films that stand in the film, and clips within them. A film whose new order crosses the borders of its
    scenes or of the films in it keeps its order; ``wanted`` may leave clips out, but not out of a scene.
    """
    if list(before) == list(wanted):
        return [], frozenset()
    direct = _direct(canvas, assembler, before)
    if direct is not None:
        return _rewire_each(direct, wanted), frozenset()
    chain = _chain(canvas, assembler, before)
    if chain is not None:
        return _rewire_chain(chain, assembler, wanted), frozenset()
    moved = _whole_runs(canvas, assembler, wanted)
    moved += _within_films(canvas, assembler, wanted)
    scenes = _within_scenes(_rewired(canvas, moved), assembler, wanted)
    return ([*moved, *scenes], frozenset()) if scenes is not None else ([], frozenset(before))


def _direct(canvas: Canvas, assembler: str, clips: Sequence[str]) -> dict[str, tuple[str, Edge]] | None:
    """Return the wire of each clip where each has its own into the assembler and nothing comes before it."""
    wires = Wires(canvas)
    found = {edge.source: (name, edge) for name, edge in wires.sockets(assembler).get("sequence_in", ())}
    alone = all(not wires.into(clip, "sequence_in") for clip in clips)
    return found if alone and set(found) == set(clips) and len(found) == len(wires.into(assembler, "sequence_in")) else None


def _rewire_each(wires: dict[str, tuple[str, Edge]], wanted: Sequence[str]) -> list[Operation]:
    """Remove the wires of the clips that went, and give the others the orders that there are, sorted."""
    operations = [Operation(op="remove", path=f"/edges/{name}") for clip, (name, _) in wires.items() if clip not in wanted]
    orders = sorted({edge.order for clip, (_, edge) in wires.items() if clip in wanted})
    while len(orders) < len(wanted):  # wires that somebody drew in one and the same place
        orders.append(after(orders[-1] if orders else None))
    for clip, order in zip(wanted, orders, strict=True):
        name, edge = wires[clip]
        if edge.order != order:
            operations.append(Operation(op="replace", path=f"/edges/{name}/order", value=order))
    return operations


def _chain(canvas: Canvas, assembler: str, clips: Sequence[str]) -> list[tuple[str, Edge]] | None:
    """Return the wires of a film that is one chain of shots, first to last, the wire into the assembler at the end."""
    wires = Wires(canvas)
    found = []
    for clip, target in zip(clips, [*clips[1:], assembler], strict=True):
        into = wires.sockets(target).get("sequence_in", [])
        if len(into) != 1 or into[0][1].source != clip or into[0][1].source_handle != "sequence_out":
            return None
        found.append(into[0])
    return found if clips and not wires.into(clips[0], "sequence_in") else None


def _rewire_chain(chain: list[tuple[str, Edge]], assembler: str, wanted: Sequence[str]) -> list[Operation]:
    """Lay the wires of a chain anew; the wires themselves stay, as far as there are clips for them."""
    spare, kept = chain[: len(chain) - len(wanted)], chain[len(chain) - len(wanted) :]
    operations = [Operation(op="remove", path=f"/edges/{name}") for name, _ in spare]
    for (name, edge), source, target in zip(kept, wanted, [*wanted[1:], assembler], strict=True):
        ends = {"source": (edge.source, source), "target": (edge.target, target)}
        operations += [Operation(op="replace", path=f"/edges/{name}/{end}", value=new) for end, (old, new) in ends.items() if old != new]
    return operations


def _whole_runs(canvas: Canvas, assembler: str, wanted: Sequence[str]) -> list[Operation]:
    """Return new orders of the wires where each brings clips that stand together in the wanted film; none where they do not."""
    wires, place = canvas.edges, {clip: index for index, clip in enumerate(wanted)}
    there = [(name, clips) for name, clips in runs(canvas, assembler) if clips]
    if {clip for _, clips in there for clip in clips} != set(wanted):
        return []
    moved = sorted(there, key=lambda run: min(place[clip] for clip in run[1]))
    start = 0
    for _, clips in moved:
        if set(wanted[start : start + len(clips)]) != set(clips):
            return []
        start += len(clips)
    orders = [wires[name].order for name, _ in there]
    if len(set(orders)) < len(orders):
        return []
    pairs = zip((name for name, _ in moved), orders, strict=True)
    return [Operation(op="replace", path=f"/edges/{name}/order", value=order) for name, order in pairs if wires[name].order != order]


def _within_films(canvas: Canvas, assembler: str, wanted: Sequence[str]) -> list[Operation]:
    """Return what brings the clips of the films that stand in a film into their order there; what they cannot say stays as it is."""
    operations: list[Operation] = []
    for film, around in film_order(canvas, assembler).films.items():
        clips = sequence(canvas, film)
        if around == assembler and set(clips) & set(wanted):
            operations += reorder(canvas, film, clips, [clip for clip in wanted if clip in clips])[0]
    return operations


def _rewired(canvas: Canvas, operations: Sequence[Operation]) -> Canvas:
    return replay(canvas, operations, version=canvas.version, layout_version=canvas.layout_version)


def _within_scenes(canvas: Canvas, assembler: str, wanted: Sequence[str]) -> list[Operation] | None:
    """Return new orders of the shots inside their scenes if they make the wanted film; None if they do not."""
    operations: list[Operation] = []
    nodes = dict(canvas.nodes)
    groups: dict[str, list[str]] = {}
    for clip in wanted:
        parent = canvas.nodes[clip].parent
        if parent is not None:
            groups.setdefault(parent, []).append(clip)
    for clips in groups.values():
        orders = sorted(canvas.nodes[clip].order for clip in clips)
        for clip, order in zip(clips, orders, strict=True):
            if nodes[clip].order != order:
                nodes[clip] = nodes[clip].model_copy(update={"order": order})
                operations.append(Operation(op="replace", path=f"/nodes/{clip}/order", value=order))
    made = sequence(canvas.model_copy(update={"nodes": nodes}), assembler)
    return operations if list(made) == list(wanted) else None
