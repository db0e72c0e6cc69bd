"""What was delivered under a purchase: the list, units of a month, milestones, withdrawals and corrections."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.filters.purchases_money import DeliveryFilters
from agreements.forms.purchase_deliveries import CorrectionForm, DaysForm, StepForm
from agreements.models import Agreement, Authorization, ServiceDelivery
from agreements.purchase_context import (
    get_authorization,
    get_delivery,
    get_purchase,
    purchase_breadcrumbs,
    purchase_form,
    purchase_tabs,
)
from agreements.purchasing import deliveries
from agreements.purchasing.looks import in_order
from agreements.tables.purchases_money import delivery_table
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from onestop.ops.request_numbers import whole_number
from onestop.ui.lists import list_page
from onestop.ui.presentation import shortday
from partners.rules import demand, may


# ---------------------------------------------------------------- The list
def delivery_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """List what was delivered, the latest day first; corrections and withdrawn deliveries too."""
    agreement = get_purchase(request, pk)
    may_record = may(request.user, "agreements.record_delivery", agreement)
    return list_page(
        request,
        key=f"deliveries:{agreement.pk}",
        title=_("Deliveries of %(number)s") % {"number": agreement.number},
        queryset=in_order(ServiceDelivery.objects.filter(agreement=agreement)),
        filters=DeliveryFilters,
        table=delivery_table(may_record),
        template="agreements/purchases/delivery_list.html",
        context={
            "agreement": agreement,
            "crumbs": purchase_breadcrumbs(agreement),
            "here": _("Deliveries"),
            "tabs": purchase_tabs(request, agreement),
            "open_authorizations": _open(agreement) if may_record else (),
        },
        agreement=agreement,
    )


def _open(agreement: Agreement) -> list[Authorization]:
    rows = agreement.authorizations.filter(status=Authorization.Status.OPEN)
    return list(rows.select_related("line").order_by("number", "pk"))


def delivery_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the form of deliveries of the authorization that was chosen."""
    agreement = get_purchase(request, pk)
    demand(request, "agreements.record_delivery", agreement)
    chosen = whole_number(request.GET.get("authorization"))
    authorization = get_object_or_404(agreement.authorizations, pk=chosen)
    return redirect("agreements:delivery_add", authorization.pk)


