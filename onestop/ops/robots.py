"""Tell requests of programs from those of people, as far as programs say what they are."""

import re

from django.http import HttpRequest

# Crawlers, previews of links, monitors and libraries name themselves; browsers do not use these words.
NAMES = re.compile(
    r"bot\b|bot[/;_-]|crawl|spider|slurp|preview|monitor|headless|scan|fetch|archiv|curl|wget|python|java/|perl|ruby|"
    r"go-http|http-?client|okhttp|axios|facebookexternalhit|whatsapp|lighthouse",
    re.IGNORECASE,
)
LONGEST = 500  # characters of a name that are looked at


def is_robot(request: HttpRequest) -> bool:
    """Return whether a program asks that says so, that gives no name, or that only fetches ahead of a person."""
    name = request.headers.get("User-Agent", "")[:LONGEST]
    ahead = " ".join(request.headers.get(header, "") for header in ("Sec-Purpose", "Purpose", "X-Moz"))
    return not name or bool(NAMES.search(name)) or "prefetch" in ahead or "prerender" in ahead
