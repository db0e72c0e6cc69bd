"""Nudges: a partner that misses several things hears of it, first its main representative, then others.

The steps go to the main representative, then to the alternate or second one, then to the head of the agency; each mail
says who is next, and when. They count toward the weekly limit of each person. They stop once the partner has caught up,
or the acts are excused. Each thing has reminders of its own; a nudge comes two weeks later, when they did not help.

To read what all partners owe takes long, and it changes by the day: each area is read at :data:`LOOKS` of its own time,
not in each run. Areas with a nudge that is not sent yet are read in each, so that it is withdrawn at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from onestop.accounts.models import User
from onestop.dashboards.engagement.nudging import nudges_in, returned_in
from onestop.dashboards.notices import examples
from onestop.notices import notice_types, planners, reminders
from onestop.notices.messages import Message
from onestop.notices.models import Cadence, Preference
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.planners import Planner
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step, address_of
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.models import LocalArea, Office, Partnership, Representative, Tenure
from partners.notices.audiences import speaks_or_keeps
from partners.people import contacts

MISSING, BACK = "dashboards.engagement_missing", "dashboards.engagement_back"
MAIN, SECOND, HEAD = "main", "second", "head"
CIRCLES = {
    MAIN: gettext_lazy("the main representative"),
    SECOND: gettext_lazy("the alternate, or another representative"),
    HEAD: gettext_lazy("the head of the agency"),
}
MORNING = time(8)
LOOKS = (MORNING, time(12))  # what became due after eight, such as a step ten days after a mail, is seen at noon
LISTED = 8  # acts that a mail names; the rest is counted
Person = User | str

notice_types.declare(
    NoticeType(
        MISSING,
        gettext_lazy("Your organization is missed"),
        gettext_lazy("Several things that your organization owed the network were not done."),
        Reason.NUDGE,
        goes_to=gettext_lazy(
            "The main representative of the partner, later the alternate or second one, then the head of the agency."
        ),
        is_for=speaks_or_keeps,
        example=examples.nudge,
    ),
    NoticeType(
        BACK,
        gettext_lazy("Your organization is back"),
        gettext_lazy("A kind word after your organization did everything again that it owed for three months."),
        Reason.NUDGE,
        cadence=Cadence.OFF,
        goes_to=gettext_lazy("The main representative of the partner."),
        is_for=speaks_or_keeps,
        example=examples.back,
    ),
)


class People:
    """The people of one partner who are nudged, by circle, with their names by address."""

    def __init__(self) -> None:
        self.circles: dict[str, list[Person]] = {MAIN: [], SECOND: [], HEAD: []}
        self.names: dict[str, str] = {}

    def add(self, circle: str, person: Person, name: str) -> None:
        """Add a person to a circle, unless somebody with the address is in one already."""
        if address_of(person) not in self.names:
            self.names[address_of(person)] = name
            self.circles[circle].append(person)


def people_of(partnerships: Collection[Partnership], at: datetime) -> dict[int, People]:
    """Return who is nudged for each partner, by its id; two queries.

    Without a main representative, the first other one is asked first.
    """
    found: dict[int, People] = defaultdict(People)
    speakers = Representative.objects.in_office().filter(partnership__in=partnerships).exclude(email="")
    # "main" sorts after "alternate", so descending order puts it first.
    for speaker in speakers.select_related("user").order_by("-kind", "pk"):
        people = found[speaker.partnership_id]
        circle = SECOND if people.circles[MAIN] else MAIN
        if not people.circles[SECOND]:
            people.add(circle, contacts.person_at(speaker.email.lower(), speaker.user), speaker.name)
    heads = Tenure.objects.on(at.date()).filter(
        office__kind=Office.Kind.AGENCY_HEAD,
        office__archived_at=None,
        office__organization__in=[one.organization_id for one in partnerships],
    )
    by_organization = {tenure.office.organization_id: tenure for tenure in heads.select_related("user", "office")}
    for one in partnerships:
        tenure = by_organization.get(one.organization_id)
        address = (tenure.user.email if tenure.user else tenure.email) if tenure else ""
        if tenure and address:
            found[one.pk].add(HEAD, contacts.person_at(address.lower(), tenure.user), tenure.name)
    return found


def subjects_of(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each partner that misses several things, with its people; a fixed number of queries for all areas."""
    return _subjects_in(current_areas(), at)


def due_subjects(at: datetime) -> Iterator[ReminderSubject]:
    """Yield those of the areas that are to be read now."""
    return _subjects_in(areas_to_read(MISSING, current_areas(), at), at)


def open_subjects(keys: Collection[str], at: datetime) -> Iterator[ReminderSubject]:
    """Yield those of the areas in which the partners are that some keys name."""
    partners = {int(key.partition(":")[0]) for key in keys}
    areas = current_areas().filter(partnerships__in=partners).distinct() if partners else ()
    return _subjects_in(areas, at)


def current_areas() -> Any:
    """Return the areas in which partners are nudged."""
    return LocalArea.objects.filter(archived_at=None).select_related("state").order_by("pk")


def areas_to_read(code: str, areas: Iterable[LocalArea], at: datetime) -> list[LocalArea]:
    """Return the areas in which it became one of the hours since the last run of a planner; all, if that failed."""
    last = planners.last_run(code)
    return [area for area in areas if last is None or _last_look(area, at) > last]


