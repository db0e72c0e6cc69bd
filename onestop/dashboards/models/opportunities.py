"""Points of engagement of board members: what is offered, taken and done, and what it changed."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models import Goal, Meeting
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models import BoardTerm, Center, LocalArea, Partnership
from partners.models.visibility import any_of
from partners.seats import seats_of


class Kind(models.TextChoices):
    """What a member of the board can take on."""

    SPONSOR = "sponsor", _("Sponsor a goal")
    EMPLOYER = "employer", _("Open a door to an employer")
    VISIT = "visit", _("Visit a center")
    MENTOR = "mentor", _("Mentor, or give mock interviews")
    POLICY = "policy", _("Review a policy before it is decided")
    OTHER = "other", _("Something else")


@tracked(parent="term")
class BoardInterest(models.Model):
    """What a member of the board is interested in, so that opportunities can be matched."""

    term = models.ForeignKey(BoardTerm, models.CASCADE, related_name="interests")
    kind = models.CharField(_("interest"), max_length=10, choices=Kind)
    note = models.CharField(_("in their words"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("interest of a board member")
        constraints = [models.UniqueConstraint(fields=["term", "kind"], name="board_member_has_an_interest_once")]

    def __str__(self) -> str:
        return str(self.get_kind_display())


def has_sponsor(day: date) -> Q:
    """Return the condition for those that want a sponsor for a goal, which has one who serves on a day."""
    return Q(kind=Kind.SPONSOR, goal__sponsor__in=BoardTerm.objects.on(day).values("pk"))


class OpportunityQuerySet(ArchivedQuerySet):
    """Opportunities, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the opportunities of areas where the user is staff, of the state, or on the board."""
        seats = seats_of(user)
        if seats.everything:
            return self
        kept = any_of(area_id__in=seats.staff_area_ids, area__state_id__in=seats.state_ids)
        return self.filter(kept | any_of(area_id__in=seats.board_area_ids) & Q(archived_at=None))

    def open_on(self, day: date) -> Self:
        """Return those that can still be taken on a day; not to sponsor a goal that has a sponsor."""
        rows = self.current().filter(Q(until_on=None) | Q(until_on__gte=day), closed_at=None)
        return rows.exclude(has_sponsor(day))


@tracked()
class Opportunity(Archivable):
    """Something that members of the board can take on: what it is, how long it takes, by when."""

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="opportunities")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("what it is"), max_length=150)
    text = models.TextField(_("details"), blank=True, max_length=2000, help_text=_("Why it matters, and who helps."))
    effort = models.CharField(_("how long it takes"), max_length=100, help_text=_("“About 2 hours a month”."))
    held_at = models.DateTimeField(_("day and time"), null=True, blank=True)
    until_on = models.DateField(_("can be taken until"), null=True, blank=True)
    places = models.PositiveSmallIntegerField(_("how many members"), default=1)
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, blank=True, related_name="opportunities")
    center = models.ForeignKey(Center, models.PROTECT, null=True, blank=True, related_name="opportunities")
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="opportunities", verbose_name=_("partner")
    )
    contact = models.CharField(_("whom to ask"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("added"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = OpportunityQuerySet.as_manager()
    history_name = True
    history_silent = ("created_at", "created_by")

    class Meta:
        verbose_name = _("point of engagement")
        verbose_name_plural = _("points of engagement")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="opportunity_has_a_title"),
            models.CheckConstraint(condition=Q(places__gte=1), name="opportunity_has_a_place"),
            models.CheckConstraint(
                condition=~Q(kind="sponsor") | Q(goal__isnull=False), name="sponsor_is_wanted_for_a_goal"
            ),
        ]
        indexes = [
            models.Index(fields=["area"], name="opportunity_by_area", condition=Q(archived_at=None, closed_at=None)),
            models.Index(fields=["goal"], name="opportunity_by_goal"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("dashboards:opportunity_detail", args=[self.pk])

    def sponsor_on(self, day: date) -> BoardTerm | None:
        """Return who sponsors the goal for which a sponsor is wanted, and serves on a day."""
        sponsor = self.goal.sponsor if self.kind == Kind.SPONSOR and self.goal else None
        return sponsor if sponsor is not None and not sponsor.is_archived and sponsor.is_on(day) else None


class OfferQuerySet(models.QuerySet):
    """Offers, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the offers of opportunities that the user sees."""
        return self.filter(opportunity__in=Opportunity.objects.visible_to(user).values("pk"))

    def taken(self) -> Self:
        """Return those that somebody took on, also if they have done them."""
        return self.filter(status__in=Offer.TAKEN)


@tracked(parent="opportunity")
class Offer(models.Model):
    """One opportunity and one member of the board: offered, taken or declined, done, and what it changed."""

    class Status(models.TextChoices):
        OFFERED = "offered", _("Offered")
        TAKEN = "taken", _("Taken on")
        DECLINED = "declined", _("Declined")
        DONE = "done", _("Done")
        GIVEN_BACK = "given_back", _("Given back")

    TAKEN = (Status.TAKEN, Status.DONE)

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="offers")
    term = models.ForeignKey(BoardTerm, models.PROTECT, related_name="offers", verbose_name=_("member of the board"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OFFERED)
    offered_at = models.DateTimeField(_("offered"), null=True, blank=True)
    taken_at = models.DateTimeField(_("taken on"), null=True, blank=True)
    done_on = models.DateField(_("done"), null=True, blank=True)
    changed = models.TextField(_("what it changed"), blank=True, max_length=1000)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reported to")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfferQuerySet.as_manager()
    history_silent = ("offered_at", "taken_at", "by")

    class Meta:
        verbose_name = _("offer to a board member")
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "term"], name="member_has_one_offer_of_an_opportunity"),
            models.CheckConstraint(
                condition=~Q(status__in=["taken", "done"]) | Q(taken_at__isnull=False), name="taken_offer_is_dated"
            ),
            models.CheckConstraint(condition=~Q(status="done") | Q(done_on__isnull=False), name="done_offer_is_dated"),
        ]
        indexes = [models.Index(fields=["term", "status"], name="offer_by_member")]

    def __str__(self) -> str:
        return f"{self.opportunity}: {self.get_status_display()}"
