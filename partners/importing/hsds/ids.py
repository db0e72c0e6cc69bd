"""The ids of HSDS: UUIDs that stay the same in every export, and from which the portal reads its own ids back.

Those of things with a page are UUIDs of version 8 (RFC 9562): 48 bits say which portal, 12 bits what kind of thing, and
62 bits which. So looking one up needs no column and no search. Those of their parts, such as phones, are of version 5.
"""

import hashlib
import re
import uuid
from functools import lru_cache

from django.conf import settings

SERVICE, ORGANIZATION, LOCATION, CENTER, AT_LOCATION, AT_CENTER = range(1, 7)
MOST = (1 << 62) - 1
WRITTEN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@lru_cache(maxsize=4)
def _portal(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6])


def uuid_of(kind: int, pk: int) -> str:
    """Return the id of a thing."""
    portal = _portal(settings.HSDS_NAMESPACE)
    return str(uuid.UUID(int=(portal << 80) | (8 << 76) | (kind << 64) | (0b10 << 62) | pk))


def pk_of(kind: int, text: str) -> int | None:
    """Return the primary key of the thing with this id, or ``None`` if it is not of this kind, or of another portal."""
    try:
        pk = uuid.UUID(text).int & MOST
    except ValueError:
        return None
    return pk if uuid_of(kind, pk) == text.lower() and pk < 1 << 63 else None


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID as HSDS writes them."""
    return bool(WRITTEN.fullmatch(text))


def part_of(owner: str, *words: object) -> str:
    """Return the id of a part of a thing, such as its second phone."""
    return str(uuid.uuid5(uuid.UUID(owner), "/".join(map(str, words))))
