"""Make an image or a video larger by Lanczos resampling."""

from pathlib import Path

from genstudio_pipeline import Request, pipeline


@pipeline
def enlarge(request: Request, *, scale: int = 2) -> Path:
    """Return the image as PNG, or the video as H.264, ``scale`` times as wide and high."""
    from genstudio_classical import filtered, open_source

    source = open_source(request)
    width, height = source.width * scale, source.height * scale
    if not source.still:  # 4:2:0 video has even sides
        width, height = width + width % 2, height + height % 2
    lanczos = f"scale={width}:{height}:flags=lanczos+accurate_rnd+full_chroma_int"
    return filtered(source, [lanczos], request.output_dir / "enlarged", step="enlarging")


if __name__ == "__main__":
    enlarge.main()
