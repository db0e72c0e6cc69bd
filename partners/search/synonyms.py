"""Synonyms by which the directory finds services that are called something else.

Everywhere: the everyday thesaurus (``thesaurus``: English and Spanish) and the names of programs. In one area: its
approved glossary.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import zip_longest

from django.db import connection, transaction

from partners.models import LocalArea, Program, Synonym, Term
from partners.search.thesaurus import thesaurus

LONGEST = 120  # characters of a column
Wordings = dict[str, list[str]]


def refresh_synonyms(area: LocalArea | None = None) -> int:
    """Rewrite the synonyms of an area from its terms, or the general ones from the thesaurus; return how many.

    Call this in the transaction that approves, changes or archives a term. The general ones are refreshed by each
    ``prepare`` (``load_programs``), so that a changed file of words reaches an existing installation.
    """
    with transaction.atomic():
        # Lock before reading: of two concurrent approvals in one area, the second must see the term of the first.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('synonyms'), %s)", [area.pk if area else 0])
        wordings, wider = (_of_area(area), {}) if area else _everywhere()
        wanted = {
            wording[:LONGEST]: ([one[:LONGEST] for one in also], len(also) - len(wider.get(wording, ())))
            for wording, also in sorted(wordings.items())
        }
        known = {row.wording: (row.also, row.same) for row in Synonym.objects.filter(area=area)}
        changed = [wording for wording, also in wanted.items() if known.get(wording) != also]
        gone = [wording for wording in known if wording not in wanted]
        Synonym.objects.filter(area=area, wording__in=[*changed, *gone]).delete()
        rows = [Synonym(area=area, wording=one, also=wanted[one][0], same=wanted[one][1]) for one in changed]
        Synonym.objects.bulk_create(rows, ignore_conflicts=True)
    return len(wanted)


def _everywhere() -> tuple[Wordings, Wordings]:
    """Return all wordings of each text, those that mean the same first; and which of them are wider."""
    found: Wordings = defaultdict(list)
    known = thesaurus()
    same: dict[str, list[list[str]]] = defaultdict(list)
    wider: dict[str, list[list[str]]] = defaultdict(list)
    for wording, those, others in known.ranked_leads():
        same[wording.casefold()].append(those)
        wider[wording.casefold()].append(others)
    for wording, several in same.items():
        _lead(found, wording, _in_turn(several))
    for program in Program.objects.exclude(code="other").order_by("position"):
        for wording in _names_of(program, known.words.program_names):
            # One way: "title ii" means adult education, but people who look for a class do not mean a title of a law.
            _lead(found, wording, [program.name])
        _lead(found, program.name, [program.short_name])
    last: Wordings = {}
    for wording, several in wider.items():
        before = len(found[wording])
        _lead(found, wording, _in_turn(several))
        last[wording] = found[wording][before:]
    return {wording: also for wording, also in found.items() if also}, last


def _in_turn(several: Iterable[Collection[str]]) -> Iterator[str]:
    """Yield the first wording of each concept, then the second: a text of two concepts means both."""
    return (one for turn in zip_longest(*several) for one in turn if one)


def _names_of(program: Program, too_plain: Collection[str]) -> Iterator[str]:
    for wording in (program.short_name, *program.aliases):
        if wording.casefold() not in too_plain and wording.casefold() != program.name.casefold():
            yield wording


def _of_area(area: LocalArea) -> Wordings:
    found: Wordings = defaultdict(list)
    for term in Term.objects.approved().filter(area=area).order_by("pk"):
        _add(found, [term.agreed_name, term.agreed_abbreviation, *term.agreed_synonyms, *term.agreed_search_only])
    return found


def _add(found: Wordings, wordings: Iterable[str]) -> None:
    """Make each wording find all others."""
    line = [wording for wording in wordings if wording]
    for wording in line:
        _lead(found, wording, line)


def _lead(found: Wordings, wording: str, others: Iterable[str]) -> None:
    key = wording.casefold()
    known = {key, *(other.casefold() for other in found.get(key, ()))}
    for other in others:
        if other.casefold() not in known:
            known.add(other.casefold())
            found[key].append(other)
