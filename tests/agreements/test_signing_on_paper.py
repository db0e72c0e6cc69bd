"""Record signatures on paper with their scans."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agreements.models import (
    Signature,
    SigningLink,
)
from agreements.signing import signatures
from agreements.signing.signatures import CannotSign
from tests.agreements.signing_world import NOW, at, scan_of, words


def test_the_staff_record_a_signature_on_paper_and_vouch_for_it(as_, sent):
    request = sent.request_of("Mayor of Millpond")
    page = words(as_("staff").get(at("scan", request.pk)))
    assert 'value="Sam Sample"' in page
    signature = signatures.record_scan(
        request, name="Sam Sample", signed_on=timezone.localdate(NOW), scan=scan_of(sent), by=sent.staff, at=NOW
    )
    assert (signature.way, signature.vouched_by, signature.consent) == ("scan", sent.staff, "")
    assert "On paper (vouched for by Dana Whitcomb)" in words(as_("staff").get(sent.agreement.get_absolute_url()))
    assert SigningLink.objects.get(request=request).why_over(NOW) == "signed"


@pytest.mark.parametrize(
    ("days", "error"), [(1, "This day is in the future."), (-3, "A signature on an earlier one is of another text.")]
)
def test_a_paper_is_dated_after_the_text_was_sent(sent, days, error):
    request = sent.request_of("Mayor of Millpond")
    with pytest.raises(CannotSign, match=error):
        signatures.record_scan(
            request,
            name="Sam",
            signed_on=timezone.localdate(NOW) + timedelta(days=days),
            scan=scan_of(sent),
            by=sent.staff,
            at=NOW,
        )


def test_a_scan_of_another_kind_is_refused_and_nothing_typed_is_lost(as_, sent):
    heic = SimpleUploadedFile("page.heic", b"\x00\x00\x00\x18ftypheic" + bytes(200))
    typed = {"name": "Sam Q. Sample", "signed_on": f"{NOW:%m/%d/%Y}", "vouches": "on", "scan-upload": heic}
    page = words(as_("staff").post(at("scan", sent.request_of("Mayor of Millpond").pk), typed))
    assert "PDF, PNG or JPEG" in page
    assert "Sam Q. Sample" in page
    assert not Signature.objects.exists()
