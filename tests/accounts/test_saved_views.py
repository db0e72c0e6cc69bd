"""Keeping the view of a list under a name."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from onestop.accounts import saved_views
from onestop.accounts.models import SavedView, User
from onestop.accounts.saved_views import CannotSaveView
from tests.factories import make_user

PAGE = "riverbend/partners"


@pytest.fixture
def view(dana: User) -> SavedView:
    return saved_views.save_view(dana, page=PAGE, title="Lapsed", query="?status=lapsed&sort=name", path="/somewhere/")


def test_a_view_is_kept_per_person_and_list(dana: User, view: SavedView) -> None:
    saved_views.save_view(dana, page="riverbend/services", title="Lapsed", query="q=1")
    saved_views.save_view(dana, page=PAGE, title="All mine", query="")
    assert [kept.title for kept in dana.saved_views.of_page(PAGE)] == ["All mine", "Lapsed"]
    assert view.address == "/somewhere/?status=lapsed&sort=name"
    assert not make_user().saved_views.of_page(PAGE).exists()


@pytest.mark.parametrize(
    ("title", "query", "why"),
    [
        (" ", "", "Enter a name for the view"),
        ("LAPSED", "", "already have a view"),
        ("Long", "q=" + "x" * 2000, "too many filters"),
    ],
)
def test_what_cannot_be_kept(dana: User, view: SavedView, title: str, query: str, why: str) -> None:
    with pytest.raises(CannotSaveView, match=why):
        saved_views.save_view(dana, page=PAGE, title=title, query=query)


def test_a_list_holds_fifty_views(dana: User) -> None:
    SavedView.objects.bulk_create([SavedView(user=dana, page=PAGE, title=f"View {n}") for n in range(50)])
    with pytest.raises(CannotSaveView, match="Delete one first"):
        saved_views.save_view(dana, page=PAGE, title="One more", query="")


def test_the_database_holds_the_rules_too(dana: User, view: SavedView) -> None:
    for title in ("lapsed", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedView.objects.create(user=dana, page=PAGE, title=title)


def test_keeping_renaming_and_deleting_by_the_pages(client: Client, dana: User) -> None:
    client.force_login(dana)
    here = "/account/profile/?status=lapsed&page=2"
    kept = {"page": PAGE, "title": "Mine", "query": "status=lapsed", "next": here}
    assert client.post(reverse("accounts:view_keep"), kept)["Location"] == here
    view = SavedView.objects.get()
    assert view.address == "/account/profile/?status=lapsed"
    assert 'href="/account/profile/?status=lapsed"' in client.get(reverse("accounts:view_list")).content.decode()

    rename = reverse("accounts:view_rename", args=[view.pk])
    saved_views.save_view(dana, page=PAGE, title="Taken", query="")
    assert "already have a view" in client.post(rename, {"title": "taken"}).content.decode()
    assert client.post(rename, {"title": "Yours"})["Location"] == reverse("accounts:view_list")
    view.refresh_from_db()
    assert view.title == "Yours"

    client.post(reverse("accounts:view_delete", args=[view.pk]))
    assert [left.title for left in SavedView.objects.all()] == ["Taken"]


def test_a_refusal_is_told_on_the_list(client: Client, dana: User, view: SavedView) -> None:
    client.force_login(dana)
    again = {"page": PAGE, "title": "Lapsed", "query": "", "next": "/account/profile/"}
    page = client.post(reverse("accounts:view_keep"), again, follow=True).content.decode()
    assert "You already have a view of this list named “Lapsed”." in page


def test_somebody_elses_view_is_not_found(client: Client, view: SavedView) -> None:
    client.force_login(make_user())
    assert client.get(reverse("accounts:view_rename", args=[view.pk])).status_code == 404
    assert client.post(reverse("accounts:view_delete", args=[view.pk])).status_code == 404
    assert "Lapsed" not in client.get(reverse("accounts:view_list")).content.decode()
