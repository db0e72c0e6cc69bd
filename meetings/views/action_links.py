"""Report on an action item by a personal link, without an account. Only sending the form changes something."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from meetings.actions import reports
from meetings.actions.reading import standing_of, updates_of
from meetings.actions.reports import Report
from meetings.forms.actions import REPORT_FORMS
from meetings.models import ActionLink
from onestop.accounts import emailed_links
from onestop.accounts.views.link_pages import LinkPage, author_of
from onestop.editing.saving import save
from onestop.ops.languages import in_languages
from partners.people import contacts


def _about(link: ActionLink) -> dict[str, Any]:
    area = link.action.group.area
    return {"contact": contacts.contact_in(area) if area else None, "action": link.action, "group": link.action.group}


PAGE = LinkPage(
    ActionLink, about=_about, zone=lambda link: link.action.group.zone, over="meetings/actions/link_over.html"
)


@in_languages
@never_cache
@ensure_csrf_cookie  # htmx takes its token from the cookie before a form of the page requests it
@login_not_required
def action_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show an action item, and take one report: done, progress, or that another day is needed (``?report=``)."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    report = _report_of(request)
    form = REPORT_FORMS[report](request.POST or None)
    if form.is_bound and form.is_valid():
        if _save(link, form, report):
            messages.success(request, _("Thank you. Your report is recorded."))
            return redirect("meetings:action_by_link", token=token)
        link = ActionLink.objects.with_recipient().get(pk=link.pk)  # somebody may have closed it meanwhile
    context = {
        "title": link.action.text,
        "asked": link,
        "token": token,
        "form": form,
        "report": report,
        "reports": [
            {"label": str(label), "url": f"?report={value}", "current": value == report}
            for value, label in Report.choices
        ],
        "button": BUTTONS[report],
        "standing": standing_of(link.action, timezone.localdate()),
        "updates": updates_of(link.action),
        **_about(link),
    }
    return render(request, "meetings/actions/link.html", context)


def _save(link: ActionLink, form: forms.Form, report: str) -> Any:
    facts = {"report": report, **form.cleaned_data}
    return save(form, lambda: reports.report_by_link(link, facts=facts, by=author_of(link), at=timezone.now()))


BUTTONS: dict[str, Any] = {
    Report.DONE: gettext_lazy("Mark as done"),
    Report.PROGRESS: gettext_lazy("Report progress"),
    Report.DAY: gettext_lazy("Ask for this day"),
}


def _report_of(request: HttpRequest) -> str:
    """Return what is reported: as the form says, or the link of the mail."""
    given = request.POST.get("report") or request.GET.get("report") or ""
    return given if given in Report.values else Report.DONE


@require_POST
@login_not_required
def action_link_opened(request: HttpRequest, token: str) -> HttpResponse:
    """Record that a person has opened the page; a mail scanner that only fetches it does not get here."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    emailed_links.note_opened(link, by=author_of(link), at=timezone.now())
    return HttpResponse(status=204)
