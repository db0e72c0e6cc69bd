"""What staff do about words that people look for and do not find: a keyword, a glossary term, or nobody offers it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from partners.models import LocalArea, SearchAnswer, Service
from partners.upkeep.services import update_service

Kind = SearchAnswer.Kind
MOST_KEYWORDS = 50


class CannotAnswer(Refused):
    """Words without an answer cannot be answered like this."""


@recorded
def answer_by_keyword(
    area: LocalArea, words: str, *, service: Service, keyword: str, by: User | None, at: datetime
) -> SearchAnswer:
    """Add a keyword to a service, by which searches for the words find it from now on.

    :raises CannotAnswer: if the service is of another area, archived, or has too many keywords.
    """
    # Lock: of two keywords that are added at once, none must be lost.
    found = Service.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=service.pk)
    if found.partnership.area_id != area.pk or found.is_archived:
        raise CannotAnswer(_("Choose a current service of this area."), field="service")
    if keyword.casefold() not in {known.casefold() for known in found.keywords}:
        if len(found.keywords) >= MOST_KEYWORDS:
            raise CannotAnswer(_("This service has too many keywords. Remove one first."), field="service")
        update_service(found, facts={"keywords": [*found.keywords, keyword]}, by=by, at=at)
    return _answer(area, words, kind=Kind.KEYWORD, service=found, by=by, at=at)


@recorded
def answer_by_term(area: LocalArea, words: str, *, by: User | None, at: datetime) -> SearchAnswer:
    """Record that the words become a term of the glossary, which is proposed and approved apart from this."""
    return _answer(area, words, kind=Kind.TERM, by=by, at=at)


@recorded
def answer_that_nobody_offers_it(
    area: LocalArea, words: str, *, note: str = "", by: User | None, at: datetime
) -> SearchAnswer:
    """Hide words for which the area has nobody, with a note for colleagues."""
    return _answer(area, words, kind=Kind.NOBODY, note=note.strip(), by=by, at=at)


@recorded
def reopen_words(area: LocalArea, words: str, *, by: User | None, at: datetime) -> bool:
    """Remove the answer to words, so that they are listed again; return whether there was one."""
    return bool(SearchAnswer.objects.filter(area=area, words=words).delete()[0])


def _answer(area: LocalArea, words: str, *, by: User | None, at: datetime, **facts: Any) -> SearchAnswer:
    given = {"service": None, "note": "", "answered_on": area.day_of(at), "answered_by": by} | facts
    answer, _is_new = SearchAnswer.objects.update_or_create(area=area, words=words, defaults=given)
    return answer
