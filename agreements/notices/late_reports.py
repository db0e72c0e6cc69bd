"""Remind the provider of reports that are late, then tell the One-Stop staff; it stops when they are received.

All reports of one agreement that were due on one day are one subject: a person gets one mail that lists them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, DueReport
from agreements.notices.purchase_invoices import purchase_example, report_example
from agreements.rules import purchase_terms_of
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.models import Partnership, Role
from partners.notices.audiences import people_of_partners, seated_in
from partners.notices.notice_types import holds_a_seat

LATE = "agreements.report_late"
PROVIDER, STAFF = "provider", "staff"
CIRCLES = {
    PROVIDER: gettext_lazy("the managers of the partner that provides"),
    STAFF: gettext_lazy("the One-Stop staff of the area"),
}
MORNING = time(8)
REMINDED_FOR = timedelta(days=120)  # after the day due; then the list of reports alone says it
FARTHEST = timedelta(days=1)  # no area is farther ahead of UTC
LISTED = 20  # reports that a mail lists; the rest is counted


def late_at(at: datetime) -> Iterator[DueReport]:
    """Yield reports that are owed and were due before today, by agreement and day; one query."""
    today = at.date()
    rows = DueReport.objects.filter(
        status__in=DueReport.OWED,
        due_on__range=(today - REMINDED_FOR, today + FARTHEST),
        agreement__area__archived_at=None,
        agreement__executed_on__isnull=False,
    ).exclude(authorization__status="canceled")
    yield from rows.select_related(
        "duty",
        "authorization__line",
        "agreement__area__state",
        "agreement__purchase_terms__provider__partnership__organization",
        "agreement__purchase_terms__purchaser__partnership__organization",
    ).order_by("agreement", "due_on", "authorization__number", "pk")


def subjects_of(at: datetime) -> Iterator[ReminderSubject]:
    """Yield the late reports of each agreement that were due on one day; three queries for all areas."""
    by_day: dict[tuple[int, date], list[DueReport]] = defaultdict(list)
    for report in late_at(at):
        by_day[report.agreement_id, report.due_on].append(report)
    agreements = {found[0].agreement_id: found[0].agreement for found in by_day.values()}
    providers = _providers(agreements.values())
    staff = seated_in(Role.STAFF, {agreement.area_id for agreement in agreements.values()})
    for (pk, due_on), found in by_day.items():
        agreement = agreements[pk]
        own = staff.get(agreement.area_id, [])
        yield ReminderSubject(
            key=f"{pk}:{due_on}",
            since=datetime.combine(due_on + timedelta(days=1), MORNING, agreement.area.zone),
            about=[*found[:LISTED], agreement],
            people={PROVIDER: providers.get(pk, own), STAFF: own},
            scope=agreement.area,
            facts={"found": found, "agreement": agreement},
        )


def _providers(agreements: Collection[Agreement]) -> dict[int, list[User]]:
    """Return whom to remind for each agreement, by its id; staff act for a provider that is not a partner."""
    partners: dict[int, Partnership] = {}
    for agreement in agreements:
        terms = purchase_terms_of(agreement)
        if terms and terms.provider.partnership:
            partners[agreement.pk] = terms.provider.partnership
    people = people_of_partners(list({partner.pk: partner for partner in partners.values()}.values()))
    return {pk: people[partner.pk] for pk, partner in partners.items()}


def _build(matter: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    agreement, found = matter.facts["agreement"], matter.facts["found"]
    why = _("You provide services under %(number)s.") % {"number": agreement.number}
    if step.whom == STAFF:
        why = _("You are One-Stop staff of %(area)s.") % {"area": agreement.area}
    return Message(
        kind=LATE,
        key="",
        to=person,
        about=matter.about,
        context={**context_of(agreement, found, _what_follows(agreement, following)), "recipient": person},
        why=why,
        path=f"{reverse('agreements:report_list', args=[agreement.pk])}?state=late",
        zone=agreement.area.zone,
    )


def context_of(agreement: Agreement, found: Sequence[DueReport], following: str) -> dict[str, Any]:
    """Return what the mail says."""
    return {
        "agreement": agreement,
        "terms": purchase_terms_of(agreement),
        "reports": found[:LISTED],
        "more": max(len(found) - LISTED, 0),
        "number": len(found),
        "due_on": found[0].due_on,
        "holds": any(report.duty.holds_payment for report in found),
        "next": following,
    }


def _what_follows(agreement: Agreement, following: Next | None) -> str:
    if following is None:
        return ""
    on = {"date": day(following.at.astimezone(agreement.area.zone).date(), "plain")}
    if following.whom == STAFF:
        return _("If it is not received by %(date)s, we will tell the One-Stop staff.") % on
    return _("If it is not received by %(date)s, we will remind you again.") % on


def _example() -> dict[str, Any]:
    report = report_example()
    following = _("If it is not received by %(date)s, we will remind you again.")
    words = context_of(report.agreement, [report], following % {"date": day(date(2026, 10, 22), "plain")})
    return {**words, **purchase_example()}


notice_types.declare(
    NoticeType(
        LATE,
        gettext_lazy("Late reports"),
        gettext_lazy("A report that a provider owes for an authorization is late."),
        Reason.NUDGE,
        template="report_late",
        goes_to=gettext_lazy("The managers of the partner that provides, later the One-Stop staff of the area."),
        is_for=holds_a_seat,
        example=_example,
    )
)
REMINDER = Reminder(
    LATE,
    gettext_lazy("Report of a provider late"),
    gettext_lazy("Reminds the provider of late reports of a purchase of service, then tells the staff; then it stops."),
    circles=CIRCLES,
    steps=[Step(0, PROVIDER), Step(7, PROVIDER), Step(14, PROVIDER), Step(21, STAFF)],
    open_matters=subjects_of,
    build=_build,
)
reminders.register(REMINDER)
