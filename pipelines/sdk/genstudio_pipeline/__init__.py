"""What runs inside a pipeline's container: write one typed function, the rest is done here.

.. code-block:: python

    from genstudio_pipeline import Request, pipeline, progress

    @pipeline
    def draw(request: Request, *, steps: int = 20) -> Path:
        for step in range(steps):
            progress(100 * step / steps, f"step {step + 1} of {steps}")
        picture = request.output_dir / "picture.png"
        ...
        return picture

    if __name__ == "__main__":
        draw.main()

Importing this package in a process that was started as a pipeline takes over standard output for events, so import it first:
everything printed later, by any library, is log and cannot break the protocol. The package needs nothing but Python.
"""

from genstudio_pipeline._channel import claim, log, preview, progress, warn
from genstudio_pipeline._errors import BadInput, Cancelled, MissingTool, MissingWeights, OutOfMemory, PipelineError
from genstudio_pipeline._pipeline import Outputs, Pipeline, pipeline
from genstudio_pipeline._request import InputFile, Request, models_dirs
from genstudio_pipeline._words import last_words

__all__ = [
    "BadInput",
    "Cancelled",
    "InputFile",
    "MissingTool",
    "MissingWeights",
    "OutOfMemory",
    "Outputs",
    "Pipeline",
    "PipelineError",
    "Request",
    "last_words",
    "log",
    "models_dirs",
    "pipeline",
    "preview",
    "progress",
    "warn",
]

claim()
