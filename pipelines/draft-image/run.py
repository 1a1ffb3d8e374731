"""Draw a shot as a storyboard panel, from the words of its prompt."""

from pathlib import Path

from genstudio_pipeline import Request, pipeline


@pipeline
def draw(request: Request) -> Path:
    """Return the panel as a PNG picture."""
    from genstudio_animatic import draw_image

    return draw_image(request)


if __name__ == "__main__":
    draw.main()
