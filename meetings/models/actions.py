"""Action items: what somebody will do by a day, and what they report."""

from datetime import date, datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.agendas import AgendaItem
from meetings.models.groups import Group
from meetings.models.series import Meeting
from onestop.accounts.models import EmailedLink
from onestop.accounts.models.emailed_link import EmailedLinkQuerySet
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models import Partnership, Representative
from partners.models.visibility import any_of
from partners.seats import seats_of


class ActionItemQuerySet(ArchivedQuerySet):
    """Action items, by who may see them and whose they are."""

    def visible_to(self, user: Any) -> Self:
        """Return those of groups that the user sees, their own, and those of their organization in the area.

        Archived ones are seen in the groups that the user sees.
        """
        seats = seats_of(user)
        own = any_of(self.mine(user), partnership_id__in=seats.partnership_ids)
        return self.filter(Q(group__in=Group.objects.visible_to(user).values("pk")) | Q(archived_at=None) & own)

    @staticmethod
    def mine(user: Any) -> Q:
        """Return the condition for those of a person: by the account, or by its address."""
        return Q(user=user.pk) | Q(email=(getattr(user, "email", "") or "-").lower())

    def of_person(self, user: Any) -> Self:
        """Return those of a person."""
        return self.filter(self.mine(user))

    def open(self) -> Self:
        """Return those that are neither done nor dropped."""
        return self.current().filter(status=ActionItem.Status.OPEN)

    def overdue(self, today: date) -> Self:
        """Return open ones whose day has passed."""
        return self.open().filter(due_on__lt=today)


@tracked(parent="group", exclude=["tell_at"])
class ActionItem(Archivable):
    """What somebody of an organization will do by a day: decided at a meeting, or added later."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    group = models.ForeignKey(Group, models.PROTECT, related_name="action_items")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="action_items")
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="action_items", verbose_name=_("agenda item")
    )
    text = models.CharField(_("what is to be done"), max_length=300)
    detail = models.TextField(_("details"), blank=True, max_length=2000)
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="action_items", verbose_name=_("organization")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="action_items",
        verbose_name=_("account of the person"),
    )  # fmt: skip
    name = models.CharField(_("person"), max_length=150, blank=True)
    email = models.EmailField(_("email"), max_length=254, blank=True)
    due_on = models.DateField(_("due"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    outcome = models.TextField(_("outcome"), blank=True, max_length=1000)
    serves = models.CharField(_("serves"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("added"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    asked_due_on = models.DateField(_("asked for"), null=True, blank=True)
    assigned_at = models.DateTimeField(_("assigned"), null=True, blank=True, editable=False)
    tell_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ActionItemQuerySet.as_manager()
    history_name = True
    history_silent = ("user", "created_at", "created_by", "closed_at", "assigned_at")

    class Meta:
        verbose_name = _("action item")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="action_item_has_a_text"),
            models.CheckConstraint(
                condition=Q(partnership__isnull=False) | ~Q(name=""), name="action_item_is_somebodys"
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None) | ~Q(status="open") & Q(closed_at__isnull=False),
                name="action_item_is_dated_when_closed",
            ),
            models.CheckConstraint(condition=~Q(status="dropped") | ~Q(outcome=""), name="dropped_item_has_a_reason"),
            models.CheckConstraint(condition=Q(user=None) | ~Q(name=""), name="action_item_names_its_person"),
            models.CheckConstraint(
                condition=Q(asked_due_on=None) | Q(status="open"), name="another_day_is_asked_of_an_open_item"
            ),
        ]
        indexes = [
            models.Index(fields=["serves"], name="action_by_what_it_serves", condition=~Q(serves="")),
            models.Index(fields=["group", "status", "due_on"], name="action_item_by_group"),
            models.Index(fields=["user", "due_on"], name="action_item_by_user", condition=Q(status="open")),
            models.Index(fields=["email"], name="action_item_by_address", condition=Q(status="open")),
            models.Index(fields=["partnership", "due_on"], name="action_item_by_partner"),
            models.Index(fields=["due_on"], name="action_item_by_day", condition=Q(status="open", archived_at=None)),
            models.Index(fields=["meeting"], name="action_item_by_meeting"),
            models.Index(fields=["tell_at"], name="action_item_to_tell", condition=Q(tell_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("meetings:action_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it is neither done nor dropped."""
        return self.status == self.Status.OPEN

    @property
    def has_reachable_person(self) -> bool:
        """Whether a person with an account or an address does it; else the organization's representatives do."""
        return bool(self.user_id or self.email)

    def belongs_to(self, user: Any) -> bool:
        """Whether it is that person's: by the account, or by its address."""
        if self.user_id is not None and self.user_id == user.pk:
            return True
        return bool(self.email) and self.email == (getattr(user, "email", "") or "").lower()

    @property
    def who(self) -> str:
        """The person with the organization, as far as they are known. Needs the organization."""
        organization = self.partnership.organization.name if self.partnership else ""
        return f"{self.name}, {organization}" if self.name and organization else self.name or organization

    def is_overdue(self, today: date) -> bool:
        """Whether it is open after its day."""
        return self.is_open and self.due_on < today


