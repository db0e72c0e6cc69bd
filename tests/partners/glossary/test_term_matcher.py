"""Terms explained in place: which words are found, and that texts stay unchanged."""

import html
import re
from html.parser import HTMLParser

import pytest
from django.template import engines
from django.utils.html import escape, linebreaks, urlize
from django.utils.safestring import mark_safe
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.glossary.term_matcher import Entry, Lexicon, is_abbreviation
from partners.templatetags.term_tags import explained

PLACEMENT = Entry(1, "job placement", "", "A paid job.", ("hire",))
TANF = Entry(2, "Temporary Assistance for Needy Families", "TANF", "Cash help.", ("cash aid",))
PLAN = Entry(3, "employment plan", "IPE", "Steps & <goals>.", ("plan",))
R_AND_D = Entry(4, "R&D", "", "Research.")


def found(lexicon: Lexicon, text: str) -> list[str]:
    return [text[start:end] for start, end, _ in lexicon.occurrences(text)]


class Shown(HTMLParser):
    """Collect the text of a page outside popovers, and its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.inside: list[bool] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "br":
            self.text += "\n"
        else:
            self.inside.append("popover" in dict(attrs))

    def handle_endtag(self, tag):
        self.inside.pop()

    def handle_data(self, data):
        self.text += "" if any(self.inside) else data


def shown(markup: str) -> Shown:
    page = Shown()
    page.feed(markup)
    page.close()
    return page


# ---------------------------------------------------------------- Which words
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A Job Placement, or a hire.", ["Job Placement", "hire"]),
        ("job\n  placement", ["job\n  placement"]),
        ("placements of a hireling", []),
        ("TANF, tanf and Tanf", ["TANF"]),
        (
            "cash aid is temporary assistance for needy families",
            ["cash aid", "temporary assistance for needy families"],
        ),
        ("an employment plan and a plan", ["employment plan", "plan"]),
        ("our R&D, not RR&D", ["R&D"]),
        ("ipe IPE IPEs", ["IPE"]),
    ],
)
def test_whole_words_are_found_the_longest_first_and_abbreviations_by_case(text, words):
    assert found(Lexicon([PLACEMENT, TANF, PLAN, R_AND_D]), text) == words


@pytest.mark.parametrize(
    ("word", "answer"), [("TANF", True), ("VR", True), ("SNAP E&T", True), ("Title I", False), ("Work Plan", False)]
)
def test_abbreviations_are_recognized_by_capitals(word, answer):
    assert is_abbreviation(word) is answer


def test_names_precede_synonyms_and_shared_synonyms_are_ignored():
    one = Entry(1, "placement", "", "A job.", ("start",))
    other = Entry(2, "host assignment", "", "A place.", ("placement", "start"))
    text = "placement at the start of a host assignment"
    assert [entry.pk for _, _, entry in Lexicon([other, one]).occurrences(text)] == [1, 2]


def test_a_term_is_not_explained_on_its_own_page():
    lexicon = Lexicon([PLACEMENT, TANF])
    assert found(lexicon.without(PLACEMENT.pk), "TANF after a hire") == ["TANF"]
    assert found(lexicon, "TANF after a hire") == ["TANF", "hire"]


def test_without_terms_nothing_is_found():
    assert not Lexicon()
    assert found(Lexicon(), "job placement") == []


def test_three_hundred_terms_are_found_in_a_long_text():
    entries = [Entry(pk, f"term{pk} of art", f"T{pk}Q", "Something.", (f"word {pk}",)) for pk in range(300)]
    lexicon = Lexicon(entries)
    text = "Many words stand here that are no terms at all, but term7 of art and T299Q are. " * 500
    assert len(found(lexicon, text)) == 1000


# ---------------------------------------------------------------- In a text
def explain(text, *entries: Entry, links: bool = True) -> str:
    return str(explained(text, Lexicon(entries, links=links)))


def test_only_the_first_occurrence_becomes_a_button():
    page = explain("A hire, a hire and a job placement", PLACEMENT)
    assert page.count("<button") == 1
    assert page.startswith("A <button")
    assert 'popovertarget="term-1-1"' in page
    assert 'id="term-1-1" popover' in page
    assert "A paid job." in page


def test_the_public_gets_no_link():
    assert "/terms/1/" in explain("hire", PLACEMENT)
    assert "href" not in explain("hire", PLACEMENT, links=False)


def test_definitions_are_escaped():
    page = explain("a plan", PLAN)
    assert "Steps &amp; &lt;goals&gt;." in page


def test_a_text_is_escaped_once():
    page = explain("R&D <b>& plan", R_AND_D, PLAN)
    assert shown(page).text == "R&D <b>& plan"
    assert "&amp;amp;" not in page


@pytest.mark.parametrize("tag", ["a", "button", "label", "summary", "script"])
def test_nothing_is_explained_within_interactive_elements(tag):
    page = explain(mark_safe(f"<p>hire <{tag}>hire TANF</{tag}> TANF</p>"), PLACEMENT, TANF)
    assert f"<{tag}>hire TANF</{tag}>" in page
    assert page.count("popovertarget") == 2


def test_safe_html_keeps_its_tags_and_entities():
    text = mark_safe('<p class="x">R&amp;D &lt;b&gt;<br>a&nbsp;hire</p><!-- hire -->')
    page = explain(text, R_AND_D, PLACEMENT)
    assert page.startswith('<p class="x"><button')
    assert page.endswith("</p><!-- hire -->")
    assert shown(page).text == shown(text).text


def test_ids_of_explanations_are_unique():
    lexicon = Lexicon([PLACEMENT])
    page = explained("hire", lexicon) + explained("hire", lexicon) + explained("hire", lexicon.without(9))
    names = re.findall(r'popovertarget="([^"]+)"', page)
    assert len(set(names)) == 3


def test_the_tag_explains_terms_of_the_context_or_shows_plain_text():
    template = engines["django"].from_string('{% explain text "Not said" %}')
    lexicon = Lexicon([PLACEMENT])
    assert template.render({"text": "one\r\ntwo <i>"}) == "one<br>two &lt;i&gt;"
    assert template.render({"text": "", "terms": lexicon}) == "Not said"
    page = template.render({"text": "first\njob\nplacement", "terms": lexicon})
    assert shown(page).text == "first\njob\nplacement"
    assert 'aria-label="job placement: definition"' in page


SIGNS = st.sampled_from(
    [*"aB <>&\"'\n\t;/=#éß", "TANF", "tanf", "plan", "plans", "R&D", "&amp;", "<b>", "</a>", "job placement"]
)
TEXTS = st.lists(SIGNS, max_size=30).map("".join)
WORDS = st.lists(
    st.sampled_from(["a", "B", "TANF", "plan", "R&D", "<b>", "é", "ß", "&amp;", "job placement", "\u017f", "K", "İ"]),
    max_size=6,
)


@settings(max_examples=300)
@given(text=TEXTS, words=WORDS)
def test_the_visible_text_is_unchanged_and_escaped(text, words):
    entries = [Entry(number, word, "", "<i>What</i> & why") for number, word in enumerate(words)]
    page = shown(explain(text, *entries))
    assert page.text == text
    assert set(page.tags) <= {"button", "span", "b", "a"}


@settings(max_examples=200)
@given(text=TEXTS, words=WORDS, wrap=st.sampled_from([escape, linebreaks, urlize]))
def test_the_visible_text_of_safe_html_is_unchanged(text, words, wrap):
    entries = [Entry(number, word, "", "<i>What</i>") for number, word in enumerate(words)]
    before = mark_safe(wrap(text, autoescape=True) if wrap is not escape else escape(text))
    after = shown(explain(before, *entries))
    assert after.text == shown(before).text
    assert [tag for tag in after.tags if tag not in ("button", "span", "b", "a")] == [
        tag for tag in shown(before).tags if tag not in ("button", "span", "b", "a")
    ]


@settings(max_examples=200)
@given(text=st.text(max_size=60), word=st.text(min_size=1, max_size=8).filter(str.strip))
def test_any_character_may_occur_in_texts_and_terms(text, word):
    page = explain(f"{text} {word} {text}", Entry(1, word, "", "What."))
    plain = re.sub(r"<span class=\"op-pop.*?</span>", "", page, flags=re.DOTALL)
    assert html.unescape(re.sub(r"</?button[^>]*>", "", plain)) == f"{text} {word} {text}"
