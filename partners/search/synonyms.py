"""Synonyms by which the directory finds services that are called something else.

Everywhere: the everyday thesaurus (``thesaurus``: English and Spanish) and the names of programs. In one area: its
approved glossary.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import zip_longest

from django.db import connection, transaction

from partners.models import LocalArea, Program, Synonym, Term
from partners.search.thesaurus import Others, thesaurus

LONGEST = 120  # characters of a column
WAYS = SAME, NARROWER, BROADER = range(3)
Wordings = dict[str, list[list[str]]]  # the other wordings of a text, by how near they are


def refresh_synonyms(area: LocalArea | None = None) -> int:
    """Rewrite the synonyms of an area from its terms, or the general ones from the thesaurus; return how many.

    Call this in the transaction that approves, changes or archives a term. The general ones are refreshed by each
    ``prepare`` (``load_programs``), so that a changed file of words reaches an existing installation.
    """
    with transaction.atomic():
        # Lock before reading: of two concurrent approvals in one area, the second must see the term of the first.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('synonyms'), %s)", [area.pk if area else 0])
        wanted = {
            wording[:LONGEST]: (sum(parts, []), len(parts[0]), len(parts[1]))
            for wording, lists in sorted((_of_area(area) if area else _everywhere()).items())
            if any(parts := [[one[:LONGEST] for one in part] for part in lists])
        }
        known = {row.wording: (row.also, row.same, row.narrower) for row in Synonym.objects.filter(area=area)}
        changed = [wording for wording, also in wanted.items() if known.get(wording) != also]
        gone = [wording for wording in known if wording not in wanted]
        Synonym.objects.filter(area=area, wording__in=[*changed, *gone]).delete()
        rows = [
            Synonym(area=area, wording=wording, also=also, same=same, narrower=narrower)
            for wording, (also, same, narrower) in wanted.items()
            if wording in set(changed)
        ]
        Synonym.objects.bulk_create(rows, ignore_conflicts=True)
    return len(wanted)


def _everywhere() -> Wordings:
    found: Wordings = defaultdict(_nothing)
    known = thesaurus()
    leads: dict[str, list[Others]] = defaultdict(list)
    for wording, others in known.ranked_leads():
        leads[wording.casefold()].append(others)
    for wording, several in leads.items():
        for way in WAYS:
            _lead(found, wording, _in_turn([others[way] for others in several]), way)
    for program in Program.objects.exclude(code="other").order_by("position"):
        for wording in _names_of(program, known.words.program_names):
            # One way: "title ii" means adult education, but people who look for a class do not mean a title of a law.
            _lead(found, wording, [program.name])
        _lead(found, program.name, [program.short_name])
    return found


def _in_turn(several: Iterable[Collection[str]]) -> Iterator[str]:
    """Yield the first wording of each concept, then the second: a text of two concepts means both."""
    return (one for turn in zip_longest(*several) for one in turn if one)


def _names_of(program: Program, too_plain: Collection[str]) -> Iterator[str]:
    for wording in (program.short_name, *program.aliases):
        if wording.casefold() not in too_plain and wording.casefold() != program.name.casefold():
            yield wording


def _of_area(area: LocalArea) -> Wordings:
    found: Wordings = defaultdict(_nothing)
    for term in Term.objects.approved().filter(area=area).order_by("pk"):
        _add(found, [term.agreed_name, term.agreed_abbreviation, *term.agreed_synonyms, *term.agreed_search_only])
    return found


def _nothing() -> list[list[str]]:
    return [[] for _way in WAYS]


def _add(found: Wordings, wordings: Iterable[str]) -> None:
    """Make each wording find all others."""
    line = [wording for wording in wordings if wording]
    for wording in line:
        _lead(found, wording, line)


def _lead(found: Wordings, wording: str, others: Iterable[str], way: int = SAME) -> None:
    key = wording.casefold()
    known = {key, *(other.casefold() for part in found.get(key, ()) for other in part)}
    for other in others:
        if other.casefold() not in known:
            known.add(other.casefold())
            found[key][way].append(other)
