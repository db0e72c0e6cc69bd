"""Pages for everyone: no account, no cookie but that of a chosen language, and kept by caches for a minute."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control

from onestop.ops.languages import in_languages
from partners.models import LocalArea
from partners.network.current_area import show_public_area

KEPT_SECONDS = 60
Page = Callable[..., HttpResponse]


def public(view: Page) -> Page:
    """Make a page public, in each language, and let caches keep it for people who are not signed in."""

    @in_languages
    @login_not_required
    @wraps(view)
    def show(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if not request.user.is_authenticated and response.status_code == 200 and "HX-Request" not in request.headers:
            patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
        return response

    return show


def enter_public_area(request: HttpRequest, slug: str) -> LocalArea:
    """Return the area with this slug, without asking for an account, or raise 404."""
    return show_public_area(request, get_object_or_404(LocalArea.objects.current().select_related("state"), slug=slug))