def _last_look(area: LocalArea, at: datetime) -> datetime:
    """Return the last of the hours at which an area was to be read."""
    days = (at.astimezone(area.zone).date() - timedelta(days=back) for back in (0, 1))
    looks = (datetime.combine(day, clock, area.zone) for day in days for clock in LOOKS)
    return max(look for look in looks if look <= at)


def _subjects_in(rows: Iterable[LocalArea], at: datetime) -> Iterator[ReminderSubject]:
    areas = list(rows)
    if not areas:
        return
    nudges = list(nudges_in(areas, at.date()))
    partners = Partnership.objects.filter(pk__in=[nudge.partnership for nudge in nudges])
    partnerships = {one.pk: one for one in partners.select_related("organization", "area__state")}
    people = people_of(list(partnerships.values()), at)
    for nudge in nudges:
        partnership, own = partnerships[nudge.partnership], people[nudge.partnership]
        yield ReminderSubject(
            key=nudge.key,
            since=datetime.combine(nudge.since, MORNING, partnership.area.zone),
            about=[partnership],
            people=own.circles,
            scope=partnership.area,
            facts={"nudge": nudge, "partnership": partnership, "names": own.names},
        )


def _build(subject: ReminderSubject, step: Step, person: Person, following: Next | None) -> Message:
    nudge, partnership, names = (subject.facts[name] for name in ("nudge", "partnership", "names"))
    labels = {kind.code: str(kind.label) for kind in nudge.kinds}
    why = _("You represent %(partner)s in %(area)s.")
    if step.whom == HEAD:
        why = _("You head %(partner)s, a partner in %(area)s.")
    page = reverse("dashboards:partner_engagement", args=[partnership.pk])
    return Message(
        kind=MISSING,
        key="",
        to=person,
        about=subject.about,
        context={
            "partnership": partnership,
            "name": names[address_of(person)],
            "lines": [(act, labels[act.kind]) for act in nudge.acts[-LISTED:]],
            "more": max(len(nudge.acts) - LISTED, 0),
            "number": len(nudge.acts),
            "asks": [str(kind.ask) for kind in nudge.kinds if kind.ask],
            "next": _what_follows(partnership, names, following),
        },
        why=why % {"partner": partnership.organization.name, "area": partnership.area.name},
        path=page if isinstance(person, User) else "",
        zone=partnership.area.zone,
    )


def _what_follows(partnership: Partnership, names: dict[str, str], following: Next | None) -> str:
    """Return who is written to next, and when: "If nothing changes by Dec 12, we will write to Ann, ..."."""
    if following is None:
        return ""
    person = next(iter(following.people))
    words = {
        MAIN: _("If nothing changes by %(day)s, we will write to %(person)s again."),
        SECOND: _("If nothing changes by %(day)s, we will write to %(person)s, your alternate."),
        HEAD: _("If nothing changes by %(day)s, we will write to %(person)s, the head of your agency."),
    }[following.whom]
    on = day(following.at.astimezone(partnership.area.zone).date(), "plain")
    return words % {"day": on, "person": names[address_of(person)]}


REMINDER = Reminder(
    MISSING,
    gettext_lazy("Partner is missed"),
    gettext_lazy("Writes to partners that miss several things for two weeks, until they catch up; then it stops."),
    circles=CIRCLES,
    steps=[Step(0, MAIN), Step(10, SECOND), Step(24, HEAD)],
    open_matters=subjects_of,
    build=_build,
    due_matters=due_subjects,
    still_open=open_subjects,
)
reminders.register(REMINDER)


# ---------------------------------------------------------------- A kind word
def _back(at: datetime) -> Iterator[Message]:
    # Off by default, so only the areas of those who want it are read.
    wanted = Preference.objects.filter(kind=BACK).exclude(cadence=Cadence.OFF).values("user")
    speakers = Representative.objects.in_office().filter(user__in=wanted)
    wanting = current_areas().filter(partnerships__representatives__in=speakers).distinct()
    if not (areas := areas_to_read(BACK, wanting, at)):
        return
    numbers = returned_in(areas, at.date())
    rows = Partnership.objects.filter(pk__in=numbers).select_related("organization", "area__state").order_by("pk")
    partnerships = list(rows)
    people = people_of(partnerships, at)
    quarter = f"{at.year}Q{(at.month + 2) // 3}"
    for one in partnerships:
        for person in people[one.pk].circles[MAIN]:
            if not isinstance(person, User):
                continue  # only who has asked for it in the settings
            yield Message(
                kind=BACK,
                key=f"{BACK}:{one.pk}:{quarter}:{person.pk}",
                to=person,
                about=[one],
                context={
                    "partnership": one,
                    "name": people[one.pk].names[address_of(person)],
                    "number": numbers[one.pk],
                },
                why=_("You represent %(partner)s in %(area)s, and asked for these words in your settings.")
                % {"partner": one.organization.name, "area": one.area.name},
                path=reverse("dashboards:partner_engagement", args=[one.pk]),
                zone=one.area.zone,
                scope=one.area,
            )


planners.register(
    Planner(
        BACK,
        gettext_lazy("Partner is back"),
        gettext_lazy("Writes a kind word to partners that did everything again for three months, if they want it."),
        _back,
    )
)
