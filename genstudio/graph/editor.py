"""One application of one patch: what each operation means now, and what it entails (the rule of :mod:`genstudio.graph.edit`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from genstudio.graph.changes import changes
from genstudio.graph.draft import ABSENT, Draft, entry_json
from genstudio.graph.identity import RENDERS, Identities, label, makes_media
from genstudio.graph.values import Json, Pointer, Section, parse_pointer, plain, pointer, same
from genstudio.schema.canvas import Canvas, Dropped, Node, Operation, Patch
from genstudio.schema.errors import BadInputError, ConflictError

__all__ = ["Applied", "Editor"]

_KINDS: Final[dict[Section, str]] = {"nodes": "Node", "edges": "Wire", "layout": "Position"}
_DEFAULTS: Final[dict[tuple[Section, str], Json]] = {
    ("nodes", "parent"): None,
    ("nodes", "order"): "",
    ("nodes", "data"): {},
    ("edges", "order"): "",
    ("layout", "x"): 0,
    ("layout", "y"): 0,
}
"""Fields that an entry always has: removing one sets it back."""
_GIVEN: Final = {("order",), ("data", "renders"), ("data", "scene")}
"""What the studio gives a new entry."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a patch.

    ``patch`` holds the effective operations; ``inverse`` undoes them, its tests first; ``changed`` says whether nodes or wires
    differ (``version`` went up), ``moved`` whether positions do (``layout_version`` went up).
    """

    canvas: Canvas
    patch: Patch
    inverse: tuple[Operation, ...]
    dropped: tuple[Dropped, ...]
    changed: bool
    moved: bool


class Editor:
    """One application of one patch."""

    def __init__(self, canvas: Canvas, taken: Collection[str], *, guard: bool) -> None:
        self.draft = Draft(canvas)
        self.guard = guard
        self.identities = Identities(self.draft, taken)
        self.effective: list[Operation] = []
        self.inverse: list[Operation] = []
        self.dropped: list[Dropped] = []
        self.whole: set[str] = set()
        self.turned: list[str] = []
        self.index: tuple[dict[str, list[str]], dict[str, list[str]]] | None = None

    def finish(self, patch: Patch) -> Applied:
        """Return what became of the patch."""
        self._complete_turned()
        canvas = self.draft.canvas
        moved = any(operation.path.startswith("/layout/") for operation in self.effective)
        changed = any(not operation.path.startswith("/layout/") for operation in self.effective)
        return Applied(
            canvas=self.draft.finish(canvas.version + changed, canvas.layout_version + moved) if self.effective else canvas,
            patch=patch.model_copy(update={"operations": tuple(self.effective)}),
            inverse=(*self.tests(), *reversed(self.inverse)),
            dropped=tuple(self.dropped),
            changed=changed,
            moved=moved,
        )

    def _complete_turned(self) -> None:
        """Give nodes that have become another type what new nodes of that type are given, unless they have it."""
        for name in self.turned:
            node = self.draft.nodes.get(name)
            for key, value in self.identities.missing(node).items() if node is not None else ():
                self._emit(("nodes", name, ("data", key)), value)
                self.identities.use(value if key == "renders" else None)

    def tests(self) -> Iterator[Operation]:
        """The values an undo must still find. Positions of nodes that come or go are nobody's work to protect."""
        paths = {operation.path for operation in self.effective}
        for path in sorted(paths):
            section, name, keys = place = parse_pointer(path)
            above = (pointer(section, name, *keys[:count]) for count in range(len(keys)))
            if any(other in paths for other in above) or (section == "layout" and name in self.whole):
                continue
            value = self.draft.look(place)
            yield Operation(op="test", path=path, value=None if value is ABSENT else value)

    def drop(self, operation: Operation, reason: str) -> None:
        """Leave an operation out and say why; a guard is all or nothing."""
        if self.guard:
            raise ConflictError(f"This cannot be undone any more: {reason}", fix="Change it by hand.")
        self.dropped.append(Dropped(operation=operation, reason=reason))

    def attempt(self, operations: Iterable[Operation], *, last: bool = False) -> list[Operation]:
        """Do operations in order; return those that could not be done, or drop them if this is the ``last`` time."""
        failed: list[Operation] = []
        for operation in operations:
            for part in self.parts(operation):
                reason = self.run(part, last=last)
                if reason is not None and last:
                    self.drop(part, reason)
                elif reason is not None:
                    failed.append(part)
        return failed

    def parts(self, operation: Operation) -> list[Operation]:
        """Take a replacement of a whole node, wire or data apart into its properties, so that it overrides no others' work."""
        section, name, keys = place = parse_pointer(operation.path)
        is_data = section == "nodes" and keys == ("data",)
        if section == "layout" or operation.op == "test" or not (is_data or (operation.op == "replace" and keys == ())):
            return [operation]
        old, new = self.draft.look(place), {} if operation.op == "remove" else plain(operation.value)
        if not isinstance(old, dict) or not isinstance(new, dict):
            return [operation]
        found = changes(old, new, (section, name, *keys), depth=2 - len(keys))
        # What the studio gave a node it keeps, where a whole replacement just does not speak of it.
        return [part for part in found if part.op != "remove" or parse_pointer(part.path)[2] not in _GIVEN]

    def run(self, operation: Operation, *, last: bool = False) -> str | None:
        """Do one operation; return why it could not be done, or None."""
        place = parse_pointer(operation.path)
        section, name, keys = place
        if operation.op == "test":
            self._test(place, plain(operation.value))
            return None
        if keys == ():
            if operation.op == "remove":
                self._remove_entry(section, name)
                return None
            return self._put_entry(section, name, operation, last=last)
        if name not in self.draft.entries(section) and not (section == "layout" and name in self.draft.nodes):
            return f"{_KINDS[section]} {name} was removed."
        if operation.op == "remove":
            return self._remove_property(place)
        return self._put_property(place, plain(operation.value))

    def _test(self, place: Pointer, wanted: Json) -> None:
        found = self.draft.look(place)
        if not same(None if found is ABSENT else found, wanted):
            what = label(place[1], self.draft.nodes.get(place[1]))
            where = f" {'/'.join(place[2])}" if place[2] else ""
            raise ConflictError(f"{what}{where:.80} has been changed since.", fix="Change it by hand.")

    def _put_entry(self, section: Section, name: str, operation: Operation, *, last: bool) -> str | None:
        there, value = self.draft.look((section, name, ())), plain(operation.value)
        if section == "layout":
            return self._put_position(name, value)
        if there is not ABSENT:
            return None if same(there, value) else f"There is already a {_KINDS[section].lower()} {name}."
        if operation.op == "replace":
            return f"{_KINDS[section]} {name} was removed."
        return self._add_node(name, value, last=last) if section == "nodes" else self._add_edge(name, value)

    def _put_position(self, name: str, value: Json) -> str | None:
        if name not in self.draft.nodes:
            return f"Node {name} was removed."
        self._emit(("layout", name, ()), value)
        return None

    def _add_node(self, name: str, value: Json, *, last: bool) -> str | None:
        node = self.draft.checked_node(name, value)
        refused = self._refused_parent(name, node.parent)
        if refused is not None:
            if not last:
                return refused
            # The shot is worth more than its place: it stands outside, and that is told.
            self.drop(Operation(op="replace", path=pointer("nodes", name, "parent"), value=node.parent), refused)
            node = node.model_copy(update={"parent": None})
        if not self.guard:
            data = {**node.data, **self.identities.complete(node)}
            node = node.model_copy(update={"data": data, "order": self.identities.order_of_node(node)})
        elif not self.identities.may_return(node):
            raise ConflictError(f"The folder {node.data.get('renders')!s:.66} has been given to another shot.", fix="Add a new shot.")
        self.identities.use(node.data.get("renders"))
        self.whole.add(name)
        self._emit(("nodes", name, ()), entry_json(node))
        return None

    def _add_edge(self, name: str, value: Json) -> str | None:
        edge = self.draft.checked_edge(name, value)
        for end in (edge.source, edge.target):
            if end not in self.draft.nodes:
                return f"Node {end} was removed."
        order = edge.order if self.guard else self.identities.order_of_edge(edge)
        self._emit(("edges", name, ()), {**entry_json(edge), "order": order})
        return None

    def _remove_entry(self, section: Section, name: str) -> None:
        node = self.draft.nodes.get(name) if section == "nodes" else None
        if node is not None:
            self._clear_around(name, node)
            self.identities.release(node.data.get("renders"))
            self.whole.add(name)
        self._emit((section, name, ()), ABSENT)

    def _clear_around(self, name: str, node: Node) -> None:
        """Before a node goes: its wires and its position go too, and what stands in it moves out."""
        wires, inside = self.around(name)
        if self.guard and (wires or inside):
            raise ConflictError(f"{label(name, node)} has been connected or filled since.", fix="Remove it by hand.")
        for key in wires:
            self._emit(("edges", key, ()), ABSENT)
        for key in inside:
            self._emit(("nodes", key, ("parent",)), node.parent if node.parent != name else None)
        self._emit(("layout", name, ()), ABSENT)

    def around(self, name: str) -> tuple[list[str], list[str]]:
        """The wires at a node and the nodes inside it; looked up in an index that lives until a wire or a parent changes."""
        if self.index is None:
            self.index = {}, {}
            for key, edge in self.draft.edges.items():
                for end in dict.fromkeys((edge.source, edge.target)):
                    self.index[0].setdefault(end, []).append(key)
            for key, node in self.draft.nodes.items():
                if node.parent is not None and node.parent != key:
                    self.index[1].setdefault(node.parent, []).append(key)
        wires, inside = self.index
        left = [key for key in wires.get(name, ()) if key in self.draft.edges]
        return left, [key for key in inside.get(name, ()) if key in self.draft.nodes]

    def _remove_property(self, place: Pointer) -> str | None:
        section, _, keys = place
        if len(keys) == 1 and (section, keys[0]) in _DEFAULTS:
            return self._put_property(place, _DEFAULTS[section, keys[0]])
        refused = self._refused(place, ABSENT)
        if refused is None:
            self._emit(place, ABSENT)
        return refused

    def _put_property(self, place: Pointer, value: Json) -> str | None:
        section, name, keys = place
        for count in range(len(keys)):
            found = self.draft.look((section, name, keys[:count]))
            if found is ABSENT:
                # Make the objects on the way in one operation, so that replaying needs no rule.
                for key in reversed(keys[count:]):
                    value = {key: value}
                keys = keys[:count]
                break
            if not isinstance(found, dict):
                return f"{'/'.join(keys[:count]):.80} of {name} is no longer an object."
        if value == "" and not self.guard and section != "layout":
            if keys == ("order",):
                value = self.identities.last_order(section, name)
            elif keys == ("data", "renders") and makes_media(self.draft.nodes[name].type):
                return self._give_up_folder(name)
        refused = self._refused((section, name, keys), value)
        if refused is None:
            self._emit((section, name, keys), value)
            if section == "nodes" and keys == ("type",) and not self.guard:
                self.turned.append(name)
        return refused

    def _give_up_folder(self, name: str) -> str | None:
        """A shot that shares its folder, as after a merge, may ask for one of its own by emptying it."""
        old = self.draft.nodes[name].data.get("renders")
        renewed = self.identities.renewed(name)
        if renewed is None:
            return f"A shot keeps its folder {old!s:.66}."
        self.identities.use(renewed)
        self._emit(("nodes", name, ("data", "renders")), renewed)
        return None

    def _refused(self, place: Pointer, value: Json) -> str | None:
        """Why a property may not be set to this, if so."""
        section, name, keys = place
        if section == "nodes" and keys == ("parent",):
            return self._refused_parent(name, value)
        if section == "nodes" and keys == ("data", "renders"):
            return self._refused_renders(self.draft.nodes[name], value)
        if section == "edges" and keys in (("source",), ("target",)) and isinstance(value, str) and value not in self.draft.nodes:
            return f"Node {value:.64} was removed."
        return None

    def _refused_parent(self, name: str, parent: Json) -> str | None:
        seen = {name}
        while isinstance(parent, str):
            if parent not in self.draft.nodes:
                return f"The scene {parent:.64} was removed."
            if parent in seen:
                return "A scene cannot stand inside itself."
            seen.add(parent)
            parent = self.draft.nodes[parent].parent
        return None

    def _refused_renders(self, node: Node, value: Json) -> str | None:
        """The folder of a shot's takes is given once. Only an undo may take it back."""
        old = node.data.get("renders")
        if not makes_media(node.type) or self.guard or same(old, value):
            return None
        if isinstance(old, str) and old:
            return f"A shot keeps its folder {old:.66}."
        if not isinstance(value, str) or (value and not RENDERS.fullmatch(value)):
            raise BadInputError("A folder of takes is written <SCENE>/<SHOT> in A-Z, 0-9 and _.", fix="Leave it empty to be given one.")
        if value and not self.identities.is_free(value):
            return f"The folder {value} belongs to another shot."
        self.identities.use(value)
        return None

    def _emit(self, place: Pointer, value: Json) -> None:
        """Write, and note what was done and how to take it back. Writing what is there already is nothing."""
        path, old = pointer(place[0], place[1], *place[2]), self.draft.look(place)
        if value is ABSENT:
            if old is ABSENT:
                return
            self.draft.delete(place)
            self.effective.append(Operation(op="remove", path=path))
        else:
            if old is not ABSENT and same(old, value):
                return
            self.draft.put(place, value)
            if place[0] != "layout" and place[2][:1] != ("data",):
                self.index = None
            self.effective.append(Operation(op="add" if old is ABSENT else "replace", path=path, value=value))
        if old is ABSENT:
            self.inverse.append(Operation(op="remove", path=path))
        else:
            self.inverse.append(Operation(op="add" if value is ABSENT else "replace", path=path, value=old))
