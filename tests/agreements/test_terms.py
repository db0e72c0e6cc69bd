"""The standing of agreements and parties, their end, reviews, extensions, the timeline and the board."""

from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from agreements.drafting import agreements as drafting
from agreements.drafting.agreements import CannotBegin
from agreements.models import Agreement, Review
from agreements.terms import board, endings, reviews, shown, standings, timeline
from agreements.terms.clocks import clocks_of, interim_due, with_clocks
from agreements.terms.locking import CannotRecord
from agreements.terms.standings import STANDINGS, condition_of, standing_of, standing_of_party
from onestop.accounts import saved_views
from onestop.history.reading import changes_of
from tests import factories
from tests.at_once import second_waits_for

DAY = timedelta(days=1)
TODAY = timezone.localdate()
NOW = timezone.now()
YEAR = 365 * DAY


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def known(agreement: Agreement) -> Any:
    """Return the agreement as the pages read it."""
    return with_clocks(Agreement.objects.with_terms()).get(pk=agreement.pk)


def standing(agreement: Agreement, today: date = TODAY) -> standings.Standing:
    return standing_of(known(agreement), today)


def on(days: int) -> date:
    return TODAY + days * DAY


# ---------------------------------------------------------------- Standing
@pytest.mark.parametrize(
    ("begins", "ends", "code", "days"),
    [
        (-400, None, "in_force", 0),
        (0, 271, "in_force", 271),
        (-400, 270, "expiring", 270),
        (-400, 0, "expiring", 0),
        (-400, -1, "lapsed", 1),
        (-400, -41, "lapsed", 41),
        (1, 400, "not_begun", 1),
    ],
)
def test_the_standing_is_read_from_the_dates(area, begins, ends, code, days):
    mou = factories.make_executed(area, on(begins), on(ends) if ends is not None else None)
    found = standing(mou)
    assert (found.code, found.days) == (code, days)


def test_what_has_lapsed_says_how_many_days_are_not_covered(area):
    mou = factories.make_executed(area, on(-500), on(-41))
    said = "Expired 41 days ago without a successor. Since then 41 days are not covered."
    assert standing(mou).meaning == said
    yesterday = factories.make_executed(area, on(-500), on(-1))
    assert standing(yesterday).meaning == "Expired 1 day ago without a successor. Since then 1 day is not covered."


@pytest.mark.parametrize(
    ("begins", "code", "days"),
    [(-10, "gap", 30), (-40, "superseded", 0), (-90, "superseded", 0), (5, "lapsed", 41)],
)
def test_an_executed_successor_takes_its_place_once_it_begins(area, begins, code, days):
    mou = factories.make_executed(area, on(-500), on(-41))
    factories.make_executed(area, on(begins), on(900), supersedes=mou)
    found = standing(mou)
    assert (found.code, found.days) == (code, days)


def test_a_draft_of_a_successor_covers_nothing(area):
    mou = factories.make_executed(area, on(-500), on(-41))
    factories.make_agreement(area, effective_on=on(-40), expires_on=on(900), supersedes=mou)
    assert standing(mou).code == "lapsed"


def test_a_successor_that_follows_at_once_settles_the_end_and_a_later_one_does_not(area):
    first, second = (factories.make_executed(area, on(-500), on(80)) for _ in range(2))
    factories.make_executed(area, on(81), on(900), supersedes=first)
    factories.make_executed(area, on(91), on(900), supersedes=second)
    assert standing(first).code == "in_force"
    assert standing(second).code == "expiring"
    assert "10 days between the two are not covered." in standing(second).meaning


def test_what_was_signed_late_is_retroactive(area):
    mou = factories.make_executed(area, on(-200), on(900), executed_on=on(-84))
    assert standing(mou).late_days == 116
    assert standing(mou).meaning == "It was signed 116 days after it took effect."
    assert standing(factories.make_executed(area, on(-200), on(900), executed_on=on(-210))).late_days == 0


