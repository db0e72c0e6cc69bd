"""Who carries a goal: one partner answers for it, others contribute; and its sponsor on the board."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from meetings.goals import consents, telling
from meetings.goals.links import end_links
from meetings.goals.locking import CannotChangeGoal, demand_moving, lock_goal, today_in
from meetings.models import Goal, GoalPartner
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from partners.models import BoardTerm, Partnership

ACCOUNTABLE, CONTRIBUTOR = GoalPartner.Role.ACCOUNTABLE, GoalPartner.Role.CONTRIBUTOR


@recorded
def set_partner(
    goal: Goal,
    partnership: Partnership,
    *,
    role: str = CONTRIBUTOR,
    part: str = "",
    measure: str = "",
    by: User | None,
    at: datetime,
) -> GoalPartner:
    """Let a partner carry a goal, or change its part; if it becomes accountable, the one before contributes.

    :raises CannotChangeGoal: if the goal cannot change, or the partner is not one of its area or state.
    """
    goal = lock_goal(goal)
    demand_moving(goal)
    _demand_here(goal, partnership)
    if role == ACCOUNTABLE:
        for before in goal.partner_links.filter(role=ACCOUNTABLE).exclude(partnership=partnership):
            before.role = CONTRIBUTOR
            before.save(update_fields=["role"])
    given = {"role": role, "part": part.strip(), "measure": measure.strip()}
    link, is_new = goal.partner_links.update_or_create(partnership=partnership, defaults=given)
    if is_new:
        consents.ask_anew(goal, by=by, at=at)  # only who has not answered this version, and once
    return link


@recorded
def remove_partner(link: GoalPartner, *, by: User | None, at: datetime) -> None:
    """Let a partner no longer carry a goal; what it consented to and reported stays, and its open links end.

    :raises CannotChangeGoal: if the goal cannot change, or partners already rely on this one to answer for it.
    """
    goal = lock_goal(link.goal)
    demand_moving(goal)
    if link.role == ACCOUNTABLE and goal.plan.status == goal.plan.Status.ADOPTED:
        raise CannotChangeGoal(
            _("A goal of an adopted plan needs a partner that answers for it. Choose another first.")
        )
    end_links(goal, link.partnership, at=at)
    link.delete()


def _demand_here(goal: Goal, partnership: Partnership) -> None:
    if goal.plan.area_id is not None:
        is_here = partnership.area_id == goal.plan.area_id
    else:
        is_here = partnership.area.state_id == goal.plan.state_id
    if not is_here:
        raise CannotChangeGoal(_("Choose a partner of this area."), field="partnership")
    if partnership.is_archived:
        raise CannotChangeGoal(_("This organization is no longer a partner here."), field="partnership")


# ---------------------------------------------------------------- The sponsor on the board
SponsorEnds = Callable[[Goal, BoardTerm, User | None], None]
_sponsor_ends: list[SponsorEnds] = []


def when_sponsor_ends(told: SponsorEnds) -> None:
    """Register what happens in the same transaction when somebody no longer sponsors a locked goal."""
    _sponsor_ends.append(told)


@recorded
def set_sponsor(goal: Goal, term: BoardTerm | None, *, by: User | None, at: datetime) -> Goal:
    """Name the member of the board who sponsors a goal, or nobody.

    :raises CannotChangeGoal: if the goal cannot change, is the state's, or the person does not serve on its board.
    """
    goal = lock_goal(goal)
    demand_moving(goal)
    if term is not None and (term.is_archived or term.seat.area_id != goal.plan.area_id):
        raise CannotChangeGoal(_("Choose a member of this area's board."), field="term")
    if term is not None and not term.is_on(today_in(goal.plan, at)):
        raise CannotChangeGoal(_("%(name)s does not serve on the board now.") % {"name": term.name}, field="term")
    before = goal.sponsor
    if goal.sponsor_id != (term.pk if term else None):
        goal.sponsor = term
        goal.save(update_fields=["sponsor"])
        if before is not None:
            for told in _sponsor_ends:
                told(goal, before, by)
        telling.tell_sponsors(goal, before, by=by, at=at)
    return goal


@recorded
def take_on(goal: Goal, term: BoardTerm, *, by: User | None, at: datetime) -> Goal:
    """Take on the sponsorship of a goal as a member of the board, oneself or by who records it.

    :raises CannotChangeGoal: if somebody else sponsors it already, or as ``set_sponsor``.
    """
    goal = lock_goal(goal)
    if goal.sponsor is not None and goal.sponsor_id != term.pk and goal.sponsor.is_on(today_in(goal.plan, at)):
        raise CannotChangeGoal(_("%(name)s sponsors this goal already.") % {"name": goal.sponsor.name})
    return set_sponsor(goal, term, by=by, at=at)


@recorded
def give_back(goal: Goal, term: BoardTerm, *, by: User | None, at: datetime) -> Goal:
    """Give back the sponsorship of a goal that one has taken on; of another one's, nothing changes."""
    goal = lock_goal(goal)
    return set_sponsor(goal, None, by=by, at=at) if goal.sponsor_id == term.pk else goal
