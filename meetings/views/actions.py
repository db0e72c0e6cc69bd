"""Action items: the list of an area, its board, the page of one; adding, editing and reassigning."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.actions import actions
from meetings.actions.reading import age_words, board_of, of_area, standing_of, updates_of
from meetings.context.lookups import get_action, get_group
from meetings.context.pages import action_breadcrumbs, action_form_context, form_context
from meetings.filters.actions import ActionFilters, BoardFilters
from meetings.forms.actions import ActionForm, WhoseForm, facts_of, who_of
from meetings.models import Group, Meeting
from meetings.tables.actions import ActionTable
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from onestop.ops.request_numbers import whole_number
from onestop.ui.lists import applied_filters, list_page
from partners.network.current_area import enter_area
from partners.network.served_things import read_served
from partners.rules import demand, may


def action_list(request: SignedIn, slug: str) -> HttpResponseBase:
    """List the action items of an area that the person may see; open ones first."""
    area = enter_area(request, slug)
    return list_page(
        request,
        key=f"actions:{area.slug}",
        title=_("Action items"),
        queryset=of_area(area, request.user).order_by("due_on", "pk"),
        filters=ActionFilters,
        table=ActionTable,
        template="meetings/actions/action_list.html",
        context={"area": area, "tabs": _tabs(slug, "list")},
        area=area,
    )


def action_board(request: SignedIn, slug: str) -> HttpResponse:
    """Show the action items of an area in columns: overdue, due in two weeks, later, done lately."""
    area = enter_area(request, slug)
    rows = of_area(area, request.user)
    bar = BoardFilters(request.GET, queryset=rows, request=request, area=area)
    query = request.GET.copy()
    for name in list(query):
        if name not in bar.filters:
            del query[name]
    context = {
        "title": _("Action items"),
        "area": area,
        "tabs": _tabs(slug, "board"),
        "filter": bar,
        "applied": list(applied_filters(bar, request.GET)),
        "columns": board_of(bar.qs if bar.is_valid() else rows, timezone.localdate(), timezone.now()),
        "query": query.urlencode(),
    }
    return render(request, "meetings/actions/action_board.html", context)


def _tabs(slug: str, current: str) -> list[dict[str, Any]]:
    pages = (("list", _("List"), "meetings:action_list"), ("board", _("Board"), "meetings:action_board"))
    return [
        {"label": label, "url": reverse(name, args=[slug]), "current": key == current} for key, label, name in pages
    ]


def action_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Show an action item: whose it is, until when, and what was reported."""
    action = get_action(request, pk)
    today = timezone.localdate()
    may_keep = may(request.user, "meetings.keep_action", action)
    context = {
        "title": action.text,
        "crumbs": action_breadcrumbs(request, action)[:-1],
        "here": action.text,
        "action": action,
        "group": action.group,
        "standing": standing_of(action, today),
        "age": age_words(action, today),
        "updates": updates_of(action),
        "served": read_served([action.serves], request.user).get(action.serves) if action.serves else None,
        "may_keep": may_keep,
        "may_report": may_keep or may(request.user, "meetings.report_action", action),
        "sees_group": Group.objects.visible_to(request.user).filter(pk=action.group_id).exists(),
    }
    return render(request, "meetings/actions/action_detail.html", context)


def action_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of an action item."""
    action = get_action(request, pk)
    return history_page(request, action, links=("links",), crumbs=action_breadcrumbs(request, action))


# ---------------------------------------------------------------- Changing it
@idempotent
def action_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add an action item of a group, or one that was decided at a meeting of it (``?meeting=``)."""
    group = get_group(request, pk)
    demand(request, "meetings.add_action", group)
    meeting = _meeting_of(request, group)
    form = ActionForm(request.POST or None, group=group, user=request.user)
    if form.is_bound and form.is_valid():
        added = save(
            form,
            lambda: actions.add_action(group, facts=form.facts, meeting=meeting, by=request.user, at=timezone.now()),
        )
        if added:
            say_done(request, _("The action item is added. Its person is told in ten minutes."))
            return redirect(meeting or added)
    context = form_context(meeting or group, _("Add an action item"), form, submit=_("Add action item"))
    return render(request, "layouts/form.html", context)


def _meeting_of(request: HttpRequest, group: Group) -> Meeting | None:
    number = whole_number(request.GET.get("meeting"))
    if number is None:
        return None
    return get_object_or_404(Meeting.objects.with_place(), pk=number, group=group)


def action_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit an action item: what, whose, until when."""
    action = get_action(request, pk)
    demand(request, "meetings.keep_action", action)
    form = ActionForm(
        request.POST or None, initial=facts_of(action), version=version_of(action), group=action.group,
        user=request.user, action=action,
    )  # fmt: skip
    done, context = save_edit(
        form,
        lambda: actions.update_action(
            action, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        action,
        lambda: facts_of(get_action(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(action)
    shown = action_form_context(request, action, _("Edit this action item"), form)
    return render(request, "layouts/edit_form.html", context | shown)


def action_reassign(request: SignedIn, pk: int) -> HttpResponse:
    """Give an action item to somebody else."""
    action = get_action(request, pk)
    demand(request, "meetings.keep_action", action)
    form = WhoseForm(
        request.POST or None, initial=who_of(action), version=version_of(action), group=action.group, action=action
    )
    done, context = save_edit(
        form,
        lambda: actions.update_action(
            action, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        action,
        lambda: who_of(get_action(request, pk)),
    )
    if done:
        say_done(request, _("Reassigned. The new person is told in ten minutes."))
        return redirect(action)
    shown = action_form_context(request, action, _("Reassign this action item"), form, submit=_("Reassign"))
    return render(request, "layouts/edit_form.html", context | shown)
