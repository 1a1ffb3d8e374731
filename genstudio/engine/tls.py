"""Keys for the processes of one workspace: whoever can read the state folder may join, nobody else can speak to the scheduler."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ensure_keys", "put_keys"]

_CERTIFICATE: Final = "cluster-cert.pem"
_KEY: Final = "cluster-key.pem"
_YEARS: Final = 20


def ensure_keys(state_dir: Path) -> tuple[Path, Path]:
    """Return certificate and key, both PEM files, making them when they are missing. Each is its own authority.

    The key is readable for its owner only. Call it while holding the producer's lease.
    """
    certificate, key = state_dir / _CERTIFICATE, state_dir / _KEY
    if not (certificate.exists() and key.exists()):
        _make(certificate, key)
    return certificate, key


def put_keys(state_dir: Path, certificate: bytes, key: bytes) -> None:
    """Write the keys of a studio into the state folder of a worker that joins it from elsewhere."""
    _write(state_dir / _KEY, key)
    _write(state_dir / _CERTIFICATE, certificate)


def _make(certificate: Path, key: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "genstudio-cluster")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(secret, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = secret.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(key, private)
    _write(certificate, signed.public_bytes(pem))


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
