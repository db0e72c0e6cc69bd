"""The network map: its figures, table, picture and files, and the ties of one partner."""

import re
from datetime import date, timedelta
from itertools import combinations
from random import Random

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.dashboards.network.drawing import WIDTH, draw_network, sketch
from onestop.dashboards.network.layout import arrange, places_of
from onestop.dashboards.network.measures import measure
from onestop.dashboards.network.page import read_page
from onestop.dashboards.network.ties import (
    Network,
    Node,
    Tie,
    is_wide,
    network_of,
    never_met,
    read_things,
    things_within,
)
from partners.models import Role
from partners.network.shared_work import SharedThing, Stay, shared_in
from tests import factories

TODAY = date(2026, 11, 29)
YEAR = (TODAY - timedelta(days=365), TODAY)


def map_of(area, **query):
    return reverse("dashboards:network_map", args=[area.slug], query=query)


def thing(key, *partners, kind="meeting", first=TODAY, last=TODAY):
    return SharedThing(kind, key, f"Thing {key}", "/", frozenset(partners), first, last)


def nodes(*pks):
    return {pk: Node(pk, f"Partner {pk:02}", "", True) for pk in pks}


def bind(area, *partners, **fields):
    """Return an agreement in force between partners."""
    today = timezone.localdate()
    agreement = factories.make_executed(area, today - timedelta(days=90), today + timedelta(days=90), **fields)
    for one in partners:
        factories.make_party(agreement, one)
    return agreement


def hold(area, *partners, days_ago=10, **fields):
    """Return a meeting that was held, with these partners there."""
    group = factories.make_group(area)
    meeting = factories.make_meeting(
        factories.make_series(group, **fields), timezone.now() - timedelta(days=days_ago), status="held"
    )
    at = meeting.starts_at
    factories.make_record(meeting, opened_at=at, closed_at=at, voting_seats=0, seats_needed=0)
    for one in partners:
        factories.make_attendance(meeting, factories.make_group_seat(group, one), partnership=one, presence="present")
    return meeting


# ---------------------------------------------------------------- Measures
def test_the_middle_of_a_chain_joins_the_others_and_holds_them():
    found = measure(network_of(nodes(1, 2, 3), [thing(1, 1, 2), thing(2, 2, 3)]))
    assert found.joins[2] == 1
    assert str(found.joins_in_words(2)) == "very often"
    assert found.joins[1] == 0
    assert str(found.joins_in_words(1)) == "never"
    assert found.density == 67
    assert found.cut_off == {2: frozenset({3})}


def test_whom_a_partner_holds_is_the_smaller_part():
    ring = [thing(1, 1, 2), thing(2, 2, 3), thing(3, 3, 1)]
    found = measure(network_of(nodes(*range(1, 7)), [*ring, thing(4, 1, 4), thing(5, 4, 5)]))
    assert found.cut_off == {1: frozenset({4, 5}), 4: frozenset({5})}
    assert found.hanging == {4, 5}
    assert found.holding == [1, 4]
    assert [node.pk for node in found.network.alone] == [6]


def test_a_ring_holds_without_any_one():
    found = measure(network_of(nodes(1, 2, 3), [thing(1, 1, 2), thing(2, 2, 3), thing(3, 3, 1)]))
    assert found.holding == []
    assert found.density == 100


def test_nobody_and_one_partner_are_networks_too():
    assert measure(network_of({}, [])).density == 0
    assert measure(network_of(nodes(1), [])).joins == {1: 0}


def test_what_the_whole_network_takes_part_in_ties_nobody_unless_it_is_asked_for():
    many = nodes(*range(1, 11))
    umbrella = thing(1, *range(1, 7), kind="agreement")
    assert network_of(many, [umbrella]).ties == {}
    assert network_of(many, [umbrella]).wide == (umbrella,)
    assert len(network_of(many, [umbrella], whole=True).ties) == 15
    assert len(network_of(many, [thing(1, *range(1, 6))]).ties) == 10
    assert not is_wide(thing(1, *range(7)), 21)
    assert is_wide(thing(1, *range(8)), 21)


def test_a_tie_knows_its_things_by_kind():
    network = network_of(nodes(1, 2), [thing(1, 1, 2), thing(2, 1, 2), thing(3, 1, 2, kind="goal")])
    [tie] = network.ties.values()
    assert tie.counts == {"meeting": 2, "goal": 1}
    assert network_of(nodes(1, 2), [thing(1, 1, 2)], kinds=["goal"]).ties == {}


