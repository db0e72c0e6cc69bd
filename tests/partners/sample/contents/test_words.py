"""The glossary and the practices of the sample: realistic, varied, and with pending terms."""

from typing import Any

from onestop.editing.personal_data import find_personal_data
from partners.glossary.term_matcher import Lexicon, entry_of
from partners.glossary.terms import synonyms_of
from partners.models import Adoption, Practice, Program, Service, Synonym, Term, Usage


def test_the_glossary_has_approved_terms_pending_ones_and_one_sent_back(riverbend):
    terms = Term.objects.filter(area=riverbend)
    assert terms.approved().count() == 30
    assert {str(term) for term in terms.waiting()} == {"barrier to employment", "case manager", "follow-up"}
    assert [str(term) for term in terms.exclude(sent_back_because="")] == ["wraparound services"]
    changed = terms.approved().get(status="draft")
    assert changed.definition != changed.agreed_definition
    assert "access need" in synonyms_of(changed).explained
    assert "access need" not in changed.agreed_synonyms


def test_usages_belong_to_partners_programs_and_another_system(riverbend):
    said = Usage.objects.filter(term__area=riverbend)
    assert said.values("partnership").distinct().count() > 12
    assert said.exclude(program=None).count() >= 3
    assert said.exclude(system="").exists()


def test_one_wording_belongs_to_two_terms(riverbend):
    said = Usage.objects.filter(term__area=riverbend, wording="placement")
    assert set(said.values_list("term__name", "is_synonym")) == {
        ("job placement", False),
        ("community service assignment", False),
    }


def test_each_term_was_approved_by_another_person_if_there_is_one(loaded, db):
    term: Any
    for term in Term.objects.approved().select_related("area", "approved_by"):
        assert term.approved_by.joined_at <= term.approved_at
        assert (term.approved_by == term.written_by) is (term.area.slug == "lower-tanager-valley"), term
        assert term.agreed_name
        if term.is_approved:
            assert (term.agreed_synonyms, term.agreed_search_only) == synonyms_of(term)


def test_an_everyday_word_finds_a_term_and_is_not_explained(riverbend):
    term = Term.objects.approved().get(area=riverbend, name="job placement")
    assert term.agreed_search_only == ["hire"]
    assert "hire" not in entry_of(term).words
    assert "job placement" in Synonym.objects.get(area=riverbend, wording="hire").also


def test_terms_occur_in_services_and_practices(riverbend):
    lexicon = Lexicon(map(entry_of, Term.objects.approved().filter(area=riverbend)))
    services = Service.objects.filter(partnership__area=riverbend)
    texts = [f"{one.description} {one.audience} {one.eligibility} {one.how_to_get_in}" for one in services]
    assert sum(1 for text in texts if any(lexicon.occurrences(text))) >= 15
    practices = Practice.objects.filter(area=riverbend)
    assert all(any(lexicon.occurrences(f"{one.situation} {one.did}")) for one in practices.filter(topics__len__gt=2))


def test_practices_are_shared_and_some_are_adopted(riverbend):
    practices: Any = Practice.objects.filter(area=riverbend)
    assert practices.count() == 9
    assert practices.with_adoptions().filter(adopted__gt=0).count() == 5
    assert practices.filter(told_by=None).exists()
    assert all(one.happened_on <= one.history.earliest("pgh_id").pgh_created_at.date() for one in practices)
    assert set(
        Program.objects.filter(practice_links__practice__in=practices).values_list("is_required", flat=True)
    ) == {
        True,
        False,
    }


def test_practices_contain_no_personal_data(loaded, db):
    for practice in Practice.objects.all():
        assert find_personal_data([practice.title, practice.situation, practice.did, practice.result]) == []


def test_the_history_ends_with_the_present_values(loaded, db):
    models: Any = (Term, Usage, Practice, Adoption)
    for model in models:
        for row in model._default_manager.prefetch_related("history"):
            told = sorted(row.history.all(), key=lambda event: event.pgh_id)
            columns = [c.attname for c in type(told[-1])._meta.concrete_fields if not c.name.startswith("pgh_")]
            assert all(getattr(told[-1], name) == getattr(row, name) for name in columns), row
            assert [event.pgh_label for event in told].count("insert") == 1
            assert told == sorted(told, key=lambda event: event.pgh_created_at), row
            assert all(event.pgh_context["user"] for event in told)
