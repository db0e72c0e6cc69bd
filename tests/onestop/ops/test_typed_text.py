"""Invisible characters are removed: control characters, and those that override the direction of text."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from onestop.ops.typed_text import printable_query
from partners.models import Organization


@pytest.mark.django_db
def test_unprintable_characters_are_removed_from_forms(as_, partner):
    organization = partner.organization
    url = reverse("partners:organization_edit", args=[organization.pk])
    form = as_("manager").get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    name = "Mill\x00race\x01 \u202eAdult\u202c \u2066Learn\u2069ing \u05d0\u200f \u0645\u06cc\u200c\u062e"
    data |= {"name": name, "version": form.version, "description": "One\r\ntwo\tthree"}
    answer = as_("manager").post(url, data)
    assert answer.status_code == 302
    saved = Organization.objects.get(pk=organization.pk)
    assert saved.name == "Millrace Adult Learning \u05d0\u200f \u0645\u06cc\u200c\u062e"
    assert saved.description.split() == ["One", "two", "three"]


def test_data_without_unprintable_characters_is_not_copied():
    sent = QueryDict("name=Zo%C3%AB&pick=1&pick=2&text=a%0D%0Ab%09c")
    assert printable_query(sent) is sent
    clean = printable_query(QueryDict("na%01me=a%E2%80%AEb&pick=1&pick=2%7F"))
    assert dict(clean.lists()) == {"name": ["ab"], "pick": ["1", "2"]}
    with pytest.raises(AttributeError, match="immutable"):
        clean["name"] = "x"


@pytest.mark.django_db
def test_unprintable_characters_break_no_search(as_, area):
    url = reverse("partners:search", args=[area.slug])
    assert as_("staff").get(url, {"q": "a\x00\u202eb"}).status_code == 200
