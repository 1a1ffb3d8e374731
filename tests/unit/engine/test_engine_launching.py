"""Where workers come from: the file that says so, and the commands that start them."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from genstudio.engine.gateway import pilot
from genstudio.engine.launching import launches, read_config
from genstudio.schema.cluster import CLUSTER_CONFIG, LocalConfig
from genstudio.schema.errors import BadInputError

BASE = {"host": "10.0.0.1", "port": 8786}


def test_without_a_file_there_is_this_machine_alone(tmp_path: Path) -> None:
    assert read_config(tmp_path) == LocalConfig()
    assert launches(LocalConfig(), "{}") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kind = ", "cannot be read"),
        ('kind = "carrier pigeon"', "carrier pigeon"),
        ('kind = "ssh"\nhosts = ["a"]', "other machines"),
        ('kind = "ssh"\nhost = "10.0.0.1"\nport = 8786\nhosts = []', "hosts"),
        ('kind = "ssh"\nhost = "10.0.0.1"\nport = 8786\nhosts = ["-oProxyCommand=x"]', "hosts.0"),
        ('kind = "slurm"\nhost = "10.0.0.1"\nport = 8786\nfolder = "/a; rm -rf /"', "folder"),
        ('kind = "gateway"\nhost = "10.0.0.1"\nport = 8786', "address"),
        ("surprise = 1", "surprise"),
    ],
)
def test_a_wrong_file_is_told_by_its_place(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "cluster.toml").write_text(text)
    with pytest.raises(BadInputError, match=r"cluster\.toml") as raised:
        read_config(tmp_path)
    assert says in raised.value.message


def test_each_host_gets_its_worker_over_ssh_and_the_invitation_leaves_no_file_there() -> None:
    config = CLUSTER_CONFIG.validate_python({"kind": "ssh", "hosts": ["ada@gpu1", "gpu2"], "program": ["/opt/bin/genstudio"], **BASE})
    first, second = launches(config, "secret")
    assert first.command[:5] == ("ssh", "-T", "-o", "BatchMode=yes", "--")
    assert (first.command[5], second.command[5]) == ("ada@gpu1", "gpu2")
    assert shlex.split(first.command[6]) == ["/opt/bin/genstudio", "worker", "--join", "/dev/stdin", "--vram", "auto"]
    assert first.words == "secret"
    assert first.lasts


def test_slurm_gets_an_array_of_jobs_whose_script_a_shell_understands(tmp_path: Path) -> None:
    config = CLUSTER_CONFIG.validate_python(
        {"kind": "slurm", "workers": 4, "options": ["--gres=gpu:1"], "folder": str(tmp_path), "program": ["echo"], **BASE}
    )
    (launch,) = launches(config, "secret")
    assert launch.command == ("sbatch", "--job-name=genstudio-workers", "--array=1-4", "--gres=gpu:1")
    assert "secret" not in launch.words
    done = subprocess.run(["sh"], input=launch.words, capture_output=True, text=True, check=True)
    words = done.stdout.split()
    assert words[:5] == ["worker", "--join", f"{tmp_path}/genstudio-join.json", "--vram", "auto"]
    assert words[5] == "--folder"
    assert not Path(words[6]).exists()


def test_kubernetes_gets_a_secret_and_a_job_of_as_many_pods() -> None:
    config = CLUSTER_CONFIG.validate_python(
        {"kind": "kubernetes", "workers": 3, "image": "studio:1", "namespace": "film", "gpus": 2} | BASE
    )
    (launch,) = launches(config, "secret")
    assert launch.command == ("kubectl", "apply", "--namespace", "film", "-f", "-")
    secret, job = json.loads(launch.words)["items"]
    assert secret["stringData"] == {"genstudio-join.json": "secret"}
    assert (job["spec"]["parallelism"], job["spec"]["completions"]) == (3, 3)
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["resources"] == {"limits": {"nvidia.com/gpu": 2}}
    assert container["command"][:4] == ["genstudio", "worker", "--join", "/var/run/genstudio/genstudio-join.json"]
    assert container["volumeMounts"][0]["readOnly"]


def test_a_gateway_is_asked_by_a_program_that_stays_and_gets_the_invitation_on_its_input() -> None:
    config = CLUSTER_CONFIG.validate_python(
        {"kind": "gateway", "address": "https://gateway.example", "workers": 3, "options": {"image": "studio:1", "worker_cores": 2}} | BASE
    )
    (launch,) = launches(config, "secret")
    assert launch.command == (sys.executable, "-m", "genstudio.engine.gateway")
    assert launch.lasts
    order = json.loads(launch.words)
    assert order["invitation"] == "secret"
    assert CLUSTER_CONFIG.validate_python(order["config"]) == config


def test_a_machine_of_a_gateway_runs_a_worker_in_a_folder_that_is_gone_afterwards(tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = 'cat "$1" > "$0"; echo "$2" >> "$0"; stat -c %a "$1" >> "$0"; exit 3'
    assert pilot(["sh", "-c", script, str(told), "INVITATION", "FOLDER"], "secret\n") == 3
    invitation, folder, mode = told.read_text().splitlines()
    assert (invitation, mode) == ("secret", "600")
    assert not Path(folder).parent.exists()
