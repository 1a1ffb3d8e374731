"""Commands that are only named, in sentences of the README, the documentation, the notebooks and the first words: they exist as named."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import pytest

from genstudio.cli.run import parser
from genstudio.cli.welcome import WELCOME

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "notebooks").glob("*.ipynb"))]
TARGET = re.compile(r"^([a-z][\w-]*):", re.MULTILINE)


def text(page: Path) -> str:
    """Return the words of a page, of a notebook those of its texts."""
    if page.suffix == ".md":
        return page.read_text("utf-8")
    cells = json.loads(page.read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def named(page: Path, program: str) -> list[list[str]]:
    """Return the words of each command in running text or in a block of commands."""
    found = re.findall(rf"`{program} ([^`]+)`|^ *{program} (.+)$", text(page), re.MULTILINE)
    return [re.sub(r"\s+#.*", "", inline or line).split() for inline, line in found]


def unknown(words: list[str]) -> str:
    """Return the first word of a command that the program does not know; empty if it knows all."""
    node, at = parser(), 0
    while groups := [action for action in node._actions if isinstance(action, argparse._SubParsersAction)]:
        if at == len(words) or words[at].startswith("-"):
            break
        if words[at] not in groups[0].choices:
            return words[at]
        node, at = groups[0].choices[words[at]], at + 1
    known = {option for action in node._actions for option in action.option_strings}
    options = [word.split("=")[0].rstrip(",.;") for word in words[at:] if re.match(r"--?[a-z]", word)]
    return next((option for option in options if option not in known), "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists_with_its_options(page: Path) -> None:
    wrong = {" ".join(words): word for words in named(page, "genstudio") if (word := unknown(words))}
    assert wrong == {}


def test_a_command_that_does_not_exist_is_seen() -> None:
    tried = ("nonsense", "ls --all", "takes ls Fox", "--help", "studio --sample")
    assert [unknown(words.split()) for words in tried] == ["nonsense", "--all", "", "", ""]
    assert len(named(ROOT / "README.md", "genstudio")) >= 4


def test_the_first_words_name_commands_that_exist() -> None:
    told = [line.split("  ")[1].split()[1:] for line in WELCOME.splitlines() if line.startswith("  genstudio ")]
    assert len(told) == 4
    assert [unknown(words) for words in told] == [""] * 4


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
    for page in PAGES:
        wanted = {word.rstrip(",.;") for words in named(page, "make") for word in words[:1] if re.fullmatch(r"[a-z][a-z-]*", word)}
        assert wanted <= targets, page.name
