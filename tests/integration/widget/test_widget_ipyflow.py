"""The bridge to ipyflow, on the real kernel: exactly the readers of a canvas view run again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.project.project import ProjectFolder

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("kernel", ["ipyflow"], indirect=True)]

NOTEBOOK = {
    "open": "from genstudio import Workspace\nfilm = Workspace().project('My First Film')\ncanvas = film.canvas()",
    "edit": "shot = canvas.add_shot('SHOT_010', prompt='a fox')\nshot.quality = 'low'",
    "view": "graph = canvas.view()",
    "reader": "prompts = graph.prompts()",
    "version": "text = f'version {graph.value}'",
    "method": "data = graph.node('SHOT_010')",
    "function": "def render(canvas): return len(canvas.nodes())\ncount = render(graph)",
    "dependant": "shown = sorted(prompts.values())",
    "unrelated": "answer = 6 * 7",
    "maker": "make = lambda: shot.generate(quality='low')",
}
READERS = {"reader", "version", "method", "function"}


def change(project: ProjectFolder, prompt: str) -> None:
    """Edit the prompt as another process would."""
    from genstudio.schema.canvas import Operation, Patch

    file = project.canvas()
    canvas = file.read().canvas
    node = next(key for key, node in canvas.nodes.items() if node.type == "shot")
    operation = Operation(op="replace", path=f"/nodes/{node}/data/prompt", value=prompt)
    file.apply(Patch(base=canvas.version, operations=(operation,), author="somebody else"))


def test_exactly_the_readers_become_ready_each_time_somebody_else_edits(
    project: ProjectFolder, lab: Callable[[dict[str, str]], Any]
) -> None:
    notebook = lab(NOTEBOOK)
    for prompt in ("a wolf", "a bear", "an owl"):
        change(project, prompt)
        ready, waiting = notebook.schedule()
        assert ready == READERS
        assert waiting <= {"dependant"}
        for cell in (*sorted(READERS), "dependant"):
            notebook.execute(cell)
        assert notebook.kernel.text("shown") == f"['{prompt}']"


def test_a_move_of_a_node_wakes_nobody(project: ProjectFolder, lab: Callable[[dict[str, str]], Any]) -> None:
    from genstudio.schema.canvas import Operation, Patch

    notebook = lab(NOTEBOOK)
    before = len(notebook.kernel.published)
    file = project.canvas()
    node = next(iter(file.read().canvas.nodes))
    moved = file.apply(Patch(base=0, operations=(Operation(op="add", path=f"/layout/{node}", value={"x": 1, "y": 2}),)))
    assert moved.entry is not None
    notebook.kernel.run(f"import time\nwhile canvas._follower._sequence < {moved.entry.sequence}: time.sleep(0.01)")
    change(project, "after the move")
    assert notebook.schedule()[0] == READERS
    told = [message["content"]["data"] for message in notebook.kernel.published[before:] if message["msg_type"] == "comm_msg"]
    assert sum(data.get("type") == "compute_exec_schedule" for data in told) == 1


def test_an_edit_by_a_cell_makes_the_readers_ready_and_not_itself(project: ProjectFolder, lab: Callable[[dict[str, str]], Any]) -> None:
    notebook = lab({**NOTEBOOK, "edit_again": "shot.prompt = 'a fox'"})  # changes nothing yet
    notebook.kernel.run("shot.prompt = 'a lynx'", "edit_again")
    assert notebook.schedule()[0] == READERS
