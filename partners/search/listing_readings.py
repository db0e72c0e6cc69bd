"""Keep what services mean beside their listings.

A listing whose words have changed has no reading: the database takes it away (``directory_refresh``). The next search
that might find it reads it again; imports and tasks read many at once. What was read with other words of the thesaurus
is good enough until the nightly task reads it again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from zlib import crc32

from django.db import connection, transaction

from partners.search.readings import Reading, parts_of_description, read
from partners.search.thesaurus import WORDS

AT_ONCE = 500  # listings, in one transaction
COLUMNS = (
    "service_id", "name", "other_name", "keywords", "programs", "org_name", "org_short_name", "audience", "eligibility",
    "description", "other_audience", "other_description", "groups", "languages", "accommodations",
)  # fmt: skip
# The part of a service (readings.WEIGHTS) that a column is.
PARTS = {
    "name": "name", "other_name": "other_name", "keywords": "keywords", "programs": "programs",
    "org_name": "organization", "org_short_name": "organization", "audience": "audience", "eligibility": "audience",
    "other_audience": "other_texts", "other_description": "other_texts", "groups": "audience",
    "languages": "conditions", "accommodations": "conditions",
}  # fmt: skip
# Listings are locked, and only then their texts are read: of a search and somebody who changes a text, the second sees
# what the first has written, and a reading never outlives its text. Each text is read by its id, whatever the planner
# believes of many.
LOCK = """
    SELECT service_id FROM partners_listing WHERE service_id = ANY (%s) AND (concepts IS NULL OR read_with <> %s)
    ORDER BY service_id FOR UPDATE SKIP LOCKED
"""
TEXTS = f"""
    SELECT {", ".join(f"t.{column}" for column in COLUMNS)} FROM unnest(%s::bigint[]) AS one (id)
    CROSS JOIN LATERAL (SELECT * FROM partners_service_text WHERE service_id = one.id OFFSET 0) AS t
"""  # noqa: S608 -- columns of this module
WRITE = """
    UPDATE partners_listing l
    SET concepts = string_to_array(r.concepts, ',')::int[], strong_concepts = string_to_array(r.strong, ',')::int[],
        reading = r.reading, read_with = %s
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bytea[]) AS r (service_id, concepts, strong, reading)
    WHERE l.service_id = r.service_id
"""


@transaction.atomic
def read_listings(ids: Collection[int]) -> int:
    """Read these listings, as far as nobody else does at this moment; return how many were read."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(ids), number_of_words()])
        locked = [row[0] for row in cursor.fetchall()]
        if not locked:
            return 0
        cursor.execute(TEXTS, [locked])
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]
        read_rows = [(row["service_id"], read(parts_of(row))) for row in rows]
        cursor.execute(WRITE, [number_of_words(), *_columns(read_rows)])
    return len(read_rows)


def read_unread() -> int:
    """Read the public listings that are not read, such as all of them after an upgrade; return how many were read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT service_id FROM partners_listing WHERE concepts IS NULL AND is_public ORDER BY service_id"
        )
        return _read_many([row[0] for row in cursor.fetchall()])


def read_all() -> int:
    """Read every listing that is not read, or was read with other words; return how many were read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT service_id FROM partners_listing WHERE concepts IS NULL OR read_with <> %s ORDER BY service_id",
            [number_of_words()],
        )
        return _read_many([row[0] for row in cursor.fetchall()])


def _read_many(ids: Sequence[int]) -> int:
    return sum(read_listings(ids[at : at + AT_ONCE]) for at in range(0, len(ids), AT_ONCE))


@cache
def number_of_words() -> int:
    """Return a number that is another one if the words of the thesaurus, or how texts are read, have changed."""
    here = WORDS.parent
    files = [*sorted(WORDS.glob("*.toml")), here / "lexicon.py", here / "readings.py"]
    return crc32(b"".join(path.read_bytes() for path in files)) - (1 << 31)


def parts_of(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a service, with the text of each, from a row of ``partners_service_text``."""
    yield from ((part, row[column]) for column, part in PARTS.items() if row[column])
    yield from parts_of_description(row["description"] or "")


def _columns(read_rows: Sequence[tuple[int, Reading]]) -> tuple[list[Any], ...]:
    return (
        [service for service, _reading in read_rows],
        [",".join(map(str, reading.concepts)) for _service, reading in read_rows],
        [",".join(map(str, reading.strong)) for _service, reading in read_rows],
        [reading.packed() for _service, reading in read_rows],
    )
