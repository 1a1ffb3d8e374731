"""``genstudio edl``: lists that are written and lists that are read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

CORPUS = Path(__file__).parents[2] / "corpus" / "edl"


def test_any_list_is_printed_as_events_for_machines(genstudio: Callable[..., Any]) -> None:
    read = genstudio("edl", "parse", str(CORPUS / "test_25.edl"), "--fps", "25", "--json").document
    assert (read["fps"], len(read["events"])) == ("25", 11)
    first = read["events"][0]
    assert {"number", "reel", "channels", "transition", "source_in", "record_out", "comments"} <= set(first)
    assert first["record_in"].count(":") == 3


def test_what_is_wrong_in_a_list_is_named_with_its_line(genstudio: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "bad.edl"
    path.write_text("001  AX V C 01:00:00:24 01:00:01:00 00:00:00:00 00:00:01:00\n002 what is this\n")
    read = genstudio("edl", "parse", str(path), "--fps", "24")
    assert read.status == 0
    assert "line 1: The timecode 01:00:00:24" in read.err
    assert "line 2: This line is no event" in read.err
    assert "AX" in read.out


@pytest.mark.parametrize("arguments", [("parse", "missing.edl"), ("parse", "missing.edl", "--fps", "none"), ("pars", "missing.edl")])
def test_a_list_that_is_not_there_is_one_line(genstudio: Callable[..., Any], arguments: tuple[str, ...]) -> None:
    ended = genstudio("edl", *arguments)
    assert (ended.status, ended.out, ended.err.count("\n")) == (1, "", 1)
