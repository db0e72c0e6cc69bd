"""The members of a group."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_group, get_member
from meetings.context.pages import form_context
from meetings.forms.groups import MemberForm, who_of
from meetings.groups import members
from meetings.models import Group, GroupMember
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.ops.request_numbers import whole_number
from partners.board.holding import FACTS as HELD
from partners.rules import demand


@idempotent
def member_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a person to a group."""
    group = get_group(request, pk)
    demand(request, "meetings.keep_group", group)
    initial = {"role": "member", "from_on": timezone.localdate(), "seat": whole_number(request.GET.get("seat"))}
    form = MemberForm(request.POST or None, group=group, is_new=True, initial=initial)
    if form.is_bound and form.is_valid():
        member = save(form, lambda: members.add_member(group, facts=form.facts, by=request.user, at=timezone.now()))
        if member:
            undo = reverse("meetings:member_remove", args=[member.pk])
            say_done(request, _("%(person)s belongs to the group now.") % {"person": member.name}, undo=undo)
            return _back(group)
    context = form_context(group, _("Add a member"), form, submit=_("Add member"))
    return render(request, "layouts/form.html", context)


def member_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a member, or note that the person left."""
    member = get_member(request, pk)
    group = member.group
    demand(request, "meetings.keep_group", group)
    form = MemberForm(
        request.POST or None, initial=_facts(member), version=version_of(member), group=group, is_new=False
    )
    done, context = save_edit(
        form,
        lambda: members.update_member(
            member, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        member,
        lambda: _facts(get_member(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return _back(group)
    title = _("Edit %(name)s") % {"name": member.name}
    return render(request, "layouts/edit_form.html", context | form_context(group, title, form))


def _facts(member: GroupMember) -> dict[str, Any]:
    facts = {name: getattr(member, name) for name in (*HELD, *members.OWN)}
    return facts | {"who": who_of(member), "seat": member.seat_id}


@require_POST
def member_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a member who was added by mistake."""
    member = get_member(request, pk)
    demand(request, "meetings.keep_group", member.group)
    members.remove_member(member, by=request.user, at=timezone.now())
    undo = reverse("meetings:member_restore", args=[pk])
    say_done(request, _("%(person)s is removed.") % {"person": member.name}, undo=undo)
    return _back(member.group)


@require_POST
def member_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed member."""
    member = get_member(request, pk)
    demand(request, "meetings.keep_group", member.group)
    try:
        members.restore_member(member, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("%(person)s is restored.") % {"person": member.name})
    return _back(member.group)


def _back(group: Group) -> HttpResponse:
    return redirect(f"{group.get_absolute_url()}#members")
