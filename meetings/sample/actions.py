"""Action items of the sample: open, overdue, done and dropped, with what people reported."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from meetings.models import ActionItem, ActionUpdate, AgendaItem
from meetings.sample.told import IN_FULL, Facts, Held, Told, keep_all
from onestop.accounts.models import User
from partners.models import Partnership, Representative
from partners.sample.area_story import AreaStory
from partners.sample.past import Step

Status = ActionItem.Status
Kind = ActionUpdate.Kind
KINDS = {Status.OPEN: Kind.PROGRESS, Status.DONE: Kind.DONE, Status.DROPPED: Kind.DROPPED}
LATER = 14  # days after a meeting that was so lately that nothing can be overdue yet


class People:
    """Who may have an action item: members of groups, staff of the area, and organizations."""

    def __init__(self, story: AreaStory, groups: Sequence[Told]) -> None:
        self.by_name: dict[str, tuple[User | None, str, Partnership | None]] = {}
        for told in groups:
            for member in told.members:
                partner = member.seat.partnership if member.seat else None
                self.by_name.setdefault(member.name, (member.user, member.address, partner))
        speakers = Representative.objects.in_office().filter(partnership__area=story.area)
        for person in speakers.select_related("user", "partnership__organization"):
            self.by_name[person.name] = (person.user, person.email.lower(), person.partnership)
        for user in User.objects.filter(memberships__area=story.area, memberships__role="staff", is_active=True):
            self.by_name.setdefault(user.name, (user, user.email.lower(), None))
        self.partners = {partner.organization.name: partner for partner in story.partners}

    def facts(self, told: Facts) -> Facts:
        """Return the fields of an action item that say whose it is."""
        if "who" not in told:
            return {"partnership": self.partners[told["partner"]]}
        user, address, partner = self.by_name[told["who"]]
        return {"name": told["who"], "user": user, "email": address, "partnership": partner}


def load(groups: Sequence[Told], people: People) -> None:
    """Add the action items of all meetings, with what was reported."""
    story = groups[0].story
    rows, steps, updates = [], {}, list[ActionUpdate]()
    for told in groups:
        for held in told.held[:IN_FULL]:
            for item, facts in held.items:
                for one in facts.get("actions", ()):
                    action = _action(held, item, one, people)
                    held.actions.setdefault(item.pk, []).append(action)
                    rows.append((action, action.created_at))
                    steps[id(action)] = list(_steps(story, action))
                    updates += _updates(held, action, one)
    keep_all(story, rows, steps)
    ActionUpdate.objects.bulk_create(updates)


def _action(held: Held, item: AgendaItem, facts: Facts, people: People) -> ActionItem:
    story, today = held.of.story, held.of.story.today
    due_on = held.day + timedelta(days=facts["due"]) if "due" in facts else today + timedelta(days=facts["left"])
    if due_on < held.day:
        due_on = held.day + timedelta(days=LATER)
    action = ActionItem(
        group=held.of.series.group, meeting=held.meeting, item=item, text=facts["text"],
        detail=facts.get("detail", ""), due_on=due_on, serves=item.serves,
        created_at=held.meeting.ends_at - timedelta(minutes=5), assigned_at=held.meeting.ends_at,
        created_by=story.staff, **people.facts(facts),
    )  # fmt: skip
    closed = facts.get("done", facts.get("dropped"))
    if closed is not None and held.after(closed) < held.of.now:
        action.status = Status.DONE if "done" in facts else Status.DROPPED
        action.closed_at, action.outcome = held.after(closed), facts["outcome"]
    return action


def _steps(story: AreaStory, action: ActionItem) -> Iterator[Step]:
    if action.closed_at:
        yield Step(
            action.closed_at, action.user or story.staff, {"status": Status.OPEN, "closed_at": None, "outcome": ""}
        )


def _updates(held: Held, action: ActionItem, facts: Facts) -> Iterator[ActionUpdate]:
    """Yield what was reported, as far as its day has come; the last says that it is done or dropped."""
    staff = held.of.story.staff
    name, by = action.name or staff.name, action.user if action.name else staff
    via = ActionUpdate.Via.PAGE if by else ActionUpdate.Via.LINK
    told: list[tuple[datetime, str, Any]] = [
        (held.after(days, 15), text, Status.OPEN) for days, text in facts.get("updates", ())
    ]
    if action.closed_at:
        told.append((action.closed_at, action.outcome, action.status))
    for at, text, status in told:
        if at < held.of.now:
            yield ActionUpdate(
                action=action,
                kind=KINDS[status],
                text=text,
                status=status,
                due_on=action.due_on,
                name=name,
                by=by,
                via=via,
                at=at,
            )
