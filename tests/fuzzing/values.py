"""What nobody would type and anybody can send: values, forms and addresses for the fuzz, drawn by hypothesis."""

from dataclasses import dataclass
from itertools import cycle
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from tests.fuzzing.forms import Pairs

NUMBERS = (
    "0",
    "-1",
    "1",
    "1.5",
    "1e400",
    "NaN",
    "Infinity",
    "9" * 25,
    "9" * 5000,
    str(2**31),
    str(2**63),
    str(2**63 - 1),
    "+1",
    "\u0663",
    "\u00b2",
    "1_000",
    "0x10",
    "1" * 4301,
    "00000000000000000000001",
)
TIMES = (
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "12/31/9999",
    "24:00",
    "99:99",
    "12:00 PM PM",
    "2026-11-28T00:00:00+99:99",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2026-W54-1",
    "9999-W52-7",
)
TEXTS = (
    "",
    " ",
    "a\0b",
    "\0",
    "\u202e",
    "\ufeff",
    "\ufffe",
    "\U0001f4a5" * 100,
    "e\u0327\u0301" * 2000,
    "\u0130",
    "\x1b[2J",
    "=1+1",
    "@SUM(A1)",
    "<b onclick=alert(1)>",
    "{{ 7|add:7 }}",
    "{% debug %}",
    "%s %(a)s %",
    "{0.__class__}",
    "'",
    '"',
    "\\",
    "' OR 1=1 --",
    "../../etc/passwd",
    "x\r\nSet-Cookie: a=b",
    "null",
    "[]",
    '{"a": 1}',
    "true",
    "_%",
    "a" * 300,
    "a" * 6000,
)
ADDRESSES = (
    "//evil.example",
    "http://[",
    "http://[::1",
    "https://" + "a." * 3000,
    "javascript:alert(1)",
    "/\r\nX: y",
    "/%00",
    "?",
    "/?a=%ff",
    "a@" + "b" * 300 + ".example",
    "a" * 300 + "@b.example",
    "\u00fc@\u00fc.example",
    "a@b@c",
    "<a@b.example>",
    "/x?next=" * 200,
)
BOMBS = (
    "case" + " " * 40_000,
    "a" * 40_000,
    "a@" * 20_000,
    "(" * 20_000,
    "a," * 20_000,
    "1-" * 20_000,
    "<" * 20_000,
    "\n" * 20_000,
    '"";' * 10_000,
    "CASE-" * 8_000,
    "a b " * 10_000,
    "x:y," * 10_000,
)
RAW = (b"%ED%A0%80", b"%FF%FE", b"%C0%80", b"%", b"%zz", b"\xff\xfe", b"+" * 50)  # not UTF-8, or no encoding at all
HEADERS = (
    {"HTTP_HX_REQUEST": "true"},
    {
        "HTTP_HX_REQUEST": "true",
        "HTTP_HX_CURRENT_URL": "http://[",
        "HTTP_HX_TARGET": "a\u00ff",
        "HTTP_HX_BOOSTED": "true",
    },
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "/?q=%00&exact=%ff&page=9" + "9" * 500},
    {"HTTP_HX_CURRENT_URL": "%", "HTTP_HX_CURRENT_URL_URI_AUTOENCODED": "true", "HTTP_HX_PROMPT": "%ff"},
    {"HTTP_ACCEPT_LANGUAGE": "a" * 4000 + ";q=9,en;q=x"},
    {"HTTP_ACCEPT": "*/*;q=a, text/" + "x" * 3000, "HTTP_ACCEPT_ENCODING": "gzip;q=nan"},
    {"HTTP_IF_NONE_MATCH": 'W/"' + "a" * 3000, "HTTP_IF_MODIFIED_SINCE": "Mon, 99 Foo 99999 99:99:99 GMT"},
    {"HTTP_RANGE": "bytes=9-1,99999999999999999999-", "HTTP_USER_AGENT": "Mac OS " * 500},
    {"HTTP_REFERER": "http://[", "HTTP_ORIGIN": "null", "HTTP_X_REQUEST_ID": "a" * 64},
    {"HTTP_X_FORWARDED_FOR": "1, 2, \u00ff", "HTTP_X_FORWARDED_PROTO": "gopher", "HTTP_AUTHORIZATION": "Bearer \u00ff"},
    {"HTTP_HOST": "evil.example"},
    {"HTTP_HOST": "testserver:99999999"},
)
COOKIES = (
    'sessionid="\\000aaaaaaaaaaaaaaa"',
    "sessionid=" + "a" * 4000,
    "sessionid=\u00ff\u00fe",
    "csrftoken=a; csrftoken=b",
    'messages="\\000[["',
    "messages=W10:x:y; theme=" + "d" * 300,
    "=; ;;;=a",
    "op-theme=\u00ff",
)
FILES = (
    b"",
    b"\0" * 100,
    b"PK\x03\x04" + b"\0" * 200,
    b"\xff\xfe" + b"a" * 301,
    b"a,b\n" + b'"' * 50_000,
    b"a;b\n\xed\xa0\x80;\0\n",
    b",".join([b"a"] * 5000) + b"\n1",
    b"Agency\n" + b"case" + b" " * 60_000,
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    b"Agency,Web,Phone,ZIP\n=1+1,http://[," + b"9" * 5000 + b",\xd9\xa3\n",
    b"Agency\r" * 3000,
    b"\xef\xbb\xbf\xef\xbb\xbf\n\n\n",
)
FILE_NAMES = ("partners.csv", "../../x.csv", "a\u202ecsv.exe", "." * 300, "a" * 300 + ".xlsx", "x.zip", "\u0663")

