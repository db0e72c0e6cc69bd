"""One page on how a person signs in: password, passkeys, authenticator app, recovery codes, sessions."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onestop.accounts import devices
from onestop.accounts.requests import SignedIn
from onestop.accounts.second_factor import FACTORS, needs_second_factor


def security(request: SignedIn) -> HttpResponse:
    """Show how the person signs in and where they are signed in."""
    factors = _factors(request.user)
    has_second = any(kind in factors for kind in FACTORS)
    return render(
        request,
        "accounts/security.html",
        {
            "has_password": request.user.has_usable_password(),
            "authenticator_app": factors.get(Authenticator.Type.TOTP, [None])[0],
            "passkeys": factors.get(Authenticator.Type.WEBAUTHN, []),
            "recovery_codes": factors.get(Authenticator.Type.RECOVERY_CODES, [None])[0],
            "has_second_factor": has_second,
            "needs_second_factor": needs_second_factor(request.user),
            "sessions": devices.sessions_of(request.user, request.session.session_key),
        },
    )


def _factors(user: Any) -> dict[str, list[Any]]:
    factors: dict[str, list[Any]] = {}
    for authenticator in Authenticator.objects.filter(user=user).order_by("pk"):
        factors.setdefault(authenticator.type, []).append(authenticator.wrap())
    return factors


@require_POST
def session_end(request: SignedIn, pk: int) -> HttpResponse:
    """Sign the person out on one device."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.session_key == request.session.session_key:
        return redirect("account_logout")
    device = devices.device_name(session.user_agent)
    devices.end_session(session)
    messages.success(request, _("Signed out: %(device)s.") % {"device": device})
    return redirect("accounts:security")


@require_POST
def sessions_end(request: SignedIn) -> HttpResponse:
    """Sign the person out on all other devices."""
    number = devices.end_other_sessions(request.user, request.session.session_key)
    text = ngettext("Signed out on %(number)d other device.", "Signed out on %(number)d other devices.", number)
    messages.success(request, text % {"number": number})
    return redirect("accounts:security")
