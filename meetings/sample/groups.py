"""The groups of the sample, with their seats and members."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from meetings.groups import seats
from meetings.models import Group, GroupMember, GroupSeat
from partners.models import BoardTerm, Office, Partnership, Representative
from partners.sample.area_story import AreaStory

BEGUN = timedelta(days=745)
Kind, Cadence, Quorum, Role = Group.Kind, Group.Cadence, Group.Quorum, GroupMember.Role


@dataclass(frozen=True)
class Plan:
    """One group of the sample: its facts, whom it takes in, and the rule by which it meets."""

    kind: str
    name: str
    purpose: str
    cadence: str
    rule: str
    starts: time
    minutes: int = 90
    how: str = "in_person"
    quorum: str = Quorum.NONE
    partners: slice = field(default_factory=lambda: slice(0, 0))
    of_board: slice = field(default_factory=lambda: slice(0, 0))
    is_open: bool = False
    ended: int = 0  # days ago, of the group that drifted
    facilitator: str = ""


PLANS = (
    Plan(
        Kind.BOARD, "Riverbend Workforce Board",
        "Sets the local plan, oversees the One-Stop centers and approves the budget (WIOA section 107(d)).",
        Cadence.BIMONTHLY, "FREQ=MONTHLY;INTERVAL=2;BYDAY=3TU", time(8), quorum=Quorum.MAJORITY, is_open=True,
    ),
    Plan(
        Kind.ONE_STOP, "One-Stop committee",
        "Advises the board on the partners, the centers and how they work together (20 CFR 679.360(b)(1)).",
        Cadence.MONTHLY, "FREQ=MONTHLY;BYDAY=1WE", time(14), 60, "both", Quorum.MAJORITY,
        slice(0, 6), slice(0, 5), True,
    ),
    Plan(
        Kind.YOUTH, "Youth committee", "Plans services for youth with the schools and YouthBuild (679.360(b)(2)).",
        Cadence.BIMONTHLY, "FREQ=MONTHLY;INTERVAL=2;BYDAY=1TH", time(15, 30), 60, "online", Quorum.MAJORITY,
        slice(4, 10), slice(3, 7), True,
    ),
    Plan(
        Kind.DISABILITY, "Committee on services to people with disabilities",
        "Looks after access, accommodations and training of staff (679.360(b)(3)).",
        Cadence.QUARTERLY, "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TH", time(10), 60, "both", Quorum.MAJORITY,
        slice(1, 6), slice(6, 9), True,
    ),
    Plan(
        Kind.WORKGROUP, "Partner team", "All partners: referrals, shared costs, goals. What is decided becomes work.",
        Cadence.BIMONTHLY, "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU", time(9), 90, "both", Quorum.MAJORITY, slice(0, 30),
        facilitator="Marguerite Lowell",
    ),
    Plan(
        Kind.COUNCIL, "Disability council", "Customers, advocates and providers look at how the centers serve people.",
        Cadence.MONTHLY, "FREQ=MONTHLY;BYDAY=4MO", time(13), 60, "in_person", Quorum.NONE, slice(2, 9),
        facilitator="Desmond Achterberg",
    ),
    Plan(
        Kind.CONSORTIUM, "Training consortium", "Partners teach each other's staff: one training a month.",
        Cadence.MONTHLY, "FREQ=MONTHLY;BYDAY=4WE", time(9), 120, "online", Quorum.NONE, slice(0, 14),
    ),
    Plan(
        Kind.BUSINESS, "Employer council", "Employers say what they need of the centers.",
        Cadence.QUARTERLY, "FREQ=MONTHLY;INTERVAL=3;BYDAY=2WE", time(12), 60, "in_person", Quorum.NONE, slice(0, 3),
        slice(0, 6), ended=168,
    ),
)  # fmt: skip


def load(story: AreaStory) -> list[tuple[Plan, Group]]:
    """Add the groups with their seats and members."""
    return [(plan, _group(story, plan)) for plan in PLANS]


def _group(story: AreaStory, plan: Plan) -> Group:
    begun = story.today - BEGUN
    at = story.at(begun)
    group = Group(
        area=story.area, kind=plan.kind, name=plan.name, purpose=plan.purpose, cadence=plan.cadence,
        quorum=plan.quorum, is_open_meeting=plan.is_open, notice_days=7 if plan.is_open else None,
        absences_allowed=3 if plan.kind in Group.OF_BOARD else None,
    )  # fmt: skip
    story.keep([group], at)
    if plan.kind == Kind.BOARD:
        seats.match_board(group, by=story.staff, at=story.at(story.today))
        rows = [*group.seats.all(), *group.members.all()]
    else:
        rows = [*_of_partners(group, story.partners[plan.partners], begun), *_of_board(group, story, plan, begun)]
    if plan.facilitator:
        address = f"{plan.facilitator.split()[0].lower()}@facilitators.example"
        rows.append(
            GroupMember.objects.create(
                group=group, name=plan.facilitator, email=address, role=Role.FACILITATOR, from_on=begun
            )
        )
    for row in rows:
        story.past.add(row, at=at, by=story.staff)
    _chair(group, story)
    return group


def _of_partners(group: Group, partners: Sequence[Partnership], begun: date) -> list[GroupSeat | GroupMember]:
    made = GroupSeat.objects.bulk_create(GroupSeat(group=group, partnership=partner) for partner in partners)
    people: dict[int, list[Representative]] = {partner.pk: [] for partner in partners}
    found = Representative.objects.in_office().filter(partnership__in=partners).select_related("user")
    for person in found.order_by("-kind", "pk"):
        people[person.partnership_id].append(person)
    members = [
        GroupMember(
            group=group, seat=seat, representative=person, user=person.user, name=person.name, email=person.email,
            is_alternate=is_alternate, from_on=begun,
        )
        for seat in made
        for is_alternate, person in zip((False, True), people[seat.partnership_id or 0], strict=False)
    ]  # fmt: skip
    return [*made, *GroupMember.objects.bulk_create(members)]


def _of_board(group: Group, story: AreaStory, plan: Plan, begun: date) -> list[GroupSeat | GroupMember]:
    """Add seats of members of the board to a committee or council."""
    terms = BoardTerm.objects.of(story.area).on(story.today).select_related("seat", "user").order_by("seat", "pk")
    chosen = list(terms)[plan.of_board]
    made = GroupSeat.objects.bulk_create(GroupSeat(group=group, label=f"Board: {term.seat}"[:150]) for term in chosen)
    members = [
        GroupMember(
            group=group, seat=seat, user=term.user, name=term.name, email=term.email,
            from_on=max(begun, term.from_on), until_on=term.until_on,
        )
        for seat, term in zip(made, chosen, strict=True)
    ]  # fmt: skip
    return [*made, *GroupMember.objects.bulk_create(members)]


def _chair(group: Group, story: AreaStory) -> None:
    """Let the chair of the board chair it, and the first member of another group that group."""
    today = story.today
    members = GroupMember.objects.on(today).filter(group=group, is_alternate=False).order_by("pk")
    first = members.filter(seat__isnull=False).first()
    if group.kind == Kind.BOARD:
        office = Office.objects.current().filter(area=story.area, kind=Office.Kind.CHAIR).first()
        holder = office.tenures.on(today).first() if office else None
        first = members.filter(name=holder.name).first() if holder else first
    if first:
        first.role = Role.CHAIR
        first.save(update_fields=["role"])
        story.past.add_last(first, at=story.at(first.from_on + timedelta(days=3)), by=story.staff)
