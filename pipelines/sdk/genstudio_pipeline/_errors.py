"""How a pipeline says that it cannot go on. Each error carries a code of the protocol."""

from __future__ import annotations

__all__ = ["BadInput", "Cancelled", "MissingTool", "MissingWeights", "OutOfMemory", "PipelineError", "describe"]


class PipelineError(Exception):
    """The run failed. The message is one sentence for people; ``code`` is one of the protocol's codes."""

    code = "internal"


class BadInput(PipelineError):  # noqa: N818 - reads as what is wrong, where it is raised
    """The request asks for something that cannot be done: a parameter, a file, a size."""

    code = "bad_input"


class MissingWeights(PipelineError):  # noqa: N818
    """Weight files are not there; the message names them and where they belong."""

    code = "missing_weights"


class MissingTool(PipelineError):  # noqa: N818
    """A program is not installed; the message names it and how to get it."""

    code = "missing_tool"


class OutOfMemory(PipelineError):  # noqa: N818
    """The device has too little memory."""

    code = "out_of_memory"


class Cancelled(BaseException):
    """The run is to stop. A BaseException, so that no ``except Exception`` of a library swallows it."""


def describe(error: Exception) -> tuple[str, str]:
    """Return the code and the sentence that tell an error to people.

    Memory errors are known by the name of their class, because the frameworks that raise them may not be importable here.
    """
    if isinstance(error, PipelineError):
        return error.code, str(error)
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & {"OutOfMemoryError", "MemoryError"}:
        return "out_of_memory", f"There was not enough memory: {_sentence(error)}"
    return "internal", f"{type(error).__name__}: {_sentence(error)}"


def _sentence(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:500] if lines else "no message"
