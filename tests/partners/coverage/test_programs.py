"""The reference list of programs."""

from django.urls import reverse

from tests.factories import make_partnership, make_program


def test_a_program_shows_its_law_and_its_visible_partners(as_, partner, other_area):
    program = make_program(name="Adult Education", legal_source="34 CFR 463", is_required=True)
    partner.programs.add(program)
    make_partnership(other_area, name="Far Away School").programs.add(program)
    page = as_("board").get(reverse("partners:program_detail", args=[program.code])).content.decode()
    assert "34 CFR 463" in page
    assert "Millrace Adult Learning" in page
    assert "Far Away School" not in page


def test_the_list_runs_the_same_queries_for_one_and_for_ten_programs(as_, cast, queries_of):
    client, address = as_("staff"), reverse("partners:program_list")
    make_program()
    client.get(address)
    for_one = queries_of(lambda: client.get(address))
    for _ in range(9):
        make_program()
    assert queries_of(lambda: client.get(address)) == for_one
