"""The size of the front end, and the icons that pages use."""

import gzip
import re
from pathlib import Path

from django.conf import settings

DIST = Path(settings.BASE_DIR) / "static" / "dist"
FIRST_VISIT = ("app.css", "app.js", "theme.js", "icons.svg", "public-sans.woff2", "favicon.svg")
BUDGET = 120_000  # bytes; the page and its own files may take the rest of 150 kB


def test_a_first_visit_downloads_little():
    sizes = {name: len(gzip.compress((DIST / name).read_bytes())) for name in FIRST_VISIT}
    assert sum(sizes.values()) < BUDGET, sizes


def test_the_editor_of_rich_text_is_small():
    """Only pages with a field of rich text load it."""
    assert len(gzip.compress((DIST / "rich_text.js").read_bytes())) < 90_000


def test_every_icon_that_a_template_uses_is_in_the_sprite():
    there = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (DIST / "icons.svg").read_text()))
    named = set()
    for template in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        named |= set(re.findall(r"{%\s*icon \"([a-z0-9-]+)\"", template.read_text()))
    assert named
    assert named <= there


def test_no_template_has_an_inline_style_or_script():
    for template in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        if "emails" in template.parts or "email" in template.parts:
            continue
        text = template.read_text()
        assert not re.search(r"<style\b|\sstyle=|\son\w+=|javascript:", text), template
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text), template
