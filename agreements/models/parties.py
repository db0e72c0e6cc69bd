"""The parties of an agreement, and in which office each signs."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models import Office, Partnership


class PartyQuerySet(ArchivedQuerySet):
    """Parties, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the parties of agreements that the user sees."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))

    def in_order(self) -> Self:
        """Return parties as a document lists them: the board, chief elected officials, partners, others."""
        kinds = {kind: number for number, kind in enumerate(Party.Kind.values)}
        order = models.Case(*(models.When(kind=kind, then=number) for kind, number in kinds.items()))
        name = models.functions.Lower(models.functions.Coalesce("partnership__organization__name", "name"))
        return self.order_by(order, name, "pk")


@tracked(parent="agreement")
class Party(Archivable):
    """One party: a partner, the board, a chief elected official, or another body by name (20 CFR 678.500(a))."""

    class Kind(models.TextChoices):
        BOARD = "board", _("Workforce board")
        OFFICIAL = "official", _("Chief elected official")
        PARTNER = "partner", _("Partner")
        OTHER = "other", _("Other body")

    class Presence(models.TextChoices):
        COMPREHENSIVE = "comprehensive", _("In a comprehensive center")
        AFFILIATE = "affiliate", _("In affiliate centers only")
        ELSEWHERE = "elsewhere", _("Not co-located")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="agreement_parties", verbose_name=_("partner")
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="signed_for", verbose_name=_("signs as"),
        help_text=_("The office whose holder signs: a change of the person does not change the agreement."),
    )  # fmt: skip
    presence = models.CharField(_("takes part"), max_length=14, choices=Presence, blank=True)
    effective_on = models.DateField(
        _("effective date of this party"), null=True, blank=True,
        help_text=_("Only if it differs from that of the agreement."),
    )  # fmt: skip

    left_on = models.DateField(
        _("left"), null=True, blank=True, help_text=_("The first day on which it is no longer a party.")
    )
    departure_reason = models.CharField(_("why it left"), max_length=300, blank=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="partner", partnership__isnull=False, name="")
                | ~Q(kind="partner") & Q(partnership=None) & ~Q(name=""),
                name="party_is_a_partner_or_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | ~Q(departure_reason=""),
                name="departure_has_a_day_and_a_reason",
            ),
            models.UniqueConstraint(
                fields=["agreement", "partnership"], condition=Q(archived_at=None), name="partner_is_a_party_once"
            ),
            models.UniqueConstraint(
                models.functions.Lower("name"), "agreement",
                condition=Q(archived_at=None) & ~Q(name=""), name="body_is_a_party_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.partnership.organization.name if self.partnership else self.name


@tracked(parent="agreement")
class CoSigner(models.Model):
    """A further office that signs for a party, besides the one that the party names."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="co_signers")
    party = models.ForeignKey(Party, models.CASCADE, related_name="co_signers", verbose_name=_("party"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("also signs as"))
    turn = models.PositiveSmallIntegerField(
        _("turn"), default=1,
        help_text=_("1 is asked together with the first office of the party, 2 once that one has signed, and so on."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("further signatory")
        constraints = [
            models.UniqueConstraint(fields=["party", "office"], name="office_is_a_co_signer_once"),
            models.CheckConstraint(condition=Q(turn__gte=1), name="turns_of_co_signers_count_from_one"),
        ]

    def __str__(self) -> str:
        return str(self.office)
