"""Encryption of the secrets of second factors, so that a copy of the database alone lets nobody sign in.

The key is derived from SECRET_KEY. After a change of it, SECRET_KEY_FALLBACKS still decrypt old secrets until
``manage.py reseal_second_factors`` has encrypted everything again.
"""

import base64
import secrets

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

SEALED = ("secret", "seed")  # of authenticator apps, of recovery codes


def seal(text: str) -> str:
    """Return the text encrypted with the current key."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the decrypted text; without its key, a random secret that matches no code."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return base64.b32encode(secrets.token_bytes(20)).decode()


def reseal_all() -> tuple[int, int]:
    """Encrypt every secret with the current key; return how many were, and how many no key decrypts."""
    keys, done, lost = _keys(), 0, 0
    for pk in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", flat=True):
        with transaction.atomic():
            # Lock: a recovery code that is used meanwhile must stay used.
            authenticator = Authenticator.objects.select_for_update().get(pk=pk)
            try:
                fresh = {k: keys.rotate(v.encode()).decode() for k, v in authenticator.data.items() if k in SEALED}
            except InvalidToken:
                lost += 1
                continue
            authenticator.data |= fresh
            authenticator.save(update_fields=["data"])
            done += 1
    return done, lost


def _keys() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = [HKDF(SHA256(), 32, salt=None, info=b"onestop second factor").derive(key.encode()) for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])
