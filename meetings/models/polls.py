"""Finding a time: a poll over several times, answered by link without signing in."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.groups import Group
from meetings.models.series import Series
from onestop.accounts.models import EmailedLink
from onestop.accounts.models.emailed_link import EmailedLinkQuerySet
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked


class PollQuerySet(ArchivedQuerySet):
    """Polls, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the polls of groups that the user sees."""
        return self.filter(group__in=Group.objects.visible_to(user).values("pk"))


@tracked()
class Poll(Archivable):
    """A question to the members of a group: which of these times suits you?"""

    group = models.ForeignKey(Group, models.PROTECT, related_name="polls")
    title = models.CharField(_("title"), max_length=150)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=60)
    zone = models.CharField(_("time zone"), max_length=60)
    closes_at = models.DateTimeField(_("answers until"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    chosen = models.ForeignKey(
        "meetings.PollTime", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chosen time")
    )
    series = models.OneToOneField(
        Series, models.PROTECT, null=True, blank=True, related_name="poll", verbose_name=_("planned meeting")
    )

    objects = PollQuerySet.as_manager()
    history_silent = ("asked_at", "decided_at", "series")

    class Meta:
        verbose_name = _("poll")
        constraints = [
            models.CheckConstraint(
                condition=Q(chosen=None, decided_at=None) | Q(chosen__isnull=False, decided_at__isnull=False),
                name="poll_is_decided_for_a_time",
            ),
            models.CheckConstraint(condition=Q(minutes__range=(5, 720)), name="poll_has_a_length"),
        ]
        indexes = [models.Index(fields=["group"], name="poll_by_group", condition=Q(archived_at=None))]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("meetings:poll_detail", args=[self.pk])

    @property
    def is_decided(self) -> bool:
        """Whether a time was chosen."""
        return self.decided_at is not None


@tracked(parent="poll")
class PollTime(models.Model):
    """One of the times in question."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="times")
    starts_at = models.DateTimeField(_("start"))

    class Meta:
        verbose_name = _("time in question")
        constraints = [models.UniqueConstraint(fields=["poll", "starts_at"], name="poll_asks_for_a_time_once")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class PollInvitationQuerySet(EmailedLinkQuerySet):
    """Links to answer a poll."""

    def with_recipient(self) -> Self:
        """Fetch each with its recipient and the poll."""
        return self.select_related("asked_by", "user", "poll__group__area__state", "poll__group__state")


@tracked(parent="poll", exclude=["nonce"])
class PollInvitation(EmailedLink):
    """One person asked by a poll, and the link by which they answer."""

    purpose, page = "meetings.poll", "meetings:poll_by_link"

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="invitations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    partner = models.CharField(max_length=200, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)

    objects = PollInvitationQuerySet.as_manager()
    history_silent = ("asked_at", "asked_by", "email", "expires_at", "user", "partner")

    class Meta:
        verbose_name = _("person asked by a poll")
        constraints = [
            models.CheckConstraint(condition=Q(asked_at__lt=F("expires_at")), name="poll_link_lives_a_while"),
            models.UniqueConstraint(
                Lower("email"), "poll", condition=Q(revoked_at=None), name="poll_asks_a_person_once"
            ),
        ]

    @property
    def account(self) -> Any:
        """The account of the recipient, if they have one."""
        return self.user

    @property
    def holds_place(self) -> bool:
        """Whether the poll still asks."""
        return not self.poll.is_archived


@tracked(parent="poll")
class PollAnswer(models.Model):
    """What one person says to one of the times."""

    class Suits(models.TextChoices):
        YES = "yes", _("Yes")
        IF_NEEDED = "if_needed", _("If need be")
        NO = "no", _("No")

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="answers")
    invitation = models.ForeignKey(PollInvitation, models.CASCADE, related_name="answers")
    time = models.ForeignKey(PollTime, models.CASCADE, related_name="answers")
    suits = models.CharField(_("suits"), max_length=10, choices=Suits)

    history_silent = ("invitation",)

    class Meta:
        verbose_name = _("answer to a poll")
        constraints = [models.UniqueConstraint(fields=["invitation", "time"], name="person_answers_a_time_once")]

    def __str__(self) -> str:
        return str(self.get_suits_display())
