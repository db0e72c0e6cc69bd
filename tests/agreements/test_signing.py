"""Sign signed in and in turn; reminders; a signature never changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, transaction

from agreements.drafting import parties
from agreements.drafting.locking import CannotDraft
from agreements.models import (
    Delegation,
    FrozenDocument,
    Sending,
    Signature,
    SignatureRequest,
)
from agreements.notices.signing import SIGN
from agreements.signing import sending, signatures
from agreements.signing.signatures import CannotSign
from onestop.notices.models import Notice
from partners.models import Tenure
from tests import factories
from tests.agreements.signing_world import MAYOR, NOW, SIGNED, TRACE, at, words


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
