"""The page behind the link in a mail about a new device. It needs no session."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from onestop.accounts import new_sign_ins
from onestop.ops.languages import in_languages


@in_languages
@never_cache
@login_not_required
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to secure the account; only a POST does it, since mail scanners open links."""
    sign_in = new_sign_ins.find(token)
    if sign_in is None:
        return render(request, "accounts/not_me.html", {"over": _("This link is not valid.")}, status=404)
    now = timezone.now()
    over = new_sign_ins.why_over(sign_in, at=now)
    if request.method != "POST" or over:
        return render(request, "accounts/not_me.html", {"sign_in": sign_in, "over": over}, status=410 if over else 200)
    try:
        new_sign_ins.disown(sign_in, at=now)
    except new_sign_ins.CannotDisown as problem:
        return render(request, "accounts/not_me.html", {"sign_in": sign_in, "over": str(problem)}, status=410)
    if request.user == sign_in.user:
        logout(request)
    messages.success(request, _("Your account is secured. Set a new password by email."))
    return redirect("account_reset_password")
