"""Nodes of a canvas as Python objects. They hold no state: every read looks at the canvas, every write is a patch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from genstudio.schema.canvas import Operation, ShotData
from genstudio.schema.errors import BadInputError
from genstudio.widget.keeping import kept
from genstudio.widget.takes import Take, TakeList

if TYPE_CHECKING:
    from genstudio.engine.preflight import Preflight
    from genstudio.widget.canvas import Canvas
    from genstudio.widget.job import TakesJob

__all__ = ["Node", "Shot"]

_SHOWN: Final = 60


class Node:
    """A node of a canvas, by its id."""

    def __init__(self, canvas: Canvas, node_id: str) -> None:
        self._canvas = canvas
        self.id = node_id

    @property
    def type(self) -> str:
        """The node type, e.g. ``shot`` or ``pipeline``."""
        return self._canvas.document_node(self.id).type

    @property
    def data(self) -> dict[str, Any]:
        """A copy of the node's data; write with :meth:`set`."""
        return dict(self._canvas.document_node(self.id).data)

    @property
    def name(self) -> str:
        """The name, or the id where there is none."""
        return str(self.data.get("name") or self.id)

    @property
    def position(self) -> tuple[float, float]:
        """Where it stands on the canvas, in CSS pixels at zoom 1."""
        place = self._canvas.graph.layout.get(self.id)
        return (place.x, place.y) if place else (0.0, 0.0)

    def set(self, **data: Any) -> Node:  # noqa: ANN401 - JSON values
        """Set keys of the node's data; keys that have that value already are left alone."""
        present = self.data
        changed = {key: value for key, value in data.items() if key not in present or present[key] != value}
        if changed:
            operations = [Operation(op="add", path=f"/nodes/{self.id}/data/{_pointer(key)}", value=value) for key, value in changed.items()]
            self._canvas.patch(operations, label=f"{self.name}: {', '.join(changed)}")
        return self

    def move(self, x: float, y: float) -> Node:
        """Put it at ``x``, ``y`` (CSS pixels at zoom 1)."""
        self._canvas.move(self, x, y)
        return self

    def remove(self) -> None:
        """Remove it from the canvas, with its wires. Takes stay on disk; ``canvas.undo()`` brings it back."""
        self._canvas.remove(self)

    def connect(self, target: Node | str, *, output: str | None = None, input: str | None = None) -> str:  # noqa: A002 - the field's own word
        """Draw a wire from here to ``target``; see :meth:`Canvas.connect`."""
        return self._canvas.connect(self, target, output=output, input=input)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and (self._canvas.key, self.id) == (other._canvas.key, other.id)

    def __hash__(self) -> int:
        return hash((self._canvas.key, self.id))

    def __repr__(self) -> str:
        return f"<{self.type} {self.name}>"


