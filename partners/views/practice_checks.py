"""Quality checks of adopted practices: list of what is due, record one, plan the next."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.accounts.requests import author
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, say_done
from onestop.ui.lists import list_page
from onestop.ui.presentation import day
from partners.context.breadcrumbs import practice_breadcrumbs
from partners.filters.practice_checks import CheckFilters
from partners.forms.practice_checks import CheckForm, PlanForm, soon, soon_again
from partners.models import Adoption, AdoptionCheck
from partners.network.current_area import enter_area, show_area
from partners.practices import checked, checks
from partners.rules import demand
from partners.tables.practice_checks import CheckTable


def check_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the adopted practices of an area by when they are checked next."""
    area = enter_area(request, slug)
    rows = Adoption.objects.visible_to(request.user).filter(practice__area=area, partnership__archived_at=None)
    names = rows.select_related("practice", "partnership__organization")
    return list_page(
        request,
        key=f"practice-checks:{area.slug}",
        title=_("Quality checks"),
        queryset=checked.in_order(checked.with_last_check(names)),
        filters=CheckFilters,
        table=CheckTable,
        template="partners/practices/check_list.html",
        context={"crumbs": [(_("Practices"), reverse("partners:practice_list", args=[slug]))]},
        area=area,
    )


@idempotent
def check_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a quality check of an adopted practice."""
    adoption = _get_adoption(request, pk)
    demand(request, "partners.check_adoption", adoption)
    last = _last_of(adoption)
    today = timezone.localdate()
    initial = {
        "known": last.pk if last else 0, "checked_on": today, "checked_name": author(request).name,
        "next_on": soon_again(today),
    }  # fmt: skip
    form = CheckForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: checks.record_check(
                adoption,
                facts=form.facts,
                next_on=form.cleaned_data["next_on"],
                known=form.cleaned_data["known"] or 0,
                vouched=bool(form.cleaned_data.get("fine")),
                by=author(request),
                at=timezone.now(),
            ),
        )
        if done:
            say_done(request, _("The check is recorded."))
            return redirect("partners:practice_detail", pk=adoption.practice_id)
        # Whoever recorded one meanwhile is named on the page: sent again, that check has been read.
        last = _last_of(adoption)
        form.data = _with(form.data, known=last.pk if last else 0)
    context = _about(adoption, _("Record a quality check"), form) | {"submit": _("Record the check"), "last": last}
    return render(request, "partners/practices/check_form.html", context)


def check_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the next quality check for another day."""
    adoption = _get_adoption(request, pk)
    demand(request, "partners.check_adoption", adoption)
    form = PlanForm(
        request.POST or None,
        initial={"on": _suggested(adoption, timezone.localdate())},
        is_first=not adoption.checks.exists(),
    )
    if form.is_bound and form.is_valid():
        on = form.cleaned_data["on"]
        if save(form, lambda: checks.plan_check(adoption, on=on, by=author(request), at=timezone.now())):
            planned_for = _("The next check is planned for %(day)s.") % {"day": day(on, "plain")} if on else ""
            say_done(request, planned_for or _("No further check is planned."))
            return redirect("partners:practice_detail", pk=adoption.practice_id)
    context = _about(adoption, _("Plan the next quality check"), form) | {"submit": _("Plan the check")}
    return render(request, "layouts/form.html", context)


def _with(data: Any, **values: Any) -> Any:
    """Return what was sent with some other values."""
    changed = data.copy()
    for name, value in values.items():
        changed[name] = str(value)
    return changed


def _last_of(adoption: Adoption) -> AdoptionCheck | None:
    return adoption.checks.order_by("-checked_on", "-pk").first()


def _suggested(adoption: Adoption, today: date) -> date:
    """Return the planned day; if it has come, or none is planned, a day still ahead."""
    planned: date | None = Adoption.objects.with_check_day().get(pk=adoption.pk).due
    if planned is None:
        return soon_again(today)
    return planned if planned > today else soon(today)


def _get_adoption(request: HttpRequest, pk: int) -> Adoption:
    """Return an adoption of a practice that the user may see, and enter its area; otherwise 404."""
    rows = Adoption.objects.visible_to(request.user)
    adoption: Adoption = get_object_or_404(
        rows.select_related("practice__area__state", "partnership__organization", "partnership__area"), pk=pk
    )
    show_area(request, adoption.practice.area)
    return adoption


def _about(adoption: Adoption, title: str, form: Any) -> dict[str, Any]:
    names = {
        "partner": adoption.partnership.organization.name, "practice": adoption.practice.title,
        "day": day(adoption.adopted_on, "plain"),
    }  # fmt: skip
    return {
        "title": title,
        "crumbs": practice_breadcrumbs(adoption.practice),
        "intro": _("%(partner)s adopted “%(practice)s” on %(day)s.") % names,
        "form": form,
        "adoption": adoption,
        "cancel_url": reverse("partners:practice_detail", args=[adoption.practice_id]),
    }
