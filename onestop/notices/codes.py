"""One-time codes: six digits, mailed to an address to prove that whoever acts reads it.

A code is for one address, one purpose and one object. It is valid for 15 minutes, for five tries, and once; a new code
ends the one before. Only a hash of it with the SECRET_KEY is stored, so the database alone does not give it away. All
limits are counted in PostgreSQL, under locks, so that they hold for any number of requests at once.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.translation import gettext_lazy, ngettext

from onestop.editing.refusals import Refused
from onestop.notices import notice_types, outbox
from onestop.notices.models import Notice, OneTimeCode
from onestop.notices.models.codes import MOST_TRIES
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.notify import notify
from onestop.ui.sentences import retold as _

VALID_FOR = timedelta(minutes=15)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# How many codes are sent at most. Of a million, somebody who guesses has tried 60 a day for one address.
LIMITS = (("address", HOUR, 5), ("address", DAY, 12), ("target", HOUR, 20))
KEPT = timedelta(days=2)
SALT = "onestop.notices.codes"
UNSENT = (Notice.Status.QUEUED, Notice.Status.CLAIMED, Notice.Status.DIGEST_PENDING)
LOCK = """
    SELECT pg_advisory_xact_lock(hashtext('codes'), part)
    FROM (SELECT DISTINCT hashtext(name) AS part FROM unnest(%s) AS name ORDER BY part) AS parts
"""


class TooManyCodes(Refused):
    """So many codes were sent to the address, or for the object, that no other one is sent for now."""


class CodeRefused(Refused):
    """The code is wrong, has expired, was used or was replaced; the message says what to do."""


def _example() -> Mapping[str, Any]:
    return {
        "code": "123456",
        "what_for": _("to sign “Partner agreement 2026”"),
        "minutes": VALID_FOR // timedelta(minutes=1),
    }


CODE = NoticeType(
    "notices.code",
    gettext_lazy("Confirmation code"),
    gettext_lazy("A code that you enter on a page to prove that you read this address."),
    Reason.TRANSACTIONAL,
    template="code",
    priority=Notice.Priority.URGENT,
    in_inbox=False,
    is_secret=True,
    goes_to=gettext_lazy("The person who asked for it on a page."),
    example=_example,
)
notice_types.declare(CODE)


# ---------------------------------------------------------------- Sending
@transaction.atomic
def send_code(
    address: str,
    *,
    purpose: str,
    target: str,
    what_for: str,
    at: datetime,
    scope: Model | None = None,
    zone: tzinfo | None = None,
) -> None:
    """Mail a code to an address, and end the code sent before for the same purpose and object.

    ``purpose`` is a short name such as "sign", ``target`` the name of the object (``name_of``); ``what_for`` completes
    the sentence "Enter this code ...", such as "to sign “Partner agreement 2026”".

    :raises TooManyCodes: if too many were sent in the last hour or day.
    """
    address = address.strip().lower()
    _lock(address, target)
    _check_limits(address, target, at)
    _end(_open(address, purpose, target), at)
    code = f"{secrets.randbelow(1_000_000):06}"
    row = OneTimeCode(
        address=address,
        purpose=purpose,
        target=target,
        nonce=get_random_string(24),
        sent_at=at,
        expires_at=at + VALID_FOR,
    )
    row.digest = _digest(row, code, settings.SECRET_KEY)
    row.save()
    context = {"code": code, "what_for": what_for, "minutes": VALID_FOR // timedelta(minutes=1)}
    why = _("Someone entered this address on a page of the portal.")
    notify(
        CODE.code,
        key=_key(row),
        to=address,
        at=at,
        context=context,
        why=why,
        scope=scope,
        zone=zone,
        expires_at=row.expires_at,
    )


def _lock(address: str, target: str) -> None:
    # Lock: without a row there is nothing to lock but the names. Two requests must not both find room for one code.
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [[f"address {address}", f"target {target}"]])


def _check_limits(address: str, target: str, at: datetime) -> None:
    values = {"address": address, "target": target}
    for name, span, most in LIMITS:
        if OneTimeCode.objects.filter(**{name: values[name]}, sent_at__gt=at - span).count() >= most:
            wait = _("in an hour") if span == HOUR else _("tomorrow")
            raise TooManyCodes(_("Too many codes were requested. Try again %(when)s.") % {"when": wait})


def _open(address: str, purpose: str, target: str) -> QuerySet[OneTimeCode]:
    return OneTimeCode.objects.filter(address=address, purpose=purpose, target=target, ended_at=None)


def _end(rows: QuerySet[OneTimeCode], at: datetime) -> None:
    """End codes; mails that were not sent yet are withdrawn, and the text of the others is deleted."""
    keys = [_key(row) for row in rows.select_for_update()]
    rows.update(ended_at=at)
    mails = Notice.objects.filter(dedupe_key__in=keys)
    outbox.withdraw(mails, why=_("The code was used or replaced by a newer one."))
    # What a worker is sending keeps its text until it has expired: it may have to be sent again.
    outbox.forget(mails.exclude(status__in=UNSENT))


# ---------------------------------------------------------------- Checking
def check_code(address: str, *, purpose: str, target: str, typed: str, at: datetime) -> None:
    """Use a code up if it is right. The try counts whatever happens afterwards, so no transaction may be open.

    :raises CodeRefused: if it is wrong, has expired, was used, was replaced or was tried too often.
    """
    if refusal := _try_once(address.strip().lower(), purpose, target, typed, at):
        raise CodeRefused(refusal, field="code")


@transaction.atomic(durable=True)
def _try_once(address: str, purpose: str, target: str, typed: str, at: datetime) -> str:
    """Count a try, and use the code up if it is right; return why not, or nothing."""
    # Lock: of many requests at once each counts, and only one can use the code.
    row = _open(address, purpose, target).select_for_update().first()
    if row is None or row.expires_at <= at:
        return _("This code has expired or was already used. Request a new one.")
    row.tries += 1
    is_right = _fits(row, re.sub("[^0-9]", "", typed))
    if is_right:
        row.used_at = row.ended_at = at
    elif row.tries >= MOST_TRIES:
        row.ended_at = at
    row.save(update_fields=["tries", "used_at", "ended_at"])
    if row.ended_at:
        _end(OneTimeCode.objects.filter(pk=row.pk), at)
    return "" if is_right else _wrong(MOST_TRIES - row.tries)


def _wrong(left: int) -> str:
    if not left:
        return _("This code is not correct, and was tried too often. Request a new one.")
    text = ngettext(
        "This code is not correct. You can try %(number)s more time.",
        "This code is not correct. You can try %(number)s more times.",
        left,
    )
    return text % {"number": left}


def _fits(row: OneTimeCode, code: str) -> bool:
    """Return whether a code is the one of a row, also if the secret key has just been changed."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    fits = [constant_time_compare(row.digest, _digest(row, code, key)) for key in keys]
    return any(fits)


def _digest(row: OneTimeCode, code: str, key: str) -> str:
    content = "\n".join([row.nonce, row.address, row.purpose, row.target, code])
    return salted_hmac(SALT, content, secret=key, algorithm="sha256").hexdigest()


def _key(row: OneTimeCode) -> str:
    return f"{CODE.code}:{row.pk}"


# ---------------------------------------------------------------- Clean-up
def forget_old_codes(*, at: datetime) -> int:
    """Delete the rows of codes that no limit counts anymore; return how many."""
    return OneTimeCode.objects.filter(sent_at__lt=at - KEPT).delete()[0]
