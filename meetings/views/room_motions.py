"""Motions at a meeting: make one, vote, decide, reopen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_meeting, get_of_meeting
from meetings.context.pages import room_breadcrumbs, room_form_context, room_url
from meetings.forms.room import DecideForm, MotionForm, ReasonForm, motion_initial
from meetings.models import Attendance, Meeting, Motion, Vote
from meetings.room import motions
from meetings.room.reading import record_of
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from onestop.ops.request_numbers import whole_number
from partners.rules import demand


def _voting(meeting: Meeting) -> list[Attendance]:
    rows = meeting.attendance.for_quorum().select_related("seat__partnership__organization")
    return sorted(rows, key=lambda row: str(row.seat).casefold())


def _get(request: SignedIn, pk: int) -> Motion:
    rows = Motion.objects.select_related("item", "mover", "seconder", "approves__meeting__series")
    motion: Motion = get_of_meeting(request, rows, pk)
    demand(request, "meetings.plan_meetings", motion.meeting.group)
    return motion


def _place(motion: Motion) -> str:
    return f"item-{motion.item_id}" if motion.item_id else "whole"


# ---------------------------------------------------------------- Making
@idempotent
def motion_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record a motion."""
    meeting = get_meeting(request, pk)
    demand(request, "meetings.plan_meetings", meeting.group)
    initial = {"item": whole_number(request.GET.get("item"))}
    form = MotionForm(request.POST or None, meeting=meeting, voting=_voting(meeting), initial=initial)
    if form.is_bound and form.is_valid():
        motion = save(form, lambda: motions.add_motion(meeting, facts=form.facts, by=request.user, at=timezone.now()))
        if motion:
            say_done(request, _("The motion is recorded. Record the votes next."))
            return redirect("meetings:motion_detail", pk=motion.pk)
    context = room_form_context(meeting, _("Record a motion"), form, submit=_("Record the motion"))
    return render(request, "layouts/form.html", context)


def motion_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change an open motion."""
    motion = _get(request, pk)
    form = MotionForm(
        request.POST or None, meeting=motion.meeting, voting=_with_movers(motion), initial=motion_initial(motion),
        version=version_of(motion),
    )  # fmt: skip
    done, context = save_edit(
        form,
        lambda: motions.update_motion(
            motion, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        motion,
        lambda: motion_initial(Motion.objects.get(pk=pk)),
    )
    if done:
        say_done(request, _("The motion is saved."))
        return redirect("meetings:motion_detail", pk=pk)
    shown = room_form_context(motion.meeting, _("Change the motion"), form, _place(motion))
    return render(request, "layouts/edit_form.html", context | shown)


def _with_movers(motion: Motion) -> list[Attendance]:
    """Return the voting seats that are filled, and those that moved and seconded it."""
    rows = _voting(motion.meeting)
    known = {row.seat_id for row in rows}
    wanted = {motion.mover_id, motion.seconder_id} - known - {None}
    gone = motion.meeting.attendance.filter(seat__in=wanted).select_related("seat__partnership__organization")
    return [*rows, *gone]


# ---------------------------------------------------------------- Voting and deciding
@dataclass(frozen=True)
class Ballot:
    """One seat on the page of a motion: what was recorded, and what the form shows."""

    seat: int
    title: str
    name: str
    recorded: str
    chosen: str


def motion_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Show a motion with its votes by name, to vote and to decide."""
    return _show(request, _get(request, pk))


def _show(
    request: SignedIn, motion: Motion, *, typed: Mapping[int, str] | None = None, form: DecideForm | None = None
) -> HttpResponse:
    meeting = motion.meeting
    record = record_of(meeting)
    votes = list(motion.votes.select_related("seat__partnership__organization"))
    rows = _voting(meeting)
    counts = motions.count_of(motion)
    needed = (record.seats_needed or 0) if record else 0
    context = {
        "title": _("Motion %(number)d") % {"number": motion.number},
        "crumbs": room_breadcrumbs(meeting),
        "here": _("Motion %(number)d") % {"number": motion.number},
        "meeting": meeting,
        "motion": motion,
        "is_open": record is not None and record.is_open,
        "ballots": _ballots(rows, votes, typed or {}),
        "casts": Vote.Cast.choices,
        "counts": counts,
        "suggested": motions.suggested_state(counts, motion.method),
        "present": len(rows),
        "needed": needed,
        "has_quorum": len(rows) >= needed,
        "decide_form": form or _decide_form(motion, None, has_quorum=len(rows) >= needed),
        "room_url": room_url(meeting, _place(motion)),
    }
    return render(request, "meetings/room/motion.html", context)


