"""The glossary: propose, change, approve and send back terms."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.history.reading import changes_of
from partners.glossary import terms
from partners.glossary.term_matcher import entry_of
from partners.models import Role, Synonym, Term, Usage
from tests import factories

NOW = timezone.now()


def page(name: str, *args: object) -> str:
    return reverse(f"partners:term_{name}", args=args)


def text_of(answer) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.fixture
def term(area, cast) -> Term:
    """A draft proposed by the manager of a partner."""
    usages = [{"system": "State system", "wording": "placement", "meaning": "", "is_synonym": True}]
    return propose(area, cast["manager"], usages=usages)


def propose(area, by, *, name="job placement", **more) -> Term:
    return terms.add_term(area, facts={"name": name, "definition": "A paid job."}, by=by, at=NOW, **more)


def approve(term, by) -> Term:
    return terms.approve_term(term, by=by, at=NOW)


def usage_of(partner, wording="placement", **more) -> dict:
    return {"partnership": partner, "wording": wording, "meaning": "", "is_synonym": True} | more


# ---------------------------------------------------------------- Approving
def test_a_proposal_is_a_draft_until_staff_approve_it(area, cast, term):
    assert not Term.objects.approved().exists()
    assert list(Term.objects.waiting()) == [term]
    approve(term, cast["staff"])
    agreed = Term.objects.approved().get()
    assert (agreed.agreed_name, agreed.agreed_definition, agreed.agreed_synonyms) == (
        "job placement", "A paid job.", ["placement"],
    )  # fmt: skip
    assert agreed.approved_by == cast["staff"]
    assert not Term.objects.waiting().exists()


def test_the_author_cannot_approve_if_there_are_other_staff(area, cast):
    second = factories.seat(Role.STAFF, area)
    term = propose(area, cast["staff"])
    with pytest.raises(terms.CannotApprove, match="Another staff member must approve it"):
        approve(term, cast["staff"])
    assert approve(term, second).is_approved


@pytest.mark.parametrize("gone", ["left", "inactive", "elsewhere"])
def test_the_only_staff_may_approve_their_own_change_and_the_page_shows_it(as_, area, cast, gone):
    place = factories.make_area(state=area.state) if gone == "elsewhere" else area
    other = factories.seat(Role.STAFF, place, is_active=gone != "inactive")
    if gone == "left":
        other.memberships.update(ended_at=NOW)
    term = propose(area, cast["staff"])
    assert "so you may approve it. The page will show that." in text_of(as_("staff").get(page("detail", term.pk)))
    approve(term, cast["staff"])
    assert "This area had no other One-Stop staff." in text_of(as_("board").get(page("detail", term.pk)))


def test_approving_an_approved_or_archived_term_is_refused(cast, term):
    approve(term, cast["staff"])
    with pytest.raises(terms.CannotApprove, match="already approved"):
        approve(term, cast["staff"])
    terms.archive_term(term, by=cast["staff"], at=NOW)
    for verb in (
        lambda: approve(term, cast["staff"]),
        lambda: terms.send_back_term(term, reason="No", by=cast["staff"], at=NOW),
        lambda: terms.change_term(term, facts={"name": "x"}, by=cast["staff"], at=NOW),
    ):
        with pytest.raises((terms.CannotApprove, terms.CannotKeepTerm), match="archived"):
            verb()


# ---------------------------------------------------------------- What stays in force
@pytest.mark.parametrize("facts", [{"name": "placement in a job"}, {"definition": "Any job."}, {"abbreviation": "JP"}])
def test_the_approved_version_stays_in_force_while_a_change_is_pending(cast, term, facts):
    approve(term, cast["staff"])
    changed = terms.change_term(term, facts=facts, by=cast["staff"], at=NOW)
    assert changed.status == Term.Status.DRAFT
    in_force = Term.objects.approved().get()
    assert (in_force.agreed_name, in_force.agreed_definition) == ("job placement", "A paid job.")
    assert (in_force.agreed_abbreviation, in_force.approved_by) == ("", cast["staff"])


def test_undoing_a_change_makes_the_term_approved_again(cast, term):
    approve(term, cast["staff"])
    terms.change_term(term, facts={"definition": "Any job."}, by=cast["staff"], at=NOW)
    assert terms.change_term(term, facts={"definition": "A paid job."}, by=cast["staff"], at=NOW).is_approved


def test_a_new_synonym_needs_approval_but_a_meaning_does_not(cast, partner, term):
    approve(term, cast["staff"])
    own = {"of": [partner], "by": cast["manager"], "at": NOW}
    plain = terms.say_usages(term, usages=[usage_of(partner, "start", is_synonym=False)], **own)
    assert plain.is_approved, "a usage that is no synonym does not change the approved version"
    waiting = terms.say_usages(term, usages=[usage_of(partner, "start")], **own)
    assert (waiting.status, waiting.agreed_synonyms) == ("draft", ["placement"])
    assert approve(waiting, cast["staff"]).agreed_synonyms == ["placement", "start"]


# ---------------------------------------------------------------- Search only
def test_a_wording_for_searches_only_is_a_synonym_that_is_not_explained(cast, partner, term):
    terms.say_usages(
        term, usages=[usage_of(partner, "hire", is_search_only=True)], of=[partner], by=cast["staff"], at=NOW
    )
    agreed = approve(term, cast["staff"])
    assert (agreed.agreed_synonyms, agreed.agreed_search_only) == (["placement"], ["hire"])
    assert entry_of(agreed).words == ("job placement", "placement")
    assert Synonym.objects.get(area=term.area, wording="hire").also == ["job placement", "placement"]


def test_a_wording_is_not_explained_if_any_usage_is_for_searches_only(cast, partner, term):
    own = usage_of(partner, "Placement", is_search_only=True)
    terms.say_usages(term, usages=[own], of=[partner], by=cast["staff"], at=NOW)
    agreed = approve(term, cast["staff"])
    assert (agreed.agreed_synonyms, agreed.agreed_search_only) == ([], ["Placement"])


def test_making_a_synonym_search_only_needs_approval(cast, partner, term):
    approve(term, cast["staff"])
    [usage] = term.usages.all()
    changed = [{"id": usage.pk, "is_search_only": True}]
    waiting = terms.change_term(term, usages=changed, by=cast["manager"], at=NOW)
    assert (waiting.status, waiting.agreed_synonyms, waiting.agreed_search_only) == ("draft", ["placement"], [])
    agreed = approve(waiting, cast["staff"])
    assert (agreed.agreed_synonyms, agreed.agreed_search_only) == ([], ["placement"])
    back = terms.send_back_term(agreed, reason="No", by=cast["staff"], at=NOW)
    assert back.agreed_search_only == []


def test_a_wording_for_searches_only_must_be_used_in_searches(cast, partner, term):
    wrong = [usage_of(partner, "hire", is_synonym=False, is_search_only=True)]
    with pytest.raises(terms.CannotKeepTerm, match="“hire” is search only"):
        terms.say_usages(term, usages=wrong, of=[partner], by=cast["staff"], at=NOW)
    with pytest.raises(IntegrityError, match="usage_for_search_only_is_a_synonym"), transaction.atomic():
        term.usages.update(is_synonym=False, is_search_only=True)


def test_saving_without_a_change_keeps_the_author(cast, term):
    usages = [{"id": usage.pk, "wording": usage.wording} for usage in term.usages.all()]
    same = terms.change_term(term, facts={"name": term.name}, usages=usages, by=cast["staff"], at=NOW)
    assert same.written_by == cast["manager"]


# ---------------------------------------------------------------- Sending back
def test_sending_back_a_change_keeps_the_approved_version_in_force(cast, term):
    approve(term, cast["staff"])
    terms.change_term(term, facts={"definition": "Any job."}, by=cast["manager"], at=NOW)
    back = terms.send_back_term(term, reason=" Too wide. ", by=cast["staff"], at=NOW)
    assert (back.sent_back_because, back.agreed_definition) == ("Too wide.", "A paid job.")
    assert not Term.objects.waiting().exists()
    again = terms.change_term(term, facts={"definition": "A job with a wage."}, by=cast["manager"], at=NOW)
    assert again.sent_back_because == ""
    assert Term.objects.waiting().exists()


def test_an_approval_can_be_withdrawn(cast, term):
    approve(term, cast["staff"])
    ended = terms.send_back_term(term, reason="Two of us read it otherwise.", by=cast["staff"], at=NOW)
    assert (ended.status, ended.agreed_name, ended.approved_at) == ("draft", "", None)
    assert not Term.objects.approved().exists()


def test_a_missing_reason_gives_a_field_error(as_, cast, term):
    with pytest.raises(terms.CannotApprove, match="Enter what should change"):
        terms.send_back_term(term, reason="  ", by=cast["staff"], at=NOW)
    assert "Enter what should change." in text_of(as_("staff").post(page("send_back", term.pk), {"reason": " "}))


# ---------------------------------------------------------------- Names and words
def test_names_are_unique_in_an_area(area, other_area, cast, term):
    with pytest.raises(terms.TermNameTaken, match="already has a term “job placement”"):
        propose(area, cast["staff"], name="Job Placement")
    other = propose(area, cast["staff"], name="start")
    with pytest.raises(terms.TermNameTaken):
        terms.change_term(other, facts={"name": "JOB placement"}, by=cast["staff"], at=NOW)
    assert propose(other_area, None).pk
    terms.archive_term(term, by=None, at=NOW)
    with pytest.raises(terms.TermNameTaken, match="has an archived term “job placement”"):
        propose(area, cast["staff"])


def test_approved_names_are_unique_in_an_area(area, cast, term):
    approve(term, cast["staff"])
    terms.change_term(term, facts={"name": "hire"}, by=cast["staff"], at=NOW)
    other = propose(area, cast["manager"])
    with pytest.raises(terms.CannotApprove, match="still named “job placement”"):
        approve(other, cast["staff"])


def test_usages_are_unique_and_of_partners_of_the_area(area, other_area, cast, partner):
    with pytest.raises(terms.CannotKeepTerm, match="Millrace Adult Learning has the wording “Hire” twice"):
        propose(area, None, usages=[usage_of(partner, "hire"), usage_of(partner, "Hire")])
    stranger = other_area.partnerships.get()
    with pytest.raises(terms.CannotKeepTerm, match="Only partners of this area"):
        propose(area, None, name="other", usages=[usage_of(stranger)])
    assert not Term.objects.exists(), "a refusal writes nothing"


def test_partners_cannot_edit_the_usages_of_others(cast, partner, neighbor_partner, term):
    own = {"of": [partner], "by": cast["manager"], "at": NOW}
    with pytest.raises(terms.CannotKeepTerm, match="your own organization"):
        terms.say_usages(term, usages=[usage_of(neighbor_partner)], **own)
    state_system = term.usages.get()
    terms.say_usages(term, usages=[usage_of(partner, "hire", id=state_system.pk)], **own)
    assert set(term.usages.values_list("system", "wording")) == {("State system", "placement"), ("", "hire")}


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "approved"},
        {"status": "approved", "approved_at": NOW, "agreed_name": "other", "agreed_definition": "What we mean by it."},
        {"approved_at": NOW},
        {"agreed_name": "Term"},
    ],
)
def test_the_database_requires_approved_terms_to_match_their_approved_version(area, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_term(area, name="Term", **fields)


def test_the_database_requires_one_owner_of_a_usage(term, partner):
    for whose in ({}, {"partnership": partner, "system": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Usage.objects.create(term=term, wording="w", **whose)


# ---------------------------------------------------------------- History
@pytest.mark.django_db(transaction=True)  # what one transaction writes is one change
def test_the_history_shows_approvals_and_removed_usages(cast, term):
    approve(term, cast["staff"])
    terms.change_term(term, usages=[], by=cast["staff"], at=NOW)
    gone, approved, first = changes_of(term, terms.TERM_LINKS)
    removed = [part for part in gone.parts if part.verb == "removed"]
    assert [(part.thing, part.name) for part in removed] == [("usage", "placement")]
    assert (approved.verb, approved.who) == ("approved", "Dana Whitcomb")
    assert (first.verb, first.who) == ("added", "Joel Abara")


def test_a_restored_term_keeps_its_approved_version(cast, term):
    approve(term, cast["staff"])
    terms.archive_term(term, by=cast["staff"], at=NOW)
    assert not Term.objects.approved().exists()
    terms.restore_term(term, by=cast["staff"], at=NOW)
    assert Term.objects.approved().get() == term
