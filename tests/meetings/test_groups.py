"""Groups with their seats and members: many at once, from the board, by terms; who sees them; the rhythm they keep."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from meetings.groups import groups, handover, members, rhythm, seats
from meetings.groups.groups import CannotKeepGroup
from meetings.models import Group, GroupMember, GroupSeat
from onestop.editing.versions import ChangedMeanwhile, version_of
from partners.board.holding import CannotHold
from partners.models import BoardTerm
from partners.people.turnover import Leaving
from partners.rules import may
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import NOW, make_group

FACTS = {"kind": "council", "name": "Employer council", "cadence": "quarterly", "quorum": "none"}


def add(area: Any, cast: Any, **more: Any) -> Group:
    return groups.add_group(area, facts=FACTS | more, by=cast["staff"], at=NOW)


def join(group: Group, cast: Any, **more: Any) -> GroupMember:
    given = {"name": "Ann Example", "email": "ann@chamber.example", "role": "member", "from_on": date(2026, 1, 1)}
    return members.add_member(group, facts=given | more, by=cast["staff"], at=NOW)


# ---------------------------------------------------------------- Groups
def test_a_group_is_named_once_and_an_area_has_one_board(area, cast):
    add(area, cast)
    with pytest.raises(CannotKeepGroup, match="of this name") as refused:
        add(area, cast, name="employer COUNCIL")
    assert refused.value.field == "name"
    add(area, cast, kind="board", name="Board")
    with pytest.raises(CannotKeepGroup, match="has a board") as refused:
        add(area, cast, kind="board", name="Second board")
    assert refused.value.field == "kind"


def test_a_fixed_quorum_needs_its_number(area, cast):
    with pytest.raises(CannotKeepGroup) as refused:
        add(area, cast, quorum="number")
    assert refused.value.field == "quorum_number"
    assert add(area, cast, quorum="majority", quorum_number=5).quorum_number is None


@pytest.mark.parametrize(
    ("quorum", "voting", "needed"),
    [("majority", 19, 10), ("majority", 20, 11), ("two_thirds", 19, 13), ("none", 19, 0), ("number", 19, 7)],
)
def test_a_quorum_counts_voting_seats(area, quorum, voting, needed):
    group = Group(area=area, quorum=quorum, quorum_number=7 if quorum == "number" else None)
    assert group.seats_for_quorum(voting) == needed


@pytest.mark.parametrize("text", ["Maria Lopez, 34, needs a ramp", "Case #A-1234", "(555) 010-0142"])
def test_a_support_team_says_nothing_of_its_customer(area, cast, text):
    with pytest.raises(CannotKeepGroup, match="number"):
        add(area, cast, kind="support", name="Support team 27-014", purpose=text)


def test_who_saves_second_learns_what_the_first_has_changed(area, cast):
    group = add(area, cast)
    version = version_of(group, ("further_areas",))
    groups.update_group(group, facts={"name": "Employers"}, version=version, by=cast["staff"], at=NOW)
    with pytest.raises(ChangedMeanwhile):
        groups.update_group(group, facts={"name": "Council"}, version=version, by=cast["staff"], at=NOW)


def test_a_group_that_still_meets_is_not_archived(area, cast):
    group = add(area, cast)
    factories.make_meeting(factories.make_series(group))
    with pytest.raises(CannotKeepGroup, match="still to come"):
        groups.archive_group(group, by=cast["staff"], at=NOW)
    groups.archive_group(group, by=cast["staff"], at=NOW + timedelta(days=999))
    add(area, cast)
    with pytest.raises(CannotKeepGroup, match="of this name"):
        groups.restore_group(group, by=cast["staff"], at=NOW)


# ---------------------------------------------------------------- Seats and members
def test_partners_get_a_seat_with_their_people_once(area, partner, neighbor_partner, cast):
    factories.make_representative(partner, name="Main One", email="main@millrace.example")
    factories.make_representative(partner, name="Second", email="second@millrace.example", kind="alternate")
    group = add(area, cast)
    made = seats.add_partners(group, [partner, neighbor_partner], by=cast["staff"], at=NOW)
    assert len(made) == 2
    assert seats.add_partners(group, [partner], by=cast["staff"], at=NOW) == []
    assert set(group.members.values_list("name", "is_alternate")) == {("Main One", False), ("Second", True)}


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_partner_add_it_once(area, partner, cast):
    group = add(area, cast)
    outcome = second_waits_for(
        lambda: seats.add_partners(group, [partner], by=cast["staff"], at=NOW),
        lambda: seats.add_partners(group, [partner], by=cast["staff"], at=NOW),
    )
    assert outcome == []
    assert GroupSeat.objects.count() == 1


def test_one_person_sits_in_a_seat_and_one_chairs(area, cast):
    group = add(area, cast)
    seat = seats.add_seat(group, facts={"label": "Chamber"}, by=cast["staff"], at=NOW)
    join(group, cast, seat=seat, role="chair")
    with pytest.raises(CannotHold, match="Ann Example"):
        join(group, cast, name="Bea", seat=seat)
    with pytest.raises(CannotHold, match="Ann Example"):
        join(group, cast, name="Bea", role="chair")
    join(group, cast, name="Bea", seat=seat, is_alternate=True)
    with pytest.raises(CannotKeepGroup, match="alternate") as refused:
        join(group, cast, name="Cy", is_alternate=True)
    assert refused.value.field == "seat"


def test_a_removed_seat_comes_back_with_its_people(area, cast):
    group = add(area, cast)
    seat = seats.add_seat(group, facts={"label": "Chamber"}, by=cast["staff"], at=NOW)
    ann, gone = join(group, cast, seat=seat), join(group, cast, name="Old", seat=seat, is_alternate=True)
    members.remove_member(gone, by=cast["staff"], at=NOW - timedelta(days=9))
    seats.remove_seat(seat, by=cast["staff"], at=NOW)
    with pytest.raises(CannotKeepGroup, match="Restore the seat"):
        members.restore_member(ann, by=cast["staff"], at=NOW)
    seats.restore_seat(seat, by=cast["staff"], at=NOW)
    assert list(group.members.current()) == [ann]


# ---------------------------------------------------------------- The board
@pytest.fixture
def board(area, cast) -> Group:
    for number in range(3):
        seat = factories.make_board_seat(area, category="business", label=f"Seat {number}")
        factories.make_board_term(seat, name=f"Member {number}", email=f"member{number}@business.example")
    group = add(area, cast, kind="board", name="Board", quorum="majority")
    assert seats.match_board(group, by=cast["staff"], at=now())
    return group


def test_the_board_has_the_seats_and_members_of_the_board(board, cast):
    assert [str(seat) for seat in board.seats.in_order()] == [f"Business: Seat {number}" for number in range(3)]
    assert sorted(board.members.values_list("name", flat=True)) == ["Member 0", "Member 1", "Member 2"]
    assert not seats.match_board(board, by=cast["staff"], at=now())


def test_who_leaves_the_board_leaves_the_group_and_who_follows_is_in_it(board, cast):
    term = BoardTerm.objects.get(name="Member 1")
    today = localdate()
    term.ended_on = today - timedelta(days=1)
    term.save()
    factories.make_board_term(term.seat, name="Follower", email="follower@business.example", from_on=today)
    assert seats.match_all_boards(at=now()) == 1
    assert sorted(GroupMember.objects.on(today).filter(group=board).values_list("name", flat=True)) == [
        "Follower", "Member 0", "Member 2",
    ]  # fmt: skip
    board.refresh_from_db()
    assert board.roster_due_at is not None


def test_a_term_that_was_removed_is_gone_and_an_archived_seat_too(board, cast):
    term = BoardTerm.objects.get(name="Member 1")
    term.archived_at = now()
    term.save()
    seat = BoardTerm.objects.get(name="Member 2").seat
    seat.archived_at = now()
    seat.save()
    seats.match_board(board, by=cast["staff"], at=now())
    assert list(board.members.current().values_list("name", flat=True)) == ["Member 0"]
    assert board.seats.current().count() == 2


# ---------------------------------------------------------------- Who sees it, and who runs it
def test_an_officer_with_an_account_plans_meetings_as_long_as_the_term_lasts(area, partner, cast):
    group, [chair, *_] = make_group(area, partner, cast["manager"])
    assert not may(cast["manager"], "meetings.plan_meetings", group)
    chair.role = "secretary"
    chair.save()
    assert may(cast["manager"], "meetings.plan_meetings", group)
    assert not may(cast["manager"], "meetings.keep_group", group)
    chair.ended_on = localdate() - timedelta(days=2)
    chair.save()
    assert not may(cast["manager"], "meetings.plan_meetings", group)


def test_the_board_sees_all_groups_but_support_teams(area, partner, cast):
    group, _members = make_group(area, partner, cast["manager"])
    team = factories.make_group(area, kind="support", name="Support team 27-014")
    assert list(Group.objects.visible_to(cast["board"])) == [group]
    factories.make_group_member(team, cast["board"])
    assert team in Group.objects.visible_to(cast["board"])


def test_an_archived_group_is_seen_by_the_staff_only(area, partner, cast):
    group, _members = make_group(area, partner, cast["manager"], archived_at=NOW)
    assert group in Group.objects.visible_to(cast["staff"])
    assert group not in Group.objects.visible_to(cast["manager"])


def test_staff_of_a_further_area_see_a_group_and_do_not_keep_it(area, other_area, cast):
    group = add(area, cast)
    groups.update_group(group, facts={}, further_areas=[other_area], by=cast["staff"], at=NOW)
    assert group in Group.objects.visible_to(cast["outsider"])
    assert group in Group.objects.of(other_area)
    assert not may(cast["outsider"], "meetings.keep_group", group)


def test_a_group_of_a_state_is_kept_by_its_administrator(area, cast):
    group = groups.add_group(area.state, facts=FACTS, by=cast["state"], at=NOW)
    assert may(cast["state"], "meetings.keep_group", group)
    assert not may(cast["staff"], "meetings.keep_group", group)


# ---------------------------------------------------------------- Leaving the network
def test_a_place_in_a_group_is_handed_over(area, partner, cast):
    group, [member, *_] = make_group(area, partner, cast["manager"])
    leaving = Leaving(person=cast["manager"], seats=tuple(cast["manager"].memberships.all()), deactivates=True)
    [item] = handover.find_memberships(leaving)
    assert cast["colleague"] in item.heirs
    handover.hand_over_membership(item, cast["colleague"], leaving, now())
    today = localdate()
    here = GroupMember.objects.on(today).filter(group=group, seat=member.seat, is_alternate=False)
    assert [each.user for each in here] == [cast["colleague"]]


# ---------------------------------------------------------------- The rhythm
def met(group: Group, *days: date) -> None:
    series = factories.make_series(group)
    for day in days:
        factories.make_meeting(series, series.start.combine(day, series.starts), status="held")


@pytest.mark.parametrize(
    ("days", "standing", "gap"),
    [
        ([], "new", None),
        ([date(2026, 8, 11)], "keeps", 27),
        ([date(2026, 3, 1), date(2026, 8, 11)], "slipping", 163),
        ([date(2026, 6, 9)], "slipping", 90),
        ([date(2026, 2, 10)], "drifted", 209),
    ],
)
def test_a_group_keeps_its_rhythm_slips_or_drifts(area, days, standing, gap):
    group = factories.make_group(area, cadence="bimonthly")
    met(group, *days)
    [found] = rhythm.rhythms_of([group], at=NOW)
    assert (found.standing, found.last_gap) == (standing, gap)


def test_canceled_and_unrecorded_meetings_are_no_meetings(area):
    group = factories.make_group(area, cadence="monthly")
    series = factories.make_series(group)
    factories.make_meeting(series, series.start.combine(date(2026, 8, 11), series.starts))
    [found] = rhythm.rhythms_of([group], at=NOW)
    assert found.standing == "new"


def test_the_rhythm_of_many_groups_takes_as_many_queries_as_of_one(area):
    for _ in range(3):
        met(factories.make_group(area), date(2026, 8, 11))
    found = list(Group.objects.select_related("area"))
    with CaptureQueriesContext(connection) as queries:
        assert len(rhythm.rhythms_of(found, at=NOW)) == 3
    assert len(queries) == 2


# ---------------------------------------------------------------- Pages
def test_the_list_says_how_each_group_keeps_its_rhythm(area, cast, as_):
    group = add(area, cast, cadence="monthly")
    met(group, localdate() - timedelta(days=200))
    answer = as_("staff").get(reverse("meetings:group_list", args=[area.slug])).content.decode()
    assert "Drifted" in answer
    assert "200 days" in answer
    exported = as_("staff").get(reverse("meetings:group_list", args=[area.slug]) + "?export=csv")
    assert "Employer council" in b"".join(exported.streaming_content).decode()


def test_a_member_is_added_by_choosing_a_representative(area, partner, cast, as_):
    person = factories.make_representative(partner, name="Main One", email="main@millrace.example")
    group = add(area, cast)
    sent = {"who": f"representative:{person.pk}", "role": "chair", "from_on": "2026-01-05"}
    as_("staff").post(reverse("meetings:member_add", args=[group.pk]), sent)
    [member] = group.members.all()
    assert (member.name, member.email, member.representative) == ("Main One", "main@millrace.example", person)


def test_a_form_that_names_nobody_says_so_and_keeps_what_was_typed(area, cast, as_):
    group = add(area, cast)
    sent = {"who": "", "name": "", "email": "somebody@else.example", "role": "member", "from_on": "2026-01-05"}
    answer = as_("staff").post(reverse("meetings:member_add", args=[group.pk]), sent).content.decode()
    assert "Choose a person, or enter a name." in answer
    assert "somebody@else.example" in answer
