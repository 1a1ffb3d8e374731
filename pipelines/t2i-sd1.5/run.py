"""Stable Diffusion 1.5: a still from the words of a prompt (diffusers, from a local weights folder)."""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from genstudio_pipeline import MissingWeights, Outputs, PipelineError, Request, log, models_dirs, pipeline, preview, progress

if TYPE_CHECKING:
    from diffusers import StableDiffusionPipeline

WEIGHTS: Final = "stable-diffusion-v1-5"
PREVIEWS: Final = 4
"""How many previews a run sends."""

# How the four latent channels of Stable Diffusion 1.x look as colours, fitted by the community and used by its user interfaces.
LATENT_TO_RGB: Final = ((0.298, 0.207, 0.208), (0.187, 0.286, 0.173), (-0.158, 0.189, 0.264), (-0.184, -0.271, -0.473))


@pipeline
def generate(request: Request, *, steps: int = 25, guidance: float = 7.5) -> Outputs:
    """Return one PNG. Progress follows the denoising steps; loading is paid once by a warm process.

    Raises:
        MissingWeights: No models folder holds the weights.
    """
    folder = weights_folder()  # before the library: what is missing is said at once
    import torch

    started = time.monotonic()
    progress(1, "loading the model")
    model = load(folder, device())
    loaded = time.monotonic()
    seeded = torch.Generator("cpu").manual_seed(request.seed % 2**63)  # the same noise on every device
    result = model(
        prompt=request.composed_prompt,
        negative_prompt=request.negative_prompt or None,
        width=request.width // 8 * 8,
        height=request.height // 8 * 8,
        num_inference_steps=steps,
        guidance_scale=guidance,
        generator=seeded,
        callback_on_step_end=Reporter(request.output_dir, steps),
        callback_on_step_end_tensor_inputs=["latents"],
    )
    target = request.output_dir / "image.png"
    result.images[0].save(target)
    progress(100, "done")
    metadata = {"load_s": round(loaded - started, 3), "run_s": round(time.monotonic() - loaded, 3), "device": device()} | peak_memory()
    return Outputs(files={"output": target}, metadata=metadata)


class Reporter:
    """Tells each denoising step, and now and then shows what the latents look like."""

    def __init__(self, folder: Path, steps: int) -> None:
        self._folder, self._steps = folder, steps
        self._started = time.monotonic()

    def __call__(self, model: StableDiffusionPipeline, step: int, timestep: object, tensors: dict[str, Any]) -> dict[str, Any]:
        """Report one step; diffusers calls this with the tensors asked for."""
        del timestep
        total = max(1, model.num_timesteps)
        done = step + 1
        left = (time.monotonic() - self._started) / done * (total - done)
        progress(5 + 90 * done / total, f"denoising {done}/{total}", eta_s=round(left, 1))
        if done < total and done % max(1, total // (PREVIEWS + 1)) == 0:
            self._show(tensors["latents"])
        return tensors

    def _show(self, latents: Any) -> None:  # noqa: ANN401 - a tensor; torch is loaded late
        import torch
        from PIL import Image

        weights = torch.tensor(LATENT_TO_RGB, dtype=torch.float32)
        if latents.shape[1] != len(weights):
            return
        colours = torch.einsum("chw,cr->hwr", latents[0].float().cpu(), weights)
        pixels = ((colours + 1) * 127.5).clamp(0, 255).byte().numpy()
        target = self._folder / "preview.jpg"
        Image.fromarray(pixels).resize((pixels.shape[1] * 4, pixels.shape[0] * 4), Image.Resampling.BILINEAR).save(target, quality=70)
        preview(target)


def device() -> str:
    """Return where to run: the GPU if there is one, else the CPU.

    Raises:
        PipelineError: The runner promised a GPU (``GENSTUDIO_REQUIRE_GPU=1``), and there is none.
    """
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if os.environ.get("GENSTUDIO_REQUIRE_GPU") == "1":
        raise PipelineError("The container was started without its GPU: the container engine did not hand it over.")
    return "cpu"


def weights_folder() -> Path:
    """Return the folder with the weights in diffusers' format.

    Raises:
        MissingWeights: It is in none of the models folders; the message says where it belongs.
    """
    places = [root / WEIGHTS for root in models_dirs()]
    for place in places:
        if (place / "model_index.json").is_file():
            return place
    raise MissingWeights(
        f"The weights of Stable Diffusion 1.5 are missing: put the folder {WEIGHTS} into {' or '.join(str(p.parent) for p in places)}."
    )


@cache
def load(folder: Path, where: str) -> StableDiffusionPipeline:
    """Load the model, half precision on a GPU. A warm process keeps it.

    Raises:
        MissingWeights: A file of the folder is missing or damaged.
    """
    import torch
    from diffusers import StableDiffusionPipeline

    os.environ["HF_HUB_OFFLINE"] = "1"
    precision = torch.float16 if where == "cuda" else torch.float32
    try:
        model = StableDiffusionPipeline.from_pretrained(
            folder, dtype=precision, local_files_only=True, safety_checker=None, feature_extractor=None, requires_safety_checker=False
        )
    except (OSError, ValueError) as error:
        raise MissingWeights(f"The weights in {folder} cannot be loaded: {str(error).splitlines()[0]:.300}") from error
    model.set_progress_bar_config(disable=True)
    log(f"loaded {folder.name} on {where}")
    return model.to(where)


def peak_memory() -> dict[str, float]:
    """Return the peak of video memory that this process took, in GiB; nothing without a GPU."""
    import torch

    if not torch.cuda.is_available():
        return {}
    return {"peak_vram_gib": round(torch.cuda.max_memory_reserved() / 2**30, 2)}


if __name__ == "__main__":
    generate.main()
