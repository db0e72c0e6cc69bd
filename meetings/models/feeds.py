"""Secret addresses from which calendar programs read meetings."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.groups import Group
from onestop.history.tracking import tracked
from partners.models import LocalArea


class CalendarFeedQuerySet(models.QuerySet):
    """Feeds, by whether they still work."""

    def working(self) -> Self:
        """Return those that nobody has revoked."""
        return self.filter(revoked_at=None)


@tracked(exclude=["secret_hash"])
class CalendarFeed(models.Model):
    """A calendar that one person subscribed to: their own meetings, those of a group or of an area.

    Only the hash of its secret address is stored; the address is shown once. It shows what its owner may see now.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("My meetings")
        GROUP = "group", _("Meetings of a group")
        AREA = "area", _("All meetings of an area that I see")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    kind = models.CharField(_("what it shows"), max_length=10, choices=Kind)
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="+")
    area = models.ForeignKey(LocalArea, models.CASCADE, null=True, blank=True, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="person", group=None, area=None)
                | Q(kind="group", group__isnull=False, area=None)
                | Q(kind="area", group=None, area__isnull=False),
                name="feed_is_of_a_person_a_group_or_an_area",
            )
        ]

    def __str__(self) -> str:
        return str(self.group or self.area or self.get_kind_display())
