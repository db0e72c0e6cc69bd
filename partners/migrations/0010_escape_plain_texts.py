"""Practices and findings of reviews become rich text: keep what was typed before looking as it did.

A backslash is put before each sign that would be formatting from now on. Most texts have none and stay as they are.
"""

import re

from django.db import migrations

COLUMNS = {"Practice": ["situation", "did", "result", "would_change"], "CenterReview": ["findings"]}
ESCAPES = [
    ("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]", ""),  # control characters, which are no longer shown
    (r"\\(?=[!-/:-@\[-`{-~]|\r?\n)", r"\\\\"),
    (r"(?<!\s)\*|\*(?!\s)|^\*|\*$", r"\\*"),
    (r"(?<![^\W_])_|_(?![^\W_])", r"\\_"),
    (r"\](?=\((?:https?://|mailto:))", r"\\]"),
    (r"^([ \t]*)(#{1,6}|[-+*])(?=\s|$)", r"\1\\\2"),
    (r"^([ \t]*\d{1,9})(?=[.)](?:\s|$))", r"\1\\"),
]
ESCAPED = re.compile(r"\\([\\*_\]#+.)-])")


def escaped(text):
    for pattern, with_backslash in ESCAPES:
        text = re.sub(pattern, with_backslash, text, flags=re.MULTILINE)
    return text


def change(apps, changed):
    for name, columns in COLUMNS.items():
        rows = apps.get_model("partners", name)._base_manager
        for pk, *texts in rows.values_list("pk", *columns).iterator():
            new = {column: changed(text) for column, text in zip(columns, texts, strict=True)}
            if list(new.values()) != texts:
                rows.filter(pk=pk).update(**new)


def escape_texts(apps, schema_editor):
    change(apps, escaped)


def unescape_texts(apps, schema_editor):
    change(apps, lambda text: ESCAPED.sub(r"\1", text))


class Migration(migrations.Migration):
    dependencies = [("partners", "0009_appointment_letters")]

    operations = [migrations.RunPython(escape_texts, unescape_texts)]
