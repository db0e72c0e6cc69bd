"""Which required programs have a partner in an area; and the list of the law itself."""

from itertools import chain

import pytest
from django.core.management import call_command
from django.urls import reverse

from partners.importing.cells import key
from partners.models import Program
from partners.programs import ADDITIONAL, REQUIRED, load_programs
from tests import factories


def coverage(area):
    return reverse("partners:coverage", args=[area.slug])


def test_the_law_names_nineteen_programs_in_thirteen_groups():
    assert len(REQUIRED) == 19
    assert len({listed.group for listed in REQUIRED}) == 13
    assert [listed.group for listed in REQUIRED].count("WIOA Title I") == 7
    assert all(listed.legal_source.startswith("20 CFR 678.400(b)(") for listed in REQUIRED)
    assert all(listed.legal_source.startswith("20 CFR 678.410(b)(") for listed in ADDITIONAL)


def test_no_spelling_means_two_programs():
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


def test_coverage_names_who_carries_what_and_who_may_come_to(as_, area, partner, neighbor_partner):
    load_programs()
    partner.programs.add(Program.objects.get(code="aefla"))
    neighbor_partner.programs.add(Program.objects.get(code="youthbuild"))
    type(neighbor_partner).objects.filter(pk=neighbor_partner.pk).update(status="prospective")
    page = as_("staff").get(coverage(area))
    rows = {row.program.code: row for row in page.context["rows"]}
    assert (page.context["covered"], page.context["required"]) == (1, 19)
    assert rows["aefla"].partners == [partner]
    assert (rows["youthbuild"].partners, rows["youthbuild"].prospects) == ([], [neighbor_partner])
    assert "Add one" in page.content.decode()


@pytest.mark.parametrize(("who", "status"), [("board", 200), ("colleague", 200), ("stranger", 404), ("outsider", 404)])
def test_coverage_is_shown_to_the_areas_own_people(as_, area, who, status):
    load_programs()
    page = as_(who).get(coverage(area))
    assert page.status_code == status
    assert "Add one" not in page.content.decode()


def test_coverage_costs_the_same_for_one_partner_and_for_many(as_, area, partner, queries_of):
    load_programs()
    client, program = as_("staff"), Program.objects.get(code="aefla")
    partner.programs.add(program)
    client.get(coverage(area))
    for_one = queries_of(lambda: client.get(coverage(area)))
    for _ in range(5):
        factories.make_partnership(area).programs.add(program)
    assert queries_of(lambda: client.get(coverage(area))) == for_one


def test_adding_a_partner_from_there_has_the_program_ticked(as_, area):
    load_programs()
    address = reverse("partners:partnership_add", args=[area.slug]) + "?program=youthbuild"
    page = as_("staff").get(address)
    assert page.context["form"].initial["programs"] == [Program.objects.get(code="youthbuild").pk]