def test_a_party_has_a_standing_of_its_own(area, partner, neighbor_partner):
    mou = factories.make_executed(area, on(-200), on(900), executed_on=on(-84))
    later = factories.make_party(mou, partner, effective_on=on(3))
    gone = factories.make_party(mou, neighbor_partner, left_on=on(-2), departure_reason="It closed.")
    leaving = factories.make_party(mou, name="Library", left_on=on(1), departure_reason="It moves.")
    found = [standing_of_party(known(mou), party, TODAY) for party in (later, gone, leaving)]
    assert [(each.code, each.days, each.late_days) for each in found] == [
        ("not_begun", 3, 0), ("left", 2, 116), ("in_force", 900, 116),
    ]  # fmt: skip


def test_an_amendment_that_ends_is_no_lapse(area):
    mou = factories.make_executed(area, on(-500), on(900))
    amendment = factories.make_executed(area, on(-300), on(-5), kind="amendment", amends=mou)
    assert standing(amendment).code == "ended"
    assert standing(factories.make_executed(area, on(-300), on(5), kind="amendment", amends=mou)).code == "in_force"


@pytest.mark.parametrize("status", ["draft", "review", "signing", "withdrawn"])
def test_what_is_not_executed_stands_as_its_status(area, status):
    assert standing(factories.make_agreement(area, status=status)).code == status


def _constellations(area: Any) -> None:
    """Insert agreements with all combinations of dates around today, and their successors."""
    rows, following = [], []
    days = product((-400, 0, 1), (None, -2, -1, 0, 1, 270, 271), (None, -3, -1, 0, 1, 2, 271, 272, 273), (None, 0, 1))
    base = factories.make_executed(area, on(-900), None)
    for number, (begins, ends, successor, ended) in enumerate(days):
        if (ends is not None and ends < begins) or (ended is not None and ended <= begins):
            continue
        for kind, superseded in (("umbrella", False), ("umbrella", True), ("amendment", False)):
            terminated = {"terminated_on": on(ended), "termination_reason": "It closed."} if ended is not None else {}
            if superseded and terminated:
                continue
            row = Agreement(
                area=area, number=f"{kind}-{superseded}-{number}", title="x", kind=kind, begun_at=NOW,
                amends=base if kind == "amendment" else None, effective_on=on(begins), executed_on=on(-1),
                expires_on=on(ends) if ends is not None else None,
                status="superseded" if superseded else "executed", **terminated,
            )  # fmt: skip
            rows.append(row)
            if successor is not None:
                following.append((row, successor))
    Agreement.objects.bulk_create(rows)
    Agreement.objects.bulk_create(
        Agreement(
            area=area, number=f"S-{row.number}", title="x", kind="umbrella", begun_at=NOW, status="executed",
            supersedes=row, effective_on=on(successor), expires_on=on(999), executed_on=on(successor),
        )
        for row, successor in following
    )  # fmt: skip
    for number, extended in enumerate((-1, 0, 270, 271)):
        mou = factories.make_executed(area, on(-400), on(-5), number=f"E-{number}")
        facts = {"kind": "amendment", "amends": mou, "extends_to": on(extended)}
        factories.make_executed(area, on(-6), on(extended), number=f"X-{number}", **facts)
    for status in ("draft", "review", "signing", "withdrawn"):
        factories.make_agreement(area, status=status)


def test_the_filters_find_what_the_standing_says_for_all_dates(area):
    _constellations(area)
    rows = list(Agreement.objects.with_terms())
    assert len(rows) > 900
    stands = {each.pk: standing_of(each, TODAY) for each in rows}
    assert {each.code for each in stands.values()} >= {code for code, _label in STANDINGS} - {"retroactive", "lasting"}
    for code, _label in STANDINGS:
        found = set(Agreement.objects.with_terms().filter(condition_of(code, TODAY)).values_list("pk", flat=True))
        assert found == {pk for pk, each in stands.items() if code in each.filters}, code


def test_each_agreement_is_in_one_column_of_the_board_at_most(area):
    _constellations(area)
    columns = board.board_of(Agreement.objects.all(), TODAY)
    assert [column.state.code for column in columns] == ["draft", "review", "signing", "lasting", "expiring", "lapsed"]
    for column in columns:
        found = Agreement.objects.with_terms().filter(condition_of(column.state.code, TODAY))
        assert column.total == found.count() > 0
        assert len(column.cards) == min(column.total, board.MOST)
        assert {card.agreement.pk for card in column.cards} <= set(found.values_list("pk", flat=True))


