"""The terms of a purchase of service: the page, who purchases from whom, ceilings, and report duties."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.forms.purchase_terms import (
    CeilingForm,
    PurchaseTermsForm,
    ReportDutyForm,
    facts_of_terms,
    first_guess,
)
from agreements.models import Agreement, MilestoneStep, Rate, ReportDuty, ServiceLine
from agreements.purchase_context import (
    WITH_TERMS,
    get_purchase,
    get_service_line,
    purchase_breadcrumbs,
    purchase_form,
    purchase_tabs,
)
from agreements.purchasing import duties, terms
from agreements.purchasing.agreement_locks import terms_are_open
from agreements.purchasing.duties import FACTS
from agreements.purchasing.rates import rate_on
from agreements.rules import purchase_terms_of
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from partners.network.current_area import show_area
from partners.rules import demand, may


def purchase_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the terms, until the ledger is here."""
    return redirect("agreements:purchase_terms", pk=get_purchase(request, pk).pk)


def purchase_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what may be bought, at which rates, up to which ceilings, and which reports are owed."""
    agreement = get_purchase(request, pk)
    may_set = may(request.user, "agreements.set_purchase_terms", agreement)
    changes = agreement.ceiling_changes.select_related("line", "amendment", "by").order_by("-at", "-pk")
    context = {
        "title": _("Terms of %(number)s") % {"number": agreement.number},
        "crumbs": purchase_breadcrumbs(agreement),
        "here": _("Terms"),
        "tabs": purchase_tabs(request, agreement),
        "agreement": agreement,
        "terms": purchase_terms_of(agreement),
        "lines": _lines_of(agreement),
        "duties": agreement.report_duties.current().select_related("line").order_by("name", "pk"),
        "changes": changes,
        "may_set": may_set,
        "may_edit": may_set and terms_are_open(agreement),
        "may_change_ceiling": may_set and agreement.executed_on is not None,
    }
    return render(request, "agreements/purchases/terms.html", context)


def _lines_of(agreement: Agreement) -> list[dict[str, Any]]:
    """Return the service lines with the rate of today, all rates from the newest on, and milestones."""
    today = timezone.localdate()
    rows = agreement.service_lines.current().order_by("position", "pk").prefetch_related(
        Prefetch("rates", Rate.objects.order_by("-effective_on")),
        Prefetch("steps", MilestoneStep.objects.order_by("position")),
    )  # fmt: skip
    return [
        {"line": line, "rates": line.rates.all(), "steps": line.steps.all(), "now": rate_on(line.rates.all(), today)}
        for line in rows
    ]


def purchase_terms_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Record or edit who purchases from whom, and what rules authorizations."""
    agreement = get_purchase(request, pk)
    demand(request, "agreements.set_purchase_terms", agreement)
    held = purchase_terms_of(agreement)
    form = PurchaseTermsForm(
        request.POST or None,
        initial=facts_of_terms(held) if held else first_guess(agreement),
        version=version_of(held) if held else "",
        agreement=agreement,
        keeps_ceiling=held is not None and agreement.executed_on is not None,
    )
    done, context = save_edit(
        form,
        lambda: terms.set_terms(agreement, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        held or agreement,
        lambda: facts_of_terms(get_purchase(request, pk).purchase_terms),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect("agreements:purchase_terms", pk=pk)
    title = _("Edit the terms") if held else _("Record the terms")
    return render(request, "layouts/edit_form.html", context | _form_context(agreement, title, form))


def _form_context(agreement: Agreement, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a form that leads back to the terms."""
    back = reverse("agreements:purchase_terms", args=[agreement.pk])
    return purchase_form(agreement, title, form, **{"cancel_url": back, **more})


# ---------------------------------------------------------------- Ceilings
def ceiling_change(request: SignedIn, pk: int) -> HttpResponse:
    """Change the ceiling of an executed agreement."""
    agreement = get_purchase(request, pk)
    held = purchase_terms_of(agreement)
    return _change_ceiling(request, agreement, None, held.ceiling if held else None)


def line_ceiling_change(request: SignedIn, pk: int) -> HttpResponse:
    """Change the ceiling of a service line of an executed agreement."""
    line = get_service_line(request, pk)
    return _change_ceiling(request, line.agreement, line, line.ceiling)


def _change_ceiling(request: SignedIn, agreement: Agreement, line: ServiceLine | None, now: Any) -> HttpResponse:
    demand(request, "agreements.set_purchase_terms", agreement)
    form = CeilingForm(request.POST or None, initial={"after": now}, agreement=agreement)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        verb = terms.change_ceiling
        if save(form, lambda: verb(agreement, line, **given, by=request.user, at=timezone.now())):
            say_done(request, _("The new ceiling is recorded."))
            return redirect("agreements:purchase_terms", pk=agreement.pk)
    title = _("Change the ceiling of %(line)s") % {"line": line} if line else _("Change the ceiling of the agreement")
    context = _form_context(agreement, title, form, submit=_("Record the ceiling"))
    return render(request, "layouts/form.html", context)


# ---------------------------------------------------------------- Report duties
@idempotent
def report_duty_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a report duty."""
    agreement = get_purchase(request, pk)
    demand(request, "agreements.set_purchase_terms", agreement)
    form = ReportDutyForm(request.POST or None, initial={"when": "monthly", "days": 14}, agreement=agreement)
    if form.is_bound and form.is_valid():
        added = save(form, lambda: duties.add_duty(agreement, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("The report is added."))
            return redirect(_duties_url(agreement))
    intro = _("It applies to authorizations that are issued from now on.")
    context = _form_context(agreement, _("Add a report"), form, submit=_("Add report"), intro=intro)
    return render(request, "layouts/form.html", context)


def report_duty_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a report duty."""
    duty = _get_duty(request, pk)
    form = ReportDutyForm(
        request.POST or None, initial=_facts(duty), version=version_of(duty), agreement=duty.agreement
    )
    done, context = save_edit(
        form,
        lambda: duties.update_duty(duty, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        duty,
        lambda: _facts(_get_duty(request, pk)),
    )
    if done:
        say_done(request, _("Saved. Reports that are expected already keep their days."))
        return redirect(_duties_url(duty.agreement))
    title = _("Edit %(name)s") % {"name": duty}
    return render(request, "layouts/edit_form.html", context | _form_context(duty.agreement, title, form))


def _facts(duty: ReportDuty) -> dict[str, Any]:
    return {name: getattr(duty, name) for name in FACTS if name != "line"} | {"line": duty.line_id}


@require_POST
def report_duty_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a report duty."""
    duty = _get_duty(request, pk)
    try:
        duties.remove_duty(duty, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        undo = reverse("agreements:report_duty_restore", args=[pk])
        say_done(request, _("The report is removed. Reports that are expected already stay."), undo=undo)
    return redirect(_duties_url(duty.agreement))


@require_POST
def report_duty_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed report duty."""
    duty = _get_duty(request, pk)
    try:
        duties.restore_duty(duty, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("The report is restored."))
    return redirect(_duties_url(duty.agreement))


def _get_duty(request: HttpRequest, pk: int) -> ReportDuty:
    """Return a report duty that the user may change, and enter its area; otherwise 404 or 403."""
    rows = ReportDuty.objects.visible_to(request.user).select_related("line", *WITH_TERMS)
    duty = get_object_or_404(rows, pk=pk)
    show_area(request, duty.agreement.area)
    demand(request, "agreements.set_purchase_terms", duty.agreement)
    return duty


def _duties_url(agreement: Agreement) -> str:
    return reverse("agreements:purchase_terms", args=[agreement.pk]) + "#reports"
