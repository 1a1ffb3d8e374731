"""Draw a shot as a storyboard panel in motion, from the words of its prompt."""

from pathlib import Path

from genstudio_pipeline import Request, pipeline


@pipeline
def draw(request: Request) -> Path:
    """Return the panel as a H.264 video."""
    from genstudio_animatic import draw_video

    return draw_video(request)


if __name__ == "__main__":
    draw.main()
