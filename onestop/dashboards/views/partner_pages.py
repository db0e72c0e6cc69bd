"""Pages about one partner: in ten minutes, as page and PDF, and how it stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.dashboards.papers import pdfs
from onestop.dashboards.papers.briefing import briefing_sections
from onestop.dashboards.papers.standing import standing_sections
from onestop.files.document_pages import show_what_waits
from onestop.files.documents import AlreadyWaiting
from partners.context.breadcrumbs import partnership_breadcrumbs
from partners.context.lookups import get_partnership
from partners.rules import demand, may


def briefing(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a partner in ten minutes."""
    partnership = get_partnership(request, pk)
    demand(request, "dashboards.read_briefing", partnership)
    sections = briefing_sections(partnership, timezone.localdate())
    context = {
        "title": _("%(partner)s in ten minutes") % {"partner": partnership.organization.name},
        "crumbs": partnership_breadcrumbs(partnership),
        "here": _("In ten minutes"),
        "partnership": partnership,
        "sections": sections,
        "may_stand": may(request.user, "dashboards.read_standing", partnership),
    }
    return render(request, "dashboards/papers/briefing.html", context)


@require_POST
def briefing_ask(request: SignedIn, pk: int) -> HttpResponse:
    """Request a PDF of a partner in ten minutes as it is now."""
    partnership = get_partnership(request, pk)
    demand(request, "dashboards.read_briefing", partnership)
    try:
        return redirect(pdfs.ask_for_briefing(partnership, by=request.user, at=timezone.now()))
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)


def standing(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a partner stands, what others see of it, and what is asked of it."""
    partnership = get_partnership(request, pk)
    demand(request, "dashboards.read_standing", partnership)
    context = {
        "title": _("How %(partner)s stands") % {"partner": partnership.organization.name},
        "crumbs": partnership_breadcrumbs(partnership),
        "here": _("How it stands"),
        "partnership": partnership,
        "sections": standing_sections(partnership, timezone.localdate()),
    }
    return render(request, "dashboards/papers/standing.html", context)
