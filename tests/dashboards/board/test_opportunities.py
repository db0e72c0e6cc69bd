"""Points of engagement: verbs, pages, who may what."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from meetings.goals import partners
from meetings.goals.locking import CannotChangeGoal
from onestop.dashboards.board import offers, opportunities
from onestop.dashboards.board.matching import matches_for, year_of
from onestop.dashboards.models import Offer, Opportunity
from tests import factories
from tests.at_once import second_waits_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def term(area, cast):
    """Return the term of the board member with an account."""
    return factories.make_board_term(factories.make_board_seat(area), user=cast["board"], name="Priya Raman")


@pytest.fixture
def goal(area):
    return factories.make_goal(factories.make_plan(area))


@pytest.fixture
def wanted(area, goal):
    """Return that a goal wants a sponsor."""
    return factories.make_opportunity(area, kind="sponsor", goal=goal, title="Sponsor it")


def page(name, *args):
    return reverse(f"dashboards:{name}", args=args)


# ---------------------------------------------------------------- Verbs
def test_who_takes_on_a_goal_becomes_its_sponsor_and_stops_by_giving_it_back(wanted, goal, term):
    offer = offers.take_on(wanted, term, by=None, at=now())
    goal.refresh_from_db()
    assert (offer.status, goal.sponsor) == ("taken", term)
    assert offers.take_on(wanted, term, by=None, at=now()) == offer  # sent twice
    offers.give_back(offer, by=None, at=now())
    goal.refresh_from_db()
    assert goal.sponsor is None
    assert offers.give_back(offer, by=None, at=now()).status == "given_back"


def test_a_goal_that_has_a_sponsor_is_not_taken_on(wanted, goal, term, area):
    goal.sponsor = factories.make_board_term(factories.make_board_seat(area), name="June Castellane")
    goal.save()
    with pytest.raises(CannotChangeGoal, match="June Castellane sponsors this goal already"):
        offers.take_on(wanted, term, by=None, at=now())
    assert not wanted.offers.exists()


def test_who_sponsored_it_until_their_term_ended_is_followed(wanted, goal, term, area):
    former = factories.make_board_term(factories.make_board_seat(area), name="June Castellane")
    before = offers.take_on(wanted, former, by=None, at=now())
    type(former).objects.filter(pk=former.pk).update(ended_on=now().date() - timedelta(days=2))
    assert offers.take_on(wanted, term, by=None, at=now()).status == "taken"
    goal.refresh_from_db()
    before.refresh_from_db()
    assert (goal.sponsor, before.status) == (term, "given_back")


def test_a_goal_sponsored_from_its_own_page_is_no_longer_offered(as_, wanted, goal, term, area, cast):
    today = now().astimezone(area.zone).date()
    assert [match.opportunity for match in matches_for(area, [term], today=today)] == [wanted]
    url = page("opportunity_list", area.slug)
    assert [row.record for row in as_("staff").get(f"{url}?state=open").context["table"].rows] == [wanted]
    partners.take_on(goal, term, by=cast["board"], at=now())
    assert matches_for(area, [], today=today) == []
    assert not as_("staff").get(f"{url}?state=open").context["table"].rows
    shown = as_("staff").get(f"{url}?state=taken").content.decode()
    assert "Taken on" in shown
    assert "Priya Raman" in shown
    detail = as_("staff").get(wanted.get_absolute_url()).content.decode()
    assert "Priya Raman sponsors it." in detail
    assert "Record who takes it on" not in detail
    partners.give_back(goal, term, by=cast["board"], at=now())
    assert [match.opportunity for match in matches_for(area, [term], today=today)] == [wanted]


def test_an_offer_ends_with_the_sponsorship(wanted, goal, term, cast, area):
    offer = offers.take_on(wanted, term, by=None, at=now())
    partners.set_sponsor(goal, None, by=cast["staff"], at=now())
    offer.refresh_from_db()
    assert offer.status == "given_back"
    today = now().astimezone(area.zone).date()
    assert [match.opportunity for match in matches_for(area, [], today=today)] == [wanted]


def test_giving_back_leaves_a_later_sponsor_alone(wanted, goal, term, area):
    offer = offers.take_on(wanted, term, by=None, at=now())
    goal.sponsor = factories.make_board_term(factories.make_board_seat(area), name="June Castellane")
    goal.save()
    offers.give_back(offer, by=None, at=now())
    goal.refresh_from_db()
    assert goal.sponsor.name == "June Castellane"


def test_places_are_limited(area, term):
    opportunity = factories.make_opportunity(area, places=2)
    for name in ("One", "Two"):
        offers.take_on(
            opportunity, factories.make_board_term(factories.make_board_seat(area), name=name), by=None, at=now()
        )
    with pytest.raises(offers.CannotTakeOn, match="2 members have taken it on already"):
        offers.take_on(opportunity, term, by=None, at=now())


def test_what_is_closed_or_over_is_not_taken_on(area, term):
    closed = factories.make_opportunity(area, closed_at=now())
    over = factories.make_opportunity(area, until_on=now().date() - timedelta(days=2))
    for opportunity in (closed, over):
        with pytest.raises(offers.CannotTakeOn):
            offers.take_on(opportunity, term, by=None, at=now())
        with pytest.raises(offers.CannotTakeOn):
            offers.offer_to(opportunity, [term], by=None, at=now())


def test_the_last_day_is_a_whole_day_in_the_zone_of_the_area(as_, area, term, cast, monkeypatch):
    last = date(2026, 3, 10)
    opportunity = factories.make_opportunity(area, until_on=last)
    evening = datetime(2026, 3, 10, 23, 59, tzinfo=area.zone)
    assert evening.astimezone(UTC).date() > last
    for moment, is_open in ((evening, True), (evening + timedelta(minutes=1), False)):
        monkeypatch.setattr("django.utils.timezone.now", lambda moment=moment: moment.astimezone(UTC))
        client = as_("staff")
        assert bool(matches_for(area, [term], today=area.day_of(moment))) == is_open
        assert ("Offer it to members" in client.get(opportunity.get_absolute_url()).content.decode()) == is_open
        listed = client.get(page("opportunity_list", area.slug), {"state": "open"}).context["table"].page
        assert bool(list(listed)) == is_open
        if is_open:
            offers.take_on(opportunity, term, by=None, at=moment)
            offers.give_back(opportunity.offers.get(), by=None, at=moment)
        else:
            with pytest.raises(offers.CannotTakeOn, match="is over"):
                offers.take_on(opportunity, term, by=None, at=moment)


def test_what_takes_place_on_a_day_can_be_taken_on_until_then(area, cast):
    facts = dict.fromkeys(opportunities.FACTS, "") | {
        "kind": "visit", "title": "Walk through Millpond", "effort": "One hour", "places": 1, "until_on": None,
        "goal": None, "center": None, "partnership": None,
        "held_at": datetime(2027, 1, 13, 21, 0, tzinfo=area.zone),  # already the 14th in UTC
    }  # fmt: skip
    opportunity = opportunities.add_opportunity(area, facts=facts, by=cast["staff"], at=now())
    assert opportunity.until_on == date(2027, 1, 13)
    with pytest.raises(opportunities.CannotKeepOpportunity, match="Enter that day or an earlier one") as refused:
        opportunities.update_opportunity(
            opportunity, facts=facts | {"until_on": date(2027, 1, 14)}, by=cast["staff"], at=now()
        )
    assert refused.value.field == "until_on"
    opportunities.update_opportunity(opportunity, facts=facts, by=cast["staff"], at=now())
    opportunity.refresh_from_db()
    assert opportunity.until_on == date(2027, 1, 13)


def test_only_members_of_the_board_take_on(area):
    elsewhere = factories.make_area(state=area.state, name="Aspen", slug="aspen")
    stranger = factories.make_board_term(factories.make_board_seat(elsewhere), name="Stranger")
    with pytest.raises(offers.CannotTakeOn, match="does not serve"):
        offers.take_on(factories.make_opportunity(area), stranger, by=None, at=now())


def test_an_offer_is_declined_and_offered_again(area, term):
    opportunity = factories.make_opportunity(area)
    [offer] = offers.offer_to(opportunity, [term], by=None, at=now())
    assert offers.offer_to(opportunity, [term], by=None, at=now()) == []
    offers.decline(offer, by=None, at=now())
    assert offers.offer_to(opportunity, [term], by=None, at=now()) == [offer]
    offers.take_on(opportunity, term, by=None, at=now())
    with pytest.raises(offers.CannotTakeOn, match="Give it back"):
        offers.decline(offer, by=None, at=now())


def test_done_says_what_it_changed(area, term):
    opportunity = factories.make_opportunity(area)
    today = now().astimezone(area.zone).date()
    [offer] = offers.offer_to(opportunity, [term], by=None, at=now())
    with pytest.raises(offers.CannotTakeOn, match="Nobody has taken this on"):
        offers.finish(offer, done_on=today, changed="Much", by=None, at=now())
    offers.take_on(opportunity, term, by=None, at=now())
    with pytest.raises(offers.CannotTakeOn, match="earlier day"):
        offers.finish(offer, done_on=today + timedelta(days=3), changed="Much", by=None, at=now())
    with pytest.raises(offers.CannotTakeOn, match="Say what it changed"):
        offers.finish(offer, done_on=today, changed=" ", by=None, at=now())
    yesterday = today - timedelta(days=1)
    done = offers.finish(offer, done_on=yesterday, changed="Two were hired.", by=None, at=now())
    assert (done.status, done.changed) == ("done", "Two were hired.")
    with pytest.raises(offers.CannotTakeOn):
        offers.give_back(done, by=None, at=now())
    assert (year_of(area, at=now()).taken, year_of(area, at=now()).done) == (1, 1)


def test_what_was_taken_on_keeps_its_goal_and_places(wanted, term, area):
    offers.take_on(wanted, term, by=None, at=now())
    other = factories.make_goal(wanted.goal.plan)
    facts = {name: getattr(wanted, name) for name in opportunities.FACTS}
    with pytest.raises(opportunities.CannotKeepOpportunity, match="sponsors this goal"):
        opportunities.update_opportunity(wanted, facts=facts | {"goal": other}, by=None, at=now())
    with pytest.raises(opportunities.CannotKeepOpportunity, match="Close it instead"):
        opportunities.archive_opportunity(wanted, by=None, at=now())


def test_things_of_another_area_are_refused(area):
    elsewhere = factories.make_area(state=area.state, name="Aspen", slug="aspen")
    goal = factories.make_goal(factories.make_plan(elsewhere))
    opportunity = factories.make_opportunity(area)
    facts = {name: getattr(opportunity, name) for name in opportunities.FACTS}
    for more in (
        {"goal": goal}, {"center": factories.make_center(elsewhere)},
        {"partnership": factories.make_partnership(elsewhere)},
    ):  # fmt: skip
        with pytest.raises(opportunities.CannotKeepOpportunity, match="another area"):
            opportunities.add_opportunity(area, facts=facts | more, by=None, at=now())


def test_matches_put_offers_first_and_then_interests(area, term):
    factories.make_interest(term, "visit")
    plain = factories.make_opportunity(area, kind="employer")
    suits = factories.make_opportunity(area, kind="visit")
    offered = factories.make_opportunity(area, kind="policy")
    declined = factories.make_opportunity(area, kind="visit")
    factories.make_offer(offered, term)
    factories.make_offer(declined, term, status="declined")
    found = matches_for(area, [term], today=now().date())
    assert [match.opportunity for match in found] == [offered, suits, plain]
    assert [match.suits for match in found] == [False, True, False]


def test_interests_are_replaced(term):
    offers.set_interests(term, kinds=["visit", "mentor"], note="Welders", by=None, at=now())
    offers.set_interests(term, kinds=["mentor", "policy"], note="Young welders", by=None, at=now())
    assert sorted(term.interests.values_list("kind", "note")) == [
        ("mentor", "Young welders"), ("policy", "Young welders"),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_last_place_one_gets_it(area):
    opportunity = factories.make_opportunity(area)
    first, second = (factories.make_board_term(factories.make_board_seat(area), name=name) for name in ("One", "Two"))
    problem = second_waits_for(
        lambda: offers.take_on(opportunity, first, by=None, at=now()),
        lambda: offers.take_on(opportunity, second, by=None, at=now()),
    )
    assert Offer.objects.taken().filter(opportunity=opportunity).count() == 1
    assert isinstance(problem, offers.CannotTakeOn)


# ---------------------------------------------------------------- Pages
def test_staff_add_and_offer_and_the_member_takes_it_on(as_, area, cast, term):
    client = as_("staff")
    data = {"kind": "visit", "title": "Walk through Millpond", "effort": "One hour", "places": "1",
            "on": "01/13/2027", "starts": "9:00 AM"}  # fmt: skip
    response = client.post(page("opportunity_add", area.slug), data)
    opportunity = Opportunity.objects.get()
    assert response.headers["Location"] == opportunity.get_absolute_url()
    assert opportunity.held_at is not None
    assert (opportunity.held_at.astimezone(area.zone).hour, opportunity.created_by) == (9, cast["staff"])
    assert "9:00 AM" in client.get(opportunity.get_absolute_url()).content.decode()
    client.post(page("opportunity_offer", opportunity.pk), {"terms": [term.pk]})
    assert opportunity.offers.get().status == "offered"
    member = as_("board")
    assert "Offered to you" in member.get(page("opportunity_list", area.slug)).content.decode()
    member.post(page("opportunity_take", opportunity.pk), {"term": term.pk})
    offer = opportunity.offers.get()
    assert (offer.status, offer.by) == ("taken", cast["board"])
    member.post(page("offer_done", offer.pk), {"done_on": "11/02/2025", "changed": "The door opens by itself."})
    assert "The door opens by itself." in client.get(opportunity.get_absolute_url()).content.decode()


def test_a_member_acts_only_for_themself(as_, area, cast, term):
    other = factories.make_board_term(factories.make_board_seat(area), name="June Castellane")
    opportunity = factories.make_opportunity(area, places=2)
    member = as_("board")
    member.post(page("opportunity_take", opportunity.pk), {"term": other.pk})
    assert not opportunity.offers.exists()
    offer = factories.make_offer(opportunity, other)
    assert member.post(page("offer_decline", offer.pk)).status_code == 403
    assert member.post(page("interests_edit", other.pk), {"kinds": ["visit"]}).status_code == 403
    assert member.post(page("interests_edit", term.pk), {"kinds": ["visit"], "note": "Doors"}).status_code == 302
    assert as_("staff").post(page("offer_decline", offer.pk)).status_code == 302


def test_what_was_done_is_reported_to_a_meeting_of_the_last_year_or_the_next_ones(as_, area, term):
    series = factories.make_series(factories.make_group(area, kind="board"))
    at = now().replace(tzinfo=None)
    past, coming = (factories.make_meeting(series, at + timedelta(days=days)) for days in (-300, 60))
    factories.make_meeting(series, at + timedelta(days=700))
    factories.make_meeting(series, at + timedelta(days=30), status="canceled", reason="Snow")
    offer = factories.make_offer(factories.make_opportunity(area), term, status="taken")
    form = as_("board").get(page("offer_done", offer.pk)).context["form"]
    assert list(form.fields["meeting"].queryset) == [coming, past]


def test_a_member_without_interests_is_asked_for_them(as_, area, term):
    factories.make_opportunity(area)
    shown = as_("board").get(page("opportunity_list", area.slug)).content.decode()
    assert "Say what interests you" in shown
    assert f'href="{page("interests_edit", term.pk)}"' in shown
    factories.make_interest(term, "visit")
    assert "Say what interests you" not in as_("board").get(page("opportunity_list", area.slug)).content.decode()


def test_a_member_whose_term_is_over_still_says_what_it_changed(as_, area, term):
    today = area.day_of(now())
    opportunity = factories.make_opportunity(area)
    offer = factories.make_offer(opportunity, term, status="taken")
    term.ended_on = today - timedelta(days=1)
    term.save()
    assert "No longer on the board" in as_("staff").get(opportunity.get_absolute_url()).content.decode()
    member = as_("board")
    shown = member.get(opportunity.get_absolute_url()).content.decode()
    assert f'href="{page("offer_done", offer.pk)}"' in shown
    assert "No longer on the board" not in shown
    member.post(page("offer_done", offer.pk), {"done_on": f"{today:%m/%d/%Y}", "changed": "A door opened."})
    assert opportunity.offers.get().status == "done"


def test_a_member_without_a_term_is_told_whom_to_ask(as_, area, cast):
    opportunity = factories.make_opportunity(area)
    shown = as_("board").get(page("opportunity_take", opportunity.pk)).content.decode()
    assert "No term on this board is recorded for your account" in shown


def test_partners_do_not_see_points_of_engagement(as_, area, partner, cast):
    opportunity = factories.make_opportunity(area)
    assert as_("manager").get(page("opportunity_list", area.slug)).status_code == 403
    assert as_("manager").get(opportunity.get_absolute_url()).status_code == 404
    assert as_("stranger").get(opportunity.get_absolute_url()).status_code == 404


def test_a_time_needs_its_day_and_a_sponsor_a_goal(as_, area):
    data = {"kind": "sponsor", "title": "Sponsor", "effort": "Two hours", "places": "1", "starts": "9:00 AM"}
    shown = as_("staff").post(page("opportunity_add", area.slug), data).content.decode()
    assert "Enter the day, too." in shown
    assert "Choose the goal that wants a sponsor." in shown


def test_edit_close_reopen_archive_restore_history(as_, area, cast):
    opportunity = factories.make_opportunity(area)
    client = as_("staff")
    form = client.get(page("opportunity_edit", opportunity.pk)).context["form"]
    data = {"kind": "visit", "title": "Visit", "effort": "An hour", "places": "1", "version": form.version}
    assert client.post(page("opportunity_edit", opportunity.pk), data).status_code == 302
    for name, state in (("close", False), ("reopen", True)):
        client.post(page(f"opportunity_{name}", opportunity.pk))
        opportunity.refresh_from_db()
        assert (opportunity.closed_at is None) == state
    for name, state in (("archive", True), ("restore", False)):
        client.post(page(f"opportunity_{name}", opportunity.pk))
        opportunity.refresh_from_db()
        assert opportunity.is_archived == state
    assert "Visit" in client.get(page("opportunity_history", opportunity.pk)).content.decode()


def test_the_list_is_exported_with_what_was_changed(as_, area, term):
    opportunity = factories.make_opportunity(area)
    factories.make_offer(opportunity, term, status="done", changed="Two were hired.")
    factories.make_opportunity(area)
    response = as_("staff").get(page("opportunity_list", area.slug), {"export": "csv"})
    text = b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()
    assert "Two were hired." in text


@pytest.mark.parametrize("state", ["open", "taken", "done", "closed"])
def test_filters(as_, area, term, state):
    made = {
        "open": factories.make_opportunity(area),
        "taken": factories.make_opportunity(area),
        "done": factories.make_opportunity(area),
        "closed": factories.make_opportunity(area, closed_at=now()),
    }
    factories.make_offer(made["taken"], term, status="taken")
    factories.make_offer(made["done"], term, status="done")
    response = as_("staff").get(page("opportunity_list", area.slug), {"state": state})
    assert [row.record for row in response.context["table"].page] == [made[state]]


def test_lists_cost_the_same_for_one_and_for_ten(as_, area, cast, term):
    def add():
        opportunity = factories.make_opportunity(area, places=3)
        factories.make_offer(opportunity, term, status="taken")

    add()
    client = as_("staff")
    addresses = [page("opportunity_list", area.slug), page("interest_list", area.slug)]
    counts = []
    for number in (0, 9):
        for _each in range(number):
            add()
            other = factories.make_board_term(factories.make_board_seat(area), name="Another")
            factories.make_interest(other, "visit")
        for address in addresses:
            client.get(address)
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as seen:
                client.get(address)
            found.append(len(seen))
        counts.append(found)
    assert counts[0] == counts[1]
