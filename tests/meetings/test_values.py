"""Shared values: drafts, adoption by a group, affirmations for a year, who is missing, reminders and to-do items."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.models import Affirmation, ValuesStatement
from meetings.notices.values import REMINDER
from meetings.values import affirmations, reading, statements
from meetings.values.statements import CannotKeepValues
from onestop.editing.versions import ChangedMeanwhile
from onestop.notices import planners
from onestop.notices.models import Notice
from onestop.ui.todo import For, TodoPlace, todo_items
from partners.models import LocalArea
from tests import factories
from tests.at_once import second_waits_for

NOW = datetime(2026, 9, 7, 15, 0, tzinfo=LocalArea().zone)
TODAY = NOW.date()
FACTS = {"vision": "Good work for everybody.", "values": "We answer within a day.\n\nNobody is sent away."}


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def states(area: LocalArea, today: date = TODAY) -> dict[str, str]:
    statement = ValuesStatement.objects.in_force(area, today).get()
    return {line.partnership.organization.name: line.state for line in reading.lines_of(statement, today)}


@pytest.fixture
def statement(area) -> ValuesStatement:
    return factories.make_values(area, adopted_on=TODAY - timedelta(days=400))


# ---------------------------------------------------------------- Draft and adoption
def test_a_draft_is_written_adopted_by_a_group_and_replaces_what_was_in_force(area, cast, statement):
    group = factories.make_group(area, name="Partner team")
    draft = statements.write_draft(area, facts=FACTS, by=cast["staff"], at=NOW)
    assert draft.lines == ["We answer within a day.", "Nobody is sent away."]
    assert ValuesStatement.objects.in_force(area, TODAY).get() == statement
    statements.adopt_draft(draft, group=group, adopted_on=TODAY, by=cast["staff"], at=NOW)
    assert ValuesStatement.objects.in_force(area, TODAY).get() == draft
    assert ValuesStatement.objects.in_force(area, TODAY - timedelta(days=1)).get() == statement


def test_a_draft_needs_a_vision_and_a_value(area, cast):
    for facts, field in (({"vision": " ", "values": "One"}, "vision"), ({"vision": "One", "values": "\n"}, "values")):
        with pytest.raises(CannotKeepValues) as refused:
            statements.write_draft(area, facts=facts, by=cast["staff"], at=NOW)
        assert refused.value.field == field


def test_two_people_who_begin_a_draft_get_one_and_see_each_others_text(as_, area):
    url = reverse("meetings:values_draft", args=[area.slug])
    assert as_("staff").post(url, FACTS | {"version": statements.NEW}).status_code == 302
    late = as_("staff").post(url, {"vision": "Another.", "values": "Another.", "version": statements.NEW})
    assert (late.status_code, "Someone else saved" in text_of(late) or late.context["conflicts"]) != (302, [])
    assert ValuesStatement.objects.get().vision == FACTS["vision"]


def test_an_older_version_of_the_draft_is_refused(area, cast):
    draft = statements.write_draft(area, facts=FACTS, by=cast["staff"], at=NOW)
    version = statements.draft_version(draft)
    statements.write_draft(area, facts={"vision": "New."}, version=version, by=cast["staff"], at=NOW)
    with pytest.raises(ChangedMeanwhile):
        statements.write_draft(area, facts={"vision": "Newer."}, version=version, by=cast["staff"], at=NOW)


@pytest.mark.parametrize(("days", "words"), [(1, "in the future"), (-500, "were adopted on")])
def test_the_day_of_adoption_is_neither_in_the_future_nor_before_the_last_one(area, cast, statement, days, words):
    draft = statements.write_draft(area, facts=FACTS, by=cast["staff"], at=NOW)
    with pytest.raises(CannotKeepValues, match=words) as refused:
        statements.adopt_draft(draft, adopted_on=TODAY + timedelta(days=days), by=cast["staff"], at=NOW)
    assert refused.value.field == "adopted_on"


def test_a_draft_is_adopted_once_and_not_after_it_was_discarded(area, other_area, cast):
    draft = statements.write_draft(area, facts=FACTS, by=cast["staff"], at=NOW)
    strange = factories.make_group(other_area)
    with pytest.raises(CannotKeepValues, match="group of this area"):
        statements.adopt_draft(draft, group=strange, adopted_on=TODAY, by=cast["staff"], at=NOW)
    statements.adopt_draft(draft, adopted_on=TODAY, by=cast["staff"], at=NOW)
    with pytest.raises(CannotKeepValues, match="adopted already"):
        statements.adopt_draft(draft, adopted_on=TODAY, by=cast["staff"], at=NOW)
    second = statements.write_draft(area, facts=FACTS, by=cast["staff"], at=NOW)
    statements.discard_draft(area, by=cast["staff"], at=NOW)
    with pytest.raises(CannotKeepValues, match="discarded"):
        statements.adopt_draft(second, adopted_on=TODAY, by=cast["staff"], at=NOW)


def test_the_adoption_that_is_sent_twice_says_so_and_a_draft_is_discarded_after_a_question(as_, area, statement, cast):
    statements.write_draft(area, facts=FACTS, by=cast["staff"], at=NOW)
    url, today = reverse("meetings:values_adopt", args=[area.slug]), {"adopted_on": TODAY.isoformat()}
    assert as_("staff").post(url, today).status_code == 302
    assert "adopted or discarded already" in text_of(as_("staff").post(url, today, follow=True))
    statements.write_draft(area, facts=FACTS, by=cast["staff"], at=NOW)
    discard = reverse("meetings:values_discard", args=[area.slug])
    assert "Discard the draft?" in text_of(as_("staff").get(discard))
    assert statements.draft_of(area)
    as_("staff").post(discard)
    assert statements.draft_of(area) is None


def test_only_the_staff_and_the_state_see_a_draft(as_, area, statement):
    factories.make_values(area, adopted_on=None, vision="Not decided yet.")
    url = reverse("meetings:values_detail", args=[area.slug])
    seen = {who for who in ("staff", "state", "manager", "board") if "Not decided yet." in text_of(as_(who).get(url))}
    assert seen == {"staff", "state"}


# ---------------------------------------------------------------- Affirmations
def test_an_affirmation_lasts_for_a_year_and_is_renewed_at_its_end(statement, area, partner, cast):
    first = affirmations.affirm_values(partner, text="We keep our word.", by=cast["manager"], at=NOW)
    assert (first.affirmed_on, first.lasts_until) == (TODAY, date(2027, 9, 7))
    with pytest.raises(CannotKeepValues, match="holds until"):
        affirmations.affirm_values(partner, by=cast["manager"], at=NOW + timedelta(days=200))
    again = affirmations.affirm_values(partner, by=cast["manager"], at=NOW + timedelta(days=340))
    assert again.lasts_until == date(2028, 8, 13)
    assert affirmations.year_after(date(2028, 2, 29)) == date(2029, 2, 28)


def test_a_partner_that_left_and_an_area_without_values_affirm_nothing(area, partner, cast):
    with pytest.raises(CannotKeepValues, match="not adopted"):
        affirmations.affirm_values(partner, by=cast["manager"], at=NOW)
    factories.make_values(area)
    partner.archived_at = NOW
    partner.save()
    with pytest.raises(CannotKeepValues, match="not a partner any more"):
        affirmations.affirm_values(partner, by=cast["manager"], at=NOW)


def test_those_that_are_missing_come_first_and_new_values_are_affirmed_anew(
    area, statement, partner, neighbor_partner, cast
):
    third = factories.make_partnership(area, name="Evening School")
    factories.make_partnership(area, name="Perhaps", status="prospective")
    old = TODAY - timedelta(days=380)
    factories.make_affirmation(statement, partner, affirmed_on=old, lasts_until=old + timedelta(days=365))
    factories.make_affirmation(statement, third, affirmed_on=TODAY, lasts_until=TODAY + timedelta(days=365))
    assert list(states(area).items()) == [
        (str(partner), "lapsed"), (str(neighbor_partner), "missing"), ("Evening School", "affirmed"),
    ]  # fmt: skip
    factories.make_values(area, adopted_on=TODAY)
    assert set(states(area).values()) == {"missing"}


def test_a_form_sent_twice_affirms_once(as_, area, partner, statement):
    url = reverse("meetings:values_affirm", args=[partner.pk])
    assert as_("manager").post(url, {"text": "We keep our word."}).status_code == 302
    again = as_("manager").post(url, {"text": "We keep our word."})
    assert (again.status_code, "holds until" in text_of(again)) == (200, True)
    assert Affirmation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_affirm_once(area, partner, cast, statement):
    def affirm() -> str:
        try:
            return str(affirmations.affirm_values(partner, by=cast["manager"], at=NOW).pk)
        except CannotKeepValues as refused:
            return str(refused)

    second = second_waits_for(affirm, affirm)
    assert "holds until" in str(second)
    assert Affirmation.objects.count() == 1


@pytest.mark.parametrize("who", ["staff", "colleague", "neighbor", "board"])
def test_only_a_manager_of_the_partner_affirms(as_, partner, statement, who):
    assert as_(who).post(reverse("meetings:values_affirm", args=[partner.pk]), {}).status_code == 403
    assert as_("stranger").post(reverse("meetings:values_affirm", args=[partner.pk]), {}).status_code == 404


# ---------------------------------------------------------------- The page, its file, its queries
def test_the_page_shows_who_affirmed_in_its_own_words_and_exports_it(as_, area, statement, partner):
    factories.make_affirmation(statement, partner, text="We keep our word.", affirmed_on=TODAY)
    url = reverse("meetings:values_detail", args=[area.slug])
    page = text_of(as_("board").get(url))
    assert "We answer within a day." in page
    assert "We keep our word." in page
    sheet = b"".join(as_("board").get(f"{url}?export=csv").streaming_content).decode()
    assert "We keep our word." in sheet


def test_the_page_costs_the_same_for_one_partner_and_for_ten(as_, area, statement, partner):
    url, client = reverse("meetings:values_detail", args=[area.slug]), as_("manager")
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)
    for number in range(10):
        factories.make_affirmation(statement, factories.make_partnership(area, name=f"Partner {number}"))
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


# ---------------------------------------------------------------- To-do items and reminders
def test_a_manager_is_asked_to_affirm_until_it_is_done(area, partner, cast, statement):
    at = timezone.now()

    def asked(role: For, who: str) -> list[str]:
        items = todo_items([role], TodoPlace(at, area=area, user=cast[who]))
        return [item.what for item in items if item.icon == "flag"]

    assert asked(For.MANAGER, "manager") == ["Affirm the shared values"]
    assert asked(For.REPRESENTATIVE, "colleague") == []
    assert asked(For.STAFF, "staff") == ["2 partners have not affirmed the shared values"]
    affirmations.affirm_values(partner, by=cast["manager"], at=at)
    assert asked(For.MANAGER, "manager") == []
    assert asked(For.STAFF, "staff") == ["1 partner has not affirmed the shared values"]


def test_managers_are_reminded_twice_then_the_staff_and_not_once_it_is_affirmed(
    area, partner, neighbor_partner, cast, statement
):
    factories.make_affirmation(statement, neighbor_partner, affirmed_on=TODAY, lasts_until=date(2027, 9, 7))

    def run(days: int) -> list[str]:
        before = set(Notice.objects.values_list("pk", flat=True))
        planners.run(REMINDER.planner(), at=NOW + timedelta(days=days))
        new = Notice.objects.exclude(pk__in=before).order_by("pk")
        return [notice.recipient.name for notice in new if notice.recipient]

    assert run(0) == ["Joel Abara"]
    first = Notice.objects.get()
    assert reverse("meetings:values_affirm", args=[partner.pk]) in first.text
    assert "remind you again" in first.text
    assert (run(1), run(22), run(45)) == ([], ["Joel Abara"], ["Dana Whitcomb"])
    affirmations.affirm_values(partner, by=cast["manager"], at=NOW + timedelta(days=46))
    assert run(90) == []
    assert run(46 + 366) != []


def test_the_subjects_of_reminders_cost_the_same_for_one_partner_and_for_ten(area, partner, statement):
    with CaptureQueriesContext(connection) as few:
        list(REMINDER.open_matters(NOW))
    for number in range(10):
        factories.make_partnership(area, name=f"Partner {number}")
    with CaptureQueriesContext(connection) as many:
        assert len(list(REMINDER.open_matters(NOW))) >= 10
    assert len(many) == len(few)


# ---------------------------------------------------------------- At once
@pytest.mark.django_db(transaction=True)
def test_two_people_who_begin_a_draft_at_once_write_one(area, cast):
    def write() -> None:
        statements.write_draft(area, facts=FACTS, version=statements.NEW, by=cast["staff"], at=NOW)

    assert isinstance(second_waits_for(write, write), ChangedMeanwhile)
    assert ValuesStatement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_adopt_a_draft_on_one_day(area, cast):
    draft = statements.write_draft(area, facts=FACTS, by=cast["staff"], at=NOW)

    def adopt(days: int) -> None:
        on = TODAY - timedelta(days=days)
        statements.adopt_draft(draft, adopted_on=on, by=cast["staff"], at=NOW)

    assert isinstance(second_waits_for(lambda: adopt(1), lambda: adopt(2)), CannotKeepValues)
    assert ValuesStatement.objects.get().adopted_on == TODAY - timedelta(days=1)
