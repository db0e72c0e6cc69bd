"""Agreements between the partners of an area."""

from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import (
    Case,
    DateField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Greatest, Least
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onestop.files.models import StoredFile
from onestop.history.tracking import tracked
from partners.models import LocalArea
from partners.models.visibility import any_of
from partners.seats import seats_of


class AgreementQuerySet(models.QuerySet):
    """Agreements, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the agreements of areas where the user is staff, on the board or the state, and those of a partner.

        A draft is seen by the staff and the state, and by its parties once it is in review.
        """
        seats = seats_of(user)
        if seats.everything:
            return self
        kept = any_of(area_id__in=seats.staff_area_ids, area__state_id__in=seats.state_ids)
        party, further = (apps.get_model(f"agreements.{name}") for name in ("Party", "FurtherArea"))
        parties = party.objects.current().filter(partnership__in=seats.partnership_ids)
        shared = any_of(
            Q(pk__in=parties.values("agreement")),
            Q(pk__in=further.objects.filter(area__in=seats.area_ids).values("agreement")),
            area_id__in=seats.area_ids,
        )
        return self.filter(kept | shared & ~Q(status=Agreement.Status.DRAFT))

    def executed(self) -> Self:
        """Return those that all have signed, also terminated and superseded ones."""
        return self.filter(executed_on__isnull=False)

    def with_terms(self) -> Self:
        """Annotate what the standing of each is read from: ``ends_on`` and ``successor_on``.

        ``ends_on`` is the last day in force: the expiration date, or a later one to which an executed amendment extends
        the agreement, and in any case the day before it was terminated. ``successor_on`` is the first day of an
        executed successor.
        """
        extensions = Agreement.objects.executed().filter(amends=OuterRef("pk")).exclude(status="terminated").order_by()
        extended_to = extensions.values("amends").annotate(last=Max("extends_to")).values("last")
        successors = Agreement.objects.executed().filter(supersedes=OuterRef("pk")).order_by()
        begun_on = successors.values("supersedes").annotate(first=Min("effective_on")).values("first")
        open_ended = When(expires_on=None, then=Value(None, DateField()))
        planned = Case(open_ended, default=Greatest("expires_on", Subquery(extended_to)))  # without nulls
        day_before = ExpressionWrapper(F("terminated_on") - timedelta(days=1), DateField())
        return self.annotate(
            ends_on=Least(planned, Cast(day_before, DateField()), output_field=DateField()),
            successor_on=Subquery(begun_on, output_field=DateField()),
        )

    def of(self, area: LocalArea | int) -> Self:
        """Return the agreements that an area leads."""
        return self.filter(area=area)


@tracked()
class Agreement(models.Model):
    """A memorandum of understanding, infrastructure funding agreement, purchase of service or other agreement.

    It is drafted, reviewed by its parties, sent for signature and executed when all have signed (20 CFR 678.500(d)).
    Whether it is in force, expiring or expired is read from its dates, never stored. What was sent for signature never
    changes: an amendment is an agreement of its own, which supersedes or amends it.
    """

    class Kind(models.TextChoices):
        UMBRELLA = "umbrella", _("Umbrella MOU")
        SINGLE = "single", _("MOU with one partner")
        IFA = "ifa", _("Infrastructure funding agreement (IFA)")
        PURCHASE = "purchase", _("Purchase of service")
        AMENDMENT = "amendment", _("Amendment")
        OTHER = "other", _("Other written agreement")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        SIGNING = "signing", _("Out for signature")
        EXECUTED = "executed", _("Executed")
        TERMINATED = "terminated", _("Terminated")
        SUPERSEDED = "superseded", _("Superseded")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Origin(models.TextChoices):
        TEMPLATE = "template", _("Built-in template")
        COPY = "copy", _("Copy of an earlier agreement")
        EXISTING = "existing", _("Signed outside the portal")

    MOUS = (Kind.UMBRELLA, Kind.SINGLE)
    EDITABLE = (Status.DRAFT, Status.REVIEW)

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="agreements", verbose_name=_("area"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    number = models.CharField(_("number"), max_length=40, help_text=_("As your files name it, such as MOU-27-01."))
    title = models.CharField(_("title"), max_length=200)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    origin = models.CharField(_("begun from"), max_length=10, choices=Origin, default=Origin.TEMPLATE)
    effective_on = models.DateField(_("effective date"), null=True, blank=True)
    expires_on = models.DateField(_("expiration date"), null=True, blank=True, help_text=_("The last day in force."))
    review_on = models.DateField(
        _("review by"), null=True, blank=True,
        help_text=_("An MOU is reviewed at least once in each 3-year period (20 CFR 678.500(b)(6))."),
    )  # fmt: skip
    is_interim = models.BooleanField(
        _("interim agreement"), default=False,
        help_text=_(
            "Only of an infrastructure funding agreement. The final one follows within 6 months after the MOU is "
            "signed, or the Governor is notified (20 CFR 678.715(c))."
        ),
    )  # fmt: skip
    extends_to = models.DateField(
        _("extends the agreement to"), null=True, blank=True,
        help_text=_("Only of an amendment: the new last day of the agreement that it amends."),
    )  # fmt: skip
    terminates = models.BooleanField(
        _("ends the agreement"), default=False,
        help_text=_("Only of an amendment: on the day on which it takes effect, it ends the agreement that it amends."),
    )  # fmt: skip
    departing = models.ForeignKey(
        "agreements.Party", models.PROTECT, null=True, blank=True, related_name="departures",
        verbose_name=_("party that leaves"),
        help_text=_("Only of an amendment: on the day on which it takes effect, this party leaves."),
    )  # fmt: skip
    terminated_on = models.DateField(_("terminated"), null=True, blank=True)
    termination_reason = models.CharField(_("reason of the termination"), max_length=300, blank=True)
    note = models.TextField(_("note for staff"), blank=True, max_length=2000)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("succeeds")
    )
    amends = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="amendments", verbose_name=_("amends")
    )
    signed_file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed document")
    )
    begun_at = models.DateTimeField(_("begun"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("begun by")
    )
    executed_on = models.DateField(_("executed"), null=True, blank=True)

    ends_on: date | None  # by with_terms
    successor_on: date | None

    objects = AgreementQuerySet.as_manager()
    history_silent = ("begun_at", "begun_by", "note")  # the note is for staff, the history for all who see it

    class Meta:
        verbose_name = _("agreement")
        constraints = [
            models.UniqueConstraint(fields=["area", "number"], name="agreement_is_numbered_once_in_an_area"),
            models.CheckConstraint(
                condition=Q(effective_on=None) | Q(expires_on=None) | Q(effective_on__lte=F("expires_on")),
                name="agreement_begins_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(executed_on=None)
                ^ Q(status__in=["executed", "terminated", "superseded"], effective_on__isnull=False),
                name="agreement_is_dated_when_executed",
            ),
            models.CheckConstraint(
                condition=Q(kind="amendment", amends__isnull=False) | ~Q(kind="amendment") & Q(amends=None),
                name="amendment_amends_an_agreement",
            ),
            models.CheckConstraint(
                condition=Q(kind="ifa") | Q(is_interim=False), name="only_a_funding_agreement_is_interim"
            ),
            models.CheckConstraint(
                condition=Q(extends_to=None) | Q(kind="amendment"), name="only_an_amendment_extends_an_agreement"
            ),
            models.CheckConstraint(
                condition=Q(terminates=False, departing=None) | Q(kind="amendment"),
                name="only_an_amendment_ends_an_agreement_or_lets_a_party_leave",
            ),
            models.CheckConstraint(
                condition=Q(terminated_on=None) & ~Q(status="terminated")
                | Q(status__in=["executed", "terminated"], terminated_on__gt=F("effective_on"))
                & ~Q(termination_reason=""),
                name="termination_has_a_day_and_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(supersedes=F("id")) & ~Q(amends=F("id")), name="agreement_is_not_its_own"
            ),
        ]
        indexes = [
            models.Index(fields=["area", "status"], name="agreement_by_area"),
            models.Index(fields=["expires_on"], name="agreement_by_last_day", condition=Q(status="executed")),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.title}"

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("agreements:agreement_detail", args=[self.pk])

    @property
    def state_id(self) -> int:
        """The state of the area that leads."""
        return self.area.state_id

    @property
    def is_editable(self) -> bool:
        """Whether its text, parties and dates may still change: before it is sent for signature."""
        return self.status in self.EDITABLE

    @property
    def is_mou(self) -> bool:
        """Whether it is a memorandum of understanding."""
        return self.kind in self.MOUS


@tracked(parent="agreement")
class FurtherArea(models.Model):
    """A further area of a regional agreement, besides the one that leads it (20 CFR 678.505(b))."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="further_areas")
    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="+", verbose_name=_("area"))

    class Meta:
        verbose_name = _("further area")
        constraints = [models.UniqueConstraint(fields=["agreement", "area"], name="area_takes_part_once")]

    def __str__(self) -> str:
        return str(self.area)
