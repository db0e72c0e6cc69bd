"""Permissions for meetings. Who sees which group is decided by its queryset (``visible_to``)."""

from typing import Any

import rules
from django.db.models import Q
from django.db.models.functions import Now, TruncDate

from meetings.models import (
    ActionItem,
    AgendaItem,
    Goal,
    Group,
    GroupMember,
    PlanProposal,
    Project,
    Question,
    RaisedIssue,
    SharedPlan,
    TrainingFollowUp,
)
from meetings.models.assistance import groups_of
from partners.models import Partnership
from partners.rules import (
    administers_state,
    is_of_a_partner_here,
    is_own_manager,
    is_staff_here,
    is_superuser,
    manages_a_partner_here,
    staff,
    staff_or_own_manager,
)
from partners.seats import seats_of


@rules.predicate
def keeps_group(user: Any, group: Group) -> bool:
    """One-Stop staff of the area that leads a group; for a group of a state, its administrator."""
    seats = seats_of(user)
    if seats.everything:
        return True
    return group.area_id in seats.staff_area_ids if group.area_id else group.state_id in seats.state_ids


@rules.predicate
def is_officer(user: Any, group: Group) -> bool:
    """Chair, vice chair, secretary or facilitator of the group today."""
    if not getattr(user, "is_active", False):
        return False
    today = TruncDate(Now())
    held = GroupMember.objects.current().filter(Q(last_on=None) | Q(last_on__gte=today), from_on__lte=today)
    return held.filter(group=group, user=user.pk, role__in=GroupMember.OFFICERS).exists()


@rules.predicate
def belongs_to_group(user: Any, group: Group) -> bool:
    """A member of the group today, or somebody of a partner that has a seat in it."""
    seats = seats_of(user)
    if not getattr(user, "is_active", False):
        return False
    today = TruncDate(Now())
    held = GroupMember.objects.current().filter(Q(last_on=None) | Q(last_on__gte=today), from_on__lte=today)
    of_partner = group.seats.current().filter(partnership__in=seats.partnership_ids)
    return held.filter(group=group, user=user.pk).exists() or of_partner.exists()


@rules.predicate
def suggested(user: Any, item: AgendaItem) -> bool:
    """Whoever suggested an item."""
    return item.suggested_by_id is not None and item.suggested_by_id == user.pk


@rules.predicate
def does_action(user: Any, action: ActionItem) -> bool:
    """Whose action item it is, or one of the people of the organization whose it is."""
    if not getattr(user, "is_active", False):
        return False
    return action.belongs_to(user) or action.partnership_id in seats_of(user).partnership_ids


@rules.predicate
def runs_group_of(user: Any, action: ActionItem) -> bool:
    """Whoever runs the group of an action item."""
    return bool((keeps_group | is_officer).test(user, action.group))


@rules.predicate
def has_asked(user: Any, question: Question) -> bool:
    """People of the partner that asked; One-Stop staff, if they asked."""
    if question.asker_id is None:
        return bool(is_staff_here.test(user, question))
    return question.asker_id in seats_of(user).partnership_ids


@rules.predicate
def is_asked(user: Any, question: Question) -> bool:
    """People of the partner that is asked, members of the group that is asked, or One-Stop staff."""
    if question.to_partnership_id is not None:
        return question.to_partnership_id in seats_of(user).partnership_ids
    if question.to_group_id is not None:
        return bool(getattr(user, "is_active", False)) and groups_of(user).filter(group=question.to_group_id).exists()
    return bool(is_staff_here.test(user, question))


@rules.predicate
def answers_for_partner(user: Any, follow_up: TrainingFollowUp) -> bool:
    """Somebody of the partner that is asked, or who runs the group of the training."""
    group = follow_up.training.meeting.group
    own = follow_up.partnership_id in seats_of(user).partnership_ids
    return own or keeps_group(user, group) or is_officer(user, group)


# shared goals and their plans
@rules.predicate
def keeps_plan(user: Any, plan: SharedPlan) -> bool:
    """One-Stop staff of the area of a plan; for a plan of a state, its administrator."""
    seats = seats_of(user)
    if seats.everything:
        return True
    return plan.area_id in seats.staff_area_ids if plan.area_id else plan.state_id in seats.state_ids


@rules.predicate
def is_of_partner_of_plan(user: Any, plan: SharedPlan) -> bool:
    """Somebody of a partner in the area of a plan; for a plan of a state, of a partner in any of its areas."""
    seats = seats_of(user)
    if plan.area_id:
        return plan.area_id in seats.partner_area_ids
    here = Partnership.objects.current().filter(area__state=plan.state_id)
    return bool(seats.partnership_ids) and here.filter(pk__in=seats.partnership_ids).exists()


@rules.predicate
def manages_partner_of_plan(user: Any, plan: SharedPlan) -> bool:
    """Manager of a partner in the area of a plan; for a plan of a state, of a partner in any of its areas."""
    seats = seats_of(user)
    if plan.area_id:
        return plan.area_id in seats.managed_area_ids
    here = Partnership.objects.current().filter(area__state=plan.state_id)
    return bool(seats.managed_partnership_ids) and here.filter(pk__in=seats.managed_partnership_ids).exists()


