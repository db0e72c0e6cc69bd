"""Engagement of the partners of an area: the list, and how the score is made."""

from typing import Any

from django.db.models import BooleanField, Case, IntegerField, Value, When
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.accounts.requests import SignedIn
from onestop.dashboards.engagement.drifting import FALL, FEWEST, LOW
from onestop.dashboards.engagement.formula import formulas_of, set_weights, weights_by
from onestop.dashboards.engagement.overview import engagement_in
from onestop.dashboards.filters.engagement import DriftingFilters, EngagementFilters
from onestop.dashboards.forms.engagement import WeightsForm
from onestop.dashboards.tables.engagement import HEADER, WHY, DriftingTable, EngagementTable, row_of
from onestop.editing.saving import save, say_done
from onestop.ui.lists import Export, list_page
from partners.models import LocalArea
from partners.network.acts import act_kinds
from partners.network.current_area import enter_area
from partners.network.summary import active_partners
from partners.rules import demand, may


def engagement_breadcrumbs(area: LocalArea) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page about engagement."""
    return [(_("Engagement"), reverse("dashboards:engagement_list", args=[area.slug]))]


def engagement_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the score and the trend of each partner; staff, the board and the state also see who drifts, and why."""
    area = enter_area(request, slug)
    found = engagement_in(area, timezone.localdate())
    sees_drift = may(request.user, "dashboards.view_drifting", area)
    numbers: dict[str, Any] = {
        "score": {pk: each.score.value for pk, each in found.items()},
        "change": {pk: each.trend.change for pk, each in found.items()},
    }
    drifting = [pk for pk, each in found.items() if each.drift]
    rows: Any = active_partners(area).select_related("organization")
    rows = rows.annotate(
        **{name: _by_partner(values) for name, values in numbers.items()},
        is_drifting=Case(When(pk__in=drifting, then=True), default=False, output_field=BooleanField()),
    )
    return list_page(
        request,
        key=f"engagement:{area.slug}",
        title=_("Engagement"),
        # Those who drift are first for whoever looks for them; else there is no order but that of names.
        queryset=rows.order_by(*(["-is_drifting"] if sees_drift else []), Lower("organization__name"), "pk"),
        filters=DriftingFilters if sees_drift else EngagementFilters,
        table=DriftingTable if sees_drift else EngagementTable,
        given=lambda _rows: {"engagements": found},
        template="dashboards/engagement/engagement_list.html",
        export=Export(
            (*HEADER, WHY) if sees_drift else HEADER,
            lambda kept: (row_of(each, found[each.pk], with_reasons=sees_drift) for each in kept),
        ),
        context={
            "area": area,
            "sees_drift": sees_drift,
            "drifting": len(drifting),
            "scored": sum(value is not None for value in numbers["score"].values()),
            "low": LOW,
            "fall": FALL,
            "fewest": FEWEST,
        },
    )


def _by_partner(values: dict[int, int | None]) -> Case:
    """Return an expression for the number of each partner, so that the database sorts by it."""
    known = [When(pk=pk, then=Value(value)) for pk, value in values.items() if value is not None]
    return Case(*known, default=None, output_field=IntegerField())


def engagement_formula(request: HttpRequest, slug: str) -> HttpResponse:
    """Explain how the score is made: the kinds of acts, their weights, and the versions of the weights."""
    area = enter_area(request, slug)
    versions = list(formulas_of(area).select_related("by"))
    weights = weights_by(versions[0] if versions else None)
    kinds = act_kinds()
    context = {
        "title": _("How the score is made"),
        "crumbs": engagement_breadcrumbs(area),
        "area": area,
        "kinds": [(kind, weights[kind.code]) for kind in kinds],
        "versions": [
            (
                version,
                [(kind.label, version.weights[kind.code]) for kind in kinds if kind.code in version.weights],
            )
            for version in versions
        ],
        "low": LOW,
        "fall": FALL,
        "fewest": FEWEST,
        "may_set": may(request.user, "dashboards.set_weights", area),
    }
    return render(request, "dashboards/engagement/formula.html", context)


def engagement_weights(request: SignedIn, slug: str) -> HttpResponse:
    """Set other weights; earlier versions stay."""
    area = enter_area(request, slug)
    demand(request, "dashboards.set_weights", area)
    last = formulas_of(area).first()
    initial = {"before": last.number if last else 0}
    form = WeightsForm(request.POST or None, weights=weights_by(last), initial=initial)
    if form.is_bound and form.is_valid():
        given: dict[str, Any] = {"reason": form.cleaned_data["reason"], "before": form.cleaned_data["before"]}
        if save(form, lambda: set_weights(area, form.weights, **given, by=request.user, at=timezone.now())):
            say_done(request, _("The weights are saved. Scores are computed by them from now on."))
            return redirect("dashboards:engagement_formula", slug=slug)
        if (now := formulas_of(area).first()) and now.number != given["before"]:
            form.compare_with(weights_by(now), now.number)
    context = {
        "title": _("Change the weights"),
        "crumbs": [
            *engagement_breadcrumbs(area),
            (_("How the score is made"), reverse("dashboards:engagement_formula", args=[slug])),
        ],
        "here": _("Change the weights"),
        "form": form,
        "intro": _("A weight of 0 leaves a kind out. The last year is scored anew by the weights that you save."),
        "submit": _("Save weights"),
        "cancel_url": reverse("dashboards:engagement_formula", args=[slug]),
    }
    return render(request, "layouts/form.html", context)
