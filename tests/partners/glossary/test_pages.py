"""The pages of the glossary: the list, a term, editing and review."""

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.glossary import terms
from partners.models import Program, Role, Term, Usage
from tests import factories
from tests.partners.glossary.test_terms import NOW, page, text_of, usage_of


@pytest.fixture
def term(area, partner) -> Term:
    term = factories.make_term(area, approved=True, name="job placement", definition="A paid job.")
    Usage.objects.create(term=term, partnership=partner, wording="hire", meaning="Somebody starts.")
    return Term.objects.get(pk=term.pk)


def sent(client, address: str, **typed: object) -> dict[str, object]:
    """Return what a browser would send from the form at a URL, with some values changed."""
    context = client.get(address).context
    form, rows = context["form"], context["rows"]
    data: dict[str, object] = {"version": form.version}
    bounds = [*form, *rows.management_form, *(bound for row in rows for bound in row)]
    for bound in bounds:
        value = bound.value()
        data[bound.html_name] = "on" if value is True else "" if value is None or value is False else value
        data[bound.html_initial_name] = "" if value is None else value
    data = {name: value for name, value in data.items() if value != ""}
    return data | {name.replace("__", "-"): value for name, value in typed.items()}


# ---------------------------------------------------------------- List
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True),
        ("q=paid+job", True),
        ("q=hire", True),
        ("q=starts", True),
        ("q=nowhere", False),
        ("state=approved", True),
        ("state=open", False),
        ("state=waiting", False),
        ("state=changed", False),
        ("state=sent_back", False),
        ("letter=J", True),
        ("letter=K", False),
        ("archived=yes", False),
    ],
)
def test_the_list_filters(as_, area, term, query, shown):
    assert ("A paid job." in text_of(as_("board").get(page("list", area.slug) + f"?{query}"))) is shown


def test_the_list_filters_by_owner_of_usages(as_, area, partner, term):
    program = factories.make_program(short_name="Adult")
    other = factories.make_term(area, name="exit", definition="The last day.")
    Usage.objects.create(term=other, program=program, wording="closure")
    Usage.objects.create(term=other, system="State system", wording="end")
    client = as_("manager")
    for whose, first, second in (
        (f"partner-{partner.pk}", True, False),
        (f"program-{program.pk}", False, True),
        ("system-State system", False, True),
    ):
        answer = text_of(client.get(page("list", area.slug), {"system": whose}))
        assert ("A paid job." in answer, "The last day." in answer) == (first, second), whose


def test_the_number_above_the_list_links_to_as_many_rows(as_, area, cast, term):
    terms.change_term(term, facts={"definition": "Any job."}, by=cast["manager"], at=NOW)
    factories.make_term(area, name="exit")
    client = as_("staff")
    assert '<a href="?state=open">2 terms pending approval</a>' in text_of(client.get(page("list", area.slug)))
    assert "1 to 2</b> of 2" in text_of(client.get(page("list", area.slug) + "?state=open"))
    assert "1 to 1</b> of 1" in text_of(client.get(page("list", area.slug) + "?state=changed"))


def test_lists_and_pages_take_a_constant_number_of_queries(as_, area, partner, term, queries_of):
    client = as_("staff")
    add_to(area, term, partner, 99)
    factories.make_practice(area, did="A hire.")
    addresses = [page("list", area.slug), page("book", area.slug), page("detail", term.pk), page("edit", term.pk)]
    for address in addresses:
        client.get(address)
    before = [queries_of(lambda address=address: client.get(address)) for address in addresses]
    for number in range(9):
        add_to(area, term, partner, number)
    assert [queries_of(lambda address=address: client.get(address)) for address in addresses] == before


def add_to(area, term, partner, number) -> None:
    """Add another term, usage and service."""
    other = factories.make_term(area, approved=True, name=f"term {number}")
    Usage.objects.create(term=other, partnership=partner, wording="hire")
    Usage.objects.create(term=term, partnership=factories.make_partnership(area), wording=f"word {number}")
    factories.make_service(partner, description="A job placement and term 3.")


def test_a_page_with_many_texts_reads_the_terms_once(as_, area, partner, queries_of):
    service = factories.make_service(partner, description="hire", audience="hire", eligibility="hire")
    client, address = as_("manager"), f"/services/{service.pk}/"
    client.get(address)
    before = queries_of(lambda: client.get(address))
    factories.make_term(area, approved=True, name="hire")
    answer = client.get(address).content.decode()
    assert answer.count('popovertarget="term-') == 3
    assert queries_of(lambda: client.get(address)) == before


