"""Find text for people that is not wrapped for translation: ``python -m tests.unwrapped [PATHS]``.

In templates: words outside ``{% translate %}`` and ``{% blocktranslate %}``. In code: string literals that look like
text for people and are not arguments of gettext. Lines that end with ``# no translation: <why>`` are skipped.
"""

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from tests.servers import ROOT

GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}
# Modules whose text is for operators or developers.
NOT_FOR_PEOPLE = (
    "onestop/jobs/queues.py", "onestop/local/", "onestop/management/", "onestop/settings.py", "onestop/ops/health.py",
    "onestop/ops/logs.py", "onestop/ops/metrics.py", "onestop/ops/request_limits.py", "onestop/ui/gallery.py",
    "onestop/ui/gallery_charts.py", "partners/views/hsds_api.py",
    "onestop/notices/metrics.py", "partners/management/", "partners/sample/", "agreements/sample/", "meetings/sample/",
    "onestop/dashboards/sample/", "partners/search/hint_words.py", "partners/search/thesaurus.py",
)  # fmt: skip
# Words that imports recognize in files, and the names of programs in the law.
DATA = (
    "partners/importing/network_fields.py", "partners/importing/cells.py", "partners/importing/hsds/",
    "partners/importing/times.py", "partners/importing/languages.py", "partners/hsds/", "partners/coverage/programs.py",
    "partners/search/synonyms.py", "partners/search/common_names.py", "partners/search/language_names.py",
)  # fmt: skip
NOT_FOR_PEOPLE_TEMPLATES = ("templates/components/gallery",)
FOR_DEVELOPERS = {
    "ValueError", "TypeError", "RuntimeError", "LookupError", "KeyError", "AssertionError", "NotImplementedError",
    "ImproperlyConfigured", "CommandError", "Http404",
}  # fmt: skip
LABELS = {"label", "title", "help_text", "empty_label", "caption", "verbose_name", "verbose_name_plural", "header"}
WORDS = re.compile(r"[A-Za-z]{2,},? [A-Za-z]{2,}")
WORD = re.compile(r"[A-Za-z]{2,}")
SQL = re.compile(r"\b(SELECT|UPDATE|INSERT|DELETE|SET LOCAL|CREATE|WHERE|LOCK|PERFORM|JOIN)\b")
CODE = re.compile(r"\b(op-|btn|bi-|form-|\w+__\w+)|^[\w./:-]+$|^[a-z_]+( [a-z_-]+)*$|[<>{}\\]|^%")
ATTRIBUTES = {"alt", "title", "aria-label", "placeholder", "aria-description", "label", "data-op-say", "content"}
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
BLOCKS = re.compile(r"\{%-?\s*(blocktranslate|blocktrans|comment)\b.*?end\1\s*%\}", re.DOTALL)


class _Text(HTMLParser):
    """Collect the text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")
        known = dict(attrs)
        for name, value in attrs:
            shown = name in ATTRIBUTES and not (name == "content" and known.get("name") != "description")
            if value and (shown or (tag == "input" and name == "value" and known.get("type") == "submit")):
                self.handle_data(value)

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not self.hidden and WORD.search(text):
            self.found.append((self.getpos()[0], text))


def in_template(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each unwrapped text in a template."""
    source = path.read_text()
    keep_lines = re.compile(r"[^\n]")
    source = BLOCKS.sub(lambda found: keep_lines.sub(" ", found[0]), source)
    source = TAG.sub(lambda found: keep_lines.sub("\x01", found[0]), source).replace("\x01", "\u2009")
    if path.suffix == ".txt":
        for number, line in enumerate(source.splitlines(), 1):
            if WORD.search(line):
                yield number, " ".join(line.split())
        return
    parser = _Text()
    parser.feed(source)
    yield from parser.found


def in_code(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each unwrapped text in a module."""
    source = path.read_text()
    lines = source.splitlines()
    tree = ast.parse(source)
    passed = set(_passed_over(tree))
    for node in ast.walk(tree):
        if id(node) in passed or not isinstance(node, ast.Constant | ast.JoinedStr):
            continue
        text = _text_of(node)
        is_for_people = WORDS.search(text) and not SQL.search(text) and not CODE.search(text.strip())
        if is_for_people and "no translation:" not in lines[node.lineno - 1]:
            yield node.lineno, text
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        for given in call.keywords:
            plain = isinstance(given.value, ast.Constant) and isinstance(given.value.value, str)
            if plain and given.arg in LABELS and id(given.value) not in passed:
                text = _text_of(given.value)
                if WORD.search(text) and not WORDS.search(text) and "no translation:" not in lines[call.lineno - 1]:
                    yield given.value.lineno, text


def _text_of(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
    value = getattr(node, "value", "")
    return value if isinstance(value, str) else ""


def _passed_over(tree: ast.AST) -> Iterator[int]:
    """Yield nodes to skip: docstrings, logs, messages for developers, wrapped text, parts of f-strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield id(first.value)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        if isinstance(node, ast.JoinedStr):
            yield from (id(part) for part in node.values)
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            owner = getattr(getattr(node.func, "value", None), "id", "")
            if name in GETTEXT or name in FOR_DEVELOPERS or owner in ("log", "logger", "logging", "re"):
                yield from (id(part) for given in (*node.args, *node.keywords) for part in ast.walk(given))
        if isinstance(node, ast.Assert) and node.msg:
            yield from (id(part) for part in ast.walk(node.msg))
        if isinstance(node, ast.AnnAssign):
            yield from (id(part) for part in ast.walk(node.annotation))


def all_files() -> list[Path]:
    """Return the templates and modules that contain text for people."""
    modules = [path for app in ("onestop", "partners", "agreements", "meetings") for path in (ROOT / app).rglob("*.py")]
    templates = [path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt")]
    return sorted(path for path in (*modules, *templates) if is_for_people(path))


def is_for_people(path: Path) -> bool:
    """Return whether users of the portal read the text of a file."""
    name = path.relative_to(ROOT).as_posix()
    return "/migrations/" not in name and not name.startswith((*NOT_FOR_PEOPLE, *DATA, *NOT_FOR_PEOPLE_TEMPLATES))


def unwrapped(paths: list[Path]) -> list[str]:
    """Return each unwrapped text as ``file:line: text``."""
    found = []
    for path in paths:
        texts = in_code(path) if path.suffix == ".py" else in_template(path)
        found += [f"{path.relative_to(ROOT)}:{line}: {text}" for line, text in texts]
    return found


def main() -> int:
    """Print the unwrapped texts in the given paths, or in all files; return their number."""
    asked = [Path(name).resolve() for name in sys.argv[1:]]
    paths = [path for path in all_files() if not asked or any(path == one or one in path.parents for one in asked)]
    found = unwrapped(paths)
    print("\n".join(found))
    return min(len(found), 255)


if __name__ == "__main__":
    sys.exit(main())