def _ballots(rows: list[Attendance], votes: list[Vote], typed: Mapping[int, str]) -> list[Ballot]:
    cast = {vote.seat_id: vote.cast for vote in votes}
    here: dict[int, tuple[str, str]] = {row.seat_id: (str(row.seat), row.name) for row in rows if row.seat_id}
    gone = {vote.seat_id: (str(vote.seat), vote.name) for vote in votes if vote.seat_id not in here}
    return [
        Ballot(seat, title, name, cast.get(seat, ""), typed.get(seat, cast.get(seat, "")))
        for seat, (title, name) in (here | gone).items()
    ]


def _decide_form(motion: Motion, data: Any, *, has_quorum: bool) -> DecideForm:
    is_counted = motion.method == Motion.Method.VOICE
    return DecideForm(data, is_counted=is_counted, has_quorum=has_quorum)


@require_POST
def motion_vote(request: SignedIn, pk: int) -> HttpResponse:
    """Record how seats voted; "all yes" lets everybody vote yes of whom no vote is recorded."""
    motion = _get(request, pk)
    votes = _sent(request, "vote-")
    shown = _sent(request, "shown-")
    if "all" in request.POST:
        votes = {seat: votes.get(seat) or Vote.Cast.YES for seat in shown}
    try:
        motions.cast_votes(motion, votes=votes, shown=shown, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
        return _show(request, _get(request, pk), typed=votes)
    say_done(request, _("The votes are recorded."))
    return redirect("meetings:motion_detail", pk=pk)


def _sent(request: SignedIn, prefix: str) -> dict[int, str]:
    """Return what a form sent for each seat."""
    found = {}
    for name, value in request.POST.items():
        if name.startswith(prefix) and (seat := whole_number(name.removeprefix(prefix))):
            found[seat] = str(value)
    return found


@require_POST
def motion_decide(request: SignedIn, pk: int) -> HttpResponse:
    """Record what became of a motion."""
    motion = _get(request, pk)
    record = record_of(motion.meeting)
    needed = (record.seats_needed or 0) if record else 0
    has_quorum = motion.meeting.attendance.for_quorum().count() >= needed
    form = _decide_form(motion, request.POST, has_quorum=has_quorum)
    if form.is_valid():
        given = form.cleaned_data
        done = save(
            form,
            lambda: motions.decide_motion(
                motion, state=given["state"], counts=form.counts, without_quorum=given.get("without_quorum", False),
                by=request.user, at=timezone.now(),
            ),
        )  # fmt: skip
        if done:
            words = _("Motion %(number)d: %(state)s.")
            say_done(request, words % {"number": done.number, "state": done.get_state_display().lower()})
            return redirect(room_url(motion.meeting, _place(motion)))
    return _show(request, motion, form=form)


def motion_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Reopen a decided motion, with the reason."""
    motion = _get(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        if save(form, lambda: _reopen(request, motion, reason)):
            say_done(request, _("The motion is open again."))
            return redirect("meetings:motion_detail", pk=pk)
    intro = _("Its result and its decision are taken back. The votes stay, until you change them.")
    context = room_form_context(
        motion.meeting, _("Reopen the motion"), form, _place(motion), submit=_("Reopen the motion"), intro=intro
    )
    return render(request, "layouts/form.html", context)


def _reopen(request: SignedIn, motion: Motion, reason: str) -> None:
    motions.reopen_motion(motion, reason=reason, by=request.user, at=timezone.now())
