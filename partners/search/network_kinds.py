"""What the search of signed-in users finds in the partner network: partners, services, people, places, words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db import connection
from django.db.models import F, FloatField, Func, QuerySet, TextField, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop.ui.sentences import join_words
from partners.models import Center, LocalArea, Location, Partnership, Practice, Representative, Service, Term
from partners.models.active import is_active_partner
from partners.models.partnerships import PartnershipQuerySet
from partners.search.network_fields import (
    Field,
    Sought,
    contains,
    first_filled,
    has_email,
    has_phone,
    has_program,
    is_listed,
    matching_programs,
    means,
)
from partners.search.network_search import Hit, SearchKind, register_kinds
from partners.search.results import MARKED, mark_words

FOLDER = "partners/search/found"
PHONE, EMAIL, WHAT_THEY_DID = _("Phone"), _("Email"), _("What they did")
ACCESSIBILITY = Func(F("accessibility"), function="directory_accessibility_words", output_field=TextField())
PLACE_FIELDS = (
    Field("phone", has_phone(F("phone")), PHONE),
    Field("city", contains("city")),
    Field("street", contains("street")),
    Field("accessibility_labels", means(ACCESSIBILITY), _("Accessibility")),
)
# The parts of a service in which words are found (directory_reasons). Not its organization, which each result shows.
PARTS: dict[str, str | Promise] = {
    "keywords": _("Keywords"),
    "programs": _("Programs"),
    "languages": _("Languages"),
    "accommodations": _("Accommodations"),
    "groups": _("Groups served"),
    "audience": _("Who it serves"),
    "accessibility": _("Accessible building"),
    "places": _("Where"),
    "description": _("Description"),
    "eligibility": _("Who qualifies"),
}
# Parts in which words stand for codes, so that people read the labels of these instead.
LABELS = {"languages": "languages", "accommodations": "accommodation_labels", "groups": "group_labels"}


def _partners(area: LocalArea, viewer: Any) -> PartnershipQuerySet:
    return Partnership.objects.visible_to(viewer).current().filter(area=area)


def _services(area: LocalArea, viewer: Any) -> QuerySet:
    services = Service.objects.visible_to(viewer).current()
    return services.filter(partnership__in=_partners(area, viewer)).select_related("partnership__organization")


def _people(area: LocalArea, viewer: Any) -> QuerySet:
    people = Representative.objects.visible_to(viewer).current()
    return people.filter(partnership__in=_partners(area, viewer)).select_related("partnership__organization")


def _places(area: LocalArea, viewer: Any) -> QuerySet:
    organizations = _partners(area, viewer).values("organization")
    return Location.objects.current().filter(organization__in=organizations).select_related("organization")


def _terms(area: LocalArea, viewer: Any) -> QuerySet:
    terms = Term.objects.visible_to(viewer).current().filter(area=area)
    return terms.annotate(wordings=StringAgg("usages__wording", ", ", default=Value("")))


def _with_programs(rows: QuerySet, sought: Sought) -> QuerySet:
    return rows.annotate(program_names=matching_programs(sought)) if sought.query else rows


def _fit(sought: Sought) -> Any:
    """Return the rank of services that have the words outside of their name: better for those that say more of them."""
    if not sought.query:
        return Value(2.0)
    template = "1 + ts_rank(%(expressions)s::tsquery)"
    said = F("listing__search"), Value(sought.query)
    return Func(*said, template=template, arg_joiner=", ", output_field=FloatField())


def _reasons(found: Sequence[tuple[Any, Field | None]], sought: Sought) -> Mapping[int, Hit]:
    """Return the part of each service that has the words, with the words marked."""
    rows = {row.pk: row for row, place in found if place and place.condition is is_listed}
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT service_id, part, said FROM directory_reasons(%s, %s::tsquery, %s::tsquery, %s)",
            [list(rows), sought.query, sought.loose, MARKED],
        )
        return {pk: _reason(rows[pk], part, said) for pk, part, said in cursor.fetchall()}


def _reason(row: Any, part: str, said: str) -> Hit:
    if part in LABELS:
        return Hit(row, PARTS[part], join_words(getattr(row, LABELS[part])))
    return Hit(row, PARTS[part], mark_words(said.replace(" ;", ";"))) if part in PARTS else Hit(row)


register_kinds(
    SearchKind(
        "partner",
        _("Partners"),
        lambda area, viewer: _partners(area, viewer).select_related("organization"),
        f"{FOLDER}/_partner.html",
        name="organization__name",
        fields=(
            Field("contact_phone", has_phone(first_filled("local_phone", "organization__phone")), PHONE),
            Field("contact_email", has_email(first_filled("local_email", "organization__email")), EMAIL),
            Field("organization.short_name", contains("organization__short_name"), _("Short name")),
            Field("program_names", has_program, _("Programs")),
            Field("organization.name", means(F("organization__name"))),
            Field("organization.description", means(F("organization__description")), _("What they do")),
        ),
        prepare=_with_programs,
        counts=is_active_partner,
    ),
    SearchKind(
        "service",
        _("Services"),
        _services,
        f"{FOLDER}/_service.html",
        fields=(
            Field("phone", has_phone(F("phone")), PHONE),
            Field("email", has_email(F("email")), EMAIL),
            Field("listing", is_listed),
        ),
        fit=_fit,
        reasons=_reasons,
    ),
    SearchKind(
        "person",
        _("Representatives"),
        _people,
        f"{FOLDER}/_person.html",
        fields=(
            Field("phone", has_phone(F("phone")), PHONE),
            Field("email", has_email(F("email")), EMAIL),
            Field("job_title", contains("job_title"), _("Job title")),
        ),
    ),
    SearchKind(
        "center",
        _("Centers"),
        lambda area, viewer: Center.objects.visible_to(viewer).current().filter(area=area),
        f"{FOLDER}/_center.html",
        fields=(*PLACE_FIELDS, Field("email", has_email(F("email")), EMAIL)),
    ),
    SearchKind("place", _("Locations"), _places, f"{FOLDER}/_place.html", fields=PLACE_FIELDS),
    SearchKind(
        "term",
        _("Glossary terms"),
        _terms,
        f"{FOLDER}/_term.html",
        fields=(
            Field("abbreviation", contains("abbreviation"), _("Abbreviation")),
            Field("agreed_abbreviation", contains("agreed_abbreviation"), _("Abbreviation")),
            Field("wordings", contains("wordings"), _("Usage")),
            Field("name", means(F("name"))),
            Field("wordings", means(F("wordings")), _("Usage")),
        ),
    ),
    SearchKind(
        "practice",
        _("Practices"),
        lambda area, viewer: Practice.objects.visible_to(viewer).current().filter(area=area),
        f"{FOLDER}/_practice.html",
        name="title",
        fields=(
            Field("title", means(F("title"))),
            Field("situation", means(F("situation"))),
            Field("did", means(F("did")), WHAT_THEY_DID),
            Field("result", means(F("result")), _("Result")),
        ),
    ),
)