# ---------------------------------------------------------------- Recording
@idempotent
def delivery_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record the units delivered on the days of a month."""
    authorization = _authorization(request, pk)
    demand(request, "agreements.record_delivery", authorization.agreement)
    if authorization.line.is_plan:
        return redirect("agreements:step_reach", pk)
    days = _days(authorization, timezone.localdate())
    months = sorted({day.replace(day=1) for day in days})
    month = _month(request.POST.get("month") or request.GET.get("month"), months)
    chosen = [day for day in days if day.replace(day=1) == month]
    form = DaysForm(request.POST or None, days=chosen, known=_known(authorization, chosen))
    if form.is_bound and form.is_valid():
        made = save(
            form,
            lambda: deliveries.record_deliveries(authorization, form.entries, by=request.user, at=timezone.now()),
        )
        if made:
            words = ngettext("%(number)d delivery is recorded.", "%(number)d deliveries are recorded.", len(made))
            say_done(request, words % {"number": len(made)})
            return redirect("agreements:delivery_list", authorization.agreement_id)
    more = {
        "authorization": authorization,
        "left": deliveries.left_of(authorization),
        "months": months,
        "month": month,
        "submit": _("Record deliveries"),
    }
    title = _("Record deliveries for %(number)s") % {"number": authorization.number}
    context = purchase_form(authorization.agreement, title, form, **more, here=_("Record deliveries"))
    context["cancel_url"] = reverse("agreements:delivery_list", args=[authorization.agreement_id])
    return render(request, "agreements/purchases/delivery_form.html", context)


@idempotent
def step_reach(request: SignedIn, pk: int) -> HttpResponse:
    """Record that a milestone was reached."""
    authorization = _authorization(request, pk)
    demand(request, "agreements.record_delivery", authorization.agreement)
    if not authorization.line.is_plan:
        return redirect("agreements:delivery_add", pk)
    left = deliveries.steps_left(authorization)
    form = StepForm(request.POST or None, initial={"on": timezone.localdate()}, left=left)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        done = save(form, lambda: deliveries.reach_step(authorization, **given, by=request.user, at=timezone.now()))
        if done:
            say_done(request, _("The milestone is recorded."))
            return redirect("agreements:delivery_list", authorization.agreement_id)
    title = _("Record a milestone for %(number)s") % {"number": authorization.number}
    more = {"authorization": authorization, "steps_left": left, "submit": _("Record milestone")}
    context = purchase_form(authorization.agreement, title, form, **more, here=_("Record a milestone"))
    context["cancel_url"] = reverse("agreements:delivery_list", args=[authorization.agreement_id])
    return render(request, "agreements/purchases/step_form.html", context)


def _authorization(request: HttpRequest, pk: int) -> Authorization:
    """Return an authorization with the term of its agreement; otherwise 404."""
    authorization = get_authorization(request, pk)
    rows: Any = Agreement.objects.with_terms()
    ends_on = rows.values_list("ends_on", flat=True).get(pk=authorization.agreement_id)
    authorization.agreement.ends_on = ends_on
    return authorization


def _days(authorization: Authorization, today: date) -> list[date]:
    """Return the days on which service can have been delivered."""
    first, last = deliveries.first_and_last(authorization)
    number = (min(last, today) - first).days + 1
    return [first + timedelta(days=each) for each in range(max(number, 0))]


def _month(text: str | None, months: list[date]) -> date | None:
    """Return the month that is asked for, as its first day, or the latest one; ``None`` if there is none."""
    asked = [each for each in months if f"{each:%Y-%m}" == text]
    return next(iter(asked or months[-1:]), None)


def _known(authorization: Authorization, days: list[date]) -> dict[date, Decimal]:
    """Return the units recorded on some days so far; one query."""
    found: dict[date, Decimal] = defaultdict(Decimal)
    rows = authorization.deliveries.filter(withdrawn_at=None, happened_on__in=days)
    for day, units in rows.values_list("happened_on", "units"):
        found[day] += units
    return dict(found)


# ---------------------------------------------------------------- Taking back
def delivery_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw a delivery that is on no invoice."""
    delivery = get_delivery(request, pk)
    demand(request, "agreements.record_delivery", delivery.agreement)
    if request.method == "POST":
        try:
            deliveries.withdraw_delivery(delivery, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
        else:
            say_done(request, _("The delivery is withdrawn."))
        return redirect("agreements:delivery_list", delivery.agreement_id)
    words = {"day": shortday(delivery.happened_on), "number": delivery.authorization.number}
    context = {
        "title": _("Withdraw the delivery of %(day)s for %(number)s?") % words,
        "consequences": [_("It stays on record as withdrawn, and its units can be delivered again.")],
        "act": _("Withdraw"),
        "cancel_url": reverse("agreements:delivery_list", args=[delivery.agreement_id]),
    }
    return render(request, "layouts/confirm.html", context)


@idempotent
def delivery_correct(request: SignedIn, pk: int) -> HttpResponse:
    """Take back units of a delivery on an approved invoice."""
    delivery = get_delivery(request, pk)
    demand(request, "agreements.record_delivery", delivery.agreement)
    form = CorrectionForm(request.POST or None, delivery=delivery)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        done = save(form, lambda: deliveries.correct_delivery(delivery, **given, by=request.user, at=timezone.now()))
        if done:
            say_done(request, _("The correction is recorded. Put it on a credit note: add one under Invoices."))
            return redirect("agreements:delivery_list", delivery.agreement_id)
    words = {
        "day": shortday(delivery.happened_on),
        "number": delivery.authorization.number,
        "units": deliveries.in_units(delivery.units),
    }
    intro = _("%(units)s units of %(day)s for %(number)s were charged. A correction is an entry of its own.")
    context = purchase_form(
        delivery.agreement, _("Correct a delivery"), form, intro=intro % words, submit=_("Record correction")
    )
    context["cancel_url"] = reverse("agreements:delivery_list", args=[delivery.agreement_id])
    return render(request, "layouts/form.html", context)
