"""Shared plans: vision, principles and period; proposals to them; strategies and recommended actions of their goals."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.groups import Group
from meetings.models.motions import Decision
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models import LocalArea, Partnership, State
from partners.models.visibility import any_of
from partners.seats import seats_of


def of_visible_plan(user: Any, path: str = "") -> Q:
    """Return the condition of plans that the user sees.

    Everybody with a seat in an area sees its plans and those of its state, but drafts only who keeps them. ``path``
    leads to the plan: "plan".
    """
    seats = seats_of(user)
    if seats.everything:
        return Q()
    prefix = f"{path}__" if path else ""
    kept = any_of(
        **{
            f"{prefix}area_id__in": seats.staff_area_ids,
            f"{prefix}area__state_id__in": seats.state_ids,
            f"{prefix}state_id__in": seats.state_ids,
        }
    )
    states = LocalArea.objects.filter(pk__in=seats.visible_area_ids).values("state")
    seen = any_of(**{f"{prefix}area_id__in": seats.visible_area_ids}) | (
        Q(**{f"{prefix}state_id__in": states}) if seats.visible_area_ids else Q(pk__in=[])
    )
    return kept | seen & ~Q(**{f"{prefix}status": "draft"}) & Q(**{f"{prefix}archived_at": None})


class SharedPlanQuerySet(ArchivedQuerySet):
    """Plans, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the plans of areas and states that the user sees; drafts only for those who keep them."""
        return self.filter(of_visible_plan(user))

    def of(self, area: LocalArea) -> Self:
        """Return the plans of an area, and none of its state."""
        return self.filter(area=area)


@tracked()
class SharedPlan(Archivable):
    """The plan of an area, or of a state: what partners want to reach together, from one day to another.

    It is written as a draft, opened so that partners propose changes and consent to its goals, and adopted by a
    decision of a group. The local plan of WIOA section 108 may refer to it; it does not replace it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open for proposals")
        ADOPTED = "adopted", _("Adopted")
        ENDED = "ended", _("Ended")

    area = models.ForeignKey(LocalArea, models.PROTECT, null=True, blank=True, related_name="plans")
    state = models.ForeignKey(State, models.PROTECT, null=True, blank=True, related_name="plans")
    name = models.CharField(_("name"), max_length=150)
    vision = models.TextField(_("vision"), blank=True, max_length=2000)
    principles = models.TextField(
        _("guiding principles"), blank=True, max_length=6000, help_text=_("One on each line.")
    )
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAFT)
    proposals_until = models.DateField(_("proposals until"), null=True, blank=True)
    adopted_on = models.DateField(_("adopted"), null=True, blank=True)
    adopted_by = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("adopted by")
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decision")
    )

    objects = SharedPlanQuerySet.as_manager()
    history_name = True

    class Meta:
        verbose_name = _("plan")
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False, state=None) | Q(area=None, state__isnull=False),
                name="plan_is_of_an_area_or_a_state",
            ),
            models.CheckConstraint(condition=Q(first_on__lt=F("last_on")), name="plan_begins_before_it_ends"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "open"], adopted_on=None)
                | Q(status__in=["adopted", "ended"], adopted_on__isnull=False),
                name="plan_is_dated_when_adopted",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "-first_on"], name="plan_by_area"),
            models.Index(fields=["state", "-first_on"], name="plan_by_state", condition=Q(state__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("meetings:plan_detail", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        """Whether its goals are still being written: before it is adopted."""
        return self.status in (self.Status.DRAFT, self.Status.OPEN)

    @property
    def lines(self) -> list[str]:
        """The guiding principles, one each."""
        return [line.strip() for line in self.principles.splitlines() if line.strip()]

    def is_on(self, day: date) -> bool:
        """Whether the plan covers a day."""
        return self.first_on <= day <= self.last_on


class PlanProposalQuerySet(models.QuerySet):
    """Proposals, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the proposals to plans that the user sees."""
        return self.filter(plan__in=SharedPlan.objects.visible_to(user).values("pk"))

    def open(self) -> Self:
        """Return those that nobody has decided."""
        return self.filter(status=PlanProposal.Status.OPEN)


@tracked(parent="plan")
class PlanProposal(models.Model):
    """What somebody proposes: a goal, a change of one, or a change of the plan; and what became of it."""

    class Kind(models.TextChoices):
        GOAL = "goal", _("A new goal")
        CHANGE = "change", _("A change of a goal")
        PLAN = "plan", _("The vision or the principles")

    class Status(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        TAKEN = "taken", _("Taken up")
        DECLINED = "declined", _("Not taken up")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    plan = models.ForeignKey(SharedPlan, models.PROTECT, related_name="proposals")
    goal = models.ForeignKey("meetings.Goal", models.PROTECT, null=True, blank=True, related_name="proposals")
    kind = models.CharField(_("kind of proposal"), max_length=8, choices=Kind)
    text = models.TextField(_("proposal"), max_length=3000)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="plan_proposals", verbose_name=_("partner")
    )
    name = models.CharField(_("proposed by"), max_length=150)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("proposed"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    answer = models.TextField(_("answer"), blank=True, max_length=2000)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = PlanProposalQuerySet.as_manager()
    history_silent = ("at", "by", "answered_at", "answered_by")

    class Meta:
        verbose_name = _("proposal to a plan")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="plan_proposal_has_a_text"),
            models.CheckConstraint(
                condition=~Q(kind="change") | Q(goal__isnull=False), name="proposed_change_names_its_goal"
            ),
            models.CheckConstraint(
                condition=Q(status="open", answered_at=None) | ~Q(status="open") & Q(answered_at__isnull=False),
                name="plan_proposal_is_dated_when_answered",
            ),
        ]
        indexes = [models.Index(fields=["plan", "status"], name="plan_proposal_by_plan")]

    def __str__(self) -> str:
        return self.text


class StrategyQuerySet(ArchivedQuerySet):
    """Strategies, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the strategies of plans that the user sees."""
        return self.filter(goal__plan__in=SharedPlan.objects.visible_to(user).values("pk"))


@tracked(parent="goal")
class Strategy(Archivable):
    """One way to reach a goal: who does it, and from which money (braided, tracked apart)."""

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", _("Not started")
        ON_TRACK = "on_track", _("On track")
        AT_RISK = "at_risk", _("At risk")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    goal = models.ForeignKey("meetings.Goal", models.PROTECT, related_name="strategies")
    name = models.CharField(_("strategy"), max_length=150)
    text = models.TextField(_("details"), blank=True, max_length=3000)
    partners = models.ManyToManyField(
        Partnership, through="StrategyPartner", related_name="strategies", blank=True, verbose_name=_("who does it")
    )
    funding = models.CharField(
        _("paid from"), max_length=200, blank=True, help_text=_("Programs or grants, separated by commas.")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.NOT_STARTED)
    position = models.PositiveIntegerField(_("position"))

    objects = StrategyQuerySet.as_manager()

    class Meta:
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="strategy_has_a_name")]
        indexes = [models.Index(fields=["goal", "position"], name="strategy_by_goal")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its place on the page of the goal."""
        return f"{reverse('meetings:goal_detail', args=[self.goal_id])}#strategy-{self.pk}"


@tracked(parent="strategy")
class StrategyPartner(models.Model):
    """A partner that carries out a strategy."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="partner_links")
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="strategy_links", verbose_name=_("partner")
    )

    class Meta:
        verbose_name = _("partner of a strategy")
        constraints = [
            models.UniqueConstraint(fields=["strategy", "partnership"], name="strategy_names_a_partner_once")
        ]

    def __str__(self) -> str:
        return str(self.partnership)


class PlanActionQuerySet(ArchivedQuerySet):
    """Recommended actions, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the actions of plans that the user sees."""
        return self.filter(strategy__goal__plan__in=SharedPlan.objects.visible_to(user).values("pk"))


@tracked(parent="strategy")
class PlanAction(Archivable):
    """A recommended action of a strategy; it may close a hole of the resource map, and become an action item."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="actions")
    text = models.CharField(_("recommended action"), max_length=300)
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="plan_actions", verbose_name=_("partner")
    )
    need = models.ForeignKey(
        "meetings.Need", models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("need")
    )
    action_item = models.OneToOneField(
        "meetings.ActionItem", models.PROTECT, null=True, blank=True, related_name="plan_action"
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    outcome = models.CharField(_("outcome"), max_length=500, blank=True)

    objects = PlanActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommended action")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="plan_action_has_a_text"),
            models.CheckConstraint(
                condition=~Q(status="dropped") | ~Q(outcome=""), name="dropped_plan_action_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["strategy"], name="plan_action_by_strategy"),
            models.Index(fields=["need"], name="plan_action_by_need"),
        ]

    def __str__(self) -> str:
        return self.text
