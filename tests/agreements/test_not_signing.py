"""Decline to sign, or name another person."""

import pytest
from django.test import Client
from django.utils import timezone

from agreements.models import (
    Delegation,
    SignatureRequest,
)
from agreements.signing import delegations, signatures
from agreements.signing.signatures import CannotSign
from onestop.notices.models import Notice
from tests.agreements.signing_world import NOW, TRACE, at, code_of, page_of, words


def test_declining_tells_the_staff_and_does_not_stop_the_others(as_, sent):
    as_("manager").post(at("sign_decline", sent.request_of("Director").pk), {"reason": "Our board meets in June."})
    request = SignatureRequest.objects.get(title="Director")
    assert (request.status, request.decline_reason) == ("declined", "Our board meets in June.")
    notice = Notice.objects.get(kind="agreements.declined")
    assert (notice.to, "Our board meets in June." in notice.text) == (sent.staff.email, True)
    signatures.sign_by_link(sent.link_of("Mayor of Millpond"), name="Sam Sample", trace=TRACE, by=None, at=NOW)
    assert "1 signature needs you." in words(as_("staff").get(sent.agreement.get_absolute_url()))
    as_("staff").post(at("ask_again", request.pk))
    request.refresh_from_db()
    assert (request.status, request.decline_reason) == ("open", "")


def test_another_person_signs_once_the_staff_confirm_it(as_, client, sent, link):
    client.post(page_of(link, "link_code"), {"page": "agreements:link_delegate"})
    typed = {"name": "Alex Deputy", "email": "Deputy@Millpond.example", "authority": "Resolution 2026-14"}
    client.post(page_of(link, "link_delegate"), typed | {"code": code_of(link)})
    delegation = Delegation.objects.get()
    assert (delegation.status, delegation.email, delegation.asked_by) == (
        "asked", "deputy@millpond.example", "Sam Sample",
    )  # fmt: skip
    assert Notice.objects.filter(kind="agreements.delegated", to=sent.staff.email).exists()
    assert "Is to be signed by Alex Deputy (Resolution 2026-14)" in words(
        as_("staff").get(sent.agreement.get_absolute_url())
    )
    as_("staff").post(at("delegation_decide", delegation.pk), {"answer": "confirm"})
    assert Client().get(page_of(link)).status_code == 410
    new = sent.link_of("Mayor of Millpond")
    assert new.email == "deputy@millpond.example"
    signature = signatures.sign_by_link(new, name="Alex Deputy", trace=TRACE, by=None, at=timezone.now())
    assert (signature.delegated_by, signature.title) == ("Sam Sample", "Mayor of Millpond")


def test_a_delegation_is_refused_and_the_holder_still_signs(sent, link):
    delegation = delegations.delegate_by_link(
        link, name="Alex", email="alex@millpond.example", authority="None", by=None, at=NOW
    )
    with pytest.raises(CannotSign, match="delegated already"):
        delegations.delegate_by_link(link, name="B", email="b@millpond.example", authority="x", by=None, at=NOW)
    delegations.decide_delegation(delegation, confirmed=False, by=sent.staff, at=NOW)
    with pytest.raises(CannotSign, match="decided already"):
        delegations.decide_delegation(delegation, confirmed=True, by=sent.staff, at=NOW)
    signatures.sign_by_link(link, name="Sam Sample", trace=TRACE, by=None, at=NOW)
    with pytest.raises(CannotSign, match="your own address"):
        delegations.delegate(
            sent.request_of("Director"), name="Me", email=sent.director.email, authority="x", by=sent.director, at=NOW
        )
