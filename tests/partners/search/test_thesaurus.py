"""The everyday thesaurus: its rules, its errors, and what it must and must not find."""

from collections import defaultdict
from pathlib import Path

import pytest
from django.db import connection

from partners.models import Synonym
from partners.search import synonyms
from partners.search.thesaurus import PLAIN, WORDS, BadWords, compared, thesaurus

FOOD = """
subject = "Food"

[[concept]]
name = "Food pantry"
english = "food pantry; food bank"
typed = "free groceries"
narrower = "meals"
broader = "emergency assistance"
spanish = "banco de alimentos; despensa"
"""


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a thesaurus of one file."""
    (tmp_path / PLAIN).write_text((WORDS / PLAIN).read_text())

    def reads(text: str):
        (tmp_path / "food.toml").write_text(text)
        return thesaurus.__wrapped__(tmp_path)

    return reads


def leads_of(known) -> dict[str, list[str]]:
    return dict(known.leads())


# ---------------------------------------------------------------- Ways
def test_wordings_find_each_other_and_one_way_words_are_not_found(read):
    found = leads_of(read(FOOD))
    assert found["food bank"] == ["food pantry", "food bank", "meals", "emergency assistance"]
    assert found["free groceries"] == ["food pantry", "food bank", "meals", "emergency assistance"]
    assert "meals" not in found
    assert not any("free groceries" in others for others in found.values())


def test_spanish_wordings_are_typed_without_small_words_and_find_english_and_spanish_ones(read):
    found = leads_of(read(FOOD))
    assert found["banco alimentos"] == [
        "food pantry", "food bank", "meals", "banco de alimentos", "despensa", "emergency assistance",
    ]  # fmt: skip
    assert not any("despensa" in others for key, others in found.items() if key.startswith("f"))


def test_words_of_a_question_are_left_out_of_a_wording_as_well(read):
    found = leads_of(read(FOOD.replace("free groceries", "help with groceries")))
    assert {"help with groceries", "groceries"} <= found.keys()


# ---------------------------------------------------------------- Errors
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('subject = "Food"', "", "food.toml: the first line must name the subject"),
        ('name = "Food pantry"', 'name = ""', "food.toml, “concept 1”: a concept needs a name"),
        ("typed =", "tipped =", "food.toml, “Food pantry”: unknown key “tipped”"),
        ('typed = "free groceries"', "typed = 5", "“Food pantry”: “typed” must be one text"),
        ('english = "food pantry; food bank"', "", "needs at least one English wording"),
        ("free groceries", "Food Bank", "has “food bank” twice"),
        ("free groceries", "free help", "“free help” consists of words that searches leave out|is too plain"),
        ("free groceries", "how to get some", "“how to get some” consists of words that searches leave out"),
        ("free groceries", "training", "“training” is too plain"),
        ("free groceries", "I-9", "of “I-9”, searches compare only “9”"),
        ("free groceries", "groceries, free", "contains “,”; separate wordings by semicolons"),
        ("free groceries", "x" * 61, "is longer than 60 characters"),
        ('narrower = "meals"', f'narrower = "{"; ".join(f"meal {n}" for n in range(40))}"', "finds more than 32"),
        ("[[concept]]", "[[concept]", "food.toml: "),
        ("narrower =", 'shared = "food bank"\nnarrower =', "said to be shared, but no other concept has it"),
    ],
)  # fmt: skip
def test_a_file_that_breaks_a_rule_is_refused_with_file_concept_and_wording(read, old, new, said):
    with pytest.raises(BadWords, match="|".join(map(_escaped, said.split("|")))):
        read(FOOD.replace(old, new))


def _escaped(text: str) -> str:
    return text.replace("[", r"\[").replace("(", r"\(")


def test_one_wording_in_two_concepts_must_be_said_to_be_shared(read):
    other = '\n[[concept]]\nname = "Meals"\nenglish = "hot meals"\ntyped = "bank food"\n'
    with pytest.raises(BadWords, match="“bank food” is also a wording of “Meals”"):
        read(FOOD + other)
    both = FOOD.replace('narrower = "meals"', 'shared = "food bank"') + other + 'shared = "bank food"\n'
    assert len(read(both).concepts) == 2


# ---------------------------------------------------------------- The data
def test_the_thesaurus_has_at_least_350_concepts_and_3000_wordings():
    known = thesaurus()
    assert len(known.concepts) >= 350
    assert sum(len(one.wordings) for one in known.concepts) >= 3000
    assert sum(bool(one.spanish) for one in known.concepts) == len(known.concepts)


def test_the_stop_words_are_those_of_postgresql(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT w FROM unnest(%s::text[]) AS w WHERE numnode(plainto_tsquery('onestop', w)) > 0",
                       [sorted(thesaurus().words.stop)])  # fmt: skip
        assert cursor.fetchall() == []


# Words with one stem in two concepts, where people may mean either, or that the lexicon tells apart.
ALIKE = {
    "'anciano' & 'comida'", "'anim'", "'assist' & 'medic'", "'assist' & 'medic' & 'program'", "'busi' & 'close'",
    "'career' & 'plan'", "'cloth' & 'donat'", "'comida'", "'comida' & 'grati'", "'cuidado' & 'hogar'", "'custodi'",
    "'daycar' & 'licens'", "'deport'", "'disabl' & 'right'", "'disabl' & 'work'", "'drive' & 'work'", "'electr'",
    "'employ' & 'servic'", "'engin'", "'health' & 'occup'", "'hear'", "'hire'", "'home' & 'nurs'",
    "'homeless' & 'student'", "'hospit'", "'job' & 'list'", "'job' & 'post'", "'letter' & 'read'",
    "'live' & 'street'", "'medic'", "'nurs' & 'visit'", "'patient' & 'transport'", "'probat'", "'sindicato'",
    "'teen' & 'troubl'", "'urgencia'", "'wheelchair'",
}  # fmt: skip


def test_no_wording_means_the_same_as_one_of_another_concept_to_the_database(db):
    """Stems are shorter than words: "hospitality" is "hospital", "custodial" is "custody"."""
    known = thesaurus()
    rows = [
        (one.name, compared(wording, known.words, is_spanish=wording in one.spanish), wording in one.spanish)
        for one in known.concepts
        for wording, _others in one.leads()
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT plainto_tsquery('onestop', w)::text FROM unnest(%s::text[]) AS w", [[row[1] for row in rows]]
        )
        owners: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for (name, wording, _is_spanish), (query,) in zip(rows, cursor.fetchall(), strict=True):
            owners[query][name].add(wording)
    unsaid = {
        query: dict(those)
        for query, those in owners.items()
        if len(those) > 1 and not set.intersection(*those.values())
    }
    assert not unsaid.keys() - ALIKE, "\n".join(f"{query}: {unsaid[query]}" for query in unsaid.keys() - ALIKE)


@pytest.fixture(scope="module")
def leads():
    """Return what each wording of the thesaurus finds, in lower case."""
    found: dict[str, list[str]] = defaultdict(list)
    for wording, others in thesaurus().leads():
        found[wording.casefold()] += [other.casefold() for other in others if other.casefold() != wording.casefold()]
    return found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("deaf", "sign language"), ("felon", "reentry"), ("cárcel", "reentry"), ("ebt", "snap"),
        ("despensa", "food pantry"), ("shelter", "homeless shelter"), ("autism", "developmental disabilities"),
        ("light bill", "utility assistance"), ("biles", "utility assistance"), ("raite", "rides"),
        ("chamba", "job"), ("mica", "immigration"), ("wfh", "remote work"), ("dentista", "dental care"),
        ("trailero", "CDL"), ("my first job", "youth employment"), ("niñera", "child care"),
    ],
)  # fmt: skip
def test_everyday_words_find_what_agencies_write(leads, typed, found):
    assert found.casefold() in leads[typed]


@pytest.mark.parametrize(
    ("typed", "never"),
    [
        ("shelter", "animal"), ("autism", "job"), ("training", "bus pass"), ("medicine", "job"), ("record", "reentry"),
        ("work", "reentry"), ("job", "youth employment"), ("car", "child care"), ("school", "child care"),
    ],
)  # fmt: skip
def test_words_find_nothing_of_another_matter(leads, typed, never):
    assert not [also for also in leads[typed] if never in also]


def test_plain_words_find_little(leads):
    for typed in ("work", "job", "help", "free", "trabajo", "ayuda", "gratis", "clases"):
        assert len(leads[typed]) <= 15, typed
    search = {"job search", "job matching", "job bank", "job leads", "job placement", "job openings"}
    assert set(leads["work"]) == {"job", "employment", "career counseling", *search}


def test_a_changed_file_reaches_an_installation_with_the_next_prepare(db):
    synonyms.refresh_synonyms()
    before = dict(Synonym.objects.filter(area=None).values_list("wording", "also"))
    kept = Synonym.objects.get(area=None, wording="food pantry").pk
    Synonym.objects.filter(area=None, wording="food bank").update(also=["something old"])
    Synonym.objects.create(area=None, wording="gone", also=["long ago"])
    synonyms.refresh_synonyms()
    now = {row.wording: row for row in Synonym.objects.filter(area=None)}
    assert now.keys() == before.keys()
    assert now["food bank"].also == before["food bank"]
    assert now["food pantry"].pk == kept, "what did not change is not written"


def test_every_file_of_words_is_read():
    subjects = {path.name for path in Path(WORDS).glob("*.toml")} - {PLAIN, "hints.toml"}
    assert {one.place.partition(",")[0] for one in thesaurus().concepts} == subjects
