"""The compiled catalogs of translations: ``locale/<language>/LC_MESSAGES/django.mo``, made from the ``.po`` beside it.

Only the ``.po`` is in the repository. Setup compiles it without GNU gettext, with a digest of it in the header of what
is compiled. A catalog that is not that of its ``.po`` is never served: web processes and workers of a deployment do not
start with one, and elsewhere it is compiled again at the start.
"""

import gettext
import hashlib
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SOURCE = "X-Source-SHA256"  # the header that names the digest of the .po


def catalogs() -> Iterator[Path]:
    """Yield the ``.po`` files of the portal."""
    for folder in settings.LOCALE_PATHS:
        yield from sorted(Path(folder).glob("*/LC_MESSAGES/django.po"))


def compile_stale() -> list[Path]:
    """Compile the catalogs that are missing or of an earlier ``.po``; return them."""
    compiled = [source for source in catalogs() if is_stale(source)]
    for source in compiled:
        compile_one(source)
    return compiled


def compile_one(source: Path) -> None:
    """Compile one catalog; processes that start at the same time never read a half of it."""
    entries = polib.pofile(str(source))
    entries.metadata[SOURCE] = _digest(source)
    unfinished = source.with_suffix(f".{os.getpid()}.tmp")
    entries.save_as_mofile(str(unfinished))
    unfinished.replace(source.with_suffix(".mo"))


def is_stale(source: Path) -> bool:
    """Return whether what is compiled is missing, unreadable or of another ``.po``."""
    try:
        with source.with_suffix(".mo").open("rb") as compiled:
            return gettext.GNUTranslations(compiled).info().get(SOURCE.lower()) != _digest(source)
    except (OSError, ValueError, struct.error):
        return True


def demand_fresh_catalogs() -> None:
    """Refuse to serve translations of another release.

    :raises ImproperlyConfigured: if a catalog is stale.
    """
    if stale := [str(source) for source in catalogs() if is_stale(source)]:
        raise ImproperlyConfigured(
            f"The translations of {', '.join(stale)} are not compiled, or those of another release are. "
            "Run `manage.py compile_texts`."
        )


def _digest(source: Path) -> str:
    return hashlib.sha256(source.read_bytes()).hexdigest()
