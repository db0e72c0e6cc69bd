"""Which text counts as not wrapped for translation."""

from tests.unwrapped import all_files, in_code, in_template, unwrapped

TEMPLATE = """{% extends "layouts/app.html" %}
{# A comment of ours #}
{% block content %}<p class="some words">Plain words</p>
<p>{% translate "Wrapped words" %} {{ number }} / {% blocktranslate %}More <b>words</b>{% endblocktranslate %}</p>
<a href="/here" aria-label="Spoken words">{{ name }}</a>{% endblock %}
"""
MODULE = '''"""A docstring of words."""
log.info("Words for operators")
raise CannotSave(f"Words for {person}.")
raise ValueError("words for developers")
field = forms.CharField(label="Name", help_text=_("Wrapped words"))
button = {"class": "btn btn-secondary"}
rule = "A rule of words"  # no translation: it is the law's own
'''


def test_text_between_tags_and_in_labels_is_found(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(TEMPLATE)
    assert [text for _line, text in in_template(path)] == ["Plain words", "Spoken words"]


def test_text_in_code_is_found_except_in_docstrings_logs_and_messages_for_developers(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(MODULE)
    assert [text for _line, text in in_code(path)] == ["Words for X.", "Name"]


def test_all_text_for_people_is_wrapped_for_translation():
    assert unwrapped(all_files()) == []
