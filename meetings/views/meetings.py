"""One meeting: its page, moving and canceling it, an extra one, and what people answer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.actions.reading import meeting_actions
from meetings.agendas.pages import agenda_context
from meetings.context.lookups import get_meeting, get_reply, get_series
from meetings.context.pages import form_context, group_breadcrumbs, meeting_breadcrumbs
from meetings.forms.answers import AnswerForm
from meetings.forms.series import CancelForm, MeetingForm, meeting_facts
from meetings.invitations import answers, replies
from meetings.minutes.reading import minutes_context
from meetings.models import DETAILS, Answer, How, Meeting
from meetings.pdfs.reading import packets_context
from meetings.room.reading import room_context
from meetings.scheduling import collisions, meetings
from meetings.trainings.reading import training_context
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from partners.rules import demand, may


def meeting_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Show a meeting: when and where, who comes, and the person's own answer."""
    meeting = get_meeting(request, pk)
    at = timezone.now()
    guests = answers.guests_of(meeting)
    own = next((guest for guest in guests if _is(guest.invitation, request.user)), None)
    may_plan = may(request.user, "meetings.plan_meetings", meeting.group)
    slots = collisions.collisions_of(
        meeting.group, [meeting.local_start], meeting.minutes, room=meeting.room, but=meeting.series
    )
    context = {
        "title": meeting.title,
        "crumbs": group_breadcrumbs(meeting.group),
        "here": meeting.title,
        "meeting": meeting,
        "series": meeting.series,
        "group": meeting.group,
        "guests": guests,
        "turnout": answers.turnout_of(meeting.group, guests),
        "own": own,
        "can_answer": own is not None and meeting.is_planned and meeting.ends_at > at,
        "is_over": meeting.ends_at <= at,
        "may_plan": may_plan,
        "collisions": slots[0].collisions if may_plan and meeting.is_planned and meeting.starts_at > at else (),
        "replies": meeting.replies.unread().order_by("-received_at") if may_plan else (),
        **meeting_actions(meeting, request.user, at),
        "before": _neighbor(meeting, is_before=True),
        "after": _neighbor(meeting, is_before=False),
        **room_context(meeting, request.user, may_plan=may_plan, at=at),
        **agenda_context(meeting, request.user, at=at, moved=request.GET.get("moved", "")),
        **minutes_context(meeting, user=request.user, at=at),
        **packets_context(meeting, user=request.user),
        **training_context(meeting, user=request.user, at=at),
    }
    return render(request, "meetings/meeting_detail.html", context)


def _is(invitation: Any, user: Any) -> bool:
    return invitation.user_id == user.pk or invitation.email == user.email.lower()


def _neighbor(meeting: Meeting, *, is_before: bool) -> Meeting | None:
    """Return the meeting of the group before or after one."""
    rows = Meeting.objects.on_calendar().filter(group=meeting.group_id).exclude(pk=meeting.pk)
    if is_before:
        return rows.filter(starts_at__lt=meeting.starts_at).order_by("-starts_at").first()
    return rows.filter(starts_at__gt=meeting.starts_at).order_by("starts_at").first()