@pytest.mark.parametrize(
    ("number", "words"), [(1, "“a term” is pending approval"), (2, "2 terms are pending approval")]
)
def test_the_home_page_of_staff_lists_pending_terms(as_, area, number, words):
    for name in ("a term", "b term")[:number]:
        factories.make_term(area, name=name)
    assert words in text_of(as_("staff").get(f"/areas/{area.slug}/"))


# ---------------------------------------------------------------- A term's page
def test_drafts_and_archived_terms_are_not_explained(as_, area, cast, partner, term):
    factories.make_term(area, name="meeting")
    service = factories.make_service(partner, description="A job placement after a meeting.")
    client = as_("colleague")
    assert client.get(f"/services/{service.pk}/").content.decode().count('popovertarget="term-') == 1
    terms.archive_term(term, by=cast["staff"], at=NOW)
    assert "op-explain" not in client.get(f"/services/{service.pk}/").content.decode()


def test_words_for_searches_only_are_not_underlined_but_find_the_term(as_, area, cast, partner, term):
    Term.objects.filter(pk=term.pk).update(agreed_synonyms=["hire"])
    service = factories.make_service(partner, name="Fairs", description="We help employers hire.")
    address = f"/services/{service.pk}/"
    client = as_("staff")
    assert 'popovertarget="term-' in client.get(address).content.decode()
    data = sent(client, page("edit", term.pk))
    client.post(page("edit", term.pk), data | {"said-0-is_search_only": "on"})
    waiting = text_of(client.get(page("detail", term.pk)))
    assert "<dt>Search only</dt>" in waiting
    terms.approve_term(term, by=None, at=NOW)
    for public in (address, reverse("partners:directory_service", args=[service.pk])):
        assert 'popovertarget="term-' not in client.get(public).content.decode()
    answer = text_of(client.get(page("detail", term.pk)))
    assert "Searches for it find this term. Other pages do not explain it." in answer
    assert "<p> <b>Search only:</b> hire </p>" in answer
    assert "Fairs" not in answer
    assert "earch only" in text_of(client.get(page("history", term.pk)))
    found = client.get(reverse("partners:search", args=[area.slug]), {"q": "hire"})
    assert term in [hit.row for group in found.context["results"].groups for hit in group.hits]


def test_search_only_needs_the_wording_to_be_used_in_searches(as_, term):
    client = as_("staff")
    data = sent(client, page("edit", term.pk))
    data.pop("said-0-is_synonym")
    answer = text_of(client.post(page("edit", term.pk), data | {"said-0-is_search_only": "on"}))
    assert "Check “Use this wording in searches” too, or clear this box." in answer
    assert not term.usages.get().is_search_only


def test_texts_use_the_approved_version_while_a_change_is_pending(as_, cast, partner, term):
    service = factories.make_service(partner, description="A job placement.")
    terms.change_term(term, facts={"name": "work start", "definition": "Any job."}, by=cast["staff"], at=NOW)
    answer = text_of(as_("colleague").get(f"/services/{service.pk}/"))
    assert "A paid job." in answer
    assert "Any job." not in answer


def test_the_page_warns_about_different_meanings(as_, area, partner, neighbor_partner, term):
    other = factories.make_term(area, name="host assignment")
    Usage.objects.create(term=other, partnership=neighbor_partner, wording="Hire", is_synonym=False)
    answer = text_of(as_("board").get(page("detail", term.pk)))
    assert "Different meaning" in answer
    assert f'This wording is also used for: <a href="{page("detail", other.pk)}">host assignment</a>' in answer


def test_the_page_shows_where_a_term_is_used(as_, area, partner, term):
    factories.make_service(partner, name="Fairs", description="More than one job\nplacement a day.")
    factories.make_service(partner, name="Displacement", description="job displacement")
    factories.make_practice(area, title="A good hire", result="Every HIRE lasted.")
    partner.organization.description = "We hire no one."
    partner.organization.save()
    term = terms.approve_term(terms.change_term(term, facts={"abbreviation": "JP"}, by=None, at=NOW), by=None, at=NOW)
    factories.make_service(partner, name="Short", description="A JP.")
    factories.make_service(partner, name="Not so", description="jp")
    answer = text_of(as_("board").get(page("detail", term.pk)))
    assert "Services (2)" in answer
    assert "Partners (1)" in answer
    assert "Practices (1)" in answer
    assert "Displacement" not in answer
    assert "Not so" not in answer


