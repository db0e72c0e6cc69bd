"""Every form that adds something: who sends it, from which page, and with what."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from onestop.editing.idempotency import FIELD
from partners.manual import editions
from partners.manual.gathering import gather
from partners.models import ConfirmationRequest, ManualEdition, Partnership, Service, Usage
from partners.upkeep import confirmation_requests
from tests import factories

Data = dict[str, Any]
HIDDEN = re.compile(r'<input type="hidden"\s+name="([^"]+)"(?:\s+value="([^"]*)")?')
KEY = re.compile(rf'name="{FIELD}" value="([\w-]+)"')
# What each request writes, whatever it is about.
BESIDES = {"sessions.session", "usersessions.usersession", "editing.idempotencykey"}


@dataclass(frozen=True)
class AddForm:
    """One form that adds something."""

    parts: tuple[str, ...]
    data: Data | Callable[[Any], Data]
    who: str = "staff"
    page: tuple[str, ...] = ()  # the name and parts of the page that shows it, if not its own
    query: str = ""
    prepare: Callable[[Any], Any] = field(default=lambda world: None)

    def address(self, name: str, world: Any) -> str:
        """Return where the form is sent."""
        return reverse(name, args=[getattr(world, part) for part in self.parts])

    def shown_at(self, name: str, world: Any) -> str:
        """Return the address of the page with the form."""
        if not self.page:
            return self.address(name, world)
        return reverse(self.page[0], args=[getattr(world, part) for part in self.page[1:]]) + self.query

    def values(self, world: Any) -> Data:
        """Return what is typed into the form."""
        return self.data(world) if callable(self.data) else self.data


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
    world.question = confirmation_requests.token_of(request)


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
    "accounts:view_keep": AddForm(
        (), lambda w: {"page": f"services:{w.area}", "title": "Mine", "query": "mine=1"},
        page=("partners:service_list", "area"), query="?q=GED",
    ),
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


def form_of(html: str, address: str, *, is_own: bool) -> str:
    """Return the text of the form on a page that is sent to an address; ``is_own`` if that is the page's own."""
    for form in re.findall(r"<form\b.*?</form>", html, re.DOTALL):
        head = form[: form.index(">")]
        leads_there = f'action="{address}"' in form or (is_own and " action=" not in head)
        if leads_there and KEY.search(form):
            return str(form)
    raise AssertionError(f"No form with an idempotency key leads to {address}.")


def open_form(client: Any, name: str, world: Any) -> Data:
    """Open the page of a form; return its hidden fields."""
    known = ADD_FORMS[name]
    address = known.address(name, world)
    answer = client.get(known.shown_at(name, world))
    assert answer.status_code == 200, answer
    hidden = HIDDEN.findall(form_of(answer.content.decode(), address, is_own=not known.page))
    return {key: value for key, value in hidden if key != "csrfmiddlewaretoken"}


def rows_of_all_tables() -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        model._meta.label_lower: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.label_lower not in BESIDES
    }
