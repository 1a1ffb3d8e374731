"""Stable Diffusion 1.5: the real code on the smallest real weights, a random checkpoint in the format of the real one."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from genstudio.pipelines.catalogue import Catalogue, builtin_dir
from genstudio.pipelines.weights import missing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.pipelines.conftest import Job

    MakeJob = Callable[..., Job]

pytestmark = [pytest.mark.models, pytest.mark.slow]

SCRIPT = builtin_dir() / "t2i-sd1.5" / "run.py"
SMALL = {"width": 64, "height": 64, "kind": "image", "frames": 1, "params": {"steps": 4, "guidance": 5.0}}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with a tiny random checkpoint, saved by the library that loads it."""
    torch = pytest.importorskip("torch", reason="the models extra is not installed: pip install 'genstudio[models]'")
    diffusers = pytest.importorskip("diffusers")
    transformers = pytest.importorskip("transformers")
    root = tmp_path_factory.mktemp("AI_Models")
    torch.manual_seed(0)
    spelling = tmp_path_factory.mktemp("tokenizer")
    tokenizer = _tokenizer(transformers, spelling)
    entries = len(tokenizer)
    text = transformers.CLIPTextConfig(
        bos_token_id=entries - 2, eos_token_id=entries - 1, pad_token_id=entries - 1, vocab_size=entries, hidden_size=32,
        intermediate_size=37, num_attention_heads=4, num_hidden_layers=2, max_position_embeddings=77,
    )  # fmt: skip
    unet = diffusers.UNet2DConditionModel(
        block_out_channels=(4, 8), layers_per_block=1, sample_size=32, in_channels=4, out_channels=4,
        cross_attention_dim=32,
        norm_num_groups=2,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    vae = diffusers.AutoencoderKL(
        block_out_channels=[4, 8, 8, 8], norm_num_groups=2, latent_channels=4,
        down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4,
    )  # fmt: skip
    pipe = diffusers.StableDiffusionPipeline(
        vae=vae, text_encoder=transformers.CLIPTextModel(text).eval(), tokenizer=tokenizer, unet=unet,
        scheduler=diffusers.PNDMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, skip_prk_steps=True),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip
    folder = root / "stable-diffusion-v1-5"
    pipe.save_pretrained(folder)
    (folder / "tokenizer" / "tokenizer.json").unlink()  # a newer form: the published weights have the two files below
    for name in ("vocab.json", "merges.txt"):
        shutil.copy(spelling / name, folder / "tokenizer" / name)
    return root


def _tokenizer(transformers: object, folder: Path) -> object:
    letters = [chr(code) for code in range(33, 127)]
    words = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    vocabulary, merges = folder / "vocab.json", folder / "merges.txt"
    vocabulary.write_text(json.dumps({word: index for index, word in enumerate(words)}))
    merges.write_text("#version: 0.2\n")
    return transformers.CLIPTokenizer(str(vocabulary), str(merges), model_max_length=77)


def test_the_real_code_makes_a_picture_tells_each_step_and_a_seed_is_a_picture_also_in_a_warm_process(make_job: MakeJob, models: Path):
    root = make_job("root", **SMALL)
    make_job("root/again", **SMALL)
    make_job("root/other", **(SMALL | {"seed": 8}))
    root.environment |= {"GENSTUDIO_MODELS": str(models), "GENSTUDIO_WARM": "1"}
    ran = root.run(SCRIPT, '{"job": "again"}\n{"job": "other"}\n')
    done = [event for event in ran.events if event.type == "done"]
    assert len(done) == 3, ran.log
    assert {"load_s", "run_s", "device"} <= set(done[0].metadata)
    assert max(event.metadata["load_s"] for event in done[1:]) < done[0].metadata["load_s"]

    steps = [event.step for event in ran.events[: ran.events.index(done[0])] if event.type == "progress" and "denoising" in event.step]
    assert steps[0].startswith("denoising 1/")
    assert len(steps) >= 4
    assert "preview" in ran.types

    with Image.open(root.outputs / done[0].outputs["output"]) as picture:
        assert picture.size == (64, 64)
    pictures = [(root.root / name / "outputs" / "image.png").read_bytes() for name in (".", "again", "other")]
    assert pictures[0] == pictures[1] != pictures[2]


def test_missing_weights_are_named_with_the_place_they_belong(make_job: MakeJob, tmp_path: Path):
    job = make_job(**SMALL)
    job.environment["GENSTUDIO_MODELS"] = str(tmp_path / "empty")
    ran = job.run(SCRIPT)
    assert (ran.code, ran.last.code) == (1, "missing_weights")
    assert "stable-diffusion-v1-5" in ran.last.message
    assert str(tmp_path / "empty") in ran.last.message


@pytest.mark.campaign
def test_damaged_weights_count_as_missing(make_job: MakeJob, models: Path, tmp_path: Path):
    copy = shutil.copytree(models, tmp_path / "damaged")
    (copy / "stable-diffusion-v1-5" / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(b"half a file")
    job = make_job(**SMALL)
    job.environment["GENSTUDIO_MODELS"] = str(copy)
    ran = job.run(SCRIPT)
    assert (ran.code, ran.last.code) == (1, "missing_weights"), ran.log


@pytest.mark.campaign
def test_a_gpu_that_was_promised_and_did_not_come_is_an_error(make_job: MakeJob, models: Path):
    job = make_job(**SMALL)
    job.environment |= {"GENSTUDIO_MODELS": str(models), "GENSTUDIO_REQUIRE_GPU": "1", "CUDA_VISIBLE_DEVICES": ""}
    ran = job.run(SCRIPT)
    assert (ran.code, ran.last.code) == (1, "internal")
    assert "without its GPU" in ran.last.message


def test_the_manifest_names_the_files_that_the_checkpoint_has(models: Path):
    assert missing(Catalogue.load().get("t2i-sd1.5").manifest, [models]) == []
