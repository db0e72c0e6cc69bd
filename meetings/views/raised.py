"""Raised issues: the list of an area, that of a state, the page of one, raise and edit it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, IntegerField, Prefetch, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.context.raised import get_issue, issue_breadcrumbs, issue_form_context
from meetings.filters.raised import AreaRaisedFilters, StateRaisedFilters
from meetings.forms.raised import IssueForm
from meetings.models import RaisedEntry, RaisedIssue
from meetings.raised import issues
from meetings.raised.reading import age_words, chip_of, may_do, waits_long
from meetings.tables.raised import RaisedTable, StateRaisedTable
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from onestop.ui.lists import Export, list_page
from partners.models import LocalArea, Partnership, State
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.seats import seats_of

EXPORTED = (
    gettext_lazy("Issue"), gettext_lazy("Text"), gettext_lazy("Area"), gettext_lazy("Raised by"),
    gettext_lazy("Goal"), gettext_lazy("Raised"), gettext_lazy("Sent to the state"), gettext_lazy("Answered"),
    gettext_lazy("Days"), gettext_lazy("Status"), gettext_lazy("Last answer"),
)  # fmt: skip


def _ordered(rows: Any) -> Any:
    """Return issues with their names, those that wait first, of these the oldest first."""
    waits = Case(When(status__in=RaisedIssue.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.with_names().order_by(waits, "raised_at")


def raised_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the issues that the partners and the staff of an area raised."""
    area = enter_area(request, slug)
    return list_page(
        request,
        key=f"raised:{area.slug}",
        title=_("Raised issues"),
        queryset=_ordered(RaisedIssue.objects.visible_to(request.user).current().filter(area=area)),
        filters=AreaRaisedFilters,
        table=RaisedTable,
        template="meetings/raised/raised_list.html",
        export=Export(EXPORTED, _export),
        context={"area": area, "may_raise": may(request.user, "meetings.raise_issue", area)},
        area=area,
    )


def state_raised_list(request: HttpRequest, code: str) -> HttpResponseBase:
    """List the issues that the areas of a state sent to it."""
    state = get_object_or_404(State.objects.visible_to(request.user), code=code)
    demand(request, "partners.view_state", state)
    rows = RaisedIssue.objects.current().filter(area__state=state, sent_at__isnull=False)
    return list_page(
        request,
        key=f"raised-state:{state.code}",
        title=_("Issues sent to %(state)s") % {"state": state.name},
        queryset=_ordered(rows),
        filters=StateRaisedFilters,
        table=StateRaisedTable,
        template="meetings/raised/state_raised_list.html",
        export=Export(EXPORTED, _export),
        context={"crumbs": [(state.name, reverse("dashboards:state", args=[code]))]},
        state=state,
    )


def _export(rows: QuerySet[RaisedIssue]) -> Iterator[list[Any]]:
    answers = RaisedEntry.objects.filter(kind=RaisedEntry.Kind.ANSWER).order_by("pk")
    today = timezone.localdate()
    for one in rows.prefetch_related(Prefetch("entries", answers, to_attr="answers")):
        found: list[RaisedEntry] = one.answers
        yield [
            one.title,
            one.text,
            one.area.name,
            one.raiser_name,
            one.goal.name if one.goal else None,
            timezone.localdate(one.raised_at),
            timezone.localdate(one.sent_at) if one.sent_at else None,
            timezone.localdate(one.answered_at) if one.answered_at else None,
            one.age(today),
            str(chip_of(one)[1]),
            found[-1].text if found else None,
        ]


def raised_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a raised issue with its age and everything that happened to it."""
    issue = get_issue(request, pk)
    today = timezone.localdate()
    context = {
        "title": issue.title,
        "crumbs": issue_breadcrumbs(issue)[:-1],
        "here": issue.title,
        "issue": issue,
        "entries": list(issue.entries.order_by("pk")),
        "chip": chip_of(issue),
        "age": age_words(issue, today),
        "waits_long": waits_long(issue, today),
        "may": may_do(issue, request.user),
    }
    return render(request, "meetings/raised/raised_detail.html", context)


@idempotent
def raised_add(request: SignedIn, slug: str) -> HttpResponse:
    """Raise an issue for a partner, or as staff."""
    area = enter_area(request, slug)
    demand(request, "meetings.raise_issue", area)
    seats = seats_of(request.user)
    by_staff = seats.everything or area.pk in seats.staff_area_ids
    form = IssueForm(
        request.POST or None,
        initial={"goal": request.GET.get("goal", "")},
        area=area,
        user=request.user,
        raisers=_raisers(request, area, by_staff=by_staff),
        by_staff=by_staff,
    )
    if form.is_bound and form.is_valid():
        issue = save(
            form,
            lambda: issues.raise_issue(
                area,
                facts=form.facts,
                partnership=form.raiser,
                vouched=form.vouched,
                by=request.user,
                at=timezone.now(),
            ),
        )
        if issue:
            say_done(request, _("The issue is raised. The staff decide whether it goes to the state."))
            return redirect(issue)
    page = reverse("meetings:raised_list", args=[slug])
    context = {
        "title": _("Raise an issue"),
        "crumbs": [(_("Raised issues"), page)],
        "form": form,
        "submit": _("Raise the issue"),
        "cancel_url": page,
        "intro": _("For what partners cannot solve in this area. The state answers, and you see what becomes of it."),
    }
    return render(request, "layouts/form.html", context)


def _raisers(request: SignedIn, area: LocalArea, *, by_staff: bool) -> list[Partnership]:
    """Return the partners for which a person can raise an issue: those they manage, for staff all of the area."""
    here = Partnership.objects.current().filter(area=area).select_related("organization")
    own = here if by_staff else here.filter(pk__in=seats_of(request.user).managed_partnership_ids)
    return list(own.order_by("pk"))


def raised_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Correct an issue that was not sent yet."""
    issue = get_issue(request, pk)
    demand(request, "meetings.edit_issue", issue)
    form = IssueForm(
        request.POST or None,
        initial=_facts(issue),
        version=version_of(issue),
        area=issue.area,
        user=request.user,
        is_new=False,
    )
    done, context = save_edit(
        form,
        lambda: issues.update_issue(
            issue,
            facts=form.facts,
            vouched=form.vouched,
            version=form.version,
            by=request.user,
            at=timezone.now(),
        ),
        issue,
        lambda: _facts(get_issue(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(issue)
    return render(request, "layouts/edit_form.html", context | issue_form_context(issue, _("Edit the issue"), form))


def _facts(issue: RaisedIssue) -> dict[str, Any]:
    return {"title": issue.title, "text": issue.text, "goal": issue.goal_id}


def raised_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a raised issue."""
    issue = get_issue(request, pk)
    return history_page(request, issue, crumbs=issue_breadcrumbs(issue))
