"""The progress of reminders and the log of notifications on pages."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.notices import delivery_stats, planners
from onestop.notices.models import Bounce, Notice, name_of
from partners.models import ConfirmationRequest, Partnership, Role
from partners.notices import stale_services
from partners.notices.last_contacts import last_contacts
from tests import factories

Status = Notice.Status
NOW = timezone.now()
DAY = timedelta(days=1)
ANSWERED = {"answered": DAY, "answered soon": timedelta(minutes=50)}


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def tell(thing, number: int, status: str = Status.SENT, **more) -> Notice:
    given: dict[str, Any] = {
        "subject": f"Notice {number}",
        "to": f"person.{number}@partner.example",
        "about": [name_of(thing)],
    }
    given |= {"sent_at": NOW if status == Status.SENT else None, "written_at": NOW - number * DAY, "due_at": NOW}
    return Notice.objects.create(dedupe_key=f"{name_of(thing)}:{number}", status=status, **given | more)


def run(*, days_ago: int) -> None:
    planners.run(stale_services.REMINDER.planner(), at=NOW - days_ago * DAY)


# ---------------------------------------------------------------- How far reminders have gone
@pytest.fixture
def service(partner: Partnership, cast):
    return factories.make_service(partner, name="GED classes", verified_on=(NOW - 220 * DAY).date())


def test_partner_page_shows_reminder_count_and_next_step(as_, partner, service):
    factories.make_representative(partner, name="Luz Ferrand", email="luz@millrace.example", kind="alternate")
    run(days_ago=3)
    for who in ("staff", "manager"):
        shown = words(as_(who).get(page("partnership_detail", partner.pk)))
        assert "Reminded once" in shown
        assert "If no one answers, we will ask Luz Ferrand on" in shown
    assert "Reminded once" not in words(as_("neighbor").get(page("partnership_detail", partner.pk)))


def test_partner_page_shows_when_reminders_are_exhausted(as_, area, partner, service):
    for days_ago in (35, 24, 3):
        run(days_ago=days_ago)
    shown = words(as_("staff").get(page("partnership_detail", partner.pk)))
    assert "Reminded 3 times, no answer" in shown
    assert "No more reminders will be sent." in shown
    assert "bell-slash" in shown
    assert "No more reminders will be sent." in words(as_("staff").get(reverse("dashboards:home", args=[area.slug])))


def test_service_list_shows_reminder_count_to_staff(as_, area, service):
    run(days_ago=3)
    assert "Reminded once" in words(as_("staff").get(page("service_list", area.slug)))
    assert "Reminded once" not in words(as_("manager").get(page("service_list", area.slug)))


@pytest.mark.parametrize("since", ["", "confirmed", "asked", "answered", "answered soon", "asked by the portal"])
@pytest.mark.parametrize("rounds", [(), (3,), (35, 24, 3)])
def test_lists_count_reminders_as_the_progress_does(area, partner, service, cast, rounds, since):
    factories.seat(Role.MANAGER, partner)  # who is reminded together with the first one
    factories.make_representative(partner, name="Luz Ferrand", email="luz@millrace.example", kind="alternate")
    for days_ago in rounds:
        run(days_ago=days_ago)
    if since == "confirmed":
        factories.make_service(partner, verified_on=(NOW - 9 * DAY).date())
    elif since:
        person = factories.make_representative(partner, email="otis@millrace.example", kind="alternate")
        request = factories.make_request(partner, representative=person, asked_by=cast["staff"])
        asked_at = (NOW - 8 * DAY).astimezone(area.zone).replace(hour=10)
        ConfirmationRequest.objects.filter(pk=request.pk).update(
            asked_at=asked_at,
            asked_by=None if since == "asked by the portal" else cast["staff"],
            answered_at=ANSWERED.get(since) and asked_at + ANSWERED[since],
        )
    other = factories.make_service(factories.make_partnership(area)).partnership
    known = stale_services.progress_by_partner(Partnership.objects.all(), at=NOW)
    told = {pk: replace(progress, following=None) for pk, (_, progress) in known.items() if progress.steps_told}
    contacts = last_contacts([partner.pk, other.pk]).items()
    assert {pk: contact.progress for pk, contact in contacts if contact.progress.steps_told} == told


def test_service_list_query_count_is_the_same_for_one_reminded_partner_and_for_ten(as_, area, service, queries_of):
    staff = as_("staff")
    run(days_ago=3)
    address = page("service_list", area.slug)
    staff.get(address)
    one = queries_of(lambda: staff.get(address))
    for number in range(9):
        other = factories.make_partnership(area, name=f"Partner {number}")
        factories.make_representative(other, email=f"main.{number}@partner.example")
        factories.make_service(other, verified_on=(NOW - 220 * DAY).date())
    run(days_ago=2)
    assert Notice.objects.count() == 10
    assert queries_of(lambda: staff.get(address)) == one


def test_home_page_names_the_person_who_asked_last(as_, area, partner, service, cast):
    factories.make_request(partner, representative=factories.make_representative(partner), asked_by=cast["staff"])
    shown = words(as_("staff").get(reverse("dashboards:home", args=[area.slug])))
    assert "Dana Whitcomb requested confirmation on" in shown
    assert "Reminded once" in words(as_("staff").get(page("partnership_detail", partner.pk)))


def test_link_in_a_reminder_works_and_names_the_board(client, partner, service, cast):
    run(days_ago=3)

    question = ConfirmationRequest.objects.get()
    shown = words(client.get(page("confirm", question.token)))
    assert "Riverbend Workforce Board asks Joel Abara" in shown
    assert f'Contact Dana Whitcomb, <a href="mailto:{cast["staff"].email}"' in shown
    ConfirmationRequest.objects.update(expires_at=NOW - DAY)
    over = words(client.get(page("confirm", question.token)))
    assert "For a new link, contact Dana Whitcomb" in over


# ---------------------------------------------------------------- Who was told about a thing
def test_log_counts_notified_people_and_bounces(as_, service):
    for number in range(3):
        tell(service, number)
    Notice.objects.filter(subject="Notice 2").update(status=Status.FAILED, last_error="Bounced: nobody here")
    Bounce.objects.create(address="Person.2@partner.example", said="nobody here", at=NOW)
    shown = words(as_("staff").get(page("service_detail", service.pk)))
    assert "3 people notified, 1 bounced" in shown
    for said in ("person.0@partner.example", "Notice 1", "Not delivered", "Bounced: nobody here"):
        assert said in shown


@pytest.mark.parametrize("kind", ["service", "partner", "center", "proposal"])
def test_log_is_on_each_object_page_for_staff_only(as_, area, partner, service, cast, kind):
    thing = {
        "service": lambda: service,
        "partner": lambda: partner,
        "center": lambda: factories.make_center(area),
        "proposal": lambda: factories.make_proposal(service, cast["colleague"]),
    }[kind]()
    tell(thing, 1)
    name = {"partner": "partnership"}.get(kind, kind)
    assert "1 person notified" in words(as_("staff").get(page(f"{name}_detail", thing.pk)))
    assert "1 person notified" not in words(as_("manager").get(page(f"{name}_detail", thing.pk)))


def test_withdrawn_notices_are_listed_but_not_counted(service):
    tell(service, 1)
    tell(service, 2, Status.WITHDRAWN, withdrawn_why="It was done.")
    told = delivery_stats.notice_log_of(service)
    assert told
    assert told.tally == delivery_stats.DeliveryStats(people=1)
    assert [(line.what, line.chip[1], line.why_not) for line in told.lines] == [
        ("Notice 1", "Sent", ""),
        ("Notice 2", "Withdrawn", "It was done."),
    ]


def test_a_person_notified_twice_counts_once(service):
    tell(service, 1, to="ann@partner.example")
    tell(service, 2, to="ann@partner.example")
    assert delivery_stats.stats_of([service])[name_of(service)].words == "1 person notified"


def test_other_failures_do_not_count_as_bounces(service):
    tell(service, 1, Status.FAILED, last_error="It could not be made.")
    assert delivery_stats.stats_of([service])[name_of(service)].words == "1 person notified, 1 not delivered"


def test_log_lists_the_last_twenty_notices(service):
    for number in range(25):
        tell(service, number)
    told = delivery_stats.notice_log_of(service)
    assert told
    assert (len(told.lines), told.has_more, told.tally.people) == (20, True, 25)


def test_log_is_empty_without_notices(service, partner):
    assert delivery_stats.notice_log_of(service) is None
    assert delivery_stats.stats_of([]) == {}


def test_stats_of_many_objects_take_one_query(area, partner, queries_of):
    services = [factories.make_service(partner) for _ in range(10)]
    for service in services:
        tell(service, 1)
        tell(service, 2, about=[name_of(service), name_of(partner)])
    assert (
        queries_of(lambda: delivery_stats.stats_of(services[:1]))
        == queries_of(lambda: delivery_stats.stats_of(services))
        == 1
    )
    found = delivery_stats.stats_of([*services, partner])
    assert {tally.people for name, tally in found.items() if "service" in name} == {2}
    assert found[name_of(partner)].people == 1
