"""Sign-ins from new devices: report them by mail, and undo those that the person disowns.

A device is known by a cookie that is valid until the person's password changes.
"""

import logging
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from onestop.accounts import signed_links
from onestop.accounts.addresses import confirm_address
from onestop.accounts.devices import device_name
from onestop.accounts.models import NewSignIn, User
from onestop.editing.refusals import Refused
from onestop.ui.sentences import retold as _

PURPOSE = "not-me"
LINK_LASTS = timedelta(days=14)
ROWS_KEPT = timedelta(days=90)
JUST_JOINED = timedelta(hours=1)
A_YEAR = 365 * 24 * 60 * 60
PEOPLE_A_DEVICE = 5  # a front desk's computer has several

logger = logging.getLogger("onestop.accounts")


class CannotDisown(Refused):
    """The link no longer works; the message explains why."""


# ---------------------------------------------------------------- Noticing
def note_sign_in(request: HttpRequest, response: HttpResponse, user: User, *, at: datetime) -> None:
    """Remember the device; report it by mail if it is new, unless the person has just joined."""
    known = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "").split(".")[:PEOPLE_A_DEVICE]
    mark = salted_hmac("onestop.accounts.new_sign_ins", f"{user.pk} {user.get_session_auth_hash()}").hexdigest()
    is_known = any(constant_time_compare(mark, one) for one in known)
    if not is_known and at - user.joined_at > JUST_JOINED:
        report(request, user, at=at)
    marks = [mark, *(one for one in known if one and one != mark)][:PEOPLE_A_DEVICE]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        ".".join(marks),
        max_age=A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )


@transaction.atomic
def report(request: HttpRequest, user: User, *, at: datetime) -> NewSignIn:
    """Tell a person by mail that someone, probably they, signed in from a new device."""
    adapter = get_adapter(request)
    sign_in = NewSignIn.objects.create(
        user=user,
        email=user.email,
        device=device_name(adapter.get_http_user_agent(request)),
        ip=adapter.get_client_ip(request),
        signed_in_at=at,
    )
    context = {"not_me_url": settings.PUBLIC_URL + reverse("accounts:not_me", args=[token_of(sign_in)])}
    context["link_days"] = str(LINK_LASTS.days)
    adapter.send_notification_mail("account/email/new_sign_in", user, context, email=user.email)
    return sign_in


def token_of(sign_in: NewSignIn) -> str:
    """Return the token of the link in the mail."""
    return signed_links.sign(PURPOSE, sign_in.pk, sign_in.nonce)


def find(token: str) -> NewSignIn | None:
    """Return the sign-in of a token."""
    link = signed_links.read(PURPOSE, token)
    sign_in = NewSignIn.objects.select_related("user").filter(pk=link.pk).first() if link else None
    return sign_in if sign_in and link and link.fits(sign_in.nonce) else None


# ---------------------------------------------------------------- Disowning
def why_over(sign_in: NewSignIn, *, at: datetime) -> str:
    """Return why the link no longer works; empty while it works."""
    if sign_in.disowned_at:
        return _("This link has been used. Your account was secured.")
    if at - sign_in.signed_in_at > LINK_LASTS:
        return _("This link has expired. Contact your One-Stop staff about the sign-in.")
    return ""


@transaction.atomic
def disown(sign_in: NewSignIn, *, at: datetime) -> None:
    """Sign the person out everywhere, and let in only who reads the address to which the sign-in was reported.

    The password stops working, and so does every passkey, app and recovery code that was set up since; an address
    that was changed since is changed back.

    :raises CannotDisown: if the link has expired or was used.
    """
    # Lock: of two requests at once, one acts; and the password and the address do not change meanwhile.
    user = User.objects.select_for_update().get(pk=sign_in.user_id)
    sign_in = NewSignIn.objects.select_for_update().get(pk=sign_in.pk)
    if reason := why_over(sign_in, at=at):
        raise CannotDisown(reason)
    user.set_unusable_password()
    if user.email != sign_in.email and not User.objects.filter(email=sign_in.email).exists():
        user.email = sign_in.email
    user.save(update_fields=["password", "email"])
    confirm_address(user)
    Authenticator.objects.filter(user=user, created_at__gte=sign_in.signed_in_at).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    sign_in.disowned_at = at
    sign_in.save(update_fields=["disowned_at"])
    logger.warning("a sign-in was disowned", extra={"fields": {"user": user.pk, "sign_in": sign_in.pk}})
    context = {"password_reset_url": reverse("account_reset_password"), "device": sign_in.device, "ip": sign_in.ip}
    get_adapter().send_mail("account/email/sign_in_disowned", sign_in.email, context | {"since": sign_in.signed_in_at})


def forget_old(*, at: datetime) -> None:
    """Delete sign-ins that can no longer be disowned."""
    NewSignIn.objects.filter(signed_in_at__lt=at - ROWS_KEPT).delete()
