"""Projects: who keeps them, their partners, what they count, and how they compare."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from meetings.models import Project, ProjectCount, ProjectOutcome, ProjectPartner
from meetings.projects import editing, outcomes, partners
from meetings.projects.editing import CannotKeepProject
from meetings.projects.reading import Counted, compare, is_late, with_parts
from onestop.editing.versions import ChangedMeanwhile, version_of
from tests import factories
from tests.at_once import second_waits_for

NOW = timezone.now


@pytest.fixture
def project(area, partner):
    return factories.make_project(area, partner, name="Evening lab", first_on=timezone.localdate() - timedelta(days=90))


def today_in(area):
    return timezone.now().astimezone(area.zone).date()


def listed(area):
    return reverse("meetings:project_list", args=[area.slug])


def sent(partner, **more):
    facts = {"name": "Bus to the plant", "framework": "external", "lead": partner.pk, "first_on": "2026-07-01"}
    return facts | {"status": "running"} | more


# ---------------------------------------------------------------- Projects
def test_staff_add_a_project_with_practices_and_agreements(as_, area, partner):
    practice = factories.make_practice(area)
    agreement = factories.make_executed(area, timezone.localdate(), None)
    more = {"practices": [practice.pk], "ties": [f"agreement:{agreement.pk}"], "purpose": "Second shift."}
    page = as_("staff").post(reverse("meetings:project_add", args=[area.slug]), sent(partner, **more), follow=True)
    project = Project.objects.get(name="Bus to the plant")
    words = page.content.decode()
    assert (project.area, project.lead, project.framework) == (area, partner, "external")
    assert practice.title in words
    assert str(agreement) in words
    assert "By an external provider" in words


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("manager", 403), ("board", 403), ("state", 403), ("staff", 200)]
)
def test_only_staff_edit_a_project(as_, project, who, status):
    assert as_(who).get(reverse("meetings:project_edit", args=[project.pk])).status_code == status


@pytest.mark.parametrize("who", ["manager", "neighbor", "board", "state", "colleague"])
def test_everybody_of_the_area_reads_projects(as_, area, project, who):
    assert "Evening lab" in as_(who).get(listed(area)).content.decode()
    assert as_(who).get(project.get_absolute_url()).status_code == 200


def test_what_a_project_needs(as_, area, partner):
    elsewhere = factories.make_partnership(factories.make_area(state=area.state, name="Aspen Valley", slug="aspen"))
    client, url = as_("staff"), reverse("meetings:project_add", args=[area.slug])
    for more, words in (
        ({"lead": elsewhere.pk}, "op-errsum"),
        ({"last_on": "2026-06-01"}, "The last day is before the first"),
        ({"status": "done"}, "Enter its last day"),
        ({"status": "stopped", "last_on": "2026-09-01"}, "Write what came of it"),
    ):
        assert words in client.post(url, sent(partner, **more)).content.decode()
    assert not Project.objects.exists()


def test_verbs_refuse_what_is_of_another_area(area, partner, project):
    other = factories.make_area(state=area.state, name="Aspen Valley", slug="aspen")
    elsewhere = factories.make_partnership(other)
    goal = factories.make_goal(factories.make_plan(other))
    for facts in ({"lead": elsewhere}, {"goal": goal}, {"practices": [factories.make_practice(other)]}):
        with pytest.raises(CannotKeepProject):
            editing.update_project(project, facts=facts, by=None, at=NOW())
    with pytest.raises(CannotKeepProject):
        partners.add_project_partner(
            project, facts={"partnership": elsewhere, "commitment": "referral"}, by=None, at=NOW()
        )


def test_editing_keeps_agreements_that_the_person_does_not_see(as_, area, partner, project):
    other = factories.make_area(state=area.state, name="Aspen Valley", slug="aspen")
    hidden = factories.make_executed(other, timezone.localdate(), None)
    factories.make_practice(area)
    agreement = factories.make_executed(area, timezone.localdate(), None)
    project.ties.create(thing=f"agreement:{hidden.pk}")
    url = reverse("meetings:project_edit", args=[project.pk])
    as_("staff").post(url, sent(partner, ties=[f"agreement:{agreement.pk}"]))
    assert set(project.ties.values_list("thing", flat=True)) == {
        f"agreement:{hidden.pk}", f"agreement:{agreement.pk}",
    }  # fmt: skip
    as_("staff").post(url, sent(partner))
    assert [tie.thing for tie in project.ties.all()] == [f"agreement:{hidden.pk}"]


def test_who_saves_second_sees_what_the_first_saved(as_, project, partner):
    version = version_of(project, editing.LINKS)
    editing.update_project(project, facts={"purpose": "Changed."}, version=version, by=None, at=NOW())
    with pytest.raises(ChangedMeanwhile):
        editing.update_project(project, facts={"purpose": "Too late."}, version=version, by=None, at=NOW())
    page = as_("staff").post(
        reverse("meetings:project_edit", args=[project.pk]), sent(partner, version=version, purpose="Mine.")
    )
    assert page.status_code == 200
    project.refresh_from_db()
    assert project.purpose == "Changed."


def test_archived_projects_are_for_staff_and_can_be_restored(as_, area, project):
    staff = as_("staff")
    staff.post(reverse("meetings:project_archive", args=[project.pk]))
    staff.get(project.get_absolute_url())  # shows the message
    assert "Evening lab" not in staff.get(listed(area)).content.decode()
    assert "This project is archived" in staff.get(project.get_absolute_url()).content.decode()
    assert as_("manager").get(project.get_absolute_url()).status_code == 404
    project.refresh_from_db()
    with pytest.raises(CannotKeepProject):
        editing.update_project(project, facts={"name": "New"}, by=None, at=NOW())
    as_("staff").post(reverse("meetings:project_restore", args=[project.pk]))
    assert as_("manager").get(project.get_absolute_url()).status_code == 200


def test_a_project_past_its_last_day_asks_what_came_of_it(as_, project):
    today = today_in(project.area)
    Project.objects.filter(pk=project.pk).update(last_on=today - timedelta(days=1))
    project.refresh_from_db()
    assert is_late(project, today)
    assert "Record what came of it" in as_("staff").get(project.get_absolute_url()).content.decode()


def test_the_history_has_the_parts(as_, project, partner):
    facts = {"partnership": partner, "commitment": "colocated", "part": "Lends the lab"}
    partners.add_project_partner(project, facts=facts, by=None, at=NOW())
    page = as_("manager").get(reverse("meetings:project_history", args=[project.pk])).content.decode()
    assert "Lends the lab" in page


# ---------------------------------------------------------------- Partners
def test_staff_add_change_and_remove_a_partner(as_, area, project):
    other = factories.make_partnership(area, name="Evening School")
    staff = as_("staff")
    url = reverse("meetings:project_partner_add", args=[project.pk])
    staff.post(url, {"partnership": other.pk, "commitment": "referral", "until_on": "2027-06-30"})
    link = ProjectPartner.objects.get()
    assert "takes part already" in staff.post(url, {"partnership": other.pk, "commitment": "presence"}).content.decode()
    edit = reverse("meetings:project_partner_edit", args=[link.pk])
    early = {"partnership": other.pk, "commitment": "colocated", "until_on": "2020-01-01"}
    assert "The project begins later" in staff.post(edit, early).content.decode()
    staff.post(edit, {"partnership": other.pk, "commitment": "colocated", "part": "Two rooms"})
    link.refresh_from_db()
    assert (link.commitment, link.part) == ("colocated", "Two rooms")
    staff.post(reverse("meetings:project_partner_remove", args=[link.pk]))
    assert not ProjectPartner.objects.exists()


def test_a_partner_of_an_archived_project_stays(project, partner):
    link = factories.make_project_partner(project, partner)
    editing.archive_project(project, by=None, at=NOW())
    with pytest.raises(CannotKeepProject):
        partners.remove_project_partner(link, by=None, at=NOW())


# ---------------------------------------------------------------- Outcomes
def test_who_leads_a_project_counts(as_, area, project):
    outcome = factories.make_project_outcome(project, target=40)
    url = reverse("meetings:project_count_record", args=[outcome.pk])
    today = today_in(project.area)
    for who, status in (("stranger", 404), ("board", 403), ("neighbor", 403), ("colleague", 302), ("manager", 302)):
        assert as_(who).post(url, {"number": 12, "as_of": today.isoformat()}).status_code == status
    count = ProjectCount.objects.get()
    assert count.number == 12
    assert "12 of 40" in as_("board").get(project.get_absolute_url()).content.decode()


def test_a_second_count_of_a_day_corrects_the_first(project):
    outcome = factories.make_project_outcome(project)
    today = today_in(project.area)
    for number in (12, 14):
        outcomes.record_count(outcome, as_of=today, number=number, by=None, at=NOW())
    assert [count.number for count in ProjectCount.objects.all()] == [14]


def test_days_on_which_nothing_can_be_counted(project):
    outcome = factories.make_project_outcome(project)
    for day in (timezone.localdate() + timedelta(days=2), project.first_on - timedelta(days=1)):
        with pytest.raises(CannotKeepProject):
            outcomes.record_count(outcome, as_of=day, number=1, by=None, at=NOW())
    outcomes.remove_outcome(outcome, by=None, at=NOW())
    with pytest.raises(CannotKeepProject):
        outcomes.record_count(outcome, as_of=project.first_on, number=1, by=None, at=NOW())


def test_staff_add_change_remove_and_restore_an_outcome(as_, project):
    staff = as_("staff")
    staff.post(reverse("meetings:project_outcome_add", args=[project.pk]), {"name": "People placed", "target": "40"})
    outcome = ProjectOutcome.objects.get()
    staff.post(reverse("meetings:project_outcome_edit", args=[outcome.pk]), {"name": "People placed", "target": "50"})
    outcome.refresh_from_db()
    assert outcome.target == 50
    staff.post(reverse("meetings:project_outcome_remove", args=[outcome.pk]))
    assert "Restore “People placed”" in staff.get(project.get_absolute_url()).content.decode()
    staff.post(reverse("meetings:project_outcome_restore", args=[outcome.pk]))
    assert ProjectOutcome.objects.current().exists()


def test_a_wrong_count_can_be_removed_by_who_leads(as_, project):
    count = factories.make_project_count(factories.make_project_outcome(project))
    as_("manager").post(reverse("meetings:project_count_remove", args=[count.pk]))
    assert not ProjectCount.objects.exists()


def test_an_outcome_is_counted_once_a_day(project):
    outcome = factories.make_project_outcome(project)
    factories.make_project_count(outcome)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_project_count(outcome)


def test_two_counts_make_a_chart_with_its_target(project):
    outcome = factories.make_project_outcome(project, target=20)
    counts = [
        factories.make_project_count(outcome, as_of=project.first_on + timedelta(days=day), number=number)
        for day, number in ((1, 5), (30, 21))
    ]
    found = Counted(outcome, counts)
    assert found.is_reached
    assert found.words == "21 of 20"
    assert found.chart
    assert [series.kind for series in found.chart.series] == ["main", "target"]
    assert Counted(outcome, counts[:1]).chart is None


@pytest.mark.django_db(transaction=True)
def test_two_counts_of_a_day_at_once_are_one_count(project):
    outcome = factories.make_project_outcome(project)
    today = today_in(project.area)

    def record(number):
        return lambda: outcomes.record_count(outcome, as_of=today, number=number, by=None, at=NOW())

    second_waits_for(record(12), record(14))
    assert [count.number for count in ProjectCount.objects.all()] == [14]


# ---------------------------------------------------------------- Lists
def test_the_list_can_be_filtered_and_exported(as_, area, partner, project):
    other = factories.make_partnership(area, name="Evening School")
    factories.make_project_partner(project, other, commitment="colocated")
    factories.make_project(area, other, name="Bus to the plant", framework="external")
    client = as_("manager")
    for query, seen, unseen in (
        ("framework=external", "Bus to the plant", "Evening lab"),
        ("commitment=colocated", "Evening lab", "Bus to the plant"),
        (f"partner={partner.pk}", "Evening lab", "Bus to the plant"),
        ("q=bus+plant", "Bus to the plant", "Evening lab"),
    ):
        page = client.get(f"{listed(area)}?{query}").content.decode()
        assert seen in page
        assert unseen not in page
    rows = b"".join(client.get(f"{listed(area)}?export=csv")).decode()
    assert "Evening School (Co-located)" in rows


def test_projects_are_compared_by_framework_and_commitment(as_, area, partner, project):
    other = factories.make_partnership(area, name="Evening School")
    factories.make_project_partner(project, other, commitment="colocated")
    factories.make_project_count(factories.make_project_outcome(project, target=10), number=12)
    factories.make_project(area, other, framework="external", status="done", last_on=timezone.localdate())
    own, hosted, external = compare(list(with_parts(Project.objects.all())))
    assert (own.running, own.cells, own.reached) == (1, [0, 0, 1, 0], 1)
    assert (len(hosted.projects), external.done) == (0, 1)
    page = as_("board").get(reverse("meetings:project_compare", args=[area.slug])).content.decode()
    assert "1 of 1" in page
    assert "12 of 10" in page
    assert "Partners by commitment" in page


def test_empty_pages_say_what_belongs_here(as_, area, cast):
    assert "Add a project" in as_("staff").get(listed(area)).content.decode()
    assert "Add a project" not in as_("manager").get(listed(area)).content.decode()
    page = as_("manager").get(reverse("meetings:project_compare", args=[area.slug])).content.decode()
    assert "No projects yet" in page


def test_lists_cost_the_same_queries_for_more_projects(as_, area, partner, project, queries_of):
    client = as_("staff")
    compared = reverse("meetings:project_compare", args=[area.slug])

    def fill(each):
        factories.make_project_partner(each, factories.make_partnership(area))
        factories.make_project_count(factories.make_project_outcome(each, target=3))

    fill(project)
    for url in (listed(area), compared):
        client.get(url)
    few = [queries_of(lambda url=url: client.get(url)) for url in (listed(area), compared)]
    for _number in range(9):
        fill(factories.make_project(area, partner))
    assert [queries_of(lambda url=url: client.get(url)) for url in (listed(area), compared)] == few


def test_the_page_of_a_partner_shows_its_projects(as_, area, partner, project):
    other = factories.make_partnership(area, name="Evening School")
    factories.make_project_partner(project, other, commitment="colocated")
    for one, words in ((partner, "Leads it"), (other, "Co-located")):
        page = as_("manager").get(reverse("partners:partnership_detail", args=[one.pk])).content.decode()
        assert "Evening lab" in page
        assert words in page


def test_the_search_finds_projects(as_, area, project):
    Project.objects.filter(pk=project.pk).update(purpose="Welding after work")
    page = as_("manager").get(reverse("partners:search", args=[area.slug]), {"q": "welding"}).content.decode()
    assert "Evening lab" in page


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_at_once_the_second_is_told_so(project):
    version = version_of(project, editing.LINKS)

    def edit(words):
        facts = {"purpose": words}
        return lambda: editing.update_project(project, facts=facts, version=version, by=None, at=NOW())

    assert isinstance(second_waits_for(edit("First"), edit("Second")), ChangedMeanwhile)
    project.refresh_from_db()
    assert project.purpose == "First"
