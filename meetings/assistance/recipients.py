"""Who hears of a question: those who are asked, and those who have asked."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q

from meetings.models import GroupMember, Question
from onestop.accounts.models import User
from partners.models import Membership, Partnership, Role
from partners.notices.audiences import people_of_partners, seated_in, together
from partners.seats import seats_of


def asked_people(questions: Collection[Question], at: datetime) -> dict[int, list[User]]:
    """Return who is to answer each question, by its id; three queries, however many.

    Those are the managers of a partner (or its representatives), the members of a group with an account, or the staff:
    also if nobody of the partner or the group could read the question.
    """
    partners = {
        each.to_partnership for each in questions if each.to_partnership and not each.to_partnership.is_archived
    }
    of_partners = people_of_partners(partners) if partners else {}
    of_groups = _members_of(questions, at)
    staff = seated_in(Role.STAFF, {each.area_id for each in questions})
    return {
        each.pk: of_partners.get(each.to_partnership_id or 0)
        or of_groups.get(each.to_group_id or 0)
        or staff.get(each.area_id, [])
        for each in questions
    }


def _members_of(questions: Collection[Question], at: datetime) -> dict[int, list[User]]:
    groups = {each.to_group_id for each in questions if each.to_group and not each.to_group.is_archived}
    found: dict[int, list[User]] = defaultdict(list)
    if not groups:
        return found
    held = GroupMember.objects.on(at.date()).filter(group__in=groups, user__is_active=True)
    for member in held.select_related("user").order_by("pk"):
        if member.user and member.user not in found[member.group_id]:
            found[member.group_id].append(member.user)
    return found


def asking_people(question: Question) -> list[User]:
    """Return who hears of answers: the person who asked, and the others of the organization if that person left it.

    If the staff asked for a partner, both hear of it.
    """
    person = question.asked_by
    still = [person] if person and person.is_active and _is_still_here(person, question) else []
    if question.asker is None:
        return still or seated_in(Role.STAFF, [question.area_id]).get(question.area_id, [])
    if person and still and Membership.objects.current().of_partnership(question.asker).filter(user=person).exists():
        return still
    return together(people_of_partners([question.asker])[question.asker.pk], still)


def _is_still_here(person: User, question: Question) -> bool:
    held = Q(role=Role.STAFF, area=question.area_id)
    if question.asker:
        held |= Q(partnership=question.asker) | Q(organization=question.asker.organization_id)
    return Membership.objects.current().filter(held, user=person).exists()


def speaks_for(question: Question, user: Any) -> Partnership | None:
    """Return the partner for which a person speaks about a question: the one asked, or the one that asked."""
    own = seats_of(user).partnership_ids
    for partnership in (question.to_partnership, question.asker):
        if partnership and partnership.pk in own:
            return partnership
    if question.to_group_id is None:
        return None
    seated = GroupMember.objects.current().filter(group=question.to_group_id, user=user.pk, seat__partnership__in=own)
    member = seated.select_related("seat__partnership__organization").first()
    return member.seat.partnership if member and member.seat else None
