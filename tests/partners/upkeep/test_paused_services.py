"""Services that are closed for a while, and notes for colleagues."""

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.importing import export
from partners.importing.kinds import Field
from partners.models import Partnership, Service
from partners.upkeep.proposals import propose_change
from partners.upkeep.services import (
    CannotKeepService,
    archive_service,
    pause_service,
    reopen_service,
    update_service,
)
from tests import factories


@pytest.fixture
def service(partner: Partnership) -> Service:
    return factories.make_service(partner, name="GED classes")


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def test_a_service_is_closed_for_a_while_and_opened_again(as_, service):
    client, address = as_("manager"), page("service_detail", service.pk)
    assert page("service_pause", service.pk) in client.get(address).content.decode()
    answer = client.post(page("service_pause", service.pk), {"note": " Until March 3 "}, follow=True)
    html = answer.content.decode()
    assert "GED classes is temporarily closed." in html
    assert "Until March 3" in html
    assert page("service_reopen", service.pk) in html
    service.refresh_from_db()
    assert (service.is_paused, service.paused_note) == (True, "Until March 3")
    assert "GED classes is open again." in client.post(page("service_reopen", service.pk), follow=True).content.decode()
    service.refresh_from_db()
    assert (service.is_paused, service.paused_note) == (False, "")


def test_closing_confirms_nothing_and_stands_in_the_history(as_, service):
    pause_service(service, note="Until March 3", by=None, at=timezone.now())
    service.refresh_from_db()
    assert service.verified_on is None
    history = as_("neighbor").get(page("service_history", service.pk)).content.decode()
    assert "Temporarily closed" in history
    assert "Until March 3" in history


def test_an_archived_service_is_neither_closed_nor_opened(service):
    archive_service(service, by=None, at=timezone.now())
    with pytest.raises(CannotKeepService):
        pause_service(service, by=None, at=timezone.now())
    with pytest.raises(CannotKeepService):
        reopen_service(service, by=None, at=timezone.now())


def test_a_service_that_is_open_forgets_why_it_was_closed(service):
    update_service(service, facts={"is_paused": True, "paused_note": "Until March 3"}, by=None, at=timezone.now())
    update_service(service, facts={"is_paused": False, "paused_note": "Until March 3"}, by=None, at=timezone.now())
    service.refresh_from_db()
    assert service.paused_note == ""


def test_lists_say_that_a_service_is_closed(as_, area, service):
    pause_service(service, note="Until March 3", by=None, at=timezone.now())
    html = as_("neighbor").get(page("service_list", area.slug)).content.decode()
    assert "Temporarily closed" in html


def test_that_a_service_is_closed_can_be_proposed(as_, service, cast):
    facts = {"is_paused": True, "paused_note": "Until March 3"}
    proposal = propose_change(service, facts=facts, note="I was there.", by=cast["neighbor"], at=timezone.now())
    assert proposal.after == facts
    html = as_("manager").get(page("proposal_detail", proposal.pk)).content.decode()
    assert "Temporarily closed" in html
    assert "Yes" in html


def test_a_copy_is_open(as_, service):
    pause_service(service, note="Until March 3", by=None, at=timezone.now())
    form = as_("manager").get(page("service_copy", service.pk)).context["form"]
    assert not form.initial["is_paused"]
    assert form.initial["paused_note"] == ""


WHO = [("staff", True), ("manager", True), ("colleague", True), ("neighbor", False)]


@pytest.mark.parametrize(("who", "sees"), WHO)
def test_only_the_partner_and_staff_see_notes(as_, area, service, who, sees):
    update_service(service, facts={"notes": "Ask Nell first."}, by=None, at=timezone.now())
    for name, args in (
        ("service_detail", [service.pk]), ("service_history", [service.pk]), ("service_list", [area.slug]),
    ):  # fmt: skip
        html = as_(who).get(page(name, *args)).content.decode()
        assert ("Ask Nell first." in html) is (sees and name == "service_detail"), name


def test_notes_are_never_proposed(as_, service, cast):
    facts = {"notes": "Ask Nell first.", "cost": "Free"}
    proposal = propose_change(service, facts=facts, note="I know.", by=cast["neighbor"], at=timezone.now())
    assert proposal.after == {"cost": "Free"}
    assert 'name="notes"' not in as_("neighbor").get(page("proposal_add", service.pk)).content.decode()
    assert 'name="notes"' in as_("manager").get(page("service_edit", service.pk)).content.decode()


@pytest.mark.parametrize(("who", "sees"), WHO)
def test_exports_hold_notes_only_for_the_partner_and_staff(as_, area, service, monkeypatch, who, sees):
    notes = Field("notes", "Notes", "long", 0, "service")
    monkeypatch.setattr(export, "SERVICE_COLUMNS", (*export.SERVICE_COLUMNS, notes))
    update_service(service, facts={"notes": "Ask Nell first."}, by=None, at=timezone.now())
    answer = as_(who).get(page("service_list", area.slug), {"export": "csv"})
    assert (b"Ask Nell first." in b"".join(answer)) is sees
