"""The coverage of an area: decisions on required programs, and access to programs in its centers."""

from typing import Any, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models.partnerships import Partnership
from partners.models.places import Center, LocalArea
from partners.models.programs import Program
from partners.models.visibility import in_visible_area, is_current_or_kept

A_WORKING_DAY = 480  # in minutes; a direct linkage is made while the person is in the center


class ProgramDecisionQuerySet(ArchivedQuerySet):
    """Decisions, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return decisions of the areas the user may see; withdrawn ones only for staff and the state."""
        return self.filter(is_current_or_kept(user), in_visible_area(user, "area"))

    def against_a_partner(self) -> Self:
        """Return current decisions that a program needs no partner; an exempt program may have one nevertheless."""
        return self.current().exclude(kind=ProgramDecision.Kind.EXEMPTED)


@tracked(parent="area")
class ProgramDecision(Archivable):
    """Why a required program needs no partner in an area (20 CFR 678.400, 678.405(b), 678.415(a)).

    Another organization covers it by agreement, it is not carried out there, or the Governor exempts it. The other
    organization is a partner of the area (``agreement_partner``), or named in ``agreement_with``. A withdrawn decision
    is archived, and stays in the history.
    """

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", _("Covered by agreement")
        NOT_CARRIED_OUT = "not_carried_out", _("Not carried out in this area")
        EXEMPTED = "exempted", _("Exempted by the Governor")

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="program_decisions")
    program = models.ForeignKey(Program, models.PROTECT, related_name="decisions")
    kind = models.CharField(_("decision"), max_length=20, choices=Kind)
    agreement_partner = models.ForeignKey(
        Partnership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreed_decisions",
        verbose_name=_("agreement with a partner"),
    )
    agreement_with = models.CharField(_("agreement with another organization"), max_length=200, blank=True)
    decided_on = models.DateField()
    decided_by = models.CharField(_("decided by"), max_length=150)
    reason = models.TextField()
    source = models.CharField(_("source"), max_length=300)

    objects = ProgramDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "program"], condition=Q(archived_at=None), name="program_is_decided_once_in_an_area"
            ),
            models.CheckConstraint(
                condition=~Q(decided_by="") & ~Q(reason="") & ~Q(source=""), name="decision_says_who_why_and_where"
            ),
            models.CheckConstraint(
                condition=Q(kind="agreement", agreement_partner__isnull=False, agreement_with="")
                | (Q(kind="agreement", agreement_partner=None) & ~Q(agreement_with=""))
                | (~Q(kind="agreement") & Q(agreement_partner=None, agreement_with="")),
                name="decision_names_the_other_side_of_an_agreement",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def organization_name(self) -> str:
        """The organization with which an agreement covers the program; blank without an agreement."""
        return self.agreement_partner.organization.name if self.agreement_partner else self.agreement_with

    @property
    def in_words(self) -> str:
        """The decision in words: "Covered by agreement with Valley Works", "Not carried out in this area"."""
        if self.kind != self.Kind.AGREEMENT:
            return str(self.get_kind_display())
        return gettext("Covered by agreement with %(organization)s") % {"organization": self.organization_name}


class ProgramAccessQuerySet(ArchivedQuerySet):
    """Access to programs, by who may see it."""

    def visible_to(self, user: Any) -> Self:
        """Return access in the areas the user may see; removed access only for staff and the state."""
        return self.filter(is_current_or_kept(user, area="center__area"), in_visible_area(user, "center__area"))


@tracked(parent="program")
class ProgramAccess(Archivable):
    """One way of access in a center to a partner's program (20 CFR 678.305(d)).

    Program staff with fixed days are read from the co-location schedule (``Presence``) instead.
    """

    class Mode(models.TextChoices):
        STAFF = "staff", _("Program staff in the center")
        TRAINED = "trained", _("Trained staff of another partner")
        LINKAGE = "linkage", _("Direct linkage")

    class Medium(models.TextChoices):
        PHONE = "phone", _("Phone")
        VIDEO = "video", _("Video")
        CHAT = "chat", _("Live chat")

    program = models.ForeignKey(Program, models.PROTECT, related_name="accesses")
    center = models.ForeignKey(Center, models.PROTECT, related_name="accesses")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="accesses", verbose_name=_("partner"))
    mode = models.CharField(_("kind of access"), max_length=10, choices=Mode)
    who = models.CharField(max_length=200)
    host = models.ForeignKey(
        Partnership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hosted_accesses",
        verbose_name=_("whose staff"),
    )
    trained_on = models.DateField(_("last trained on"), null=True, blank=True)
    medium = models.CharField(_("medium"), max_length=10, choices=Medium, blank=True)
    within_minutes = models.PositiveSmallIntegerField(
        _("within how many minutes"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(A_WORKING_DAY, _("A wait longer than a working day is not a direct linkage."))],
    )
    note = models.CharField(max_length=300, blank=True)

    objects = ProgramAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("access")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "center", "partnership", "mode", "host", "medium"],
                condition=Q(archived_at=None),
                nulls_distinct=False,
                name="access_is_recorded_once",
            ),
            models.CheckConstraint(condition=~Q(who=""), name="access_says_who"),
            models.CheckConstraint(
                condition=Q(mode="trained", host__isnull=False)
                | (~Q(mode="trained") & Q(host=None) & Q(trained_on=None)),
                name="access_has_a_host_where_others_are_trained",
            ),
            models.CheckConstraint(
                condition=Q(host=None) | ~Q(host=F("partnership")), name="access_is_hosted_by_another_partner"
            ),
            models.CheckConstraint(
                condition=(Q(mode="linkage", within_minutes__isnull=False) & ~Q(medium=""))
                | (~Q(mode="linkage") & Q(medium="", within_minutes=None)),
                name="access_says_how_and_how_soon_it_links",
            ),
            models.CheckConstraint(
                condition=Q(within_minutes=None) | Q(within_minutes__lte=A_WORKING_DAY),
                name="access_links_within_a_working_day",
            ),
        ]
        indexes = [models.Index(fields=["center"], name="access_by_center", condition=Q(archived_at=None))]

    def __str__(self) -> str:
        return str(self.get_mode_display())
