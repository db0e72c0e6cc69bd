"""What the public directory tells of a service, in the words of who looks for help."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Func, Prefetch, QuerySet, TextField, Value
from django.db.models.functions import Lower
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from onestop.ui.presentation import clock
from partners.models import Center, Location, Presence, Program, Service

LEFT, RIGHT = "\x02", "\x03"  # stand around found words until the rest is escaped
HEADLINE = f"HighlightAll=true,StartSel={LEFT},StopSel={RIGHT}"
SHORT = 24  # characters of a cost that stands in a tag
SIGN_LANGUAGES = {"American Sign Language", "ASL"}
ON_REQUEST = {
    Service.Accommodation.ASL: "Sign language on request",
    Service.Accommodation.CHILDCARE: "Child care",
    Service.Accommodation.TRANSPORT: "Help with rides",
}
BY_MODE = {Service.Mode.PHONE: "By phone", Service.Mode.VIDEO: "By video", Service.Mode.ONLINE: "Online"}
Sites = Mapping[tuple[int, int], Presence]


@dataclass(frozen=True)
class Answer:
    """One service as the directory shows it."""

    service: Service
    title: SafeString
    is_stale: bool
    sites: Sequence[str] = ()  # "until 4:30 PM, Center Street"
    tags: Sequence[str] = field(default_factory=list)

    @property
    def phone(self) -> str:
        """Whom to call: the service's own number, or its organization's."""
        return self.service.phone or self.service.partnership.contact_phone


def shown_services() -> QuerySet[Service]:
    """Return the directory's services with all that a page of them tells; five queries, whatever their number."""
    return (
        Service.objects.in_directory()
        .select_related("partnership__organization", "partnership__area__state", "listing")
        .prefetch_related(
            Prefetch("programs", Program.objects.order_by("position")),
            Prefetch("centers", Center.objects.current().order_by(Lower("name"), "pk")),
            Prefetch("locations", Location.objects.current().order_by(Lower("name"), "pk")),
        )
    )


def answers(ids: Sequence[int], query: str | None, presences: Iterable[Presence], *, today: date) -> list[Answer]:
    """Return services as the directory shows them, in the order of their numbers; the found words are marked."""
    services = shown_services().filter(pk__in=ids)
    if query:
        bare = Func(F("name"), Value(LEFT + RIGHT), Value(""), function="translate")
        marked = f"ts_headline('onestop', %(expressions)s::tsquery, '{HEADLINE}')"
        services = services.annotate(
            marked=Func(bare, Value(query), template=marked, output_field=TextField()),
        )
    by_pk = {service.pk: service for service in services}
    sites = by_place(presences)
    return [answer(by_pk[pk], sites, today=today) for pk in ids if pk in by_pk]


def answer(service: Service, sites: Sites, *, today: date) -> Answer:
    """Return one service as the directory shows it."""
    title = _mark(getattr(service, "marked", service.name))
    return Answer(service, title, service.is_stale(today), sites_of(service, sites), tags_of(service))


def by_place(presences: Iterable[Presence]) -> dict[tuple[int, int], Presence]:
    """Return for each partner and center who comes there first."""
    found: dict[tuple[int, int], Presence] = {}
    for presence in presences:
        found.setdefault((presence.partnership_id, presence.center_id), presence)
    return found


def sites_of(service: Service, sites: Sites) -> list[str]:
    """Return where the service's partner is on site today, of the centers in which the service is given."""
    here = ((center, sites.get((service.partnership_id, center.pk))) for center in service.centers.all())
    return [f"{_times(presence)}, {center.name}" for center, presence in here if presence]


def _times(presence: Presence) -> str:
    return f"{clock(presence.starts_at)} to {clock(presence.ends_at)}"


def tags_of(service: Service) -> list[str]:
    """Return what many ask first: what it costs, in which languages, with which help, whether from home."""
    costs = service.cost if 0 < len(service.cost) <= SHORT else ""
    tags = ["Free"] if service.listing.is_free else [costs] if costs else []
    languages = [language for language in service.listing.languages if language != "English"]
    tags += languages[:4]
    tags += [words for code, words in BY_MODE.items() if code in service.modes]
    asked = [code for code in ON_REQUEST if code in service.accommodations]
    spoken = SIGN_LANGUAGES.intersection(languages)
    return tags + [ON_REQUEST[code] for code in asked if not (spoken and code == Service.Accommodation.ASL)]


MARKS = re.compile(f"[{LEFT}{RIGHT}]")


def _mark(text: str) -> SafeString:
    """Escape a name, and mark the found words in it; neighbors as one."""
    # Outside and inside take turns, and the first piece stands outside.
    pieces = MARKS.split(text.replace(f"{RIGHT} {LEFT}", " "))
    shown = (format_html("<mark>{}</mark>", piece) if number % 2 else piece for number, piece in enumerate(pieces))
    return format_html_join("", "{}", ((piece,) for piece in shown))


@dataclass(frozen=True)
class CenterToday:
    """A center, and who of the partners is there today."""

    center: Center
    presences: Sequence[Presence]


def centers_today(centers: Iterable[Center], presences: Collection[Presence]) -> list[CenterToday]:
    """Return each center with who is there today, the earliest first."""
    here: dict[int, list[Presence]] = defaultdict(list)
    for presence in presences:
        here[presence.center_id].append(presence)
    return [CenterToday(center, here[center.pk]) for center in centers]
