"""What partners say to goals: each consents to a version with its own part and measure, or objects with a reason.

A consent is for one version of a goal. When a formal fact of a goal changes, its version rises, and the partners that
carry it are asked anew (:func:`ask_anew`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from meetings.goals.changes import FactChange, changes_since
from meetings.goals.locking import lock_goal
from meetings.models import Goal, GoalConsent, GoalPartner, SharedPlan
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import Membership, Partnership
from partners.models import Role as SeatRole
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
    names_area: bool = False  # in a plan of a state, an organization may be a partner in several areas

    @property
    def name(self) -> str:
        """The name of the partner; in a plan of a state, with its area."""
        name = str(self.partnership.organization.name)
        return f"{name} ({self.partnership.area.name})" if self.names_area else name

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
    """Return what partners say to some goals, by goal: who carries it first, then others who answered; two queries.

    Needs their plan.
    """
    keys = [goal.pk for goal in goals]
    links: dict[int, dict[int, GoalPartner]] = defaultdict(dict)
    rows = GoalPartner.objects.filter(goal__in=keys).select_related("partnership__organization", "partnership__area")
    for link in rows.order_by("role", "partnership__organization__name", "pk"):
        links[link.goal_id][link.partnership_id] = link
    consents: dict[int, dict[int, list[GoalConsent]]] = defaultdict(lambda: defaultdict(list))
    answers = GoalConsent.objects.filter(goal__in=keys).select_related("partnership__organization", "partnership__area")
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
        yield Standing(partnership, role, part, measure, now, before, key, names_area=goal.plan.area_id is None)


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
    people = people_of_partners([each.partnership for each in missing])
    managed = managed_of([each.partnership for each in missing])
    changed = changes_since([goal], [(goal.pk, each.before.version) for each in missing if each.before])
    messages = [
        _message(
            plan, [goal], each.partnership, person, key=f"{goal.pk}.{goal.version}",
            says=says % {"goal": goal.name, "partner": each.partnership.organization.name},
            changes=changed.get((goal.pk, each.before.version), []) if each.before else [],
            may_answer=each.partnership.pk in managed,
        )
        for each in missing
        for person in people[each.partnership.pk]
        if by is None or person.pk != by.pk
    ]  # fmt: skip
    notify_many(messages, at=at)


def ask_for_plan(plan: SharedPlan, *, by: User | None, at: datetime) -> None:
    """Ask the partners of all goals of a plan that was opened for their consent: each person once."""
    goals = list(plan.goals.current().order_by("position", "pk"))
    _ask(plan, goals, f"plan-{plan.pk}:{at:%Y%m%d}", by=by, at=at)


def ask_for_goals(plan: SharedPlan, goals: Sequence[Goal], *, by: User | None, at: datetime) -> None:
    """Ask the partners of goals that were added to an open plan together: each person once."""
    if plan.status in ANSWERABLE:
        _ask(plan, goals, f"goals-{goals[0].pk}", by=by, at=at)


def _ask(plan: SharedPlan, goals: Sequence[Goal], key: str, *, by: User | None, at: datetime) -> None:
    missing = _unanswered(goals)
    of_partner: dict[int, list[Goal]] = defaultdict(list)
    partners: dict[int, Partnership] = {}
    for goal in goals:
        for each in missing[goal.pk]:
            partners[each.partnership.pk] = each.partnership
            of_partner[each.partnership.pk].append(goal)
    people = people_of_partners(list(partners.values()))
    managed = managed_of(list(partners.values()))
    messages = [
        _message(
            plan, of_partner[pk], partner, person, key=key,
            says=_asks(plan, of_partner[pk], partner), may_answer=pk in managed,
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


def _unanswered(goals: Collection[Goal]) -> dict[int, list[Standing]]:
    """Return what stands for the current partners of goals that have not answered their current version."""
    found = standings_of(list(goals))
    return {
        pk: [each for each in rows if each.role and not each.consent and not each.partnership.is_archived]
        for pk, rows in found.items()
    }


def _message(
    plan: SharedPlan,
    goals: Sequence[Goal],
    partner: Partnership,
    person: User,
    *,
    key: str,
    says: str,
    changes: Sequence[FactChange] = (),
    may_answer: bool = True,
) -> Message:
    place = plan.area or plan.state
    assert place
    quote = "\n".join([*(goal.name for goal in goals), *map(str, changes)])
    return Message(
        kind=ASKED,
        key=f"{ASKED}:{key}:{partner.pk}:{person.pk}",
        to=person,
        about=[*goals[:1], plan, place],
        context=plan_mail(
            plan, person, says=says, quote=quote, button=_("Answer") if may_answer else _("View the plan")
        ),
        why=_("You answer for %(partner)s.") % {"partner": partner.organization.name},
        path=answer_path(plan, goals, may_answer=may_answer),
        zone=plan.area.zone if plan.area else None,
        scope=place,
    )


def managed_of(partnerships: Collection[Partnership]) -> set[int]:
    """Return those of some partners, by id, that have a manager who can answer; one query.

    Without one, their representatives are asked, who read the plan and find somebody who answers.
    """
    seats = Membership.objects.current().filter(
        Q(partnership__in=[one.pk for one in partnerships])
        | Q(organization__in=[one.organization_id for one in partnerships]),
        role=SeatRole.MANAGER, user__is_active=True,
    )  # fmt: skip
    found = set(seats.values_list("partnership", "organization")) if partnerships else set()
    return {one.pk for one in partnerships if {(one.pk, None), (None, one.organization_id)} & found}


def answer_path(plan: SharedPlan, goals: Sequence[Goal], *, may_answer: bool) -> str:
    """Return where somebody answers goals: the form of a single one, or the page of the plan."""
    if len(goals) == 1 and may_answer:
        return reverse("meetings:consent_give", args=[goals[0].pk])
    return f"{plan.get_absolute_url()}#goal-{goals[0].pk}" if len(goals) == 1 else plan.get_absolute_url()


def plan_mail(plan: SharedPlan, person: User, *, says: str, button: str, quote: str = "") -> dict[str, object]:
    """Return what a mail about a plan needs."""
    sender = plan.area.board_name if plan.area else str(plan.state)
    return {"plan": plan, "recipient": person, "says": says, "quote": quote, "button": button, "sender": sender}
