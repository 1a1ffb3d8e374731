"""Hold the picture while the sound plays: a stand-in for a model."""

from pathlib import Path

from genstudio_pipeline import BadInput, Request, pipeline


@pipeline
def speak(request: Request) -> Path:
    """Return a H.264 video of the frames, rate and size asked for."""
    from genstudio_classical import spoken_over

    images, audio = request.files_of("image"), request.files_of("audio")
    if not images or not audio:
        raise BadInput("There must be a picture and a sound: connect both.")
    size = (request.width // 2 * 2, request.height // 2 * 2)
    target = request.output_dir / "shot.mp4"
    return spoken_over(images[0], audio[0], target, size=size, fps=request.fps, frames=request.frames)


if __name__ == "__main__":
    speak.main()