# ---------------------------------------------------------------- Pages
def test_the_page_says_what_the_standing_means(as_, area, partner):
    mou = factories.make_executed(area, on(-500), on(-41), executed_on=on(-490))
    factories.make_party(mou, partner)
    page = words(as_("staff").get(mou.get_absolute_url()))
    assert "Since then 41 days are not covered." in page
    assert "It was signed 10 days after it took effect." in page
    assert at("agreement_copy", mou.pk) in page
    assert at("agreement_terminate", mou.pk) not in words(as_("board").get(mou.get_absolute_url()))


def test_the_list_offers_the_standings_as_ready_filters_and_keeps_a_view(as_, area, cast):
    factories.make_executed(area, on(-500), on(-41), title="Old MOU")
    factories.make_executed(area, on(-40), on(900), title="New MOU")
    answer = as_("staff").get(at("agreement_list", area.slug))
    assert [(code, number) for code, _label, number in answer.context["standings"]] == [("lapsed", 1), ("lasting", 1)]
    found = as_("staff").get(at("agreement_list", area.slug), {"standing": "lapsed"})
    assert [row.record.title for row in found.context["table"].rows] == ["Old MOU"]
    saved_views.save_view(
        cast["staff"], page=f"agreements:{area.slug}", title="Lapsed ones", query="?standing=lapsed&page=1", path=""
    )
    assert "Lapsed ones" in words(as_("staff").get(at("agreement_list", area.slug)))


def test_a_draft_counts_only_for_those_who_see_it(as_, area, partner):
    factories.make_agreement(area)
    assert as_("staff").get(at("agreement_list", area.slug)).context["standings"]
    assert as_("board").get(at("agreement_list", area.slug)).context["standings"] == []
    assert as_("board").get(at("board", area.slug)).context["columns"][0].total == 0


@pytest.mark.parametrize("name", ["agreement_list", "board", "timeline"])
def test_pages_cost_the_same_for_one_agreement_and_for_many(as_, area, partner, queries_of, name):
    client = as_("staff")

    def add() -> None:
        mou = factories.make_executed(area, on(-500), on(-41))
        factories.make_party(mou, partner)
        factories.make_agreement_review(mou)
        factories.make_executed(area, on(-40), on(900), supersedes=mou)
        factories.make_executed(area, on(-40), on(90), kind="ifa", is_interim=True)
        factories.make_agreement(area)

    add()
    client.get(at(name, area.slug))
    one = queries_of(lambda: client.get(at(name, area.slug)))
    for _ in range(9):
        add()
    assert queries_of(lambda: client.get(at(name, area.slug))) == one


def test_the_board_links_to_the_rest_of_a_column(as_, area):
    for _ in range(board.MOST + 2):
        factories.make_executed(area, on(-500), on(-41))
    page = words(as_("staff").get(at("board", area.slug)))
    assert f"{at('agreement_list', area.slug)}?standing=lapsed" in page
    assert "View 2 more" in page


# ---------------------------------------------------------------- Timeline
def test_the_timeline_names_gaps_and_overlaps_with_their_days(area):
    old = factories.make_executed(area, on(-2000), on(-1042), number="MOU-20-01")
    middle = factories.make_executed(area, on(-1000), on(-90), number="MOU-23-01", supersedes=old)
    factories.make_executed(area, on(-100), on(900), number="MOU-26-01", supersedes=middle)
    [group] = timeline.timeline_of(Agreement.objects.all(), TODAY).groups
    assert "41 days between MOU-20-01 and MOU-23-01 are not covered." in str(group.chart.say)
    assert "MOU-23-01 and MOU-26-01 overlap by 11 days." in str(group.chart.say)
    spans = {label: [(span.words, span.first, span.last, span.kind) for span in row] for label, row in group.chart.rows}
    assert ("Not covered: 41 days", on(-1041), on(-1001), "now") in spans["MOU-20-01"]
    assert ("Overlap with MOU-26-01: 11 days", on(-100), on(-90), "rest") in spans["MOU-23-01"]


def test_an_open_gap_lasts_until_today(area):
    factories.make_executed(area, on(-500), on(-41), number="IFA-25-01", kind="ifa")
    [group] = timeline.timeline_of(Agreement.objects.all(), TODAY).groups
    assert group.chart.say == "IFA-25-01 expired 41 days ago without a successor."
    [(_label, spans)] = group.chart.rows
    assert (spans[-1].first, spans[-1].last) == (on(-40), TODAY)


