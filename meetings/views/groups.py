"""Groups of an area: list, page, add, edit, archive, history, and the hours that the area asks of people."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.actions.reading import group_actions
from meetings.context.lookups import get_group
from meetings.context.pages import form_context, group_breadcrumbs
from meetings.filters.groups import GroupFilters
from meetings.forms.groups import GroupForm, PolicyForm
from meetings.groups import groups, rhythm
from meetings.groups.reading import group_page
from meetings.models import Group
from meetings.scheduling.load import most_hours
from meetings.tables.groups import GroupTable
from meetings.turnout.shares import shares_of
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from onestop.ui.lists import list_page
from partners.models import State
from partners.network.current_area import enter_area
from partners.rules import demand, may


def group_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the groups of an area that the person may see, with how they keep their rhythm."""
    area = enter_area(request, slug)
    rows = Group.objects.visible_to(request.user).of(area).select_related("area", "state")
    return list_page(
        request,
        key=f"groups:{area.slug}",
        title=_("Groups"),
        queryset=rows.with_counts().order_by("kind", "name"),
        filters=GroupFilters,
        table=GroupTable,
        template="meetings/group_list.html",
        given=lambda page: {
            "rhythms": {each.group.pk: each for each in rhythm.rhythms_of(page, at=timezone.now())},
            "shares": shares_of(page, at=timezone.now()),
        },
        context={
            "area": area,
            "may_add": may(request.user, "meetings.add_group", area),
            "may_set": may(request.user, "meetings.set_policy", area),
            "most_hours": most_hours(area),
        },
    )


def group_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a group: its charter, seats and members, series, meetings, and its promised and real rhythm."""
    group = get_group(request, pk)
    may_keep = may(request.user, "meetings.keep_group", group)
    context = {
        "title": group.name,
        "crumbs": group_breadcrumbs(group)[:-1],
        "here": group.name,
        "group": group,
        "may_keep": may_keep,
        "may_plan": may(request.user, "meetings.plan_meetings", group) and not group.is_archived,
        **group_page(group, user=request.user, at=timezone.now(), sees_past=may_keep),
        **group_actions(group, request.user, timezone.now()),
    }
    return render(request, "meetings/group_detail.html", context)


@idempotent
def group_add(request: SignedIn, slug: str) -> HttpResponse:
    """Add a group of an area."""
    area = enter_area(request, slug)
    demand(request, "meetings.add_group", area)
    form = GroupForm(request.POST or None, place=area, initial={"kind": request.GET.get("kind", "")})
    if form.is_bound and form.is_valid():
        further = form.cleaned_data.get("further_areas", ())
        group = save(
            form,
            lambda: groups.add_group(area, facts=form.facts, further_areas=further, by=request.user, at=timezone.now()),
        )
        if group:
            say_done(request, _("The group is added. Say next who belongs to it."))
            return redirect(group)
    context = {
        "title": _("Add a group"),
        "crumbs": [(_("Groups"), reverse("meetings:group_list", args=[slug]))],
        "here": _("Add a group"),
        "form": form,
        "submit": _("Add group"),
        "cancel_url": reverse("meetings:group_list", args=[slug]),
    }
    return render(request, "layouts/form.html", context)


@idempotent
def state_group_add(request: SignedIn, code: str) -> HttpResponse:
    """Add a group of a state."""
    state = get_object_or_404(State.objects.visible_to(request.user), code=code)
    demand(request, "meetings.add_state_group", state)
    form = GroupForm(request.POST or None, place=state)
    if form.is_bound and form.is_valid():
        group = save(form, lambda: groups.add_group(state, facts=form.facts, by=request.user, at=timezone.now()))
        if group:
            say_done(request, _("The group is added. Say next who belongs to it."))
            return redirect(group)
    context = {
        "title": _("Add a group of %(state)s") % {"state": state},
        "crumbs": [(state.name, reverse("dashboards:state", args=[code]))],
        "form": form,
        "submit": _("Add group"),
        "cancel_url": reverse("dashboards:state", args=[code]),
    }
    return render(request, "layouts/form.html", context)


def group_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a group."""
    group = get_group(request, pk)
    demand(request, "meetings.keep_group", group)
    links = ("further_areas",)
    place: Any = group.area or group.state
    form = GroupForm(request.POST or None, initial=_facts(group), version=version_of(group, links), place=place)
    done, context = save_edit(
        form,
        lambda: groups.update_group(
            group,
            facts=form.facts,
            further_areas=form.cleaned_data.get("further_areas"),
            version=form.version,
            by=request.user,
            at=timezone.now(),
        ),
        group,
        lambda: _facts(get_group(request, pk)),
        links,
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(group)
    title = _("Edit %(name)s") % {"name": group.name}
    return render(request, "layouts/edit_form.html", context | form_context(group, title, form, here=_("Edit")))


def _facts(group: Group) -> dict[str, Any]:
    facts = {name: getattr(group, name) for name in groups.FACTS}
    return facts | {"further_areas": list(group.further_areas.values_list("area", flat=True))}


@require_POST
def group_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Archive a group that no longer meets."""
    group = get_group(request, pk)
    demand(request, "meetings.keep_group", group)
    try:
        groups.archive_group(group, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        undo = reverse("meetings:group_restore", args=[pk])
        say_done(request, _("%(group)s is archived.") % {"group": group}, undo=undo)
    return redirect(group)


@require_POST
def group_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an archived group."""
    group = get_group(request, pk)
    demand(request, "meetings.keep_group", group)
    try:
        groups.restore_group(group, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("%(group)s is restored.") % {"group": group})
    return redirect(group)


def group_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a group with its seats and members."""
    group = get_group(request, pk)
    return history_page(request, group, links=groups.LINKS, crumbs=group_breadcrumbs(group))


def policy_edit(request: SignedIn, slug: str) -> HttpResponse:
    """Set how many hours a month the area asks people to meet at most."""
    area = enter_area(request, slug)
    demand(request, "meetings.set_policy", area)
    form = PolicyForm(request.POST or None, initial={"hours_a_month": most_hours(area)})
    if form.is_bound and form.is_valid():
        hours = form.cleaned_data["hours_a_month"]
        groups.set_policy(area, hours_a_month=hours, by=request.user, at=timezone.now())
        say_done(request, _("Saved."))
        return redirect("meetings:group_list", slug=slug)
    context = {
        "title": _("Hours in meetings"),
        "crumbs": [(_("Groups"), reverse("meetings:group_list", args=[slug]))],
        "form": form,
        "cancel_url": reverse("meetings:group_list", args=[slug]),
    }
    return render(request, "layouts/form.html", context)
