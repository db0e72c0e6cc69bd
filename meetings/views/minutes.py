"""Minutes: draft, edit, send for correction, publish; their page for members and the one for everybody."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_meeting, get_minutes
from meetings.context.pages import meeting_breadcrumbs, minutes_breadcrumbs, minutes_form_context
from meetings.forms.minutes import CirculateForm, MinutesForm, PublishForm
from meetings.minutes import circulation, drafting, publishing, reading
from meetings.models import Minutes
from meetings.pdfs import pdfs
from onestop.accounts.requests import SignedIn
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from partners.rules import demand


def minutes_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Show the minutes of a meeting, with corrections and what can be done."""
    minutes = get_minutes(request, pk)
    context = {
        "title": _("Minutes"),
        "crumbs": meeting_breadcrumbs(minutes.meeting),
        "here": _("Minutes"),
        **reading.minutes_page(minutes, user=request.user, at=timezone.now()),
    }
    return render(request, "meetings/minutes/minutes_detail.html", context)


@require_POST
def minutes_draft(request: SignedIn, pk: int) -> HttpResponse:
    """Draft the minutes of a meeting from what was recorded."""
    meeting = get_meeting(request, pk)
    demand(request, "meetings.keep_minutes", meeting.group)
    try:
        minutes = drafting.draft_minutes(meeting, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect(meeting)
    return redirect(minutes)


def minutes_redraft(request: SignedIn, pk: int) -> HttpResponse:
    """Replace the text of a draft by what is recorded now, after a confirmation."""
    minutes = get_minutes(request, pk)
    demand(request, "meetings.keep_minutes", minutes.meeting.group)
    if request.method == "POST":
        try:
            drafting.draft_again(minutes, by=request.user, at=timezone.now())
        except Refused as problem:
            messages.error(request, str(problem))
        else:
            say_done(request, _("The text is drafted again. The history keeps the text before."))
        return redirect(minutes)
    context = {
        "title": _("Draft the minutes again?"),
        "consequences": [
            _("The text is replaced by a new draft of what is recorded now. What was typed is lost from the text."),
            _("The history keeps the text as it was, so that you can copy from it."),
        ],
        "act": _("Replace the text"),
        "cancel_url": minutes.get_absolute_url(),
    }
    return render(request, "layouts/confirm.html", context)


def minutes_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit the text."""
    minutes = get_minutes(request, pk)
    demand(request, "meetings.keep_minutes", minutes.meeting.group)
    if minutes.is_approved:
        messages.error(request, _("These minutes are approved. Approved minutes never change."))
        return redirect(minutes)
    form = MinutesForm(request.POST or None, initial=_facts(minutes), version=version_of(minutes))
    done, context = save_edit(
        form,
        lambda: drafting.update_minutes(
            minutes, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        minutes,
        lambda: _facts(get_minutes(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(minutes)
    shown = minutes_form_context(minutes, _("Edit the minutes"), form)
    return render(request, "layouts/edit_form.html", context | shown)


def _facts(minutes: Minutes) -> dict[str, Any]:
    return {name: getattr(minutes, name) for name in drafting.FACTS}


def minutes_send(request: SignedIn, pk: int) -> HttpResponse:
    """Send the minutes to the members for correction, or change the day."""
    minutes = get_minutes(request, pk)
    demand(request, "meetings.keep_minutes", minutes.meeting.group)
    at = timezone.now()
    form = CirculateForm(request.POST or None, minutes=minutes, at=at)
    if form.is_bound and form.is_valid():
        sent = save(
            form,
            lambda: (
                circulation.send_for_correction(minutes, until=form.cleaned_data["until"], by=request.user, at=at),
            ),
        )
        if sent:
            say_done(request, _say_sent(len(sent[0])))
            return redirect(minutes)
    intro = _(
        "Each member gets one email with a personal link, and can read the minutes and send corrections without "
        "signing in. Members can read the minutes from now on."
    )
    if minutes.is_draft:
        title, submit = _("Send for correction"), _("Send the minutes")
    else:
        title, submit = _("Change the day for corrections"), _("Save the day")
        intro = _("Members who came into the group since get an email with a personal link.")
    context = minutes_form_context(minutes, title, form, submit=submit, intro=intro)
    return render(request, "layouts/form.html", context)


def _say_sent(number: int) -> str:
    if not number:
        return _("The day is changed.")
    return _("Emails are on their way: %(number)d.") % {"number": number}


def minutes_publish(request: SignedIn, pk: int) -> HttpResponse:
    """Choose who may read the minutes."""
    minutes = get_minutes(request, pk)
    demand(request, "meetings.keep_minutes", minutes.meeting.group)
    form = PublishForm(request.POST or None, minutes=minutes)
    if form.is_bound and form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        done = save(
            form,
            lambda: publishing.set_audience(
                minutes, audience=given["audience"], is_draft_asked=given.get("is_draft_asked", False),
                by=request.user, at=at,
            ),
        )  # fmt: skip
        if done:
            if done.is_public:
                pdfs.ask_for_minutes(done, by=None, at=at)
            say_done(request, _("Saved: %(who)s.") % {"who": done.get_audience_display()})
            return redirect(minutes)
    why = publishing.why_not_public(minutes.meeting.group)
    context = minutes_form_context(minutes, _("Who may read the minutes"), form, intro=why)
    return render(request, "layouts/form.html", context)


@require_POST
def minutes_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw the publication: only members read the minutes again."""
    minutes = get_minutes(request, pk)
    demand(request, "meetings.keep_minutes", minutes.meeting.group)
    publishing.withdraw_publication(minutes, by=request.user, at=timezone.now())
    say_done(request, _("The minutes are no longer public."))
    return redirect(minutes)


def minutes_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of the text, for those who run the group."""
    minutes = get_minutes(request, pk)
    demand(request, "meetings.keep_minutes", minutes.meeting.group)
    return history_page(request, minutes, links=("corrections",), crumbs=minutes_breadcrumbs(minutes))
