"""Remind partners to check the practices that they adopted: one mail per partner, however many are due.

Three mails at most about what is due: two to the people of the partner, and one to the staff. A check that a partner
records counts as if it had just been asked: it is left alone for the usual pause before the next mail.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy

from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.models import Cadence
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.models import Adoption, AdoptionCheck, Partnership, Role
from partners.notices import examples
from partners.notices.audiences import is_staff, people_of_partners, seated_in
from partners.seats import seats_of

DUE, LATE = "partners.adoption_checks", "partners.adoption_checks_late"
PARTNER, STAFF = "partner", "staff"
MORNING = time(8)
FARTHEST = timedelta(days=1)  # no area is farther ahead of UTC


def is_of_a_partner(user: Any) -> bool:
    """Whether a person belongs to any partner."""
    return bool(seats_of(user).partnership_ids)


notice_types.declare(
    NoticeType(
        DUE,
        gettext_lazy("Checks of adopted practices"),
        gettext_lazy("It is time to look whether a practice that you adopted is done, and whether it helps."),
        Reason.NUDGE,
        # Nothing in it is urgent: it fits into a digest.
        cadence=Cadence.WEEKLY,
        goes_to=gettext_lazy("The partner's managers, or its representatives if it has none."),
        is_for=is_of_a_partner,
        example=examples.adoption_checks,
    ),
    NoticeType(
        LATE,
        gettext_lazy("Adopted practices that nobody checked"),
        gettext_lazy("A partner was reminded to check practices that it adopted, and recorded nothing."),
        Reason.NUDGE,
        cadence=Cadence.WEEKLY,
        goes_to=gettext_lazy("The One-Stop staff of the area."),
        is_for=is_staff,
        example=examples.adoption_checks_late,
    ),
)


def subjects_of(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each partner with adopted practices to check, with its people; four queries, however many."""
    today = at.date()
    waiting: dict[Partnership, list[Any]] = defaultdict(list)
    rows = Adoption.objects.to_check(today + FARTHEST).filter(practice__area__archived_at=None)
    for adoption in rows.select_related("practice", "partnership__area", "partnership__organization").order_by(
        "due", "adopted_on", "pk"
    ):
        if adoption.due <= at.astimezone(adoption.partnership.area.zone).date():
            waiting[adoption.partnership].append(adoption)
    people = people_of_partners(waiting)
    staff = seated_in(Role.STAFF, {partnership.area_id for partnership in waiting})
    recorded = _last_recorded(waiting)
    for partnership, adoptions in waiting.items():
        earliest = min(adoption.due for adoption in adoptions)
        since = datetime.combine(earliest, MORNING, partnership.area.zone)
        last = recorded.get(partnership.pk)
        yield ReminderSubject(
            key=f"{partnership.pk}:{earliest}",
            since=since,
            about=[partnership],
            people={PARTNER: people[partnership.pk], STAFF: staff.get(partnership.area_id, [])},
            scope=partnership.area,
            facts={"partnership": partnership, "adoptions": adoptions},
            asked_at=last if last and last > since else None,
        )


def _last_recorded(partnerships: Collection[Partnership]) -> dict[int, datetime]:
    """Return when each partner, by its id, has recorded a check last; one query."""
    checks = AdoptionCheck.objects.filter(adoption__partnership__in=[one.pk for one in partnerships])
    last = checks.order_by().values("adoption__partnership").annotate(last=Max("recorded_at"))
    return dict(last.values_list("adoption__partnership", "last"))


def _build(subject: ReminderSubject, step: Step, person: Any, following: Next | None) -> Message:
    partnership: Partnership = subject.facts["partnership"]
    adoptions: list[Adoption] = subject.facts["adoptions"]
    area, name = partnership.area, partnership.organization.name
    page = reverse("partners:check_list", args=[area.slug])
    common: dict[str, Any] = {"key": "", "to": person, "about": subject.about, "zone": area.zone}
    context = {"partnership": partnership, "number": len(adoptions)}
    if step.whom == STAFF:
        why = _("You are One-Stop staff of %(area)s.") % {"area": area.name}
        path = f"{page}?state=due&partner={partnership.pk}"
        return Message(kind=LATE, context=context, why=why, path=path, **common)
    return Message(
        kind=DUE,
        context=context | {"name": person.name, "adoptions": adoptions, "next": _what_follows(area, following)},
        why=_("You belong to %(partner)s in %(area)s.") % {"partner": name, "area": area.name},
        path=f"{page}?state=due&whose=mine",
        **common,
    )


def _what_follows(area: Any, following: Next | None) -> str:
    if following is None:
        return ""
    on = {"date": day(following.at.astimezone(area.zone).date(), "plain")}
    if following.whom == STAFF:
        return _("If no check is recorded by %(date)s, we will tell the One-Stop staff.") % on
    return _("If no check is recorded by %(date)s, we will remind you again.") % on


REMINDER = Reminder(
    DUE,
    gettext_lazy("Adopted practices to check"),
    gettext_lazy("Reminds partners to look whether the practices that they adopted are done; then tells the staff."),
    circles={
        PARTNER: gettext_lazy("the managers of the partner, or its representatives"),
        STAFF: gettext_lazy("the One-Stop staff of the area"),
    },
    steps=[Step(0, PARTNER), Step(21, PARTNER), Step(42, STAFF)],
    open_matters=subjects_of,
    build=_build,
)
reminders.register(REMINDER)
