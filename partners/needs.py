"""What in the partner network waits for a person: staff in their area, a partner's people in their organization.

Each function costs a fixed number of queries; what would be a long list is one line with its number.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.db.models.functions import Lower
from django.urls import reverse

from onestop.needs import LATER, NOW, SOON, Need
from onestop.notices.models import Notice
from onestop.notices.needs import needs_of_outbox
from onestop.notices.reminders import Matter, Standing
from onestop.presentation import day, shortday
from partners import asking
from partners.clocks import OVER, clocks_of
from partners.coverage_matrix import Coverage, coverage_of
from partners.coverage_rules import ACCESS_TO_ALL, TITLE_I_IS_PRESENT, named
from partners.models import Center, CenterReview, ConfirmationRequest, ImportRun, LocalArea, Partnership, Proposal, Term
from partners.models.proposals import ProposalQuerySet
from partners.models.services import ServiceQuerySet
from partners.notices.stale_services import standings
from partners.proposing import labels_of
from partners.reminded import words_of
from partners.seats import seats_of
from partners.standing import active_partners, invitations_into, services_of
from partners.unreachable import unreachable_in

NAMED = 3  # so many are named one by one; the rest is counted


def needs_of_staff(area: LocalArea, *, at: datetime) -> Iterator[Need]:
    """Yield what waits for the One-Stop staff of an area."""
    today = at.astimezone(area.zone).date()
    yield from _unconfirmed_services(area, at)
    yield from _proposals(Proposal.objects.filter(service__partnership__area=area), area)
    yield from _expired_invitations(area, at)
    yield from _open_imports(area)
    yield from _coverage(coverage_of(area, today=today))
    yield from _partners_without_a_voice(area)
    yield from _terms_to_approve(area)
    yield from _clocks(area, today)
    yield from needs_of_outbox(Notice.objects.in_scope(area), reverse("partners:notice_list", args=[area.slug]), at=at)
    yield from _unreachable(area)


def _unconfirmed_services(area: LocalArea, at: datetime) -> Iterator[Need]:
    today = at.astimezone(area.zone).date()
    partners = list(
        Partnership.objects.filter(services__in=services_of(area).stale(today))
        .select_related("organization")
        .annotate(waiting=Count("services"), oldest=Min("services__verified_on"))
        .order_by("-waiting", Lower("organization__name"), "pk")
    )
    address = reverse("partners:service_list", args=[area.slug])
    asked = asking.last_asked_of(partners[:NAMED])
    reminded = _reminded(partners[:NAMED], at)
    for partner in partners[:NAMED]:
        request = asked.get(partner.pk)
        noun, them, they = (
            ("service is", "it", "it is") if partner.waiting == 1 else ("services are", "them", "they are")
        )
        yield Need(
            NOW if partner.oldest else SOON,
            "clock-history",
            f"{partner.waiting} {noun} not confirmed by {partner.organization.name}",
            _who_asked(request, reminded.get(partner.pk))
            or f"Nobody has said “still right” for six months; the public sees {them} as {they}.",
            f"{address}?freshness=unconfirmed&partner={partner.pk}",
            *_ask_or_look(partner, them, may_ask=asking.may_ask_again_on(request, at) is None),
        )
    if rest := partners[NAMED:]:
        yield Need(
            SOON,
            "clock-history",
            f"{len(rest)} more {'partner has' if len(rest) == 1 else 'partners have'} services to confirm",
            f"{sum(partner.waiting for partner in rest)} services in all.",
            f"{address}?freshness=unconfirmed",
            "See all",
        )


def _who_asked(request: ConfirmationRequest | None, reminded: tuple[Matter, Standing] | None) -> str:
    """Return who has asked a partner last, a person or the portal; nothing if nobody waits for an answer."""
    standing = reminded[1] if reminded else Standing()
    if request and request.asked_by and not request.answered_at and not standing.is_spent:
        return f"{request.asked_by} asked on {shortday(request.asked_at)}; no answer yet."
    return words_of(standing) if standing.steps_told else ""


def _reminded(partners: Sequence[Partnership], at: datetime) -> dict[int, tuple[Matter, Standing]]:
    return standings(Partnership.objects.filter(pk__in=[partner.pk for partner in partners]), at=at)


def _ask_or_look(partner: Partnership, them: str, *, may_ask: bool) -> tuple[str, str]:
    """Return the button of partners that have not confirmed: ask them by e-mail, unless that was done lately."""
    if not may_ask:
        return f"Look at {them}", ""
    return "Ask them", reverse("partners:partnership_ask", args=[partner.pk])


def _proposals(proposals: ProposalQuerySet, area: LocalArea) -> Iterator[Need]:
    rows = proposals.open().filter(service__partnership__archived_at=None)
    waiting = list(rows.select_related("service__partnership__organization").order_by("proposed_at", "pk")[: NAMED + 1])
    for proposal in waiting[:NAMED]:
        yield Need(
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
        yield _see_all(SOON, "More changes are proposed", address)


def _expired_invitations(area: LocalArea, at: datetime) -> Iterator[Need]:
    figures = invitations_into(area).expired(at).aggregate(number=Count("pk"), who=Min("name"))
    if number := figures["number"]:
        yield Need(
            NOW,
            "envelope-x",
            f"{figures['who']} has not answered an invitation"
            if number == 1
            else f"{number} people have not answered their invitations",
            "It has expired. Send it again, or withdraw it.",
            reverse("partners:invitation_list", args=[area.slug]) + "?status=expired",
            "Send again" if number == 1 else "See them",
        )


def _open_imports(area: LocalArea) -> Iterator[Need]:
    waiting = list(ImportRun.objects.filter(area=area).waiting().order_by("-at", "-pk")[: NAMED + 1])
    for run in waiting[:NAMED]:
        yield Need(
            SOON,
            "upload",
            f"The import of {run.name} is not finished",
            f"{run.get_status_display()}. Nothing is written before you say so.",
            reverse("partners:import_detail", args=[run.pk]),
            "Go on",
        )
    if len(waiting) > NAMED:
        yield _see_all(SOON, "More imports are not finished", reverse("partners:import_list", args=[area.slug]))


def _coverage(coverage: Coverage) -> Iterator[Need]:
    """Yield what is missing in how the area covers the required programs."""
    page = reverse("partners:coverage", args=[coverage.area.slug])
    yield from _contradictions(coverage)
    for center in coverage.comprehensive:
        if missing := coverage.unreached_at(center):
            yield Need(
                SOON,
                "signpost-split",
                f"People at {center.name} do not get to {named(missing)}",
                f"No way to {'it' if len(missing) == 1 else 'them'} is on record ({ACCESS_TO_ALL.law}).",
                f"{page}?center={center.pk}&show=gaps",
                "Say how",
            )
        if coverage.title_i_days(center) is None:
            yield Need(
                SOON,
                "person-x",
                f"No staff of Title I is on record at {center.name}",
                f"A comprehensive center has at least one ({TITLE_I_IS_PRESENT.law}).",
                page,
                "Look at it",
            )
    yield from _uncovered_programs(coverage, page)


def _contradictions(coverage: Coverage) -> Iterator[Need]:
    for row in coverage.contradicted:
        url = reverse("partners:coverage_program", args=[coverage.area.slug, row.program.code])
        names = _named_partners(row.partners)
        yield Need(
            SOON,
            "intersect",
            f"{row.program.short_name} is carried, though on record as not carried out here",
            f"{names} {'carries' if len(row.partners) == 1 else 'carry'} it. One of the two is wrong.",
            url,
            "Put it right",
        )


def _named_partners(partners: list[Partnership]) -> str:
    """Return partners as a sentence has them."""
    return " and ".join(partner.organization.name for partner in partners)


def _uncovered_programs(coverage: Coverage, page: str) -> Iterator[Need]:
    area = coverage.area
    for row in coverage.gaps[:NAMED]:
        program, prospect = row.program, next(iter(row.prospects), None)
        if prospect:
            yield Need(
                LATER,
                "ui-checks-grid",
                f"No partner carries {program.short_name} yet",
                f"{prospect.organization.name} is prospective. Make it an active partner when it carries the program.",
                reverse("partners:partnership_detail", args=[prospect.pk]),
                "Look at it",
            )
            continue
        yield Need(
            LATER,
            "ui-checks-grid",
            f"No partner carries {program.short_name}",
            f"A required program ({program.legal_source}). Add who carries it, or record that it is not carried out in "
            f"{area.name}.",
            reverse("partners:coverage_program", args=[area.slug, program.code]),
            "Add a partner",
            reverse("partners:partnership_add", args=[area.slug]) + f"?program={program.code}",
        )
    if rest := coverage.gaps[NAMED:]:
        yield Need(
            LATER,
            "ui-checks-grid",
            f"{len(rest)} more required program{' has' if len(rest) == 1 else 's have'} no partner here",
            ", ".join(row.program.short_name for row in rest) + ".",
            f"{page}?show=gaps",
            "See all",
        )


def _partners_without_a_voice(area: LocalArea) -> Iterator[Need]:
    partners: Any = (
        active_partners(area)
        .with_people()
        .filter(Q(main_name="") | Q(speakers=1) | Q(signatories=1) | Q(editors=1))
        .select_related("organization")
        .order_by(Lower("organization__name"), "pk")
    )
    silent: list[Any] = [partner for partner in partners if not partner.main_name]
    # Whom nobody else could stand in for comes before whom nobody else could sign for, or keep the services of.
    alone: list[Any] = sorted(
        (one for one in partners if one.main_name), key=lambda one: (one.speakers > 1, one.signatories != 1)
    )
    for partner in silent[:NAMED]:
        yield _add_person(
            partner,
            SOON,
            "person-x",
            f"{partner.organization.name} has no main representative",
            "Nobody answers, attends or signs for them.",
            "Add a person",
        )
    for partner in alone[:NAMED]:
        yield _one_person(partner)
    address = reverse("partners:partnership_list", args=[area.slug]) + "?status=active"
    if len(silent) > NAMED:
        more = len(silent) - NAMED
        has = "partner has" if more == 1 else "partners have"
        yield _see_all(SOON, f"{more} more {has} no main representative", f"{address}&attention=nobody")
    if len(alone) > NAMED:
        more = len(alone) - NAMED
        rest = "partner rests" if more == 1 else "partners rest"
        why = "One person alone speaks, signs or keeps the services for them."
        yield _see_all(LATER, f"{more} more {rest} on one person", f"{address}&attention=alone", why)


def _one_person(partner: Any) -> Need:
    name = partner.organization.name
    if partner.speakers == 1:
        why = f"If {partner.main_name} leaves, nobody is left who knows the way."
        what = f"One person alone speaks for {name}"
        return _add_person(partner, LATER, "person-exclamation", what, why, "Add an alternate")
    if partner.signatories == 1:
        why, what = "While that person is away, nothing gets signed.", f"One person alone signs for {name}"
        return _add_person(partner, LATER, "person-exclamation", what, why, "Add a signatory")
    return Need(
        LATER,
        "person-exclamation",
        f"One person alone keeps the services of {name}",
        "If that person leaves, nobody of theirs can confirm or change them.",
        reverse("partners:partnership_detail", args=[partner.pk]),
        "Invite a second manager",
        reverse("partners:colleague_invite", args=[partner.organization_id], query={"role": "manager"}),
    )


def _add_person(partner: Partnership, kind: str, icon: str, what: str, why: str, do: str) -> Need:
    page = reverse("partners:partnership_detail", args=[partner.pk])
    return Need(kind, icon, what, why, page, do, reverse("partners:representative_add", args=[partner.pk]))


def _see_all(kind: str, what: str, url: str, why: str = "") -> Need:
    return Need(kind, "list-ul", what, why, url, "See all")


def _clocks(area: LocalArea, today: date) -> Iterator[Need]:
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
            yield Need(
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
        yield Need(kind, "patch-exclamation", what, why, page, do, record, due_on=clock.due_on)


def _terms_to_approve(area: LocalArea) -> Iterator[Need]:
    """Yield that terms of the common language wait for a reviewer."""
    figures = Term.objects.filter(area=area).waiting().aggregate(number=Count("pk"), first=Min("name"))
    if number := figures["number"]:
        yield Need(
            LATER,
            "book",
            f"“{figures['first']}” waits for approval" if number == 1 else f"{number} terms wait for approval",
            "Until then no text explains what was written, and no search finds anything by it.",
            reverse("partners:term_list", args=[area.slug]) + "?state=open",
            "Read it" if number == 1 else "Read them",
        )


def _unreachable(area: LocalArea) -> Iterator[Need]:
    """Yield people at whose address nobody is reached."""
    address = reverse("partners:unreachable_list", args=[area.slug])
    people = unreachable_in(area)
    for bounce, person in people[:NAMED]:
        yield Need(
            NOW,
            "envelope-x",
            f"Mail to {person.name} comes back",
            f"Since {shortday(bounce.at)} nobody is reached at {person.address}. {person.advice}",
            address,
            person.do,
            person.url,
        )
    if rest := people[NAMED:]:
        what = f"Mail to {len(rest)} more {'person comes' if len(rest) == 1 else 'people comes'} back"
        yield _see_all(NOW, what, address)


def services_to_confirm(user: Any, area: LocalArea, *, today: date) -> ServiceQuerySet:
    """Return the stale services of the organizations that the user manages, longest unconfirmed first."""
    return (
        services_of(area)
        .filter(partnership__organization__in=seats_of(user).managed_organization_ids)
        .stale(today)
        .select_related("partnership__organization")
        .order_by("verified_on", Lower("name"), "pk")
    )


def needs_of_partner(user: Any, area: LocalArea) -> Iterator[Need]:
    """Yield what waits for the managers of the user's organizations in an area, besides services to confirm."""
    seats = seats_of(user)
    if area.pk not in seats.staff_area_ids and not seats.everything:  # staff have them among the area's
        theirs = Proposal.objects.filter(
            service__partnership__area=area,
            service__partnership__organization__in=seats.managed_organization_ids,
        )
        yield from _proposals(theirs, area)
    partnerships = (
        Partnership.objects.current()
        .filter(area=area, organization__in=seats.managed_organization_ids)
        .with_people()
        .select_related("organization")
        .order_by(Lower("organization__name"), "pk")
    )
    partner: Any
    for partner in partnerships:
        page = reverse("partners:partnership_detail", args=[partner.pk])
        add = reverse("partners:representative_add", args=[partner.pk])
        name = partner.organization.name
        if not partner.main_name:
            yield Need(
                SOON,
                "person-x",
                f"{name} has no main representative",
                "Name who speaks for you.",
                page,
                "Name one",
                add,
            )
        elif partner.speakers == 1:
            yield Need(
                LATER, "person-exclamation", f"One person alone speaks for {name}",
                "Name an alternate, so that nothing stops when somebody is away.", page, "Name an alternate", add,
            )  # fmt: skip
        if partner.editors == 1:
            yield Need(
                LATER, "person-exclamation", f"You alone keep the services of {name}",
                "If you leave, nobody of yours can confirm or change them.", page, "Invite a second manager",
                reverse("partners:colleague_invite", args=[partner.organization_id], query={"role": "manager"}),
            )  # fmt: skip
        if partner.speakers and not partner.signatories:
            yield Need(
                LATER,
                "pen",
                f"Nobody may sign for {name}",
                "Agreements wait for a signatory.",
                page,
                "Say who signs",
                page,
            )
