"""The first page of each person."""

from datetime import datetime, time, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.models import User
from onestop.dashboards.first_pages import this_week
from partners.coverage.matrix import coverage_of
from partners.coverage.programs import TITLE_I
from partners.models import ImportRun, LocalArea, Partnership, Role
from partners.upkeep import proposals
from tests import factories


def home(area):
    return reverse("dashboards:home", args=[area.slug])


def words(response):
    return response.content.decode()


def test_the_root_redirects_each_person_to_their_first_page(as_, area, cast):
    for who in ("staff", "manager", "colleague", "board"):
        assert as_(who).get("/").headers["Location"] == home(area)
    assert as_("state").get("/").headers["Location"] == reverse("dashboards:state", args=[area.state.code])
    assert as_("nobody").get("/").headers["Location"] == reverse("dashboards:welcome")


def test_the_root_redirects_to_the_area_visited_last(as_, area, cast):
    second = factories.make_area(state=area.state, name="Aspen Valley", slug="aspen")
    factories.seat(Role.STAFF, second, cast["staff"])
    client = as_("staff")
    assert client.get("/").headers["Location"] == home(second)
    client.get(home(area))
    assert client.get("/").headers["Location"] == home(area)


def test_a_person_in_two_areas_starts_where_they_are_a_representative(as_, area, partner, cast):
    first_by_name = factories.make_area(state=area.state, name="Aspen Valley", slug="aspen")
    there = factories.make_partnership(first_by_name, organization=partner.organization)
    factories.seat(Role.MANAGER, there, cast["manager"])
    assert as_("manager").get("/").headers["Location"] == home(first_by_name)
    factories.make_representative(partner, cast["manager"])
    assert as_("manager").get("/").headers["Location"] == home(area)


def test_first_pages_require_sign_in(client: Client, area):
    assert client.get(home(area)).status_code == 302
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(("who", "status"), [("staff", 200), ("board", 200), ("state", 200), ("stranger", 404)])
def test_who_may_see_the_first_page_of_an_area(as_, area, who, status):
    assert as_(who).get(home(area)).status_code == status


def test_only_state_administrators_compare_areas(as_, area):
    address = reverse("dashboards:state", args=[area.state.code])
    page = as_("state").get(address)
    assert "Riverbend" in words(page)
    assert as_("staff").get(address).status_code == 404


def test_staff_see_the_most_urgent_items_first(as_, area, partner, neighbor_partner, cast):
    today = timezone.localdate()
    factories.make_service(partner, name="GED classes", verified_on=today - timedelta(days=400))
    factories.make_program(is_required=True, short_name="YouthBuild")
    page = words(as_("staff").get(home(area)))
    late = page.index("Millrace Adult Learning has not confirmed 1 service")
    soon = page.index("Crosswalk Legal Aid has no main representative")
    later = page.index("YouthBuild has no partner")
    assert late < soon < later


def test_a_partner_with_one_representative_is_listed_with_the_person(as_, area, partner):
    factories.make_representative(partner, name="Luz Ferrand")
    page = words(as_("staff").get(home(area)))
    assert "Millrace Adult Learning has no alternate representative" in page
    assert "Luz Ferrand is the only representative." in page


def test_an_expired_invitation_is_listed_until_it_is_withdrawn(as_, area, cast):
    past = timezone.now() - timedelta(days=1)
    invitation = factories.make_invitation(Role.BOARD, area, name="Vera Long", expires_at=past)
    assert "Vera Long has not answered" in words(as_("staff").get(home(area)))
    invitation.withdrawn_at = timezone.now()
    invitation.save()
    assert "Vera Long" not in words(as_("staff").get(home(area)))


def test_the_figures_count_what_their_lists_show(as_, area, partner, neighbor_partner):
    program = factories.make_program(is_required=True)
    partner.programs.add(program)
    factories.make_service(partner, verified_on=timezone.localdate())
    factories.make_service(partner)
    Partnership.objects.filter(pk=neighbor_partner.pk).update(status="prospective")
    figures = {figure["label"]: figure for figure in as_("board").get(home(area)).context["figures"]}
    assert figures["Partners"]["value"] == 1
    assert figures["Required programs covered"]["value"] == 1
    assert (figures["Services confirmed"]["value"], figures["Services confirmed"]["rest"]) == (1, "of 2")


