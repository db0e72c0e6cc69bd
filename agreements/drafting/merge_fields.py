"""Merge fields of clauses: what they stand for, live until the agreement is sent for signature."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Party
from onestop.ui.sentences import join_words
from partners.models import Center, Program, Service

FIELDS: Mapping[str, str | Promise] = {
    "parties": _("Names of all parties"),
    "partners": _("Names of the partners"),
    "board": _("Name of the board"),
    "officials": _("Chief elected officials"),
    "area": _("Name of the area"),
    "centers": _("Names of the centers"),
    "programs": _("Programs of the partners"),
    "services": _("Number of services in the directory"),
    "number": _("Number of the agreement"),
    "begins": _("Effective date"),
    "ends": _("Expiration date"),
    "review": _("Date of the review"),
    "amended": _("Number of the amended agreement"),
    "departing": _("Party that leaves (of an amendment)"),
    "extended_to": _("Date to which an amendment extends the agreement"),
}


def values_of(agreement: Agreement, parties: Sequence[Party]) -> dict[str, str]:
    """Return what each merge field shows now; a constant number of queries."""
    area = agreement.area
    partnerships = [party.partnership_id for party in parties if party.partnership_id]
    centers = Center.objects.current().filter(area=area).order_by("name").values_list("name", flat=True)
    programs = Program.objects.filter(partnership_links__partnership__in=partnerships).distinct()
    services = Service.objects.current().filter(partnership__in=partnerships).count()
    names = {kind: [str(party) for party in parties if party.kind == kind] for kind in Party.Kind.values}
    return {
        "parties": _listed([str(party) for party in parties]),
        "partners": _listed(names[Party.Kind.PARTNER]),
        "board": area.board_name,
        "officials": _listed(names[Party.Kind.OFFICIAL]),
        "area": area.name,
        "centers": _listed(list(centers)),
        "programs": _listed(list(programs.order_by("position").values_list("short_name", flat=True))),
        "services": f"{services:,}",
        "number": agreement.number,
        "begins": _dated(agreement.effective_on),
        "ends": _dated(agreement.expires_on),
        "review": _dated(agreement.review_on),
        "amended": agreement.amends.number if agreement.amends else gettext("(none)"),
        "departing": str(agreement.departing) if agreement.departing else gettext("(none recorded)"),
        "extended_to": _dated(agreement.extends_to),
    }


def _listed(names: Sequence[str]) -> str:
    return join_words(names) if names else gettext("(none recorded)")


def _dated(day: date | None) -> str:
    return date_format(day, "F j, Y") if day else gettext("(date to be entered)")
