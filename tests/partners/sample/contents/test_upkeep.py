"""Proposals, confirmation requests and single-person dependencies of the sample."""

from typing import Any

from django.utils import timezone

from onestop.accounts import emailed_links
from onestop.accounts.models import User
from onestop.history.reading import changes_of
from partners.models import ConfirmationRequest, Partnership, Proposal, Service, UnansweredQuestion
from partners.people.single_person_risk import risks_of, with_dependence
from partners.search import index
from partners.search.queries import find_services
from partners.search.question import Question
from partners.search.unanswered import words_to_keep
from partners.seats import seats_of
from partners.upkeep import proposals, proposed_changes
from tests.partners.sample.contents.conftest import TODAY


def test_changes_are_proposed_by_a_colleague_a_neighbor_and_the_board(riverbend):
    waiting = Proposal.objects.open().select_related("service__partnership__organization").order_by("pk")
    assert [(one.proposer_name, str(one.service.partnership)) for one in waiting] == [
        ("Terrence Okafor", "Division of Rehabilitation Services"),
        ("Joel Abara", "Crosswalk Legal Aid"),
        ("Priya Raman", "Division of Rehabilitation Services"),
    ]
    assert set(Proposal.objects.values_list("status", flat=True)) == {"open", "accepted", "declined"}
    manager = User.objects.get(email="manager@riverbend.example")
    assert Proposal.objects.to_decide(seats_of(manager)).count() == 2


def test_one_proposal_conflicts_with_a_later_edit(riverbend):
    proposal = Proposal.objects.select_related("service").get(proposer_name="Priya Raman")
    standing = {one.name: one.standing for one in proposed_changes.differences_of(proposals.KIND, proposal)}
    assert standing == {"wait_time": "conflict", "how_to_get_in": "fits"}
    change = changes_of(proposal.service)[0]
    assert change.who == "Marisol Vega"
    assert change.at > proposal.proposed_at


def test_the_history_of_an_approved_change_names_its_proposer(riverbend):
    service = Service.objects.get(name="Assistive technology loans")
    change = changes_of(service)[0]
    assert (change.who, change.where) == ("Dana Whitcomb", "proposed by Terrence Okafor")
    accepted = Proposal.objects.get(status="accepted")
    assert all(getattr(service, name) == accepted.after[name] for name in accepted.taken)


def test_confirmation_requests_have_different_statuses(riverbend):
    at = timezone.now().replace(year=TODAY.year, month=TODAY.month, day=TODAY.day)
    told = {
        str(one.partnership): emailed_links.standing_of(one, at)[1].split()[0]
        for one in ConfirmationRequest.objects.with_recipient().exclude(asked_by=None)
    }
    assert told == {
        "Golden Bridge Senior Employment": "Opened",
        "Two Rivers Community Action": "Not",
        "Riverbend Community College": "Answered",
    }
    answered = ConfirmationRequest.objects.get(answered_at__isnull=False)
    assert answered.confirmations.count() == 3


def test_partners_depend_on_one_person_for_different_functions(riverbend):
    partners = Partnership.objects.current().filter(area=riverbend, status="active")
    functions = {
        str(one): sorted(alone.function.value for risk in risks_of(one) for alone in risk.alone)
        for one in with_dependence(partners)
    }
    assert functions["Golden Bridge Senior Employment"] == ["attends", "edits", "notices", "signs"]
    assert functions["Cedar Hollow Behavioral Health"] == ["edits", "notices", "signs"]
    assert functions["Riverbend Public Library"] == ["edits", "notices"]
    assert functions["Open Door Works"] == ["edits", "signs"]
    assert functions["Riverbend Career Services"] == []
    assert sum(not alone for alone in functions.values()) >= 8, "Not all are at risk"


def test_every_row_is_valid_and_matches_its_history(riverbend):
    models: Any = (Proposal, ConfirmationRequest)
    for row in (row for model in models for row in model.objects.all()):
        row.clean_fields(exclude=[column.name for column in row._meta.concrete_fields if column.is_relation])
        last = row.history.latest("pgh_id")
        columns = {column.attname for column in row._meta.concrete_fields} - {"nonce"}
        assert all(getattr(last, name) == getattr(row, name) for name in columns), row


def test_what_people_looked_for_in_vain_is_not_in_the_directory(riverbend):
    index.rebuild()
    rows = UnansweredQuestion.objects.filter(area=riverbend)
    known = {row.words: row for row in rows}
    assert len(known) == 7
    assert [words for words in known if words_to_keep(words) != words] == []
    found = {words: find_services(Question(words, area=riverbend)) for words in known}
    assert [words for words, one in found.items() if one.whole] == []
    kinds = {words: "partly" if one.counts.matched else "nothing" for words, one in found.items()}
    assert {words: row.kind for words, row in known.items()} == kinds