def test_pairs_with_an_agreement_that_never_met():
    bound = thing(1, 1, 2, 3, kind="agreement")
    assert never_met([bound, thing(2, 1, 2), thing(3, 2, 3, kind="center")]) == [(1, 3), (2, 3)]


def test_without_a_partner_its_ties_are_gone():
    network = network_of(nodes(1, 2, 3), [thing(1, 1, 2), thing(2, 2, 3)])
    assert network.without(2).ties == {}
    assert list(network.without(2).nodes) == [1, 3]


# ---------------------------------------------------------------- Picture
def test_the_same_network_is_drawn_the_same_each_time():
    weights = {(1, 2): 1, (2, 3): 3, (1, 4): 2}
    assert arrange([1, 2, 3, 4, 5], weights) == arrange([1, 2, 3, 4, 5], weights)
    assert all(0 <= value <= 1 for place in arrange([1, 2, 3, 4, 5], weights).values() for value in place)


def test_the_picture_links_each_partner_and_says_the_name():
    network = network_of(nodes(1, 2, 3), [thing(1, 1, 2), thing(2, 2, 3)])
    svg = draw_network(measure(network), places_of(network), marked=2)
    assert svg.count("<title>") == 3
    assert "Partner 02: 2 ties" in svg
    assert "Partner 03: 1 tie. It would be cut off" in svg
    assert svg.count('class="tie tie--1 tie--amber"') == 2
    assert "style=" not in svg


def test_names_in_the_picture_are_escaped():
    network = Network({1: Node(1, "<b>A & B</b>", "", False)}, {})
    assert "<b>" not in draw_network(measure(network), places_of(network))


@pytest.mark.parametrize("number", [1, 2, 8, 22, 40, 80])
@pytest.mark.parametrize("density", [0.05, 0.25, 0.6])
def test_names_in_the_picture_cover_no_other_name(number, density):
    chance = Random(number)
    words = (
        "Riverbend",
        "Community",
        "College",
        "Legal Aid",
        "of",
        "the Two Rivers",
        "YouthBuild",
        "Employment Service",
    )
    known = {
        pk: Node(pk, " ".join(chance.sample(words, chance.randrange(1, 4))) + f" {pk}", "", pk % 3 > 0)
        for pk in range(1, number + 1)
    }
    pairs = [pair for pair in combinations(known, 2) if chance.random() < density]
    network = network_of(known, [thing(key, *pair) for key, pair in enumerate(pairs)])
    drawn = sketch(network, places_of(network))
    assert drawn.hidden == 0
    for x, y, anchor in drawn.labels.values():
        assert 0 < y < drawn.height
        assert {"start": x < WIDTH - 20, "end": x > 20}.get(anchor, True)


# ---------------------------------------------------------------- What is recorded
def test_each_kind_of_thing_ties_partners(area, partner):
    other = factories.make_partnership(area, name="Evening School")
    bind(area, partner, other)
    hold(area, partner, other)
    training = hold(area, partner, kind="training")
    factories.make_training(training, teachers=[other])
    goal = factories.make_goal(factories.make_plan(area, first_on=date(2020, 1, 1), last_on=date(2040, 1, 1)))
    for one in (partner, other):
        factories.make_goal_partner(goal, one)
    project = factories.make_project(area, partner, first_on=date(2020, 1, 1))
    factories.make_project_partner(project, other)
    center = factories.make_center(area)
    for one in (partner, other):
        factories.make_presence(one, center)
    practice = factories.make_practice(area, told_by=partner, happened_on=date(2020, 1, 1))
    practice.adoptions.create(partnership=other, adopted_on=date(2020, 2, 1))
    today = timezone.localdate()
    found = shared_in(area, today - timedelta(days=365), today)
    assert sorted(one.kind for one in found) == [
        "agreement", "center", "goal", "meeting", "practice", "project", "training",
    ]  # fmt: skip
    assert {one.partnerships for one in found} == {frozenset({partner.pk, other.pk})}