@rules.predicate
def has_proposed_to_plan(user: Any, proposal: PlanProposal) -> bool:
    """Whoever proposed it, and the managers of the partner for which it was proposed."""
    own = proposal.by_id is not None and proposal.by_id == user.pk
    return own or proposal.partnership_id in seats_of(user).managed_partnership_ids


@rules.predicate
def carries_goal(user: Any, goal: Goal) -> bool:
    """People of a partner that answers for a goal or contributes to it; whoever keeps it."""
    own = seats_of(user).partnership_ids
    if keeps_plan.test(user, goal.plan):
        return True
    return bool(own) and goal.partner_links.filter(partnership__in=own).exists()


@rules.predicate
def is_on_board_of(user: Any, goal: Goal) -> bool:
    """Board member of the area of a goal."""
    return goal.plan.area_id in seats_of(user).board_area_ids


@rules.predicate
def has_raised(user: Any, issue: RaisedIssue) -> bool:
    """Manager of the partner for which an issue was raised."""
    return issue.partnership_id is not None and issue.partnership_id in seats_of(user).managed_partnership_ids


@rules.predicate
def administers_state_of(user: Any, issue: RaisedIssue) -> bool:
    """Administrator of the state to which an issue was sent."""
    return issue.sent_at is not None and issue.area.state_id in seats_of(user).state_ids


@rules.predicate
def leads_project(user: Any, project: Project) -> bool:
    """One of the people of the partner that leads a project."""
    return project.lead_id in seats_of(user).partnership_ids


PERMISSIONS = {
    # groups of an area and of a state, with their seats and members
    "meetings.add_group": staff,
    "meetings.add_state_group": is_superuser | administers_state,
    "meetings.keep_group": keeps_group,
    "meetings.set_policy": staff,
    # series, meetings, invitations and polls: also by those who run the group
    "meetings.plan_meetings": keeps_group | is_officer,
    # agendas
    "meetings.edit_agenda": keeps_group | is_officer,
    "meetings.suggest_items": keeps_group | belongs_to_group,
    "meetings.withdraw_suggestion": suggested,
    # at the meeting
    # minutes and packets: by those who run the group
    "meetings.keep_minutes": keeps_group | is_officer,
    "meetings.make_packet": keeps_group | is_officer,
    # action items: those who run the group keep them; whose they are report
    "meetings.add_action": keeps_group | is_officer,
    "meetings.keep_action": runs_group_of,
    "meetings.report_action": does_action | runs_group_of,
    # the public page of the board
    # trainings: who runs the group edits them; what counts as trained staff is a fact of the area's coverage
    "meetings.record_trained_staff": keeps_group,
    "meetings.answer_follow_up": answers_for_partner,
    # shared goals: staff keep those of the area, who carries one reports, the board sponsors
    "meetings.keep_goals": keeps_plan,
    "meetings.report_goal": carries_goal,
    "meetings.sponsor_goal": is_on_board_of,
    # questions and answers
    "meetings.ask_question": staff | is_of_a_partner_here,
    "meetings.answer_question": staff | is_asked,
    "meetings.keep_question": staff | has_asked,
    "meetings.move_answer_date": staff | has_asked | is_asked,
    "meetings.reassign_question": staff,
    # plans: those who keep them write them; people of partners propose, their managers consent to goals
    "meetings.add_plan": staff,
    "meetings.add_state_plan": is_superuser | administers_state,
    "meetings.keep_plan": keeps_plan,
    "meetings.propose_to_plan": keeps_plan | is_of_partner_of_plan,
    "meetings.withdraw_plan_proposal": has_proposed_to_plan,
    "meetings.consent_to_goal": manages_partner_of_plan,
    # shared values: the staff keep them, each partner's managers affirm them
    "meetings.keep_values": staff,
    "meetings.affirm_values": is_own_manager,
    # the resource map: the staff keep needs, each partner's managers say what it meets
    "meetings.keep_needs": staff,
    "meetings.answer_need": staff | manages_a_partner_here,
    "meetings.keep_need_met": staff_or_own_manager,
    "meetings.recommend_for_need": staff,
    # raised issues: the staff send them to the state, which answers; whoever raised one follows it
    "meetings.raise_issue": staff | manages_a_partner_here,
    "meetings.edit_issue": staff | has_raised,
    "meetings.send_issue": staff,
    "meetings.answer_issue": is_superuser | administers_state_of,
    "meetings.follow_issue": staff | has_raised | administers_state_of,
    # projects: staff keep them; whoever leads one counts what comes of it
    "meetings.add_project": staff,
    "meetings.keep_project": staff,
    "meetings.count_project": staff | leads_project,
}

for name, predicate in PERMISSIONS.items():
    rules.add_perm(name, predicate)
