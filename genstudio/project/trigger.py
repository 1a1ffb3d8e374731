"""The trigger word of an asset, checked against those of the project's others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.graph.trigger_word import trigger_problem
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from genstudio.project.project import ProjectFolder

__all__ = ["checked_trigger_word"]


def checked_trigger_word(project: ProjectFolder, word: str, uuid: str = "") -> str:
    """Return a trigger word without blanks around it; ``uuid`` is that of the asset it is for, empty for a new one.

    Raises:
        BadInputError: It is no word that can stand for an asset, or another asset's.
    """
    word = word.strip()
    others = {other.asset.trigger_word: other.asset.name for other in project.assets() if other.asset.uuid != uuid}
    problem = trigger_problem(word, others)
    if problem:
        raise BadInputError(problem, fix="Choose a made-up word, such as rsty_fox.")
    return word
