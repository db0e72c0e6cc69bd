"""The seats of a Workforce Investment Board, and who serves in them."""

from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models.holders import Held, HeldQuerySet, held_days, held_in_order
from partners.models.places import LocalArea


class BoardSeatQuerySet(ArchivedQuerySet):
    """Seats of boards, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the seats of areas that the user sees."""
        return self.filter(area__in=LocalArea.objects.visible_to(user).values("pk"))


@tracked()
class BoardSeat(Archivable):
    """A seat of a board: whom it represents, who nominates for it and who appoints to it (20 CFR 679.320)."""

    class Category(models.TextChoices):
        BUSINESS = "business", _("Business")
        SMALL_BUSINESS = "small_business", _("Small business")
        LABOR = "labor", _("Labor organization")
        APPRENTICESHIP = "apprenticeship", _("Registered apprenticeship program")
        COMMUNITY = "community", _("Community-based organization")
        YOUTH = "youth", _("Organization that serves youth")
        ADULT_EDUCATION = "adult_education", _("Adult education and literacy (Title II)")
        HIGHER_EDUCATION = "higher_education", _("Higher education")
        ECONOMIC_DEVELOPMENT = "economic_development", _("Economic and community development")
        EMPLOYMENT_SERVICE = "employment_service", _("Employment service (Wagner-Peyser)")
        REHABILITATION = "rehabilitation", _("Vocational rehabilitation (Title I of the Rehabilitation Act)")
        OTHER = "other", _("Other")

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="board_seats")
    category = models.CharField(_("represents"), max_length=24, choices=Category)
    label = models.CharField(
        _("name of the seat"), max_length=100, blank=True, help_text=_("To tell seats apart: “Health care”.")
    )
    is_voting = models.BooleanField(
        _("votes"), default=True, help_text=_("Every seat that the law requires must have a vote (20 CFR 679.320(h)).")
    )
    nominated_by = models.CharField(
        _("nominated by"), max_length=150, blank=True,
        help_text=_("For example, the chamber of commerce or the central labor council."),
    )  # fmt: skip
    appointed_by = models.CharField(_("appointed by"), max_length=150, blank=True)

    objects = BoardSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("board seat")
        indexes = [models.Index(fields=["area"], name="board_seat_by_area", condition=Q(archived_at=None))]

    def __str__(self) -> str:
        category = str(self.get_category_display())
        return f"{category}: {self.label}" if self.label else category

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("partners:board_seat_detail", args=[self.pk])


class BoardTermQuerySet(HeldQuerySet):
    """Terms on boards, by area and by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the terms in seats of areas that the user sees."""
        return self.filter(seat__in=BoardSeat.objects.visible_to(user).values("pk"))

    def of(self, area: LocalArea | int) -> Self:
        """Return the terms in seats of an area's board that are not archived."""
        return self.current().filter(seat__area=area, seat__archived_at=None)


@tracked(parent="seat", exclude=["last_on"])
class BoardTerm(Held):
    """One person's term in a seat of the board. One person may serve in several seats (20 CFR 679.320(g))."""

    seat = models.ForeignKey(BoardSeat, models.PROTECT, related_name="terms")
    position = models.CharField(
        _("position and employer"), max_length=200, blank=True, help_text=_("Published with the name (20 CFR 679.390).")
    )

    objects = BoardTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term on the board")
        verbose_name_plural = _("terms on the board")
        constraints = [
            *held_in_order("board_term"),
            ExclusionConstraint(
                name="board_seat_is_held_by_one_person_at_a_time",
                expressions=[("seat", "="), (held_days(), "&&")],
                condition=Q(archived_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["user"], name="board_term_by_user", condition=Q(archived_at=None)),
            models.Index(fields=["last_on"], name="board_term_by_last_day", condition=Q(archived_at=None)),
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the page of the seat."""
        return reverse("partners:board_seat_detail", args=[self.seat_id])
