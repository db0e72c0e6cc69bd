"""The mark that limits htmx to elements of our templates."""

import json
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Membership
from tests import factories


def config_of(page: str) -> dict[str, object]:
    """Return the htmx configuration of a page."""
    found = re.search(r'<meta name="htmx-config" content="([^"]*)">', page)
    assert found
    return dict(json.loads(unescape(found[1])))


def marks_of(page: str) -> set[str]:
    """Return the marks in a page: of its elements, and in the htmx configuration."""
    return set(re.findall(r'data-op-live="(\w+)"', unescape(page).replace('\\"', '"')))


def test_a_page_and_its_parts_have_the_mark_of_the_session(as_, cast, area):
    notice = factories.make_inbox_notice(cast["manager"])
    url = reverse("notices:notice_detail", args=[notice.pk])
    [mark] = marks_of(as_("manager").get(url).content.decode())
    assert len(mark) == 32
    assert marks_of(as_("manager").get(reverse("notices:inbox")).content.decode()) == {mark}
    other = Client()
    other.force_login(cast["staff"])
    assert marks_of(other.get(reverse("accounts:profile")).content.decode()) != {mark}


def test_htmx_may_not_run_code_cache_pages_or_request_other_sites(as_):
    config = config_of(as_("staff").get(reverse("accounts:profile")).content.decode())
    assert (config["allowEval"], config["allowScriptTags"], config["allowNestedOobSwaps"]) == (False, False, False)
    assert (config["selfRequestsOnly"], config["disableInheritance"], config["historyCacheSize"]) == (True, True, 0)
    assert "hx-headers" not in as_("staff").get(reverse("accounts:profile")).content.decode()


def test_a_public_page_sets_no_cookie_for_its_mark(client, area):
    answer = client.get(reverse("partners:directory_area", args=[area.slug]))
    assert len(marks_of(answer.content.decode())) == 1
    assert not answer.cookies


@pytest.mark.django_db
def test_a_page_has_one_mark_even_if_it_sets_the_csrf_cookie(client):
    answer = client.get(reverse("components"))
    assert "csrftoken" in answer.cookies
    assert 'hx-get="' in answer.content.decode()
    assert len(marks_of(answer.content.decode())) == 1


def test_a_person_with_a_confirmation_link_has_their_own_mark(client, cast, partner):
    question = factories.make_request(partner, Membership.objects.get(user=cast["manager"]))
    url = reverse("partners:confirm", args=[question.token])
    [public] = marks_of(client.get(reverse("partners:directory")).content.decode())
    [mark] = marks_of(client.get(url).content.decode())
    assert mark != public
    assert marks_of(client.get(url).content.decode()) == {mark}
    assert marks_of(Client().get(url).content.decode()) != {mark}
