"""Access to a program in a center: program staff, trained staff of another partner, direct linkage."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from partners.coverage import decisions
from partners.coverage.decisions import CannotReach
from partners.coverage.matrix import coverage_of, days_in_words
from partners.coverage.programs import load_programs
from partners.models import Center, Partnership, Presence, Program, ProgramAccess
from partners.network import partnerships
from tests import factories

NOW = timezone.now()
LINKED = {"mode": "linkage", "who": "The claims team's queue", "medium": "video", "within_minutes": 15}


@pytest.fixture
def program(partner) -> Program:
    load_programs()
    program = Program.objects.get(code="aefla")
    partner.programs.add(program)
    return program


@pytest.fixture
def center(area) -> Center:
    return factories.make_center(area, name="Center Street")


@pytest.fixture
def record(partner, program, center):
    """Record access to the program in the center."""

    def record(**facts) -> ProgramAccess:
        given = {"partnership": partner, "program": program, "center": center}
        given |= {name: facts.pop(name) for name in list(facts) if name in given}
        return decisions.record_access(
            given["partnership"], program=given["program"], center=given["center"], facts=facts, by=None, at=NOW
        )

    return record


def add(area):
    return reverse("partners:access_add", args=[area.slug, "aefla"])


def cell_of(area, center, code="aefla"):
    [cell] = [
        cell
        for row in coverage_of(area, today=timezone.localdate()).required
        if row.program.code == code
        for cell in row.cells
        if cell.center == center
    ]
    return cell


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 302), ("manager", 403), ("board", 403), ("state", 403), ("outsider", 404)]
)
def test_only_staff_of_the_area_record_access(as_, area, program, center, who, status):
    assert as_(who).post(add(area), LINKED | {"center": center.pk}).status_code == status
    assert ProgramAccess.objects.exists() == (status == 302)


def test_a_comprehensive_center_needs_access_to_each_required_program_carried_out(as_, area, program, center, record):
    page = as_("staff").get(reverse("partners:coverage", args=[area.slug]))
    assert "No access" in page.content.decode()
    assert cell_of(area, center).is_gap
    home = as_("staff").get(reverse("dashboards:home", args=[area.slug])).content.decode()
    assert "Center Street has no recorded access to Adult Education (AEFLA)" in home
    record(**LINKED)
    assert not cell_of(area, center).is_gap
    assert not cell_of(area, center, "hud").is_gap, "it is not carried out here"


def test_other_centers_need_no_access(area, program):
    for kind in ("affiliate", "specialized"):
        assert not cell_of(area, factories.make_center(area, kind=kind)).is_gap


def test_a_direct_linkage_needs_a_medium_a_time_and_a_person(as_, area, program, center, record):
    page = as_("staff").post(add(area), {"mode": "linkage", "center": center.pk, "note": "The number is on the wall"})
    assert set(page.context["form"].errors) == {"who", "medium", "within_minutes"}
    assert "A phone number, a website or a pamphlet alone is not access" in page.content.decode()
    assert "The number is on the wall" in page.content.decode()
    for missing, nothing in (("who", ""), ("medium", ""), ("within_minutes", None)):
        with pytest.raises(CannotReach) as problem:
            record(**LINKED | {missing: nothing})
        assert problem.value.field == missing
    page = as_("staff").post(add(area), LINKED | {"center": center.pk, "within_minutes": 900})
    assert "A wait longer than a working day" in page.content.decode()


def test_fields_of_other_modes_are_ignored(as_, area, program, center, neighbor_partner):
    data = LINKED | {"mode": "trained", "host": neighbor_partner.pk, "within_minutes": "a while", "center": center.pk}
    assert as_("staff").post(add(area), data).status_code == 302
    access = ProgramAccess.objects.get()
    assert (access.host, access.medium, access.within_minutes) == (neighbor_partner, "", None)


def test_trained_staff_belong_to_another_active_partner_of_the_area(partner, neighbor_partner, other_area, record):
    trained = {"mode": "trained", "who": "Two advisors"}
    far_away = factories.make_partnership(other_area)
    for host in (partner, far_away):
        with pytest.raises(CannotReach, match="another active partner"):
            record(**trained, host=host)
    with pytest.raises(CannotReach, match="whose staff is trained"):
        record(**trained)
    with pytest.raises(CannotReach, match="in the future"):
        record(**trained, host=neighbor_partner, trained_on=timezone.localdate() + timedelta(days=2))
    Partnership.objects.filter(pk=neighbor_partner.pk).update(status="ended")
    neighbor_partner.refresh_from_db()
    with pytest.raises(CannotReach, match="another active partner"):
        record(**trained, host=neighbor_partner)


def test_access_is_broken_when_its_host_leaves(as_, area, center, neighbor_partner, record):
    record(mode="trained", who="Two advisors", host=neighbor_partner)
    Partnership.objects.filter(pk=neighbor_partner.pk).update(archived_at=NOW)
    cell = cell_of(area, center)
    assert cell.is_gap
    assert [way.broken for way in cell.ways] == ["Crosswalk Legal Aid is no longer an active partner"]
    page = as_("board").get(reverse("partners:coverage", args=[area.slug])).content.decode()
    assert "Crosswalk Legal Aid is no longer an active partner" in page


def test_a_host_that_is_not_on_the_schedule_causes_a_warning(area, center, partner, neighbor_partner, record):
    record(mode="trained", who="Two advisors", host=neighbor_partner)
    assert not cell_of(area, center).ways[0].doubt, "the center has no schedule"
    factories.make_presence(factories.make_partnership(area), center)
    assert cell_of(area, center).ways[0].doubt == "not on the schedule of this center"
    factories.make_presence(neighbor_partner, center)
    assert not cell_of(area, center).ways[0].doubt


def test_program_staff_are_read_from_the_schedule_and_not_recorded_twice(as_, area, partner, center, record):
    record(mode="staff", who="Two instructors, every day")
    for weekday in (1, 2, 3):
        factories.make_presence(partner, center, weekday=weekday)
    [way] = cell_of(area, center).ways
    assert (way.mode, way.words, way.access) == ("staff", "Mon to Wed", None)
    page = as_("board").get(reverse("partners:coverage_program", args=[area.slug, "aefla"])).content.decode()
    assert "From the co-location schedule." in page
    ProgramAccess.objects.all().delete()
    with pytest.raises(CannotReach, match="You do not need to record this"):
        record(mode="staff", who="Two instructors")


@pytest.mark.parametrize(
    "change", [{"archived_at": NOW}, {"ends_on": date(2020, 1, 1)}, {"begins_on": date(2099, 1, 1)}]
)
def test_a_presence_that_is_not_valid_gives_no_access(area, partner, program, center, change):
    presence = factories.make_presence(partner, center)
    assert not cell_of(area, center).is_gap
    Presence.objects.filter(pk=presence.pk).update(**change)
    assert cell_of(area, center).is_gap


def test_days_are_shortened_to_ranges(area, partner, center):
    def words(*days, rhythm="weekly"):
        return days_in_words([Presence(weekday=day, rhythm=rhythm) for day in days])

    assert words(1, 2, 3, 4, 5) == "Mon to Fri"
    assert words(1, 3) == "Mon, Wed"
    assert words(2, 2) == "Tue"
    assert words(4, rhythm="second") == "second Thu of the month"


def test_each_of_two_recipients_needs_access(area, center, program, neighbor_partner, record):
    neighbor_partner.programs.add(program)
    record(**LINKED)
    cell = cell_of(area, center)
    assert (cell.is_gap, cell.unreached) == (True, [neighbor_partner])
    record(**LINKED, partnership=neighbor_partner)
    assert not cell_of(area, center).is_gap


def test_the_recipient_is_selected_where_there_are_two(as_, area, center, program, partner, neighbor_partner):
    neighbor_partner.programs.add(program)
    as_("staff").post(add(area), LINKED | {"center": center.pk, "partnership": neighbor_partner.pk})
    assert ProgramAccess.objects.get().partnership == neighbor_partner


def test_access_to_foreign_programs_in_foreign_centers_or_of_paused_partners_is_refused(
    partner, neighbor_partner, program, record, other_area
):
    with pytest.raises(CannotReach, match="is not a partner for"):
        record(**LINKED, partnership=neighbor_partner)
    with pytest.raises(CannotReach, match="center of this area"):
        record(**LINKED, center=factories.make_center(other_area))
    Partnership.objects.filter(pk=partner.pk).update(status="paused")
    with pytest.raises(CannotReach, match="only for active partners"):
        record(**LINKED)


def test_access_needs_a_partner(as_, area, program, center):
    page = as_("staff").get(reverse("partners:access_add", args=[area.slug, "hud"]), follow=True)
    assert "HUD has no partner in Riverbend. Add a partner before you record access." in page.content.decode()


def test_the_same_access_is_recorded_once(record):
    record(**LINKED)
    with pytest.raises(CannotReach, match="already recorded"):
        record(**LINKED)
    record(**LINKED | {"medium": "phone"})


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"who": ""}, "access_says_who"),
        ({"medium": ""}, "access_says_how_and_how_soon_it_links"),
        ({"within_minutes": None}, "access_says_how_and_how_soon_it_links"),
        ({"within_minutes": 481}, "access_links_within_a_working_day"),
        ({"mode": "trained"}, "access_has_a_host_where_others_are_trained"),
        ({"trained_on": date(2026, 1, 1)}, "access_has_a_host_where_others_are_trained"),
    ],
)
def test_constraints_of_access(partner, program, center, wrong, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        factories.make_access(partner, program, center, **wrong)


def test_the_database_refuses_a_partner_as_its_own_host(partner, program, center):
    with pytest.raises(IntegrityError, match="access_is_hosted_by_another_partner"):
        factories.make_access(partner, program, center, mode="trained", host=partner)


def test_access_is_edited_removed_and_restored(as_, area, center, record):
    access = record(**LINKED)
    client, edit = as_("staff"), reverse("partners:access_edit", args=[access.pk])
    version = client.get(edit).context["form"].version
    client.post(edit, LINKED | {"version": version, "within_minutes": 5})
    access.refresh_from_db()
    assert access.within_minutes == 5
    page = client.post(reverse("partners:access_remove", args=[access.pk]), follow=True).content.decode()
    assert reverse("partners:access_restore", args=[access.pk]) in page
    assert cell_of(area, center).is_gap
    with pytest.raises(CannotReach, match="was removed"):
        decisions.update_access(access, facts=LINKED, by=None, at=NOW)
    client.post(reverse("partners:access_restore", args=[access.pk]))
    assert not cell_of(area, center).is_gap
    labels = [event.pgh_label for event in access.history.order_by("pgh_id")]
    assert labels == ["insert", "update", "update", "update"]


def test_removed_access_is_not_restored_beside_the_same(as_, record):
    access = record(**LINKED)
    decisions.remove_access(access, by=None, at=NOW)
    record(**LINKED)
    page = as_("staff").post(reverse("partners:access_restore", args=[access.pk]), follow=True).content.decode()
    assert "is already recorded" in page


def test_changing_the_mode_clears_the_fields_of_the_old_one(record):
    access = record(**LINKED)
    decisions.update_access(access, facts={"mode": "staff", "who": "An advisor, Mondays"}, by=None, at=NOW)
    access.refresh_from_db()
    assert (access.mode, access.medium, access.within_minutes) == ("staff", "", None)


@pytest.mark.django_db(transaction=True)
def test_no_access_is_recorded_for_a_concurrently_archived_partner():
    """Without the lock, the second would still find the partner active."""
    partner = factories.make_partnership()
    program, center, refused = factories.make_program(), factories.make_center(partner.area), []
    partner.programs.add(program)

    def record_too():
        try:
            decisions.record_access(partner, program=program, center=center, facts=LINKED, by=None, at=NOW)
        except CannotReach as problem:
            refused.append(problem.field)
        finally:
            connection.close()

    second = threading.Thread(target=record_too)
    with transaction.atomic():
        partnerships.archive_partner(partner, by=None, at=NOW)
        second.start()
        second.join(0.3)
        assert second.is_alive(), "the second did not wait for the first"
    second.join()
    assert (refused, ProgramAccess.objects.count()) == (["partnership"], 0)