def test_the_timeline_shows_reviews_and_an_open_end(as_, area):
    mou = factories.make_executed(area, on(-500), None, number="MOU-25-01")
    factories.make_agreement_review(mou, held_on=on(-100), next_on=on(30))
    answer = as_("board").get(at("timeline", area.slug))
    page = words(answer)
    assert "Reviewed: The board with all partners" in page
    assert "There are no gaps and no overlaps." in page
    assert "No expiration date." in page
    assert "Due soon" in page
    assert at("review_add", mou.pk) not in page
    assert at("review_add", mou.pk) in words(as_("staff").get(at("timeline", area.slug)))


def test_a_regional_agreement_is_on_the_timeline_of_each_area(as_, area):
    other = factories.make_area(state=area.state, name="Tanager Bluffs", slug="tanager-bluffs")
    mou = factories.make_executed(other, on(-10), on(900), number="MOU-REG-1")
    mou.further_areas.create(area=area)
    assert "MOU-REG-1" in words(as_("staff").get(at("timeline", area.slug)))


# ---------------------------------------------------------------- Reviews
def test_a_review_moves_the_clock(area, cast):
    mou = factories.make_executed(area, on(-1000), on(900))
    [clock] = clocks_of(known(mou), TODAY)
    assert (clock.due_on, clock.last_on) == (clock.agreement.review_due_on, None)
    review = reviews.record_review(mou, on=on(-10), who="The board", by=cast["staff"], at=NOW)
    assert (review.next_on - review.held_on).days in (1095, 1096)
    [clock] = clocks_of(known(mou), TODAY)
    assert (clock.due_on, clock.last_on) == (review.next_on, on(-10))
    reviews.remove_review(review, by=cast["staff"], at=NOW)
    assert next(clocks_of(known(mou), TODAY)).last_on is None
    reviews.restore_review(review, by=cast["staff"], at=NOW)
    assert next(clocks_of(known(mou), TODAY)).last_on == on(-10)


def test_without_a_date_a_review_is_due_three_years_after_the_effective_date(area):
    leap = factories.make_executed(area, date(2024, 2, 29), None)
    late = factories.make_executed(area, date(2024, 7, 1), None, review_on=date(2029, 1, 1))
    early = factories.make_executed(area, date(2024, 7, 1), None, review_on=date(2026, 1, 1))
    due = [known(each).review_due_on for each in (leap, late, early)]
    assert due == [date(2027, 2, 28), date(2027, 7, 1), date(2026, 1, 1)]


@pytest.mark.parametrize(
    ("facts", "field", "said"),
    [
        ({"on": on(1)}, "on", "This day is in the future."),
        ({"on": on(-600)}, "on", "The agreement took effect on"),
        ({"next_on": on(4000)}, "next_on", "within three years"),
        ({"next_on": on(-10)}, "next_on", "within three years"),
        ({"who": "  "}, "who", "Enter who took part."),
    ],
)
def test_a_review_that_cannot_be_is_refused_at_its_field(area, cast, facts, field, said):
    mou = factories.make_executed(area, on(-500), on(900))
    given: Any = {"on": on(-10), "who": "The board"} | facts
    with pytest.raises(CannotRecord, match=said) as problem:
        reviews.record_review(mou, **given, by=cast["staff"], at=NOW)
    assert problem.value.field == field
    assert not Review.objects.exists()


def test_a_draft_is_not_reviewed_and_a_day_has_one_review(area, cast):
    facts: Any = {"on": on(-10), "who": "The board", "by": cast["staff"], "at": NOW}
    with pytest.raises(CannotRecord, match="Not all parties have signed"):
        reviews.record_review(factories.make_agreement(area), **facts)
    mou = factories.make_executed(area, on(-500), on(900))
    reviews.record_review(mou, **facts)
    with pytest.raises(CannotRecord, match="recorded already"):
        reviews.record_review(mou, **facts)


