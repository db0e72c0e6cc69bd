"""The settings of the seal on executed agreements, read from the environment."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

GENERATED_NAME = "Demonstration key of this portal"  # no translation: the name in a certificate
NEEDED = ("SEAL_PKCS12", "SEAL_PASSWORD")  # in production


@dataclass(frozen=True)
class SealSettings:
    """The file with key and certificate (PKCS #12), its password, who seals, and a timestamp server (RFC 3161).

    Without a file of its own, a portal that is not in production creates one: ``is_generated``.
    """

    pkcs12: Path
    password: str
    name: str
    timestamp_url: str
    is_generated: bool


def seal_settings(env: environ.Env, *, production: bool, data: Path) -> SealSettings:
    """Return the settings of the seal.

    :raises ImproperlyConfigured: if the file is missing, or the timestamp server has no web address.
    """
    file, url = env.str("SEAL_PKCS12", default=""), env.str("SEAL_TIMESTAMP_URL", default="")
    if url and urlsplit(url).scheme not in {"http", "https"}:
        raise ImproperlyConfigured(f"SEAL_TIMESTAMP_URL is {url!r}; it must begin with http:// or https://.")
    if not file:
        return SealSettings(data / "seal.p12", "", GENERATED_NAME, url, is_generated=True)
    if production and not Path(file).is_file():
        raise ImproperlyConfigured(f"SEAL_PKCS12 is {file!r}; there is no such file. docs/operations.md says more.")
    return SealSettings(
        Path(file), env.str("SEAL_PASSWORD", default=""), env.str("SEAL_NAME", default=""), url, is_generated=False
    )
