"""Synonyms by which the directory finds services that are called something else.

Everywhere: the everyday thesaurus (``thesaurus``: English and Spanish) and the names of programs. In one area: its
approved glossary.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

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
        wordings = _of_area(area) if area else _everywhere()
        wanted = {wording[:LONGEST]: [one[:LONGEST] for one in also] for wording, also in sorted(wordings.items())}
        known = dict(Synonym.objects.filter(area=area).values_list("wording", "also"))
        changed = [wording for wording, also in wanted.items() if known.get(wording) != also]
        gone = [wording for wording in known if wording not in wanted]
        Synonym.objects.filter(area=area, wording__in=[*changed, *gone]).delete()
        _insert(area, {wording: wanted[wording] for wording in changed})
    return len(wanted)


def _insert(area: LocalArea | None, wordings: Mapping[str, Collection[str]]) -> None:
    """Insert wordings in one statement: as model instances, twelve thousand take three times as long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partners_synonym (area_id, wording, also)"
            " SELECT %s, wording, string_to_array(also, chr(31))"
            " FROM unnest(%s::text[], %s::text[]) AS one (wording, also) ON CONFLICT DO NOTHING",
            [area.pk if area else None, list(wordings), ["\x1f".join(also) for also in wordings.values()]],
        )


def _everywhere() -> Wordings:
    found: Wordings = defaultdict(list)
    known = thesaurus()
    for wording, others in _leads():
        _lead(found, wording, others)
    for program in Program.objects.exclude(code="other").order_by("position"):
        for wording in _names_of(program, known.words.program_names):
            # One way: "title ii" means adult education, but people who look for a class do not mean a title of a law.
            _lead(found, wording, [program.name])
        _lead(found, program.name, [program.short_name])
    return {wording: also for wording, also in found.items() if also}


@cache
def _leads() -> tuple[tuple[str, list[str]], ...]:
    return tuple(thesaurus().leads())


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
