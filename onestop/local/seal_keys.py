"""Create a key and a certificate of one's own for the seal on agreements.

``python -m onestop.local.seal_keys FILE NAME`` writes a PKCS #12 file and prints its password, once. Who has bought a
certificate for document signing uses that instead: PDF readers trust it.
"""

import argparse
import contextlib
import os
import secrets
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

YEARS = 10
BITS = 3072  # NIST SP 800-57: 128 bits of security


def make_seal(name: str, password: str, *, at: datetime) -> bytes:
    """Return a new RSA key with a certificate of its own in PKCS #12; without a password it is not encrypted."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12

    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64])])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    locked = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, None, locked)


def keep_seal(file: Path, name: str, password: str, *, at: datetime) -> None:
    """Write a new seal to a file that only its owner reads, unless the file is there; of two at once one wins."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError), tempfile.NamedTemporaryFile("wb", dir=file.parent) as made:
        made.write(make_seal(name, password, at=at))
        made.flush()
        os.link(made.name, file)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m onestop.local.seal_keys", description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path, help="the PKCS #12 file to write, for SEAL_PKCS12")
    parser.add_argument("name", help='who seals, such as "Riverbend Workforce Board"')
    asked = parser.parse_args()
    if asked.file.exists():
        parser.exit(1, f"{asked.file} is there already; it is never overwritten.\n")
    password = secrets.token_urlsafe(24)
    keep_seal(asked.file, asked.name, password, at=datetime.now(UTC))
    sys.stdout.write(f"SEAL_PKCS12={asked.file.resolve()}\nSEAL_PASSWORD={password}\nSEAL_NAME={asked.name}\n")


if __name__ == "__main__":
    main()