def test_an_archived_term_is_visible_to_staff_only(as_, area, cast, term):
    terms.archive_term(term, by=cast["staff"], at=NOW)
    assert as_("manager").get(page("detail", term.pk)).status_code == 404
    client = as_("staff")
    assert "This term was archived" in text_of(client.get(page("detail", term.pk)))
    assert "job placement" in text_of(client.get(page("list", area.slug) + "?archived=yes"))
    assert client.post(page("restore", term.pk)).status_code == 302
    assert Term.objects.approved().get() == term


# ---------------------------------------------------------------- Editing
def test_a_term_is_proposed_with_two_usages(as_, area, partner):
    program = factories.make_program()
    client = as_("manager")
    first = sent(client, page("add", area.slug), name="exit", definition="The last day.")
    first |= {"said-0-whose": f"partner-{partner.pk}", "said-0-wording": "closure", "said-0-is_synonym": "on"}
    answer = client.post(page("add", area.slug), first | {"more": "1"})
    assert "is missing" not in text_of(answer)
    rows = answer.context["rows"]
    assert (rows.total_form_count(), rows.forms[0]["wording"].value()) == (2, "closure")
    assert not Term.objects.exists()
    second = first | {"said-TOTAL_FORMS": "2", "said-1-whose": f"program-{program.pk}", "said-1-wording": "end"}
    answer = client.post(page("add", area.slug), second, follow=True)
    assert "“exit” proposed." in text_of(answer)
    term = Term.objects.get()
    assert set(term.usages.values_list("wording", "partnership", "program", "is_synonym")) == {
        ("closure", partner.pk, None, True),
        ("end", None, program.pk, False),
    }


def test_invalid_rows_show_errors_and_keep_their_values(as_, area, partner):
    client = as_("staff")
    data = sent(client, page("add", area.slug), name="exit", definition="The last day.")
    wrong = {
        "said-TOTAL_FORMS": "4",
        "said-0-wording": "closure",
        "said-1-whose": "other", "said-1-wording": "end",
        "said-2-whose": f"partner-{partner.pk}", "said-2-wording": "stop",
        "said-3-whose": f"partner-{partner.pk}", "said-3-wording": "Stop",
    }  # fmt: skip
    answer = text_of(client.post(page("add", area.slug), data | wrong))
    for words in (
        "Choose who uses this wording.",
        "Enter the name of the system.",
        "This wording is already listed above.",
    ):
        assert words in answer
    assert 'value="closure"' in answer
    assert not Term.objects.exists()


def test_a_row_is_removed_by_its_checkbox(as_, partner, term):
    Usage.objects.create(term=term, system="State system", wording="start")
    client = as_("staff")
    data = sent(client, page("edit", term.pk))
    assert data["said-INITIAL_FORMS"] == 2
    gone = next(number for number in (0, 1) if data[f"said-{number}-wording"] == "hire")
    client.post(page("edit", term.pk), data | {f"said-{gone}-DELETE": "on"})
    assert list(term.usages.values_list("system", "wording")) == [("State system", "start")]


def test_saving_unchanged_rows_changes_nothing(as_, term):
    client = as_("staff")
    before = list(Usage.objects.values())
    client.post(page("edit", term.pk), sent(client, page("edit", term.pk)))
    assert list(Usage.objects.values()) == before
    assert Term.objects.get(pk=term.pk).is_approved


def test_concurrent_edits_lose_no_rows(as_, area, cast, partner, term):
    kept = Usage.objects.create(term=term, system="Kept", wording="kept")
    gone = Usage.objects.create(term=term, system="Gone", wording="gone")
    client = as_("staff")
    data = sent(client, page("edit", term.pk))
    number = {data[f"said-{row}-wording"]: row for row in range(3)}
    hire = term.usages.get(wording="hire")
    theirs = [
        usage_of(partner, "hire", id=hire.pk, meaning="Theirs."),
        {"id": kept.pk, "system": "Kept", "wording": "kept anew"},
        {"system": "New", "wording": "new one"},
    ]
    terms.change_term(term, usages=theirs, by=cast["manager"], at=NOW)
    typed = {f"said-{number['hire']}-meaning": "Mine.", f"said-{number['gone']}-meaning": "Typed in."}
    answer = client.post(page("edit", term.pk), data | typed)
    assert "Joel Abara saved this while you were editing it." in text_of(answer)
    rows = {row["wording"].value(): row for row in answer.context["rows"]}
    assert set(rows) == {"hire", "kept anew", "new one", "gone"}
    assert rows["hire"]["meaning"].value() == "Mine."
    again = {"version": answer.context["form"].version, "name": term.name, "definition": term.definition}
    again |= {"said-TOTAL_FORMS": "4", "said-INITIAL_FORMS": "4"}
    for index, row in enumerate(answer.context["rows"]):
        again |= {f"said-{index}-{name}": row[name].value() or "" for name in row.fields if name != "is_synonym"}
    client.post(page("edit", term.pk), again)
    assert set(term.usages.values_list("wording", "meaning")) == {
        ("hire", "Mine."), ("kept anew", ""), ("new one", ""), ("gone", "Typed in."),
    }  # fmt: skip
    assert not term.usages.filter(pk=gone.pk).exists()


