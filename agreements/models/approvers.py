"""Who may approve money: a right that is given to a person by name."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onestop.history.tracking import tracked
from partners.models import LocalArea, Membership, Partnership
from partners.models.visibility import any_of
from partners.seats import seats_of


class MoneyApproverQuerySet(models.QuerySet):
    """Rights to approve money, by who may see them and whether they hold."""

    def visible_to(self, user: Any) -> Self:
        """Return the rights in areas that the user is staff of or administers, and those of the user's partners."""
        seats = seats_of(user)
        if seats.everything:
            return self
        return self.filter(
            any_of(
                area_id__in=seats.staff_area_ids,
                partnership__area_id__in=seats.staff_area_ids,
                area__state_id__in=seats.state_ids,
                partnership__area__state_id__in=seats.state_ids,
                partnership_id__in=seats.partnership_ids,
            )
        )

    def current(self) -> Self:
        """Return rights that were not withdrawn."""
        return self.filter(ended_at=None)

    def holding(self) -> Self:
        """Return rights that hold: not withdrawn, of somebody who still has the seat of staff or manager."""
        seats = Membership.objects.current().filter(user=models.OuterRef("user"))
        staff = seats.filter(role="staff", area=models.OuterRef("area"))
        manager = seats.filter(role="manager").filter(
            Q(partnership=models.OuterRef("partnership")) | Q(organization=models.OuterRef("partnership__organization"))
        )
        return self.current().filter(models.Exists(staff) | models.Exists(manager), user__is_active=True)


@tracked()
class MoneyApprover(models.Model):
    """The right of one person to approve money: as staff for an area, or as manager for one partner.

    Whoever has it still approves nothing that they entered (2 CFR 200.303, segregation of duties).
    """

    area = models.ForeignKey(LocalArea, models.PROTECT, null=True, blank=True, related_name="money_approvers")
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="money_approvers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="money_approvals", verbose_name=_("person")
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    ended_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = MoneyApproverQuerySet.as_manager()
    history_silent = ("given_by", "ended_by")

    class Meta:
        verbose_name = _("right to approve money")
        verbose_name_plural = _("rights to approve money")
        constraints = [
            models.CheckConstraint(
                condition=Q(area=None) ^ Q(partnership=None), name="money_is_approved_for_an_area_or_a_partner"
            ),
            models.CheckConstraint(
                condition=Q(given_by=None) | ~Q(given_by=F("user")), name="nobody_gives_the_right_to_themselves"
            ),
            models.UniqueConstraint(
                fields=["user", "area", "partnership"], condition=Q(ended_at=None), nulls_distinct=False,
                name="person_has_the_right_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user}, {self.area or self.partnership}"

    @property
    def area_of(self) -> int:
        """Id of the area in which it holds."""
        return self.area_id or (self.partnership.area_id if self.partnership else 0)
