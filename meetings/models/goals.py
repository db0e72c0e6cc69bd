"""Shared goals: who answers for them, how they are measured, what was reported, and who consents."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.plans import SharedPlan
from onestop.accounts.models import EmailedLink
from onestop.accounts.models.emailed_link import EmailedLinkQuerySet
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.files.models import StoredFile
from onestop.history.tracking import tracked
from partners.models import BoardTerm, Partnership, Representative

PERSON = settings.AUTH_USER_MODEL
VALUE: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}


class GoalQuerySet(ArchivedQuerySet):
    """Goals, by who may see them and how they stand."""

    def visible_to(self, user: Any) -> Self:
        """Return the goals of plans that the user sees."""
        return self.filter(plan__in=SharedPlan.objects.visible_to(user).values("pk"))

    def pursued(self) -> Self:
        """Return those that partners work on: of an adopted plan, not suspended, reached or dropped."""
        return self.current().filter(plan__status=SharedPlan.Status.ADOPTED, phase=Goal.Phase.PURSUED)


@tracked(parent="plan")
class Goal(Archivable):
    """What partners want to reach together: an indicator, where it stood, and where it should be by when.

    ``version`` counts changes of what partners consent to (:attr:`FORMAL`); a consent is for one version.
    """

    class Indicator(models.TextChoices):
        """The six primary indicators of performance (20 CFR 677.155), and any other measure."""

        EMPLOYED_Q2 = "employed_q2", _("Employed in the second quarter after exit")
        EMPLOYED_Q4 = "employed_q4", _("Employed in the fourth quarter after exit")
        EARNINGS = "earnings", _("Median earnings in the second quarter after exit")
        CREDENTIAL = "credential", _("Credential attainment")
        SKILL_GAINS = "skill_gains", _("Measurable skill gains")
        EMPLOYERS = "employers", _("Effectiveness in serving employers (same employer in Q2 and Q4)")
        OTHER = "other", _("Another measure")

    class Unit(models.TextChoices):
        PERCENT = "percent", _("Percent")
        PEOPLE = "people", _("People")
        DOLLARS = "dollars", _("Dollars")
        DAYS = "days", _("Days")
        NUMBER = "number", _("Number")

    class Direction(models.TextChoices):
        UP = "up", _("More is better")
        DOWN = "down", _("Less is better")

    class Rhythm(models.TextChoices):
        MONTH = "month", _("Every month")
        QUARTER = "quarter", _("Every quarter")
        HALF = "half", _("Every half year")
        YEAR = "year", _("Once a year")

    class Phase(models.TextChoices):
        PURSUED = "pursued", _("Pursued")
        SUSPENDED = "suspended", _("Suspended")
        REACHED = "reached", _("Reached")
        DROPPED = "dropped", _("Dropped")

    class Health(models.TextChoices):
        UNKNOWN = "unknown", _("No report yet")
        ON_TRACK = "on_track", _("On track")
        AT_RISK = "at_risk", _("At risk")
        OFF_TRACK = "off_track", _("Off track")

    FORMAL = ("name", "indicator", "measure", "unit", "baseline", "target", "direction", "due_on")

    plan = models.ForeignKey(SharedPlan, models.PROTECT, related_name="goals")
    position = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("goal"), max_length=150)
    why = models.TextField(_("why it matters"), blank=True, max_length=2000)
    indicator = models.CharField(_("indicator"), max_length=12, choices=Indicator, default=Indicator.OTHER)
    measure = models.CharField(
        _("what is measured"), max_length=200,
        help_text=_("In words that a board member understands: “People a quarter who earn a credential”."),
    )  # fmt: skip
    unit = models.CharField(_("unit"), max_length=8, choices=Unit, default=Unit.PERCENT)
    baseline = models.DecimalField(_("baseline"), null=True, blank=True, **VALUE)
    baseline_on = models.DateField(_("baseline as of"), null=True, blank=True)
    target = models.DecimalField(_("target"), null=True, blank=True, **VALUE)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction, default=Direction.UP)
    due_on = models.DateField(_("due"))
    rhythm = models.CharField(_("reported"), max_length=8, choices=Rhythm, default=Rhythm.QUARTER)
    sponsor = models.ForeignKey(
        BoardTerm, models.PROTECT, null=True, blank=True, related_name="goals", verbose_name=_("sponsor on the board")
    )
    serves = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="served_by", verbose_name=_("goal of the state")
    )
    phase = models.CharField(_("phase"), max_length=10, choices=Phase, default=Phase.PURSUED)
    health = models.CharField(_("status"), max_length=10, choices=Health, default=Health.UNKNOWN)
    health_reason = models.CharField(_("reason"), max_length=500, blank=True)
    health_by_rule = models.BooleanField(_("status by the rule"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = GoalQuerySet.as_manager()
    history_name = True
    history_silent = ("version", "health_by_rule")

    class Meta:
        verbose_name = _("goal")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="goal_has_a_name"),
            models.CheckConstraint(
                condition=Q(baseline=None) | Q(target=None) | ~Q(baseline=F("target")),
                name="goal_is_not_reached_at_its_baseline",
            ),
            models.CheckConstraint(
                condition=Q(baseline=None) | Q(baseline_on__isnull=False), name="baseline_of_a_goal_is_dated"
            ),
            models.CheckConstraint(
                condition=Q(health_by_rule=True) | ~Q(health_reason=""), name="status_against_the_rule_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "position"], name="goal_by_plan"),
            models.Index(fields=["serves"], name="goal_by_goal_of_the_state"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("meetings:goal_detail", args=[self.pk])

    @property
    def has_curve(self) -> bool:
        """Whether it can be measured: it has a baseline and a target."""
        return self.baseline is not None and self.target is not None

    def is_met_by(self, value: Decimal) -> bool:
        """Whether a value is at the target, or better."""
        assert self.target is not None
        return value >= self.target if self.direction == self.Direction.UP else value <= self.target


@tracked(parent="goal")
class GoalPartner(models.Model):
    """A partner that answers for a goal, or contributes to it, with its own part and its own measure."""

    class Role(models.TextChoices):
        ACCOUNTABLE = "accountable", _("Accountable")
        CONTRIBUTOR = "contributor", _("Contributes")

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="partner_links")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="goal_links", verbose_name=_("partner"))
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.CONTRIBUTOR)
    part = models.CharField(_("its own part"), max_length=300, blank=True)
    measure = models.CharField(_("its own measure"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("partner of a goal")
        constraints = [
            models.UniqueConstraint(fields=["goal", "partnership"], name="goal_names_a_partner_once"),
            models.UniqueConstraint(
                fields=["goal"], condition=Q(role="accountable"), name="one_partner_is_accountable_for_a_goal"
            ),
        ]
        indexes = [models.Index(fields=["partnership"], name="goal_by_partner")]

    def __str__(self) -> str:
        return f"{self.partnership}: {self.get_role_display()}"


@tracked(parent="goal")
class GoalConsent(models.Model):
    """What a partner says to one version of a goal: it consents, or objects with a reason. It never changes."""

    class Answer(models.TextChoices):
        CONSENTS = "consents", _("Consents")
        OBJECTS = "objects", _("Objects")

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="consents")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="goal_consents")
    version = models.PositiveIntegerField(_("version of the goal"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    part = models.CharField(_("its own part"), max_length=300, blank=True)
    measure = models.CharField(_("its own measure"), max_length=150, blank=True)
    name = models.CharField(_("by"), max_length=150)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("answered"))

    history_silent = ("at", "by", "version")

    class Meta:
        verbose_name = _("consent to a goal")
        constraints = [
            models.CheckConstraint(condition=~Q(answer="objects") | ~Q(reason=""), name="objection_has_a_reason"),
        ]
        indexes = [models.Index(fields=["goal", "partnership", "-at"], name="goal_consent_by_goal")]
        triggers = [pgtrigger.Protect(name="goal_consent_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.partnership}: {self.get_answer_display()}"


@tracked(parent="goal")
class GoalMilestone(Archivable):
    """A step on the way to a goal."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="milestones")
    name = models.CharField(_("milestone"), max_length=150)
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("done"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ArchivedQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone of a goal")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="goal_milestone_has_a_name")]
        indexes = [models.Index(fields=["goal", "due_on"], name="goal_milestone_by_goal")]

    def __str__(self) -> str:
        return self.name


class GoalUpdateQuerySet(models.QuerySet):
    """Reports, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the reports of goals that the user sees."""
        return self.filter(goal__in=Goal.objects.visible_to(user).values("pk"))

    def standing(self) -> Self:
        """Return those that no later report corrects."""
        return self.filter(corrected_by=None)


@tracked(parent="goal")
class GoalUpdate(models.Model):
    """A report on a goal: the value as of a day, and the story of what moved it. A correction is a new report."""

    class Via(models.TextChoices):
        PAGE = "page", _("Signed in")
        LINK = "link", _("Personal link")

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="updates")
    value = models.DecimalField(_("value"), null=True, blank=True, **VALUE)
    as_of = models.DateField(_("as of"))
    story = models.TextField(_("what moved it"), blank=True, max_length=2000)
    file = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence")
    )
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="goal_updates", verbose_name=_("partner")
    )
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    name = models.CharField(_("reported by"), max_length=150)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    via = models.CharField(_("how it came"), max_length=8, choices=Via, default=Via.PAGE)
    at = models.DateTimeField(_("reported"))

    objects = GoalUpdateQuerySet.as_manager()
    history_silent = ("at", "by")

    class Meta:
        verbose_name = _("report on a goal")
        constraints = [
            models.CheckConstraint(condition=Q(value__isnull=False) | ~Q(story=""), name="goal_report_says_something"),
        ]
        indexes = [models.Index(fields=["goal", "-as_of", "-id"], name="goal_update_by_goal")]
        triggers = [pgtrigger.Protect(name="goal_update_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.story or str(self.value)

    def get_absolute_url(self) -> str:
        """Return its place on the page of the goal."""
        return f"{reverse('meetings:goal_detail', args=[self.goal_id])}#report-{self.pk}"


@tracked(parent="goal")
class GoalChange(models.Model):
    """A change of a goal's phase or status, with its reason: by the rule, or by a person against it. It stays."""

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="changes")
    phase = models.CharField(_("phase"), max_length=10, choices=Goal.Phase)
    health = models.CharField(_("status"), max_length=10, choices=Goal.Health)
    by_rule = models.BooleanField(_("by the rule"), default=False)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("changed"))

    history_silent = ("at", "by")

    class Meta:
        verbose_name = _("change of a goal's status")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="goal_change_has_a_reason")]
        indexes = [models.Index(fields=["goal", "-at"], name="goal_change_by_goal")]
        triggers = [pgtrigger.Protect(name="goal_change_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.reason


@tracked(parent="goal")
class GoalTie(models.Model):
    """What a goal is promised in or worked on: an agreement, by the registry of ``partners.network.served_things``."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="ties")
    thing = models.CharField(_("linked to"), max_length=60)
    note = models.CharField(_("note"), max_length=150, blank=True, help_text=_("For example, which clause."))

    class Meta:
        verbose_name = _("link of a goal")
        constraints = [models.UniqueConstraint(fields=["goal", "thing"], name="goal_is_linked_to_a_thing_once")]
        indexes = [models.Index(fields=["thing"], name="goal_tie_by_thing")]

    def __str__(self) -> str:
        return self.thing


class GoalLinkQuerySet(EmailedLinkQuerySet):
    """Links to reports, with what decides whether they work."""

    def with_recipient(self) -> Self:
        """Fetch each with its recipient and the goal."""
        return self.select_related(
            "asked_by",
            "user",
            "goal__plan__area__state",
            "goal__plan__state",
            "representative",
            "partnership__organization",
        )


@tracked(parent="goal", exclude=["nonce"])
class GoalLink(EmailedLink):
    """Somebody of a partner that answers for a goal, and the link by which they report without signing in."""

    purpose, page = "meetings.goal", "meetings:goal_by_link"

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="links")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="+", verbose_name=_("partner"))
    user = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    representative = models.ForeignKey(
        Representative, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("representative")
    )

    objects = GoalLinkQuerySet.as_manager()
    history_silent = ("asked_at", "asked_by", "email", "expires_at", "user", "representative")

    class Meta:
        verbose_name = _("link to a goal")
        constraints = [
            models.CheckConstraint(condition=Q(asked_at__lt=F("expires_at")), name="goal_link_lives_a_while"),
            models.UniqueConstraint(
                fields=["goal", "email"], condition=Q(revoked_at=None), name="person_has_one_link_to_a_goal"
            ),
        ]

    @property
    def account(self) -> Any:
        """The account of the recipient, if they have one."""
        return self.user

    @property
    def holds_place(self) -> bool:
        """Whether the goal is still pursued, and the person still speaks for a partner."""
        speaker, plan = self.representative, self.goal.plan
        if self.goal.is_archived or self.goal.phase != Goal.Phase.PURSUED or self.partnership.is_archived:
            return False
        if plan.is_archived or plan.status != SharedPlan.Status.ADOPTED:
            return False
        return speaker is None or (not speaker.is_archived and speaker.partnership_id == self.partnership_id)

    def why_over(self, at: datetime) -> str:
        """Return why the link no longer works: also "ended", if the goal is no longer pursued."""
        if self.revoked_at is None and not self.holds_place:
            return "ended"
        return super().why_over(at)