HOW = ("some", "some", "most", "missing", "repeated", "unheard")
UNHEARD = (b"pick", b"next", b"version", b"said-TOTAL_FORMS", b"a%5Bb%5D", b"%00", b"undo", b"x" * 500)
PARTS = (
    "9" * 19,
    "9" * 5000,
    "0",
    "-1",
    "%00",
    "%ff",
    "%ED%A0%80",
    "%D9%A3",
    "..",
    "a" * 3000,
    "%0d%0a",
    "A.b:c",
    "1-a:x",
)


def encoded(text: str) -> bytes:
    """Return a text as a form sends it."""
    return quote_from_bytes(text.encode()).encode()


KNOWN = [encoded(text) for text in (*NUMBERS, *TIMES, *TEXTS, *ADDRESSES, *BOMBS)]
value: st.SearchStrategy[bytes] = st.one_of(
    st.sampled_from(KNOWN),
    st.sampled_from(KNOWN),
    st.sampled_from(RAW),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(encoded),
)


@dataclass(frozen=True)
class Spoil:
    """How a form, an address and its headers are spoiled, whatever they are."""

    how: str
    places: list[int]
    values: list[bytes]
    headers: dict[str, str]

    def form(self, fields: Pairs) -> bytes:
        """Return what a form sends: other values, missing, repeated or unheard-of fields."""
        kept = [(encoded(name), encoded(text)) for name, text in fields]
        names = list(dict.fromkeys(name for name, _ in kept)) or [b"pick"]
        chosen = [names[place % len(names)] for place in self.places]
        if self.how == "most":
            kept = [(name, b"x" if name in chosen else self.values[0]) for name, _ in kept[:20]]
        else:
            kept = [pair for pair in kept if pair[0] not in chosen or self.how == "repeated"]
        if self.how == "unheard":
            chosen = [UNHEARD[place % len(UNHEARD)] for place in self.places]
        if self.how != "missing":
            times = 40 if self.how == "repeated" else 1
            for name, text in zip(chosen, cycle(self.values), strict=False):
                kept += [(name, text)] * (times if len(text) < 100 else 1)
        return b"&".join(name + b"=" + text for name, text in kept)

    def query(self, fields: Pairs) -> str:
        """Return a query of a length that servers let through."""
        return self.form([(name, text) for name, text in fields if len(text) < 100]).decode("latin-1")[:4000]

    def address(self, where: str) -> str:
        """Return an address of which one part is another one."""
        pieces = where.split("/")
        variable = [place for place, piece in enumerate(pieces) if piece]
        if variable:
            pieces[variable[-1 - self.places[0] % len(variable)]] = PARTS[self.places[-1] % len(PARTS)]
        return "/".join(pieces)


def numbers(fields: Pairs, turn: int) -> bytes:
    """Return what a form sends with numbers that are none: each field one kind in one turn, the other in the next."""
    names = dict.fromkeys(name for name, _ in fields if name != "csrfmiddlewaretoken")
    kinds = (encoded("9" * 5000), encoded("\u00b2"))
    return b"&".join(encoded(name) + b"=" + kinds[(place + turn) % 2] for place, name in enumerate(names))


spoils = st.builds(
    Spoil,
    how=st.sampled_from(HOW),
    places=st.lists(st.integers(0, 999), min_size=1, max_size=8),
    values=st.lists(value, min_size=4, max_size=4),
    headers=st.one_of(
        st.just({}),
        st.just({}),
        st.sampled_from(HEADERS),
        st.sampled_from(COOKIES).map(lambda cookies: {"HTTP_COOKIE": cookies}),
    ),
)
