"""Lay the motion over the picture: a stand-in for a model."""

from pathlib import Path

from genstudio_pipeline import BadInput, Request, pipeline


@pipeline
def move(request: Request) -> Path:
    """Return a H.264 video of the frames, rate and size asked for."""
    from genstudio_classical import moved_over

    images, motion = request.files_of("image"), request.files_of("motion")
    if not images or not motion:
        raise BadInput("There must be a picture and a control map: connect both.")
    size = (request.width // 2 * 2, request.height // 2 * 2)
    target = request.output_dir / "shot.mp4"
    return moved_over(images[0], motion[0], target, size=size, fps=request.fps, frames=request.frames)


if __name__ == "__main__":
    move.main()
