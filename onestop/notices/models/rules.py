"""Customized schedules of reminders: days and recipients."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onestop.history.tracking import tracked


@tracked()
class Rule(models.Model):
    """The steps of one reminder in one scope (an area's name, see ``name_of``), or in the whole portal (empty)."""

    code = models.CharField(_("reminder"), max_length=60)
    scope = models.CharField(max_length=80, blank=True)
    is_on = models.BooleanField(_("reminders are sent"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "scope"], name="reminder_has_one_rule_in_a_scope")]

    def __str__(self) -> str:
        return self.code


@tracked()
class WeeklyLimit(models.Model):
    """The most reminders a week that a person in one scope gets, unless they chose another limit."""

    scope = models.CharField(max_length=80, unique=True)
    nudges_a_week = models.PositiveSmallIntegerField(_("weekly limit per person"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(nudges_a_week__lte=20), name="weekly_limit_of_reminders_is_within_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.nudges_a_week} a week"


@tracked(parent="rule")
class RuleStep(models.Model):
    """The recipients of a reminder after a number of days."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="steps")
    after_days = models.PositiveSmallIntegerField(_("days after start"))
    whom = models.CharField(_("recipients"), max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "after_days"], name="reminder_has_one_step_a_day"),
            models.CheckConstraint(condition=Q(after_days__lte=365), name="reminder_ends_within_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.after_days}: {self.whom}"
