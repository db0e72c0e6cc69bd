"""How reminders go on, as somebody has written it: which days, which people."""

from django.db import models
from django.db.models import Q

from onestop.history.tracking import tracked


@tracked()
class Rule(models.Model):
    """The steps of one reminder in one scope (an area's name, as ``name_of`` gives it), or everywhere (empty)."""

    code = models.CharField("reminder", max_length=60)
    scope = models.CharField(max_length=80, blank=True)
    is_on = models.BooleanField("people are reminded", default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "scope"], name="reminder_has_one_rule_in_a_scope")]

    def __str__(self) -> str:
        return self.code


@tracked()
class WeeklyLimit(models.Model):
    """How many reminders a week a person gets at most in one scope, unless they have said otherwise themselves."""

    scope = models.CharField(max_length=80, unique=True)
    nudges_a_week = models.PositiveSmallIntegerField("reminders a week and person at most")

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
    """After so many days since the thing is open, these people are asked."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="steps")
    after_days = models.PositiveSmallIntegerField("after days")
    whom = models.CharField("whom we ask", max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "after_days"], name="reminder_has_one_step_a_day"),
            models.CheckConstraint(condition=Q(after_days__lte=365), name="reminder_ends_within_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.after_days}: {self.whom}"
