"""Clean a video with the filters of ffmpeg."""

from pathlib import Path

from genstudio_pipeline import BadInput, Request, pipeline


@pipeline
def restore(request: Request, *, strength: float = 0.5, denoise: bool = True, deblock: bool = True, deflicker: bool = True) -> Path:
    """Return the video with less noise, block borders and flicker; at strength 0 it is only encoded anew."""
    from genstudio_classical import EVEN, filtered, open_source

    source = open_source(request)
    if source.still:
        raise BadInput("Restoration cleans videos, and this is a still: connect a video.")
    filters = []
    if strength > 0 and deblock:
        filters.append(
            f"deblock=filter={'strong' if strength > 0.5 else 'weak'}:block=8:alpha={0.12 * strength:.4f}:beta={0.08 * strength:.4f}"
        )
    if strength > 0 and denoise:
        filters.append(f"hqdn3d={12 * strength:.3f}:{9 * strength:.3f}:{18 * strength:.3f}:{13.5 * strength:.3f}")
    if strength > 0 and deflicker:
        filters.append(f"deflicker=mode=pm:size={3 + 2 * round(3 * strength)}")
    return filtered(source, [*filters, EVEN], request.output_dir / "restored", step="cleaning")


if __name__ == "__main__":
    restore.main()
