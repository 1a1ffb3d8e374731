"""Train a draft model of an asset from its reference images: colours and textures, no likeness. Marked as a draft in the file itself."""

from pathlib import Path

from genstudio_pipeline import BadInput, Outputs, Request, pipeline, progress

_READING = 20.0
_DRAFT = "A draft: colours and textures of the reference images only. It stands in for a trained LoRA and carries no likeness."


@pipeline
def train(request: Request, *, rank: int = 4, epochs: int = 20) -> Outputs:
    """Return a LoRA file of tiny rank."""
    import numpy as np
    from patches import PATCH, loss, palette, patches_of, save, step

    pictures = tuple(file.path for file in request.files)
    if not pictures:
        raise BadInput("There are no pictures to learn from.")
    random = np.random.default_rng(request.seed)
    seen = []
    for number, path in enumerate(pictures):
        progress(_READING * number / len(pictures), f"reading picture {number + 1} of {len(pictures)}")
        try:
            seen.append(patches_of(path, min(request.width, request.height), random))
        except (OSError, ValueError) as error:
            raise BadInput(f"{path.name} cannot be used: {error}.") from error
    mean = np.mean([rows.mean(axis=0) for rows in seen], axis=0, dtype=np.float32)
    basis, _ = np.linalg.qr(random.standard_normal((PATCH * PATCH * 3, rank)).astype(np.float32))
    first = now = loss(seen, mean, basis)
    for epoch in range(epochs):
        basis = step(seen, mean, basis)
        now = loss(seen, mean, basis)
        progress(_READING + (99 - _READING) * (epoch + 1) / epochs, f"epoch {epoch + 1} of {epochs}, loss {now:.4f}")
    tensors = {
        "genstudio_draft.patch.alpha": np.array(rank, dtype=np.float32),
        "genstudio_draft.patch.lora_down.weight": np.ascontiguousarray(basis.T),
        "genstudio_draft.patch.lora_up.weight": basis,
        "genstudio_draft.patch.mean": mean,
        "genstudio_draft.palette": palette(pictures),
    }
    told = {
        "format": "pt",
        "genstudio.draft": "true",
        "modelspec.title": request.name,
        "modelspec.description": _DRAFT,
        "modelspec.trigger_phrase": request.prompt,
    }
    model = request.output_dir / "model.safetensors"
    save(model, tensors, told)
    return Outputs(files={"output": Path(model)}, metadata={"rank": rank, "epochs": epochs, "loss_first": first, "loss_last": now})


if __name__ == "__main__":
    train.main()
