"""The list of budgets of an agreement: filter, sort, export, and the same number of queries for any length."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.agreements.funding.budget_year import at, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def ifa(area, partner):
    found = factories.make_ifa(area)
    factories.make_party(found, partner)
    return found


@pytest.fixture
def budgets(ifa):
    past = factories.make_budget(
        ifa, first_on=date(2024, 7, 1), frequency="year", status="adopted", adopted_on=date(2024, 6, 1)
    )
    return [past, factories.make_budget(ifa, first_on=date(2025, 7, 1), before=past)]


def test_budgets_are_filtered_by_status_and_year(as_, ifa, budgets):
    past, draft = budgets
    page = words(as_("manager").get(at("budget_list", ifa.pk)))
    assert page.index(draft.get_absolute_url()) < page.index(past.get_absolute_url())
    assert "Less often than quarterly" in page
    page = words(as_("manager").get(at("budget_list", ifa.pk), {"status": "draft"}))
    assert draft.get_absolute_url() in page
    assert past.get_absolute_url() not in page
    page = words(as_("manager").get(at("budget_list", ifa.pk), {"year": "2024", "sort": "pools"}))
    assert past.get_absolute_url() in page
    assert draft.get_absolute_url() not in page
    assert "Begin a budget" in words(as_("staff").get(at("budget_list", ifa.pk), {"year": "2024", "status": "draft"}))


def test_budgets_are_exported(as_, ifa, budgets):
    answer = as_("manager").get(at("budget_list", ifa.pk), {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0].endswith(
        "Program year,Status,Reconciled,Cost pools,Partners that pay,Cost of the year,Periods closed"
    )
    assert lines[1].startswith("2025,Draft,Every quarter,0,0,")
    assert len(lines) == 3


def test_an_empty_list_says_what_belongs_here(as_, ifa):
    page = words(as_("staff").get(at("budget_list", ifa.pk)))
    assert "No budget yet" in page
    assert page.count("Begin a budget") == 1
    assert "Begin a budget" not in words(as_("manager").get(at("budget_list", ifa.pk)))


def test_a_list_costs_the_same_for_two_budgets_and_for_ten(as_, ifa, budgets, django_assert_num_queries):
    client = as_("manager")
    url = at("budget_list", ifa.pk)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for year in range(2010, 2018):
        factories.make_budget(ifa, first_on=date(year, 7, 1))
    with django_assert_num_queries(len(few)):
        client.get(url)
