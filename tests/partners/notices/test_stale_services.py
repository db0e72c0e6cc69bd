"""Reminders to confirm services: to one person after the other at a partner, then to staff, then no more."""

import re
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Q

from onestop.accounts import emailed_links
from onestop.accounts.models import User
from onestop.notices import notify, planners, routing
from onestop.notices.models import Notice, Preference, Rule
from onestop.ui.sentences import join_words
from partners.models import ConfirmationRequest, LocalArea, Membership, Partnership, Role, Service
from partners.models.service_texts import fingerprint_of
from partners.network import partnerships
from partners.notices import stale_services
from partners.upkeep import confirmation_requests, proposals, services
from partners.upkeep.stale import unconfirmed
from tests import factories

Status = Notice.Status
STALE_ON = date(2026, 5, 1)  # confirmed then, stale since Nov 1
FIRST = datetime(2026, 11, 2, 15, tzinfo=UTC)  # a Monday, 10:00 AM in Riverbend
DAY = timedelta(days=1)


def run(at: datetime) -> int:
    return planners.run(stale_services.REMINDER.planner(), at=at)


def addresses(step: int | None = None) -> list[str]:
    """Return the addresses of the reminders, in the order in which they were written."""
    rows = Notice.objects.filter(matter__startswith="partners.stale_services:").order_by("written_at", "pk")
    return [row.to for row in (rows.filter(step=step) if step else rows)]


@pytest.fixture
def service(partner: Partnership) -> Service:
    return factories.make_service(partner, name="GED classes", verified_on=STALE_ON)


@pytest.fixture
def people(partner, cast):
    """An alternate without an account, and a signatory."""
    factories.make_representative(partner, cast["manager"])
    return {
        "alternate": factories.make_representative(
            partner, name="Luz Ferrand", email="luz@millrace.example", kind="alternate"
        ),
        "signs": factories.make_representative(
            partner, name="Otis Hale", email="otis@millrace.example", kind="alternate", is_signatory=True
        ),
    }


# ---------------------------------------------------------------- Step by step
def test_steps_go_to_managers_alternate_signatory_and_staff_then_stop(service, people, cast):
    assert run(FIRST) == 1
    assert addresses() == [cast["manager"].email]
    assert [run(FIRST + 9 * DAY), run(FIRST + 10 * DAY)] == [0, 1]
    assert [run(FIRST + 20 * DAY), run(FIRST + 21 * DAY)] == [0, 1]
    assert [run(FIRST + 29 * DAY), run(FIRST + 30 * DAY)] == [0, 1]
    assert addresses() == [cast["manager"].email, "luz@millrace.example", "otis@millrace.example", cast["staff"].email]
    assert run(FIRST + 300 * DAY) == 0
    [(_, standing)] = stale_services.progress_by_partner(Partnership.objects.all(), at=FIRST + 31 * DAY).values()
    assert (standing.steps_told, standing.is_exhausted, standing.following) == (4, True, None)


def test_mail_has_the_link_and_the_next_step(service, people, cast):
    run(FIRST)
    mail = Notice.objects.get()
    question = ConfirmationRequest.objects.get()
    assert mail.subject == "Is this service still correct? GED classes, Millrace Adult Learning"
    assert question.address in mail.text
    assert question.address in mail.html
    assert "If no one answers, we will ask Luz Ferrand on Thu, Nov 12, 2026." in mail.text
    assert "You manage the services of Millrace Adult Learning in Riverbend." in mail.text
    assert f"Contact Dana Whitcomb, {cast['staff'].email}." in mail.text
    assert (question.asked_by, question.account, question.asker) == (None, cast["manager"], "the portal")
    assert mail.about == [f"partners.partnership:{service.partnership_id}", f"partners.service:{service.pk}"]


def test_managers_are_told_of_spanish_that_is_older_than_the_english(service, people, partner, cast):
    text = factories.make_service_text(
        service, name="Clases", description="De noche", follows=fingerprint_of(Service(name="GED classes"))
    )
    Service.objects.filter(pk=service.pk).update(description="In the evening")
    current = factories.make_service(partner, name="Tutoring", verified_on=STALE_ON)
    factories.make_service_text(current, name="Tutoría")
    run(FIRST)
    mail = Notice.objects.get()
    page = f"/areas/{partner.area.slug}/services/?spanish=behind&partner={partner.pk}"
    assert "changed after its Spanish text was written: GED classes. Spanish pages say so." in mail.text
    assert page in mail.text
    assert page.replace("&", "&amp;") in mail.html
    run(FIRST + 10 * DAY)
    other = Notice.objects.get(to="luz@millrace.example")
    assert "Spanish" not in other.text + other.html, "without an account nobody can change it"
    text.delete()
    run(FIRST + 300 * DAY)
    assert "Spanish" not in Notice.objects.order_by("-pk")[0].text


