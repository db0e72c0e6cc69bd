"""Synonyms of an area: the wordings of its approved glossary, by which its directory finds services.

What everybody says is in the thesaurus (``thesaurus``), which is read from files.
"""

from collections.abc import Iterable

from django.db import connection, transaction

from partners.models import LocalArea, Synonym, Term

LONGEST = 120  # characters of a column


@transaction.atomic
def refresh_synonyms(area: LocalArea) -> int:
    """Rewrite the synonyms of an area from its terms; return how many there are.

    Call this in the transaction that approves, changes or archives a term.
    """
    # Lock before reading: of two concurrent approvals in one area, the second must see the term of the first.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('synonyms'), %s)", [area.pk])
    wanted = _of_area(area)
    known = dict(Synonym.objects.filter(area=area).values_list("wording", "also"))
    changed = [wording for wording, also in wanted.items() if known.get(wording) != also]
    gone = [wording for wording in known if wording not in wanted]
    Synonym.objects.filter(area=area, wording__in=[*changed, *gone]).delete()
    Synonym.objects.bulk_create(Synonym(area=area, wording=one, also=wanted[one]) for one in changed)
    return len(wanted)


def _of_area(area: LocalArea) -> dict[str, list[str]]:
    """Return the other wordings of each wording."""
    found: dict[str, dict[str, str]] = {}
    for term in Term.objects.approved().filter(area=area).order_by("pk"):
        wordings = [term.agreed_name, term.agreed_abbreviation, *term.agreed_synonyms, *term.agreed_search_only]
        line = [wording[:LONGEST] for wording in wordings if wording]
        for wording in line:
            known = found.setdefault(wording.casefold()[:LONGEST], {})
            known |= {key: other for key, other in _by_key(line).items() if key not in known}
    return {key: [one for at, one in others.items() if at != key] for key, others in found.items() if len(others) > 1}


def _by_key(line: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for wording in line:
        found.setdefault(wording.casefold(), wording)
    return found
