"""Send an agreement, sign it signed in, by a link or on paper, decline, delegate, take it back; who may do what."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InternalError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.drafting import clauses, parties
from agreements.drafting.locking import CannotDraft
from agreements.models import (
    Agreement,
    Clause,
    Delegation,
    FrozenDocument,
    Sending,
    Signature,
    SignatureRequest,
    SigningLink,
)
from agreements.notices.signing import SIGN
from agreements.signing import delegations, freezing, sending, signatures
from agreements.signing.sending import CannotSend
from agreements.signing.signatures import CannotSign, Trace
from onestop.accounts.emailed_links import LinkIsOver
from onestop.notices.models import Notice, OneTimeCode
from onestop.ui.markup import NotFrozen
from partners.models import Tenure
from tests import factories, hostile
from tests.agreements.signing_world import MAYOR, Signing, make_signing
from tests.at_once import second_waits_for

NOW = timezone.now()
TRACE = Trace("127.0.0.1", "A browser")
SIGNED = {"name": "Joel Abara", "consent": "on"}


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def signing(area, partner, cast) -> Signing:
    return make_signing(area, partner, cast["staff"], cast["manager"], NOW)


@pytest.fixture
def sent(signing) -> Signing:
    signing.send(message="Please read clause 1.", sign_by=NOW.date() + timedelta(days=21))
    return signing


# ---------------------------------------------------------------- Sending
def test_the_page_shows_who_signs_and_what_is_missing(as_, signing):
    page = words(as_("staff").get(at("send", signing.agreement.pk)))
    assert "Everything that the law requires is met or excepted." in page
    assert "Joel Abara" in page
    assert MAYOR in page
    Clause.objects.update(text="")
    page = words(as_("staff").get(at("send", signing.agreement.pk)))
    assert "What was agreed: The clause has no text yet." in page
    assert 'type="submit"> <svg' not in page.partition("<form")[2]


def test_nothing_is_sent_with_a_hole_or_without_people(signing):
    send = partial(sending.send_for_signature, signing.agreement, by=signing.staff, at=NOW)
    text = Clause.objects.get().text
    Clause.objects.update(text="")
    with pytest.raises(CannotSend, match="Not complete yet: What was agreed"):
        send()
    Clause.objects.update(text=text)
    Tenure.objects.filter(name="Sam Sample").update(email="")
    with pytest.raises(CannotSend, match="Mayor of Millpond"):
        send()
    Tenure.objects.filter(name="Sam Sample").update(email=MAYOR)
    with pytest.raises(CannotSend, match="in the past"):
        send(sign_by=NOW.date() - timedelta(days=2))
    assert not Sending.objects.exists()


def test_sending_freezes_the_text_and_asks_each_in_their_way(as_, signing):
    as_("staff").post(at("send", signing.agreement.pk), {"message": "Please read.", "sign_by": ""})
    document = FrozenDocument.objects.get()
    assert "<strong>two desks</strong>" in document.body
    assert "Mayor of Millpond and" in document.body
    assert not Notice.objects.filter(kind="agreements.sign").exists()  # the PDF is not there yet
    assert SignatureRequest.objects.filter(status="waiting").count() == 2
    freezing.MAKER.work_on(document.pk, at=NOW)
    document.refresh_from_db()
    assert document.status == "ready"
    mails = {notice.to: notice for notice in Notice.objects.filter(kind="agreements.sign")}
    assert set(mails) == {MAYOR, signing.director.email}
    assert mails[signing.director.email].url == signing.request_of("Director").get_absolute_url()
    link = signing.link_of("Mayor of Millpond")
    assert link.address in mails[MAYOR].text
    assert "Please read." in mails[MAYOR].text


def test_what_was_sent_cannot_be_changed(sent):
    for act in (
        partial(clauses.update_clause, Clause.objects.get(), facts={"text": "Less."}),
        partial(parties.remove_party, sent.agreement.parties.first()),
    ):
        with pytest.raises(CannotDraft, match="sent for signature"):
            act(by=sent.staff, at=NOW)
    rows = FrozenDocument.objects.filter(sending__agreement=sent.agreement)
    for change in ({"body": "Other words"}, {"html_sha256": "0" * 64}, {"sha256": "0" * 64}):
        with pytest.raises(InternalError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        rows.delete()


def test_a_text_that_is_not_the_frozen_one_is_never_shown(sent):
    document = FrozenDocument.objects.get()
    document.body += " and a third desk"
    with pytest.raises(NotFrozen):
        _ = document.shown_html


def test_the_pages_show_the_frozen_text_whatever_changes_around_it(as_, sent, partner):
    partner.organization.name = "Renamed College"
    partner.organization.save()
    page = words(as_("manager").get(sent.request_of("Director").get_absolute_url()))
    assert FrozenDocument.objects.get().body.split("<h2>")[-1].strip().split("\n")[0] in page
    assert "Renamed College" not in page.partition("op-frozen")[2].partition("</section>")[0]


def test_a_text_taken_back_before_its_pdf_is_there_is_sent_to_nobody(signing):
    live = sending.send_for_signature(signing.agreement, by=signing.staff, at=NOW)
    sending.void_sending(live, reason="A typo.", by=signing.staff, at=NOW)
    freezing.MAKER.work_on(live.document.pk, at=NOW)
    assert not Notice.objects.filter(kind="agreements.sign").exists()


# ---------------------------------------------------------------- Signed in
def test_the_holder_of_an_office_signs_signed_in(as_, sent):
    request = sent.request_of("Director")
    page = words(as_("manager").get(request.get_absolute_url()))
    assert "You sign as Director for" in page
    assert "Please read clause 1." in page
    answer = as_("manager").post(request.get_absolute_url(), SIGNED, HTTP_USER_AGENT="A browser")
    assert answer.status_code == 302
    signature = Signature.objects.get()
    assert (signature.way, signature.name, signature.holder) == ("account", "Joel Abara", "Joel Abara")
    assert (signature.title, signature.email, signature.ip) == ("Director", sent.director.email, "127.0.0.1")
    document = FrozenDocument.objects.get()
    assert (signature.html_sha256, signature.pdf_sha256) == (document.html_sha256, document.sha256)
    assert "I sign as Director for" in signature.consent
    page = words(as_("manager").get(request.get_absolute_url()))
    assert "Signed by Joel Abara" in page


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"name": "", "consent": "on"}, "Type your full name."),
        ({"name": "---", "consent": "on"}, "Type your full name."),
        ({"name": "Joel Abara"}, "Check the box, or decline to sign."),
    ],
)
def test_without_name_or_consent_nothing_is_signed(as_, sent, typed, error):
    page = words(as_("manager").post(sent.request_of("Director").get_absolute_url(), typed))
    assert error in page
    assert not Signature.objects.exists()


def test_only_the_holder_signs_and_strangers_see_nothing(as_, sent):
    page = sent.request_of("Director").get_absolute_url()
    assert "You can read it." in words(as_("staff").get(page))
    for who in ("staff", "board"):
        assert "You can read it." in words(as_(who).post(page, SIGNED))
    for who in ("neighbor", "stranger", "nobody"):
        assert as_(who).get(page).status_code == 404
    assert not Signature.objects.exists()


def test_a_holder_without_a_seat_in_the_area_signs_all_the_same(as_, signing, cast):
    Tenure.objects.filter(name="Sam Sample").update(user=cast["nobody"])
    signing.send()
    request = signing.request_of("Mayor of Millpond")
    assert as_("nobody").get(request.get_absolute_url()).status_code == 200
    assert as_("nobody").get(at("sign_text_file", request.pk)).status_code == 200
    assert "Desks and a screen reader" in words(as_("nobody").get(at("to_sign")))
    as_("nobody").post(request.get_absolute_url(), {"name": "Hollis Lindqvist", "consent": "on"})
    assert Signature.objects.get().user == cast["nobody"]


def test_the_list_shows_what_waits_and_what_was_signed(as_, sent, queries_of):
    assert "Desks and a screen reader" in words(as_("manager").get(at("to_sign")))
    assert "Nothing waits for your signature" in words(as_("staff").get(at("to_sign")))
    as_("manager").post(sent.request_of("Director").get_absolute_url(), SIGNED)
    page = words(as_("manager").get(at("to_sign")))
    assert "Nothing waits for your signature" in page
    assert "Signed by you" in page


# ---------------------------------------------------------------- By a link
def code_of(link: SigningLink) -> str:
    notice = Notice.objects.filter(kind="notices.code", to=link.email).order_by("-pk").first()
    assert notice
    found = re.search(r"\b\d{6}\b", notice.text)
    assert found
    return found.group()


@pytest.fixture
def link(sent) -> SigningLink:
    return sent.link_of("Mayor of Millpond")


def page_of(link: SigningLink, name: str = "sign_by_link") -> str:
    return at(name, link.token)


def test_the_mayor_signs_by_a_link_and_a_code_without_an_account(client, sent, link):
    page = words(client.get(page_of(link)))
    assert "For Sam Sample. This link is yours alone" in page
    assert "two desks" in page
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


# ---------------------------------------------------------------- On paper
def scan_of(sent: Signing, **fields: Any) -> Any:
    return factories.make_file(use="agreements.scan", name="page.pdf", by=sent.staff, **fields)


def test_the_staff_record_a_signature_on_paper_and_vouch_for_it(as_, sent):
    request = sent.request_of("Mayor of Millpond")
    page = words(as_("staff").get(at("scan", request.pk)))
    assert 'value="Sam Sample"' in page
    signature = signatures.record_scan(
        request, name="Sam Sample", signed_on=NOW.date(), scan=scan_of(sent), by=sent.staff, at=NOW
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
            request, name="Sam", signed_on=NOW.date() + timedelta(days=days), scan=scan_of(sent), by=sent.staff, at=NOW
        )


def test_a_scan_of_another_kind_is_refused_and_nothing_typed_is_lost(as_, sent):
    heic = SimpleUploadedFile("page.heic", b"\x00\x00\x00\x18ftypheic" + bytes(200))
    typed = {"name": "Sam Q. Sample", "signed_on": f"{NOW:%m/%d/%Y}", "vouches": "on", "scan-upload": heic}
    page = words(as_("staff").post(at("scan", sent.request_of("Mayor of Millpond").pk), typed))
    assert "PDF, PNG or JPEG" in page
    assert "Sam Q. Sample" in page
    assert not Signature.objects.exists()


# ---------------------------------------------------------------- Not signing
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


def test_the_mayor_declines_by_link_with_a_code(client, link):
    client.post(page_of(link, "link_code"), {"page": "agreements:link_decline"})
    typed = {"reason": "The council has not voted.", "code": code_of(link)}
    client.post(page_of(link, "link_decline"), typed)
    answer = client.get(page_of(link))
    assert (answer.status_code, "You declined to sign" in words(answer)) == (410, True)


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


def test_taking_back_ends_links_and_tells_everyone_who_was_asked(as_, client, sent, link):
    signatures.sign_signed_in(sent.request_of("Director"), name="Joel Abara", trace=TRACE, by=sent.director, at=NOW)
    assert "Enter why it is taken back." in words(as_("staff").post(at("void", sent.agreement.pk), {"reason": " "}))
    as_("staff").post(at("void", sent.agreement.pk), {"reason": "The hours have changed."})
    sent.agreement.refresh_from_db()
    assert sent.agreement.status == "review"
    told = set(Notice.objects.filter(kind="agreements.voided").values_list("to", flat=True))
    assert told == {MAYOR, sent.director.email}
    answer = Client().get(page_of(link))
    assert (answer.status_code, "The agreement was taken back" in words(answer)) == (410, True)
    assert Signature.objects.count() == 1  # it stays on record
    again = sent.send()
    assert again.number == 2
    page = words(as_("staff").get(sent.agreement.get_absolute_url()))
    assert "Taken back 1 time before" in page


# ---------------------------------------------------------------- Turns
def test_co_signers_of_one_party_sign_in_turn(signing, partner, cast):
    party = signing.agreement.parties.get(partnership=partner)
    treasurer = factories.make_office(partner.organization, kind="other", title="Treasurer")
    factories.make_tenure(treasurer, name="Tess Treasurer", email="tess@college.example")
    parties.add_co_signer(party, office=treasurer, turn=2, by=signing.staff, at=NOW)
    with pytest.raises(CannotDraft, match=r"signs for .* already"):
        parties.add_co_signer(party, office=treasurer, turn=1, by=signing.staff, at=NOW)
    signing.send()
    later = signing.request_of("Treasurer")
    assert later.status == "waiting"
    with pytest.raises(CannotSign, match="not your turn"):
        signatures.record_scan(later, name="Tess", signed_on=NOW.date(), scan=None, by=signing.staff, at=NOW)
    signatures.sign_signed_in(
        signing.request_of("Director"), name="Joel", trace=TRACE, by=signing.director, at=NOW
    )  # fmt: skip
    assert signing.request_of("Treasurer").status == "open"
    assert Notice.objects.filter(kind="agreements.sign", to="tess@college.example").exists()


def test_an_address_that_is_too_long_is_said_and_nothing_typed_is_lost(as_, sent):
    typed = {"name": "Alex Deputy", "email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 20}.example"}
    page = words(as_("manager").post(at("sign_delegate", sent.request_of("Director").pk), typed | {"authority": "Law"}))
    assert "id_email_error" in page
    assert 'value="Alex Deputy"' in page
    assert not Delegation.objects.exists()


def test_what_people_typed_is_text_in_the_frozen_html(signing):
    said = {name: hostile.text(150) for name in ("title", "clause", "party")}
    Agreement.objects.filter(pk=signing.agreement.pk).update(title=said["title"])
    Clause.objects.update(title=said["clause"], text=f"{said['clause']} and what is agreed besides, in many words.")
    signing.agreement.parties.filter(partnership=None).update(name=said["party"])
    signing.agreement.refresh_from_db()
    signing.send()
    shown = FrozenDocument.objects.get().shown_html
    for name in ("clause", "party"):
        mark = hostile.MARK.search(said[name])
        assert mark
        assert mark.group() in shown
        assert not re.search(rf"<(img|i)\b[^>]*{mark.group()}", shown)


# ---------------------------------------------------------------- Joining by an amendment
def test_who_signs_an_amendment_joins_the_agreement_from_its_effective_date(area, partner, neighbor_partner, cast):
    dates = {"effective_on": NOW.date() - timedelta(days=90), "executed_on": NOW.date() - timedelta(days=100)}
    mou = factories.make_agreement(area, status="executed", title="MOU", **dates)
    factories.make_party(mou, neighbor_partner)
    signing = make_signing(area, partner, cast["staff"], cast["manager"], NOW)
    Agreement.objects.filter(pk=signing.agreement.pk).update(
        kind="amendment", amends=mou, effective_on=NOW.date() + timedelta(days=30)
    )
    Clause.objects.filter(agreement=signing.agreement).update(elements=["changes"])
    factories.make_party(signing.agreement, neighbor_partner, office=signing.office_of("Mayor of Millpond"))
    signing.agreement.refresh_from_db()
    signing.send()
    for request in SignatureRequest.objects.filter(status="open"):
        signatures.record_scan(
            request, name="Signed", signed_on=NOW.date(), scan=scan_of(signing), by=signing.staff, at=NOW
        )
    joined = {str(party): party.effective_on for party in mou.parties.current()}
    later = NOW.date() + timedelta(days=30)
    assert joined == {
        neighbor_partner.organization.name: None, partner.organization.name: later, "Mayor of Millpond": later,
    }  # fmt: skip


@pytest.fixture
def in_force(area, partner, cast) -> Signing:
    """An agreement in force whose parties can sign."""
    signing = make_signing(area, partner, cast["staff"], cast["manager"], NOW)
    begun = {"effective_on": NOW.date() - timedelta(days=90), "executed_on": NOW.date() - timedelta(days=100)}
    Agreement.objects.filter(pk=signing.agreement.pk).update(status="executed", **begun)
    return signing


def sign_amendment(signing: Signing, amendment: Agreement) -> None:
    """Send an amendment, and let all sign it on paper."""
    sent = replace(signing, agreement=amendment)
    sent.send()
    for request in SignatureRequest.objects.filter(agreement=amendment):
        signatures.record_scan(request, name="Signed", signed_on=NOW.date(), scan=scan_of(sent), by=sent.staff, at=NOW)
    amendment.refresh_from_db()
    assert amendment.status == "executed"


LATER = NOW.date() + timedelta(days=30)


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
    ended = {"terminated_on": NOW.date(), "termination_reason": "No funds"}
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


# ---------------------------------------------------------------- Reminders
def pdf_of(pages: int) -> bytes:
    pdf, data = pikepdf.new(), io.BytesIO()
    for _number in range(pages):
        pdf.add_blank_page()
    pdf.save(data)
    return data.getvalue()


def run_reminders(at_time: Any) -> list[tuple[str, str]]:
    from onestop.notices.notify import notify_many

    notify_many(list(SIGN.planner().plan(at_time)), at=at_time)
    rows = Notice.objects.filter(kind__in=["agreements.sign_reminder", "agreements.unsigned"]).order_by("pk")
    return [(row.kind.rpartition(".")[2], row.to) for row in rows]


def test_reminders_go_out_in_steps_and_stop(sent):
    assert run_reminders(NOW + timedelta(days=4)) == []
    first = {("sign_reminder", MAYOR), ("sign_reminder", sent.director.email)}
    assert set(run_reminders(NOW + timedelta(days=5, hours=1))) == first
    assert len(run_reminders(NOW + timedelta(days=6))) == 2
    assert len(run_reminders(NOW + timedelta(days=13))) == 4
    last = run_reminders(NOW + timedelta(days=21))
    assert last[4:] == [("unsigned", sent.staff.email)] * 2
    assert len(run_reminders(NOW + timedelta(days=40))) == 6
    mayor = sent.link_of("Mayor of Millpond")
    assert mayor.address in Notice.objects.filter(kind="agreements.sign_reminder", to=MAYOR)[0].text


def test_who_has_signed_is_not_reminded(sent):
    signatures.sign_signed_in(sent.request_of("Director"), name="Joel", trace=TRACE, by=sent.director, at=NOW)
    assert run_reminders(NOW + timedelta(days=6)) == [("sign_reminder", MAYOR)]


# ---------------------------------------------------------------- Hostile text
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


# ---------------------------------------------------------------- Two at once
@pytest.mark.django_db(transaction=True)
def test_of_two_last_signatures_at_once_none_is_lost_and_one_executes(area, partner, cast):
    signing = make_signing(area, partner, cast["staff"], cast["manager"], NOW)
    signing.send()
    director, link = signing.request_of("Director"), signing.link_of("Mayor of Millpond")
    second_waits_for(
        lambda: signatures.sign_signed_in(director, name="Joel Abara", trace=TRACE, by=signing.director, at=NOW),
        lambda: signatures.sign_by_link(link, name="Sam Sample", trace=TRACE, by=None, at=NOW),
    )
    agreement = Agreement.objects.get(pk=signing.agreement.pk)
    assert (agreement.status, Signature.objects.count()) == ("executed", 2)
    assert Sending.objects.get().sealed.status == "waiting"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_signed_while_it_is_taken_back(area, partner, cast):
    signing = make_signing(area, partner, cast["staff"], cast["manager"], NOW)
    live = signing.send()
    director = signing.request_of("Director")
    refused = second_waits_for(
        lambda: sending.void_sending(live, reason="A typo.", by=signing.staff, at=NOW),
        lambda: signatures.sign_signed_in(director, name="Joel", trace=TRACE, by=signing.director, at=NOW),
    )
    assert isinstance(refused, CannotSign)
    assert "Nothing was recorded." in str(refused)
    assert not Signature.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_executed_at_the_same_moment_is_not_taken_back(area, partner, cast):
    signing = make_signing(area, partner, cast["staff"], cast["manager"], NOW)
    live = signing.send()
    signatures.sign_signed_in(signing.request_of("Director"), name="J", trace=TRACE, by=signing.director, at=NOW)
    link = signing.link_of("Mayor of Millpond")
    refused = second_waits_for(
        lambda: signatures.sign_by_link(link, name="Sam Sample", trace=TRACE, by=None, at=NOW),
        lambda: sending.void_sending(live, reason="A typo.", by=signing.staff, at=NOW),
    )
    assert isinstance(refused, CannotSend)
    assert Agreement.objects.get(pk=signing.agreement.pk).status == "executed"


@pytest.mark.django_db(transaction=True)
def test_an_edit_while_it_is_sent_comes_too_late(area, partner, cast):
    signing = make_signing(area, partner, cast["staff"], cast["manager"], NOW)
    clause = Clause.objects.get()
    refused = second_waits_for(
        lambda: sending.send_for_signature(signing.agreement, by=signing.staff, at=NOW),
        lambda: clauses.update_clause(clause, facts={"text": "Less."}, by=signing.staff, at=NOW),
    )
    assert isinstance(refused, CannotDraft)
    assert "Less." not in FrozenDocument.objects.get().body


@pytest.mark.django_db(transaction=True)
def test_a_draft_is_sent_once(area, partner, cast):
    signing = make_signing(area, partner, cast["staff"], cast["manager"], NOW)
    refused = second_waits_for(
        lambda: sending.send_for_signature(signing.agreement, by=signing.staff, at=NOW),
        lambda: sending.send_for_signature(signing.agreement, by=signing.staff, at=NOW),
    )
    assert isinstance(refused, CannotDraft)
    assert Sending.objects.count() == 1


# ---------------------------------------------------------------- Many
def test_the_page_costs_the_same_queries_for_2_and_22_parties(as_, sent, area, queries_of):
    page = sent.agreement.get_absolute_url()
    as_("staff").get(page)
    few = queries_of(lambda: as_("staff").get(page))
    sending.void_sending(Sending.objects.get(), reason="More parties.", by=sent.staff, at=NOW)
    for number in range(20):
        office = factories.make_office(area, title=f"Executive of county {number}")
        factories.make_tenure(office, name=f"Person {number}", email=f"person{number}@county.example")
        factories.make_party(sent.agreement, kind="other", name=f"County {number}", office=office)
    sent.send()
    assert SignatureRequest.objects.filter(status="open").count() == 22
    as_("staff").get(page)
    assert queries_of(lambda: as_("staff").get(page)) <= few + 1  # what was taken back before


def test_a_signature_never_changes(sent):
    sent.sign_all()
    for rows in (Signature.objects.all(), SignatureRequest.objects.filter(status="signed")):
        with pytest.raises(InternalError), transaction.atomic():
            rows.update(title="King")
        with pytest.raises(InternalError), transaction.atomic():
            rows._raw_delete(rows.db)
