"""A person's profile and theme."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts import profile
from onestop.accounts.forms.profile import ProfileForm
from onestop.accounts.models import User
from onestop.accounts.requests import SignedIn, back
from onestop.ui.navigation import THEME_COOKIE

A_YEAR = 365 * 24 * 60 * 60


def profile_edit(request: SignedIn) -> HttpResponse:
    """Show and edit the person's own profile."""
    user = User.objects.get(pk=request.user.pk)  # not request.user, which the page shows unchanged after an error
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        profile.update_profile(user, name=data["name"], phone=data["phone"], job_title=data["job_title"])
        profile.set_theme(user, data["theme"])
        profile.set_language(user, data["language"])
        messages.success(request, _("Profile saved."))
        return _with_theme(redirect("accounts:profile"), user.theme)
    return render(request, "accounts/profile.html", {"form": form})


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Change the theme; saved for the user, or in a cookie when signed out."""
    answer = back(request, "home")
    chosen = request.POST.get("theme", "")
    if chosen not in User.Theme.values:
        return answer
    if request.user.is_authenticated:
        profile.set_theme(request.user, chosen)
    return _with_theme(answer, chosen)


def _with_theme(response: HttpResponse, chosen: str) -> HttpResponse:
    response.set_cookie(
        THEME_COOKIE, chosen, max_age=A_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
    return response
