"""Partners: the list, each page, adding, keeping right, archiving."""

from django.urls import reverse


def test_list(as_, partner, area):
    answer = as_("staff").get(reverse("partners:partnership_list", args=[area.slug]))
    assert answer.status_code == 200


def test_detail(as_, partner, area):
    answer = as_("staff").get(reverse("partners:partnership_detail", args=[partner.pk]))
    assert answer.status_code == 200


def test_add(as_, partner, area):
    answer = as_("staff").get(reverse("partners:partnership_add", args=[area.slug]))
    assert answer.status_code == 200


def test_edit(as_, partner, area):
    answer = as_("staff").get(reverse("partners:partnership_edit", args=[partner.pk]))
    assert answer.status_code == 200


def test_history(as_, partner, area):
    answer = as_("staff").get(reverse("partners:partnership_history", args=[partner.pk]))
    assert answer.status_code == 200
