"""Minutes of meetings: drafted, sent for correction, approved by a motion, published."""

from datetime import date
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.groups import Group
from meetings.models.members import GroupMember
from meetings.models.motions import Motion
from meetings.models.series import Meeting
from onestop.accounts.models import EmailedLink
from onestop.accounts.models.emailed_link import EmailedLinkQuerySet
from onestop.history.tracking import tracked

LONGEST_MINUTES = 120_000  # characters


class MinutesQuerySet(models.QuerySet):
    """Minutes, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the minutes of groups that the user sees; pages show drafts to those who run the group only."""
        return self.filter(meeting__group__in=Group.objects.visible_to(user).values("pk"))

    def with_meeting(self) -> Self:
        """Fetch each with its meeting, series, group and place."""
        return self.select_related(
            "meeting__series", "meeting__group__area__state", "meeting__group__state", "meeting__room__center",
            "meeting__room__location", "approved_by__meeting__series",
        )  # fmt: skip

    def public(self) -> Self:
        """Return those that everybody may read."""
        rows = self.filter(audience=Minutes.Audience.PUBLIC, meeting__series__archived_at=None)
        return rows.exclude(meeting__group__kind=Group.Kind.SUPPORT)


@tracked(parent="meeting")
class Minutes(models.Model):
    """The minutes of one meeting: a rich text, drafted from what was recorded.

    They are sent to the members for correction, and approved by a carried motion, most often of the next meeting.
    Approved minutes never change.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CIRCULATED = "circulated", _("Sent for correction")
        APPROVED = "approved", _("Approved")

    class Audience(models.TextChoices):
        KEEPERS = "keepers", _("Those who run the group")
        GROUP = "group", _("Members of the group")
        PUBLIC = "public", _("Everybody")

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes_text")
    text = models.TextField(_("text"), max_length=LONGEST_MINUTES)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    audience = models.CharField(_("who may read them"), max_length=10, choices=Audience, default=Audience.KEEPERS)
    drafted_at = models.DateTimeField(_("drafted"))
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    circulated_at = models.DateTimeField(_("sent for correction"), null=True, blank=True)
    corrections_until = models.DateField(_("corrections until"), null=True, blank=True)
    approved_by = models.OneToOneField(
        Motion, models.PROTECT, null=True, blank=True, related_name="approved_minutes", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = MinutesQuerySet.as_manager()
    history_silent = ("drafted_at", "drafted_by")

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="approved", approved_by__isnull=False, approved_at__isnull=False)
                | ~Q(status="approved") & Q(approved_by=None, approved_at=None),
                name="minutes_are_approved_by_a_motion",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", circulated_at=None) | ~Q(status="draft"),
                name="drafts_of_minutes_were_not_sent",
            ),
            models.CheckConstraint(
                condition=~Q(audience="public") | Q(published_at__isnull=False), name="public_minutes_were_published"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="approved_minutes_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="approved")
                & (
                    pgtrigger.Q(old__text__df=pgtrigger.F("new__text"))
                    | pgtrigger.Q(old__status__df=pgtrigger.F("new__status"))
                    | pgtrigger.Q(old__approved_by__df=pgtrigger.F("new__approved_by"))
                ),
            ),
            pgtrigger.Protect(name="minutes_are_not_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.meeting)

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("meetings:minutes_detail", args=[self.meeting_id])

    def get_public_url(self) -> str:
        """Return the address of its page for everybody, which is there only while they are public."""
        return reverse("meetings:minutes_public", args=[self.pk])

    def takes_corrections(self, today: date) -> bool:
        """Whether members may still send corrections."""
        return (
            self.status == self.Status.CIRCULATED
            and self.corrections_until is not None
            and today <= self.corrections_until
        )

    @property
    def is_draft(self) -> bool:
        """Whether nobody was asked to correct them yet."""
        return self.status == self.Status.DRAFT

    @property
    def is_public(self) -> bool:
        """Whether everybody may read them."""
        return self.audience == self.Audience.PUBLIC

    @property
    def is_approved(self) -> bool:
        """Whether they are final."""
        return self.status == self.Status.APPROVED


class MinutesLinkQuerySet(EmailedLinkQuerySet):
    """Links to minutes, with what decides whether they work."""

    def with_recipient(self) -> Self:
        """Fetch each with its recipient and the meeting."""
        return self.select_related(
            "asked_by", "user", "member", "minutes__meeting__series", "minutes__meeting__group__area__state",
            "minutes__meeting__group__state", "minutes__meeting__room__center", "minutes__meeting__room__location",
        )  # fmt: skip


@tracked(parent="minutes", exclude=["nonce"])
class MinutesLink(EmailedLink):
    """One person asked to correct minutes, and the link by which they do so without an account."""

    purpose, page = "meetings.correct", "meetings:minutes_by_link"

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="links")
    member = models.ForeignKey(GroupMember, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MinutesLinkQuerySet.as_manager()
    history_silent = ("asked_at", "asked_by", "email", "expires_at", "user", "member")

    class Meta:
        verbose_name = _("link to minutes")
        constraints = [
            models.CheckConstraint(condition=Q(asked_at__lt=F("expires_at")), name="minutes_link_lives_a_while"),
            models.UniqueConstraint(
                fields=["minutes", "email"], condition=Q(revoked_at=None), name="person_is_asked_once_about_minutes"
            ),
        ]

    @property
    def account(self) -> Any:
        """The account of the recipient, if they have one."""
        return self.user

    @property
    def holds_place(self) -> bool:
        """Whether the recipient was not removed from the group."""
        return self.member is None or not self.member.is_archived


@tracked(parent="minutes")
class MinutesCorrection(models.Model):
    """What somebody wants changed in minutes, and what became of it."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        TAKEN = "taken", _("Corrected")
        DECLINED = "declined", _("Not changed")

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="corrections")
    link = models.ForeignKey(MinutesLink, models.PROTECT, null=True, blank=True, related_name="corrections")
    name = models.CharField(_("name"), max_length=150)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("correction"), max_length=2000)
    at = models.DateTimeField(_("sent"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    history_silent = ("at", "answered_at", "answered_by", "user", "link")

    class Meta:
        verbose_name = _("correction")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="correction_has_a_text"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None) | ~Q(state="open") & Q(answered_at__isnull=False),
                name="answered_correction_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""), name="declined_correction_has_an_answer"
            ),
        ]
        indexes = [models.Index(fields=["minutes"], name="correction_by_minutes")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.state == self.State.OPEN