def meeting_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a meeting."""
    meeting = get_meeting(request, pk)
    runs = may(request.user, "meetings.edit_agenda", meeting.group)  # a draft of an agenda is nobody else's business
    links = ("answers", "agenda_items") if runs else ("answers",)
    return history_page(request, meeting, links=links, crumbs=meeting_breadcrumbs(meeting))


# ---------------------------------------------------------------- Changing one
def meeting_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Move one meeting, or change its title, length or place."""
    meeting = get_meeting(request, pk)
    demand(request, "meetings.plan_meetings", meeting.group)
    form = MeetingForm(
        request.POST or None, initial=meeting_facts(meeting), version=version_of(meeting), group=meeting.group
    )
    done, context = save_edit(
        form,
        lambda: meetings.update_meeting(
            meeting, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        meeting,
        lambda: meeting_facts(get_meeting(request, pk)),
    )
    if done:
        say_done(request, _("Saved. Everybody is told in ten minutes, unless you change more until then."))
        return redirect(meeting)
    intro = _("Only this meeting changes; the others of its series stay as they are.")
    shown = form_context(meeting, _("Change this meeting"), form, intro=intro)
    return render(request, "layouts/edit_form.html", context | shown)


@idempotent
def extra_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a meeting to a series that its rule does not make."""
    series = get_series(request, pk)
    demand(request, "meetings.plan_meetings", series.group)
    initial = {name: getattr(series, name) for name in DETAILS} | {"at": series.starts}
    form = MeetingForm(request.POST or None, initial=initial, group=series.group)
    if form.is_bound and form.is_valid():
        added = save(form, lambda: meetings.add_extra(series, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("The meeting is added. Everybody is told in ten minutes."))
            return redirect(added)
    context = form_context(series, _("Add an extra meeting"), form, submit=_("Add meeting"))
    return render(request, "layouts/form.html", context)


def meeting_cancel(request: SignedIn, pk: int) -> HttpResponse:
    """Cancel one meeting, with the reason."""
    meeting = get_meeting(request, pk)
    demand(request, "meetings.plan_meetings", meeting.group)
    form = CancelForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = save(form, lambda: meetings.cancel_meeting(meeting, reason=reason, by=request.user, at=timezone.now()))
        if done:
            undo = reverse("meetings:meeting_restore", args=[pk])
            say_done(request, _("The meeting is canceled. Everybody is told in ten minutes."), undo=undo)
            return redirect(meeting)
    intro = _("Only this meeting is canceled; the others of its series take place.")
    context = form_context(meeting, _("Cancel this meeting"), form, submit=_("Cancel the meeting"), intro=intro)
    return render(request, "layouts/form.html", context)


@require_POST
def meeting_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Let a canceled meeting take place all the same."""
    meeting = get_meeting(request, pk)
    demand(request, "meetings.plan_meetings", meeting.group)
    try:
        meetings.restore_meeting(meeting, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The meeting takes place. Everybody is told in ten minutes."))
    return redirect(meeting)


# ---------------------------------------------------------------- Answers
def meeting_answer(request: SignedIn, pk: int) -> HttpResponse:
    """Answer for oneself, signed in."""
    meeting = get_meeting(request, pk)
    if not answers.may_answer(meeting.series, request.user, at=timezone.now()):
        raise Http404
    invitation = answers.invitation_of(meeting.series, request.user)
    known = invitation.answers.filter(meeting=meeting).first() if invitation else None
    form = AnswerForm(
        request.POST or None, may_choose_how=meeting.how == How.BOTH, initial=_answer_facts(known) if known else None
    )
    if form.is_bound and form.is_valid():
        done = save(form, lambda: answers.answer_own(meeting, facts=form.facts, by=request.user, at=timezone.now()))
        if done:
            say_done(request, _("Your answer is recorded."))
            return redirect(meeting)
    context = form_context(meeting, _("Your answer"), form, submit=_("Send your answer"))
    return render(request, "layouts/form.html", context)


def answer_record(request: SignedIn, pk: int, invitation: int) -> HttpResponse:
    """Record what somebody told the staff by telephone."""
    meeting = get_meeting(request, pk)
    demand(request, "meetings.plan_meetings", meeting.group)
    guest = get_object_or_404(meeting.series.invitations.unrevoked().with_recipient(), pk=invitation)
    known = guest.answers.filter(meeting=meeting).first()
    form = AnswerForm(
        request.POST or None, may_choose_how=meeting.how == How.BOTH, initial=_answer_facts(known) if known else None
    )
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: answers.answer_for(
                guest, meeting, facts=form.facts, via=Answer.Via.STAFF, by=request.user, at=timezone.now()
            ),
        )
        if done:
            say_done(request, _("The answer of %(person)s is recorded.") % {"person": guest.name})
            return redirect(f"{meeting.get_absolute_url()}#answers")
    title = _("Answer of %(person)s") % {"person": guest.name}
    context = form_context(meeting, title, form, submit=_("Record the answer"))
    return render(request, "layouts/form.html", context)


def _answer_facts(known: Answer) -> dict[str, Any]:
    return {name: getattr(known, name) for name in answers.FACTS}


@require_POST
def reply_done(request: SignedIn, pk: int) -> HttpResponse:
    """Note that the staff have looked at a reply by mail."""
    reply = get_reply(request, pk)
    demand(request, "meetings.plan_meetings", reply.series.group)
    replies.mark_read(reply, by=request.user, at=timezone.now())
    say_done(request, _("Done."))
    return redirect(reply.series)
