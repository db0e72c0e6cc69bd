"""What the network stands for: its vision and values, and which partners affirm them."""

from datetime import date
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.groups import Group
from onestop.history.tracking import tracked
from partners.models import LocalArea, Partnership
from partners.models.visibility import in_visible_area
from partners.seats import seats_of


class ValuesStatementQuerySet(models.QuerySet):
    """Statements of values, by area, day and who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the statements of areas that the user sees; drafts only for staff and the state."""
        seats = seats_of(user)
        rows = self.filter(in_visible_area(user, "area"))
        if seats.everything:
            return rows
        kept = Q(area_id__in=seats.staff_area_ids) | Q(area__state_id__in=seats.state_ids)
        return rows.filter(kept | Q(adopted_on__isnull=False))

    def in_force(self, area: LocalArea | int, day: date) -> Self:
        """Return the statement that holds in an area on a day: the last one adopted by then; at most one."""
        return self.filter(area=area, adopted_on__lte=day).order_by("-adopted_on", "-pk")[:1]


@tracked()
class ValuesStatement(models.Model):
    """The vision and values of an area's network. An adopted one is replaced by a new one, never edited."""

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="values_statements")
    vision = models.TextField(_("vision"), max_length=2000, help_text=_("What will be different for people here."))
    values = models.TextField(_("values"), max_length=6000, help_text=_("One on each line."))
    adopted_on = models.DateField(_("adopted"), null=True, blank=True)
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("adopted by")
    )
    created_at = models.DateTimeField(_("written"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ValuesStatementQuerySet.as_manager()
    history_silent = ("created_at", "created_by")

    class Meta:
        verbose_name = _("statement of values")
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(adopted_on=None), name="area_drafts_one_statement_of_values"
            ),
        ]
        indexes = [models.Index(fields=["area", "-adopted_on"], name="values_by_area")]

    def __str__(self) -> str:
        return str(_("Shared values"))

    def get_absolute_url(self) -> str:
        """Return the address of the page of the area's values."""
        return reverse("meetings:values_detail", args=[self.area.slug])

    @property
    def lines(self) -> list[str]:
        """The values, one each."""
        return [line.strip() for line in self.values.splitlines() if line.strip()]


@tracked(parent="statement")
class Affirmation(models.Model):
    """A partner affirms the shared values: when it joins, and each year again. It never changes."""

    statement = models.ForeignKey(ValuesStatement, models.PROTECT, related_name="affirmations")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="affirmations")
    affirmed_on = models.DateField(_("affirmed"))
    lasts_until = models.DateField(_("lasts until"))
    text = models.CharField(_("in its own words"), max_length=500, blank=True)
    name = models.CharField(_("by"), max_length=150)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("recorded"))

    history_silent = ("at", "by")

    class Meta:
        verbose_name = _("affirmation")
        constraints = [
            models.CheckConstraint(condition=Q(affirmed_on__lt=F("lasts_until")), name="affirmation_lasts_a_while"),
            models.UniqueConstraint(
                fields=["statement", "partnership", "affirmed_on"], name="partner_affirms_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["partnership", "-affirmed_on"], name="affirmation_by_partner")]
        triggers = [pgtrigger.Protect(name="affirmation_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.name}, {self.affirmed_on}"
