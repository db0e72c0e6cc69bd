"""Where the search of signed-in users looks: conditions on rows, each with a label that says why a row was found."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import BooleanField, F, Func, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat, NullIf
from django.db.models.lookups import Contains, IContains, IStartsWith
from django.utils.functional import Promise

from partners.models import PartnershipProgram

PHONE = re.compile(r"\+?[\d\s().\-/]+")
EXTENSION = re.compile(r"(?:extension|ext\.?|x) ?\d{1,8}$", re.IGNORECASE)
FEWEST_DIGITS = 7  # a number without its area code


@dataclass(frozen=True)
class Sought:
    """What somebody looks for: words, and the queries that they mean: for all of them, and for any."""

    words: str
    query: str | None = None
    loose: str | None = None

    @property
    def digits(self) -> str:
        """Return the digits of the words if they are a phone number in any notation, without country and extension."""
        number = EXTENSION.sub("", self.words).rstrip(" ,;")
        digits = re.sub(r"\D", "", number)
        if not PHONE.fullmatch(number) or len(digits) < FEWEST_DIGITS:
            return ""
        return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits


Condition = Callable[[Sought], Q | None]


@dataclass(frozen=True)
class Field:
    """A place to look in: an attribute of the rows, a condition, and the label that says where a row was found.

    There is no label for what each result shows anyway.
    """

    attribute: str
    condition: Condition
    label: str | Promise = ""


def contains(column: str) -> Condition:
    """Return the condition that a column contains the words."""
    return lambda sought: Q(IContains(F(column), sought.words))


def means(expression: Any) -> Condition:
    """Return the condition that a text has the words that are meant: synonyms and other endings, too."""
    return lambda sought: Q(Matches(expression, Value(sought.query))) if sought.query else None


def has_phone(expression: Any) -> Condition:
    """Return the condition that a phone number is the one looked for, or ends like it."""
    digits = Func(expression, Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=TextField())
    return lambda sought: Q(Contains(digits, sought.digits)) if sought.digits else None


def has_email(expression: Any) -> Condition:
    """Return the condition that an email address begins with the words, or contains them if they are a part of one."""
    return lambda sought: Q((IContains if "@" in sought.words else IStartsWith)(expression, sought.words))


def is_listed(sought: Sought) -> Q | None:
    """Return the condition that the listing of a service has the words that are meant."""
    return Q(VectorMatches(F("listing__search"), Value(sought.query))) if sought.query else None


def has_program(sought: Sought) -> Q | None:
    """Return the condition that a program of a partner is meant. Needs ``program_names`` (matching_programs)."""
    return Q(program_names__isnull=False) if sought.query else None


def matching_programs(sought: Sought) -> Subquery:
    """Return the names of those programs of a partner that are meant, or null."""
    said = Concat(F("program__name"), Value(" "), F("program__short_name"), output_field=TextField())
    meant = PartnershipProgram.objects.filter(Matches(said, Value(sought.query)), partnership=OuterRef("pk"))
    named = (
        meant.order_by()
        .values("partnership")
        .annotate(names=StringAgg("program__name", ", ", order_by="program__position"))
    )
    return Subquery(named.values("names"), output_field=TextField())


def first_filled(*columns: str) -> Coalesce:
    """Return the first of some columns that is not blank."""
    filled = [NullIf(F(column), Value("")) for column in columns]
    return Coalesce(*filled, Value(""), output_field=TextField())


class Matches(Func):
    """Whether a text matches a tsquery, both as the directory reads them."""

    template = "(to_tsvector('onestop', %(expressions)s::tsquery))"
    arg_joiner = ") @@ ("
    output_field = BooleanField()


class VectorMatches(Func):
    """Whether a tsvector matches a tsquery."""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    output_field = BooleanField()
