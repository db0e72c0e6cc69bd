"""The address of a mailbox, as the settings give it."""

from typing import TypedDict
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SHAPE = "imaps://user:password@host:993/INBOX?taken=Taken (percent-encoded)"  # no translation: a setting
PORTS = {"imap": 143, "imaps": 993}
NEAR = {"localhost", "127.0.0.1", "::1"}


class Mailbox(TypedDict):
    """A folder of a mail server, and the folder to which mail is moved once it is taken."""

    host: str
    port: int
    ssl: bool
    user: str
    password: str
    folder: str
    taken: str


def read_url(url: str, *, encrypted: bool) -> Mailbox | None:
    """Return the mailbox of a URL, or None without one. With ``encrypted``, other machines are reached by TLS only.

    :raises ImproperlyConfigured: if something is missing or wrong; the message never repeats the password.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise ImproperlyConfigured(f"INBOUND_IMAP_URL is no address; it must look like {SHAPE}.") from None
    if parts.scheme not in PORTS or not (parts.hostname and parts.username and parts.password):
        raise ImproperlyConfigured(f"INBOUND_IMAP_URL must look like {SHAPE}.")
    if encrypted and parts.scheme != "imaps" and parts.hostname not in NEAR:
        raise ImproperlyConfigured("INBOUND_IMAP_URL must begin with imaps://: a password must not travel unencrypted.")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    taken = parse_qs(parts.query).get("taken", ["Taken"])[0]
    if taken.lower() == folder.lower():
        raise ImproperlyConfigured("INBOUND_IMAP_URL: taken must be another folder than the one that is read.")
    return {
        "host": parts.hostname,
        "port": port,
        "ssl": parts.scheme == "imaps",
        "user": unquote(parts.username),
        "password": unquote(parts.password),
        "folder": folder,
        "taken": taken,
    }
