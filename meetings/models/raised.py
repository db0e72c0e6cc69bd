"""Issues up, answers down: what an area cannot solve itself, sent to the state, and what came back."""

from datetime import date
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.goals import Goal
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models import LocalArea, Partnership
from partners.models.visibility import any_of
from partners.seats import seats_of


class RaisedIssueQuerySet(ArchivedQuerySet):
    """Raised issues, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the issues of the areas where the user has a seat; of a state only those that were sent to it."""
        seats = seats_of(user)
        if seats.everything:
            return self
        sent = Q(area__state_id__in=seats.state_ids, sent_at__isnull=False, archived_at=None)
        own = any_of(area_id__in=seats.visible_area_ids)
        kept = any_of(area_id__in=seats.staff_area_ids)
        seen = own & Q(archived_at=None) | kept
        return self.filter(seen | sent) if seats.state_ids else self.filter(seen)

    def with_names(self) -> Self:
        """Fetch what a line shows: the area, the goal, and who raised it."""
        return self.select_related("area__state", "goal", "partnership__organization", "raised_by")

    def waiting(self) -> Self:
        """Return those that wait for an answer."""
        return self.current().filter(status__in=RaisedIssue.WAITING)


@tracked()
class RaisedIssue(Archivable):
    """Something that partners cannot solve in their area: raised here, answered by the state or marked federal."""

    class Status(models.TextChoices):
        OPEN = "open", _("Raised")
        SENT = "sent", _("Sent to the state")
        FEDERAL = "federal", _("Passed on to the federal level")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    WAITING = (Status.OPEN, Status.SENT, Status.FEDERAL)

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="raised_issues")
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, blank=True, related_name="raised_issues")
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="raised_issues", verbose_name=_("raised by")
    )
    title = models.CharField(_("issue"), max_length=150)
    text = models.TextField(_("what is in the way, and what would help"), max_length=3000)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    raised_name = models.CharField(_("person"), max_length=150)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    raised_at = models.DateTimeField(_("raised"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = RaisedIssueQuerySet.as_manager()
    history_silent = ("raised_at", "raised_by", "sent_at", "answered_at")

    class Meta:
        verbose_name = _("raised issue")
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="raised_issue_says_something"),
            models.CheckConstraint(
                condition=Q(status="open") | Q(status="closed") | Q(sent_at__isnull=False) | Q(status="answered"),
                name="sent_issue_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(status="answered") | Q(answered_at__isnull=False), name="answered_issue_is_dated"
            ),
        ]
        indexes = [
            models.Index(fields=["area", "status"], name="raised_issue_by_area"),
            models.Index(fields=["status", "sent_at"], name="raised_issue_by_status"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("meetings:raised_detail", args=[self.pk])

    @property
    def raiser_name(self) -> str:
        """The partner that raised it, or the staff."""
        return self.partnership.organization.name if self.partnership else str(_("One-Stop staff"))

    @property
    def is_waiting(self) -> bool:
        """Whether it waits: here, at the state or at the federal level."""
        return self.status in self.WAITING

    def age(self, today: date) -> int:
        """Return for how many days it waits, or waited for its answer, by the calendar of its area."""
        zone = self.area.zone
        until = self.answered_at.astimezone(zone).date() if self.answered_at else today
        return (until - self.raised_at.astimezone(zone).date()).days


class RaisedEntry(models.Model):
    """What happened to a raised issue: sent, answered, passed on, closed. It never changes."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        SENT = "sent", _("Sent to the state")
        FEDERAL = "federal", _("Passed on to the federal level")
        ANSWER = "answer", _("Answer")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Reopened")

    issue = models.ForeignKey(RaisedIssue, models.PROTECT, related_name="entries")
    kind = models.CharField(_("kind of entry"), max_length=10, choices=Kind)
    text = models.TextField(_("text"), blank=True, max_length=3000)
    name = models.CharField(_("by"), max_length=150)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("entry of a raised issue")
        constraints = [models.CheckConstraint(condition=~Q(kind="answer") | ~Q(text=""), name="answer_says_something")]
        indexes = [models.Index(fields=["issue", "at"], name="raised_entry_by_issue")]
        triggers = [pgtrigger.Protect(name="raised_entry_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text or str(self.get_kind_display())
