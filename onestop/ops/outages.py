"""Recognize outages: a server that does not respond, a full disk."""

import errno

import redis
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

DISK_FULL = _("The server's disk is full. Nothing was saved. Contact the operator and try again later.")
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # no space left, none for this user, none for a file of this size


def server_is_away(problem: BaseException | None) -> bool:
    """Return whether PostgreSQL or Redis does not respond at the moment."""
    return database_is_away(problem) or isinstance(problem, redis.ConnectionError | redis.TimeoutError)


def database_is_away(problem: BaseException | None) -> bool:
    """Return whether the connection to PostgreSQL is lost; then the outcome of the last statement is unknown."""
    if not isinstance(problem, OperationalError | InterfaceError):
        return False
    # An error in a statement has a code. No code, or one of these classes, means that the server was not available.
    code = _code(problem)
    return not code or code[:2] in {"08", "57"} or code == "53300"


def disk_is_full(problem: BaseException | None) -> bool:
    """Return whether a disk is full: ours for a file, or PostgreSQL's for a row."""
    if isinstance(problem, OSError):
        return problem.errno in NO_ROOM
    return isinstance(problem, OperationalError) and _code(problem) == "53100"


def _code(problem: BaseException) -> str:
    return getattr(problem.__cause__, "pgcode", None) or ""
