"""Papers of agenda items: add, edit, remove and restore them, and read them by a personal link."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from meetings.agendas import papers
from meetings.agendas.reading import agenda_of
from meetings.context.lookups import get_item, get_paper
from meetings.context.pages import about_invitation, form_context
from meetings.forms.agendas import PaperForm
from meetings.models import AgendaPaper, MeetingInvitation
from onestop.accounts.requests import SignedIn
from onestop.accounts.views.link_pages import LinkPage
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from onestop.files.contents import contents_response
from onestop.files.receiving import receive_files, status_of
from onestop.ops.request_limits import takes_files
from partners.rules import demand

RUN = "meetings.edit_agenda"


@takes_files
@idempotent
def paper_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a paper to an item."""
    item = get_item(request, pk)
    demand(request, RUN, item.series.group)
    form = PaperForm(request.POST or None, request.FILES or None)
    receive_files(request, form, at=timezone.now())
    if form.is_bound and form.is_valid():
        added = save(form, lambda: papers.add_paper(item, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("“%(title)s” is added.") % {"title": added.title})
            return redirect(added)
    title = _("Add a paper to “%(title)s”") % {"title": item.title}
    context = form_context(item.meeting or item.series, title, form, submit=_("Add paper"), here=_("Add a paper"))
    return render(request, "layouts/form.html", context, status=status_of(form))


@takes_files
def paper_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change the file or the title of a paper, or whether it is public."""
    paper = _get(request, pk)
    form = PaperForm(request.POST or None, request.FILES or None, initial=_facts(paper), version=version_of(paper))
    receive_files(request, form, at=timezone.now())
    done, context = save_edit(
        form,
        lambda: papers.update_paper(paper, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        paper,
        lambda: _facts(get_paper(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(done)
    place = paper.item.meeting or paper.item.series
    context |= form_context(place, _("Edit “%(title)s”") % {"title": paper.title}, form)
    return render(request, "layouts/edit_form.html", context, status=status_of(form))


def _facts(paper: AgendaPaper) -> dict[str, Any]:
    return {name: getattr(paper, name) for name in papers.FACTS}


@require_POST
def paper_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a paper."""
    undo = reverse("meetings:paper_restore", args=[pk])
    return _change(request, pk, papers.remove_paper, _("“%(title)s” is removed."), undo)


@require_POST
def paper_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed paper."""
    return _change(request, pk, papers.restore_paper, _("“%(title)s” is restored."))


def _change(request: SignedIn, pk: int, verb: Callable[..., None], words: str, undo: str = "") -> HttpResponse:
    paper = _get(request, pk)
    try:
        verb(paper, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, words % {"title": paper.title}, undo=undo)
    return redirect(paper)


def _get(request: HttpRequest, pk: int) -> AgendaPaper:
    paper = get_paper(request, pk)
    demand(request, RUN, paper.item.series.group)
    return paper


# ---------------------------------------------------------------- By a personal link
PAGE = LinkPage(
    MeetingInvitation,
    about=about_invitation,
    zone=lambda link: link.series.zone_info,
    over="meetings/link/over.html",
)


@require_safe
@never_cache
@login_not_required
def paper_by_link(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    """Download a paper of a published agenda, by the link of an invitation to the series."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    rows = AgendaPaper.objects.current().select_related("file", "item__meeting__series")
    paper = rows.filter(pk=pk, item__meeting__series=link.series_id, item__archived_at=None).first()
    meeting = paper.item.meeting if paper else None
    if paper is None or meeting is None or not agenda_of(meeting).is_known or not paper.file.is_clean:
        raise Http404("No such paper.")
    try:
        return contents_response(paper.file)
    except OSError:
        raise Http404("The file cannot be read.") from None