def test_mail_of_the_last_partner_step_announces_that_staff_are_told(service, people):
    for days in (0, 10, 21):
        run(FIRST + days * DAY)
    third = Notice.objects.get(step=3).text
    assert "If no one answers, we will tell the One-Stop staff of Riverbend on Wed, Dec 2, 2026." in third
    assert "call" not in third.split("--")[0].lower()
    run(FIRST + 30 * DAY)
    last = Notice.objects.get(step=4)
    assert "We asked Joel Abara, Luz Ferrand and Otis Hale and received no answer." in last.text
    assert last.status == Status.DIGEST_PENDING, "staff have it in their weekly digest"


def test_a_person_who_is_alone_is_asked_twice(service, cast):
    for days in range(40):
        run(FIRST + days * DAY)
    assert addresses() == [cast["manager"].email, cast["manager"].email, cast["staff"].email]


def announced(step: int) -> str:
    """Return the sentence of a step that says who is asked next; the same in the mail to each recipient."""
    [sentence] = {re.search(r"If no one answers, [^\n]*", notice.text).group() for notice in of_step(step)}  # type: ignore[union-attr]
    return sentence


def of_step(step: int) -> list[Notice]:
    return list(Notice.objects.filter(step=step).order_by("pk"))


def recipients(step: int) -> str:
    """Return the people of a step as a reminder names them."""
    names = [request.name for notice in of_step(step) for request in ConfirmationRequest.objects.filter(
        Q(email=notice.to) | Q(seat__user__email=notice.to))]  # fmt: skip
    return join_words(dict.fromkeys(names))


def test_each_step_asks_whom_the_step_before_has_announced(service, people, partner, cast):
    factories.seat(Role.MANAGER, partner, name="Una Brack")
    factories.make_representative(partner, name="Ivo Tarn", email="ivo@millrace.example", kind="alternate")
    for step, days in enumerate((0, 10, 21), start=1):
        run(FIRST + days * DAY)
        if step > 1:
            assert f"we will ask {recipients(step)} on" in announced(step - 1)
    assert [len(of_step(step)) for step in (1, 2, 3)] == [2, 2, 1]
    assert "Luz Ferrand and Ivo Tarn" in announced(1)
    assert "Otis Hale" in announced(2)


def test_whoever_was_announced_is_asked_though_a_seat_has_ended_since(service, partner, cast):
    """When the manager leaves, the main representative stands in the manager's place, and was not asked yet."""
    factories.make_representative(partner, name="Rosa Main", email="rosa@millrace.example")
    factories.make_representative(partner, name="Luz Ferrand", email="luz@millrace.example", kind="alternate")
    run(FIRST)
    assert "we will ask Rosa Main and Luz Ferrand on Thu, Nov 12, 2026." in announced(1)
    Membership.objects.filter(role=Role.MANAGER, partnership=partner).update(ended_at=FIRST + DAY)
    [(subject, progress)] = stale_services.progress_by_partner(Partnership.objects.all(), at=FIRST + 2 * DAY).values()
    assert "Rosa Main and Luz Ferrand" in stale_services.what_follows(subject, progress.following)
    run(FIRST + 10 * DAY)
    assert sorted(addresses(step=2)) == ["luz@millrace.example", "rosa@millrace.example"]


def test_a_new_manager_is_asked_next_and_nobody_twice(service, partner, people, cast):
    run(FIRST)
    Membership.objects.filter(role=Role.MANAGER, partnership=partner).update(ended_at=FIRST + DAY)
    new = factories.seat(Role.MANAGER, partner, name="Una Brack")
    for days in (10, 21, 30):
        run(FIRST + days * DAY)
    assert sorted(addresses(step=2)) == sorted([new.email, "luz@millrace.example"])
    told = addresses()
    assert len(told) == len(set(told))
    assert "We asked Una Brack, Joel Abara, Luz Ferrand and Otis Hale" in flat(of_step(4)[0].text)


