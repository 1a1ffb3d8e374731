"""What a new entry is given once: the folder of its takes, the folder of its scene, its place in the order (contracts: canvas)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final, Literal

from genstudio.graph.draft import Draft
from genstudio.graph.node_types import MEDIA_FOLDERS
from genstudio.graph.order import after
from genstudio.schema.base import JsonObject
from genstudio.schema.canvas import Edge, Node

__all__ = ["DEFAULT_SCENE", "RENDERS", "Identities", "label", "makes_media", "scene_of"]

DEFAULT_SCENE: Final = "SCENE_01"
"""Folder of the shots that stand in no scene."""

RENDERS: Final = re.compile(r"[A-Z0-9_]{1,32}/[A-Z0-9_]{1,32}")
_SCENE: Final = re.compile(r"[A-Z0-9_]{1,32}")
_NUMBERED: Final = re.compile(r"([A-Z]+)_(\d{2,9})")
_STEP: Final = 10


def makes_media(kind: str) -> bool:
    """Say whether nodes of a type have a folder of takes."""
    return kind in MEDIA_FOLDERS


def label(name: str, node: Node | None) -> str:
    """Return how people call a node: its shot folder, else its name, else its id."""
    data = node.data if node is not None else {}
    renders, title = data.get("renders"), data.get("name")
    if isinstance(renders, str) and "/" in renders:
        return renders.partition("/")[2][:64]
    return title[:64] if isinstance(title, str) and title else name


def scene_of(nodes: dict[str, Node], node: Node) -> str:
    """Return the scene folder in which a node makes its media: that of the nearest group around it that has one."""
    seen: set[str] = set()
    parent = node.parent
    while parent is not None and parent in nodes and parent not in seen:
        seen.add(parent)
        scene = nodes[parent].data.get("scene")
        if _is_scene(scene):
            return str(scene)
        parent = nodes[parent].parent
    return DEFAULT_SCENE


def _is_scene(scene: object) -> bool:
    return isinstance(scene, str) and _SCENE.fullmatch(scene) is not None


class Identities:
    """Gives out what must be unique. Built when the first new node comes, so that other edits never scan the canvas.

    Args:
        draft: The canvas as it is being edited.
        taken: Folders ``<SCENE>/<SHOT>`` that are in use outside this canvas.
    """

    def __init__(self, draft: Draft, taken: Collection[str] = ()) -> None:
        self._draft = draft
        self._elsewhere = frozenset(renders.upper() for renders in taken)
        self._used: set[str] | None = None
        self._highest: dict[tuple[str, str], int] = {}
        self._last: dict[tuple[str, ...], str] = {}
        self._ordered: set[str] = set()

    def is_free(self, renders: str) -> bool:
        """Say whether nobody else has this folder, whatever the case of its letters."""
        name = renders.upper()
        return name not in self._here() and name not in self._elsewhere

    def may_return(self, node: Node) -> bool:
        """Say whether a removed node may come back: its folder on disk is its own, but no node may have been given it since."""
        renders = node.data.get("renders")
        if not makes_media(node.type) or not isinstance(renders, str):
            return True
        folders = (str(other.data.get("renders")).upper() for other in self._draft.nodes.values() if makes_media(other.type))
        return renders.upper() not in folders

    def use(self, renders: object) -> None:
        """Note that a folder is in use."""
        if isinstance(renders, str) and renders:
            self._here().add(renders.upper())
            self._count(renders.upper())

    def release(self, renders: object) -> None:
        """Note that the node of a folder was removed; its number is not given to another."""
        if isinstance(renders, str) and self._used is not None:
            self._used.discard(renders.upper())

    def complete(self, node: Node) -> JsonObject:
        """Return the keys that the data of a new node needs besides or instead of what it has."""
        if makes_media(node.type):
            renders = node.data.get("renders")
            if not isinstance(renders, str) or not RENDERS.fullmatch(renders) or not self.is_free(renders):
                return {"renders": self._next(scene_of(self._draft.nodes, node), MEDIA_FOLDERS[node.type])}
        if node.type == "scene_group" and not _is_scene(node.data.get("scene")):
            return {"scene": self._next_scene()}
        return {}

    def missing(self, node: Node) -> JsonObject:
        """Return the keys of :meth:`complete` that a node on the canvas lacks; a folder it has is its own."""
        renders = node.data.get("renders")
        if makes_media(node.type) and isinstance(renders, str) and RENDERS.fullmatch(renders):
            return {}
        return self.complete(node)

    def renewed(self, name: str) -> str | None:
        """Return a new folder for a node that has none or shares it with another; None if its folder is its own."""
        node = self._draft.nodes[name]
        mine = str(node.data.get("renders") or "").upper()
        shared = any(key != name and str(other.data.get("renders")).upper() == mine for key, other in self._draft.nodes.items())
        return self._next(scene_of(self._draft.nodes, node), MEDIA_FOLDERS[node.type]) if shared or not mine else None

    def last_order(self, section: Literal["nodes", "edges"], name: str) -> str:
        """Return an order for an entry that is to come last among its like."""
        if section == "nodes":
            return self.order_of_node(self._draft.nodes[name].model_copy(update={"order": ""}))
        return self.order_of_edge(self._draft.edges[name].model_copy(update={"order": ""}))

    def order_of_node(self, node: Node) -> str:
        """Return the order of a new node: its own, or after its siblings."""
        return self._order(("node", node.parent or ""), node.order)

    def order_of_edge(self, edge: Edge) -> str:
        """Return the order of a new wire: its own, or after the wires of the same input."""
        return self._order(("edge", edge.target, edge.target_handle), edge.order)

    def _order(self, place: tuple[str, ...], own: str) -> str:
        if place[0] not in self._ordered:
            self._ordered.add(place[0])
            for other, order in self._nodes() if place[0] == "node" else self._edges():
                if order > self._last.get(other, ""):
                    self._last[other] = order
        last = self._last.get(place, "")
        order = own or after(last)
        self._last[place] = max(order, last)
        return order

    def _nodes(self) -> Iterator[tuple[tuple[str, ...], str]]:
        return ((("node", node.parent or ""), node.order) for node in self._draft.nodes.values())

    def _edges(self) -> Iterator[tuple[tuple[str, ...], str]]:
        return ((("edge", edge.target, edge.target_handle), edge.order) for edge in self._draft.edges.values())

    def _here(self) -> set[str]:
        if self._used is None:
            folders = (node.data.get("renders") for node in self._draft.nodes.values())
            self._used = {renders.upper() for renders in folders if isinstance(renders, str) and renders}
            for renders in (*self._used, *self._elsewhere):
                self._count(renders)
        return self._used

    def _count(self, renders: str) -> None:
        scene, _, folder = renders.partition("/")
        match = _NUMBERED.fullmatch(folder)
        if match is not None:
            key = scene, match[1]
            self._highest[key] = max(self._highest.get(key, 0), int(match[2]))

    def _next(self, scene: str, stem: str) -> str:
        """The next folder of a scene. Never one below the highest: a removed shot's takes stay its own."""
        used = self._here() | self._elsewhere
        number = self._highest.get((scene.upper(), stem), 0) // _STEP * _STEP + _STEP
        while f"{scene}/{stem}_{number:03}".upper() in used:
            number += _STEP
        return f"{scene}/{stem}_{number:03}"

    def _next_scene(self) -> str:
        scenes = {renders.partition("/")[0] for renders in (*self._here(), *self._elsewhere)}
        scenes |= {str(node.data.get("scene")).upper() for node in self._draft.nodes.values() if node.type == "scene_group"}
        number = 1
        while f"SCENE_{number:02}" in scenes:
            number += 1
        return f"SCENE_{number:02}"
