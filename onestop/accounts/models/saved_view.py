"""A list as one person likes to see it."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Which saved views there are."""

    def of_page(self, page: str) -> "SavedViewQuerySet":
        """Return the views of one list, by name."""
        return self.filter(page=page).order_by(Lower("title"), "pk")


class SavedView(models.Model):
    """The filters and the order of a list, kept by one person under a name of their own.

    ``page`` is the key of the list, with its area if it has one, ``path`` where it stands; this floor knows no more.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=120)
    title = models.CharField("name", max_length=80)
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
                violation_error_message="You already have a view with this name.",
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="saved_view_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        """Where the list opens as it was kept; on the list's own page the query is enough."""
        return f"{self.path}?{self.query}"