def test_a_review_is_recorded_shown_and_in_the_history(as_, area):
    mou = factories.make_executed(area, on(-500), on(900))
    answer = as_("staff").post(at("review_add", mou.pk), {"on": on(1).isoformat(), "who": "The board"})
    assert "This day is in the future." in words(answer)
    typed = {"on": on(-3).isoformat(), "who": "The board with all partners", "substantial_changes": "on"}
    as_("staff").post(at("review_add", mou.pk), typed)
    page = words(as_("board").get(mou.get_absolute_url()))
    assert "The board with all partners" in page
    assert "Substantial changes" in page
    assert Review.objects.get().next_on > on(1000)
    assert "The board with all partners" in words(as_("board").get(at("agreement_history", mou.pk)))


@pytest.mark.django_db(transaction=True)
def test_of_two_reviews_of_one_day_at_once_one_is_recorded(area):
    mou = factories.make_executed(area, on(-500), on(900))

    def record() -> Any:
        return reviews.record_review(mou, on=on(-3), who="The board", by=None, at=NOW)

    assert isinstance(second_waits_for(record, record), CannotRecord)
    assert Review.objects.count() == 1


# ---------------------------------------------------------------- Terminate, leave
def test_a_termination_counts_from_its_day(area, cast):
    mou = factories.make_executed(area, on(-500), on(900))
    endings.terminate_agreement(mou, on=on(5), reason="The center closes.", by=cast["staff"], at=NOW)
    mou.refresh_from_db()
    assert (mou.status, standing(mou).code) == ("executed", "in_force")
    assert standing(mou, on(5)).code == "terminated"
    endings.take_back_termination(mou, by=cast["staff"], at=NOW)
    endings.terminate_agreement(mou, on=TODAY, reason="The center closes.", by=cast["staff"], at=NOW)
    mou.refresh_from_db()
    assert (mou.status, standing(mou).code) == ("terminated", "terminated")


@pytest.mark.parametrize(
    ("facts", "field", "said"),
    [
        ({"on": on(-500)}, "on", "Enter a later day."),
        ({"on": on(-600)}, "on", "Enter a later day."),
        ({"on": on(902)}, "on", "Enter .* or an earlier day."),
        ({"reason": " "}, "reason", "Enter the reason."),
    ],
)
def test_a_termination_outside_the_term_is_refused(area, cast, facts, field, said):
    mou = factories.make_executed(area, on(-500), on(900))
    given: Any = {"on": on(2), "reason": "The center closes."} | facts
    with pytest.raises(CannotRecord, match=said) as problem:
        endings.terminate_agreement(mou, **given, by=cast["staff"], at=NOW)
    assert problem.value.field == field


def test_an_expired_agreement_that_needs_no_successor_is_terminated_the_day_after(as_, area):
    purchase = factories.make_executed(area, on(-500), on(-41), kind="purchase")
    typed = {"on": on(-40).isoformat(), "reason": "The service is no longer bought."}
    as_("staff").post(at("agreement_terminate", purchase.pk), typed)
    assert standing(purchase).code == "terminated"
    assert "The service is no longer bought." in words(as_("board").get(purchase.get_absolute_url()))
    answer = as_("staff").post(at("agreement_terminate", purchase.pk), typed)
    assert "It is terminated already" in words(answer)
    as_("staff").post(at("termination_take_back", purchase.pk))
    assert standing(purchase).code == "lapsed"


def test_a_draft_or_a_superseded_agreement_is_not_terminated(area, cast):
    given: Any = {"on": TODAY, "reason": "It closed.", "by": cast["staff"], "at": NOW}
    with pytest.raises(CannotRecord, match="Not all parties have signed"):
        endings.terminate_agreement(factories.make_agreement(area), **given)
    with pytest.raises(CannotRecord, match="successor"):
        endings.terminate_agreement(factories.make_executed(area, on(-9), on(9), status="superseded"), **given)


@pytest.mark.django_db(transaction=True)
def test_of_two_terminations_at_once_the_second_is_told(area):
    mou = factories.make_executed(area, on(-500), on(900))

    def end() -> Any:
        return endings.terminate_agreement(mou, on=TODAY, reason="It closed.", by=None, at=NOW)

    assert isinstance(second_waits_for(end, end), CannotRecord)


