"""The public page of a workforce board (20 CFR 679.390)."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.groups import Group
from onestop.files.models import StoredFile
from onestop.history.tracking import tracked


class BoardPageQuerySet(models.QuerySet):
    """Pages of boards, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return those that are published, and those of boards that the user sees."""
        return self.filter(Q(is_published=True) | Q(group__in=Group.objects.visible_to(user).values("pk")))


@tracked(parent="group")
class BoardPage(models.Model):
    """What the public finds of a board: members, by-laws, agendas and minutes, and whom to ask for accommodation.

    The board must make these available on a regular basis, through electronic means and open meetings (20 CFR 679.390).
    """

    group = models.OneToOneField(Group, models.PROTECT, related_name="board_page")
    is_published = models.BooleanField(_("public"), default=False)
    about = models.TextField(
        _("about the board"), blank=True, max_length=4000, help_text=_("In plain words, for people who do not know it.")
    )
    shows_members = models.BooleanField(_("show the members"), default=True)
    bylaws = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by-laws")
    )
    accommodation_name = models.CharField(_("contact for accommodation"), max_length=150, blank=True)
    accommodation_email = models.EmailField(_("email"), max_length=254, blank=True)
    accommodation_phone = models.CharField(_("phone"), max_length=40, blank=True)
    accommodation_note = models.TextField(
        _("how to ask for accommodation"), blank=True, max_length=1000,
        help_text=_("For example, how many days before a meeting an interpreter is asked for."),
    )  # fmt: skip

    objects = BoardPageQuerySet.as_manager()
    history_silent = ("bylaws",)

    class Meta:
        verbose_name = _("page of the board")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_published=False) | ~Q(accommodation_email="") | ~Q(accommodation_phone=""),
                name="public_page_says_whom_to_ask_for_accommodation",
            )
        ]

    def __str__(self) -> str:
        return str(self.group)

    def get_absolute_url(self) -> str:
        """Return its public address, or that of the board while it is not published."""
        if self.is_published and self.group.area:
            return reverse("meetings:board_public", args=[self.group.area.slug])
        return self.group.get_absolute_url()
