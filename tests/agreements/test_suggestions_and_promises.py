"""Wording that parties suggest for clauses in review, and what each party undertakes."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from agreements.drafting import clauses, promises, suggestions
from agreements.drafting.locking import CannotDraft
from agreements.drafting.suggestions import CannotSuggest
from agreements.models import Agreement, Clause, Party, Promise, Suggestion
from onestop.editing.versions import version_of
from onestop.notices.models import Notice
from tests import factories
from tests.at_once import second_waits_for

NOW = timezone.now()


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def clause(area, partner) -> Clause:
    """A clause of an agreement in review, of which the partner is a party."""
    agreement = factories.make_agreement(area, status="review")
    factories.make_party(agreement, partner)
    return factories.make_clause(agreement, text="Within one day.")


@pytest.fixture
def party(clause) -> Party:
    return clause.agreement.parties.get()


# ---------------------------------------------------------------- Suggesting
def test_a_party_suggests_wording_and_the_staff_accept_it(as_, cast, clause):
    page = words(as_("manager").get(clause.agreement.get_absolute_url()))
    assert at("suggestion_add", clause.pk) in page
    typed = {"text": "Within **two** days.", "note": "July is hard for us."}
    answer = as_("manager").post(at("suggestion_add", clause.pk), typed)
    assert answer["Location"] == clause.get_absolute_url()
    suggestion = Suggestion.objects.get()
    assert list(Notice.objects.values_list("kind", "recipient")) == [("agreements.suggestion_made", cast["staff"].pk)]
    page = words(as_("staff").get(clause.agreement.get_absolute_url()))
    assert "July is hard for us." in page
    page = as_("staff").get(at("suggestion_detail", suggestion.pk))
    assert "[removed: </span>one day<" in words(page)
    as_("staff").post(at("suggestion_accept", suggestion.pk), {"version": page.context["version"]})
    clause.refresh_from_db()
    assert clause.text == "Within **two** days."
    told = Notice.objects.get(kind="agreements.suggestion_decided")
    assert (told.recipient, "Your wording was accepted" in told.subject) == (cast["manager"], True)


def test_a_decline_needs_a_reason_which_is_sent(as_, cast, clause):
    suggestion = factories.make_suggestion(clause, cast["manager"])
    assert "Enter the reason." in words(as_("staff").post(at("suggestion_decline", suggestion.pk), {"answer": ""}))
    as_("staff").post(at("suggestion_decline", suggestion.pk), {"answer": "We agreed on one day."})
    assert "We agreed on one day." in Notice.objects.get(kind="agreements.suggestion_decided").text
    assert "We agreed on one day." in words(as_("manager").get(at("suggestion_detail", suggestion.pk)))
    clause.refresh_from_db()
    assert clause.text == "Within one day."


def test_a_clause_that_was_edited_meanwhile_is_compared_again(as_, cast, clause):
    suggestion = factories.make_suggestion(clause, cast["manager"])
    seen = version_of(clause)
    clauses.update_clause(clause, facts={"text": "Within a week."}, by=None, at=NOW)
    answer = as_("staff").post(at("suggestion_accept", suggestion.pk), {"version": seen}, follow=True)
    assert "Someone has just edited this clause." in words(answer)
    assert "The clause was edited since this wording was suggested." in words(answer)
    suggestion.refresh_from_db()
    assert suggestion.status == "open"


@pytest.mark.parametrize(
    ("text", "why"), [("Within one day.", "You have not changed anything."), ("{{x}}", "There is no field")]
)
def test_what_is_no_suggestion_is_told(as_, clause, text, why):
    answer = as_("manager").post(at("suggestion_add", clause.pk), {"text": text, "note": "Why not"})
    assert why in words(answer)


def test_a_person_has_one_open_suggestion_for_a_clause_and_can_withdraw_it(as_, cast, clause):
    suggestion = factories.make_suggestion(clause, cast["manager"])
    answer = as_("manager").post(at("suggestion_add", clause.pk), {"text": "Soon.", "note": "Shorter"})
    assert "Withdraw it first." in words(answer)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_suggestion(clause, cast["manager"])
    as_("colleague").post(at("suggestion_withdraw", suggestion.pk))
    suggestion.refresh_from_db()
    assert suggestion.status == "open"
    as_("manager").post(at("suggestion_withdraw", suggestion.pk))
    suggestion.refresh_from_db()
    assert suggestion.status == "withdrawn"
    assert not Notice.objects.exists()


def test_nothing_is_suggested_for_a_draft_that_nobody_reviews(cast, clause):
    Agreement.objects.update(status="draft")
    with pytest.raises(CannotSuggest):
        suggestions.suggest_wording(clause, text="Soon.", note="Shorter", by=cast["board"], at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_the_second_is_told(cast, clause):
    suggestion = factories.make_suggestion(clause, cast["manager"])
    refusal = second_waits_for(
        lambda: suggestions.accept_suggestion(suggestion, version=version_of(clause), by=cast["staff"], at=NOW),
        lambda: suggestions.decline_suggestion(suggestion, answer="No", by=cast["staff"], at=NOW),
    )
    assert isinstance(refusal, CannotSuggest)
    suggestion.refresh_from_db()
    assert suggestion.status == "accepted"


# ---------------------------------------------------------------- Promises
def test_each_kind_of_promise_says_what_is_promised(area, partner, party):
    service = factories.make_service(partner, name="GED classes")
    center = factories.make_center(area, name="Center Street")
    for facts, told in (
        ({"kind": "service", "service": service}, "GED classes"),
        ({"kind": "hours", "center": center, "quantity": Decimal("7.50")}, "7.5 hours a week in Center Street"),
        ({"kind": "persons", "quantity": Decimal(120)}, "120 persons a year"),
        ({"kind": "referral", "text": "By a call within a day"}, "By a call within a day"),
    ):
        assert str(promises.add_promise(party.agreement, facts={"party": party, **facts}, by=None, at=NOW)) == told


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"kind": "service"}, "Choose the service."),
        ({"kind": "hours", "quantity": 3}, "Choose the center."),
        ({"kind": "persons"}, "Enter the number."),
        ({"kind": "other", "text": " "}, "Say what is promised."),
    ],
)
def test_what_a_promise_lacks_is_told_beside_its_field(as_, party, facts, why):
    answer = as_("staff").post(at("promise_add", party.agreement_id), {"party": party.pk, **facts})
    assert why in words(answer)
    assert not Promise.objects.exists()


def test_a_party_promises_its_own_services(neighbor_partner, party):
    service = factories.make_service(neighbor_partner)
    with pytest.raises(CannotDraft, match="not one of this party"):
        promises.add_promise(
            party.agreement, facts={"party": party, "kind": "service", "service": service}, by=None, at=NOW
        )


def test_another_kind_keeps_nothing_of_the_first(area, party):
    center = factories.make_center(area)
    promise = promises.add_promise(
        party.agreement, facts={"party": party, "kind": "hours", "center": center, "quantity": 8}, by=None, at=NOW
    )
    promises.update_promise(promise, facts={"kind": "other", "text": "A desk"}, by=None, at=NOW)
    promise.refresh_from_db()
    assert (promise.center, promise.quantity, str(promise)) == (None, None, "A desk")


def test_promises_are_listed_removed_and_restored(as_, party):
    promise = factories.make_promise(party)
    address = party.agreement.get_absolute_url()
    assert "A desk for visitors" in words(as_("manager").get(address))
    as_("staff").post(at("promise_remove", promise.pk))
    promise.refresh_from_db()
    assert promise.is_archived
    as_("staff").post(at("promise_restore", promise.pk))
    promise.refresh_from_db()
    assert not promise.is_archived


def test_the_page_costs_the_same_for_many_promises_and_suggestions(as_, cast, party, clause, queries_of):
    client, address = as_("staff"), party.agreement.get_absolute_url()
    factories.make_promise(party, clause=clause)
    factories.make_suggestion(clause, cast["manager"])
    client.get(address)
    before = queries_of(lambda: client.get(address))
    for number in range(9):
        factories.make_promise(party, clause=clause)
        factories.make_suggestion(clause, factories.make_user(f"Person {number}"))
    assert queries_of(lambda: client.get(address)) == before
