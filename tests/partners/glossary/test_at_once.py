"""Concurrent changes of a term or a practice: no version is approved unread."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from onestop.editing.refusals import Refused
from onestop.editing.versions import ChangedMeanwhile, version_of
from partners.glossary import terms
from partners.models import Adoption, Practice, Term
from partners.practices import practices
from tests import factories
from tests.at_once import second_waits_for

NOW = timezone.now()
TODAY = NOW.astimezone(ZoneInfo("America/New_York")).date()
pytestmark = pytest.mark.django_db(transaction=True)


def second_of_two(first: Callable[[], Any], second: Callable[[], Any]) -> str:
    """Run the second function while the transaction of the first is open; return "done", or why it was refused."""
    result = second_waits_for(first, second)
    if isinstance(result, Exception) and not isinstance(result, Refused | ChangedMeanwhile):
        raise result
    return str(result) if isinstance(result, Exception) else "done"


@pytest.fixture
def term() -> Term:
    return factories.make_term(definition="A paid job.")


def change(term: Term, words: str) -> None:
    terms.change_term(term, facts={"definition": words}, by=None, at=NOW)


def test_an_unread_change_is_not_approved(term):
    version = version_of(term, terms.TERM_LINKS)
    result = second_of_two(
        lambda: change(term, "Any job."),
        lambda: terms.approve_term(term, version=version, by=None, at=NOW),
    )
    assert result == "Someone else saved this while you were editing it."
    assert not Term.objects.approved().exists()


def test_a_change_during_an_approval_is_pending(term):
    second_of_two(lambda: terms.approve_term(term, by=None, at=NOW), lambda: change(term, "Any job."))
    term.refresh_from_db()
    assert (term.status, term.agreed_definition, term.definition) == ("draft", "A paid job.", "Any job.")


def test_two_reviewers_approve_once(term):
    result = second_of_two(
        lambda: terms.approve_term(term, by=None, at=NOW), lambda: terms.approve_term(term, by=None, at=NOW)
    )
    assert result == "This term is already approved."


def test_concurrent_usages_are_both_saved(term):
    partners = [factories.make_partnership(term.area) for _ in range(2)]

    def say(partner):
        usage = {"partnership": partner, "wording": "hire", "meaning": "", "is_synonym": True}
        terms.say_usages(term, usages=[usage], of=[partner], by=None, at=NOW)

    assert second_of_two(lambda: say(partners[0]), lambda: say(partners[1])) == "done"
    assert term.usages.count() == 2


@pytest.mark.parametrize("first", ["archive", "adopt"])
def test_a_practice_archived_meanwhile_cannot_be_adopted(first):
    practice = factories.make_practice()
    partner = factories.make_partnership(practice.area)
    acts = {
        "archive": lambda: practices.archive_practice(practice, by=None, at=NOW),
        "adopt": lambda: practices.adopt_practice(practice, partnership=partner, since=TODAY, by=None, at=NOW),
    }
    other = "adopt" if first == "archive" else "archive"
    result = second_of_two(acts[first], acts[other])
    assert result == ("This practice is archived." if first == "archive" else "done")
    assert Adoption.objects.exists() is (first == "adopt")
    assert Practice.objects.get().is_archived


def test_a_partner_adopts_a_practice_once():
    practice = factories.make_practice()
    partner = factories.make_partnership(practice.area)

    def adopt():
        practices.adopt_practice(practice, partnership=partner, since=TODAY, by=None, at=NOW)

    assert second_of_two(adopt, adopt).endswith("already adopted this practice.")
