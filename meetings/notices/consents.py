"""Reminders of consents that are missing: to the partner after two and four weeks, then to those who keep the plan."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from meetings.goals.consents import answer_path, managed_of, plan_mail
from meetings.goals.locking import zones_of
from meetings.goals.missing import Missing, missing_consents
from meetings.notices import examples
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.models import Membership, Role
from partners.notices.audiences import people_of_partners, seated_in
from partners.seats import seats_of

MISSING = "meetings.consent_missing"
MANAGERS, KEEPERS = "managers", "keepers"


def carries_or_keeps(user: Any) -> bool:
    """Whether a person belongs to any partner, is staff of an area, or administers a state."""
    seats = seats_of(user)
    return bool(seats.partnership_ids or seats.staff_area_ids or seats.state_ids)


def subjects_of(at: datetime) -> Iterator[ReminderSubject]:
    """Yield what each partner has not answered of a plan, of each day on which it was asked; six queries."""
    found = list(missing_consents(at))
    partners = list({each.partnership.pk: each.partnership for each in found}.values())
    people, managed = (people_of_partners(partners), managed_of(partners)) if found else ({}, set())
    staff = seated_in(Role.STAFF, {each.plan.area_id for each in found if each.plan.area_id}) if found else {}
    administrators = _administrators({each.plan.state_id for each in found if each.plan.state_id})
    zones = zones_of({each.plan for each in found})
    for each in found:
        plan, area = each.plan, each.plan.area
        keepers = staff.get(area.pk, []) if area else administrators.get(plan.state_id or 0, [])
        yield ReminderSubject(
            key=f"{plan.pk}:{each.partnership.pk}:{each.asked_on:%Y%m%d}",
            since=each.asked_at,
            about=[plan, plan.area or plan.state or plan],
            people={MANAGERS: people[each.partnership.pk], KEEPERS: keepers},
            scope=area,
            facts={"missing": each, "may_answer": each.partnership.pk in managed, "zone": zones[plan.pk]},
        )


def _administrators(states: set[int]) -> dict[int, list[User]]:
    seats = Membership.objects.current().filter(role=Role.STATE, state__in=states, user__is_active=True)
    found: dict[int, list[User]] = {}
    for seat in seats.select_related("user").order_by("since", "pk") if states else ():
        found.setdefault(seat.state_id or 0, []).append(seat.user)
    return found


def _build(subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    assert isinstance(person, User)
    missing: Missing = subject.facts["missing"]
    to_keeper, may_answer = step.whom == KEEPERS, subject.facts["may_answer"]
    plan, partner = missing.plan, missing.partnership.organization.name
    words = _("Answer") if may_answer and not to_keeper else _("View the plan")
    context = plan_mail(
        plan, person, says=_says(missing), quote="\n".join(goal.name for goal in missing.goals), button=words
    )
    return Message(
        kind=MISSING,
        key="",
        to=person,
        about=subject.about,
        context=context | {"next": _what_follows(following, subject.facts["zone"])},
        why=_("You keep this plan.") if to_keeper else _("You answer for %(partner)s.") % {"partner": partner},
        path=answer_path(plan, missing.goals, may_answer=may_answer and not to_keeper),
        zone=subject.facts["zone"],
    )


def _says(missing: Missing) -> str:
    words = ngettext(
        "%(partner)s was asked on %(day)s whether it consents to %(number)d goal of “%(plan)s”, and has not answered.",
        "%(partner)s was asked on %(day)s whether it consents to %(number)d goals of “%(plan)s”, and has not answered.",
        len(missing.goals),
    )
    return words % {
        "partner": missing.partnership.organization.name, "day": day(missing.asked_on, "plain"),
        "number": len(missing.goals), "plan": missing.plan.name,
    }  # fmt: skip


def _what_follows(following: Next | None, zone: Any) -> str:
    if following is None:
        return ""
    on = {"date": day(following.at.astimezone(zone).date(), "plain")}
    if following.whom == KEEPERS:
        return _("If it has not answered by %(date)s, we will tell those who keep the plan.") % on
    return _("If it has not answered by %(date)s, we will remind you again.") % on


def _example() -> Mapping[str, Any]:
    says = _(
        "Millrace was asked on October 1 whether it consents to 1 goal of “Plan 2025 to 2028”, and has not answered."
    )
    return examples.plan(_("Answer"), says, _("More people earn a credential"))


REMINDER = Reminder(
    MISSING,
    gettext_lazy("Consents to goals missing"),
    gettext_lazy("Reminds partners that have not said whether they consent to a goal; then tells who keeps the plan."),
    circles={
        MANAGERS: gettext_lazy("the managers of the partner, or its representatives"),
        KEEPERS: gettext_lazy("the One-Stop staff of the area; for a plan of the state, its administrators"),
    },
    steps=[Step(14, MANAGERS), Step(28, MANAGERS), Step(42, KEEPERS)],
    open_matters=subjects_of,
    build=_build,
)
reminders.register(REMINDER)
notice_types.declare(
    NoticeType(
        MISSING, gettext_lazy("Consents to goals missing"),
        gettext_lazy("A partner was asked whether it consents to a goal, and has not answered."), Reason.NUDGE,
        template="consent_missing", goes_to=gettext_lazy("The managers of the partner, then those who keep the plan."),
        is_for=carries_or_keeps, example=_example,
    ),
)  # fmt: skip
