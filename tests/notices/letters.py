"""The example mails of the portal, and a parser that finds the colors of their text."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from django.template.loader import render_to_string

from onestop.notices import notice_types, rendering
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType
from tests.markup import VOID

DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n  \}", re.DOTALL)
RULE = re.compile(r"((?:\[[\w-]+\] )?)\.([\w-]+) \{([^}]*)\}")


class Letter(NamedTuple):
    """A mail: its subject, and its two parts."""

    subject: str
    text: str
    html: str


def example_of(kind: NoticeType) -> Letter:
    """Return the example mail of a notice type."""
    assert kind.example, f"{kind.code} has no example"
    return Letter(*rendering.render(Message(kind.code, "example", "ann@partner.example", kind.example()), kind, {}))


def kinds_with_examples() -> list[NoticeType]:
    """Return all notice types of the portal; those of the tests have no example."""
    return [kind for kind in notice_types.all_notice_types() if not kind.code.startswith("tests.")]


def account_letter() -> str:
    """Return the HTML of an account mail with a code."""
    words = ["Your code:", "1234-5678", "It works for 15 minutes.", "https://portal.example/security/", "The portal"]
    context = {"subject": "Your sign-in code", "paragraphs": words, "code": words[1], "security_url": words[3]}
    return render_to_string("emails/account_body.html", context | {"site_name": "The portal", "site_url": words[3]})


# ---------------------------------------------------------------- Colours
class Seen(NamedTuple):
    """A text, its color and its background color."""

    words: str
    colour: str
    behind: str


def declared(style: str) -> dict[str, str]:
    """Return the declarations of a style attribute, by property."""
    pairs = (each.partition(":") for each in style.replace("!important", "").split(";") if ":" in each)
    return {name.strip(): value.strip() for name, _, value in pairs}


def dark_rules(html: str) -> dict[str, dict[str, str]]:
    """Return the declarations of each class in dark mode."""
    [block] = DARK.findall(html)
    return {name: declared(style) for _, name, style in RULE.findall(block)}


def outlook_rules(html: str) -> dict[str, dict[str, str]]:
    """Return the declarations of each class in the dark mode of Outlook."""
    rules: dict[str, dict[str, str]] = {}
    for prefix, name, style in RULE.findall(DARK.sub("", html)):
        if prefix:
            rules.setdefault(name, {}).update(declared(style))
    return rules


class Eyes(HTMLParser):
    """Collects the texts of a mail with their colors."""

    def __init__(self, rules: dict[str, dict[str, str]]) -> None:
        super().__init__()
        self.rules, self.seen = rules, list[Seen]()
        self.stack: list[tuple[str, dict[str, str]]] = [("", {"color": "#000000", "background": "#ffffff"})]

    def handle_starttag(self, tag, attrs):
        if tag in VOID:
            return
        given = dict(attrs)
        styles = declared(given.get("style") or "")
        for name in (given.get("class") or "").split():
            styles |= self.rules.get(name, {})
        inherited = self.stack[-1][1]
        kept = {name: styles[name] for name in ("color", "background", "display") if name in styles}
        hidden = {"display": "none"} if inherited.get("display") == "none" or tag in ("style", "title") else {}
        self.stack.append((tag, inherited | kept | hidden))

    def handle_endtag(self, tag):
        while len(self.stack) > 1 and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        styles = self.stack[-1][1]
        if data.strip() and styles.get("display") != "none":
            self.seen.append(Seen(data.strip(), styles["color"], styles["background"]))


def read(html: str, *, dark: bool = False) -> list[Seen]:
    """Return the visible texts of a mail, in light or dark mode."""
    eyes = Eyes(dark_rules(html) if dark else {})
    eyes.feed(html)
    return eyes.seen


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, 1.4.3)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def links_of(html: str) -> Iterator[tuple[str, str]]:
    """Yield the links of a mail: address and text."""
    for address, words in re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', html, re.DOTALL):
        yield address.replace("&amp;", "&"), re.sub(r"<[^>]+>", "", words).strip()
