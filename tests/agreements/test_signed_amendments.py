"""Amendments that let parties join or leave, or end the agreement; signed documents as annexes."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from agreements.models import (
    Agreement,
    Clause,
    FrozenDocument,
    SignatureRequest,
)
from agreements.signing import signatures
from tests import factories
from tests.agreements.signing_world import NOW, Signing, at, make_signing, scan_of, words


def pdf_of(pages: int) -> bytes:
    pdf, data = pikepdf.new(), io.BytesIO()
    for _number in range(pages):
        pdf.add_blank_page()
    pdf.save(data)
    return data.getvalue()


def test_who_signs_an_amendment_joins_the_agreement_from_its_effective_date(area, partner, neighbor_partner, cast):
    dates = {
        "effective_on": timezone.localdate(NOW) - timedelta(days=90),
        "executed_on": timezone.localdate(NOW) - timedelta(days=100),
    }
    mou = factories.make_agreement(area, status="executed", title="MOU", **dates)
    factories.make_party(mou, neighbor_partner)
    signing = make_signing(area, partner, cast["staff"], cast["manager"], NOW)
    Agreement.objects.filter(pk=signing.agreement.pk).update(
        kind="amendment", amends=mou, effective_on=timezone.localdate(NOW) + timedelta(days=30)
    )
    Clause.objects.filter(agreement=signing.agreement).update(elements=["changes"])
    factories.make_party(signing.agreement, neighbor_partner, office=signing.office_of("Mayor of Millpond"))
    signing.agreement.refresh_from_db()
    signing.send()
    for request in SignatureRequest.objects.filter(status="open"):
        signatures.record_scan(
            request, name="Signed", signed_on=timezone.localdate(NOW), scan=scan_of(signing), by=signing.staff, at=NOW
        )
    joined = {str(party): party.effective_on for party in mou.parties.current()}
    later = timezone.localdate(NOW) + timedelta(days=30)
    assert joined == {
        neighbor_partner.organization.name: None, partner.organization.name: later, "Mayor of Millpond": later,
    }  # fmt: skip


@pytest.fixture
def in_force(area, partner, cast) -> Signing:
    """An agreement in force whose parties can sign."""
    signing = make_signing(area, partner, cast["staff"], cast["manager"], NOW)
    begun = {
        "effective_on": timezone.localdate(NOW) - timedelta(days=90),
        "executed_on": timezone.localdate(NOW) - timedelta(days=100),
    }
    Agreement.objects.filter(pk=signing.agreement.pk).update(status="executed", **begun)
    return signing


def sign_amendment(signing: Signing, amendment: Agreement) -> None:
    """Send an amendment, and let all sign it on paper."""
    sent = replace(signing, agreement=amendment)
    sent.send()
    for request in SignatureRequest.objects.filter(agreement=amendment):
        signatures.record_scan(
            request, name="Signed", signed_on=timezone.localdate(NOW), scan=scan_of(sent), by=sent.staff, at=NOW
        )
    amendment.refresh_from_db()
    assert amendment.status == "executed"


LATER = timezone.localdate(NOW) + timedelta(days=30)


def test_an_amendment_that_all_sign_ends_the_agreement(as_, in_force):
    page = at("terminate_by_amendment", in_force.agreement.pk)
    assert page in words(as_("staff").get(at("agreement_terminate", in_force.agreement.pk)))
    as_("staff").post(page, {"number": "AMD-1", "title": "End", "effective_on": LATER.isoformat()})
    amendment = Agreement.objects.get(number="AMD-1")
    assert "End of the agreement" in words(as_("staff").get(amendment.get_absolute_url()))
    assert not Agreement.objects.exclude(terminated_on=None).exists()
    sign_amendment(in_force, amendment)
    ended = Agreement.objects.get(pk=in_force.agreement.pk)
    assert (ended.terminated_on, ended.termination_reason) == (LATER, "Amendment AMD-1")


def test_an_amendment_that_all_sign_lets_a_party_leave(as_, in_force, partner):
    party = in_force.agreement.parties.get(partnership=partner)
    page = at("leave_by_amendment", party.pk)
    assert page in words(as_("staff").get(at("party_leave", party.pk)))
    as_("staff").post(page, {"number": "AMD-2", "title": "Departure", "effective_on": LATER.isoformat()})
    amendment = Agreement.objects.get(number="AMD-2")
    assert "Departure of a party" in words(as_("staff").get(amendment.get_absolute_url()))
    sign_amendment(in_force, amendment)
    said = re.sub(r"<[^>]+>", "", FrozenDocument.objects.get().body)
    assert f"{party} leaves agreement {in_force.agreement.number}" in said
    party.refresh_from_db()
    assert (party.left_on, party.departure_reason) == (LATER, "Amendment AMD-2")
    assert in_force.agreement.parties.current().count() == 2


def test_an_amendment_of_what_has_ended_meanwhile_is_signed_all_the_same(as_, in_force):
    given = {"number": "AMD-3", "title": "End", "effective_on": LATER.isoformat()}
    as_("staff").post(at("terminate_by_amendment", in_force.agreement.pk), given)
    ended = {"terminated_on": timezone.localdate(NOW), "termination_reason": "No funds"}
    Agreement.objects.filter(pk=in_force.agreement.pk).update(**ended)
    sign_amendment(in_force, Agreement.objects.get(number="AMD-3"))
    in_force.agreement.refresh_from_db()
    assert in_force.agreement.termination_reason == "No funds"


def test_only_an_executed_agreement_is_ended_and_only_by_an_amendment(as_, signing):
    answer = as_("staff").get(at("terminate_by_amendment", signing.agreement.pk))
    assert answer["Location"] == signing.agreement.get_absolute_url()
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=signing.agreement.pk).update(terminates=True)


@pytest.mark.parametrize("pages", [200, 3])
def test_a_long_annex_is_a_signed_document_with_that_many_pages(as_, area, pages):
    annex = SimpleUploadedFile("annex.pdf", pdf_of(pages))
    typed = {
        "kind": "other", "number": "AGR-20-01", "title": "Annex", "effective_on": "07/01/2020",
        "executed_on": "06/30/2020", "signed_file-upload": annex,
    }  # fmt: skip
    as_("staff").post(at("agreement_record", area.slug), typed)
    agreement = Agreement.objects.get(number="AGR-20-01")
    assert agreement.signed_file
    assert agreement.signed_file.pages == pages
    page = at("element_record", agreement.pk, "agreed")
    refused = words(as_("staff").post(page, {"page": pages + 1}))
    assert f"The document has {pages} pages." in refused
    as_("staff").post(page, {"page": pages})
    assert agreement.element_records.get().page == pages


def test_a_file_that_is_no_pdf_is_refused_and_nothing_typed_is_lost(as_, area):
    typed = {
        "kind": "other", "number": "AGR-20-01", "title": "Library desk", "effective_on": "07/01/2020",
        "executed_on": "06/30/2020", "signed_file-upload": SimpleUploadedFile("mou.pdf", b"MZ not a PDF"),
    }  # fmt: skip
    page = words(as_("staff").post(at("agreement_record", area.slug), typed))
    assert 'value="Library desk"' in page
    assert "PDF" in page.partition("signed_file")[2]
    assert not Agreement.objects.exists()
