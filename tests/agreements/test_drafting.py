"""Draft an agreement: begin, copy, record a signed one; parties, clauses, elements, versions; who may do what."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from agreements.drafting import agreements, clauses, elements, parties, versions
from agreements.drafting.agreements import CannotBegin
from agreements.drafting.locking import CannotDraft
from agreements.models import Agreement, Clause, Party, Version
from onestop.comments.subjects import subject_of
from partners.models import LocalArea
from tests import factories
from tests.at_once import second_waits_for

NOW = timezone.now()
FACTS = {
    "number": "MOU-27-01", "title": "Umbrella MOU 2027 to 2030", "effective_on": date(2027, 7, 1),
    "expires_on": date(2030, 6, 30), "review_on": date(2030, 6, 30),
}  # fmt: skip


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def mou(area) -> Agreement:
    return factories.make_agreement(area)


def begin(area: LocalArea, **more: Any) -> Agreement:
    given: dict[str, Any] = {"kind": "umbrella", "facts": FACTS, "by": None, "at": NOW}
    return agreements.begin_agreement(area, **given | more)


# ---------------------------------------------------------------- Beginning
def test_a_draft_begins_with_the_built_in_wording_and_its_parties(as_, area, partner, cast):
    chair = factories.make_office(area, kind="chair", title="Chair of the board")
    mayor = factories.make_office(area, title="Mayor of Millpond")
    head = factories.make_office(partner.organization, kind="agency_head", title="Director")
    typed = {"kind": "umbrella", "partners": [partner.pk], **{name: str(value) for name, value in FACTS.items()}}
    answer = as_("staff").post(at("agreement_add", area.slug), typed)
    agreement = Agreement.objects.get()
    assert answer["Location"] == agreement.get_absolute_url()
    assert (agreement.status, agreement.origin, agreement.begun_by) == ("draft", "template", cast["staff"])
    named = [(str(party), party.office) for party in Party.objects.in_order()]
    assert named == [(area.board_name, chair), ("Mayor of Millpond", mayor), (partner.organization.name, head)]
    assert Clause.objects.count() == 10
    page = words(as_("staff").get(agreement.get_absolute_url()))
    assert "Referral between partners" in page
    assert f"{area.board_name}, Mayor of Millpond and {partner.organization.name}" in page
    assert "July 1, 2027" in page


def test_the_next_number_is_free(area):
    today = date(2027, 1, 5)
    assert agreements.next_number(area, "umbrella", today) == "MOU-27-01"
    factories.make_agreement(area, number="MOU-27-01")
    factories.make_agreement(area, number="MOU-27-03")
    assert agreements.next_number(area, "single", today) == "MOU-27-02"
    assert agreements.next_number(area, "ifa", today) == "IFA-27-01"


def test_a_number_is_used_once_in_an_area(as_, area, mou):
    typed = {"kind": "umbrella", **{name: str(value) for name, value in FACTS.items()}, "number": mou.number}
    answer = as_("staff").post(at("agreement_add", area.slug), typed)
    assert f"{mou.number} is already the number of another agreement." in words(answer)
    assert "Umbrella MOU 2027 to 2030" in words(answer)


def test_an_agreement_does_not_expire_before_it_takes_effect(area, mou):
    with pytest.raises(CannotBegin, match="before it takes effect"):
        begin(area, facts=FACTS | {"expires_on": date(2027, 6, 30)})
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.update(expires_on=date(2020, 1, 1))


def test_one_partner_is_chosen_for_an_agreement_with_one(as_, area, partner):
    typed = {"kind": "single", **{name: str(value) for name, value in FACTS.items()}}
    assert "Choose one partner." in words(as_("staff").post(at("agreement_add", area.slug), typed))


def test_an_amendment_names_what_it_amends_and_has_its_parties(as_, area, partner):
    signed = {"status": "executed", "executed_on": date(2027, 6, 1)}
    earlier = factories.make_agreement(area, **signed)
    factories.make_party(earlier, partner)
    typed = {"kind": "amendment", **{name: str(value) for name, value in FACTS.items()}}
    assert "Choose the agreement that this one amends." in words(
        as_("staff").post(at("agreement_add", area.slug), typed)
    )
    as_("staff").post(at("agreement_add", area.slug), typed | {"amends": earlier.pk})
    amendment = Agreement.objects.get(kind="amendment")
    assert amendment.amends == earlier
    assert [party.partnership for party in amendment.parties.all()] == [partner]


def test_a_copy_has_the_text_and_the_parties_that_can_still_sign(as_, area, partner, neighbor_partner, mou):
    factories.make_clause(mou, title="Referral", text="By a call.", elements=["referral"])
    factories.make_clause(mou, title="Gone", archived_at=NOW)
    factories.make_party(mou, partner, presence="affiliate", effective_on=date(2027, 9, 1))
    factories.make_party(mou, neighbor_partner)
    type(neighbor_partner).objects.filter(pk=neighbor_partner.pk).update(archived_at=NOW)
    typed = {name: str(value) for name, value in FACTS.items()} | {"succeeds": "on"}
    as_("staff").post(at("agreement_copy", mou.pk), typed)
    copy = Agreement.objects.get(number="MOU-27-01")
    assert (copy.supersedes, copy.origin) == (mou, "copy")
    assert list(copy.clauses.values_list("title", "text")) == [("Referral", "By a call.")]
    [party] = copy.parties.all()
    assert (party.partnership, party.presence, party.effective_on) == (partner, "affiliate", None)


def test_a_signed_agreement_is_recorded_with_its_document(as_, area, partner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    typed: dict[str, Any] = {name: str(value) for name, value in FACTS.items()}
    typed |= {
        "kind": "umbrella",
        "partners": [partner.pk],
        "executed_on": "2026-06-30",
        "signed_file-upload": factories.upload(factories.make_pdf_file(pages=3), "mou.pdf"),
    }
    answer = as_("staff").post(at("agreement_record", area.slug), typed)
    agreement = Agreement.objects.get()
    assert answer["Location"] == agreement.get_absolute_url()
    assert (agreement.status, agreement.executed_on) == ("executed", date(2026, 6, 30))
    assert agreement.signed_file
    assert not agreement.clauses.exists()
    answer = as_("staff").post(at("element_record", agreement.pk, "referral"), {"page": 4, "exception": ""})
    assert "The document has 3 pages." in words(answer)
    as_("staff").post(at("element_record", agreement.pk, "referral"), {"page": 3, "exception": ""})
    assert "Page 3 of the signed document" in words(as_("staff").get(agreement.get_absolute_url()))
    download = reverse("files:download", args=[agreement.signed_file.pk])
    assert as_("manager").get(download).status_code == 200
    assert as_("stranger").get(download).status_code == 404


def test_nobody_signs_in_the_future(area):
    with pytest.raises(CannotBegin, match="in the past"):
        agreements.record_existing(
            area, kind="other", facts=FACTS, executed_on=timezone.localdate(NOW) + timedelta(days=9), by=None, at=NOW
        )


# ---------------------------------------------------------------- Who sees what
@pytest.mark.parametrize(
    ("status", "seen"), [("draft", {"staff", "state"}), ("review", {"staff", "state", "manager", "colleague", "board"})]
)
def test_a_draft_is_seen_by_staff_and_in_review_by_parties_and_the_board(as_, partner, mou, status, seen):
    factories.make_party(mou, partner)
    Agreement.objects.update(status=status)
    everybody = {"staff", "state", "manager", "colleague", "board", "neighbor", "stranger", "outsider", "nobody"}
    found = {who for who in everybody if as_(who).get(mou.get_absolute_url()).status_code == 200}
    assert found == seen


def test_a_party_that_was_removed_sees_it_no_more(as_, partner, mou):
    party = factories.make_party(mou, partner)
    Agreement.objects.update(status="review")
    parties.remove_party(party, by=None, at=NOW)
    assert as_("manager").get(mou.get_absolute_url()).status_code == 404


def test_a_further_area_sees_a_regional_agreement(as_, area, mou, cast):
    other = factories.make_area(state=area.state, name="Upper Ford")
    staff = factories.make_user("Una Ford")
    factories.seat("staff", other, staff)
    Agreement.objects.update(status="review")
    assert not Agreement.objects.visible_to(staff).exists()
    agreements.update_agreement(mou, facts={}, further_areas=[other, area], by=None, at=NOW)
    staff = type(staff).objects.get(pk=staff.pk)
    assert list(Agreement.objects.visible_to(staff)) == [mou]
    assert [each.area for each in mou.further_areas.all()] == [other]


def test_the_note_is_for_staff(as_, partner, mou):
    factories.make_party(mou, partner)
    Agreement.objects.update(status="review", note="Ask the county first.")
    assert "Ask the county first." in words(as_("staff").get(mou.get_absolute_url()))
    assert "Ask the county first." not in words(as_("manager").get(mou.get_absolute_url()))


# ---------------------------------------------------------------- Moves
def test_a_draft_is_shared_taken_back_withdrawn_and_restored(as_, partner, neighbor_partner, mou):
    staff = as_("staff")
    assert "Add at least two parties" in words(staff.post(at("agreement_share", mou.pk), follow=True))
    factories.make_party(mou, partner)
    factories.make_party(mou, neighbor_partner)
    for name, status in (("share", "review"), ("take_back", "draft"), ("withdraw", "withdrawn"), ("restore", "draft")):
        staff.post(at(f"agreement_{name}", mou.pk))
        mou.refresh_from_db()
        assert mou.status == status


@pytest.mark.parametrize("status", ["signing", "withdrawn"])
def test_what_was_sent_or_withdrawn_does_not_change(partner, mou, status):
    clause, party = factories.make_clause(mou), factories.make_party(mou, partner)
    Agreement.objects.update(status=status)
    signed: dict[str, Any] = {"by": None, "at": NOW}
    for act in (
        lambda: agreements.update_agreement(mou, facts={"title": "Else"}, **signed),
        lambda: clauses.add_clause(mou, facts={"title": "New"}, **signed),
        lambda: clauses.update_clause(clause, facts={"title": "Else"}, **signed),
        lambda: clauses.move_clause(clause, to=1, **signed),
        lambda: clauses.remove_clause(clause, **signed),
        lambda: parties.add_party(mou, facts={"kind": "other", "name": "Library"}, **signed),
        lambda: parties.remove_party(party, **signed),
        lambda: elements.record_exception(mou, element="referral", reason="No", **signed),
        lambda: versions.save_version(mou, note="", **signed),
    ):
        with pytest.raises(CannotDraft):
            act()


# ---------------------------------------------------------------- Clauses
def test_a_clause_is_added_edited_and_shown_with_its_fields(as_, mou):
    staff = as_("staff")
    staff.post(
        at("clause_add", mou.pk), {"title": "Records", "text": "**Kept** until {{ends}}.", "elements": ["review"]}
    )
    clause = Clause.objects.get()
    assert clause.elements == ["review"]
    page = words(staff.get(mou.get_absolute_url()))
    assert "<strong>Kept</strong> until" in page
    assert "June 30, 2030" in page
    answer = staff.post(at("clause_add", mou.pk), {"title": "Wrong", "text": "Until {{finish}}."})
    assert "There is no field {{finish}}." in answer.content.decode().replace("&#123;", "{").replace("&#125;", "}")


def test_the_built_in_wording_of_a_missing_element_is_offered(as_, mou):
    page = as_("staff").get(at("clause_add", mou.pk) + "?element=referral").content.decode()
    assert "warm hand-off" in page


def test_an_element_of_another_kind_is_not_kept(mou):
    clause = clauses.add_clause(mou, facts={"title": "A", "elements": ["referral", "pos_rates"]}, by=None, at=NOW)
    assert clause.elements == ["referral"]


def test_clauses_move_and_keep_places_without_holes(mou):
    made = [clauses.add_clause(mou, facts={"title": title}, by=None, at=NOW) for title in "ABCD"]

    def order() -> str:
        return "".join(f"{clause.title}{clause.position}" for clause in mou.clauses.current().in_order())

    clauses.move_clause(made[3], to=1, by=None, at=NOW)
    assert order() == "D1A2B3C4"
    clauses.remove_clause(made[0], by=None, at=NOW)
    assert order() == "D1B2C3"
    clauses.restore_clause(made[0], by=None, at=NOW)
    assert order() == "D1A2B3C4"
    clauses.move_clause(made[3], to=99, by=None, at=NOW)
    assert order() == "A1B2C3D4"
    clauses.add_clause(mou, facts={"title": "E"}, after=made[0], by=None, at=NOW)
    assert order() == "A1E2B3C4D5"


def test_two_people_edit_a_clause_and_both_versions_are_shown(as_, mou):
    clause = factories.make_clause(mou, text="Within two days.")
    form = as_("staff").get(at("clause_edit", clause.pk)).context["form"]
    typed = {"version": form.version, "title": clause.title, "text": "Within one day."}
    typed |= {form[name].html_initial_name: form[name].value() or "" for name in ("title", "text")}
    clauses.update_clause(clause, facts={"text": "Within three days."}, by=None, at=NOW)
    answer = words(as_("staff").post(at("clause_edit", clause.pk), typed))
    assert "three" in answer
    assert "Within one day." in answer
    clause.refresh_from_db()
    assert clause.text == "Within three days."


# ---------------------------------------------------------------- Parties
def test_a_partner_is_a_party_once(as_, partner, mou):
    factories.make_party(mou, partner)
    answer = as_("staff").post(at("party_add", mou.pk), {"kind": "partner", "partnership": partner.pk, "name": ""})
    assert f"{partner.organization.name} is a party already." in words(answer)
    answer = as_("staff").post(at("party_add", mou.pk), {"kind": "partner", "name": "", "partnership": ""})
    assert "Choose the partner." in words(answer)
    answer = as_("staff").post(at("party_add", mou.pk), {"kind": "board", "name": " ", "partnership": ""})
    assert "Enter the name." in words(answer)


def test_a_removed_party_is_restored_unless_it_is_one_again(as_, partner, mou):
    party = factories.make_party(mou, partner)
    as_("staff").post(at("party_remove", party.pk))
    parties.add_party(mou, facts={"kind": "partner", "partnership": partner}, by=None, at=NOW)
    assert "is a party already" in words(as_("staff").post(at("party_restore", party.pk), follow=True))


# ---------------------------------------------------------------- Elements and versions
def test_an_exception_is_recorded_with_who_and_when_and_can_be_removed(as_, cast, mou):
    address = at("element_record", mou.pk, "infrastructure")
    assert "Enter the reason." in words(as_("staff").post(address, {"exception": ""}))
    as_("staff").post(address, {"exception": "Costs are in the IFA."})
    page = words(as_("staff").get(mou.get_absolute_url()))
    assert "Exception by Dana Whitcomb" in page
    assert "Costs are in the IFA." in page
    as_("staff").post(at("element_clear", mou.pk, "infrastructure"))
    assert not mou.element_records.exists()
    assert as_("staff").get(at("element_record", mou.pk, "pos_rates")).status_code == 404


def test_versions_are_compared_clause_by_clause(as_, mou):
    first, second = (factories.make_clause(mou, title=title, text=f"{title}.\nWithin two days.") for title in "AB")
    as_("staff").post(at("version_save", mou.pk), {"note": "Before the review"})
    answer = as_("staff").post(at("version_save", mou.pk), {"note": ""})
    assert "Nothing changed since version 1." in words(answer)
    clauses.update_clause(first, facts={"text": "A.\nWithin one day."}, by=None, at=NOW)
    clauses.remove_clause(second, by=None, at=NOW)
    clauses.add_clause(mou, facts={"title": "C", "text": "New."}, by=None, at=NOW)
    page = words(as_("staff").get(at("version_compare", mou.pk)))
    assert "3 clauses differ, 0 unchanged." in page
    assert "[removed: </span>two days<" in page
    assert "[added: </span>one day<" in page
    assert "Before the review" in page


def test_a_removed_clause_is_shown_where_it_was():
    old = [{"id": number, "title": f"T{number}", "text": ""} for number in (1, 2, 3)]
    found = versions.differences_between(old, [old[2], {"id": 9, "title": "T9", "text": ""}, old[0]])
    assert [(each.number, each.before_title, each.title) for each in found] == [
        ("1", "T3", "T3"), ("2", "", "T9"), ("3", "T1", "T1"), ("", "T2", ""),
    ]  # fmt: skip


def test_a_version_never_changes(mou):
    version = factories.make_version(mou)
    for act in (lambda: Version.objects.update(note="Else"), version.delete):
        with pytest.raises(Exception, match="version_stays"), transaction.atomic():
            act()


def test_people_who_see_an_agreement_can_be_mentioned(partner, mou, cast):
    factories.make_party(mou, partner)
    subject = subject_of("agreement")
    assert set(subject.people(mou)) == {cast["staff"]}
    mou.status = "review"
    assert set(subject.people(mou)) == {cast["staff"], cast["manager"], cast["colleague"], cast["board"]}


# ---------------------------------------------------------------- At once
@pytest.mark.django_db(transaction=True)
def test_two_agreements_with_one_number_at_once(area):
    refusal = second_waits_for(lambda: begin(area), lambda: begin(area))
    assert isinstance(refusal, CannotBegin)
    assert Agreement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clauses_at_once_have_places_of_their_own(mou):
    def add(title: str) -> Any:
        return lambda: clauses.add_clause(mou, facts={"title": title}, by=None, at=NOW)

    second_waits_for(add("A"), add("B"))
    assert list(mou.clauses.in_order().values_list("title", "position")) == [("A", 1), ("B", 2)]


@pytest.mark.django_db(transaction=True)
def test_nothing_changes_in_the_moment_of_withdrawal(mou):
    refusal = second_waits_for(
        lambda: agreements.withdraw_agreement(mou, by=None, at=NOW),
        lambda: clauses.add_clause(mou, facts={"title": "Late"}, by=None, at=NOW),
    )
    assert isinstance(refusal, CannotDraft)
    assert not Clause.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_versions_at_once_have_numbers_of_their_own(mou):
    factories.make_clause(mou)

    def save() -> Any:
        return versions.save_version(mou, note="", by=None, at=NOW)

    assert isinstance(second_waits_for(save, save), CannotDraft)
    assert Version.objects.count() == 1


# ---------------------------------------------------------------- Lists
def test_the_list_says_how_each_agreement_stands(as_, area, mou):
    signed = {"status": "executed", "executed_on": date(2024, 6, 1)}
    today = timezone.localdate()
    for name, begins, ends in (
        ("Now", today - timedelta(days=9), today + timedelta(days=900)),
        ("Soon over", today - timedelta(days=900), today + timedelta(days=80)),
        ("Over", today - timedelta(days=900), today - timedelta(days=1)),
        ("Next", today + timedelta(days=9), today + timedelta(days=900)),
    ):
        factories.make_agreement(area, title=name, effective_on=begins, expires_on=ends, **signed)
    old = factories.make_agreement(
        area, title="Old", effective_on=today - timedelta(days=1900), expires_on=today - timedelta(days=901), **signed
    )
    Agreement.objects.filter(title="Soon over").update(supersedes=old)
    page = words(as_("staff").get(at("agreement_list", area.slug)))
    for standing in ("In force", "Expiring", "Expired", "Not in force yet", "Draft", "Superseded"):
        assert standing in page
    for standing, titles in (
        ("in_force", {"Now", "Soon over"}), ("expiring", {"Soon over"}), ("lapsed", {"Over"}), ("superseded", {"Old"}),
        ("draft", {mou.title}),
    ):  # fmt: skip
        found = as_("staff").get(at("agreement_list", area.slug), {"standing": standing}).context["table"].rows
        assert {row.record.title for row in found} == titles


def test_the_list_finds_by_number_title_and_party(as_, area, partner, mou):
    factories.make_party(mou, partner)
    other = factories.make_agreement(area, title="Purchase of coaching", kind="purchase")
    address = at("agreement_list", area.slug)

    def titles(**query: Any) -> set[str]:
        return {row.record.title for row in as_("staff").get(address, query).context["table"].rows}

    assert titles(q="coaching purchase") == {other.title}
    assert titles(q=mou.number) == {mou.title}
    assert titles(partner=partner.pk) == {mou.title}
    assert titles(kind="purchase") == {other.title}
    exported = as_("staff").get(address, {"export": "csv"})
    assert b"Umbrella MOU" in b"".join(exported.streaming_content)


def test_the_list_and_the_page_cost_the_same_for_many(as_, area, mou, queries_of):
    client = as_("staff")
    factories.make_party(mou, factories.make_partnership(area))
    factories.make_clause(mou)
    addresses = (at("agreement_list", area.slug), mou.get_absolute_url())

    def costs() -> list[int]:
        return [queries_of(partial(client.get, address)) for address in addresses]

    costs()
    before = costs()
    for number in range(9):
        factories.make_agreement(area, title=f"Number {number}")
        factories.make_party(mou, factories.make_partnership(area))
        factories.make_clause(mou, elements=["referral"])
    assert costs() == before
