"""The coverage page, its counts on other pages, and the reference list of programs."""

import csv
import io
from itertools import chain

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from onestop.ui.written_queries import WrittenQuery
from partners.coverage import matrix
from partners.coverage.matrix import coverage_of
from partners.coverage.programs import ADDITIONAL, REQUIRED, load_programs
from partners.importing.cells import key
from partners.importing.partner_rows import PartnerPlanner
from partners.importing.planning import Options, ReadRow
from partners.models import Partnership, Program
from partners.network.summary import program_counts, summary_of
from tests import factories


def coverage(area):
    return reverse("partners:coverage", args=[area.slug])


def test_the_list_has_nineteen_required_programs_in_thirteen_groups():
    assert len(REQUIRED) == 19
    assert len({listed.group for listed in REQUIRED}) == 13
    assert [listed.group for listed in REQUIRED].count("WIOA Title I") == 7
    assert all(listed.legal_source.startswith("20 CFR 678.400(b)(") for listed in REQUIRED)
    assert all(listed.legal_source.startswith("20 CFR 678.410(b)(") for listed in ADDITIONAL)


def test_each_spelling_belongs_to_one_program():
    listed = [*REQUIRED, *ADDITIONAL]
    spellings = [{key(name) for name in (one.code, one.short_name, one.name, *one.aliases)} for one in listed]
    everything = list(chain.from_iterable(spellings))
    assert len(everything) == len(set(everything))
    assert all(alias == alias.lower() for one in listed for alias in one.aliases)


def test_loading_the_list_twice_changes_nothing(db):
    load_programs()
    before = list(Program.objects.order_by("pk").values())
    call_command("load_programs", verbosity=0)
    assert list(Program.objects.order_by("pk").values()) == before


def rows_of(page):
    """Return the rows of a coverage page by program code."""
    seen = page.context["seen"]
    return {row.program.code: row for row in (*seen.required, *seen.additional)}


@pytest.fixture
def law(db):
    """All programs, by code."""
    load_programs()
    return {program.code: program for program in Program.objects.all()}


def test_coverage_shows_partners_and_prospective_partners(as_, area, law, partner, neighbor_partner):
    partner.programs.add(law["aefla"])
    neighbor_partner.programs.add(law["youthbuild"])
    Partnership.objects.filter(pk=neighbor_partner.pk).update(status="prospective")
    page = as_("staff").get(coverage(area))
    rows = rows_of(page)
    assert (page.context["covered"], page.context["required"]) == (1, 19)
    assert rows["aefla"].partners == [partner]
    assert (rows["youthbuild"].partners, rows["youthbuild"].prospects) == ([], [neighbor_partner])
    assert f"{reverse('partners:partnership_add', args=[area.slug])}?program=hud" in page.content.decode()


def test_a_program_is_covered_decided_or_a_gap(as_, area, law, partner):
    partner.programs.add(*(program for program in law.values() if program.is_required))
    partner.programs.remove(law["youthbuild"], law["native-american"], law["tanf"])
    factories.make_decision(area, law["native-american"])
    factories.make_decision(area, law["tanf"], kind="exempted")
    page = as_("board").get(coverage(area))
    assert page.context["answer"] == (
        "16 of 19 required programs covered, 1 not carried out in this area, 1 exempted, 1 gap"
    )
    standings = {code: row.standing for code, row in rows_of(page).items()}
    assert [standings[code] for code in ("aefla", "youthbuild", "native-american", "tanf")] == [
        "covered", "gap", "not_carried_out", "exempted",
    ]  # fmt: skip
    assert set(program_counts(area).uncovered) == {law["youthbuild"]}


def test_every_page_counts_decided_and_missing_programs_apart(as_, area, law, partner):
    partner.programs.add(*(program for program in law.values() if program.is_required))
    partner.programs.remove(law["youthbuild"], law["native-american"])
    factories.make_decision(area, law["native-american"])
    standing = summary_of(area, today=timezone.localdate())
    assert (standing.covered, standing.settled, len(standing.decided)) == (17, 18, 1)
    told = as_("board").get(reverse("dashboards:home", args=[area.slug])).content.decode()
    assert "No partner and no decision: YouthBuild." in told
    assert "Native American programs needs no partner." in told
    listed = " ".join(as_("staff").get(reverse("partners:partnership_list", args=[area.slug])).content.decode().split())
    assert "17 of 19 required programs have a partner. 1 needs none (decision on record)." in listed
    waiting = as_("staff").get(reverse("dashboards:home", args=[area.slug])).content.decode()
    assert "YouthBuild has no partner" in waiting
    assert "Native American programs has no partner" not in waiting


def test_the_state_page_runs_the_same_queries_for_one_and_for_many_areas(as_, area, law, partner, queries_of):
    partner.programs.add(law["aefla"])
    factories.make_decision(area, law["job-corps"])
    client, address = as_("state"), reverse("dashboards:state", args=[area.state.code])
    [row] = client.get(address).context["rows"]
    assert (row.counts.covered, row.counts.decided, row.counts.gaps) == (1, 1, 17)
    for_one = queries_of(lambda: client.get(address))
    for _ in range(4):
        factories.make_decision(factories.make_area(state=area.state), law["job-corps"])
    assert queries_of(lambda: client.get(address)) == for_one


