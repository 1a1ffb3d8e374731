"""Reels, install commands, tags and the judgement of Git configurations."""

from __future__ import annotations

import io
import json
import re

import pytest
from PIL import Image

from genstudio.project.git_config import LFS_SETTINGS, dangerous_settings
from genstudio.project.hashing import blob_id
from genstudio.project.media_tags import MAX_COMMENT_BYTES, capped, ffmetadata, png_with_text
from genstudio.project.reel import reel
from genstudio.project.tools import install_command
from genstudio.schema.errors import BadInputError
from genstudio.schema.take import TakeName

UUID = "5a6c7e1e-0000-4000-8000-000000000001"


def test_a_reel_fits_an_edit_list_and_is_always_the_same():
    name = TakeName(renders="SCENE_01/SHOT_010", version=1, take=1)
    assert re.fullmatch(r"T[0-9A-Z]{7}", reel(UUID, name))
    assert reel(UUID, name) == reel(UUID, name)


def test_takes_of_the_same_name_in_two_scenes_have_two_reels():
    names = [TakeName(renders=f"SCENE_0{scene}/SHOT_010", version=1, take=1) for scene in (1, 2)]
    assert names[0].id == names[1].id
    assert reel(UUID, names[0]) != reel(UUID, names[1])


def test_a_salt_gives_another_reel():
    assert len({reel(UUID, "SHOT-010_v01_take01", salt) for salt in range(50)}) == 50


@pytest.mark.parametrize(
    ("system", "release", "command"),
    [
        ("Linux", 'ID=debian\nVERSION_ID="12"', "apt-get install -y git-lfs"),
        ("Linux", 'ID=linuxmint\nID_LIKE="ubuntu debian"', "apt-get install -y git-lfs"),
        ("Linux", 'ID="rocky"\nID_LIKE="rhel centos fedora"', "dnf install -y git-lfs"),
        ("Linux", "ID=arch", "pacman -S --noconfirm git-lfs"),
        ("Linux", 'ID="opensuse-leap"\nID_LIKE="suse opensuse"', "zypper install -y git-lfs"),
        ("Linux", "ID=alpine", "apk add git-lfs"),
        ("Linux", "ID=unheard", "https://git-lfs.com"),
        ("Linux", "", "https://git-lfs.com"),
        ("Darwin", "", "brew install git-lfs"),
        ("Windows", "", "winget install --id GitHub.GitLFS"),
    ],
)
def test_the_install_command_is_that_of_the_system(system, release, command):
    assert command in install_command("git-lfs", system=system, os_release=release)


@pytest.mark.parametrize(
    "setting",
    [
        ("core.fsmonitor", "/home/evil"),
        ("core.hookspath", "hooks"),
        ("core.sshcommand", "evil"),
        ("core.worktree", "/"),
        ("filter.lfs.process", "evil"),
        ("filter.lfs.clean", "git-lfs clean -- %f; evil"),
        ("filter.other.smudge", "git-lfs smudge -- %f"),
        ("diff.external", "evil"),
        ("diff.png.textconv", "evil"),
        ("merge.ours.driver", "evil"),
        ("credential.helper", "!evil"),
        ("credential.https://example.org.helper", "evil"),
        ("alias.status", "!evil"),
        ("include.path", "../evil"),
        ("includeIf.gitdir:/x.path", "../evil"),
        ("gpg.program", "evil"),
        ("gpg.ssh.program", "evil"),
        ("remote.origin.uploadpack", "evil"),
        ("lfs.customtransfer.evil.path", "evil"),
        ("lfs.standalonetransferagent", "evil"),
        ("protocol.ext.allow", "always"),
        ("extensions.worktreeConfig", "true"),
    ],
)
def test_a_setting_that_runs_a_program_is_dangerous(setting):
    assert dangerous_settings([setting]) == [setting[0]]


@pytest.mark.parametrize(
    "setting",
    [
        *LFS_SETTINGS.items(),
        ("core.bare", "false"),
        ("core.fsmonitor", "false"),
        ("core.autocrlf", "input"),
        ("remote.origin.url", "https://example.org/film.git"),
        ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
        ("branch.main.merge", "refs/heads/main"),
        ("user.name", "$(evil)"),
        ("alias.st", "status"),
        ("lfs.repositoryformatversion", "0"),
    ],
)
def test_an_everyday_setting_is_not_dangerous(setting):
    assert dangerous_settings([setting]) == []


def test_the_blob_id_is_that_of_git():
    assert blob_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_a_record_that_is_too_large_is_shortened_and_stays_json():
    record = {"id": "SHOT-010_v01_take01", "inputs": {"prompt": "🦊" * 300_000, "seed": 7}, "params": {"list": ["x" * 50_000] * 3}}
    text = capped(json.dumps(record))
    assert len(text.encode()) <= MAX_COMMENT_BYTES
    shortened = json.loads(text)
    assert shortened["id"] == record["id"]
    assert shortened["inputs"]["seed"] == 7
    assert shortened["inputs"]["prompt"].endswith("…")


def test_a_record_that_fits_is_not_touched():
    assert json.loads(capped('{"a": "=;#\\\\\\n🦊"}')) == {"a": "=;#\\\n🦊"}


@pytest.mark.parametrize("text", ["", "[]", "{", json.dumps({"numbers": list(range(100_000))})])
def test_what_cannot_be_embedded_is_refused(text):
    with pytest.raises(BadInputError):
        capped(text)


def test_ffmetadata_escapes_what_it_must():
    assert ffmetadata("a=b;c#d\\e\nf") == b";FFMETADATA1\ncomment=a\\=b\\;c\\#d\\\\e\\\nf\n"


def test_a_tagged_png_has_the_same_pixels_and_chunks_and_the_text():
    buffer = io.BytesIO()
    Image.linear_gradient("L").save(buffer, "PNG", dpi=(72, 72))
    text = '{"prompt": "🦊 אבג"}'
    tagged = Image.open(io.BytesIO(png_with_text(buffer.getvalue(), text)))
    tagged.load()
    assert tagged.info["genstudio"] == text
    assert tagged.info["dpi"] == pytest.approx((72, 72), rel=0.01)
    assert tagged.tobytes() == Image.linear_gradient("L").tobytes()


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_png_cannot_be_tagged_as_one(data):
    with pytest.raises(BadInputError):
        png_with_text(data, "{}")
