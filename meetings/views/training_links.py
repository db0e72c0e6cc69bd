"""What people say of a training: feedback by link, and two months later whether a partner's staff use it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_follow_up
from meetings.forms.trainings import FeedbackForm, FollowUpForm
from meetings.models import Training, TrainingFeedbackLink, TrainingFollowUp, TrainingFollowUpLink
from meetings.trainings import feedback, follow_ups
from onestop.accounts import emailed_links
from onestop.accounts.requests import SignedIn
from onestop.accounts.views.link_pages import LinkPage, author_of
from onestop.editing.saving import save, say_done
from onestop.ops.languages import in_languages
from partners.people import contacts
from partners.rules import demand


def _about_training(training: Training) -> dict[str, Any]:
    group = training.meeting.group
    return {
        "training": training,
        "meeting": training.meeting,
        "group": group,
        "contact": contacts.contact_in(group.area) if group.area else None,
    }


FEEDBACK = LinkPage(
    TrainingFeedbackLink,
    about=lambda link: _about_training(link.training),
    zone=lambda link: link.training.meeting.series.zone_info,
    over="meetings/trainings/link_over.html",
)
FOLLOW_UP = LinkPage(
    TrainingFollowUpLink,
    about=lambda link: _about_training(link.follow_up.training) | {"follow_up": link.follow_up},
    zone=lambda link: link.follow_up.partnership.area.zone,
    over="meetings/trainings/link_over.html",
)


# ---------------------------------------------------------------- Feedback
@in_languages
@never_cache
@ensure_csrf_cookie  # htmx takes its token from the cookie before a form of the page requests it
@login_not_required
def feedback_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask two questions about a training; afterwards, say thank you."""
    link, refusal = FEEDBACK.open(request, token, also=[TrainingFeedbackLink.ANSWERED])
    if link is None:
        return refusal
    context = {"title": link.training.topic, "asked": link, "token": token, **_about_training(link.training)}
    if link.answered_at:
        return render(request, "meetings/trainings/feedback_done.html", context)
    form = FeedbackForm(request.POST or None, name=link.name)
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: feedback.give_feedback(link, facts=form.facts, by=author_of(link), at=timezone.now()),
        )
        if done:
            return redirect("meetings:feedback_by_link", token=token)
    return render(request, "meetings/trainings/feedback.html", context | {"form": form})


@require_POST
@login_not_required
def feedback_link_opened(request: HttpRequest, token: str) -> HttpResponse:
    """Record that a person has opened the page; a mail scanner that only fetches it does not get here."""
    link, refusal = FEEDBACK.open(request, token, also=[TrainingFeedbackLink.ANSWERED])
    if link is None:
        return refusal
    emailed_links.note_opened(link, by=author_of(link), at=timezone.now())
    return HttpResponse(status=204)


# ---------------------------------------------------------------- Two months later
def follow_up_answer(request: SignedIn, pk: int) -> HttpResponse:
    """Say for a partner whether its staff use what they learned."""
    row = get_follow_up(request, pk)
    demand(request, "meetings.answer_follow_up", row)
    form = FollowUpForm(request.POST or None, initial=_facts(row))
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: follow_ups.answer_follow_up(row, facts=form.facts, by=request.user, at=timezone.now()),
        )
        if done:
            say_done(request, _("Thank you. Your answer is recorded."))
            return redirect("meetings:follow_up_answer", pk=pk)
    # Not everyone who answers for the partner sees the group of the training.
    trainings_url = reverse("meetings:training_list", args=[row.partnership.area.slug])
    context = {
        "title": _("Do your staff use it?"),
        "crumbs": [(_("Trainings"), trainings_url)],
        "form": form,
        "submit": _("Send the answer"),
        "cancel_url": trainings_url,
        "follow_up": row,
    }
    return render(request, "meetings/trainings/follow_up_form.html", context)


@in_languages
@never_cache
@ensure_csrf_cookie  # htmx takes its token from the cookie before a form of the page requests it
@login_not_required
def follow_up_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Say the same by a personal link, without an account."""
    link, refusal = FOLLOW_UP.open(request, token)
    if link is None:
        return refusal
    row = link.follow_up
    form = FollowUpForm(request.POST or None, initial=_facts(row))
    if form.is_bound and form.is_valid():
        done = save(
            form, lambda: follow_ups.answer_by_link(link, facts=form.facts, by=author_of(link), at=timezone.now())
        )
        if done:
            messages.success(request, _("Thank you. Your answer is recorded. You can change it here."))
            return redirect("meetings:follow_up_by_link", token=token)
    context = {
        "title": _("Do your staff use it?"), "asked": link, "token": token, "form": form, "follow_up": row,
        **_about_training(row.training),
    }  # fmt: skip
    return render(request, "meetings/trainings/follow_up.html", context)


@require_POST
@login_not_required
def follow_up_link_opened(request: HttpRequest, token: str) -> HttpResponse:
    """Record that a person has opened the page; a mail scanner that only fetches it does not get here."""
    link, refusal = FOLLOW_UP.open(request, token)
    if link is None:
        return refusal
    emailed_links.note_opened(link, by=author_of(link), at=timezone.now())
    return HttpResponse(status=204)


def _facts(row: TrainingFollowUp) -> dict[str, Any]:
    return {name: getattr(row, name) for name in follow_ups.FACTS}
