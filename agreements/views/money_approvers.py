"""Who may approve money: the list, give the right to a person, withdraw it."""

from typing import Any

from django.db.models import Case, Q, Value, When
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.approvers import rights
from agreements.filters.money_approvers import MoneyApproverFilters
from agreements.forms.money_approvers import MoneyApproverForm
from agreements.models import MoneyApprover
from agreements.tables.money_approvers import MoneyApproverTable
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from onestop.ui.lists import list_page
from partners.models import LocalArea, Partnership
from partners.network.current_area import enter_area, show_area
from partners.rules import demand, may
from partners.seats import seats_of


def money_approvers(request: SignedIn, slug: str) -> HttpResponseBase:
    """List who may approve money of the area and of its partners, as far as the person sees it."""
    area = enter_area(request, slug)
    demand(request, "agreements.view_money_approvers", area)
    known = MoneyApprover.objects.visible_to(request.user).filter(Q(area=area) | Q(partnership__area=area))
    holding = MoneyApprover.objects.holding().values("pk")
    rows = known.annotate(holds=Case(When(pk__in=holding, then=Value(True)), default=Value(False)))
    mine = seats_of(request.user).managed_partnership_ids
    keeps_all = may(request.user, "agreements.give_money_right", area)
    return list_page(
        request,
        key=f"money-approvers:{area.slug}",
        title=_("Money approvers"),
        queryset=rows.select_related("user", "given_by", "area", "partnership__organization").order_by(
            "-holds", Lower("user__name"), "pk"
        ),
        filters=MoneyApproverFilters,
        table=MoneyApproverTable,
        template="agreements/purchases/money_approvers.html",
        given=lambda shown: {"withdrawable": {each.pk for each in shown if keeps_all or each.partnership_id in mine}},
        context={"area": area},
    )


@idempotent
def money_approver_add(request: SignedIn, slug: str) -> HttpResponse:
    """Give a person the right to approve money."""
    area = enter_area(request, slug)
    demand(request, "agreements.view_money_approvers", area)
    form = MoneyApproverForm(request.POST or None, **_places(request, area))
    if form.is_bound and form.is_valid():
        person = form.cleaned_data["user"]
        demand(request, "agreements.give_money_right", form.chosen)
        if save(form, lambda: rights.give_right(form.chosen, user=person, by=request.user, at=timezone.now())):
            say_done(request, _("%(person)s may now approve money.") % {"person": person})
            return redirect("agreements:money_approvers", slug=slug)
    intro = _("Nobody approves what they entered, and nobody gives this right to themselves (2 CFR 200.303).")
    return render(
        request,
        "layouts/form.html",
        {
            "title": _("Give the right to approve money"),
            "crumbs": _breadcrumbs(area),
            "form": form,
            "intro": intro,
            "submit": _("Give the right"),
            "cancel_url": reverse("agreements:money_approvers", args=[slug]),
        },
    )


def _places(request: HttpRequest, area: LocalArea) -> dict[str, Any]:
    """Return for which area and partners the person may give the right."""
    partners = Partnership.objects.current().filter(area=area).select_related("organization", "area")
    keeps_all = may(request.user, "agreements.give_money_right", area)
    if not keeps_all:
        partners = partners.filter(pk__in=seats_of(request.user).managed_partnership_ids)
    return {"area": area if keeps_all else None, "partnerships": partners.order_by(Lower("organization__name"), "pk")}


def money_approver_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw the right to approve money."""
    rows = MoneyApprover.objects.visible_to(request.user)
    right = get_object_or_404(rows.select_related("user", "area", "partnership__area__state"), pk=pk)
    place = right.area or right.partnership
    assert place is not None
    area = show_area(request, place.area if isinstance(place, Partnership) else place)
    demand(request, "agreements.give_money_right", place)
    back = reverse("agreements:money_approvers", args=[area.slug])
    if request.method == "POST":
        try:
            rights.withdraw_right(right, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
        else:
            say_done(request, _("%(person)s can no longer approve money.") % {"person": right.user})
        return redirect(back)
    return render(
        request,
        "layouts/confirm.html",
        {
            "title": _("Withdraw the right of %(person)s to approve money?") % {"person": right.user},
            "act": _("Withdraw the right"),
            "consequences": [_("What they approved before stays approved. The right can be given again.")],
            "crumbs": _breadcrumbs(area),
            "cancel_url": back,
        },
    )


def _breadcrumbs(area: LocalArea) -> list[tuple[str, str]]:
    return [
        (_("Agreements"), reverse("agreements:agreement_list", args=[area.slug])),
        (_("Money approvers"), reverse("agreements:money_approvers", args=[area.slug])),
    ]