def test_a_representative_edits_the_wording_of_their_organization(as_, partner, neighbor_partner, term):
    Usage.objects.create(term=term, partnership=neighbor_partner, wording="start")
    client = as_("colleague")
    data = sent(client, page("say", term.pk))
    assert data["said-0-wording"] == "hire"
    answer = client.post(page("say", term.pk), data | {"said-0-wording": "new hire"}, follow=True)
    assert "Saved. The approved version stays in use" in text_of(answer)
    assert set(term.usages.values_list("wording", flat=True)) == {"new hire", "start"}


def test_an_empty_row_is_ignored(as_, term):
    term.usages.all().delete()
    client = as_("neighbor")
    data = sent(client, page("say", term.pk))
    assert client.post(page("say", term.pk), data).status_code == 302
    assert not term.usages.exists()


def test_the_author_may_edit_a_term_until_it_is_approved(as_, area, cast):
    term = terms.add_term(area, facts={"name": "exit", "definition": "End."}, by=cast["colleague"], at=NOW)
    assert as_("colleague").get(page("edit", term.pk)).status_code == 200
    assert as_("neighbor").get(page("edit", term.pk)).status_code == 403
    terms.approve_term(term, by=cast["staff"], at=NOW)
    assert as_("colleague").get(page("edit", term.pk)).status_code == 403


def test_an_archived_partner_keeps_its_usage(as_, partner, term):
    partner.archived_at = timezone.now()
    partner.save()
    client = as_("staff")
    client.post(page("edit", term.pk), sent(client, page("edit", term.pk), definition="Any paid job."))
    assert term.usages.get().partnership == partner


# ---------------------------------------------------------------- Review
def test_a_reviewer_approves_only_the_version_they_read(as_, area, cast, term):
    terms.change_term(term, facts={"definition": "Any job."}, by=cast["manager"], at=NOW)
    client = as_("staff")
    version = client.get(page("detail", term.pk)).context["version"]
    terms.change_term(term, facts={"definition": "No job."}, by=cast["manager"], at=NOW)
    answer = client.post(page("approve", term.pk), {"version": version}, follow=True)
    assert "changed this term while you were reading it" in text_of(answer)
    assert Term.objects.get(pk=term.pk).agreed_definition == "A paid job."
    back = client.post(page("send_back", term.pk), {"version": version, "reason": "Why?"}, follow=True)
    assert "changed this term while you were reading it" in text_of(back)
    version = client.get(page("detail", term.pk)).context["version"]
    assert "“job placement” approved." in text_of(
        client.post(page("approve", term.pk), {"version": version}, follow=True)
    )
    assert Term.objects.get(pk=term.pk).agreed_definition == "No job."


def test_the_page_explains_why_the_author_cannot_approve(as_, area, cast, term):
    factories.seat(Role.STAFF, area)
    terms.change_term(term, facts={"definition": "Any job."}, by=cast["staff"], at=NOW)
    client = as_("staff")
    answer = text_of(client.get(page("detail", term.pk)))
    assert "Another staff member must approve it." in answer
    assert "Approve this term" not in answer
    refused = client.post(page("approve", term.pk), follow=True)
    assert "You wrote the last change." in text_of(refused)


def test_sending_back_shows_its_consequences_and_the_reason_to_the_author(as_, cast, term):
    client = as_("staff")
    assert "Its approval is withdrawn." in text_of(client.get(page("send_back", term.pk)))
    terms.change_term(term, facts={"definition": "Any job."}, by=cast["manager"], at=NOW)
    assert "The approved version stays in use." in text_of(client.get(page("send_back", term.pk)))
    version = client.get(page("send_back", term.pk)).context["form"]["version"].value()
    client.post(page("send_back", term.pk), {"reason": "Also unpaid?", "version": version})
    assert "Also unpaid?" in text_of(as_("manager").get(page("detail", term.pk)))


def test_usages_of_programs_link_to_them(as_, term):
    program = Program.objects.create(
        code="x", name="Program X", short_name="PX", group="Law", is_required=False, legal_source="-", position=1
    )
    Usage.objects.create(term=term, program=program, wording="start")
    assert '<a href="/programs/x/">Program X</a>' in text_of(as_("board").get(page("detail", term.pk)))
