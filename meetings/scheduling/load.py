"""How many hours a month people spend in meetings, over all their groups in all areas, and what a plan would add.

"Without overloading staff or partner schedules": whoever plans sees it before anybody is invited. A person is an
account, or an address without one. Nothing else is said of meetings that the planner may not see.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import F, Q, Sum
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.models import HOURS_A_MONTH, Group, GroupMember, Meeting, MeetingPolicy, Series
from onestop.accounts.load import MONTH, WEEK, Amount, LoadMeasure, register_load
from partners.models import LocalArea

MONTHS = 3  # over which the hours are averaged
WINDOW = relativedelta(months=MONTHS)
Who = int | str  # the id of an account, or an address


@dataclass(frozen=True)
class PersonLoad:
    """One member of a group: hours in meetings a month now, and what a plan adds."""

    name: str
    hours: float
    added: float
    most: int

    @property
    def total(self) -> float:
        """The hours a month with the plan."""
        return self.hours + self.added

    @property
    def is_too_much(self) -> bool:
        """Whether that is more than the area asks of people."""
        return self.total > self.most

    @property
    def words(self) -> str:
        """The hours in words: "7.5 hours a month, 1.5 of them new"."""
        facts = {"total": hours_words(self.total), "added": hours_words(self.added)}
        if not self.added:
            return _("%(total)s a month") % facts
        return _("%(total)s a month, of which %(added)s are new") % facts


def hours_words(hours: float) -> str:
    """Return a number of hours in words: "1 hour", "2.5 hours"."""
    shown = f"{hours:.1f}".removesuffix(".0")
    return ngettext("%(hours)s hour", "%(hours)s hours", 1 if shown == "1" else 2) % {"hours": shown}


def most_hours(area: LocalArea | None) -> int:
    """Return how many hours a month an area asks of people at most; one query."""
    policy = MeetingPolicy.objects.filter(area=area).first() if area else None
    return policy.hours_a_month if policy else HOURS_A_MONTH


def loads_with(
    group: Group, starts: Sequence[datetime], minutes: int, *, at: datetime, but: Series | None = None
) -> list[PersonLoad]:
    """Return the load of each member of a group with the meetings of a plan, the most loaded first; four queries.

    ``starts`` are those of the plan; ``but`` is the series that it replaces.
    """
    until = at + WINDOW
    today = at.astimezone(group.zone).date()
    members = {who_is(member): member.name for member in GroupMember.objects.on(today).filter(group=group)}
    added = sum(minutes for start in starts if at <= start < until) / 60 / MONTHS
    hours = hours_of(members, at=at, until=until, but=but)
    most = most_hours(group.area)
    loads = [PersonLoad(name, hours[who], added, most) for who, name in members.items()]
    return sorted(loads, key=lambda load: (-load.total, load.name.casefold()))


def who_is(member: GroupMember) -> Who:
    """Return what tells a person from others across groups: the account, else the address, else the name."""
    return member.user_id or (member.email or member.name).lower()


def hours_of(
    people: Collection[Who], *, at: datetime, until: datetime, but: Series | None = None
) -> Mapping[Who, float]:
    """Return the hours a month that each of these people is asked to spend in meetings in a range; two queries.

    A person in two seats of one group, or its alternate, counts once.
    """
    users = [who for who in people if isinstance(who, int)]
    addresses = [who for who in people if isinstance(who, str)]
    held = GroupMember.objects.current().filter(from_on__lte=until, is_alternate=False)
    held = held.filter(Q(last_on=None) | Q(last_on__gte=at)).alias(mailbox=Lower("email"))
    held = held.filter(Q(user__in=users) | Q(user=None, mailbox__in=addresses))
    groups_of: dict[Who, set[int]] = defaultdict(set)
    for member in held.only("user", "email", "name", "group"):
        groups_of[who_is(member)].add(member.group_id)
    in_groups = {group for groups in groups_of.values() for group in groups}
    meetings = Meeting.objects.on_calendar().between(at, until).filter(group__in=in_groups)
    if but is not None and but.pk:
        meetings = meetings.exclude(series=but)
    minutes = dict(meetings.order_by().values("group").annotate(sum=Sum("minutes")).values_list("group", "sum"))
    months = max(1.0, (until - at).days / 30.4)
    return Counter({who: sum(minutes.get(g, 0) for g in groups) / 60 / months for who, groups in groups_of.items()})


# ---------------------------------------------------------------- Groups of the same people
@dataclass(frozen=True)
class Likeness:
    """Another group with nearly the same people."""

    group: Group
    shared: int
    of: int


NEARLY = 0.7  # of all who are in one of the two groups


def alike_groups(group: Group, others: Iterable[Group], on: date) -> list[Likeness]:
    """Return the groups among others that have nearly the same people; one query."""
    known = {other.pk: other for other in others if other.pk != group.pk}
    members: dict[int, set[Who]] = defaultdict(set)
    for member in (
        GroupMember.objects.on(on).filter(group__in=[group.pk, *known]).only("user", "email", "name", "group")
    ):
        members[member.group_id].add(who_is(member))
    own = members.pop(group.pk, set())
    found = []
    for pk, theirs in members.items():
        shared, together = len(own & theirs), len(own | theirs)
        if shared >= NEARLY * together and shared > 1:
            found.append(Likeness(known[pk], shared, together))
    return sorted(found, key=lambda each: (-each.shared / each.of, each.group.name.casefold()))


# ---------------------------------------------------------------- Hours that were asked of a person
def _asked_of(user_ids: Collection[int], at: datetime) -> Mapping[int, Amount]:
    """Return the hours in meetings of each account in the last 7 and 30 days; one query."""
    held: Any = GroupMember.objects.current().filter(user__in=user_ids, is_alternate=False)
    rows = held.filter(
        Q(group__meetings__starts_at__date__gte=F("from_on")),
        Q(last_on=None) | Q(group__meetings__starts_at__date__lte=F("last_on")),
        group__meetings__starts_at__gt=at - MONTH, group__meetings__starts_at__lte=at,
    ).exclude(group__meetings__status=Meeting.Status.CANCELED)  # fmt: skip
    met = rows.values_list("user", "group__meetings", "group__meetings__starts_at", "group__meetings__minutes")
    amounts: dict[int, Amount] = defaultdict(Amount)
    for user, _meeting, starts_at, minutes in met.distinct():
        hours, before = minutes / 60, amounts[user]
        amounts[user] = Amount(before.week + (hours if starts_at > at - WEEK else 0), before.month + hours)
    return amounts


register_load(LoadMeasure("meetings", gettext_lazy("Hours in meetings"), _asked_of, hours_words))
