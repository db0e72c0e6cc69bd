"""Which text counts as HTML."""

import pytest
from django.template import engines
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeData

from onestop.ui import markup

TYPED = "<i hx-post=/>R&D's"


def test_plain_text_is_not_escaped_but_not_safe_either():
    text = markup.plain_text("emails/account_body.html", {"subject": TYPED, "paragraphs": []})
    assert TYPED in text
    assert not isinstance(text, SafeData)
    page = engines["django"].from_string("<p>{{ text }}</p>").render({"text": text})
    assert TYPED not in page
    assert escape(TYPED) in page


def test_only_escaped_text_gets_line_breaks():
    assert markup.break_lines(escape("<b>\nb")) == "&lt;b&gt;<br>b"
    with pytest.raises(TypeError, match="escaped before"):
        markup.break_lines("<b>\nb")  # type: ignore[arg-type]


def test_changed_text_is_escaped_unless_it_is_safe():
    page = format_html("<p>{}</p><b>{}</b>", TYPED, "b")
    assert markup.change_text(page, lambda text: text, closed=[]) == page
    assert markup.change_text(page, lambda text: "<u>", closed=["b"]) == "<p>&lt;u&gt;</p><b>b</b>"
    marked = markup.change_text(page, lambda text: format_html("<mark>{}</mark>", text), closed=["b"])
    assert marked == f"<p><mark>{conditional_escape(TYPED)}</mark></p><b>b</b>"
    with pytest.raises(TypeError, match="escaped before"):
        markup.change_text(TYPED, str, closed=[])  # type: ignore[arg-type]
