"""The funding sources of a partner, and its share split over them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.forms.funding_sources import SourcesForm, initial_rows, rows_for
from agreements.funding import sources as verbs
from agreements.funding.paying import shares_by_period
from agreements.funding.plans import ZERO
from agreements.funding_context import budget_breadcrumbs, budget_form, get_payer
from agreements.models import Payer
from onestop.accounts.requests import SignedIn
from onestop.editing.saving import save_edit, say_done
from onestop.editing.versions import version_of
from partners.rules import demand, may

SET = "agreements.set_sources"


def source_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show from which sources a partner pays, and its share of each period split over them."""
    payer = get_payer(request, pk)
    budget = payer.budget
    sources = list(verbs.current_sources(payer))
    periods = list(budget.periods.order_by("number"))
    shares = shares_by_period(budget, [payer.pk])
    lines = verbs.split_share(payer, sources, periods, shares)
    by_period = [shares.get((payer.pk, period.number), ZERO) for period in periods]
    context = {
        "title": _("Funding sources of %(partner)s") % {"partner": payer},
        "crumbs": budget_breadcrumbs(budget),
        "here": _("Funding sources"),
        "budget": budget,
        "payer": payer,
        "periods": periods,
        "lines": lines,
        "by_period": by_period,
        "total": sum(by_period, ZERO),
        "may_edit": may(request.user, SET, payer),
    }
    return render(request, "agreements/funding/source_list.html", context)


def source_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit all funding sources of a partner at once."""
    payer = get_payer(request, pk)
    demand(request, SET, payer)
    saved = _initial(payer)
    form = SourcesForm(
        request.POST or None,
        number=rows_for(request.POST, len(saved) // len(verbs.FACTS), verbs.MOST_SOURCES),
        initial=saved,
        version=version_of(payer, verbs.LINKS),
    )
    done, context = save_edit(
        form,
        lambda: verbs.set_sources(payer, rows=form.filled, version=form.version, by=request.user, at=timezone.now()),
        payer,
        lambda: _initial(payer),
        links=verbs.LINKS,
    )
    url = reverse("agreements:source_list", args=[pk])
    if done:
        say_done(request, _("The funding sources are saved."))
        return redirect(url)
    title = _("Edit the funding sources of %(partner)s") % {"partner": payer}
    context |= budget_form(payer.budget, title, form, cancel_url=url, here=_("Edit"))
    crumbs = [*budget_breadcrumbs(payer.budget), (_("Funding sources"), url)]
    return render(request, "agreements/funding/source_form.html", context | {"crumbs": crumbs, "payer": payer})


def _initial(payer: Payer) -> dict[str, Any]:
    return initial_rows(verbs.current_sources(payer), verbs.FACTS)
