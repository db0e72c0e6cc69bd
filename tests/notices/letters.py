"""Every mail of the portal as its example shows it, and what an eye gets of it: words, and the colours behind."""

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
    """Return the mail of a kind's example."""
    assert kind.example, f"{kind.code} has no example"
    return Letter(*rendering.render(Message(kind.code, "example", "ann@partner.example", kind.example()), kind, {}))


def kinds_with_examples() -> list[NoticeType]:
    """Return all kinds of the portal; those of the tests have no example."""
    return [kind for kind in notice_types.all_notice_types() if not kind.code.startswith("tests.")]


def account_letter() -> str:
    """Return the HTML of a mail about an account, with a code."""
    words = ["Your code:", "1234-5678", "It works for 15 minutes.", "https://portal.example/security/", "The portal"]
    context = {"subject": "Your sign-in code", "paragraphs": words, "code": words[1], "security_url": words[3]}
    return render_to_string("emails/account_body.html", context | {"site_name": "The portal", "site_url": words[3]})


# ---------------------------------------------------------------- Colours
class Seen(NamedTuple):
    """Words, their colour, and the colour behind them."""

    words: str
    colour: str
    behind: str


def declared(style: str) -> dict[str, str]:
    """Return what a style says, by property."""
    pairs = (each.partition(":") for each in style.replace("!important", "").split(";") if ":" in each)
    return {name.strip(): value.strip() for name, _, value in pairs}


def dark_rules(html: str) -> dict[str, dict[str, str]]:
    """Return what each class says in the dark."""
    [block] = DARK.findall(html)
    return {name: declared(style) for _, name, style in RULE.findall(block)}


def outlook_rules(html: str) -> dict[str, dict[str, str]]:
    """Return what each class says in an Outlook that has darkened the mail."""
    rules: dict[str, dict[str, str]] = {}
    for prefix, name, style in RULE.findall(DARK.sub("", html)):
        if prefix:
            rules.setdefault(name, {}).update(declared(style))
    return rules


class Eyes(HTMLParser):
    """Reads a mail, and what colour each word has on which."""

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
    """Return what an eye sees of a mail, in the light or in the dark."""
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
    """Yield the links of a mail: where each leads, and its words."""
    for address, words in re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', html, re.DOTALL):
        yield address.replace("&amp;", "&"), re.sub(r"<[^>]+>", "", words).strip()