def test_each_figure_links_to_as_many_rows_as_it_counts(sample_of_day, client, db):
    area = LocalArea.objects.get(slug="riverbend")
    client.force_login(User.objects.get(email="board@riverbend.example"))
    figures = client.get(home(area)).context["figures"]
    opened = {figure["label"]: client.get(figure["url"]) for figure in figures}
    for figure in figures:
        page = opened[figure["label"]]
        rows = page.context["covered"] if "covered" in page.context else page.context["table"].page.paginator.count
        assert rows == figure["value"], figure["label"]
    for sentence in client.get(home(area)).context["in_short"]:
        page = client.get(sentence.url)
        if "table" in page.context:
            assert sentence.text.startswith(f"{page.context['table'].page.paginator.count} ")


def test_an_unfinished_import_is_listed(as_, area, cast):
    run = ImportRun.objects.create(
        area=area, kind="partners", name="partners.xlsx", size=1, sha256="0" * 64, by=cast["staff"], at=timezone.now()
    )
    assert "The import of partners.xlsx is not finished" in words(as_("staff").get(home(area)))
    for status, counts in (("planned", {"add": 1}), ("planned", {"add": 0, "change": 0, "unreadable": 2})):
        ImportRun.objects.filter(pk=run.pk).update(status=status, counts=counts)
        assert "partners.xlsx is not finished" in words(as_("staff").get(home(area)))
    ImportRun.objects.filter(pk=run.pk).update(counts={"add": 0, "change": 0, "unreadable": 0, "same": 22})
    assert "partners.xlsx" not in words(as_("staff").get(home(area))), "the file has nothing new"
    ImportRun.objects.filter(pk=run.pk).update(status="cancelled")
    assert "partners.xlsx" not in words(as_("staff").get(home(area)))


@pytest.mark.parametrize(
    ("certified", "expected"),
    [(None, "has no recorded certification"), (3 * 366, "has expired"), (3 * 365 - 60, "expires soon"), (30, "")],
)
def test_a_center_is_listed_by_its_certification(as_, area, certified, expected):
    today = timezone.localdate()
    on = None if certified is None else today - timedelta(days=certified)
    factories.make_center(area, name="Millpond", kind="affiliate", certified_on=on, accessibility_reviewed_on=today)
    page = words(as_("staff").get(home(area)))
    assert expected in page if expected else "Millpond" not in page


def test_a_board_member_with_an_organization_sees_both(as_, area, cast, partner):
    factories.seat(Role.BOARD, area, cast["manager"])
    factories.make_service(partner, name="GED classes")
    page = as_("manager").get(home(area))
    assert page.context["figures"]
    assert page.context["in_short"]
    assert "GED classes" in words(page)


def test_a_prospective_partner_is_listed_for_its_program(as_, area, partner):
    partner.programs.add(factories.make_program(is_required=True, short_name="YouthBuild"))
    type(partner).objects.filter(pk=partner.pk).update(status="prospective")
    assert "Millrace Adult Learning is prospective" in words(as_("staff").get(home(area)))


def test_a_manager_confirms_only_their_own_stale_services(as_, area, partner, neighbor_partner):
    stale = factories.make_service(partner, name="GED classes")
    factories.make_service(partner, name="Fresh classes", verified_on=timezone.localdate())
    factories.make_service(neighbor_partner, name="Legal help")
    page = as_("manager").get(home(area))
    assert list(page.context["to_confirm"]) == [stale]
    assert reverse("partners:service_verify", args=[stale.pk]) in words(page)


def test_a_representative_sees_their_organization_without_buttons(as_, area, partner):
    service = factories.make_service(partner, name="GED classes")
    factories.make_representative(partner, name="Joel Abara")
    page = words(as_("colleague").get(home(area)))
    assert "Joel Abara" in page
    assert reverse("partners:service_verify", args=[service.pk]) not in page


