"""Public pages about the portal itself: the accessibility and privacy statements, and its icon."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from onestop.ops.languages import in_languages
from partners.models import LocalArea

KEPT_SECONDS = 3600


@in_languages
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement (29 CFR 38.13 to 38.15; WCAG 2.2 level AA)."""
    return _statement(request, "dashboards/accessibility.html", _("Accessibility"))


@in_languages
@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the privacy statement: what is stored about visitors and about people with an account."""
    return _statement(request, "dashboards/privacy.html", _("Privacy"))


@login_not_required
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect browsers that ask for the icon at its traditional address."""
    response = redirect(static("favicon.ico"))
    if not request.user.is_authenticated:
        patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response


def _statement(request: HttpRequest, template: str, title: str) -> HttpResponse:
    """Show a statement, with the centers of the area from which the person came."""
    area = LocalArea.objects.current().filter(slug=request.GET.get("area", "")).select_related("state").first()
    request.area = area  # type: ignore[attr-defined]
    context = {"title": title, "area": area, "contact_email": settings.CONTACT_EMAIL}
    return render(request, template, context)
