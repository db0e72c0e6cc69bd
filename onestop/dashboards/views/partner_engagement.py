"""Engagement of one partner: its page, excuses, and corrections that it asks for."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.dashboards.engagement.corrections import answer_correction, ask_correction
from onestop.dashboards.engagement.excuses import end_excuse, excuse_act
from onestop.dashboards.engagement.partner_page import ActLine, PartnerEngagement, find_act, partner_engagement
from onestop.dashboards.forms.engagement import AnswerForm, CorrectionForm, ExcuseForm
from onestop.dashboards.models import ActCorrection, ActExcuse
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from onestop.ui import spreadsheets
from onestop.ui.lists import address_with
from partners.context.breadcrumbs import partnership_breadcrumbs
from partners.context.lookups import get_partnership
from partners.models import Partnership
from partners.network.acts import Act
from partners.network.current_area import show_area
from partners.rules import demand, may


def engagement_of_partner(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the score and trend of a partner; to its people, the staff and the state also each act."""
    partnership = get_partnership(request, pk)
    sees_acts = may(request.user, "dashboards.view_acts", partnership)
    page = partner_engagement(partnership, timezone.localdate())
    if sees_acts and request.GET.get("export") in spreadsheets.FORMATS:
        return _export(request, partnership, page)
    context = {
        "title": _("Engagement of %(partner)s") % {"partner": partnership.organization.name},
        "crumbs": partnership_breadcrumbs(partnership),
        "here": _("Engagement"),
        "partnership": partnership,
        "page": page,
        "sees_acts": sees_acts,
        "may_excuse": may(request.user, "dashboards.excuse_acts", partnership),
        "may_ask": may(request.user, "dashboards.ask_correction", partnership),
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
    }
    return render(request, "dashboards/engagement/partner_engagement.html", context)


def _export(request: HttpRequest, partnership: Partnership, page: PartnerEngagement) -> HttpResponseBase:
    return spreadsheets.response(
        request.GET["export"],
        name=f"{slugify(f'engagement {partnership.organization.name}')}-{timezone.localdate():%Y-%m-%d}",
        header=[
            _("Due"), _("Kind"), _("What"), _("Standing"), _("Done"), _("Weight"), _("Points of 100"), _("Points lost"),
            _("Reason"),
        ],
        rows=(_row(line) for line in page.lines),
        sheet=_("Engagement"),
    )  # fmt: skip


def _row(line: ActLine) -> list[Any]:
    act = line.point.act
    return [
        act.due_on, line.kind, act.what, line.mark[1], act.done_on, line.point.weight, round(line.earned, 2),
        round(line.cost, 2), act.excused,
    ]  # fmt: skip


def _get_act(partnership: Partnership, name: str) -> Act:
    """Return an act of the partner.

    :raises Http404: if it has no such act in the last two years.
    """
    if act := find_act(partnership, name, timezone.localdate()):
        return act
    raise Http404("No such act.")


@idempotent
def act_excuse(request: SignedIn, pk: int, act: str) -> HttpResponse:
    """Excuse an act of a partner."""
    partnership = get_partnership(request, pk)
    demand(request, "dashboards.excuse_acts", partnership)
    owed = _get_act(partnership, act)
    form = ExcuseForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        if save(form, lambda: excuse_act(partnership, owed, reason=reason, by=request.user, at=timezone.now())):
            say_done(request, _("Excused. It counts neither for nor against the partner."))
            return redirect("dashboards:partner_engagement", pk=pk)
    return _form(request, partnership, owed, form, title=_("Excuse this"), submit=_("Excuse"))


@require_POST
def excuse_end(request: SignedIn, pk: int) -> HttpResponse:
    """Take an excuse back."""
    excuses = ActExcuse.objects.visible_to(request.user).select_related("partnership__area__state")
    excuse = get_object_or_404(excuses, pk=pk)
    show_area(request, excuse.partnership.area)
    demand(request, "dashboards.excuse_acts", excuse.partnership)
    try:
        end_excuse(excuse, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("The excuse is taken back. The act counts again."))
    return redirect("dashboards:partner_engagement", pk=excuse.partnership_id)


@idempotent
def correction_ask(request: SignedIn, pk: int, act: str) -> HttpResponse:
    """Ask the staff to correct or excuse an act of one's own organization."""
    partnership = get_partnership(request, pk)
    demand(request, "dashboards.ask_correction", partnership)
    owed = _get_act(partnership, act)
    form = CorrectionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["text"]
        if save(form, lambda: ask_correction(partnership, owed, text=text, by=request.user, at=timezone.now())):
            say_done(request, _("Sent to the One-Stop staff. You get their answer by email."))
            return redirect("dashboards:partner_engagement", pk=pk)
    return _form(request, partnership, owed, form, title=_("Ask for a correction"), submit=_("Send to the staff"))


def correction_answer(request: SignedIn, pk: int) -> HttpResponse:
    """Answer a request for a correction; once answered, show the answer."""
    rows = ActCorrection.objects.visible_to(request.user)
    asked = get_object_or_404(
        rows.select_related("partnership__organization", "partnership__area__state", "answered_by"), pk=pk
    )
    partnership = asked.partnership
    show_area(request, partnership.area)
    demand(request, "dashboards.answer_correction", partnership)
    owed = find_act(partnership, asked.act, timezone.localdate())
    form = AnswerForm(request.POST or None) if asked.answered_at is None else None
    if form is None and request.method == "POST":
        messages.error(request, _("This was answered already. Nothing was saved."))
    if form is not None and form.is_bound and form.is_valid():
        given = form.cleaned_data
        if save(form, lambda: answer_correction(asked, owed, **given, by=request.user, at=timezone.now())):
            say_done(request, _("Answered. The partner is told."))
            return redirect("dashboards:partner_engagement", pk=partnership.pk)
    return _form(
        request, partnership, owed, form, title=_("Answer a request for a correction"), submit=_("Answer"), asked=asked
    )


def _form(
    request: HttpRequest,
    partnership: Partnership,
    act: Act | None,
    form: Any,
    *,
    title: str,
    submit: str,
    asked: ActCorrection | None = None,
) -> HttpResponse:
    back = reverse("dashboards:partner_engagement", args=[partnership.pk])
    context = {
        "title": title,
        "crumbs": [*partnership_breadcrumbs(partnership), (_("Engagement"), back)],
        "here": title,
        "partnership": partnership,
        "act": act,
        "what": act.what if act else str(asked or ""),
        "asked": asked,
        "form": form,
        "submit": submit,
        "cancel_url": back,
    }
    return render(request, "dashboards/engagement/act_form.html", context)
