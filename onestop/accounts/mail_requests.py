"""Mail that anybody may request by entering an address: a link to set a new password, a code to sign in.

The page only records the request, with the same work for every address. A worker looks up the account afterwards, so
that neither the answer nor its time reveals who has an account.
"""

import logging
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.account.internal.userkit import filter_users_by_email
from celery import current_app
from django.db import transaction

from onestop.accounts.models import MailRequest, User

Kind = MailRequest.Kind
ANSWERED_WITHIN = timedelta(minutes=10)  # older requests are dropped: the person has asked again
TASK = "onestop.accounts.tasks.answer_mail_requests"

logger = logging.getLogger("onestop.accounts")


def ask(kind: Kind, *, email: str, at: datetime, code: str = "") -> None:
    """Record the request for a mail in the running transaction; wake a worker after it."""
    MailRequest.objects.create(kind=kind, email=email.strip().lower(), code=code, asked_at=at)
    # By name, since the task imports this module. Without Redis the sweep finds the row within a minute.
    transaction.on_commit(lambda: current_app.send_task(TASK, ignore_result=True), robust=True)


def answer_all(*, at: datetime) -> int:
    """Answer all requests; return the number of mails."""
    MailRequest.objects.filter(asked_at__lt=at - ANSWERED_WITHIN).delete()
    sent = 0
    for pk in list(MailRequest.objects.order_by("pk").values_list("pk", flat=True)):
        try:
            sent += _answer(pk)
        except Exception:  # one failure must not block the others; the sweep tries it again
            logger.exception("a mail that was asked for could not be written")
    return sent


@transaction.atomic
def _answer(pk: int) -> int:
    # Lock: of two workers one answers, and the other skips to the next.
    request = MailRequest.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if request is None:
        return 0
    request.delete()
    users = accounts_of(request.email)
    if users and request.kind == Kind.SIGN_IN_CODE:
        get_adapter().send_mail("account/email/login_code", request.email, {"code": request.code})
    elif users:
        request_password_reset(None, request.email, users, default_token_generator)
    return len(users)


def accounts_of(email: str) -> list[User]:
    """Return the users who can sign in with an address: usually one or none."""
    return filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
