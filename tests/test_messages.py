"""Texts can be collected for translation, and the placeholders of their plurals agree."""

import ast
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.translation.template import templatize

from tests.servers import ROOT
from tests.test_house import PYTHON, name_of
from tests.thorough import thorough
from tests.unwrapped import GETTEXT

TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))
PLURAL = {"ngettext", "ngettext_lazy", "npgettext"}


@pytest.mark.parametrize("folder", sorted({path.parent for path in TEMPLATES}), ids=name_of)
def test_every_template_can_be_read_for_translation(folder: Path):
    """Django raises an error for a blocktranslate without an end, or with another tag in it."""
    for path in TEMPLATES:
        if path.parent == folder:
            assert templatize(path.read_text(), origin=name_of(path)).count("\n") == path.read_text().count("\n")


def test_messages_are_literals():
    """Nothing can collect a message that is built at run time."""
    strange = []
    for path in PYTHON:
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            name = getattr(call.func, "id", "")
            messages = call.args[: 2 if name in PLURAL or name.startswith("pgettext") else 1]
            if name in GETTEXT and not all(isinstance(message, ast.Constant) for message in messages):
                strange.append(f"{name_of(path)}:{call.lineno}")
    assert strange == []


@thorough
@pytest.mark.skipif(not shutil.which("xgettext"), reason="GNU gettext is not installed; `make test` does it on Debian")
def test_messages_are_collected_without_warnings(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    settings.LOCALE_PATHS = [tmp_path]
    monkeypatch.chdir(ROOT)
    output = io.StringIO()
    call_command("makemessages", locale=["en"], stdout=output)
    assert "warning" not in output.getvalue()
    # English is a translation into itself: its plurals may not use more placeholders than the message has.
    english = subprocess.run(["msgen", tmp_path / "en/LC_MESSAGES/django.po"], capture_output=True, check=True).stdout
    assert english.count(b"\nmsgid ") > 2000
    done = subprocess.run(["msgfmt", "--check-format", "-o", "-", "-"], input=english, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