def test_what_does_not_hold_in_these_days_ties_nobody(area, partner):
    other = factories.make_partnership(area, name="Evening School")
    today = timezone.localdate()
    ended = factories.make_executed(area, today - timedelta(days=900), today - timedelta(days=500))
    left = bind(area, partner)
    for agreement, fields in (
        (ended, {}),
        (left, {"left_on": today - timedelta(days=400), "departure_reason": "It closed."}),
        (factories.make_agreement(area), {}),
    ):
        factories.make_party(agreement, other, **fields)
    factories.make_party(ended, partner)
    hold(area, partner, other, days_ago=500)
    planned = factories.make_project(area, partner, status="planned", first_on=date(2020, 1, 1))
    factories.make_project_partner(planned, other)
    draft = factories.make_goal(factories.make_plan(area, status="draft"))
    for one in (partner, other):
        factories.make_goal_partner(draft, one)
    assert shared_in(area, today - timedelta(days=365), today) == []
    assert {one.kind for one in shared_in(area, today - timedelta(days=901), today)} == {"agreement", "meeting"}


def test_a_meeting_of_a_support_team_ties_nobody(area, partner):
    other = factories.make_partnership(area, name="Evening School")
    meeting = hold(area, partner, other)
    type(meeting.group).objects.filter(pk=meeting.group_id).update(kind="support")
    today = timezone.localdate()
    assert shared_in(area, today - timedelta(days=365), today) == []


# ---------------------------------------------------------------- Pages
def test_the_map_shows_figures_table_and_picture(as_, area, partner, neighbor_partner):
    bind(area, partner, neighbor_partner)
    page = as_("staff").get(map_of(area)).content.decode()
    assert "1 agreement" in page
    assert re.search(r"of\s+\d+ possible", page)
    assert f"{partner.organization.name}: 1 tie" in page
    assert "Never met in this time" in page


@pytest.mark.parametrize(("who", "status"), [("manager", 200), ("board", 200), ("state", 200), ("stranger", 404)])
def test_who_may_see_the_map(as_, area, partner, who, status):
    assert as_(who).get(map_of(area)).status_code == status
    assert as_(who).get(reverse("dashboards:partner_ties", args=[partner.pk])).status_code == status


def test_what_if_a_partner_leaves(as_, area, partner):
    one, two = (factories.make_partnership(area, name=name) for name in ("Evening School", "Night Shelter"))
    bind(area, partner, one)
    bind(area, partner, two)
    page = as_("staff").get(map_of(area, leaves=partner.pk)).content.decode()
    assert f"If {partner.organization.name} leaves" in page
    assert "is cut off" in page
    assert 'id="leaves"' not in as_("staff").get(map_of(area, leaves=999999)).content.decode()


def test_filters_by_kind_and_time_and_bad_values(as_, area, partner, neighbor_partner):
    bind(area, partner, neighbor_partner)
    client = as_("staff")
    assert "1 agreement" in client.get(map_of(area, kind="agreement")).content.decode()
    assert "1 agreement" not in client.get(map_of(area, kind="goal")).content.decode()
    assert client.get(map_of(area, kind="x", time="x", leaves="x", page="x", sort="x")).status_code == 200
    assert "1 agreement" not in client.get(map_of(area, time="before")).content.decode()
    for query in ({}, {"kind": "agreement"}, {"time": "x"}):
        assert '<option value="12" selected>' in client.get(map_of(area, **query)).content.decode()


@pytest.mark.parametrize("sort", ["name", "-ties", "strongest", "things", "-joins", "cut"])
def test_the_table_can_be_sorted(as_, area, partner, neighbor_partner, sort):
    bind(area, partner, neighbor_partner)
    assert as_("staff").get(map_of(area, sort=sort)).status_code == 200


def test_files_of_partners_and_of_ties(as_, area, partner, neighbor_partner):
    bind(area, partner, neighbor_partner, title="Secret")
    client = as_("manager")
    table = b"".join(client.get(map_of(area, export="csv"))).decode()
    ties = b"".join(client.get(map_of(area, export="csv", by="tie"))).decode()
    assert partner.organization.name in table
    assert "1 agreement" in table
    assert len(ties.strip().splitlines()) == 2
    assert "Secret" not in ties
    assert client.get(map_of(area, export="xlsx")).status_code == 200
    strangers = b"".join(client.get(map_of(area, export="csv", by="stranger"))).decode().strip().splitlines()
    assert len(strangers) == 2


def test_names_of_things_are_shown_to_whom_may_see_them(as_, area, partner):
    one, two = (factories.make_partnership(area, name=name) for name in ("Evening School", "Night Shelter"))
    bind(area, one, two, title="Between the two")
    url = reverse("dashboards:partner_ties", args=[one.pk])
    assert "Between the two" in as_("staff").get(url).content.decode()
    seen = as_("manager").get(url).content.decode()
    assert "Between the two" not in seen
    assert "Only its participants see its name" in seen
    assert "1 agreement" in seen


