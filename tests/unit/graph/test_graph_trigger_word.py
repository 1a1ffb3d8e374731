"""Trigger words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from genstudio.graph.trigger_word import trigger_problem

CASES = json.loads((Path(__file__).parents[2] / "vectors" / "trigger_words.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["word"] or "none")
def test_a_trigger_word_is_one_word_that_no_other_asset_has(case: dict[str, Any]) -> None:
    assert trigger_problem(case["word"], case["others"]) == case["problem"]
