"""Signed links: each is for one purpose and one row, with a random part that the row stores.

They hold nothing else, so the row decides what a link can do: without the row, or once it is expired or withdrawn, the
link does nothing. A link for one purpose does not work for another.
"""

import re
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare, get_random_string

NONCE_LENGTH = 24
CONTENT = re.compile(r"(\d{1,18})-([A-Za-z0-9]{24})")


@dataclass(frozen=True)
class SignedLink:
    """The content of a token: the primary key of its row, and the random part that the row must hold."""

    pk: int
    nonce: str

    def fits(self, nonce: str) -> bool:
        """Return whether the row holds the same random part."""
        return constant_time_compare(self.nonce, nonce)


def new_nonce() -> str:
    """Return a random part for a new row."""
    return get_random_string(NONCE_LENGTH)


def sign(purpose: str, pk: int, nonce: str) -> str:
    """Return the token of a row for one purpose, such as "confirm"."""
    return _signer(purpose).sign(f"{pk}-{nonce}")


def read(purpose: str, token: str) -> SignedLink | None:
    """Return the content of a token, if we signed it for this purpose."""
    try:
        found = CONTENT.fullmatch(_signer(purpose).unsign(token))
    except BadSignature:
        return None
    return SignedLink(int(found[1]), found[2]) if found else None


def _signer(purpose: str) -> Signer:
    return Signer(sep=".", salt=f"onestop.accounts.signed_links.{purpose}")
