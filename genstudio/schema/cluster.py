"""Where workers come from: ``cluster.toml`` of a workspace."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from genstudio.schema.base import Frozen

__all__ = ["CLUSTER_CONFIG", "ClusterConfig", "GatewayConfig", "KubernetesConfig", "LocalConfig", "SlurmConfig", "SshConfig"]

_Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9_@%.,:=/+\-]+$", max_length=500)]
"""Goes to a program as an argument: no blanks, nothing that a shell reads, and no option."""
_Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9_@.\-]*$", max_length=200)]


class LocalConfig(Frozen):
    """Workers of this machine alone, and those that join by hand.

    ``host`` is where the scheduler listens, ``port`` at which port (0: any); ``dashboard`` makes the page of Dask, which has no login.
    """

    kind: Literal["local"] = "local"
    host: _Host = "127.0.0.1"
    port: int = Field(0, ge=0, le=65535)
    dashboard: bool = False


class _Elsewhere(LocalConfig):
    """Workers of other machines find the scheduler again when it was restarted: at one port, on an address that they can reach.

    ``program`` is the command line there, ``vram`` as in ``genstudio worker --vram``, empty for workers without a card.
    """

    program: tuple[_Word, ...] = ("genstudio",)
    vram: _Word | Literal[""] = "auto"

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not self.port or self.host in ("127.0.0.1", "localhost", ""):
            raise ValueError("host and port must be those at which other machines reach this one")
        return self


class SshConfig(_Elsewhere):
    """A worker on each of ``hosts``, started over SSH with the keys and names of the user's own SSH configuration."""

    kind: Literal["ssh"]  # type: ignore[assignment]
    hosts: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_@.\-]*$", max_length=200)], ...] = Field(min_length=1)


class SlurmConfig(_Elsewhere):
    """``workers`` jobs of Slurm, each a worker; ``options`` go to ``sbatch``, e.g. ``["--gres=gpu:1", "--time=08:00:00"]``.

    ``folder`` is on a disk that the nodes see; the invitation is written there, readable for its owner only.
    """

    kind: Literal["slurm"]  # type: ignore[assignment]
    workers: int = Field(1, ge=1, le=1000)
    options: tuple[_Word, ...] = ()
    folder: _Word


class KubernetesConfig(_Elsewhere):
    """A Kubernetes job of ``workers`` pods of an ``image`` that has the studio; each gets ``gpus`` cards."""

    kind: Literal["kubernetes"]  # type: ignore[assignment]
    workers: int = Field(1, ge=1, le=1000)
    image: _Word
    namespace: _Word = "default"
    gpus: int = Field(1, ge=0, le=16)


class GatewayConfig(_Elsewhere):
    """``workers`` of a cluster that a Dask Gateway at ``address`` makes; each runs one of the studio's workers.

    ``proxy`` is where its schedulers are reached, if that is another address; ``auth`` how the gateway knows who asks; ``options`` are
    those that the gateway offers for its clusters, such as an image that has the studio.
    """

    kind: Literal["gateway"]  # type: ignore[assignment]
    address: _Word
    proxy: _Word | Literal[""] = ""
    auth: Literal["basic", "kerberos", "jupyterhub"] | None = None
    workers: int = Field(1, ge=1, le=1000)
    options: dict[str, str | int | float | bool] = Field(default_factory=dict)


ClusterConfig = Annotated[LocalConfig | SshConfig | SlurmConfig | KubernetesConfig | GatewayConfig, Field(discriminator="kind")]
CLUSTER_CONFIG: TypeAdapter[ClusterConfig] = TypeAdapter(ClusterConfig)
