"""What of the network's record waits to be kept right: services, changes, imports, terms, centers."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min
from django.db.models.functions import Lower
from django.urls import reverse

from onestop.notices.reminders import ReminderProgress, ReminderSubject
from onestop.ui.presentation import day, shortday
from onestop.ui.todo import LATER, NOW, SOON, TodoItem
from partners.models import Center, CenterReview, ConfirmationRequest, ImportRun, LocalArea, Partnership, Term
from partners.models.proposals import ProposalQuerySet
from partners.models.services import ServiceQuerySet
from partners.network.due_dates import OVER, clocks_of
from partners.network.summary import services_of
from partners.notices.reminder_status import words_of
from partners.notices.stale_services import progress_by_partner
from partners.seats import seats_of
from partners.todo.lines import NAMED, see_all
from partners.upkeep import confirmation_requests
from partners.upkeep.proposals import labels_of


def unconfirmed_services(area: LocalArea, at: datetime) -> Iterator[TodoItem]:
    """Yield partners whose services nobody has confirmed for too long, those with the most first."""
    today = at.astimezone(area.zone).date()
    partners = list(
        Partnership.objects.filter(services__in=services_of(area).stale(today))
        .select_related("organization")
        .annotate(waiting=Count("services"), oldest=Min("services__verified_on"))
        .order_by("-waiting", Lower("organization__name"), "pk")
    )
    address = reverse("partners:service_list", args=[area.slug])
    asked = confirmation_requests.last_asked_of(partners[:NAMED])
    reminded = _reminded(partners[:NAMED], at)
    for partner in partners[:NAMED]:
        request = asked.get(partner.pk)
        noun, them, they = (
            ("service is", "it", "it is") if partner.waiting == 1 else ("services are", "them", "they are")
        )
        yield TodoItem(
            NOW if partner.oldest else SOON,
            "clock-history",
            f"{partner.waiting} {noun} not confirmed by {partner.organization.name}",
            _who_asked(request, reminded.get(partner.pk))
            or f"Nobody has said “still right” for six months; the public sees {them} as {they}.",
            f"{address}?freshness=unconfirmed&partner={partner.pk}",
            *_ask_or_look(partner, them, may_ask=confirmation_requests.may_ask_again_on(request, at) is None),
        )
    if rest := partners[NAMED:]:
        yield TodoItem(
            SOON,
            "clock-history",
            f"{len(rest)} more {'partner has' if len(rest) == 1 else 'partners have'} services to confirm",
            f"{sum(partner.waiting for partner in rest)} services in all.",
            f"{address}?freshness=unconfirmed",
            "See all",
        )


def _who_asked(request: ConfirmationRequest | None, reminded: tuple[ReminderSubject, ReminderProgress] | None) -> str:
    """Return who has asked a partner last, a person or the portal; nothing if nobody waits for an answer."""
    standing = reminded[1] if reminded else ReminderProgress()
    if request and request.asked_by and not request.answered_at and not standing.is_exhausted:
        return f"{request.asked_by} asked on {shortday(request.asked_at)}; no answer yet."
    return words_of(standing) if standing.steps_told else ""


def _reminded(partners: Sequence[Partnership], at: datetime) -> dict[int, tuple[ReminderSubject, ReminderProgress]]:
    return progress_by_partner(Partnership.objects.filter(pk__in=[partner.pk for partner in partners]), at=at)


def _ask_or_look(partner: Partnership, them: str, *, may_ask: bool) -> tuple[str, str]:
    """Return the button of partners that have not confirmed: ask them by e-mail, unless that was done lately."""
    if not may_ask:
        return f"Look at {them}", ""
    return "Ask them", reverse("partners:partnership_ask", args=[partner.pk])


def changes_to_decide(proposals: ProposalQuerySet, area: LocalArea) -> Iterator[TodoItem]:
    """Yield proposed changes that wait for a decision, the oldest first."""
    rows = proposals.open().filter(service__partnership__archived_at=None)
    waiting = list(rows.select_related("service__partnership__organization").order_by("proposed_at", "pk")[: NAMED + 1])
    for proposal in waiting[:NAMED]:
        yield TodoItem(
            SOON,
            "chat-left-text",
            f"{proposal.proposer_name} proposes a change to {proposal.service.name}",
            f"{proposal.service.partnership.organization.name}: {', '.join(labels_of(proposal.after))}. "
            "What it says now stays public until you decide.",
            reverse("partners:proposal_detail", args=[proposal.pk]),
            "Decide",
        )
    if len(waiting) > NAMED:
        address = reverse("partners:proposal_list", args=[area.slug]) + "?status=open"
        yield see_all(SOON, "More changes are proposed", address)


def open_imports(area: LocalArea) -> Iterator[TodoItem]:
    """Yield imports that somebody has begun and not finished."""
    waiting = list(ImportRun.objects.filter(area=area).waiting().order_by("-at", "-pk")[: NAMED + 1])
    for run in waiting[:NAMED]:
        yield TodoItem(
            SOON,
            "upload",
            f"The import of {run.name} is not finished",
            f"{run.get_status_display()}. Nothing is written before you say so.",
            reverse("partners:import_detail", args=[run.pk]),
            "Go on",
        )
    if len(waiting) > NAMED:
        yield see_all(SOON, "More imports are not finished", reverse("partners:import_list", args=[area.slug]))


def terms_to_approve(area: LocalArea) -> Iterator[TodoItem]:
    """Yield that terms of the common language wait for a reviewer."""
    figures = Term.objects.filter(area=area).waiting().aggregate(number=Count("pk"), first=Min("name"))
    if number := figures["number"]:
        yield TodoItem(
            LATER,
            "book",
            f"“{figures['first']}” waits for approval" if number == 1 else f"{number} terms wait for approval",
            "Until then no text explains what was written, and no search finds anything by it.",
            reverse("partners:term_list", args=[area.slug]) + "?state=open",
            "Read it" if number == 1 else "Read them",
        )


def centers_to_review(area: LocalArea, today: date) -> Iterator[TodoItem]:
    """Yield centers whose certificate or accessibility review is unknown, has run out, or does soon."""
    centers = Center.objects.current().filter(area=area).order_by(Lower("name"), "pk")
    waiting = [(center, clock) for center in centers for clock in clocks_of(center, today) if clock.needs_somebody]
    waiting.sort(key=lambda pair: pair[1].due_on or today)
    for center, clock in waiting[: 4 * NAMED]:
        page = reverse("partners:center_detail", args=[center.pk])
        record = reverse(f"partners:{clock.law.kind}_add", args=[center.pk])
        is_certificate = clock.law.kind == CenterReview.Kind.CERTIFICATION
        if clock.due_on is None:
            named = "certification date" if is_certificate else "accessibility review"
            what = f"No {named} is known for {center.name}"
            yield TodoItem(
                LATER, "patch-question", what, f"{clock.law.says} ({clock.law.source}).", page, "Enter it", record
            )
            continue
        is_over = clock.state == OVER
        if is_certificate:
            what = f"The certificate of {center.name} {'has ended' if is_over else 'ends soon'}"
            why = (
                f"{'Ended' if is_over else 'Ends'} {day(clock.due_on)}. An uncertified center gets no money by the "
                "State's funding mechanism (20 CFR 678.800)."
            )
        else:
            what = f"The accessibility of {center.name} {'was' if is_over else 'is'} to be reviewed"
            why = f"{'Was due' if is_over else 'Due'} {day(clock.due_on)}. {clock.law.says} ({clock.law.source})."
        kind, do = NOW if is_over else SOON, "Enter the new one" if is_certificate else "Record a review"
        yield TodoItem(kind, "patch-exclamation", what, why, page, do, record, due_on=clock.due_on)


def services_to_confirm(user: Any, area: LocalArea, *, today: date) -> ServiceQuerySet:
    """Return the stale services of the partnerships that the user manages, longest unconfirmed first."""
    return (
        services_of(area)
        .filter(partnership__in=seats_of(user).managed_partnership_ids)
        .stale(today)
        .select_related("partnership__organization")
        .order_by("verified_on", Lower("name"), "pk")
    )
