"""Series: plan, preview, page, change, end and remove."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from meetings.agendas.pages import backlog_context
from meetings.context.lookups import get_group, get_meeting, get_series
from meetings.context.pages import form_context, group_breadcrumbs, series_breadcrumbs
from meetings.forms.series import EndForm, SeriesForm, initial_of
from meetings.invitations import roster, updates
from meetings.models import Group, Meeting, Series
from meetings.scheduling import collisions, load, series
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from partners.rules import demand, may

SHOWN = 6  # dates of a preview
MOST_LOADED = 8


# ---------------------------------------------------------------- Planning
@idempotent
def series_add(request: SignedIn, pk: int) -> HttpResponse:
    """Plan a series or a single meeting: first a preview of what it comes to, then it is saved."""
    group = get_group(request, pk)
    demand(request, "meetings.plan_meetings", group)
    form = SeriesForm(request.POST or None, group=group, initial=_first_values(group))
    shown: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        if "preview" in request.POST:
            shown = {"preview": _preview(group, form.facts)}
        elif planned := save(
            form, lambda: series.plan_series(group, facts=form.facts, by=request.user, at=timezone.now())
        ):
            say_done(request, _("Planned. The members are invited in ten minutes, unless you change it until then."))
            return redirect(planned)
    context = form_context(group, _("Plan meetings"), form, group=group, submit=_("Plan the meetings"), **shown)
    return render(request, "meetings/series_form.html", context)


def _first_values(group: Group) -> dict[str, Any]:
    return {
        "title": group.name, "kind": Series.Kind.MEETING, "minutes": 60, "repeats": "monthly", "every": 1,
        "monthly_by": "same_weekday", "ends": "never", "how": "in_person", "when_closed": Series.Closed.NEXT,
        "invites": True,
    }  # fmt: skip


def _preview(group: Group, facts: dict[str, Any], but: Series | None = None) -> dict[str, Any]:
    """Return what a schedule comes to: in words, its next dates with what they collide with, and the load."""
    drafted = series.draft_series(group, facts)
    found = series.preview_of(drafted, most=SHOWN)
    at = timezone.now()
    starts = series.starts_until(drafted, at + load.WINDOW)
    loads = load.loads_with(group, starts, drafted.minutes, at=at, but=but)
    others = Group.objects.current().of(group.area) if group.area else Group.objects.none()
    return {
        "words": found.words,
        "problems": found.problems,
        "slots": collisions.collisions_of(group, found.starts, drafted.minutes, room=drafted.room, but=but),
        "loads": loads[:MOST_LOADED],
        "overloaded": sum(each.is_too_much for each in loads),
        "most_hours": loads[0].most if loads else 0,
        "alike": load.alike_groups(group, others, timezone.localdate()),
        "people": len(loads),
    }


# ---------------------------------------------------------------- The page
def series_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a series: its schedule, its coming meetings, who is invited, and replies that need a look."""
    known = get_series(request, pk)
    at = timezone.now()
    may_plan = may(request.user, "meetings.plan_meetings", known.group)
    rows = known.meetings.with_place().filter(starts_at__gt=at).order_by("starts_at")
    context = {
        "title": known.title,
        "crumbs": group_breadcrumbs(known.group),
        "series": known,
        "group": known.group,
        "schedule": known.schedule,
        "coming": rows[:24],
        "following": getattr(known, "continued_by", None),
        "may_plan": may_plan,
        "invitations": roster.invitations_of(known) if may_plan else (),
        "no_address": _without_address(known) if may_plan else (),
        "due": _due(known) if may_plan else None,
        "replies": known.replies.unread().order_by("-received_at")[:20] if may_plan else (),
        **backlog_context(known, request.user, at=at, moved=request.GET.get("moved", "")),
    }
    return render(request, "meetings/series_detail.html", context)


def _due(known: Series) -> Any:
    """Return when the next update is mailed; nothing if none waits."""
    soonest = known.meetings.filter(update_due_at__isnull=False).order_by("update_due_at").first()
    times = [known.update_due_at, soonest.update_due_at if soonest else None]
    return min((time for time in times if time), default=None)


def _without_address(known: Series) -> Any:
    today = timezone.localdate()
    members = known.group.members.filter(email="", user=None).current().on(today)
    return members.order_by("name")


def series_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a series with its meetings and answers."""
    known = get_series(request, pk)
    links = ("meetings", "invitations", "answers")
    return history_page(request, known, links=links, crumbs=series_breadcrumbs(known))


# ---------------------------------------------------------------- Changing
def series_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change a series for all meetings that have not begun."""
    return _edit(request, get_series(request, pk), None)


def series_edit_from(request: SignedIn, pk: int) -> HttpResponse:
    """Change a series from one meeting on: this and following."""
    meeting = get_meeting(request, pk)
    return _edit(request, meeting.series, meeting)


def _edit(request: SignedIn, known: Series, since: Meeting | None) -> HttpResponse:
    demand(request, "meetings.plan_meetings", known.group)
    first_on = since.original_on if since else None
    form = SeriesForm(
        request.POST or None,
        group=known.group,
        rule=known.rule,
        initial=initial_of(known, first_on=first_on),
        version=version_of(known),
    )
    context: dict[str, Any] = {}
    if "preview" in request.POST and form.is_valid():
        context = {"preview": _preview(known.group, form.facts, but=known)}
    else:
        done, context = save_edit(
            form,
            lambda: series.update_series(
                known, facts=form.facts, since=since, version=form.version, by=request.user, at=timezone.now()
            ),
            known,
            lambda: initial_of(get_series(request, known.pk), first_on=first_on),
        )
        if done:
            say_done(request, _("Saved. Everybody is told in ten minutes, unless you change more until then."))
            return redirect(done if isinstance(done, Series) else known)
    title = _("Change this and following meetings") if since else _("Change all meetings")
    shown = form_context(known, title, form, group=known.group, submit=_("Save"))
    return render(request, "meetings/series_form.html", context | shown)


def series_end(request: SignedIn, pk: int) -> HttpResponse:
    """End a series after a day."""
    known = get_series(request, pk)
    demand(request, "meetings.plan_meetings", known.group)
    form = EndForm(request.POST or None)
    if form.is_bound and form.is_valid():
        last_on = form.cleaned_data["last_on"]
        ended = save(form, lambda: series.end_series(known, last_on=last_on, by=request.user, at=timezone.now()))
        if ended:
            say_done(request, _("The series ends. Everybody is told in ten minutes."))
            return redirect(known)
    context = form_context(known, _("End the series"), form, submit=_("End the series"))
    return render(request, "layouts/form.html", context)


@require_POST
def series_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a series that was planned by mistake."""
    known = get_series(request, pk)
    demand(request, "meetings.plan_meetings", known.group)
    try:
        series.remove_series(known, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The series is removed."), undo=reverse("meetings:series_restore", args=[pk]))
    return redirect(known)


@require_POST
def series_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed series."""
    known = get_series(request, pk)
    demand(request, "meetings.plan_meetings", known.group)
    try:
        series.restore_series(known, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The series is restored."))
    return redirect(known)


@require_POST
def series_send(request: SignedIn, pk: int) -> HttpResponse:
    """Mail what has changed now, without waiting for ten minutes."""
    known = get_series(request, pk)
    demand(request, "meetings.plan_meetings", known.group)
    number = updates.send_update(known.pk, at=timezone.now(), by=request.user, is_asked=True)
    words = ngettext("%(number)d email is on its way.", "%(number)d emails are on their way.", number)
    say_done(request, words % {"number": number} if number else _("Everybody knows of everything already."))
    return redirect(known)
