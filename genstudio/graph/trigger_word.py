"""Trigger words: the made-up word that stands for an asset in prompts, and that a trained model answers to. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["trigger_problem"]

_SHAPE: Final = re.compile(r"[^\W_][\w-]{1,39}")
"""Letters, digits, ``-`` and ``_``, 2 to 40 of them, a letter or a digit first: prompts are cut into words at everything else."""


def trigger_problem(word: str, others: Mapping[str, str]) -> str:
    """Return what is wrong with a trigger word, in a sentence; empty if nothing is. No word at all is right: an asset needs none.

    Args:
        word: The word, without blanks around it.
        others: The trigger words of the other assets of the project, with the names of these.
    """
    if not word:
        return ""
    if _SHAPE.fullmatch(word) is None:
        return "A trigger word is one word of 2 to 40 letters, digits, - and _."
    owner = next((name for other, name in others.items() if other.lower() == word.lower()), None)
    return "" if owner is None else f"{word} is the trigger word of {owner} already."
