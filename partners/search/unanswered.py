"""Count what people look for in vain, by day, so that staff learn which words and which services are missing.

Nothing that is kept says who asked: a row has words, a day and a number. Words that may be of a person are not kept at
all: what ``find_personal_data`` finds, numbers, addresses, what follows "my name is", and words that look like a name
because they are common ones, or because no dictionary and no service has them.
"""

import logging
import re
import unicodedata
from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction

from onestop.editing.personal_data import find_personal_data
from partners.models import LocalArea, SearchWord, Synonym, UnansweredQuestion
from partners.search.common_names import GIVEN, SURNAMES
from partners.search.lexicon import lexicon
from partners.search.question_words import words_without_matter
from partners.search.word_list import misspelled_words

logger = logging.getLogger(__name__)

Kind = UnansweredQuestion.Kind

LONGEST = 80  # characters of what is kept
MOST_A_DAY = 300  # different words of an area on a day: nobody fills the table
MOST_TIMES = 10_000  # counted of the same words on a day
KEPT = timedelta(days=365)
FEWEST_OF_A_SENTENCE = 4  # so many unknown words are a text of somebody's own
SHORT = 3  # letters: an abbreviation rather than a name

WORD = re.compile(r"\w+(?:['.+/&-]\w+)*\+*")
PART = re.compile(r"[^\W\d_]+")
LONG_NUMBER = re.compile(r"\d{4}")
FEWEST_DIGITS = 5  # in all: a telephone number, a case, a date of birth, a ZIP code
STREET = re.compile(
    r"\b\d+\s(?:\w+\s){1,3}(?:st|street|ave|avenue|rd|road|dr|drive|ln|lane|blvd|ct|court|way|apt)\b"
    r"|\b(?:calle|apto) \d"
)
ABOUT_ONESELF = re.compile(r"\b(?:(?:my|the|her|his) name|name is|i am called|me llamo|mi nombre|se llama)\b")

COUNT = """
    INSERT INTO partners_unansweredquestion AS known (day, area_id, words, language, kind, number)
    SELECT %(day)s::date, %(area)s::bigint, %(words)s, %(language)s, %(kind)s, 1
    WHERE (
        SELECT count(*) FROM partners_unansweredquestion
        WHERE day = %(day)s AND area_id IS NOT DISTINCT FROM %(area)s::bigint
    ) < %(most)s OR EXISTS (
        SELECT 1 FROM partners_unansweredquestion
        WHERE day = %(day)s AND area_id IS NOT DISTINCT FROM %(area)s::bigint
            AND words = %(words)s AND language = %(language)s AND kind = %(kind)s
    )
    ON CONFLICT (area_id, day, words, language, kind)
        DO UPDATE SET number = least(known.number + 1, %(most_times)s)
"""


def count_unanswered(
    area: LocalArea | None, words: str, language: str, kind: Kind | str, day: date, *, only_known: bool = False
) -> bool:
    """Count a question of which nothing good was found, in a short transaction of its own; return whether it counts.

    ``only_known`` leaves out questions with any word that no dictionary knows, where people look for people, too. It
    never fails: a search must not break because it could not be counted.
    """
    try:
        kept = words_to_keep(words, only_known=only_known)
        if not kept:
            return False
        values: dict[str, Any] = {
            "day": day,
            "area": area.pk if area else None,
            "words": kept,
            "language": language[:10],
        }
        limits = {"kind": str(kind), "most": MOST_A_DAY, "most_times": MOST_TIMES}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(COUNT, values | limits)
            return cursor.rowcount > 0
    except DatabaseError as problem:
        # Not the problem itself: PostgreSQL quotes what was typed.
        logger.warning("A search without an answer was not counted: %s", type(problem).__name__)
        return False


def words_to_keep(words: str, *, only_known: bool = False) -> str:
    """Return the words of a question as they are kept, or nothing if they may be of a person or say nothing."""
    if _may_be_personal(words):
        return ""
    found = meaningful_words(words)
    unknown = _unknown(found)
    if only_known and unknown:
        return ""
    if len(unknown) >= FEWEST_OF_A_SENTENCE or _looks_like_a_name(found, unknown):
        return ""
    kept = ""
    for word in found:
        longer = f"{kept} {word}".strip()
        if len(longer) > LONGEST:
            break
        kept = longer
    return kept if len(kept) > 1 else ""


def meaningful_words(words: str) -> list[str]:
    """Return the words of a question in lower case, without accents and those that say nothing of it, each once."""
    empty = words_without_matter(words)
    # "I'm" and "don't" say as little as "I" and "do".
    return list(dict.fromkeys(word for word in WORD.findall(_folded(words)) if word.split("'")[0] not in empty))


def forget_unanswered(*, today: date) -> int:
    """Delete what was asked more than a year ago; return the number of rows."""
    return UnansweredQuestion.objects.filter(day__lt=today - KEPT).delete()[0]


def _folded(words: str) -> str:
    apart = unicodedata.normalize("NFKD", words.replace("\x00", " "))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold().replace("\u2019", "'")


def _may_be_personal(words: str) -> bool:
    folded = " ".join(_folded(words).split())
    digits = sum(sign.isdigit() for sign in folded)
    if "@" in folded or digits >= FEWEST_DIGITS or LONG_NUMBER.search(folded):
        return True
    if STREET.search(folded) or ABOUT_ONESELF.search(folded):
        return True
    # Names and titles are found by their capitals, which people leave out in a search.
    return bool(find_personal_data([words, folded.title()]))


def _unknown(words: list[str]) -> list[str]:
    """Return the words of letters that neither a dictionary nor a service nor a synonym knows."""
    parts = {part for word in words for part in PART.findall(word) if len(part) > SHORT}
    strange = set(misspelled_words(parts))
    if not strange:
        return []
    strange -= set(SearchWord.objects.filter(word__in=strange).values_list("word", flat=True))
    known = lexicon().words_known.union(Synonym.objects.filter(wording__in=words).values_list("wording", flat=True))
    return [word for word in words if word not in known and strange.intersection(PART.findall(word))]


def _looks_like_a_name(words: list[str], unknown: list[str]) -> bool:
    """Return whether words are of a person: a given name with a surname or a strange word, or only strange words."""
    given, surnames = GIVEN.intersection(words), SURNAMES.intersection(words)
    if given and (len(given | surnames) > 1 or unknown):
        return True
    return len(unknown) > 1 and all(word in unknown or len(word) <= SHORT for word in words)
