"""The kinds of files of the partner network. Importing this module registers them."""

from typing import IO

from django.utils.translation import gettext_lazy as _

from onestop.files.uploaded_tables import Limits, UploadedTable, is_zip, refuse_if_too_big
from partners.importing import hsds, network_writers
from partners.importing.kinds import ImportKind, register_kind
from partners.importing.network_fields import PARTNER_FIELDS, PRESENCE_FIELDS, SERVICE_FIELDS, TERM_FIELDS
from partners.importing.partner_rows import PartnerPlanner
from partners.importing.presence_rows import PresencePlanner
from partners.importing.service_rows import ServicePlanner
from partners.importing.term_rows import TermPlanner

STAY_UNCONFIRMED = _("An import does not confirm services. They stay unconfirmed until someone confirms them.")
OF_OTHER_FILES = [field.code for field in SERVICE_FIELDS if field.part in ("new_partner", "hsds")]


def _hsds(file: IO[bytes], limits: Limits) -> UploadedTable | None:
    refuse_if_too_big(file, limits)
    if is_zip(file):
        return hsds.read_zip(file, limits) if hsds.is_hsds(file, limits) else None
    return hsds.read_json(file, limits) if hsds.is_json(file) else None


register_kind(
    ImportKind(
        "partners",
        _("Partners"),
        one_row=_("each partner"),
        thing=_("Partner"),
        afterwards=STAY_UNCONFIRMED,
        target="partners:partnership_detail",
        fields=PARTNER_FIELDS,
        planner=PartnerPlanner,
        writer=network_writers.PartnerWriter,
        switches=("fill_down", "rest_to_notes"),
        repeated=("programs", "street", "contact_name", "notes"),
        guessed={"email": "contact_email"},
    )
)
register_kind(
    ImportKind(
        "services",
        _("Services"),
        one_row=_("each service"),
        thing=_("Service"),
        afterwards=STAY_UNCONFIRMED,
        target="partners:service_detail",
        fields=SERVICE_FIELDS,
        planner=ServicePlanner,
        writer=network_writers.ServiceWriter,
        switches=("fill_down", "add_missing_partners", "keep_test_rows", "rest_to_notes"),
        left_out=("number", "source_key", "status", *OF_OTHER_FILES),
        repeated=("languages", "eligibility", "notes"),
        guessed={},
        other_formats=_("For services also HSDS: a ZIP file of its tables, or JSON."),
        reads_other=_hsds,
    )
)
register_kind(
    ImportKind(
        "terms",
        _("Terms"),
        one_row=_("each usage of a term"),
        thing=_("Term"),
        afterwards=_("New and changed terms are pending approval."),
        target="partners:term_detail",
        fields=TERM_FIELDS,
        planner=TermPlanner,
        writer=network_writers.TermWriter,
    )
)
register_kind(
    ImportKind(
        "presence",
        _("Hours on site"),
        one_row=_("the hours of a partner at a center"),
        thing=_("Partner and center"),
        afterwards=_("The new hours are in the on-site schedule."),
        target="partners:partnership_detail",
        fields=PRESENCE_FIELDS,
        planner=PresencePlanner,
        writer=network_writers.PresenceWriter,
        switches=("fill_down",),
        left_out=("number", "hours"),
        guessed={},
    )
)
