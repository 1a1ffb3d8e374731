"""A walk against the wires, in depth."""

from __future__ import annotations

from collections.abc import Callable, Iterable

__all__ = ["each_after"]


def each_after(names: Iterable[str], before: Callable[[str], Iterable[str]]) -> list[str]:
    """Return nodes and all that ``before`` leads to from them, each once and after those before it. Loops end, nothing recurses."""
    done: dict[str, None] = {}
    entered: set[str] = set()
    todo = [(name, False) for name in reversed(list(names))]
    while todo:
        name, ready = todo.pop()
        if ready:
            done[name] = None
        elif name not in entered:
            entered.add(name)
            todo.append((name, True))
            todo += [(other, False) for other in reversed(list(before(name)))]
    return list(done)
