"""Suggest an agenda item by the personal link of an invitation, without an account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from meetings.agendas import suggestions
from meetings.context.pages import about_invitation
from meetings.forms.agendas import SuggestionForm
from meetings.models import MeetingInvitation
from onestop.accounts.views.link_pages import LinkPage, author_of
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save
from onestop.ops.languages import in_languages

PAGE = LinkPage(
    MeetingInvitation,
    about=about_invitation,
    zone=lambda link: link.series.zone_info,
    over="meetings/link/over.html",
)


@in_languages
@never_cache
@login_not_required
@idempotent
def suggest_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Suggest an item for any meeting of a series."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    form = SuggestionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        added = save(
            form,
            lambda: suggestions.suggest_item(
                link.series, facts=form.cleaned_data, member=link.member, by=author_of(link), at=timezone.now()
            ),
        )
        if added:
            messages.success(request, _("Thank you. You get a notice when your suggestion is answered."))
            return redirect("meetings:answer_by_link", token=token)
    context = {"title": _("Suggest an agenda item"), "form": form, "token": token, "asked": link}
    return render(request, "meetings/link/suggest.html", context)
