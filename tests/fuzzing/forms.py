"""The forms and links that a page shows, as whoever sends them by hand would read them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

Pairs = list[tuple[str, str]]


@dataclass
class ShownForm:
    """One form: where it goes, how, and what it would send as it stands."""

    address: str
    method: str
    fields: Pairs = field(default_factory=list)

    @property
    def path(self) -> str:
        """Where it goes, without what the address itself asks."""
        return urlsplit(self.address).path


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[ShownForm] = []
        self.asked: dict[str, set[str]] = {}  # by path: the names that links to it ask for
        self.loose: Pairs = []
        self.choice = ""
        self.text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            where = urljoin(self.address, given.get("action") or self.address)
            self.forms.append(ShownForm(where, given.get("method", "get").lower()))
        elif posted := given.get("hx-post"):
            self.forms.append(ShownForm(urljoin(self.address, posted), "post"))
        elif tag == "a" and (query := urlsplit(given.get("href", "")).query):
            path = urlsplit(urljoin(self.address, given["href"])).path
            self.asked.setdefault(path, set()).update(name for name, _ in parse_qsl(query, keep_blank_values=True))
        elif tag in ("input", "button") and given.get("name"):
            self._take(given["name"], given.get("value", "on"))
        elif tag == "textarea":
            self.choice, self.text = given.get("name", ""), []
        elif tag == "select":
            self.choice = given.get("name", "")
        elif tag == "option" and self.choice:
            self._take(self.choice, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.text is not None:
            self._take(self.choice, "".join(self.text))
            self.choice, self.text = "", None
        elif tag == "select":
            self.choice = ""

    def _take(self, name: str, value: str) -> None:
        if self.forms:  # a field after a form's end may belong to it by an attribute; one more does no harm
            self.forms[-1].fields.append((name, value))


def read_page(address: str, html: str) -> tuple[list[ShownForm], dict[str, set[str]]]:
    """Return the forms of a page, and the names by which its links ask other pages for something."""
    reader = _Reader(address)
    reader.feed(html)
    reader.close()
    return reader.forms, reader.asked