def test_a_first_page_runs_the_same_queries_for_one_and_for_many_partners(
    as_, area, partner, django_assert_num_queries, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_("staff")
    client.get(home(area))
    factories.make_service(partner)
    with CaptureQueriesContext(connection) as before:
        client.get(home(area))
    for number in range(10):
        row = factories.make_partnership(area, name=f"Agency {number}")
        factories.make_service(row)
        factories.make_representative(row)
    with CaptureQueriesContext(connection) as after:
        client.get(home(area))
    assert len(after) == len(before)


# ---------------------------------------------------------------- The to-do list in short
def test_the_to_do_list_shows_seven_items_and_the_rest_on_request(as_, area):
    for number in range(12):
        factories.make_center(area, name=f"Center {number}", kind="affiliate")
    client = as_("staff")
    page = client.get(home(area))
    things, shown = page.context["things"], sum(len(group.items) for group in page.context["groups"])
    assert shown == 7
    assert f"Show {things - 7} more items" in words(page)
    whole = client.get(home(area), {"todo": "all"})
    assert sum(len(group.items) for group in whole.context["groups"]) == things
    assert "Show fewer items" in words(whole)


def test_service_cards_count_among_the_seven(as_, area, partner):
    for number in range(5):
        factories.make_service(partner, name=f"Class {number}")
        factories.make_proposal(partner.services.get(name=f"Class {number}"), factories.make_user())
    page = as_("manager").get(home(area))
    assert len(page.context["cards"]) + sum(len(group.items) for group in page.context["groups"]) <= 7


# ---------------------------------------------------------------- What boards and states see
def test_the_board_sees_each_rule_that_fails_and_each_review_that_is_late_or_due(as_, area):
    today = timezone.localdate()
    factories.make_program(is_required=True, short_name="YouthBuild")
    factories.make_center(
        area,
        name="Millpond",
        kind="affiliate",
        certified_on=today - timedelta(days=3 * 365 - 60),
        accessibility_reviewed_on=today - timedelta(days=400),
    )
    sentences = [(each.label, each.text) for each in as_("board").get(home(area)).context["in_short"]]
    assert ("Rule not met", "No partner and no decision: YouthBuild.") in sentences
    assert any(label == "Rule not met" and "no comprehensive center" in text for label, text in sentences)
    assert any(label == "Overdue" and text.startswith("Accessibility review of Millpond") for label, text in sentences)
    assert any(label == "Due soon" and text.startswith("Certification of Millpond") for label, text in sentences)


def test_the_board_is_told_when_every_rule_is_met(as_, area):
    today = timezone.localdate()
    factories.make_center(area, name="Center Street", certified_on=today, accessibility_reviewed_on=today)
    career = factories.make_partnership(area, name="Career Services")
    career.programs.add(factories.make_program(is_required=True, group=TITLE_I))
    center = area.centers.get()
    for day in range(1, 6):
        factories.make_presence(career, center, weekday=day)
    Partnership.objects.exclude(pk=career.pk).update(
        board_approved_on=today, official_approved_on=today, official="Mayor Ann Example"
    )
    page = words(as_("board").get(home(area)))
    assert "Every legal rule that these records can show is met, and no center review is due." in page


def test_the_state_sees_rules_and_reviews_of_each_area(as_, area, queries_of):
    factories.make_program(is_required=True)
    factories.make_center(area, name="Millpond", kind="affiliate", certified_on=timezone.localdate())
    address = reverse("dashboards:state", args=[area.state.code])
    client = as_("state")
    page = client.get(address)
    [row] = page.context["rows"]
    assert (row.rules, row.late, row.due) == (3, 1, 0), "a gap, no approvals, no comprehensive center; one review"
    assert "3 legal rules are not met." in " ".join(words(page).split())
    one = queries_of(lambda: client.get(address))
    for number in range(6):
        other = factories.make_area(state=area.state, name=f"Area {number}", slug=f"area-{number}")
        factories.make_center(other, name=f"Center {number}")
    assert queries_of(lambda: client.get(address)) == one


# ---------------------------------------------------------------- What a representative sees
def test_a_representative_sees_what_the_public_sees_and_what_is_due(as_, area, partner, cast):
    shown = factories.make_service(partner, name="GED classes", verified_on=timezone.localdate())
    factories.make_service(partner, name="Staff training", is_public=False)
    factories.make_representative(partner, cast["colleague"])
    page = " ".join(words(as_("colleague").get(home(area))).split())
    assert reverse("partners:directory_service", args=[shown.pk]) in page
    assert "Staff training" not in page
    assert "1 service was not confirmed in the last 6 months." in page
    assert "is the only representative" in page
    assert cast["manager"].name in page, "who edits"


def test_a_representative_of_a_partner_without_services_is_told_so(as_, area, partner, cast):
    factories.make_representative(partner, cast["colleague"])
    page = words(as_("colleague").get(home(area)))
    assert "No service of your organization is public. Job seekers cannot find it." in page


# ---------------------------------------------------------------- Beside the list
def test_who_is_on_site_is_listed_by_center_until_they_leave(area, partner, neighbor_partner):
    street, pond = factories.make_center(area, name="Center Street"), factories.make_center(area, name="Millpond")
    factories.make_presence(partner, street, weekday=1, starts_at=time(9), ends_at=time(12))
    factories.make_presence(neighbor_partner, street, weekday=1, starts_at=time(13), ends_at=time(16))
    factories.make_presence(partner, pond, weekday=1, starts_at=time(13), ends_at=time(15))
    monday = datetime(2026, 11, 23, 10, 30, tzinfo=area.zone)

    def here(at: datetime) -> list[tuple[str, list[int]]]:
        weeks = [this_week(area, known, [], at) for known in (None, coverage_of(area, today=at.date()))]
        [of_a_manager, of_staff] = [week["on_site"] for week in weeks]
        assert of_a_manager == of_staff
        return [(center.name, [one.partnership_id for one in group]) for center, group in of_staff]

    assert here(monday) == [("Center Street", [partner.pk, neighbor_partner.pk]), ("Millpond", [partner.pk])]
    assert here(monday.replace(hour=12)) == [("Center Street", [neighbor_partner.pk]), ("Millpond", [partner.pk])]
    factories.make_absence(center=street, first_on=monday.date(), last_on=monday.date())
    assert here(monday) == [("Millpond", [partner.pk])]


def test_the_week_lists_closings_absences_and_due_dates(as_, area, partner):
    today = timezone.localdate()
    center = factories.make_center(
        area, name="Millpond", certified_on=today - relativedelta(years=3) + timedelta(days=3)
    )
    factories.make_absence(center=center, first_on=today + timedelta(days=2), last_on=today + timedelta(days=2))
    factories.make_absence(partner, first_on=today - timedelta(days=1), last_on=today + timedelta(days=1))
    factories.make_absence(partner, first_on=today + timedelta(days=30), last_on=today + timedelta(days=30))
    events = as_("staff").get(home(area)).context["coming_up"]
    assert [event.what for event in events] == [
        "Millrace Adult Learning is away",
        "Millpond is closed",
        "Certification of Millpond is due",
    ]


def test_what_was_done_lately_is_listed(as_, area, partner, cast):
    now = timezone.now()
    service = factories.make_service(partner, name="GED classes", verified_on=timezone.localdate())
    proposal = factories.make_proposal(service, cast["colleague"])
    proposals.decline_proposal(proposal, answer="Not yet.", by=cast["manager"], at=now)
    done = [event.what for event in as_("staff").get(home(area)).context["done_lately"]]
    assert "Millrace Adult Learning: 1 service confirmed" in done
    assert "Change to GED classes declined" in done
    type(service).objects.update(verified_on=timezone.localdate() - timedelta(days=20))
    done = [event.what for event in as_("staff").get(home(area)).context["done_lately"]]
    assert done == ["Change to GED classes declined"]
