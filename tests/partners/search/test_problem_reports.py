"""Reporting a problem with a public service, without an account."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from onestop.notices.models import Notice
from partners.models import Proposal
from partners.upkeep import proposals
from tests import factories

EMPTY = {"what": "", "value": "", "note": "", "name": "", "email": "", "subject": ""}


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def service(partner):
    return factories.make_service(partner, name="GED classes", phone="(555) 010-0142")


def address(service) -> str:
    return reverse("partners:directory_report", args=[service.pk])


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_visitor_reports_a_wrong_number_and_the_manager_approves_it_with_one_click(client, as_, service, cast):
    page = client.get(reverse("partners:directory_service", args=[service.pk])).content.decode()
    assert address(service) in page
    answer = client.post(address(service), EMPTY | {"what": "phone", "value": "555 010 0199"}, follow=True)
    assert "Thank you." in words(answer)
    assert not answer.cookies
    report = Proposal.objects.get()
    assert (report.after, report.proposer_name, report.is_report) == ({"phone": "(555) 010-0199"}, "A visitor", True)
    assert Notice.objects.filter(kind="partners.proposal_made", recipient=cast["manager"]).exists()
    manager = as_("manager")
    shown = manager.get(reverse("partners:proposal_detail", args=[report.pk]))
    assert "Reported by A visitor on the public page" in words(shown)
    [(difference, _)] = shown.context["differences"]
    decision = {"take": ["phone"], f"seen-{difference.name}": difference.mark}
    manager.post(reverse("partners:proposal_accept", args=[report.pk]), decision)
    service.refresh_from_db()
    assert service.phone == "(555) 010-0199"
    assert Proposal.objects.get().status == "accepted"


def test_a_report_in_words_is_resolved_and_its_author_is_told(client, as_, service, cast):
    sent = EMPTY | {"what": "gone", "note": "The door is locked.", "name": "Ann", "email": "ann@visitor.example"}
    client.post(address(service), sent)
    report = Proposal.objects.get()
    assert (report.after, report.note) == ({}, "This service is no longer offered\nThe door is locked.")
    manager = as_("manager")
    shown = words(manager.get(reverse("partners:proposal_detail", args=[report.pk])))
    assert "Mark as resolved" in shown
    assert "ann@visitor.example" in shown
    manager.post(reverse("partners:proposal_accept", args=[report.pk]), {"answer": "We moved."})
    report.refresh_from_db()
    assert (report.status, report.taken) == ("accepted", ["note"])
    assert Notice.objects.get(kind="partners.proposal_decided").to == "ann@visitor.example"
    assert "marked this report as resolved" in words(manager.get(reverse("partners:proposal_detail", args=[report.pk])))


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({}, "What is wrong?"),
        ({"what": "phone", "value": "call us"}, "phone"),
        ({"what": "website", "value": "me@site"}, "@"),
        ({"what": "hours"}, "Enter what it should say, or tell us more below."),
        ({"what": "other"}, "Tell us what is wrong."),
        ({"what": "other", "note": "x", "email": "nobody"}, "email"),
        ({"what": "is_public", "value": "yes"}, "choose one of the options"),
        ({"what": "other", "note": "x" * 1001}, "1,000"),
    ],
)
def test_wrong_input_is_explained_and_kept(client, service, sent, problem):
    answer = client.post(address(service), EMPTY | {"name": "Ann Lee"} | sent)
    assert answer.status_code == 200
    assert problem in words(answer)
    assert 'value="Ann Lee"' in words(answer)
    assert not Proposal.objects.exists()


def test_programs_that_fill_in_every_field_report_nothing(client, service):
    answer = client.post(address(service), EMPTY | {"what": "other", "note": "Buy now", "subject": "Hello"})
    assert answer.status_code == 302
    assert not Proposal.objects.exists()


def test_the_same_report_twice_is_one(client, service):
    for _ in range(2):
        client.post(address(service), EMPTY | {"what": "other", "note": "Wrong door"})
    assert Proposal.objects.count() == 1


def test_reports_are_limited_by_address_and_by_service(client, service, settings, monkeypatch):
    for number in range(8):
        answer = client.post(address(service), EMPTY | {"what": "other", "note": f"Problem {number}"})
    assert "Too many reports came from here" in words(answer)
    assert Proposal.objects.count() == 6
    settings.ACCOUNT_RATE_LIMITS = False
    monkeypatch.setattr(proposals, "MOST_REPORTS", 7)
    for number in range(8, 11):
        answer = client.post(address(service), EMPTY | {"what": "other", "note": f"Problem {number}"})
    assert "Call the partner instead." in words(answer)
    assert Proposal.objects.count() == 7


def test_hidden_services_take_no_reports(client, service):
    type(service).objects.update(is_public=False)
    assert client.get(address(service)).status_code == 404
    assert client.post(address(service), EMPTY | {"what": "other", "note": "x"}).status_code == 404
    assert not Proposal.objects.exists()