def test_a_party_leaves_an_executed_agreement(as_, area, partner):
    mou = factories.make_executed(area, on(-500), on(900))
    party = factories.make_party(mou, partner)
    early = as_("staff").post(at("party_leave", party.pk), {"on": on(-500).isoformat(), "reason": "It closed."})
    assert "Enter a later day." in words(early)
    late = as_("staff").post(at("party_leave", party.pk), {"on": on(901).isoformat(), "reason": "It closed."})
    assert "Enter that day or an earlier one." in words(late)
    as_("staff").post(at("party_leave", party.pk), {"on": on(-1).isoformat(), "reason": "It closed."})
    page = words(as_("staff").get(mou.get_absolute_url()))
    assert "It closed." in page
    assert standing_of_party(known(mou), mou.parties.get(), TODAY).code == "left"
    again = as_("staff").post(at("party_leave", party.pk), {"on": on(-1).isoformat(), "reason": "It closed."})
    assert "left already" in words(again)
    as_("staff").post(at("departure_take_back", party.pk))
    assert standing_of_party(known(mou), mou.parties.get(), TODAY).code == "in_force"


def test_who_left_is_no_party_of_a_copy_or_an_amendment(area, cast, partner, neighbor_partner):
    mou = factories.make_executed(area, on(-500), on(900))
    factories.make_party(mou, partner, left_on=on(-1), departure_reason="It closed.")
    factories.make_party(mou, neighbor_partner)
    given: Any = {"facts": {"number": "MOU-9", "title": "MOU"}, "by": cast["staff"], "at": NOW}
    copied = drafting.copy_agreement(mou, succeeds=True, **given)
    assert [party.partnership for party in copied.parties.all()] == [neighbor_partner]


def test_nobody_leaves_a_draft_and_who_was_removed_does_not_leave(area, cast, partner):
    given: Any = {"on": TODAY, "reason": "It closed.", "by": cast["staff"], "at": NOW}
    with pytest.raises(CannotRecord, match="Not all parties have signed"):
        endings.record_departure(factories.make_party(factories.make_agreement(area), partner), **given)
    mou = factories.make_executed(area, on(-500), on(900))
    with pytest.raises(CannotRecord, match="is not a party"):
        endings.record_departure(factories.make_party(mou, partner, archived_at=NOW), **given)


# ---------------------------------------------------------------- Extend, interim
def test_an_executed_amendment_extends_the_agreement_without_changing_its_row(as_, area, partner, cast):
    mou = factories.make_executed(area, on(-500), on(80), number="MOU-25-01")
    factories.make_party(mou, partner)
    form = as_("staff").get(at("agreement_extend", mou.pk)).context["form"]
    assert form["effective_on"].value() == on(81)
    typed = {name: form[name].value() for name in form.fields}
    typed |= {"effective_on": on(81).isoformat(), "extends_to": on(445).isoformat()}
    as_("staff").post(at("agreement_extend", mou.pk), typed)
    amendment = Agreement.objects.get(kind="amendment")
    assert (amendment.amends, amendment.extends_to, amendment.parties.count()) == (mou, on(445), 1)
    assert "Extension of the term" in words(as_("staff").get(amendment.get_absolute_url()))
    assert known(mou).ends_on == on(80)
    Agreement.objects.filter(pk=amendment.pk).update(status="executed", executed_on=TODAY)
    assert known(mou).ends_on == on(445)
    assert Agreement.objects.get(pk=mou.pk).expires_on == on(80)
    assert standing(mou).code == "in_force"
    assert not [change for change in changes_of(mou, ()).since("") if "expires_on" in str(change)]
    page = words(as_("staff").get(mou.get_absolute_url()))
    assert "Extended by" in page


@pytest.mark.parametrize(
    ("days", "field", "said"),
    [
        ({"extends_to": on(80)}, "extends_to", "Enter a later day."),
        ({"effective_on": on(82)}, "effective_on", "Begin a successor instead."),
        ({"effective_on": on(500), "expires_on": on(499)}, "expires_on", "expire before it takes effect"),
    ],
)
def test_an_extension_that_extends_nothing_is_refused(area, cast, days, field, said):
    mou = factories.make_executed(area, on(-500), on(80))
    facts = {"number": "AMD-1", "title": "Extension", "effective_on": on(81), "extends_to": on(400)} | days
    given: Any = {"kind": "amendment", "facts": facts, "amends": mou, "by": cast["staff"], "at": NOW}
    with pytest.raises(CannotBegin, match=said) as problem:
        drafting.begin_agreement(area, **given)
    assert problem.value.field == field


