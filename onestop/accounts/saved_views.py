"""Save, rename and delete views: the filters and the order of a list, under a name."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.accounts.models import SavedView, User
from onestop.editing.refusals import Refused

MOST_PER_LIST = 50
LONGEST_QUERY = 2000


class CannotSaveView(Refused):
    """A view cannot be saved; the message explains why."""


def all_views_of(user: User) -> QuerySet[SavedView]:
    """Return all saved views of a user, by list."""
    return user.saved_views.order_by("page", Lower("title"), "pk")


def save_view(user: User, *, page: str, title: str, query: str, path: str = "") -> SavedView:
    """Save the filters and the order of a list under a name.

    :raises CannotSaveView: if the name is empty or taken, or the list has too many views already.
    """
    title = _checked_title(title)
    if len(query) > LONGEST_QUERY or len(page) > 120 or len(path) > 200:
        raise CannotSaveView(_("The view has too many filters to be saved. Remove some of them."))
    if user.saved_views.of_page(page).count() >= MOST_PER_LIST:
        text = ngettext(
            "You have saved %(number)d view of this list, the maximum. Delete one first.",
            "You have saved %(number)d views of this list, the maximum. Delete one first.",
            MOST_PER_LIST,
        )
        raise CannotSaveView(text % {"number": MOST_PER_LIST})
    try:
        with transaction.atomic():
            return SavedView.objects.create(user=user, page=page, title=title, query=query.removeprefix("?"), path=path)
    except IntegrityError:
        raise CannotSaveView(_already_there(title)) from None


def rename_view(view: SavedView, *, title: str) -> None:
    """Rename a saved view.

    :raises CannotSaveView: if the name is empty or taken.
    """
    view.title = _checked_title(title)
    try:
        with transaction.atomic():
            view.save(update_fields=["title"])
    except IntegrityError:
        raise CannotSaveView(_already_there(view.title)) from None


def delete_view(view: SavedView) -> None:
    """Delete a saved view."""
    view.delete()


def _already_there(title: str) -> str:
    return _("You already have a view of this list named “%(name)s”.") % {"name": title}


def _checked_title(title: str) -> str:
    title = " ".join(title.split())[: SavedView._meta.get_field("title").max_length]
    if not title:
        raise CannotSaveView(_("Enter a name for the view."))
    return title
