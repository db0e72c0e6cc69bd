"""The public page of a board, as its staff edit, publish and withdraw it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.board_page import editing
from meetings.board_page.checks import checks_of
from meetings.context.lookups import get_group
from meetings.context.pages import form_context
from meetings.forms.board_page import BoardPageForm
from meetings.models import BoardPage, Group
from onestop.accounts.requests import SignedIn
from onestop.editing.refusals import Refused
from onestop.editing.saving import save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from onestop.files.receiving import receive_files, status_of
from onestop.ops.request_limits import takes_files
from partners.rules import demand


def get_board(request: HttpRequest, pk: int) -> Group:
    """Return the board of an area that the user may see, and enter its area; otherwise 404."""
    group = get_group(request, pk)
    if group.kind != Group.Kind.BOARD or group.area is None:
        raise Http404("No such board.")
    return group


@takes_files
def board_page_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit the public page of a board."""
    group, at = get_board(request, pk), timezone.now()
    demand(request, "meetings.keep_group", group)
    page = editing.page_of(group)
    form = BoardPageForm(
        request.POST or None, request.FILES or None, initial=_facts(page), version=version_of(page) if page.pk else "0"
    )
    receive_files(request, form, at=at)
    done, context = save_edit(
        form,
        lambda: editing.update_page(group, facts=form.facts, version=form.version, by=request.user, at=at),
        page,
        lambda: _facts(editing.page_of(group)),
    )
    if done:
        say_done(request, _("Saved. Everybody sees it now.") if done.is_published else _("Saved."))
        return redirect("meetings:board_page_edit", pk=pk)
    intro = _("The public finds here who serves on the board, when it meets, and what it decided (20 CFR 679.390).")
    shown = form_context(group, _("Public page of %(board)s") % {"board": group.name}, form, here=_("Public page"))
    more = {
        "group": group,
        "page": page,
        "intro": intro,
        "checks": checks_of(page, group.area, at=at) if group.area else [],
        "public_url": reverse("meetings:board_public", args=[group.area.slug]) if group.area else "",
    }
    return render(request, "meetings/board_page/edit.html", context | shown | more, status=status_of(form))


def _facts(page: BoardPage) -> dict[str, Any]:
    return {name: getattr(page, name) for name in editing.FACTS}


@require_POST
def board_page_publish(request: SignedIn, pk: int) -> HttpResponse:
    """Publish the page of a board."""
    group = get_board(request, pk)
    demand(request, "meetings.keep_group", group)
    try:
        editing.publish_page(group, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        undo = reverse("meetings:board_page_withdraw", args=[pk])
        say_done(request, _("The page of the board is public."), undo=undo)
    return redirect("meetings:board_page_edit", pk=pk)


@require_POST
def board_page_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Take the page of a board off the public pages."""
    group = get_board(request, pk)
    demand(request, "meetings.keep_group", group)
    try:
        editing.withdraw_page(group, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        undo = reverse("meetings:board_page_publish", args=[pk])
        say_done(request, _("The page of the board is no longer public."), undo=undo)
    return redirect("meetings:board_page_edit", pk=pk)