def test_only_an_executed_agreement_with_an_end_is_extended_and_only_by_an_amendment(as_, area, cast):
    draft = factories.make_agreement(area)
    assert as_("staff").get(at("agreement_extend", draft.pk)).status_code == 302
    endless = factories.make_executed(area, on(-500), None)
    facts = {"number": "AMD-1", "title": "Extension", "effective_on": on(1), "extends_to": on(400)}
    given: Any = {"by": cast["staff"], "at": NOW}
    with pytest.raises(CannotBegin, match="no expiration date"):
        drafting.begin_agreement(area, kind="amendment", facts=facts, amends=endless, **given)
    with pytest.raises(CannotBegin, match="Only an amendment"):
        drafting.begin_agreement(area, kind="other", facts=facts, **given)


def test_only_a_funding_agreement_is_interim(area, cast):
    facts = {"number": "MOU-1", "title": "MOU", "is_interim": True}
    with pytest.raises(CannotBegin, match="Only an infrastructure funding agreement") as problem:
        drafting.begin_agreement(area, kind="umbrella", facts=facts, by=cast["staff"], at=NOW)
    assert problem.value.field == "is_interim"


def test_an_interim_funding_agreement_is_replaced_within_six_months_of_the_mou(area):
    factories.make_executed(area, on(-100), on(900), executed_on=on(-120))
    interim = factories.make_executed(area, on(-90), on(200), kind="ifa", is_interim=True, executed_on=on(-80))
    [clock] = clocks_of(known(interim), TODAY)
    assert (clock.code, clock.due_on) == ("interim", interim_due(on(-120)))
    factories.make_executed(area, on(-5), on(200), kind="ifa", supersedes=interim)
    assert list(clocks_of(known(interim), TODAY)) == []


def test_the_end_of_the_month_stays_the_end_of_the_month():
    assert interim_due(date(2026, 8, 31)) == date(2027, 2, 28)


# ---------------------------------------------------------------- Constraints
@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"kind": "umbrella", "is_interim": True}, "only_a_funding_agreement_is_interim"),
        ({"extends_to": on(9)}, "only_an_amendment_extends_an_agreement"),
        ({"terminated_on": on(1)}, "termination_has_a_day_and_a_reason"),
        ({"terminated_on": on(-9), "termination_reason": "It closed."}, "termination_has_a_day_and_a_reason"),
        ({"status": "terminated"}, "termination_has_a_day_and_a_reason"),
    ],
)
def test_the_database_holds_the_rules_of_a_term(area, facts, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        factories.make_executed(area, on(-9), on(900), **facts)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"who": ""}, "review_says_who_took_part"),
        ({"next_on": on(-3)}, "next_review_is_within_three_years"),
        ({"next_on": on(1200)}, "next_review_is_within_three_years"),
    ],
)
def test_the_database_holds_the_rules_of_a_review(area, facts, name):
    mou = factories.make_executed(area, on(-9), on(900))
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        factories.make_agreement_review(mou, **{"held_on": on(-3), "next_on": on(900)} | facts)


def test_the_database_holds_that_a_departure_has_a_reason(area, partner):
    mou = factories.make_executed(area, on(-9), on(900))
    with pytest.raises(IntegrityError, match="departure_has_a_day_and_a_reason"), transaction.atomic():
        factories.make_party(mou, partner, left_on=TODAY)


def test_what_a_page_shows_of_the_term_costs_the_same_for_many_parties(area, partner, queries_of):
    mou = known(factories.make_executed(area, on(-9), on(900)))
    parties = [factories.make_party(mou, name=f"Body {number}") for number in range(9)]
    few = queries_of(lambda: shown.shown_terms(mou, parties[:1], TODAY))
    assert queries_of(lambda: shown.shown_terms(mou, parties, TODAY)) == few


def test_the_clock_of_the_area_decides_what_is_in_the_future(area, cast):
    mou = factories.make_executed(area, on(-500), on(900))
    late_evening = datetime(2026, 11, 3, 3, 30, tzinfo=timezone.get_fixed_timezone(0))
    with pytest.raises(CannotRecord, match="in the future"):
        reviews.record_review(mou, on=date(2026, 11, 3), who="The board", by=cast["staff"], at=late_evening)
