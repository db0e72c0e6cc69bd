"""Two people sign, send, edit and take back at once."""

import pytest

from agreements.drafting import clauses
from agreements.drafting.locking import CannotDraft
from agreements.models import (
    Agreement,
    Clause,
    FrozenDocument,
    Sending,
    Signature,
)
from agreements.signing import sending, signatures
from agreements.signing.sending import CannotSend
from agreements.signing.signatures import CannotSign
from tests.agreements.signing_world import NOW, TRACE, make_signing
from tests.at_once import second_waits_for


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
