"""Rich text as HTML and as plain text: what is formatting, what stays text, and what cannot be in it."""

import pytest
from django.template import engines
from django.utils.safestring import SafeString

from onestop.ui.rich_text import plain, render, unknown_fields
from tests import hostile

LINK = '<a href="https://e.org/a?b=1&amp;c=2" rel="noopener">'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\nline\n\nA paragraph", "<p>One<br>line</p><p>A paragraph</p>"),
        ("**a** *b* ***c*** __d__ _e_", "<p><strong>a</strong> <em>b</em> <strong><em>c</em></strong> "
         "<strong>d</strong> <em>e</em></p>"),
        ("un**believ**able a**(b)**c", "<p>un<strong>believ</strong>able a<strong>(b)</strong>c</p>"),
        ("- a\n- b\n\n  c\n  1. d", "<ul><li><p>a</p></li><li><p>b</p><p>c</p><ol><li><p>d</p></li></ol></li></ul>"),
        ("3. c\n4. d", '<ol start="3"><li><p>c</p></li><li><p>d</p></li></ol>'),
        ("# One\n## Two\n### Also", "<h3>One</h3><h4>Two</h4><h4>Also</h4>"),
        ("## No gap\n## Next", "<h3>No gap</h3><h4>Next</h4>"),
        ("- # in a list", "<ul><li><p>in a list</p></li></ul>"),
        ("[the *rules*](https://e.org/a?b=1&c=2)", f"<p>{LINK}the </a>{LINK[:-1]}><em>rules</em></a></p>"),
        ("", ""),
        (" \n\n\u00a0\n", ""),
    ],
)  # fmt: skip
def test_formatting(text, html):
    assert render(text) == html.replace(f"</a>{LINK}", "")


@pytest.mark.parametrize(
    "text",
    [
        "5 * 3 * 2", "snake_case_name", "1.5 of 2", "#1 choice", "-5 degrees", "2026. was a year\n"[:4], "C:\\temp",
        "a & b", "&amp;", "`code`", "> quote", "---", "![x](y)", "[a](b)", "[a](/b)", "[a](javascript:alert(1))",
        "[a](data:text/html,x)", "<b>a</b>", "https://e.org", "<https://e.org>", "{{parties}}", "[](https://e.org)",
        "\\*a\\*", "1\\. a", "\\- a", "\\# a",
    ],
)  # fmt: skip
def test_what_is_no_formatting_stays_text(text):
    shown = text.replace("\\*", "*").replace("\\.", ".").replace("\\-", "-").replace("\\#", "#")
    assert plain(text) == shown
    assert render(text).count("<") == 2, "a paragraph and nothing else"


def test_headings_begin_at_the_level_that_the_page_has_for_them():
    assert render("# a\n## b", level=4) == "<h4>a</h4><h5>b</h5>"
    page = engines["django"].from_string("{{ text|rich_text:4 }}{{ text|plain_text }}").render({"text": "# <a>"})
    assert page == "<h4>&lt;a&gt;</h4>&lt;a&gt;"


def test_merge_fields_show_what_the_caller_says():
    fields = {"parties": "Ann & Bob", "starts_on": "July 1"}
    assert render("**{{parties}}** {{other}}", fields=fields) == (
        '<p><strong><span data-field="parties" class="merge-field">Ann &amp; Bob</span></strong> {{other}}</p>'
    )
    assert plain("By {{parties}} on {{starts_on}}", fields=fields) == "By Ann & Bob on July 1"
    assert unknown_fields("{{parties}} {{other}} {{Other}} {{other}}\n\n- {{third}}", fields) == ["other", "third"]


def test_plain_text_keeps_lists_lines_and_addresses():
    text = "# Steps\nTwo\nlines\n\n1. **Call**\n   - at noon\n2. [Read](https://e.org) or [mail](mailto:a@b.example)"
    assert plain(text) == (
        "Steps\n\nTwo\nlines\n\n1. Call\n   - at noon\n2. Read (https://e.org) or mail (a@b.example)"
    )
    assert plain("[a@b.example](mailto:a@b.example)") == "a@b.example"


@pytest.mark.parametrize("number", range(6))
def test_hostile_text_is_shown_as_text(number):
    for text in (hostile.text(number=number), f"- {hostile.text(number=number)}", f"**{hostile.text(number=number)}**"):
        html = render(text)
        assert isinstance(html, SafeString)
        assert hostile.traces(html) == []
        assert plain(text).count("<img") == 1


@pytest.mark.parametrize("sign", ["- ", "[", "*", "**a ", "[a](https://", "{{", "1. ", "_*", "1) - ", "# ", "> ", "\\"])
def test_texts_that_nest_deeply_are_shown_to_their_end(sign):
    """The parser of blocks leaves out what is nested too deeply, and Python ends a deep recursion."""
    text = sign * (6000 // len(sign)) + "the end"
    assert plain(text).endswith("the end")
    assert len(render(text)) < 40 * len(text)
