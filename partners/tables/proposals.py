"""The table of proposals to change services."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, shortday
from onestop.ui.row_values import address_of, label_of
from partners.models import OrganizationProposal, Proposal
from partners.upkeep.proposals import labels_of

STATUS_KINDS = {"open": "soon", "accepted": "good", "declined": "rest", "withdrawn": "rest"}
STATUS_ICONS = {
    "open": "hourglass-split",
    "accepted": "check-circle-fill",
    "declined": "x-circle",
    "withdrawn": "arrow-counterclockwise",
}


def status_chip(proposal: Proposal | OrganizationProposal) -> SafeString:
    """Return the status of a proposal as a chip."""
    words = str(label_of(proposal, "status"))
    if proposal.status == Proposal.Status.ACCEPTED and len(proposal.taken) < len(proposal.after):
        words = gettext("Partly approved")
    return chip(STATUS_KINDS[proposal.status], words, STATUS_ICONS[proposal.status])


class ProposalTable(Table):
    """Proposals of an area. Needs service__partnership__organization."""

    row_header = "service"
    caption = _("Proposed changes")

    service = tables.Column(accessor="service__name", verbose_name=_("Service"))
    status = tables.Column(verbose_name=_("Status"))
    proposed = tables.Column(accessor="proposed_at", verbose_name=_("Proposed on"))
    proposer = tables.Column(accessor="proposer_name", verbose_name=_("Proposed by"))
    fields_ = tables.Column(accessor="after", verbose_name=_("Proposed changes"), orderable=False)

    class Meta(Table.Meta):
        sequence = ("service", "status", "proposed", "proposer", "fields_")

    def render_service(self, record: Any) -> SafeString:
        url = address_of("partners:proposal_detail", record.pk)
        partner = record.service.partnership.organization.name
        return format_html(
            '<a href="{}">{}</a><span class="op-table__sub">{}</span>', url, record.service.name, partner
        )

    def render_status(self, record: Any) -> SafeString:
        return status_chip(record)

    def render_proposed(self, value: Any) -> str:
        return shortday(value)

    def render_fields_(self, value: dict[str, Any]) -> str:
        return capfirst(", ".join(labels_of(value.keys())))

    def order_service(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("service__name")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True

    def order_proposer(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("proposer_name")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True