def test_a_representative_with_the_address_of_a_manager_is_one_person(service, partner, cast):
    factories.make_representative(partner, name="J. Abara", email=cast["manager"].email.upper(), user=None)
    for days in (0, 10, 21, 30):
        run(FIRST + days * DAY)
    assert addresses() == [cast["manager"].email, cast["manager"].email, cast["staff"].email]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_without_a_manager_the_main_representative_is_asked_by_mail(service, partner, cast):
    Membership.objects.filter(role=Role.MANAGER).update(ended_at=FIRST)
    factories.make_representative(partner, name="Luz Ferrand", email="Luz@Millrace.example")
    run(FIRST)
    question = ConfirmationRequest.objects.get()
    assert addresses() == ["luz@millrace.example"]
    assert (question.email, question.seat) == ("luz@millrace.example", None)
    found = emailed_links.find_link(ConfirmationRequest, question.token)
    assert found
    assert found.why_over(FIRST) == ""


def test_a_partner_without_contacts_is_reported_to_staff(service, cast):
    Membership.objects.filter(role=Role.MANAGER).update(ended_at=FIRST)
    run(FIRST + 28 * DAY)
    assert addresses() == []
    run(FIRST + 31 * DAY)
    assert "We had no one to ask" in Notice.objects.get().text


def test_a_partner_gets_one_reminder_for_all_its_services(service, partner, cast):
    for _ in range(3):
        factories.make_service(partner, verified_on=STALE_ON - 30 * DAY)
    run(FIRST)
    assert Notice.objects.get().subject == "Are these 4 services still correct? Millrace Adult Learning"


# ---------------------------------------------------------------- Late, twice, never, at once
def test_a_late_run_takes_the_first_step_and_keeps_the_interval(service, people, cast):
    run(FIRST + 100 * DAY)
    assert addresses() == [cast["manager"].email]
    assert [run(FIRST + 109 * DAY), run(FIRST + 110 * DAY)] == [0, 1]


def test_a_repeated_run_sends_nothing_twice(service, cast):
    assert [run(FIRST), run(FIRST), run(FIRST + timedelta(minutes=15))] == [1, 0, 0]
    assert ConfirmationRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_ask_once(service, cast):
    """Without the planner's lock both would make a link, and the second would end the first one's."""
    ready = threading.Barrier(2)

    def plan() -> None:
        try:
            messages = list(stale_services.REMINDER.planner().plan(FIRST))
            ready.wait(5)
            planners._write(stale_services.REMINDER.planner(), messages, FIRST)
        finally:
            connection.close()

    both = [threading.Thread(target=plan) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert Notice.objects.count() == 1
    assert ConfirmationRequest.objects.filter(revoked_at=None).count() == ConfirmationRequest.objects.count() == 1


def test_a_dry_run_writes_nothing(service, people, cast):
    def rows() -> dict[str, int]:
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}

    before = rows()
    [(message, route)] = routing.routes_of(
        notify.not_yet_notified(stale_services.REMINDER.planner().plan(FIRST)), at=FIRST
    )
    assert (message.address, route.status) == (cast["manager"].email, Status.QUEUED)
    assert rows() == before


def test_query_count_is_the_same_for_one_partner_and_for_ten(area, service, queries_of):
    def matters() -> int:
        return len(stale_services.subjects_of(Partnership.objects.all(), at=FIRST))

    one = queries_of(matters)
    for number in range(9):
        other = factories.make_partnership(area, name=f"Partner {number}")
        factories.seat(Role.MANAGER, other)
        factories.make_representative(other, email=f"main.{number}@partner.example")
        factories.make_service(other, verified_on=STALE_ON)
    assert matters() == 10
    assert queries_of(matters) == one <= 10


# ---------------------------------------------------------------- What is asked about
@pytest.mark.parametrize(
    "change",
    [
        lambda: Partnership.objects.update(status=Partnership.Status.PAUSED),
        lambda: Partnership.objects.update(archived_at=FIRST),
        lambda: Service.objects.update(archived_at=FIRST),
        lambda: Service.objects.update(verified_on=FIRST.date()),
        lambda: LocalArea.objects.filter(name="Riverbend").update(archived_at=FIRST),
    ],
    ids=["paused", "archived", "service archived", "confirmed", "area archived"],
)
def test_only_stale_services_of_active_partners_are_asked_about(service, change):
    change()
    assert run(FIRST) == 0


