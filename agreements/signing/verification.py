"""Say whether a file is an agreement that this portal sent or executed: by the SHA-256 of the whole file alone."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from agreements.models import FrozenDocument, SealedDocument

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Finding:
    """What is known of a file: "executed", "frozen" (sent, not the executed one) or "unknown", and since when."""

    kind: str
    at: datetime | None = None
    is_timestamped: bool = False
    is_own_key: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the portal made this very file."""
        return self.kind != "unknown"

    def to_json(self) -> dict[str, Any]:
        """Return the facts, and nothing of what the file is about."""
        made = self.at.isoformat(timespec="seconds") if self.at else None
        return {"result": self.kind, "made_at": made, "timestamped": self.is_timestamped}


def find(sha256: str) -> Finding:
    """Return what is known of the file with this hash."""
    digest = sha256.strip().lower()
    if not SHA256.fullmatch(digest):
        return Finding("unknown")
    if sealed := SealedDocument.objects.filter(sha256=digest).first():
        return Finding("executed", sealed.made_at, bool(sealed.timestamp_url), settings.SEAL.is_generated)
    if frozen := FrozenDocument.objects.filter(sha256=digest).first():
        return Finding("frozen", frozen.made_at)
    return Finding("unknown")


def digest_of(file: Any) -> str:
    """Return the SHA-256 of an open file, read in parts."""
    digest = hashlib.sha256()
    while part := file.read(1 << 20):
        digest.update(part)
    return digest.hexdigest()
