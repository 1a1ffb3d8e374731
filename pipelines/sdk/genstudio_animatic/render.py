"""The two pipelines: a panel as a picture, and as a moving picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from genstudio_pipeline import Request, preview, progress
from PIL import Image

from genstudio_animatic.camera import View, view_at
from genstudio_animatic.compose import Compositor, Planes, rgb_of
from genstudio_animatic.film import encode
from genstudio_animatic.overlay import Overlay, make_overlay
from genstudio_animatic.panel import Stage, build_stage
from genstudio_animatic.setup import PanelSpec

__all__ = ["draw_image", "draw_video", "spec_of"]

_PREVIEW_WIDTH: Final = 480
_PREVIEW_LIMIT: Final = 64 * 1024


def spec_of(request: Request) -> PanelSpec:
    """Return what to draw for a request. Sizes are made even, as video needs."""
    return PanelSpec(
        prompt=request.prompt or request.composed_prompt,
        name=request.name,
        seed=request.seed,
        width=request.width // 2 * 2,
        height=request.height // 2 * 2,
        fps=request.fps,
        frames=request.frames,
        characters=request.files_of("character"),
        styles=request.files_of("style"),
        locations=request.files_of("location"),
    )


def draw_image(request: Request) -> Path:
    """Draw the panel of a request as ``panel.png``: the middle of the camera move, with its arrow."""
    progress(5, "reading the prompt")
    stage = build_stage(spec_of(request))
    progress(60, "inking")
    planes = Compositor(stage, subsample=1).frame(View(), fall=0.3)
    picture = rgb_of(make_overlay(stage, subsample=1, clock=False).put_on(planes, None))
    _preview(picture, request.output_dir)
    target = request.output_dir / "panel.png"
    picture.save(target, compress_level=6)
    progress(100, "done")
    return target


def draw_video(request: Request) -> Path:
    """Draw the panel of a request in motion as ``animatic.mp4``: exactly the frames and the rate asked for."""
    progress(2, "reading the prompt")
    spec = spec_of(request)
    stage = build_stage(spec)
    progress(15, "inking")
    compositor, overlay = Compositor(stage, subsample=2), make_overlay(stage, subsample=2, clock=True)
    _preview(rgb_of(overlay.put_on(compositor.frame(view_at(stage.setup.story.move, 0.5), fall=0.3), spec.frames // 2)), request.output_dir)
    target = request.output_dir / "animatic.mp4"
    encode(_frames(stage, compositor, overlay), target, size=(spec.width, spec.height), fps=spec.fps)
    progress(100, "done")
    return target


def _frames(stage: Stage, compositor: Compositor, overlay: Overlay) -> Iterator[Planes]:
    """Yield the frames; a picture that stands still is drawn once."""
    spec = stage.setup.spec
    still = stage.weather is None and stage.setup.story.move in ("", "static") and not _moves(stage)
    base: Planes | None = None
    for frame in range(spec.frames):
        if base is None or not still:
            part = frame / max(1, spec.frames - 1)
            seconds = float(frame / spec.fps)
            base = compositor.frame(view_at(stage.setup.story.move, part), step=_step(stage, part, seconds), fall=_fall(stage, seconds))
        planes = (base[0].copy(), base[1].copy(), base[2].copy()) if still else base
        yield overlay.put_on(planes, frame)
        if frame % 12 == 0 or frame == spec.frames - 1:
            progress(15 + 84 * (frame + 1) / spec.frames, f"frame {frame + 1} of {spec.frames}")


def _moves(stage: Stage) -> bool:
    return stage.setup.story.action in ("walk", "run", "glide", "fly", "jump", "dance", "fall") and bool(stage.setup.story.things)


def _step(stage: Stage, part: float, seconds: float) -> tuple[float, float]:
    """Return how far the subject has moved, in pixels: across the picture as it walks or runs, with the bounce of its steps."""
    action, width, height = stage.setup.story.action, stage.setup.spec.width, stage.setup.spec.height
    if not _moves(stage):
        return 0.0, 0.0
    reach = {"walk": 0.16, "run": 0.3, "glide": 0.2, "fly": 0.24, "jump": 0.1}.get(action, 0.0)
    if stage.setup.story.framing in ("close-up", "extreme close-up", "medium close-up"):
        reach *= 0.25
    x = stage.setup.heading * reach * (part - 0.4) * width
    rate, rise = {
        "walk": (3.4, 0.006),
        "run": (5.5, 0.014),
        "jump": (1.6, 0.08),
        "dance": (3.0, 0.02),
        "fly": (0.8, 0.02),
        "glide": (0.7, 0.006),
    }.get(action, (1.0, 0.0))
    if action == "fall":
        return 0.0, height * 0.25 * (part * part - 0.3)
    return x, -abs(math.sin(seconds * rate * math.pi)) * rise * height if action != "fly" else math.sin(
        seconds * rate * math.pi * 2
    ) * rise * height


def _fall(stage: Stage, seconds: float) -> float:
    """Return how many heights of the picture the weather has fallen."""
    return seconds * {"rain": 1.6, "storm": 2.1, "snow": 0.16, "wind": 0.9, "fog": 0.08}.get(stage.setup.story.weather, 0.0)


def _preview(picture: Image.Image, folder: Path) -> None:
    """Send a small JPEG of the panel, within what a message may carry."""
    small = picture.copy()
    small.thumbnail((_PREVIEW_WIDTH, _PREVIEW_WIDTH))
    target = folder / "preview.jpg"
    for quality in (80, 60, 40, 20):
        small.save(target, quality=quality)
        if target.stat().st_size <= _PREVIEW_LIMIT:
            break
    preview(target)
