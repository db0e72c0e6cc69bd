"""Show values: icons, chips, dates, money. Template builtins.

Filters return plain text for pages, files and mail; they return HTML only if a color is requested ("late").
Dates and times are in the language of the page, which for exports and editions of the manual is always English.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from onestop.ui import last_list_state
from onestop.ui.dates import clock_time, short_day, short_weekday
from onestop.ui.markup import format_html

register = template.Library()

# ---------------------------------------------------------------- Icons, chips, notes, cards
CHIP_ICONS = {
    "good": "check-circle-fill",
    "way": "arrow-repeat",
    "soon": "hourglass-split",
    "now": "x-octagon-fill",
    "rest": "circle",
}
NOTE_ICONS = {
    "info": "info-circle-fill",
    "good": "check-circle-fill",
    "soon": "exclamation-triangle-fill",
    "now": "exclamation-octagon-fill",
}


@register.simple_tag(name="icon")
def draw_icon(name: str, label: str = "") -> SafeString:
    """Return an icon of the sprite; without text beside it, it needs a label for screen readers."""
    return _drawing(name) + format_html('<span class="visually-hidden">{}</span>', label) if label else _drawing(name)


@lru_cache(maxsize=512)  # a page draws some thirty
def _drawing(name: str) -> SafeString:
    return format_html(
        '<svg class="bi" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', static("icons.svg"), name
    )


@register.simple_tag
def chip(kind: Any, word: str = "", icon: str = "", url: str = "") -> SafeString:
    """Return a status: text, icon and color. Kinds: good, way (in progress), soon, now (late, broken), rest.

    Also accepts one object with kind, word and icon.
    """
    if not isinstance(kind, str):
        kind, word, icon = kind.kind, kind.word, kind.icon
    mark = draw_icon(icon or CHIP_ICONS.get(kind, "circle"))
    css = f"op-chip op-chip--{kind}" if kind in CHIP_ICONS and kind != "rest" else "op-chip"
    if url:
        return format_html('<a class="{}" href="{}">{}{}</a>', css, url, mark, word)
    return format_html('<span class="{}">{}{}</span>', css, mark, word)


@register.simple_tag
def tag(word: str) -> SafeString:
    """Return a plain label in a box; for a status, use a chip."""
    return format_html('<span class="op-tag">{}</span>', word)


@register.simple_block_tag
def note(content: str, kind: str = "info", icon: str = "") -> SafeString:
    """Wrap a note on the state of the page. Kinds: info, good, soon, now."""
    css = "op-note" if kind == "info" else f"op-note op-note--{kind}"
    mark = draw_icon(icon or NOTE_ICONS.get(kind, NOTE_ICONS["info"]))
    return format_html('<div class="{}">{}<div class="op-grow">{}</div></div>', css, mark, content)


@register.simple_block_tag
def card(
    content: str, title: str, link: str = "", words: str = "", level: int = 2, name: str = "", flush: bool = False
) -> SafeString:
    """Wrap a group with a heading and an optional link. ``flush`` is for lists with their own padding."""
    name = name or f"card-{re.sub('[^a-z0-9]+', '-', title.lower()).strip('-')}"
    side = format_html('<a class="op-small" href="{}">{}</a>', link, words or gettext("View all")) if link else ""
    head = format_html('<div class="op-card__head"><h{0} id="{1}">{2}</h{0}>{3}</div>', level, name, title, side)
    body = content if flush else format_html('<div class="op-card__body">{}</div>', content)
    return format_html('<section class="op-card" aria-labelledby="{}">{}{}</section>', name, head, body)


@register.simple_block_tag
def disclose(content: str, words: str, open: bool = False) -> SafeString:  # noqa: A002
    """Hide something under a heading that expands it."""
    if open:
        return format_html('<details class="op-disclose" open><summary>{}</summary>{}</details>', words, content)
    return format_html('<details class="op-disclose"><summary>{}</summary>{}</details>', words, content)


# ---------------------------------------------------------------- Dates
def days_until(value: date, today: date) -> str:
    """Return the distance of a day as text: in 15 days, today, 9 days ago."""
    days = (value - today).days
    if days == 0:
        return gettext("today")
    if abs(days) == 1:
        return gettext("tomorrow") if days > 0 else gettext("yesterday")
    number, is_future = abs(days), days > 0
    if number >= 730:
        number //= 365
        future = ngettext("in %(number)s year", "in %(number)s years", number)
        past = ngettext("%(number)s year ago", "%(number)s years ago", number)
    else:
        future = ngettext("in %(number)s day", "in %(number)s days", number)
        past = ngettext("%(number)s day ago", "%(number)s days ago", number)
    return (future if is_future else past) % {"number": number}


def _local(value: date | datetime) -> tuple[date, datetime | None]:
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.date(), local
    return value, None


def _with_distance(words: str, value: date, manner: str) -> str:
    if "plain" in manner:
        return words
    today = timezone.localdate()
    distance = days_until(value, today)
    if "late" in manner and value < today:
        return format_html('{} (<span class="op-late">{}</span>)', words, distance)
    if "soon" in manner and value >= today:
        return format_html('{} (<span class="op-attn">{}</span>)', words, distance)
    return f"{words} ({distance})"


@register.filter
def when(value: date | datetime | None, manner: str = "") -> str:
    """Return "Tue, Dec 8, 2026, 9:00 AM EST (in 15 days)". Manner: plain (no distance), late (past in red), soon."""
    if not value:
        return ""
    on, local = _local(value)
    words = f"{short_weekday(on)}, {short_day(on)}"
    if local:
        words += f", {clock_time(local)} {local.tzname() or ''}".rstrip()
    return _with_distance(words, on, manner)


@register.filter
def day(value: date | datetime | None, manner: str = "") -> str:
    """Return "Tue, Dec 8, 2026 (in 15 days)". Manner as in ``when``."""
    if not value:
        return ""
    on, _ = _local(value)
    return _with_distance(f"{short_weekday(on)}, {short_day(on)}", on, manner)


@register.filter
def shortday(value: date | datetime | None) -> str:
    """Return "Dec 8, 2026", for narrow cells."""
    return short_day(_local(value)[0]) if value else ""


@register.filter
def clock(value: time | datetime | None) -> str:
    """Return "9:00 AM"."""
    if value is None:
        return ""
    return clock_time(_local(value)[1] or value) if isinstance(value, datetime) else clock_time(value)


@register.filter
def since(value: date | datetime | None, manner: str = "") -> str:
    """Return "9 days ago" or "in 15 days"; with "late", a past day is red."""
    if not value:
        return ""
    on, _ = _local(value)
    today = timezone.localdate()
    words = days_until(on, today)
    if "late" in manner and on < today:
        return format_html('<span class="op-late">{}</span>', words)
    return words


# ---------------------------------------------------------------- Money, names, numbers
@register.filter
def money(value: Decimal | float | str | None, manner: str = "") -> str:
    """Return "$46,831.87"; with "whole", the nearest dollar, for key figures only."""
    if value is None or value == "":
        return ""
    amount = Decimal(str(value)).quantize(Decimal(1) if manner == "whole" else Decimal("0.01"), ROUND_HALF_UP)
    return f"-${-amount:,}" if amount < 0 else f"${amount:,}"


@register.filter
def cents(value: Decimal | None) -> str:
    """Return "46,831.87", for cells of tables whose caption names dollars."""
    return "" if value is None else f"{value:,.2f}"


@register.filter
def more_or_less(value: Decimal) -> str:
    """Return a difference with its sign: "+1,204.00", "-12.50" or "0.00"."""
    return f"{value:+,.2f}" if value else "0.00"


@register.filter
def plain_number(value: Decimal | None) -> str:
    """Return a count without zeros at its end: "3,724" or "2.5"."""
    if value is None:
        return ""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def initials(name: Any) -> str:
    """Return "DW" for Dana Whitcomb."""
    words = [word for word in re.split(r"[\s\-.]+", str(name or "").split("@")[0]) if word and word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def tel(number: str | None) -> str:
    """Return the URL to dial a phone number: "tel:+15550100142"."""
    text = str(number or "")
    main, _, extension = re.sub(r"(?i)ext\.?|x", ";ext=", text, count=1).partition(";ext=")
    digits = re.sub(r"\D", "", main)
    if not digits:
        return ""
    international = f"+1{digits}" if len(digits) == 10 else f"+{digits}" if len(digits) > 10 else digits
    return f"tel:{international}" + (f";ext={re.sub(r'[^0-9]', '', extension)}" if extension else "")


@register.filter
def mailto(email: str | Iterable[str]) -> str:
    """Return the URL to write to one or several addresses; nothing in an address can add text or recipients."""
    return "mailto:" + addresses([email] if isinstance(email, str) else email)


@register.filter
def addresses(emails: Iterable[str]) -> str:
    """Return email addresses as part of a mailto link."""
    return ",".join(quote(each, safe="@+") for each in emails)


@register.filter
def of(part: Any, whole: Any) -> str:
    """Return "20 of 22"."""
    return gettext("%(part)s of %(whole)s") % {"part": part, "whole": whole}


@register.filter
def plus(one: int, other: int) -> int:
    """Return the sum of two counts."""
    return one + other


@register.filter
def minus(one: int, other: int) -> int:
    """Return the difference of two counts."""
    return one - other


@register.filter
def bare_address(url: str | None) -> str:
    """Return a web address without its scheme: rehab.riverbend.example."""
    return re.sub(r"^https?://(www\.)?", "", str(url or "")).rstrip("/")


@register.filter
def map_url(address: str) -> str:
    """Return the address of a map that shows a street address (setting MAP_URL)."""
    return str(settings.MAP_URL).replace("{address}", quote(str(address), safe=""))


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """Return the value of a key."""
    return mapping.get(key, "") if mapping else ""


# ---------------------------------------------------------------- Messages
@register.filter
def undo_address(message: Any) -> str:
    """Return the URL where a POST undoes the action of a message; "" if it cannot be undone."""
    tags = str(message.extra_tags or "")
    return tags.removeprefix("undo:") if tags.startswith("undo:") else ""


# ---------------------------------------------------------------- Tables
@register.filter
def row_header(table: Any) -> str:
    """Return the column that names the row: that of the table, or the first one."""
    return getattr(table, "row_header", "") or next(iter(table.columns.names()), "")


@register.filter
def sorted_by(table: Any) -> str:
    """Return the names of the columns by which a table is sorted."""
    return ", ".join(str(column.header) for column in table.columns if column.is_ordered)


@register.filter
def pages_near(page: Any) -> list[int | str]:
    """Return the page numbers to show: the first, the last, and those around this one."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.filter
def heading_class(column: Any) -> str:
    """Return the CSS class of a column heading."""
    on_cells, on_heading = (column.attrs[part].get("class") or "" for part in ("td", "th"))
    return "is-num" if "is-num" in on_cells else on_heading


@register.filter
def sort_order(column: Any) -> str:
    """Return the value of ``aria-sort`` of a column: "ascending", "descending" or ""."""
    if not column.is_ordered:
        return ""
    return "descending" if column.order_by_alias.is_descending else "ascending"


@register.simple_tag(takes_context=True)
def sort_address(context: Context, table: Any, column: Any) -> str:
    """Return the query string of this page sorted by a column, from the first page."""
    query = context["request"].GET.copy()
    query.pop(table.prefixed_page_field, None)
    query[table.prefixed_order_by_field] = str(column.order_by_alias.next)
    return f"?{query.urlencode()}"


# ---------------------------------------------------------------- Breadcrumbs
@register.simple_tag(takes_context=True)
def way_back(context: Any, url: str) -> str:
    """Return the URL of a list as this person saw it last: filtered, sorted, on its page."""
    request = context.get("request")
    return last_list_state.address_of(request, url) if request else url
