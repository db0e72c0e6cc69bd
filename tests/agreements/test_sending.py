"""Send an agreement for signature, freeze its text, and take it back."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.utils import timezone

from agreements.drafting import clauses, parties
from agreements.drafting.locking import CannotDraft
from agreements.models import (
    Agreement,
    Clause,
    FrozenDocument,
    Sending,
    Signature,
    SignatureRequest,
)
from agreements.signing import freezing, sending, signatures
from agreements.signing.sending import CannotSend
from onestop.notices.models import Notice
from onestop.ui.markup import NotFrozen
from partners.models import Tenure
from tests import hostile
from tests.agreements.signing_world import MAYOR, NOW, TRACE, at, page_of, words


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
        send(sign_by=timezone.localdate(NOW) - timedelta(days=2))
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
