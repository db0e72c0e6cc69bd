"""Saved views of lists."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from onestop.ui.written_queries import written_once


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Querysets of saved views."""

    def of_page(self, page: str) -> "SavedViewQuerySet":
        """Return the views of one list, by name."""
        return self.filter(page=page).order_by(Lower("title"), "pk")


@written_once
def saved_views_of(user: int, page: str) -> models.QuerySet["SavedView"]:
    """Return the views that a person has saved of one list, by name."""
    return SavedView.objects.filter(user=user).of_page(page)


class SavedView(models.Model):
    """The filters and the order of a list, saved by one person under a name.

    ``page`` is the key of the list, with its area if it has one; ``path`` is its address.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=120)
    title = models.CharField(_("name"), max_length=80)
    path = models.CharField(max_length=200, blank=True)
    query = models.CharField(max_length=2000, blank=True)
    kept_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user",
                "page",
                Lower("title"),
                name="saved_view_title_once_per_list",
                violation_error_message=_("You already have a view with this name."),
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="saved_view_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        """The address of the list with the saved filters."""
        return f"{self.path}?{self.query}"
