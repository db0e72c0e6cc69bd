"""Agendas: items with their papers, the backlog of a series, suggestions, and templates."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.groups import Group
from meetings.models.members import GroupMember
from meetings.models.series import Meeting, Series
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.files.models import StoredFile
from onestop.history.tracking import tracked

MOST_ITEM_MINUTES = 12 * 60


class Purpose(models.TextChoices):
    """What an item of an agenda asks of the group."""

    INFORM = "inform", _("For information")
    DISCUSS = "discuss", _("For discussion")
    DECIDE = "decide", _("For decision")
    CONSENT = "consent", _("Consent agenda")


class Topic(models.Model):
    """What an item of an agenda and an item of a template say alike."""

    title = models.CharField(_("title"), max_length=150)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose, default=Purpose.DISCUSS)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    detail = models.TextField(
        _("details"), blank=True, max_length=4000, help_text=_("What members should know or read before the meeting.")
    )
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class AgendaItemQuerySet(ArchivedQuerySet):
    """Items of agendas, by who may see them and where they are."""

    def visible_to(self, user: Any) -> Self:
        """Return the items of published agendas of groups that the user sees, and what the user suggested.

        Whoever runs a group sees all of its items.
        """
        seen, run = Group.objects.visible_to(user), Group.objects.run_by(user)
        known = Q(meeting__record__agenda_published_at__isnull=False) | Q(meeting__record__opened_at__isnull=False)
        on_agenda = known & Q(state=AgendaItem.State.ACCEPTED, archived_at=None)
        shared = Q(series__group__in=seen.values("pk")) & (on_agenda | Q(suggested_by=user.pk))
        return self.filter(shared | Q(series__group__in=run.values("pk")))

    def on_agenda(self) -> Self:
        """Return those on the agenda of a meeting, as the agenda has them."""
        rows = self.current().filter(meeting__isnull=False, state=AgendaItem.State.ACCEPTED)
        return rows.order_by("position", "pk")

    def backlog(self) -> Self:
        """Return those of a series that wait for a meeting."""
        return self.current().filter(meeting=None, state=AgendaItem.State.ACCEPTED).order_by("position", "pk")

    def suggested(self) -> Self:
        """Return suggestions that nobody has accepted or declined, the oldest first."""
        return self.current().filter(state=AgendaItem.State.SUGGESTED).order_by("suggested_at", "pk")


@tracked(parent="series")
class AgendaItem(Archivable, Topic):
    """One item: of the agenda of a meeting, or in the backlog of its series, or suggested by a member.

    ``serves`` names the agreement or goal for which it is on the agenda (``partners.network.served_things``). An item
    that was not finished is carried over: a new item of another meeting ``continues`` it.
    """

    class State(models.TextChoices):
        ACCEPTED = "accepted", _("On the agenda")
        SUGGESTED = "suggested", _("Suggested")
        DECLINED = "declined", _("Declined")

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        CARRIED = "carried", _("Carried over")

    series = models.ForeignKey(Series, models.PROTECT, related_name="agenda_items")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    owner = models.ForeignKey(
        GroupMember, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who leads it")
    )
    owner_name = models.CharField(
        _("somebody else"), max_length=150, blank=True, help_text=_("If the person is not a member of the group.")
    )
    serves = models.CharField(_("serves"), max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ACCEPTED)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    continues = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by", verbose_name=_("continues")
    )
    suggested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    suggested_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("why it was declined"), max_length=300, blank=True)

    objects = AgendaItemQuerySet.as_manager()
    history_silent = ("position", "series", "continues", "suggested_at")

    class Meta:
        verbose_name = _("agenda item")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="agenda_item_has_a_title"),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__range=(1, MOST_ITEM_MINUTES)),
                name="agenda_item_has_some_minutes",
            ),
            models.CheckConstraint(condition=Q(owner=None) | Q(owner_name=""), name="agenda_item_has_one_owner"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(meeting__isnull=False, state="accepted"),
                name="agenda_item_ends_at_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(state="declined") | Q(reason=""), name="only_declined_items_have_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["suggested", "declined"]) | Q(suggested_at__isnull=False),
                name="suggested_item_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["serves"], name="agenda_item_by_what_it_serves", condition=~Q(serves="")),
            models.Index(fields=["meeting", "position"], name="agenda_item_in_order"),
            models.Index(fields=["series", "position"], name="agenda_backlog", condition=Q(meeting=None)),
        ]

    def get_absolute_url(self) -> str:
        """Return its place on the page of its meeting, or of its series."""
        return f"{(self.meeting or self.series).get_absolute_url()}#item-{self.pk}"

    @property
    def led_by(self) -> str:
        """The name of who leads it; empty if nobody is named. Needs the owner."""
        return self.owner.name if self.owner else self.owner_name


class AgendaPaperQuerySet(ArchivedQuerySet):
    """Papers, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the papers of items that the user sees; removed ones only for those who run the group."""
        run = Group.objects.run_by(user).values("pk")
        shared = Q(archived_at=None, item__in=AgendaItem.objects.visible_to(user).values("pk"))
        return self.filter(shared | Q(item__series__group__in=run))


@tracked(parent="item")
class AgendaPaper(Archivable):
    """A file that belongs to an item of an agenda. A public one may be read by anybody once the agenda is public."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="papers")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    title = models.CharField(_("title"), max_length=150)
    is_public = models.BooleanField(_("public"), default=False)
    position = models.PositiveIntegerField(_("position"))

    objects = AgendaPaperQuerySet.as_manager()
    history_silent = ("position", "file")

    class Meta:
        verbose_name = _("paper")
        indexes = [models.Index(fields=["item", "position"], name="agenda_paper_in_order")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the place of its item on the page of the meeting."""
        return self.item.get_absolute_url()


class AgendaTemplateQuerySet(ArchivedQuerySet):
    """Templates of agendas, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the templates of groups that the user runs."""
        return self.filter(group__in=Group.objects.run_by(user).values("pk"))


@tracked(parent="group")
class AgendaTemplate(Archivable):
    """Items with which agendas of a group begin."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="agenda_templates")
    name = models.CharField(_("name"), max_length=100)

    objects = AgendaTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda template")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "name"], condition=Q(archived_at=None), name="agenda_template_is_named_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked(parent="template")
class AgendaTemplateItem(Topic):
    """One item of a template."""

    template = models.ForeignKey(AgendaTemplate, models.CASCADE, related_name="items")

    history_silent = ("position",)

    class Meta:
        verbose_name = _("item of a template")
