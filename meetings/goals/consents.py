"""What partners say to goals: each consents to a version with its own part and measure, or objects with a reason.

A consent is for one version of a goal. When a formal fact of a goal changes, its version rises, and the partners that
carry it are asked anew (:func:`ask_anew`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.goals.locking import lock_goal
from meetings.models import Goal, GoalConsent, GoalPartner, SharedPlan
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from partners.models import Partnership
from partners.notices.audiences import people_of_partners

ASKED = "meetings.consent_asked"
Answer, Role, Status = GoalConsent.Answer, GoalPartner.Role, SharedPlan.Status
ANSWERABLE = (Status.OPEN, Status.ADOPTED)


class CannotConsent(Refused):
    """A partner cannot answer a goal like this."""


# ---------------------------------------------------------------- Reading
@dataclass(frozen=True)
class Standing:
    """What one partner says to a goal as it is now. ``before`` is its last answer to an earlier version."""

    partnership: Partnership
    role: str = ""
    part: str = ""
    measure: str = ""
    consent: GoalConsent | None = None
    before: GoalConsent | None = None
    link: int | None = None  # the key of what says that it carries the goal

    @property
    def is_accountable(self) -> bool:
        """Whether it answers for the goal."""
        return self.role == Role.ACCOUNTABLE

    @property
    def consents(self) -> bool:
        """Whether it consents to the current version."""
        return self.consent is not None and self.consent.answer == Answer.CONSENTS

    @property
    def objects(self) -> bool:
        """Whether it objects to the current version."""
        return self.consent is not None and self.consent.answer == Answer.OBJECTS

    @property
    def chip(self) -> tuple[str, str | Promise, str]:
        """The kind, word and icon of its answer."""
        if self.consents:
            return "good", gettext_lazy("Consents"), ""
        if self.objects:
            return "now", gettext_lazy("Objects"), ""
        if self.before:
            return "soon", gettext_lazy("Consent needed anew"), "arrow-repeat"
        return "soon", gettext_lazy("Not answered"), ""


def standings_of(goals: Sequence[Goal]) -> dict[int, list[Standing]]:
    """Return what partners say to some goals, by goal: who carries it first, then others who answered; two queries."""
    keys = [goal.pk for goal in goals]
    links: dict[int, dict[int, GoalPartner]] = defaultdict(dict)
    rows = GoalPartner.objects.filter(goal__in=keys).select_related("partnership__organization")
    for link in rows.order_by("role", "partnership__organization__name", "pk"):
        links[link.goal_id][link.partnership_id] = link
    consents: dict[int, dict[int, list[GoalConsent]]] = defaultdict(lambda: defaultdict(list))
    answers = GoalConsent.objects.filter(goal__in=keys).select_related("partnership__organization")
    for answer in answers.order_by("at", "pk"):
        consents[answer.goal_id][answer.partnership_id].append(answer)
    return {goal.pk: list(_standings(goal, links[goal.pk], consents[goal.pk])) for goal in goals}


def _standings(goal: Goal, links: dict[int, GoalPartner], consents: dict[int, list[GoalConsent]]) -> Iterable[Standing]:
    for pk in [*links, *(pk for pk in consents if pk not in links)]:
        link, answers = links.get(pk), consents.get(pk, [])
        now = next((each for each in reversed(answers) if each.version == goal.version), None)
        before = next((each for each in reversed(answers) if each.version != goal.version), None)
        partnership = link.partnership if link else answers[-1].partnership
        said = link or now or before
        part, measure = (said.part, said.measure) if said else ("", "")
        role, key = (link.role, link.pk) if link else ("", None)
        yield Standing(partnership, role, part, measure, now, before, key)


# ---------------------------------------------------------------- Answering
@recorded
def answer_goal(
    goal: Goal,
    *,
    partnership: Partnership,
    answer: str,
    reason: str = "",
    part: str = "",
    measure: str = "",
    version: int | None = None,
    name: str = "",
    by: User,
    at: datetime,
) -> GoalConsent:
    """Record that a partner consents to a goal, with its own part and measure, or objects to it with a reason.

    ``version`` is what the person has read. ``name`` is who said it, if somebody else records it. Earlier answers
    stay; the last one to a version counts.

    :raises CannotConsent: if the goal has changed since it was read, cannot be answered, the partner is not of the
        place of the plan, or an objection has no reason.
    """
    goal = lock_goal(goal)
    _demand_answerable(goal)
    if version is not None and version != goal.version:
        raise CannotConsent(_("This goal has changed meanwhile. Read what it says now, then answer."))
    if answer == Answer.OBJECTS and not reason.strip():
        raise CannotConsent(_("Say why your organization objects. The reason stays with the goal."), field="reason")
    _demand_partner(goal, partnership)
    consents = answer == Answer.CONSENTS
    given = GoalConsent.objects.create(
        goal=goal, partnership=partnership, version=goal.version, answer=answer, reason=reason.strip(),
        part=part if consents else "", measure=measure if consents else "", name=name or by.name, by=by, at=at,
    )  # fmt: skip
    if consents:
        _keep_part(goal, partnership, part, measure)
    return given


def _keep_part(goal: Goal, partnership: Partnership, part: str, measure: str) -> None:
    """Store the part of a partner; one that says what it does is a contributor from now on."""
    link = GoalPartner.objects.filter(goal=goal, partnership=partnership).first()
    if link is None:
        if part:
            GoalPartner.objects.create(goal=goal, partnership=partnership, part=part, measure=measure)
    elif (link.part, link.measure) != (part, measure):
        link.part, link.measure = part, measure
        link.save(update_fields=["part", "measure"])


def _demand_answerable(goal: Goal) -> None:
    plan = goal.plan
    if goal.is_archived or plan.is_archived or plan.status not in ANSWERABLE:
        raise CannotConsent(_("Partners answer goals while a plan is open for proposals, and after it is adopted."))
    if goal.phase in (Goal.Phase.REACHED, Goal.Phase.DROPPED):
        raise CannotConsent(_("This goal is no longer pursued. It needs no consent."))


def _demand_partner(goal: Goal, partnership: Partnership) -> None:
    plan = goal.plan
    here = {"area": plan.area_id} if plan.area_id else {"area__state": plan.state_id}
    if not Partnership.objects.current().filter(pk=partnership.pk, **here).exists():
        raise CannotConsent(_("This organization is not a partner here any more."), field="partnership")


# ---------------------------------------------------------------- Asking
def ask_anew(goal: Goal, *, by: User | None, at: datetime) -> None:
    """Ask the partners of a goal that changed for their consent to its new version; call it in the same transaction.

    Nobody is asked while the plan is a draft, or after it has ended.
    """
    plan = goal.plan
    if plan.status not in ANSWERABLE or goal.is_archived or plan.is_archived:
        return
    says = _("“%(goal)s” has changed. The consent of %(partner)s was for how it was before. Read it, and answer again.")
    if goal.version == 1:
        says = _("%(partner)s carries the goal “%(goal)s”. Read it, and say whether your organization consents.")
    missing = _unanswered([goal])[goal.pk]
    people = people_of_partners(missing)
    messages = [
        _message(
            goal.plan, [goal], partner, person, key=f"{goal.pk}.{goal.version}",
            says=says % {"goal": goal.name, "partner": partner.organization.name},
        )
        for partner in missing
        for person in people[partner.pk]
        if by is None or person.pk != by.pk
    ]  # fmt: skip
    notify_many(messages, at=at)


def ask_for_plan(plan: SharedPlan, *, by: User | None, at: datetime) -> None:
    """Ask the partners of all goals of a plan that was opened for their consent: each person once."""
    goals = list(plan.goals.current().order_by("position", "pk"))
    missing = _unanswered(goals)
    of_partner: dict[int, list[Goal]] = defaultdict(list)
    partners: dict[int, Partnership] = {}
    for goal in goals:
        for partner in missing[goal.pk]:
            partners[partner.pk] = partner
            of_partner[partner.pk].append(goal)
    people = people_of_partners(list(partners.values()))
    messages = [
        _message(
            plan, of_partner[pk], partner, person, key=f"plan-{plan.pk}:{at:%Y%m%d}",
            says=_asks(plan, of_partner[pk], partner),
        )
        for pk, partner in partners.items()
        for person in people[pk]
        if by is None or person.pk != by.pk
    ]  # fmt: skip
    notify_many(messages, at=at)


def _asks(plan: SharedPlan, goals: Sequence[Goal], partner: Partnership) -> str:
    words = ngettext(
        "“%(plan)s” is open. %(partner)s carries %(number)d goal of it. Read it, and say whether your organization "
        "consents.",
        "“%(plan)s” is open. %(partner)s carries %(number)d goals of it. Read them, and say whether your organization "
        "consents.",
        len(goals),
    )
    return words % {"plan": plan.name, "partner": partner.organization.name, "number": len(goals)}


def _unanswered(goals: Collection[Goal]) -> dict[int, list[Partnership]]:
    """Return the current partners of goals that have not answered their current version."""
    found = standings_of(list(goals))
    return {
        pk: [each.partnership for each in rows if each.role and not each.consent and not each.partnership.is_archived]
        for pk, rows in found.items()
    }


def _message(
    plan: SharedPlan, goals: Sequence[Goal], partner: Partnership, person: User, *, key: str, says: str
) -> Message:
    place = plan.area or plan.state
    assert place
    return Message(
        kind=ASKED,
        key=f"{ASKED}:{key}:{partner.pk}:{person.pk}",
        to=person,
        about=[*goals[:1], plan, place],
        context=plan_mail(plan, person, says=says, quote="\n".join(goal.name for goal in goals), button=_("Answer")),
        why=_("You answer for %(partner)s.") % {"partner": partner.organization.name},
        path=plan.get_absolute_url() if len(goals) > 1 else reverse("meetings:consent_give", args=[goals[0].pk]),
        zone=plan.area.zone if plan.area else None,
        scope=place,
    )


def plan_mail(plan: SharedPlan, person: User, *, says: str, button: str, quote: str = "") -> dict[str, object]:
    """Return what a mail about a plan needs."""
    sender = plan.area.board_name if plan.area else str(plan.state)
    return {"plan": plan, "recipient": person, "says": says, "quote": quote, "button": button, "sender": sender}
