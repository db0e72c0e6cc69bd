"""Keeping a list as it is filtered and sorted now, to come back to it by name."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from onestop.accounts.models import SavedView, User
from onestop.editing.refusals import Refused

MOST_PER_LIST = 50
LONGEST_QUERY = 2000


class CannotSaveView(Refused):
    """A view cannot be kept under this name; the text says why, for people."""


def all_views_of(user: User) -> QuerySet[SavedView]:
    """Return all views that the user has kept, list by list."""
    return user.saved_views.order_by("page", Lower("title"), "pk")


def save_view(user: User, *, page: str, title: str, query: str, path: str = "") -> SavedView:
    """Keep a list's filters and order under a name.

    :raises CannotKeepView: if the name is empty or taken, or the list has too many views already.
    """
    title = _checked_title(title)
    if len(query) > LONGEST_QUERY or len(page) > 120 or len(path) > 200:
        raise CannotSaveView("This list has too many filters to be kept. Take some away.")
    if user.saved_views.of_page(page).count() >= MOST_PER_LIST:
        raise CannotSaveView(f"You have kept {MOST_PER_LIST} views of this list. Delete one first.")
    try:
        with transaction.atomic():
            return SavedView.objects.create(user=user, page=page, title=title, query=query.removeprefix("?"), path=path)
    except IntegrityError:
        raise CannotSaveView(f"You already have a view of this list named “{title}”.") from None


def rename_view(view: SavedView, *, title: str) -> None:
    """Give a kept view another name.

    :raises CannotKeepView: if the name is empty or taken.
    """
    view.title = _checked_title(title)
    try:
        with transaction.atomic():
            view.save(update_fields=["title"])
    except IntegrityError:
        raise CannotSaveView(f"You already have a view of this list named “{view.title}”.") from None


def delete_view(view: SavedView) -> None:
    """Forget a kept view."""
    view.delete()


def _checked_title(title: str) -> str:
    title = " ".join(title.split())[: SavedView._meta.get_field("title").max_length]
    if not title:
        raise CannotSaveView("Give the view a name.")
    return title
