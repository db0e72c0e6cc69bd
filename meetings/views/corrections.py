"""Corrections of minutes, for people who are signed in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_correction, get_minutes
from meetings.context.pages import minutes_form_context
from meetings.forms.minutes import CorrectionAnswerForm, CorrectionForm
from meetings.minutes import circulation, corrections
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from partners.rules import demand


@idempotent
def correction_add(request: SignedIn, pk: int) -> HttpResponse:
    """Send a correction."""
    minutes = get_minutes(request, pk)
    form = CorrectionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: corrections.correct(
                minutes, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
            ),
        )  # fmt: skip
        if done:
            say_done(request, _("Your correction is sent."))
            return redirect(minutes)
    context = minutes_form_context(minutes, _("Send a correction"), form, submit=_("Send my correction"))
    return render(request, "layouts/form.html", context)


@require_POST
def minutes_agree(request: SignedIn, pk: int) -> HttpResponse:
    """Record that the person has no corrections."""
    minutes = get_minutes(request, pk)
    circulation.agree(minutes, by=request.user, at=timezone.now())
    say_done(request, _("Thank you. You have no corrections."))
    return redirect(minutes)


def correction_answer(request: SignedIn, pk: int) -> HttpResponse:
    """Answer a correction: change the text, or say why not."""
    correction = get_correction(request, pk)
    minutes = correction.minutes
    demand(request, "meetings.keep_minutes", minutes.meeting.group)
    if not correction.is_open or minutes.is_approved:
        messages.info(request, _("This correction was answered already."))
        return redirect(minutes)
    form = CorrectionAnswerForm(request.POST or None, initial={"text": minutes.text}, version=version_of(minutes))
    done, context = save_edit(
        form,
        lambda: corrections.answer_correction(
            correction, state=form.cleaned_data["state"], answer=form.cleaned_data["answer"], facts=form.facts,
            version=form.version, by=request.user, at=timezone.now(),
        ),
        minutes,
        lambda: {"text": get_minutes(request, minutes.meeting_id).text},
    )  # fmt: skip
    if done:
        say_done(request, _("Answered. %(person)s gets your answer.") % {"person": correction.name})
        return redirect(minutes)
    shown = minutes_form_context(minutes, _("Answer a correction"), form, submit=_("Send the answer"))
    context |= shown | {"correction": correction}
    return render(request, "meetings/minutes/correction_answer.html", context)
