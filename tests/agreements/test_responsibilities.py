"""What each party owes by agreements in force: the list, the pages it is on, evidence, the resource manual."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, Evidence, Party, Promise
from agreements.responsibilities import evidence
from agreements.responsibilities.evidence import CannotRecord
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.files.models import StoredFile
from partners.manual.contents import Manual
from partners.manual.gathering import gather
from tests import factories
from tests.at_once import second_waits_for

NOW = timezone.now()
TODAY = timezone.localdate()
IN_FORCE: dict[str, Any] = {
    "status": "executed", "origin": "existing", "executed_on": TODAY - timedelta(days=200),
    "effective_on": TODAY - timedelta(days=190), "expires_on": TODAY + timedelta(days=800),
}  # fmt: skip


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def party(area, partner) -> Party:
    """A partner that is a party to an agreement in force."""
    return factories.make_party(factories.make_agreement(area, number="MOU-26-01", **IN_FORCE), partner)


@pytest.fixture
def center(area):
    return factories.make_center(area, name="Center Street")


@pytest.fixture
def broken(party, center) -> Promise:
    """A promise of hours that the schedule does not have."""
    return factories.make_promise(party, kind="hours", center=center, quantity=20, text="")


@pytest.fixture
def served(party) -> Promise:
    """A promise of persons served in a year."""
    return factories.make_promise(party, kind="persons", quantity=120, text="")


@pytest.fixture
def kept(party, partner) -> Promise:
    """A promise of a service that is in the directory."""
    service = factories.make_service(partner, name="GED classes")
    return factories.make_promise(party, kind="service", service=service, text="")


@pytest.fixture
def listed(as_, area):
    """Return a function that returns the promises on the list, with these parameters."""

    def get(who: str = "staff", **query: Any) -> list[Promise]:
        answer = as_(who).get(at("responsibility_list", area.slug), query)
        assert answer.status_code == 200
        return [row.record for row in answer.context["table"].page.object_list]

    return get


# ---------------------------------------------------------------- The list
def test_the_list_has_what_is_owed_today_and_how_it_stands(as_, area, party, broken, kept, served):
    draft = factories.make_party(factories.make_agreement(area, status="review"), party.partnership)
    factories.make_promise(draft, text="A desk of a draft")
    page = words(as_("staff").get(at("responsibility_list", area.slug)))
    assert "1 promise is not kept by what the directory" in page
    assert "0 of 20 hours a week in the schedule" in page
    assert "GED classes" in page
    assert "120 persons a year" in page
    assert "A desk of a draft" not in page


def test_the_list_filters_by_state_party_kind_and_agreement(
    area, neighbor_partner, party, broken, kept, served, listed
):
    other = factories.make_party(factories.make_agreement(area, **IN_FORCE), neighbor_partner)
    theirs = factories.make_promise(other, kind="referral", text="By a call")
    library = factories.make_promise(factories.make_party(other.agreement), text="A desk for visitors")
    assert listed(state="broken") == [broken]
    assert listed(state="kept") == [kept]
    assert set(listed(state="unchecked")) == {served, theirs, library}
    assert set(listed(party=party.partnership_id)) == {broken, kept, served}
    assert listed(party="County library") == [library]
    assert listed(kind="persons") == [served]
    assert set(listed(agreement=other.agreement_id)) == {theirs, library}
    assert listed(q="crosswalk call") == [theirs]
    assert set(listed(state="nothing")) == {broken, kept, served, theirs, library}


def test_the_list_sorts_and_pages(area, neighbor_partner, party, broken, kept, served, listed):
    assert listed(sort="state")[0] == broken
    assert listed(sort="-state")[-1] == broken
    other = factories.make_promise(factories.make_party(party.agreement, neighbor_partner), text="A desk")
    assert listed(sort="party")[0] == other
    assert listed(sort="-party")[-1] == other
    factories.make_evidence(served)
    assert listed(sort="-evidence")[0] == served
    for column in ("promise", "agreement"):
        assert len(listed(sort=column)) == 4
    for number in range(30):
        factories.make_promise(party, text=f"Desk {number}")
    assert (len(listed()), len(listed(page=2))) == (25, 9)


def test_the_list_is_exported_as_it_is_shown(as_, area, broken, kept):
    answer = as_("staff").get(at("responsibility_list", area.slug), {"export": "csv", "sort": "state"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    header, first, second = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert header == ["Promise", "Party", "Agreement", "State", "Evidence"]
    assert first == [
        "20 hours a week in Center Street", "Millrace Adult Learning", "MOU-26-01",
        "Not kept: 0 of 20 hours a week in the schedule", "0",
    ]  # fmt: skip
    assert second[3] == "Kept: In the directory"


def test_people_see_what_is_owed_by_agreements_that_they_see(as_, area, broken, listed):
    assert listed("manager") == listed("board") == listed("state") == [broken]
    assert listed("neighbor") == []
    assert as_("outsider").get(at("responsibility_list", area.slug)).status_code == 404


def test_an_area_that_takes_part_in_a_regional_agreement_has_it_on_its_list(as_, area, broken, other_area):
    broken.agreement.further_areas.create(area=other_area)
    page = words(as_("outsider").get(at("responsibility_list", other_area.slug)))
    assert "20 hours a week in Center Street" in page


def test_an_empty_list_says_what_belongs_there(as_, area):
    assert "No responsibilities yet" in words(as_("staff").get(at("responsibility_list", area.slug)))


def test_three_and_sixty_promises_cost_the_same_on_every_page(
    as_, area, party, partner, center, broken, kept, served, queries_of
):
    factories.make_evidence(served)
    client = as_("staff")
    addresses = [
        at("responsibility_list", area.slug),
        f"{at('responsibility_list', area.slug)}?state=broken&sort=-state",
        party.agreement.get_absolute_url(),
        reverse("partners:partnership_detail", args=[partner.pk]),
        reverse("dashboards:home", args=[area.slug]),
    ]
    for address in addresses:
        client.get(address)  # the session remembers the list
    three = [queries_of(lambda address=address: client.get(address)) for address in addresses]
    for _ in range(19):
        factories.make_promise(party, kind="hours", center=center, quantity=20, text="")
        factories.make_promise(party, kind="service", service=kept.service, text="")
        factories.make_evidence(factories.make_promise(party, kind="persons", quantity=120, text=""))
    assert Promise.objects.count() == 60
    assert [queries_of(lambda address=address: client.get(address)) for address in addresses] == three


# ---------------------------------------------------------------- Other pages
def test_the_page_of_the_agreement_marks_what_is_not_kept(as_, party, broken, kept):
    address = party.agreement.get_absolute_url()
    page = words(as_("staff").get(address))
    assert "1 promise is not kept by what the directory" in page
    assert page.count("0 of 20 hours a week in the schedule") == 2  # in the note, and beside the promise
    assert broken.get_absolute_url() in page
    page = words(as_("manager").get(address))
    assert page.count("0 of 20 hours a week in the schedule") == 1
    assert "is not kept by what" not in page


def test_the_page_of_an_agreement_that_is_not_in_force_judges_nothing(as_, party, broken):
    Agreement.objects.update(expires_on=TODAY - timedelta(days=1))
    page = words(as_("staff").get(party.agreement.get_absolute_url()))
    assert "20 hours a week in Center Street" in page
    assert "in the schedule" not in page
    assert "Not owed today" in words(as_("staff").get(broken.get_absolute_url()))


def test_the_page_of_a_partner_shows_its_agreements_and_what_it_owes(as_, party, partner, broken, kept):
    address = reverse("partners:partnership_detail", args=[partner.pk])
    page = words(as_("staff").get(address))
    for shown in ("MOU-26-01", "In force", "1 promise is not kept by today's records.", "GED classes"):
        assert shown in page
    assert party.agreement.get_absolute_url() in page
    page = words(as_("neighbor").get(address))
    assert "MOU-26-01" not in page
    assert "This partner is not a party to an agreement yet." in page


def test_the_page_of_a_partner_hides_drafts_from_its_people(as_, area, partner):
    factories.make_party(factories.make_agreement(area, number="MOU-29-01"), partner)
    address = reverse("partners:partnership_detail", args=[partner.pk])
    assert "MOU-29-01" in words(as_("staff").get(address))
    assert "MOU-29-01" not in words(as_("manager").get(address))


def test_the_page_of_a_promise_shows_why_and_since_when_it_is_not_kept(as_, broken, served):
    factories.make_drift(broken, since=date(2026, 11, 2))
    factories.make_drift(broken, since=date(2026, 3, 2), ended_at=NOW, reason="center")
    page = words(as_("manager").get(broken.get_absolute_url()))
    for shown in (
        "0 of 20 hours a week in the schedule.",
        "since Nov 2, 2026",
        "The center is archived, Mar 2, 2026 to",
    ):
        assert shown in page
    factories.make_evidence(served, happened_on=TODAY, quantity=Decimal(12))
    assert "12 of 120" in words(as_("manager").get(served.get_absolute_url()))


# ---------------------------------------------------------------- Evidence
def test_the_people_of_the_party_and_the_staff_record_evidence_with_a_file(as_, cast, served):
    typed = {"happened_on": TODAY, "text": "Report of October", "quantity": "12", "file-upload": factories.upload()}
    answer = as_("colleague").post(at("evidence_add", served.pk), typed)
    piece = Evidence.objects.get()
    assert answer["Location"] == piece.get_absolute_url()
    assert piece.file
    assert (piece.by, piece.quantity, piece.file.name) == (cast["colleague"], Decimal(12), "letter.pdf")
    page = words(as_("board").get(served.get_absolute_url()))
    assert "Report of October" in page
    assert "letter.pdf" in page
    download = reverse("files:download", args=[piece.file_id])
    assert as_("board").get(download).status_code == 200
    assert as_("neighbor").get(download).status_code == 404
    as_("staff").post(at("evidence_add", served.pk), {"happened_on": TODAY, "text": "Seen", "quantity": ""})
    assert Evidence.objects.count() == 2


def test_a_picture_is_evidence_and_a_table_is_not(as_, served):
    typed = {"happened_on": TODAY, "text": "The desk"}
    address = at("evidence_add", served.pk)
    answer = as_("manager").post(address, typed | {"file-upload": factories.upload(b"a,b\n1,2\n", "list.csv")})
    assert answer.status_code == 200
    assert not Evidence.objects.exists()
    as_("manager").post(address, typed | {"file-upload": factories.upload(factories.make_picture(), "desk.png")})
    assert StoredFile.objects.get(use="agreements.evidence").kind == "png"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"text": ""}, "Evidence is missing."),
        ({"happened_on": TODAY + timedelta(days=2)}, "This day is in the future."),
        ({"happened_on": TODAY - timedelta(days=191)}, "The agreement was not in force yet on this day."),
        ({"quantity": "0"}, "Enter a number above zero."),
        ({"quantity": "1.5"}, "Enter a whole number of persons."),
        ({"quantity": "99999999999"}, "Ensure that there are no more than"),
    ],
)
def test_what_is_wrong_with_evidence_is_told_beside_its_field(as_, served, typed, why):
    given = {"happened_on": TODAY, "text": "Report", "quantity": "12"}
    assert why in words(as_("manager").post(at("evidence_add", served.pk), given | typed))
    assert not Evidence.objects.exists()


def test_only_hours_and_persons_have_a_number(as_, kept):
    page = words(as_("manager").get(at("evidence_add", kept.pk)))
    assert 'name="quantity"' not in page
    facts = {"happened_on": TODAY, "text": "Seen", "quantity": Decimal(3)}
    with pytest.raises(CannotRecord, match="Only hours and persons"):
        evidence.add_evidence(kept, facts=facts, by=None, at=NOW)


def test_evidence_is_recorded_once_the_agreement_is_executed(as_, area, partner):
    party = factories.make_party(factories.make_agreement(area, status="review"), partner)
    promise = factories.make_promise(party)
    assert "Record evidence" not in words(as_("manager").get(promise.get_absolute_url()))
    page = words(as_("manager").post(at("evidence_add", promise.pk), {"happened_on": TODAY, "text": "Seen"}))
    assert "Evidence is recorded once the agreement is executed." in page


def test_who_recorded_evidence_and_the_staff_edit_it(as_, cast, served):
    piece = factories.make_evidence(served, by=cast["colleague"], happened_on=TODAY)
    typed = {"happened_on": TODAY, "text": "Report of November", "quantity": "14"}
    for who, status in (("manager", 403), ("neighbor", 404), ("board", 403), ("colleague", 302), ("staff", 302)):
        assert as_(who).post(at("evidence_edit", piece.pk), typed).status_code == status, who
    piece.refresh_from_db()
    assert (piece.text, piece.quantity, piece.by) == ("Report of November", Decimal(14), cast["colleague"])
    as_("colleague").post(at("evidence_remove", piece.pk))
    piece.refresh_from_db()
    assert piece.is_archived
    assert "Report of November" not in words(as_("staff").get(served.get_absolute_url()))
    as_("colleague").post(at("evidence_restore", piece.pk))
    piece.refresh_from_db()
    assert not piece.is_archived


def test_who_left_the_partner_edits_its_evidence_no_longer(as_, cast, served):
    piece = factories.make_evidence(served, by=cast["neighbor"])
    assert as_("neighbor").post(at("evidence_remove", piece.pk)).status_code == 404


def test_evidence_is_in_the_history_of_its_agreement(as_, cast, served):
    facts = {"happened_on": TODAY, "text": "Report of October"}
    evidence.add_evidence(served, facts=facts, by=cast["manager"], at=NOW)
    assert "Report of October" in words(as_("staff").get(at("agreement_history", served.agreement_id)))


@pytest.mark.parametrize("fields", [{"text": ""}, {"quantity": 0}])
def test_the_database_refuses_evidence_of_nothing(served, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_evidence(served, **fields)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_edit_evidence_at_once_the_second_is_told(cast, served):
    piece = factories.make_evidence(served, by=cast["manager"], happened_on=TODAY)
    seen = version_of(piece)

    def edit(text: str) -> Evidence:
        return evidence.update_evidence(piece, facts={"text": text}, version=seen, by=cast["staff"], at=NOW)

    assert isinstance(second_waits_for(lambda: edit("One"), lambda: edit("Another")), ChangedMeanwhile)
    piece.refresh_from_db()
    assert piece.text == "One"


# ---------------------------------------------------------------- The resource manual
def test_the_manual_names_the_ways_of_referral_of_agreements_in_force(as_, area, partner, party):
    factories.make_promise(party, kind="referral", text="By a call within a day")
    factories.make_promise(party, kind="other", text="A desk for visitors")
    factories.make_promise(
        factories.make_party(factories.make_agreement(area, status="review"), partner), kind="referral", text="By fax"
    )
    page = words(as_("staff").get(reverse("partners:manual_partner", args=[partner.pk])))
    assert "Referral methods" in page
    assert "By a call within a day (MOU-26-01)" in page
    assert "A desk for visitors" not in page
    assert "By fax" not in page
    manual = gather(area, today=TODAY)
    assert manual.for_public().partners[0].referrals == ()
    assert Manual.read(manual.to_json()) == manual


def test_a_manual_without_agreements_is_as_before(as_, area, partner):
    page = words(as_("staff").get(reverse("partners:manual_partner", args=[partner.pk])))
    assert "Referral methods" not in page
    manual = gather(area, today=TODAY)
    assert "referrals" not in manual.to_json()["partners"][0]  # so that hashes of older editions still fit
    assert Manual.read(manual.to_json()) == manual


def test_the_manual_costs_the_same_for_many_ways_of_referral(area, partner, party, queries_of):
    factories.make_promise(party, kind="referral", text="By a call")
    one = queries_of(lambda: gather(area, today=TODAY))
    for number in range(9):
        there = factories.make_partnership(area)
        factories.make_promise(factories.make_party(party.agreement, there), kind="referral", text=f"By mail {number}")
    assert queries_of(lambda: gather(area, today=TODAY)) == one
