"""Results of the public directory: services in the words of job seekers, and who is on site today."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Func, OuterRef, Prefetch, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Lower
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.ui.markup import format_html, format_html_join
from onestop.ui.presentation import clock
from partners.models import Center, Location, Presence, Program, Service, ServiceText
from partners.search.language_names import said_language
from partners.search.said_words import (
    ENGLISH,
    Part,
    is_all_english,
    is_in_english,
    is_partly_english,
    page_language,
    words_of,
)

LEFT, RIGHT = "\x02", "\x03"  # enclose found words until the text is escaped
MARKED = f"StartSel={LEFT},StopSel={RIGHT}"
HEADLINE = f"HighlightAll=true,{MARKED}"
SHORT = 24  # longest cost, in characters, that is shown as a tag
SIGN_LANGUAGES = {"American Sign Language", "ASL"}  # no translation: values of services
ON_REQUEST = {
    Service.Accommodation.ASL: gettext_lazy("Sign language on request"),
    Service.Accommodation.CHILDCARE: gettext_lazy("Child care"),
    Service.Accommodation.TRANSPORT: gettext_lazy("Help with rides"),
}
BY_MODE = {
    Service.Mode.PHONE: gettext_lazy("By phone"),
    Service.Mode.VIDEO: gettext_lazy("By video"),
    Service.Mode.ONLINE: gettext_lazy("Online"),
}
Sites = Mapping[tuple[int, int], Presence]


@dataclass(frozen=True)
class Answer:
    """One service as the directory shows it."""

    service: Service
    title: SafeString
    is_stale: bool
    on_site: Sequence[str] = ()  # "On site today, 9:00 AM to 4:30 PM, Center Street"
    tags: Sequence[str] = field(default_factory=list)
    words: Mapping[str, Part] = field(default_factory=dict)  # in the language of the page

    @property
    def is_translated(self) -> bool:
        """Return whether the page is in another language than English, in which services are written first."""
        return not is_in_english()

    @property
    def is_all_english(self) -> bool:
        """Return whether nothing about the service is said in the language of the page."""
        return is_all_english(self.words)

    @property
    def is_partly_english(self) -> bool:
        """Return whether some parts are not said in the language of the page."""
        return is_partly_english(self.words) and not self.is_all_english

    @property
    def is_behind(self) -> bool:
        """Return whether some parts were written before their English words changed."""
        return any(part.english for part in self.words.values())

    @property
    def phone(self) -> str:
        """Return the phone number of the service, or else of its partner."""
        return self.service.phone or self.service.partnership.contact_phone


def shown_services() -> QuerySet[Service]:
    """Return the services of the directory with everything its pages show, in five queries; six if not in English."""
    services = (
        Service.objects.in_directory()
        .select_related("partnership__organization", "partnership__area__state", "listing")
        .prefetch_related(
            Prefetch("programs", Program.objects.order_by("position")),
            Prefetch("centers", Center.objects.current().order_by(Lower("name"), "pk")),
            Prefetch("locations", Location.objects.current().order_by(Lower("name"), "pk")),
        )
    )
    if is_in_english():
        return services.annotate(has_spanish=ServiceText.objects.by_language(ServiceText.Language.SPANISH).of_each())
    return services.prefetch_related(Prefetch("texts", ServiceText.objects.by_language(page_language())))


def answers(ids: Sequence[int], query: str | None, presences: Iterable[Presence], *, today: date) -> list[Answer]:
    """Return services as the directory shows them, in the order of ``ids``, with the found words marked."""
    services = shown_services().filter(pk__in=ids)
    if query:
        bare = Func(_name_shown(), Value(LEFT + RIGHT), Value(""), function="translate")
        marked = f"ts_headline('onestop', %(expressions)s::tsquery, '{HEADLINE}')"
        services = services.annotate(
            marked=Func(bare, Value(query), template=marked, output_field=TextField()),
        )
    by_pk = {service.pk: service for service in services}
    sites = by_place(presences)
    return [answer(by_pk[pk], sites, today=today) for pk in ids if pk in by_pk]


def _name_shown() -> Any:
    """Return the expression of the name of a service in the language of the page."""
    if is_in_english():
        return F("name")
    texts = ServiceText.objects.by_language(page_language()).filter(service=OuterRef("pk"))
    return Coalesce(Subquery(texts.values("name")[:1]), F("name"))


def answer(service: Service, sites: Sites, *, today: date) -> Answer:
    """Return one service as the directory shows it."""
    words = words_of(service)
    title = mark_words(getattr(service, "marked", words["name"].text))
    tags = tags_of(service, words["cost"])
    return Answer(service, title, service.is_stale(today), sites_of(service, sites), tags, words)


def by_place(presences: Iterable[Presence]) -> dict[tuple[int, int], Presence]:
    """Return the first presence of each partner at each center."""
    found: dict[tuple[int, int], Presence] = {}
    for presence in presences:
        found.setdefault((presence.partnership_id, presence.center_id), presence)
    return found


def sites_of(service: Service, sites: Sites) -> list[str]:
    """Return when the partner is on site today, for each center that offers the service."""
    here = ((center, sites.get((service.partnership_id, center.pk))) for center in service.centers.all())
    return [
        _("On site today, %(start)s to %(end)s, %(center)s")
        % {"start": clock(presence.starts_at), "end": clock(presence.ends_at), "center": center.name}
        for center, presence in here
        if presence
    ]


def tags_of(service: Service, cost: Part) -> list[str]:
    """Return what people ask first: cost, languages, remote service, and help on request."""
    costs = cost.text if 0 < len(cost.text) <= SHORT and cost.lang != ENGLISH else ""
    tags = [_("Free")] if service.listing.is_free else [costs] if costs else []
    languages = [language for language in service.listing.languages if language != "English"]
    tags += [said_language(language) for language in languages[:4]]
    tags += [str(words) for code, words in BY_MODE.items() if code in service.modes]
    asked = [code for code in ON_REQUEST if code in service.accommodations]
    spoken = SIGN_LANGUAGES.intersection(languages)
    return tags + [str(ON_REQUEST[code]) for code in asked if not (spoken and code == Service.Accommodation.ASL)]


MARKS = re.compile(f"[{LEFT}{RIGHT}]")


def mark_words(text: str) -> SafeString:
    """Escape a text and mark the found words in it, adjacent words together."""
    # Pieces outside and inside of marks alternate, beginning outside.
    pieces = MARKS.split(text.replace(f"{RIGHT} {LEFT}", " "))
    shown = (format_html("<mark>{}</mark>", piece) if number % 2 else piece for number, piece in enumerate(pieces))
    return format_html_join("", "{}", ((piece,) for piece in shown))


@dataclass(frozen=True)
class CenterToday:
    """A center and the partners that are there today."""

    center: Center
    presences: Sequence[Presence]
    closing: object = None  # partners.schedule.closings.Closing, if it is closed today


def centers_today(
    centers: Iterable[Center], presences: Collection[Presence], closings: Mapping[int, object]
) -> list[CenterToday]:
    """Return each center with its presences today, the earliest first, and with its closing."""
    here: dict[int, list[Presence]] = defaultdict(list)
    for presence in presences:
        here[presence.center_id].append(presence)
    return [CenterToday(center, here[center.pk], closings.get(center.pk)) for center in centers]
