"""The forms of the partner network."""

from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from partners.manual import editions
from partners.manual.gathering import gather
from partners.models import ConfirmationRequest, ManualEdition, Partnership, Service, Usage
from tests import factories
from tests.add_forms.form import AddForm, Data

REPEATABLE = (
    r"partners:(?!invitation_accept).*_(edit|archive|restore|withdraw|take_back|remove|end|ends?_others|deactivate|verify"
    r"|unverify|(un)?verify_picked|archive_picked|restore_picked|accept|decline|approve|send_back|confirm_signatory"
    r"|make_main|rename|delete|commit|columns|header|left_out|put_aside|opened|reset|mend|fill)"
    r"|partners:(confirm|partnership_confirm|address_works)"
    r"|partners:(invitation_resend|manual_print_again|notice_send_again|notice_weekly_limit)"  # refused by their state
    r"|partners:service_(pause|reopen)"
    r"|partners:import_answers"  # the last answer counts
    r"|partners:check_plan"  # the last day counts
    r"|partners:unanswered_(keyword|term|nobody|reopen)"  # one answer for the same words; the last one counts
    r"|partners:notice_reply_done"  # adds nothing
    r"|partners:.*_(write|ask)_picked"  # writes nothing; refused for a week
)


def share_organization(world: Any) -> None:
    """Make the organization a partner of a second area, so that people of one area can only propose changes."""
    partner = Partnership.objects.get(pk=world.partner)
    area = factories.make_area(state=partner.area.state, name="Downriver", slug="downriver")
    factories.make_partnership(area, organization=partner.organization)


def ask_representative(world: Any) -> None:
    """Ask a representative without an account to confirm the services."""
    partner = Partnership.objects.get(pk=world.partner)
    person = factories.make_representative(partner, None, kind="alternate", name="Nell Ode", email="nell@ode.example")
    request = factories.make_request(partner, representative=person)
    world.question = request.token


def make_stale(world: Any) -> None:
    """Make a service due for confirmation, and forget that somebody was asked."""
    ConfirmationRequest.objects.all().delete()
    Service.objects.update(verified_on=None, verified_by=None)


def keep_unprinted_edition(world: Any) -> None:
    """Keep an edition of which nobody has asked for a PDF yet."""
    area, now = Partnership.objects.get(pk=world.partner).area, timezone.now()
    latest = ManualEdition.objects.of(area).first()
    manual = gather(area, today=now.date())
    world.edition = editions.keep_edition(area, manual, latest, title="Manual", note="", by=None, at=now).pk


def usage(world: Any) -> Data:
    """Return a formset with one new wording."""
    return {
        "said-TOTAL_FORMS": "1",
        "said-INITIAL_FORMS": "0",
        "said-0-whose": f"partner-{world.partner}",
        "said-0-wording": "leaving paper",
        "said-0-meaning": "What the classes lead to.",
    }


def other_usage(world: Any) -> Data:
    """Return the formset of one's own wordings with one more."""
    kept = Usage.objects.filter(term=world.term).earliest("pk")
    return usage(world) | {
        "said-TOTAL_FORMS": "2",
        "said-INITIAL_FORMS": "1",
        "said-0-id": str(kept.pk),
        "said-0-wording": "certificate",
        "said-1-whose": f"partner-{world.partner}",
        "said-1-wording": "leaving paper",
    }


ABSENCE = {"first_on": "2026-12-24", "reason": "Holiday"}
REVIEW = {"held_on": "2026-11-02", "outcome": "met", "findings": ""}
PLACE = {"name": "Annex", "street": "2 Elm Street", "city": "Riverbend", "state_code": "OH", "postal_code": "43001"}
SERVICE = {"name": "Resume clinic", "description": "Two hours with a coach.", "confirm": "on"}
HOURS = {"weekdays": ["2", "4"], "starts_at": "9:00 AM", "ends_at": "12:00 PM", "rhythm": "weekly", "way": "in_person"}
INVITATION = {"email": "nell@ode.example", "name": "Nell Ode", "role": "manager"}
FILE = SimpleNamespace(name="partners.csv", content=b"Agency,Web\nWillow Works,willow.example\n")