class ActionUpdate(models.Model):
    """What somebody reported of an action item. It never changes."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", _("Progress")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")
        REOPENED = "reopened", _("Reopened")
        MOVED = "moved", _("Due day moved")
        ASKED = "asked", _("Asked for another day")
        KEPT = "kept", _("Due day kept")
        REASSIGNED = "reassigned", _("Reassigned")

    class Via(models.TextChoices):
        PAGE = "page", _("Signed in")
        LINK = "link", _("Personal link")

    action = models.ForeignKey(ActionItem, models.CASCADE, related_name="updates")
    kind = models.CharField(_("kind of report"), max_length=12, choices=Kind, default=Kind.PROGRESS)
    text = models.TextField(_("progress"), blank=True, max_length=1000)
    status = models.CharField(_("status"), max_length=10, choices=ActionItem.Status)
    due_on = models.DateField(_("due"))
    due_before = models.DateField(_("due before"), null=True, blank=True)
    asked_due_on = models.DateField(_("asked for"), null=True, blank=True)
    who = models.CharField(_("whose it became"), max_length=300, blank=True)
    name = models.CharField(_("reported by"), max_length=150)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    via = models.CharField(_("how it came"), max_length=10, choices=Via, default=Via.PAGE)
    at = models.DateTimeField(_("reported"))

    class Meta:
        verbose_name = _("progress")
        indexes = [models.Index(fields=["action", "-at"], name="action_update_by_action")]
        triggers = [pgtrigger.Protect(name="action_update_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text or str(self.get_status_display())


class ActionLinkQuerySet(EmailedLinkQuerySet):
    """Links to action items, with what decides whether they work."""

    def with_recipient(self) -> Self:
        """Fetch each with its recipient and the action item."""
        return self.select_related(
            "asked_by", "user", "action__group__area__state", "action__group__state", "action__user",
            "action__partnership__organization", "representative",
        )  # fmt: skip


@tracked(parent="action", exclude=["nonce"])
class ActionLink(EmailedLink):
    """The person of an action item, and the link by which they report without an account."""

    purpose, page = "meetings.action", "meetings:action_by_link"

    action = models.ForeignKey(ActionItem, models.PROTECT, related_name="links")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    representative = models.ForeignKey(
        Representative, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("representative")
    )

    objects = ActionLinkQuerySet.as_manager()
    history_silent = ("asked_at", "asked_by", "email", "expires_at", "user", "representative")

    class Meta:
        verbose_name = _("link to an action item")
        constraints = [
            models.CheckConstraint(condition=Q(asked_at__lt=F("expires_at")), name="action_link_lives_a_while"),
            models.UniqueConstraint(
                fields=["action", "email"], condition=Q(revoked_at=None), name="person_has_one_link_to_an_action"
            ),
        ]

    @property
    def account(self) -> Any:
        """The account of the recipient, if they have one."""
        return self.user

    @property
    def holds_place(self) -> bool:
        """Whether the action item is still that person's, or of the organization that they represent."""
        action, speaker = self.action, self.representative
        if action.is_archived:
            return False
        if action.has_reachable_person:
            return self.email == action.email or (self.user_id is not None and self.user_id == action.user_id)
        return speaker is not None and not speaker.is_archived and speaker.partnership_id == action.partnership_id

    def why_over(self, at: datetime) -> str:
        """Return why the link no longer works: also "removed" and "reassigned", if the item is."""
        if self.revoked_at is None and not self.holds_place:
            return "removed" if self.action.is_archived else "reassigned"
        return super().why_over(at)