def test_a_new_service_is_due_after_two_weeks(partner, cast):
    service = factories.make_service(partner, verified_on=None)
    added = service.history.earliest("pgh_id").pgh_created_at  # type: ignore[attr-defined]
    assert [run(added + 13 * DAY), run(added + 15 * DAY)] == [0, 1]


def test_a_service_becomes_stale_in_the_morning_of_the_area(service):
    [waiting] = unconfirmed(Partnership.objects.all(), at=FIRST)
    assert waiting.since.isoformat() == "2026-11-01T08:00:00-05:00"


def test_a_service_with_an_open_proposal_is_not_asked_about(service, partner, cast):
    seat = Membership.objects.get(user=cast["manager"], role=Role.MANAGER)
    question = factories.make_request(partner, seat, asked_at=FIRST - 2 * DAY, expires_at=FIRST + 20 * DAY)
    proposals.propose_by_link(question, service, facts={"cost": "Free"}, note="", by=None, at=FIRST - DAY)
    assert run(FIRST + 30 * DAY) == 0


# ---------------------------------------------------------------- It stops the moment the thing is done
def confirm_on_page(service, cast, at):
    services.verify_service(service, by=cast["manager"], at=at)


def confirm_many(service, cast, at):
    services.verify_services([service], by=cast["staff"], at=at)


def confirm_by_saving(service, cast, at):
    services.update_service(service, facts={"cost": "Free"}, confirm=True, by=cast["manager"], at=at)


def confirm_by_link(service, cast, at):
    question = ConfirmationRequest.objects.latest("pk")
    seen = {service.pk: services.look_of(service)}
    confirmation_requests.confirm_by_link(question, seen=seen, by=cast["manager"], at=at)


@pytest.mark.parametrize("confirm", [confirm_on_page, confirm_many, confirm_by_saving, confirm_by_link])
def test_confirming_withdraws_unsent_reminders_and_ends_them(service, people, cast, confirm):
    run(FIRST)
    mail = Notice.objects.get()
    confirm(service, cast, FIRST + timedelta(minutes=5))
    mail.refresh_from_db()
    assert mail.status == Status.WITHDRAWN
    assert "confirmed" in mail.withdrawn_why or "answered" in mail.withdrawn_why
    assert run(FIRST + 40 * DAY) == 0


def test_confirming_keeps_sent_reminders(service, cast):
    run(FIRST)
    Notice.objects.update(status=Status.SENT, sent_at=FIRST)
    confirm_on_page(service, cast, FIRST + DAY)
    assert Notice.objects.get().status == Status.SENT


def test_a_change_without_confirmation_withdraws_nothing(service, cast):
    run(FIRST)
    services.update_service(service, facts={"cost": "Free"}, by=cast["manager"], at=FIRST)
    assert Notice.objects.get().status == Status.QUEUED


def test_the_next_run_withdraws_reminders_that_no_longer_apply(service, cast):
    run(FIRST)
    partnerships.archive_partner(service.partnership, by=cast["staff"], at=FIRST)
    run(FIRST + timedelta(minutes=15))
    mail = Notice.objects.get()
    assert (mail.status, mail.withdrawn_why) == (Status.WITHDRAWN, "This is done or no longer applies.")


def test_reminders_restart_when_a_service_becomes_stale_again(service, people, cast):
    for days in (0, 10):
        run(FIRST + days * DAY)
    confirm_on_page(service, cast, FIRST + 12 * DAY)
    again = FIRST + (12 + 184) * DAY
    assert [run(again - 2 * DAY), run(again)] == [0, 1]
    assert addresses()[-1] == cast["manager"].email
    assert Notice.objects.filter(step=1).count() == 2


def test_remaining_services_are_asked_about_a_week_after_an_answer(service, partner, people, cast):
    factories.make_service(partner, verified_on=STALE_ON)
    run(FIRST)
    confirm_on_page(service, cast, FIRST + DAY)
    assert [run(FIRST + 7 * DAY), run(FIRST + 8 * DAY)] == [0, 1]
    assert addresses() == [cast["manager"].email] * 2