ADD_FORMS: dict[str, AddForm] = {
    "partners:partnership_add": AddForm(
        ("area",), {"name": "Quarry Road Shelter", "kind": "nonprofit", "status": "active"}
    ),
    "partners:organization_propose": AddForm(
        ("organization",), lambda w: {"name": "Millrace Adult Learning", "kind": "nonprofit", "phone": "(555) 010-0109",
                                      "note": "I called."},
        who="manager", prepare=share_organization,
    ),
    "partners:location_add": AddForm(("organization",), PLACE),
    "partners:service_add": AddForm(("partner",), SERVICE),
    "partners:service_copy": AddForm(("service",), SERVICE),
    "partners:holiday_add": AddForm(("area",), {"day": "2031-05-05", "name": "Founders Day", "closes_centers": "on"}),
    "partners:room_add": AddForm(("center",), {"name": "River room", "seats": "8"}),
    "partners:location_room_add": AddForm(("location",), {"name": "River room", "seats": "8"}),
    "partners:board_seat_add": AddForm(("area",), {"category": "labor", "label": "", "is_voting": "on"}),
    "partners:board_term_add": AddForm(
        ("board_seat",), {"name": "Ode Nell", "from_on": "2031-01-01", "until_on": "2032-12-31"}
    ),
    "partners:office_add": AddForm(("area",), {"kind": "chair", "title": "Chair of the board"}),
    "partners:organization_office_add": AddForm(("organization",), {"kind": "agency_head", "title": "Director"}),
    "partners:tenure_add": AddForm(("office",), {"name": "Ode Nell", "from_on": "2031-01-01"}),
    "partners:center_add": AddForm(("area",), PLACE | {"kind": "affiliate"}),
    "partners:presence_add": AddForm(("partner",), lambda w: HOURS | {"center": w.center}),
    "partners:absence_add": AddForm(("partner",), ABSENCE),
    "partners:absence_close": AddForm(("center",), ABSENCE),
    "partners:certification_add": AddForm(("center",), REVIEW),
    "partners:accessibility_add": AddForm(("center",), REVIEW),
    "partners:representative_add": AddForm(
        ("partner",), {"name": "Nell Ode", "email": "nell@ode.example", "kind": "alternate"}
    ),
    "partners:decision_add": AddForm(
        ("area", "undecided"),
        {"kind": "not_carried_out", "decided_by": "The board", "decided_on": "2026-03-12", "reason": "Nobody runs it.",
         "source": "Minutes"},
    ),
    "partners:access_add": AddForm(
        ("area", "carried"), lambda w: {"center": w.annex, "mode": "staff", "who": "Two counselors"},
        prepare=lambda w: setattr(w, "annex", factories.make_center(
            Partnership.objects.get(pk=w.partner).area, name="Annex").pk),
    ),
    "partners:import_add": AddForm(
        ("area",), lambda w: {"kind": "partners", "file": SimpleUploadedFile(FILE.name, FILE.content)}
    ),
    "partners:manual_issue": AddForm(
        ("area",), {"title": "Resource manual", "note": ""},
        prepare=lambda w: Service.objects.update(cost="$5"),
    ),
    "partners:manual_print_ask": AddForm(("area",), {"for": "network"}, page=("partners:manual", "area")),
    "partners:manual_edition_print": AddForm(
        ("edition",), {"for": "public"}, page=("partners:manual_edition", "edition"),
        prepare=keep_unprinted_edition,
    ),
    "partners:seat_add": AddForm(("area", "person"), {"role": "board"}),
    "partners:invitation_add": AddForm(("area",), lambda w: INVITATION | {"partner": w.partner}),
    "partners:colleague_invite": AddForm(("organization",), lambda w: INVITATION | {"partner": w.partner}),
    "partners:term_add": AddForm(
        ("area",), lambda w: {"name": "barrier", "definition": "What stands in the way of a job."} | usage(w)
    ),
    "partners:term_say": AddForm(("term",), other_usage, who="manager"),
    "partners:practice_add": AddForm(
        ("area",), {"title": "One desk", "situation": "Two lines.", "did": "We made one.", "result": "Half the wait.",
                    "happened_on": "2026-09", "vouched": "on"},
    ),
    "partners:practice_adopt": AddForm(
        ("practice",), lambda w: {"partnership": w.willow, "since": "2026-10-01"},
        prepare=lambda w: setattr(w, "willow", factories.make_partnership(
            Partnership.objects.get(pk=w.partner).area, name="Willow Works").pk),
    ),
    "partners:check_add": AddForm(
        ("adoption",),
        lambda w: {"known": w.adoption_check, "result": "changed", "helps": "yes", "observed": "On two pages.",
                   "checked_on": "2026-10-20", "checked_name": "Ann Example"},
    ),
    "partners:partnership_ask": AddForm(("partner",), {}, prepare=make_stale),
    "partners:service_ask_picked": AddForm(
        ("area",), lambda w: {"pick": w.service}, page=("partners:service_list", "area"), prepare=make_stale
    ),
    "partners:confirm_change": AddForm(
        ("question", "service"), {"cost": "$5"}, who="", prepare=ask_representative
    ),
    "partners:directory_report": AddForm(
        ("service",), {"what": "phone", "value": "(555) 010-0150", "note": "Nobody answers."}, who="",
    ),
    "partners:proposal_add": AddForm(
        ("service",), {"name": "GED classes", "cost": "$5", "note": "I asked."}, who="colleague"
    ),
}  # fmt: skip
