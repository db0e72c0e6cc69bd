"""The reference list of programs."""

from collections import Counter

import pytest

from partners.models import Program
from partners.programs import ADDITIONAL, REQUIRED, load_programs


def test_the_law_names_nineteen_required_programs_in_thirteen_groups():
    assert len(REQUIRED) == 19
    # Seven programs of Title I are one group, (b)(1); each other program is a group of its own.
    groups = {listed.legal_source.split("(b)(")[1].split(")")[0] for listed in REQUIRED}
    assert groups == {str(number) for number in range(1, 14)}


def test_no_word_means_two_programs():
    words = Counter(
        word.lower()
        for listed in (*REQUIRED, *ADDITIONAL)
        for word in {listed.code, listed.short_name.lower(), listed.name.lower(), *listed.aliases}
    )
    assert [word for word, times in words.items() if times > 1] == []


def test_aliases_are_written_as_they_are_looked_up():
    assert all(alias == alias.lower().strip() for listed in (*REQUIRED, *ADDITIONAL) for alias in listed.aliases)


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_mends_what_was_changed():
    assert load_programs() == 25
    before = list(Program.objects.order_by("pk").values())
    load_programs()
    assert list(Program.objects.order_by("pk").values()) == before
    Program.objects.filter(code="tanf").update(name="Something else")
    load_programs()
    assert Program.objects.get(code="tanf").name == "Temporary Assistance for Needy Families"
