"""PDFs of dashboards: board packets, the guide to engage board members, a partner in ten minutes."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting
from onestop.accounts.models import EmailedLink
from onestop.accounts.models.emailed_link import EmailedLinkQuerySet
from onestop.files.documents import (
    Document,
    DocumentQuerySet,
    has_its_file_when_ready,
    private_name,  # noqa: F401 -- migrations name it here
)
from onestop.history.tracking import tracked
from partners.models import BoardTerm, LocalArea, Partnership
from partners.models.visibility import any_of
from partners.seats import seats_of


class DashboardPdfQuerySet(DocumentQuerySet):
    """PDFs of dashboards, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return those of areas where the user is staff, of the state or on the board; partners see their own."""
        seats = seats_of(user)
        if seats.everything:
            return self
        return self.filter(
            any_of(
                area_id__in={*seats.staff_area_ids, *seats.board_area_ids},
                area__state_id__in=seats.state_ids,
                partnership_id__in=seats.partnership_ids,
            )
        )


class DashboardPdf(Document):
    """A PDF as it was on request, kept as issued. The same contents are made once.

    It is made from ``html``. That of a packet stays, since a packet is a record of what the board was shown: the page
    of a link shows it to members who cannot read the PDF, and a trigger keeps both as they were issued. That of a
    guide or a briefing is emptied when the PDF is there: nothing reads it again, and a briefing, which has names and
    addresses of people, must leave nothing behind when its PDF is deleted. ``digest`` is of the text in any case.
    ``sections`` names what a packet contains, in order; ``day`` is the day of the figures in it.
    """

    class Kind(models.TextChoices):
        PACKET = "packet", _("Board packet")
        GUIDE = "guide", _("Guide to engage board members")
        BRIEFING = "briefing", _("A partner in ten minutes")

    folder = "dashboards"

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="dashboard_pdfs")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=150)
    day = models.DateField(_("figures of"))
    sections = models.JSONField(_("sections"), default=list, blank=True)
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="briefings", verbose_name=_("partner")
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="board_packets", verbose_name=_("meeting")
    )
    digest = models.CharField(_("hash of the contents"), max_length=64)
    html = models.TextField(_("contents"), blank=True)

    objects = DashboardPdfQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "kind", "digest"], name="contents_of_a_dashboard_are_printed_once"),
            models.UniqueConstraint(
                fields=["asked_by"], condition=Q(status__in=["waiting", "making"], asked_by__isnull=False),
                name="person_waits_for_one_dashboard_pdf",
            ),
            models.CheckConstraint(
                condition=~Q(kind="briefing") | Q(partnership__isnull=False), name="briefing_is_of_a_partner"
            ),
            has_its_file_when_ready("dashboard_pdf_has_its_file_when_it_is_ready"),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["asked_at"], name="dashboard_pdf_at_work", condition=Q(status__in=["waiting", "making"])
            ),
            models.Index(fields=["area", "kind", "-asked_at"], name="dashboard_pdf_by_area"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ready_dashboard_pdf_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__status="ready")
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("dashboards:pdf_detail", args=[self.pk])


class PacketLinkQuerySet(EmailedLinkQuerySet):
    """Links to packets, with what decides whether they work."""

    def with_recipient(self) -> Self:
        """Fetch each with its recipient and the packet."""
        return self.select_related("asked_by", "user", "pdf__area__state", "term__seat")


@tracked(parent="pdf", exclude=["nonce"])
class PacketLink(EmailedLink):
    """A member of the board, and the link by which they read a packet without signing in."""

    purpose, page = "dashboards.packet", "dashboards:packet_by_link"

    pdf = models.ForeignKey(DashboardPdf, models.PROTECT, related_name="links")
    term = models.ForeignKey(BoardTerm, models.PROTECT, related_name="+", verbose_name=_("member of the board"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PacketLinkQuerySet.as_manager()
    history_silent = ("asked_at", "asked_by", "email", "expires_at", "user")

    class Meta:
        verbose_name = _("link to a packet")
        constraints = [
            models.CheckConstraint(condition=Q(asked_at__lt=F("expires_at")), name="packet_link_lives_a_while"),
            models.UniqueConstraint(
                fields=["pdf", "email"], condition=Q(revoked_at=None), name="member_has_one_link_to_a_packet"
            ),
        ]

    @property
    def account(self) -> Any:
        """The account of the recipient, if they have one."""
        return self.user

    def serves(self, at: datetime) -> bool:
        """Whether the member serves on the board at that time: the link ends with the term."""
        return not self.term.is_archived and self.term.is_on(at.astimezone(self.pdf.area.zone).date())

    def why_over(self, at: datetime) -> str:
        """Return why the link no longer works: also "ended", if the person no longer serves on the board."""
        return super().why_over(at) or ("" if self.serves(at) else "ended")
