"""The reminders of the sample: partners at different steps, some exhausted, and an address that bounces."""

from datetime import UTC, datetime

from onestop.notices.models import Bounce, Notice
from partners.models import ConfirmationRequest, Partnership
from partners.notices.stale_services import progress_by_partner
from partners.people.unreachable import unreachable_in

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
Status = Notice.Status


def test_partners_are_at_different_steps_and_some_reminders_are_exhausted(riverbend):
    known = progress_by_partner(Partnership.objects.all(), at=NOW).values()
    told = {str(matter.facts["partnership"]): (one.steps_told, one.is_exhausted) for matter, one in known}
    assert told["Cedar Hollow Behavioral Health"] == (3, True)
    assert told["Harvest Road Farmworker Services"] == (2, False)
    assert {steps for steps, _ in told.values()} >= {1, 2, 3}
    assert sum(is_exhausted for _, is_exhausted in told.values()) in range(1, 5)


def test_all_reminders_were_sent_or_bounced_and_none_is_queued(riverbend):
    assert not Notice.objects.filter(status__in=[Status.QUEUED, Status.CLAIMED]).exists()
    assert Notice.objects.filter(matter__startswith="partners.stale_services:", status=Status.SENT).count() > 12
    assert Notice.objects.filter(kind="partners.stale_services_unanswered", status=Status.DIGESTED).exists()


def test_mail_to_a_representative_and_to_an_invited_person_bounces(riverbend):
    people = {person.name: person.address for _, person in unreachable_in(riverbend)}
    assert set(people) == {"Ignatius Bell", "Hollis Lindqvist"}
    lost = Notice.objects.filter(status=Status.FAILED, to__in=people.values())
    assert set(lost.values_list("to", flat=True)) == set(people.values())
    assert Bounce.objects.filter(address__in=people.values(), cleared_at=None).count() == 2


def test_each_automatic_request_has_a_history(riverbend):
    rows = ConfirmationRequest.objects.filter(asked_by=None)
    assert rows.count() > 10
    for row in rows:
        last = row.history.latest("pgh_id")  # type: ignore[attr-defined]
        assert (last.asked_at, last.revoked_at, last.email) == (row.asked_at, row.revoked_at, row.email)
        assert row.history.earliest("pgh_id").pgh_created_at == row.asked_at  # type: ignore[attr-defined]
