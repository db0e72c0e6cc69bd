"""The way to signature: approvals that each party needs, and the record of negotiations."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from agreements.models.parties import Party
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked


class ApprovalStepQuerySet(ArchivedQuerySet):
    """Approvals, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the approvals of agreements that the user sees."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))

    def in_order(self) -> Self:
        """Return approvals by party, and as they follow each other."""
        rows = self.select_related("party__partnership__organization")
        return rows.order_by("party", models.functions.Coalesce("done_on", "planned_on"), "pk")


@tracked(parent="agreement")
class ApprovalStep(Archivable):
    """One approval that a party needs before it signs: its own board, a county or city board, counsel."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="approval_steps")
    party = models.ForeignKey(Party, models.PROTECT, related_name="approval_steps", verbose_name=_("party"))
    name = models.CharField(_("approval"), max_length=150, help_text=_("For example, county commission, or counsel."))
    planned_on = models.DateField(_("planned for"))
    done_on = models.DateField(_("given on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ApprovalStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="approval_has_a_name")]

    def __str__(self) -> str:
        return self.name


class NegotiationEntryQuerySet(ArchivedQuerySet):
    """Entries of the record of negotiations, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return entries of agreements that the user sees; pages show them to staff, state and board only."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))


@tracked(parent="agreement")
class NegotiationEntry(Archivable):
    """One attempt to reach an agreement in good faith, which the MOU or a report of an impasse names (678.510)."""

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        CALL = "call", _("Call")
        LETTER = "letter", _("Letter or email")
        OFFER = "offer", _("Offer")
        HELP = "help", _("Help asked of the State")
        IMPASSE = "impasse", _("Impasse")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="negotiation_entries")
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="negotiation_entries", verbose_name=_("with")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    happened_on = models.DateField(_("date"))
    text = models.TextField(_("what happened"), max_length=4000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )

    objects = NegotiationEntryQuerySet.as_manager()
    history_silent = ("by",)

    class Meta:
        verbose_name = _("negotiation")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="negotiation_says_what_happened")]
        indexes = [models.Index(fields=["agreement", "-happened_on"], name="negotiation_by_agreement")]

    def __str__(self) -> str:
        return str(self.get_kind_display())