def test_a_program_with_a_partner_and_a_decision_is_counted_once(area, law, partner):
    partner.programs.add(law["job-corps"])
    factories.make_decision(area, law["job-corps"])
    standing = summary_of(area, today=timezone.localdate())
    assert (standing.covered, standing.decided, len(standing.uncovered)) == (1, [], 18)


@pytest.mark.parametrize(("who", "status"), [("board", 200), ("colleague", 200), ("stranger", 404), ("outsider", 404)])
def test_who_may_see_coverage(as_, area, law, who, status):
    page = as_(who).get(coverage(area))
    assert page.status_code == status
    assert "Record a decision" not in page.content.decode()


def test_coverage_runs_the_same_queries_for_one_and_for_many_partners(as_, area, law, partner, queries_of):
    client, program = as_("staff"), law["aefla"]
    factories.make_access(partner, program, factories.make_center(area))
    client.get(coverage(area))
    for_one = queries_of(lambda: client.get(coverage(area)))
    for code in ("taa", "nfjp", "jvsg", "csbg", "tanf"):
        another = factories.make_partnership(area)
        access = factories.make_access(another, program)
        factories.make_presence(another, access.center)
        factories.make_access(another, law["hud"], access.center, mode="trained", host=partner)
        factories.make_decision(area, law[code])
    assert queries_of(lambda: client.get(coverage(area))) == for_one


def test_coverage_is_filtered_by_gaps_and_center(as_, area, law, partner, neighbor_partner):
    main = factories.make_center(area, name="Center Street")
    side = factories.make_center(area, name="Millpond", kind="affiliate")
    factories.make_access(partner, law["aefla"], main)
    neighbor_partner.programs.add(law["perkins"])
    client = as_("staff")
    gaps = rows_of(client.get(coverage(area), {"show": "gaps", "center": main.pk}))
    assert "aefla" not in gaps
    assert [cell.center for cell in gaps["perkins"].cells] == [main]
    assert "perkins" not in rows_of(client.get(coverage(area), {"show": "gaps", "center": side.pk}))
    factories.make_decision(area, law["hud"])
    assert list(rows_of(client.get(coverage(area), {"show": "decided"}))) == ["hud"]
    wrong = client.get(coverage(area), {"center": "999999"})
    assert len(wrong.context["seen"].centers) == 2
    assert wrong.context["filter"].form.errors


def test_the_export_has_a_line_for_each_program_partner_and_center(as_, area, law, partner):
    main = factories.make_center(area, name="Center Street")
    factories.make_access(partner, law["aefla"], main)
    partner.programs.add(law["hud"])
    factories.make_decision(area, law["job-corps"])
    file = as_("board").get(coverage(area), {"export": "csv"})
    lines = list(csv.DictReader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    by_name = {line["Short name"]: line for line in lines}
    assert len(lines) == 19
    reached, decided = by_name["Adult Education (AEFLA)"], by_name["Job Corps"]
    assert reached["Access"] == "Direct linkage"
    assert reached["Details"] == "Phone, within 15 minutes: The counselor on duty"
    assert by_name["HUD"]["Access"] == "None recorded"
    assert (decided["Status"], decided["Decided on"]) == ("Not carried out in this area", "2026-03-12")
    assert as_("board").get(coverage(area), {"export": "xlsx"}).status_code == 200


def test_adding_a_partner_from_coverage_preselects_the_program(as_, area, law):
    address = reverse("partners:partnership_add", args=[area.slug]) + "?program=youthbuild"
    page = as_("staff").get(address)
    assert page.context["form"].initial["programs"] == [law["youthbuild"].pk]


def test_a_program_in_an_area_shows_partners_access_and_history(as_, area, law, partner):
    factories.make_access(partner, law["aefla"], factories.make_center(area, name="Center Street"))
    address = reverse("partners:coverage_program", args=[area.slug, "aefla"])
    page = as_("board").get(address).content.decode()
    assert "Millrace Adult Learning" in page
    assert "The counselor on duty" in page
    assert "Record access" not in page
    history = as_("board").get(reverse("partners:coverage_history", args=[area.slug, "aefla"])).content.decode()
    assert "access Center Street" in " ".join(history.split())
    assert as_("stranger").get(address).status_code == 404


def test_a_program_in_an_area_runs_the_same_queries_for_one_and_for_many_partners(as_, area, law, partner, queries_of):
    client, address = as_("staff"), reverse("partners:coverage_program", args=[area.slug, "aefla"])
    factories.make_access(partner, law["aefla"], factories.make_center(area))
    client.get(address)
    for_one = queries_of(lambda: client.get(address))
    for _ in range(5):
        factories.make_access(factories.make_partnership(area), law["aefla"])
    assert queries_of(lambda: client.get(address)) == for_one


def test_an_import_warns_about_a_program_recorded_as_not_carried_out(area, law):
    factories.make_decision(area, law["job-corps"])
    row = ReadRow(2, [], {"name": "Lockhouse", "programs": [law["job-corps"].pk]})
    PartnerPlanner(area, Options()).plan_row(row)
    assert any("The record for Job Corps says: Not carried out in this area." in remark for remark in row.remarks)


def test_hours_of_a_partner_added_between_two_queries_are_left_out(area, partner, monkeypatch):
    factories.make_presence(partner, factories.make_center(area))
    today = timezone.localdate()
    assert [presence.partnership for presence in coverage_of(area, today=today).presences] == [partner]
    monkeypatch.setattr(matrix, "_partners_of", lambda areas: WrittenQuery("", (), ()))
    assert coverage_of(area, today=today).presences == []
