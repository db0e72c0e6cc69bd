"""Discussions about a thing of any app, and their comments."""

from collections.abc import Collection

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.history.tracking import tracked

LONGEST = 4000  # characters of a comment


class DiscussionQuerySet(models.QuerySet):
    """Discussions by their thing and state. Who sees the thing sees them: see ``onestop.comments.subjects``."""

    def about(self, thing: models.Model) -> "DiscussionQuerySet":
        """Return the discussions about a thing, the oldest first."""
        kind = ContentType.objects.get_for_model(thing, for_concrete_model=False)
        return self.filter(content_type=kind, object_id=thing.pk).order_by("pk")

    def open_by_thing(self, things: Collection[models.Model]) -> dict[int, int]:
        """Return how many open discussions there are about each of these things, which are of one model, by its id."""
        if not things:
            return {}
        kind = ContentType.objects.get_for_model(next(iter(things)), for_concrete_model=False)
        rows = self.filter(content_type=kind, object_id__in=[thing.pk for thing in things], resolved_at=None)
        counted = rows.values("object_id").annotate(number=models.Count("pk")).order_by("object_id")
        return dict(counted.values_list("object_id", "number"))


@tracked()
class Discussion(models.Model):
    """A question or remark about one thing, with its answers, until somebody resolves it."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    thing = GenericForeignKey("content_type", "object_id")
    started_at = models.DateTimeField()
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resolved by"),
    )

    history_silent = ("content_type", "object_id", "started_at")
    objects = DiscussionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="discussion_is_resolved_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["content_type", "object_id"], name="discussion_by_thing")]

    def __str__(self) -> str:
        return gettext("Discussion")


@tracked(parent="discussion")
class Comment(models.Model):
    """What one person said in a discussion. Its author may correct it for ten minutes; the history keeps both texts."""

    discussion = models.ForeignKey(Discussion, models.PROTECT, related_name="comments")
    text = models.TextField(_("comment"), max_length=LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    at = models.DateTimeField(_("written"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)

    history_silent = ("discussion", "by", "at", "edited_at")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=Q(edited_at=None) | Q(edited_at__gte=F("at")), name="comment_is_edited_after_it_was_written"
            ),
        ]

    def __str__(self) -> str:
        return gettext("Comment")


@tracked(parent="comment")
class Mention(models.Model):
    """A person named in a comment, who was told of it."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "person"], name="person_is_mentioned_once_in_a_comment")
        ]

    def __str__(self) -> str:
        return str(self.person_id)
