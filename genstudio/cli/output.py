"""What commands print: lines for people, one JSON document for machines, progress bars for terminals."""

from __future__ import annotations

import json
import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from genstudio.schema.errors import CanvasWarning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Bars", "Output", "Progress"]


class Progress:
    """A bar on a terminal; nothing elsewhere."""

    def __init__(self, bar: Any = None, row: Any = None) -> None:  # noqa: ANN401 - rich is imported only on a terminal
        self._bar = bar
        self._row = row

    def show(self, percent: float, step: str) -> None:
        """Move the bar to ``percent`` (0-100) and say what is being done."""
        if self._bar is not None:
            self._bar.update(self._row, completed=percent, step=step)


class Bars:
    """Several bars on a terminal, by name; nothing elsewhere."""

    def __init__(self, bar: Any = None, rows: Mapping[str, Any] | None = None) -> None:  # noqa: ANN401 - as above
        self._bar = bar
        self._rows = dict(rows or {})

    def show(self, name: str, percent: float, step: str) -> None:
        """Move the bar of a name to ``percent`` (0-100) and say what is being done; one that is full goes away."""
        if self._bar is not None and name in self._rows:
            self._bar.update(self._rows[name], completed=percent, step=one_line(step), visible=percent < 100)


class Output:
    """Where a command's words go.

    Args:
        as_json: Print one JSON document at the end and nothing else on standard output.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def line(self, text: str) -> None:
        """Print a line for people."""
        if not self.as_json:
            print(text, flush=True)  # a studio that others start is read line by line

    def notice(self, text: str) -> None:
        """Print something people should know on standard error, with ``--json`` too."""
        print(text, file=sys.stderr)

    @contextmanager
    def warned(self) -> Iterator[None]:
        """Print what becomes known of canvases while the block runs as notices: without a place in a program, and always."""
        others = warnings.showwarning

        def show(  # as the interpreter calls it
            message: Warning | str, category: type[Warning], filename: str, lineno: int, file: TextIO | None = None, line: str | None = None
        ) -> None:
            if issubclass(category, CanvasWarning):
                self.notice(one_line(str(message)))
            else:
                others(message, category, filename, lineno, file, line)

        with warnings.catch_warnings():
            warnings.simplefilter("always", CanvasWarning)
            warnings.showwarning = show
            yield

    def result(self, document: Any) -> None:  # noqa: ANN401 - plain JSON values
        """Print the document for machines."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, indent=2))

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> None:
        """Print rows below their headings, as wide as the longest cell of each column; ``empty`` where there are none."""
        if not rows:
            self.line(empty)
            return
        cells = [tuple(columns), *(tuple(one_line(str(cell)) for cell in row) for row in rows)]
        widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
        for row in cells:
            self.line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    @contextmanager
    def progress(self, title: str) -> Iterator[Progress]:
        """Show a bar while the block runs, if people look at a terminal."""
        with self._terminal() as bar:
            yield Progress() if bar is None else Progress(bar, bar.add_task(title, total=100, step=""))

    @contextmanager
    def bars(self, title: str, names: Sequence[str]) -> Iterator[Bars]:
        """Show a bar for the whole and one for each name while the block runs, if people look at a terminal."""
        with self._terminal() as bar:
            rows = {} if bar is None else {name: bar.add_task(one_line(name), total=100, step="") for name in (title, *names)}
            yield Bars(bar, rows)

    @contextmanager
    def _terminal(self) -> Iterator[Any]:
        """Yield what draws bars, None where nobody would see them."""
        if self.as_json or not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        with RichProgress(*columns, TextColumn("{task.fields[step]}", markup=False), console=Console(stderr=True), transient=True) as bar:
            yield bar


def one_line(text: str) -> str:
    """Return the text with line breaks and control characters as spaces: what a project says must not steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
