"""Sign and decline by an emailed link with a code, without an account."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.models import (
    Sending,
    Signature,
    SignatureRequest,
    SigningLink,
)
from agreements.signing import sending, signatures
from agreements.signing.signatures import CannotSign, Trace
from onestop.accounts.emailed_links import LinkIsOver
from onestop.notices.models import Notice, OneTimeCode
from partners.models import Tenure
from tests import factories, hostile
from tests.agreements.signing_world import MAYOR, NOW, TRACE, at, code_of, page_of, words


def test_the_mayor_signs_by_a_link_and_a_code_without_an_account(client, sent, link):
    page = words(client.get(page_of(link)))
    assert "For Sam Sample. This link is yours alone" in page
    assert "two desks" in page
    assert "You sign as Mayor of Millpond." in page
    said = words(client.post(page_of(link, "link_code"), follow=True))
    assert "We sent a code to m…@millpond.example." in said
    typed = {"code": code_of(link), "name": "Sam Sample", "consent": "on"}
    answer = client.post(page_of(link), typed, follow=True)
    assert "Your signature is recorded." in words(answer)
    signature = Signature.objects.get()
    assert (signature.way, signature.user, signature.email) == ("link", None, MAYOR)
    assert client.get(page_of(link, "link_text_file")).status_code == 200
    assert client.get(page_of(link, "link_executed_file")).status_code == 404  # the director has not signed


def test_opening_the_page_signs_nothing_and_is_noted_only_by_a_person(client, link):
    client.get(page_of(link))
    link.refresh_from_db()
    assert link.opened_at is None
    assert client.post(page_of(link, "link_opened")).status_code == 204
    link.refresh_from_db()
    assert link.opened_at
    assert not Signature.objects.exists()


def test_without_the_code_a_forwarded_link_signs_nothing(client, link):
    typed = {"name": "Someone Else", "consent": "on"}
    assert "Enter the code that we sent you by email." in words(client.post(page_of(link), typed))
    client.post(page_of(link, "link_code"))
    right = code_of(link)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _try in range(5):
        page = words(client.post(page_of(link), typed | {"code": wrong}))
    assert "was tried too often" in page
    page = words(client.post(page_of(link), typed | {"code": right}))
    assert "expired or was already used" in page
    assert 'value="Someone Else"' in page  # nothing typed is lost
    assert not Signature.objects.exists()


def test_a_code_is_not_used_up_by_an_error_elsewhere_in_the_form(client, link):
    client.post(page_of(link, "link_code"))
    code = code_of(link)
    assert "Type your full name." in words(client.post(page_of(link), {"code": code, "name": "", "consent": "on"}))
    client.post(page_of(link), {"code": code, "name": "Sam Sample", "consent": "on"})
    assert Signature.objects.count() == 1
    assert OneTimeCode.objects.get().used_at


def test_the_staff_see_neither_link_nor_code(as_, client, sent, link):
    client.post(page_of(link, "link_code"))
    code = code_of(link)
    asked = Notice.objects.get(kind="agreements.sign", to=MAYOR)
    mailed = Notice.objects.get(kind="notices.code")
    for notice in (asked, mailed):
        for name in ("notice_detail", "notice_mail"):
            answer = as_("staff").get(reverse(f"partners:{name}", args=[sent.agreement.area.slug, notice.pk]))
            assert answer.status_code == (404 if notice == mailed else 200)
            assert link.token not in answer.content.decode()
            assert code not in answer.content.decode()


@pytest.mark.parametrize("name", ["sign_by_link", "link_decline", "link_delegate", "link_text_file"])
def test_a_link_that_is_over_or_not_ours_says_so(client, sent, link, name):
    assert client.get(at(name, "1-abc.def")).status_code == 404
    SigningLink.objects.update(expires_at=NOW - timedelta(days=1), asked_at=NOW - timedelta(days=90))
    page = client.get(page_of(link, name))
    assert page.status_code == 410
    assert "This link has expired" in words(page)


def test_a_newer_link_ends_the_one_before(client, sent, link):
    signatures.ask_again(link.request, by=sent.staff, at=NOW + timedelta(hours=2))
    page = client.get(page_of(link))
    assert page.status_code == 410
    assert "This link was replaced by a newer one" in words(page)
    assert client.get(page_of(sent.link_of("Mayor of Millpond"))).status_code == 200
    with pytest.raises(CannotSign, match="less than an hour ago"):
        signatures.ask_again(link.request, by=sent.staff, at=NOW + timedelta(hours=2, minutes=5))


def test_a_link_signs_once(client, sent, link):
    sign = partial(signatures.sign_by_link, link, name="Sam Sample", trace=TRACE, by=None, at=NOW)
    sign()
    with pytest.raises(CannotSign, match="signed already"):
        sign()
    assert "Signed by Sam Sample" in words(client.get(page_of(link)))


def test_who_has_left_the_office_signs_no_more_and_the_staff_see_it(as_, client, sent, link):
    today = timezone.localdate()
    Tenure.objects.filter(name="Sam Sample").update(ended_on=today - timedelta(days=1))
    assert "Nobody holds this office now." in words(as_("staff").get(sent.agreement.get_absolute_url()))
    office = link.request.office
    factories.make_tenure(office, name="Nia Newcomer", email="nia@millpond.example", from_on=today)
    page = words(as_("staff").get(sent.agreement.get_absolute_url()))
    assert "Sam Sample was asked. Nia Newcomer holds this office now." in page
    answer = Client().get(page_of(link))
    assert (answer.status_code, "Someone else signs now" in words(answer)) == (410, True)
    with pytest.raises(LinkIsOver):
        signatures.sign_by_link(link, name="Sam Sample", trace=TRACE, by=None, at=timezone.now())
    as_("staff").post(at("ask_again", link.request.pk))
    assert sent.link_of("Mayor of Millpond").email == "nia@millpond.example"


def test_a_new_holder_is_named_beside_what_the_one_before_has_signed(as_, sent):
    sent.sign_all()
    today = timezone.localdate()
    Tenure.objects.filter(name="Sam Sample").update(ended_on=today - timedelta(days=1))
    office = SignatureRequest.objects.get(title="Mayor of Millpond").office
    factories.make_tenure(office, name="Nia Newcomer", email="nia@millpond.example", from_on=today)
    page = words(as_("staff").get(sent.agreement.get_absolute_url()))
    assert "Nia Newcomer holds this office now. The signature stays valid." in page


def test_the_mayor_declines_by_link_with_a_code(client, link):
    client.post(page_of(link, "link_code"), {"page": "agreements:link_decline"})
    typed = {"reason": "The council has not voted.", "code": code_of(link)}
    client.post(page_of(link, "link_decline"), typed)
    answer = client.get(page_of(link))
    assert (answer.status_code, "You declined to sign" in words(answer)) == (410, True)


def test_hostile_text_in_a_signature_is_shown_as_text(as_, client, sent, link):
    name, director = hostile.text(150), sent.request_of("Director")
    signatures.sign_by_link(link, name=name, trace=Trace("127.0.0.1", name), by=None, at=NOW)
    signatures.decline(director, reason=name, by=sent.director, at=NOW)
    sending.void_sending(Sending.objects.get(), reason=name, by=sent.staff, at=NOW)
    mark = hostile.MARK.search(name)
    assert mark
    pages = [
        as_("staff").get(sent.agreement.get_absolute_url()),
        as_("staff").get(at("agreement_history", sent.agreement.pk)),
        as_("staff").get(director.get_absolute_url()),
    ]
    for page in pages:
        text = page.content.decode()
        assert mark.group() in text
        assert f"<img src=/{mark.group()}" not in text
        assert f"<i hx-post=/{mark.group()}" not in text
