"""Ask a question: of the portal, as a visitor of the directory does, and of plain PostgreSQL full text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.http import QueryDict

from partners.models import LocalArea
from partners.search import queries
from partners.search.question import read_question
from tests.questions.loading import Keys
from tests.questions.measures import FIRST
from tests.questions.reading import Asked

# What comes to mind first: the columns of a service and the name of its partner in one vector, without weights.
MAKE_PLAIN = """
    CREATE TEMPORARY TABLE plain_service AS
    SELECT s.id, p.area_id, to_tsvector('english', concat_ws(' ; ', s.name, s.description, s.audience, s.eligibility,
        array_to_string(s.keywords, ' ; '), s.documents, s.cost, s.how_to_get_in, s.hours,
        array_to_string(s.languages, ' ; '), o.name, o.short_name)) AS search
    FROM partners_service s
    JOIN partners_partnership p ON p.id = s.partnership_id
    JOIN partners_organization o ON o.id = p.organization_id
    WHERE s.is_public AND s.archived_at IS NULL AND p.archived_at IS NULL AND p.status = 'active';
    CREATE INDEX ON plain_service USING gin (search);
    ANALYZE plain_service
"""
ASK_PLAIN = """
    SELECT id FROM plain_service, websearch_to_tsquery('english', %(words)s) AS query
    WHERE search @@ query AND (%(area)s::bigint IS NULL OR area_id = %(area)s)
    ORDER BY ts_rank(search, query) DESC, id LIMIT %(most)s
"""


@dataclass
class Library:
    """The loaded corpus: services by their keys and areas by their slugs."""

    keys: Keys
    areas: Mapping[str, LocalArea] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.areas = {area.slug: area for area in LocalArea.objects.all()}
        self.key_of = {pk: key for key, pk in self.keys.items()}

    def keys_of(self, ids: list[int]) -> list[str]:
        """Return the keys of services; those of other data sets are named by their id."""
        return [self.key_of.get(pk, f"service {pk}") for pk in ids]


Search = Callable[[Library, Asked], list[str]]


def ask_portal(library: Library, asked: Asked) -> list[str]:
    """Return the first answers of the directory, from the text in the search field as its page reads it."""
    typed = QueryDict(mutable=True)
    typed["q"] = asked.text
    question = read_question(typed.getlist, library.areas.get(asked.area))
    return library.keys_of(queries.find_services(question).service_ids[:FIRST])


def make_plain() -> None:
    """Index the services for :func:`ask_plain`, for this connection."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE_PLAIN)


def ask_plain(library: Library, asked: Asked) -> list[str]:
    """Return the first answers of plain PostgreSQL full text: websearch_to_tsquery and ts_rank."""
    area = library.areas.get(asked.area)
    with connection.cursor() as cursor:
        cursor.execute(ASK_PLAIN, {"words": asked.text, "area": area.pk if area else None, "most": FIRST})
        return library.keys_of([row[0] for row in cursor.fetchall()])