class Shot(Node):
    """A shot: a prompt, its settings and its takes. Setting a property edits the canvas at once, in every open view.

    Example:
        >>> from genstudio import Workspace
        >>> canvas = Workspace().project("My First Film", create=True).canvas()
        >>> shot = canvas.add_shot("Bank", prompt="a fox crosses a frozen river")
        >>> shot.prompt = "a fox crosses a frozen river, dolly left"
        >>> canvas.shot("Bank").prompt
        'a fox crosses a frozen river, dolly left'
        >>> shot.seed = -1
        Traceback (most recent call last):
        ...
        genstudio.schema.errors.BadInputError: ...
    """

    @property
    def settings(self) -> ShotData:
        """All data of the shot."""
        return ShotData.model_validate(self._canvas.document_node(self.id).data)

    @property
    def prompt(self) -> str:
        """What the shot shows, in words."""
        return self.settings.prompt

    @prompt.setter
    def prompt(self, text: str) -> None:
        self.set(prompt=_text(text, "A prompt"))

    @property
    def negative_prompt(self) -> str:
        """What the shot must not show."""
        return self.settings.negative_prompt

    @negative_prompt.setter
    def negative_prompt(self, text: str) -> None:
        self.set(negative_prompt=_text(text, "A negative prompt"))

    @property
    def duration(self) -> str:
        """Length as text, e.g. ``"4s"`` or ``"96f"``."""
        return self.settings.duration

    @duration.setter
    def duration(self, text: str | float) -> None:
        from fractions import Fraction

        from genstudio.schema.rates import duration_frames

        text = text if isinstance(text, str) else f"{text:g}s"
        duration_frames(text, Fraction(24))
        self.set(duration=text)

    @property
    def seed(self) -> int | None:
        """The random seed; None draws one for each take."""
        return self.settings.seed

    @seed.setter
    def seed(self, seed: int | None) -> None:
        if seed is not None and not 0 <= seed < 2**32:
            raise BadInputError(f"{seed} is no seed.", fix="Give a number from 0 to 4294967295, or None for a random one.")
        self.set(seed=seed)

    @property
    def quality(self) -> str | None:
        """The shot's own quality; None follows the project."""
        return self.settings.quality

    @quality.setter
    def quality(self, quality: Literal["draft", "low", "standard", "high"] | None) -> None:
        if quality not in (None, "draft", "low", "standard", "high"):
            raise BadInputError(f"{quality!r:.40} is no quality.", fix='Choose "low", "standard" or "high", or None to follow the project.')
        self.set(quality=quality)

    @property
    def renders(self) -> str:
        """Folder of its takes below ``03_Renders``, e.g. ``SCENE_01/SHOT_010``; never changes."""
        return self.settings.renders

    def adopt(self, media: Path | str) -> Take:
        """Make a take of media from elsewhere and return it; a record that the studio embedded in it is taken over.

        Raises:
            BadInputError: It is no image, video or sound.
        """
        from genstudio.project.adopt import adopt
        from genstudio.project.happenings import take_adopted

        folder, settings = self._canvas.project.folder, self.settings
        record = adopt(folder, Path(media), settings.renders, node=self.id, version=settings.version)
        kept(folder, take_adopted(record, self._canvas.path))
        return Take(folder, record)

    @property
    def takes(self) -> TakeList:
        """All takes of the shot's present version, oldest first."""
        return self._canvas.takes_of(self)

    @property
    def active_take(self) -> Take | None:
        """The take that stands in the film: the chosen one, else the newest that is not rejected."""
        return self._canvas.active_take_of(self)

    @active_take.setter
    def active_take(self, take: Take | str | None) -> None:
        name = take.id if isinstance(take, Take) else take
        if name is not None and name not in {existing.id for existing in self.takes}:
            raise BadInputError(f"{self.name} has no take {name!r:.60}.", fix="shot.takes lists those there are.")
        self.set(active_take=name)

    def generate(self, *, quality: Literal["low", "standard", "high"] | None = None, takes: int = 1) -> TakesJob:
        """Make takes of the shot as it stands now. Returns at once; the job shows its progress and ``result()`` waits.

        Args:
            quality: For this click only; None takes the shot's or the project's.
            takes: How many, 1-32; with a fixed seed the later ones count up from it.
        """
        return self._canvas.generate(self, quality=quality, takes=takes)

    def preflight(self, *, quality: Literal["low", "standard", "high"] | None = None, takes: int = 1) -> Preflight:
        """Return what :meth:`generate` would do now: pipeline, quality, what it would wait for, time and disk. Nothing is queued."""
        return self._canvas.preflight(self, quality=quality, takes=takes)

    def __repr__(self) -> str:
        prompt = self.prompt if len(self.prompt) <= _SHOWN else f"{self.prompt[: _SHOWN - 1]}…"
        return f"<Shot {self.name} {self.renders} {prompt!r}>"

    def _repr_html_(self) -> str:
        from genstudio.widget.html import message

        return message(f"{self.name} · {self.prompt}") + self.takes._repr_html_()


def _text(value: str, what: str) -> str:
    if not isinstance(value, str):
        raise BadInputError(f"{what} is text, not {type(value).__name__}.", fix="Put it in quotes.")
    return value


def _pointer(key: str) -> str:
    """Escape a key for a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