def test_a_former_partner_has_a_page_without_ties(as_, area):
    ended = factories.make_partnership(area, name="Closed School", status="ended")
    page = as_("staff").get(reverse("dashboards:partner_ties", args=[ended.pk])).content.decode()
    assert "No ties in this time" in page


def test_an_area_without_partners_has_an_empty_map(as_, area, cast):
    empty = factories.make_area(state=area.state, name="Aspen Valley", slug="aspen")
    factories.seat(Role.STAFF, empty, cast["staff"])
    assert "No partners yet" in as_("staff").get(map_of(empty)).content.decode()


def test_the_map_costs_the_same_queries_for_more_partners(as_, area, partner, neighbor_partner, queries_of):
    client = as_("staff")
    bind(area, partner, neighbor_partner)
    hold(area, partner, neighbor_partner)
    client.get(map_of(area))
    few = queries_of(lambda: client.get(map_of(area)))
    more = [factories.make_partnership(area, name=f"Partner {number}") for number in range(10)]
    for one in more:
        bind(area, partner, one)
        hold(area, one, neighbor_partner)
    client.get(map_of(area))
    assert queries_of(lambda: client.get(map_of(area))) == few
    url = reverse("dashboards:partner_ties", args=[partner.pk])
    assert queries_of(lambda: client.get(url)) < 40


def test_who_shared_a_thing_in_fewer_days():
    stays: dict[int, list[Stay]] = {
        1: [(date(2026, 3, 1), None)],
        2: [(None, date(2026, 5, 31)), (date(2026, 9, 1), None)],
    }
    shared = SharedThing("center", 1, "Center", "/", frozenset({1, 2, 3}), date.min, None, stays)

    def there(first, last):
        found = shared.within(first, last)
        return sorted(found.partnerships), found.first_on

    assert there(date(2026, 1, 1), date(2026, 2, 28)) == ([2, 3], date(2026, 1, 1))
    assert there(date(2026, 6, 1), date(2026, 8, 31)) == ([1, 3], date(2026, 6, 1))
    assert there(date(2026, 6, 1), date(2026, 9, 1)) == ([1, 2, 3], date(2026, 6, 1))
    assert thing(1, 1, 2).within(TODAY + timedelta(days=1), TODAY + timedelta(days=2)).partnerships == frozenset()


@pytest.mark.parametrize("days", [(0, 364), (365, 730), (100, 200), (380, 500)])
def test_one_reading_of_two_years_says_the_same_as_one_of_each(area, partner, neighbor_partner, days):
    today = timezone.localdate()
    other = factories.make_partnership(area, name="Evening School")
    ago = [today - timedelta(days=number) for number in range(900)]
    bind(area, partner, other)
    left = factories.make_executed(area, ago[800], ago[20])
    factories.make_party(left, partner)
    factories.make_party(left, other, left_on=ago[400], departure_reason="It closed.")
    factories.make_party(left, neighbor_partner)
    hold(area, partner, other, days_ago=150)
    hold(area, partner, other, days_ago=450)
    project = factories.make_project(area, partner, first_on=ago[700], last_on=ago[120])
    factories.make_project_partner(project, other, until_on=ago[300])
    factories.make_project_partner(project, neighbor_partner)
    center = factories.make_center(area)
    factories.make_presence(partner, center)
    factories.make_presence(other, center, begins_on=ago[600], ends_on=ago[390])
    factories.make_presence(neighbor_partner, center, begins_on=ago[190])
    practice = factories.make_practice(area, told_by=partner, happened_on=ago[640].replace(day=1))
    practice.adoptions.create(partnership=other, adopted_on=ago[180])
    last, first = (ago[number] for number in days)
    known = {one.pk for one in (partner, other, neighbor_partner)}
    whole = things_within(read_things(area, known, ago[730], today), first, last)
    once = shared_in(area, first, last)
    assert {(one.kind, one.key, one.partnerships) for one in whole} == {
        (one.kind, one.key, one.partnerships) for one in once
    }


def test_the_page_reads_both_times(area, partner, neighbor_partner):
    hold(area, partner, neighbor_partner, days_ago=400)
    today = timezone.localdate()
    year = timedelta(days=365)
    page = read_page(area, (today - year, today), (today - 2 * year, today - year - timedelta(days=1)))
    assert (len(page.network.ties), page.ties_before) == (0, 1)
    assert isinstance(page.network, Network)
    assert all(isinstance(tie, Tie) for tie in page.network.ties.values())