def test_undoing_a_confirmation_resumes_the_reminders(service, people, cast):
    run(FIRST)
    confirm_on_page(service, cast, FIRST + DAY)
    services.unverify_service(service, by=cast["manager"], at=FIRST + DAY)
    assert [run(FIRST + 2 * DAY), run(FIRST + 10 * DAY)] == [0, 1]
    assert addresses() == [cast["manager"].email, "luz@millrace.example"]


# ---------------------------------------------------------------- A person asks besides
def test_a_request_of_staff_counts_as_the_first_step(service, people, cast):
    confirmation_requests.ask_to_confirm(service.partnership, by=cast["staff"], at=FIRST - DAY)
    assert [run(FIRST), run(FIRST + 8 * DAY)] == [0, 0]
    assert run(FIRST + 9 * DAY) == 1
    assert addresses() == ["luz@millrace.example"], "what staff asked counts as the first step"


def test_staff_cannot_ask_within_a_week_of_a_reminder(service, cast):
    run(FIRST)
    with pytest.raises(confirmation_requests.CannotAsk, match="on Nov 2, 2026 by the portal"):
        confirmation_requests.ask_to_confirm(service.partnership, by=cast["staff"], at=FIRST + 6 * DAY)
    confirmation_requests.ask_to_confirm(service.partnership, by=cast["staff"], at=FIRST + 8 * DAY)
    assert run(FIRST + 17 * DAY) == 0, "ten days after the last question"
    assert run(FIRST + 18 * DAY) == 1


def test_a_request_of_staff_withdraws_reminders_held_for_a_digest(service, cast):
    Preference.objects.create(user=cast["manager"], kind="partners.stale_services", cadence="weekly")
    run(FIRST)
    assert Notice.objects.get().status == Status.DIGEST_PENDING
    ConfirmationRequest.objects.update(asked_at=FIRST - 8 * DAY)
    confirmation_requests.ask_to_confirm(service.partnership, by=cast["staff"], at=FIRST + DAY)
    held = Notice.objects.get(step=1)
    assert (held.status, held.withdrawn_why) == (Status.WITHDRAWN, "Dana Whitcomb sent a request.")


def test_a_rule_cannot_shorten_the_week_between_two_reminders(area, service, people):
    rule = Rule.objects.create(code="partners.stale_services", scope=f"partners.localarea:{area.pk}")
    for days, whom in ((0, "main"), (2, "alternate")):
        rule.steps.create(after_days=days, whom=whom)
    run(FIRST)
    assert "we will ask Luz Ferrand on Mon, Nov 9, 2026" in Notice.objects.get().text
    assert [run(FIRST + 6 * DAY), run(FIRST + 7 * DAY)] == [0, 1]


def test_the_first_link_still_works_after_the_next_step(service, people, cast):
    run(FIRST)
    run(FIRST + 10 * DAY)
    first = ConfirmationRequest.objects.with_recipient().get(email=cast["manager"].email)
    assert first.why_over(FIRST + 11 * DAY) == ""
    assert ConfirmationRequest.objects.unrevoked().count() == 2


# ---------------------------------------------------------------- Never too much
def test_reminders_beyond_the_weekly_limit_are_held_for_the_digest(area, partner, cast, settings):
    settings.NUDGES_A_WEEK = 2
    for number in range(3):
        other = factories.make_partnership(area, name=f"Partner {number}")
        factories.seat(Role.MANAGER, other, user=cast["manager"])
        factories.make_service(other, verified_on=STALE_ON)
    run(FIRST)
    assert sorted(Notice.objects.values_list("status", flat=True)) == [
        Status.DIGEST_PENDING,
        Status.QUEUED,
        Status.QUEUED,
    ]


def test_turned_off_reminders_are_in_the_portal_only(service, cast):
    Preference.objects.create(user=cast["manager"], kind="partners.stale_services", cadence="off")
    run(FIRST)
    assert Notice.objects.get().status == Status.IN_APP_ONLY


def test_an_area_can_turn_the_reminder_off(area, service):
    Rule.objects.create(code="partners.stale_services", scope=f"partners.localarea:{area.pk}", is_on=False)
    assert run(FIRST) == 0


def test_closed_accounts_are_skipped(service, people, cast):
    User.objects.filter(pk=cast["manager"].pk).update(is_active=False)
    run(FIRST)
    run(FIRST + 10 * DAY)
    assert addresses() == ["luz@millrace.example"]
