"""Synonyms by which the directory finds services that are called something else.

Everywhere: the everyday thesaurus (``thesaurus``: English and Spanish) and the names of programs. In one area: its
approved glossary.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, zip_longest

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
            wording[:LONGEST]: ([*chain(*parts)], len(parts[0]), len(parts[1]))
            for wording, lists in sorted((_of_area(area) if area else _everywhere()).items())
            if any(parts := [[one[:LONGEST] for one in part] for part in lists])
        }
        known = {row.wording: (row.also, row.same, row.narrower) for row in Synonym.objects.filter(area=area)}
        changed = [wording for wording, also in wanted.items() if known.get(wording) != also]
        gone = [wording for wording in known if wording not in wanted]
        Synonym.objects.filter(area=area, wording__in=[*changed, *gone]).delete()
        _insert(area, {wording: wanted[wording] for wording in changed})
    return len(wanted)


def _insert(area: LocalArea | None, wordings: Mapping[str, tuple[list[str], int, int]]) -> None:
    """Insert wordings in one statement: as model instances, twelve thousand take three times as long."""
    rows = [(wording, "\x1f".join(also), same, narrower) for wording, (also, same, narrower) in wordings.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partners_synonym (area_id, wording, also, same, narrower)"
            " SELECT %s, wording, string_to_array(also, chr(31)), same, narrower"
            " FROM unnest(%s::text[], %s::text[], %s::int[], %s::int[]) AS one (wording, also, same, narrower)"
            " ON CONFLICT DO NOTHING",
            [area.pk if area else None, *([row[at] for row in rows] for at in range(4))],
        )


def _everywhere() -> Wordings:
    found: Wordings = defaultdict(_nothing)
    for wording, lists in _of_thesaurus().items():
        found[wording] = [list(part) for part in lists]
    for program in Program.objects.exclude(code="other").order_by("position"):
        for wording in _names_of(program, thesaurus().words.program_names):
            # One way: "title ii" means adult education, but people who look for a class do not mean a title of a law.
            _lead(found, wording, [program.name])
        _lead(found, program.name, [program.short_name])
    return found


@cache
def _of_thesaurus() -> Wordings:
    found: Wordings = defaultdict(_nothing)
    leads: dict[str, list[Others]] = defaultdict(list)
    for wording, others in thesaurus().ranked_leads():
        leads[wording.casefold()].append(others)
    for wording, several in leads.items():
        for way in WAYS:
            _lead(found, wording, _in_turn([others[way] for others in several]), way)
    return dict(found)


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
