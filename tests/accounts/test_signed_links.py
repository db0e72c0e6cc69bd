"""Links that prove by themselves what they are for."""

import pytest
from django.core.signing import Signer

from onestop.accounts import signed_links


def test_a_token_says_its_row_and_its_random_part():
    nonce = signed_links.new_nonce()
    link = signed_links.read("confirm", signed_links.sign("confirm", 12, nonce))
    assert link is not None
    assert (link.pk, link.nonce) == (12, nonce)
    assert link.fits(nonce)
    assert not link.fits(signed_links.new_nonce())


def test_a_token_of_one_purpose_is_none_of_another():
    assert signed_links.read("sign", signed_links.sign("confirm", 12, signed_links.new_nonce())) is None


@pytest.mark.parametrize(
    "change", [lambda t: "13" + t[2:], lambda t: t[:-1], lambda t: t + "x", lambda t: "", lambda t: "."]
)
def test_what_was_tampered_with_says_nothing(change):
    token = signed_links.sign("confirm", 12, signed_links.new_nonce())
    assert signed_links.read("confirm", change(token)) is None


@pytest.mark.parametrize("content", ["12", "12-short", "-" + "a" * 24, "x-" + "a" * 24, "9" * 30 + "-" + "a" * 24])
def test_even_signed_nonsense_says_nothing(content):
    token = Signer(sep=".", salt="onestop.accounts.signed_links.confirm").sign(content)
    assert signed_links.read("confirm", token) is None


def test_a_token_outlives_a_change_of_the_key_as_long_as_the_old_one_is_kept(settings):
    token = signed_links.sign("confirm", 12, signed_links.new_nonce())
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key altogether"
    assert signed_links.read("confirm", token) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert signed_links.read("confirm", token) is not None
