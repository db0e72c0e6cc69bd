"""Failures that are nobody's mistake: a server that does not answer at the moment, a disk that is full."""

import errno

import redis
from django.db import InterfaceError, OperationalError

DISK_FULL = "The server's disk is full. Nothing was saved. Tell the operator, and try again later."
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # no space at all, none for this user, none for a file of this size


def server_is_away(problem: BaseException | None) -> bool:
    """Return whether PostgreSQL or Redis does not answer at the moment, which passes."""
    return database_is_away(problem) or isinstance(problem, redis.ConnectionError | redis.TimeoutError)


def database_is_away(problem: BaseException | None) -> bool:
    """Return whether PostgreSQL does not answer, or has cut us off; what became of our last request is unknown then."""
    if not isinstance(problem, OperationalError | InterfaceError):
        return False
    # PostgreSQL gives what went wrong in a statement a code; without one, or of these classes, it was not there.
    code = _code(problem)
    return not code or code[:2] in {"08", "57"} or code == "53300"


def disk_is_full(problem: BaseException | None) -> bool:
    """Return whether there was no room: on our disk for a file, or on PostgreSQL's for a row."""
    if isinstance(problem, OSError):
        return problem.errno in NO_ROOM
    return isinstance(problem, OperationalError) and _code(problem) == "53100"


def _code(problem: BaseException) -> str:
    return getattr(problem.__cause__, "pgcode", None) or ""
