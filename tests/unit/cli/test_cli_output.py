"""What commands print."""

from __future__ import annotations

import json
import re

import pytest

from genstudio.cli.output import Output, one_line
from genstudio.cli.run import main, parser


def test_columns_line_up(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).table(("name", "shots"), [("A longer title", 3), ("B", 12)], empty="none")
    assert capsys.readouterr().out == "name            shots\nA longer title  3\nB               12\n"


def test_an_empty_table_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).table(("name",), [], empty="No projects yet.")
    assert capsys.readouterr().out == "No projects yet.\n"


def test_json_output_is_one_document_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=True)
    output.line("words for people")
    output.table(("a",), [("b",)], empty="")
    with output.progress("working") as bar:
        bar.show(50, "half")
    output.result({"film": "лиса 🦊"})
    assert json.loads(capsys.readouterr().out) == {"film": "лиса 🦊"}


def test_no_bar_is_drawn_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with Output(as_json=False).progress("working") as bar:
        bar.show(50, "half")
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""


def test_what_a_project_says_cannot_steer_the_terminal() -> None:
    assert one_line("a\x1b[2Jb\nc\x07\r\u202ed") == "a [2Jb c   d"


def commands() -> list[str]:
    found: list[str] = []

    def walk(node: object, path: str) -> None:
        choices = [action.choices for action in node._actions if hasattr(action, "_name_parser_map")]
        for group in choices:
            for name, child in group.items():
                walk(child, f"{path} {name}".strip())
        if not choices:
            found.append(path)

    walk(parser(), "")
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_explains_itself_and_takes_json(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*command.split(), "--help"])
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert "--json" in shown
    assert "--debug" in shown
    assert re.search(r"^\w+ .{4,}", shown.split("\n\n")[1]), "a sentence on what it does"


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["new"], ["jobs"], ["generate", "p", "--quality", "huge"], ["studio", "--port", "many"]]
)
def test_wrong_use_exits_with_two_and_says_what_is_right(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: genstudio" in capsys.readouterr().err
