"""Record afterwards that minutes were approved: choose the motion, or describe it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.context.lookups import get_minutes
from meetings.context.pages import minutes_form_context
from meetings.forms.minutes import ChooseMotionForm, DescribeMotionForm
from meetings.minutes import approval
from meetings.models import Minutes
from meetings.pdfs import pdfs
from onestop.accounts.requests import SignedIn
from onestop.editing.saving import save, say_done
from partners.rules import demand


def minutes_approve(request: SignedIn, pk: int) -> HttpResponse:
    """Choose the recorded motion that approved the minutes; without one, describe it."""
    minutes = get_minutes(request, pk)
    demand(request, "meetings.keep_minutes", minutes.meeting.group)
    if not approval.motions_to_choose(minutes).exists():
        return redirect("meetings:minutes_describe", pk)
    form = ChooseMotionForm(request.POST or None, minutes=minutes)
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: approval.approve_minutes(
                minutes, motion=form.cleaned_data["motion"], by=request.user, at=timezone.now()
            ),
        )
        if done:
            return _done(request, done)
    context = minutes_form_context(
        minutes, _("Record the approval"), form, submit=_("Record the approval"),
        why_not=approval.why_not_approved(minutes), has_motions=True,
    )  # fmt: skip
    return render(request, "meetings/minutes/approve.html", context)


def minutes_approve_described(request: SignedIn, pk: int) -> HttpResponse:
    """Describe the motion that approved the minutes: by whom, with which votes, at which meeting."""
    minutes = get_minutes(request, pk)
    demand(request, "meetings.keep_minutes", minutes.meeting.group)
    at = timezone.now()
    form = DescribeMotionForm(request.POST or None, minutes=minutes, at=at)
    if form.is_bound and form.is_valid():
        meeting = form.cleaned_data["meeting"]
        done = save(
            form,
            lambda: approval.record_approval(minutes, meeting=meeting, facts=form.facts, by=request.user, at=at),
        )
        if done:
            return _done(request, done)
    context = minutes_form_context(
        minutes, _("Describe the motion"), form, submit=_("Record the approval"),
        why_not=approval.why_not_approved(minutes), has_motions=False,
    )  # fmt: skip
    return render(request, "meetings/minutes/approve.html", context)


def _done(request: SignedIn, minutes: Minutes) -> HttpResponse:
    if minutes.is_public:  # the PDF says from now on that they are approved
        pdfs.ask_for_minutes(minutes, by=None, at=timezone.now())
    say_done(request, _("The minutes are approved. They never change again."))
    return redirect(minutes)
