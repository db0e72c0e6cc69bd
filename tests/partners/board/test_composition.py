"""How a board is composed, against 20 CFR 679.320 and 679.330, and the table of the rules."""

import re
from datetime import timedelta
from operator import attrgetter
from pkgutil import resolve_name

import pytest
from django.utils import timezone

from partners.board.composition import AT_LEAST, RULES, board_of, checks_of
from partners.models import BoardSeat
from tests import factories
from tests.servers import ROOT

TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def serve(area):
    """Return a function that fills seats of some categories, each by a person of its own."""

    def serve(*categories, **fields):
        return [
            factories.make_board_term(factories.make_board_seat(area, category=one), **fields) for one in categories
        ]

    return serve


def checks(area):
    return {check.what: check for check in checks_of(board_of(area, today=TODAY))}


def test_the_table_of_rules_matches_rules_code_and_tests():
    text = (ROOT / "docs" / "board-rules.md").read_text()
    lines = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
    assert [tuple(line[:2]) for line in lines] == [(rule.sentence, rule.law) for rule in RULES.values()]
    tests = "".join(path.read_text() for path in (ROOT / "tests" / "partners").rglob("test_*.py"))
    for _, _, code, test in lines:
        names = re.sub("`", "", code).split(".")
        attrgetter(".".join(names[3:]))(resolve_name(".".join(names[:3])))
        assert f"def {test.strip('`')}(" in tests, test


def test_a_majority_represents_business(area, serve):
    serve("business", "labor")
    check = checks(area)["1 of 2 members represent business"]
    assert (check.state, check.where, check.law) == ("missing", "A majority is required: 2.", "20 CFR 679.320(b)")
    serve("small_business")
    assert checks(area)["2 of 3 members represent business"].state == "met"


def test_a_fifth_represents_the_workforce(area, serve):
    serve("business", "business", "business", "business", "business", "labor")
    check = checks(area)["1 of 6 members represent the workforce"]
    assert (check.state, check.where) == ("missing", "At least 20 percent are required: 2.")
    serve("community")
    assert checks(area)["2 of 7 members represent the workforce"].state == "met"


@pytest.mark.parametrize(("rule", "category", "least"), AT_LEAST, ids=lambda value: str(value)[:20])
def test_each_required_group_is_counted(area, serve, rule, category, least):
    label = BoardSeat.Category(category).label
    serve("business", *[category] * (least - 1))
    check = checks(area)[f"{label}: {least - 1} of at least {least}"]
    assert (check.state, check.where, check.law) == ("missing", "Add a seat for it.", rule.law)
    seat = factories.make_board_seat(area, category=category)
    assert checks(area)[check.what].where == "1 seat is vacant."
    factories.make_board_term(seat)
    assert checks(area)[f"{label}: {least} of at least {least}"].state == "met"


def test_a_required_seat_without_a_vote_is_reported(area, serve):
    seat = factories.make_board_seat(area, category="labor", is_voting=False)
    factories.make_board_seat(area, category="other", is_voting=False)
    silent = [check for check in checks(area).values() if check.law == "20 CFR 679.320(h)"]
    assert [(check.what, check.url) for check in silent] == [
        ("Labor organization has no vote", seat.get_absolute_url())
    ]


def test_the_chair_represents_business(area, serve):
    [labor] = serve("labor", name="Emeka Lindgren")
    serve("business", name="Priya Raman", email="priya@castings.example")
    assert checks(area)["The chair of the board is not recorded"].state == "missing"
    chair = factories.make_office(area, kind="chair", title="Chair of the board")
    assert checks(area)["Nobody chairs the board"].state == "missing"
    tenure = factories.make_tenure(chair, name=labor.name)
    assert checks(area)["Emeka Lindgren, the chair, is not on record as a business representative"].state == "part"
    tenure.name, tenure.email = "Priya Raman", "Priya@castings.example"
    tenure.save()
    assert checks(area)["Priya Raman, the chair, represents business"].state == "met"


def test_people_are_counted_not_seats(area, serve, cast):
    serve("adult_education", "higher_education", "labor", user=cast["board"])
    board = board_of(area, today=TODAY)
    assert len(board.members) == 1
    assert board.number({"labor"}) == board.number({"higher_education"}) == 1


def test_only_those_who_serve_today_count(area, serve):
    serve("business", from_on=TODAY - 9 * DAY, until_on=TODAY - DAY)
    serve("business", from_on=TODAY + DAY, until_on=None)
    serve("business", from_on=TODAY - 9 * DAY, until_on=TODAY + 9 * DAY, ended_on=TODAY - DAY)
    serve("business", from_on=TODAY - 9 * DAY, until_on=None, archived_at=timezone.now())
    [archived] = serve("business")
    BoardSeat.objects.filter(pk=archived.seat_id).update(archived_at=timezone.now())
    assert len(board_of(area, today=TODAY).members) == 0
    serve("business", from_on=TODAY, until_on=TODAY)
    assert len(board_of(area, today=TODAY).members) == 1


def test_an_area_without_seats_has_no_checks(area):
    assert checks(area) == {}


def test_the_board_is_read_with_a_constant_number_of_queries(area, serve, queries_of):
    serve("business", "labor")
    one = queries_of(lambda: checks_of(board_of(area, today=TODAY)))
    serve(*BoardSeat.Category.values * 3)
    assert queries_of(lambda: checks_of(board_of(area, today=TODAY))) == one <= 4
