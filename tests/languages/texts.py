"""Which texts must be translated: ``python -m tests.languages.texts`` lists those without Spanish.

Nobody keeps a list. The texts are those of the views that are ``in_languages`` (onestop.ops.languages): of every
template that their modules name, with all that these include and extend, of the error pages, of the mails, and of the
modules below. Texts of other modules are found when the tests render the pages (``Missing``).

``--add`` writes the missing ones into the catalog without a translation, and drops those that are no longer used.
"""

import argparse
import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import polib
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

from tests.servers import ROOT
from tests.unwrapped import GETTEXT

CATALOG = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
TEMPLATES = ROOT / "templates"
NAMED = re.compile(r"[\"']([\w/.-]+\.(?:html|txt))[\"']")
MARK = re.compile(r"^@(?:in_languages|public)$", re.MULTILINE)
# Templates that are not named by a view that is in languages: those of allauth's views, and of errors.
FRAMES = (
    "400.html", "403.html", "403_csrf.html", "404.html", "413.html", "429.html", "500.html", "503.html",
    "503_disk_full.html", "account/account_inactive.html", "account/confirm_login_code.html", "account/login.html",
    "account/password_reset.html", "account/password_reset_done.html", "account/password_reset_from_key.html",
    "account/password_reset_from_key_done.html", "account/request_login_code.html", "account/signup_closed.html",
    "mfa/authenticate.html",
    # What forms are made of.
    "components/errsum.html", "editing/sent_again.html",
    *(path.relative_to(TEMPLATES).as_posix() for path in sorted((TEMPLATES / "onestop").rglob("*.html"))),
)  # fmt: skip
# Only people who are signed in see these, in English: parts of templates that pages for everyone share.
IN_ENGLISH = ("layouts/app.html", "layouts/form.html", "layouts/edit_form.html", "layouts/confirm.html")
# Templates of modules with views that are in languages, which other views of the module render.
OF_STAFF = ("partners/people/invitation_form.html", "partners/people/invitation_list.html")
MODULES = (
    "meetings/actions/reading.py", "meetings/actions/reports.py", "meetings/agendas/suggestions.py",
    "meetings/forms/answers.py", "meetings/invitations/answers.py", "meetings/minutes/corrections.py",
    "meetings/recurrence/words.py", "meetings/trainings/feedback.py", "meetings/trainings/follow_ups.py",
    "meetings/views/action_links.py", "meetings/views/answer_links.py", "meetings/views/minutes_links.py",
    "meetings/views/poll_links.py", "meetings/views/suggestion_links.py", "onestop/accounts/forms/sign_in.py",
    "onestop/accounts/passwords.py", "onestop/dashboards/views/statements.py", "onestop/ops/errors.py",
    "onestop/ui/dates.py", "onestop/ui/form_fields.py", "onestop/ui/presentation.py",
    "partners/forms/problem_reports.py", "partners/search/facets.py", "partners/search/filter_panel.py",
    "partners/search/language_names.py", "partners/search/preferences.py", "partners/search/results.py",
    "partners/views/confirmations.py", "partners/views/directory.py", "partners/views/problem_reports.py",
)  # fmt: skip

RETOLD = "import retold as _"
Key = tuple[str | None, str]


@dataclass(frozen=True)
class Text:
    """One text as it is written in English, with its plural and its context, if it has them."""

    message: str
    plural: str = ""
    context: str | None = None

    @property
    def key(self) -> Key:
        """What identifies it in the catalog."""
        return self.context, self.message


# ---------------------------------------------------------------- Reading texts
def texts_of_module(source: str) -> Iterator[Text]:
    """Yield the arguments of gettext in a module."""
    yield from _texts_of(ast.parse(source))


def _texts_of(tree: ast.AST) -> Iterator[Text]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", "").removesuffix("_lazy")
        given = [
            argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""
            for argument in call.args
        ]
        if name not in {*GETTEXT, "gettext_noop", "npgettext"} or not given or not given[0]:
            continue
        if name == "npgettext":
            yield Text(given[1], given[2], given[0])
        elif name == "pgettext":
            yield Text(given[1], context=given[0])
        elif name == "ngettext":
            yield Text(given[0], given[1])
        else:
            yield Text(given[0])


def texts_of_template(path: Path) -> Iterator[Text]:
    """Yield the texts in the tags of a template."""
    for line in _calls(templatize(path.read_text())):
        yield from texts_of_module(line)


def _calls(code: str) -> Iterator[str]:
    """Yield the calls of gettext in what Django makes of a template for xgettext."""
    for start in re.finditer(r"\b(?:n?p?gettext|_)\(", code):
        for end in re.finditer(r"\)", code[start.end() :]):
            call = re.sub(r",\s*count\)$", ")", code[start.start() : start.end() + end.end()])
            try:
                ast.parse(call)
            except (SyntaxError, ValueError):
                continue
            yield call
            break


# ---------------------------------------------------------------- Which templates
def closure(names: Iterable[str]) -> set[str]:
    """Return these templates, and those that they include, extend or name."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        path = TEMPLATES / name
        if name in found or name in IN_ENGLISH or name in OF_STAFF or not path.is_file():
            continue
        found.add(name)
        waiting += NAMED.findall(path.read_text())
    return found


def public_templates() -> set[str]:
    """Return the templates of pages that are offered in languages."""
    named: list[str] = list(FRAMES)
    for app in ("onestop", "partners", "agreements", "meetings"):
        for path in (ROOT / app).rglob("views/*.py"):
            if MARK.search(source := path.read_text()):
                named += NAMED.findall(source)
    return closure(named)


def mail_templates() -> set[str]:
    """Return the templates of mails."""
    named = [path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("emails/*")]
    return closure(named + [path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("account/email/*")])


def reasons() -> list[Text]:
    """Return the texts that tell why somebody gets a mail, of the modules that write notices."""
    found: dict[Key, Text] = {}
    for app in ("onestop", "partners", "agreements", "meetings"):
        for path in (ROOT / app).rglob("*.py"):
            source = path.read_text()
            if RETOLD in source:
                for part in _reasons_in(ast.parse(source)):
                    found |= {text.key: text for text in _texts_of(part)}
    return list(found.values())


def _reasons_in(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the arguments ``why`` of notices; and the variables and functions of this name that speak to somebody."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Message", "notify"):
            yield from (given.value for given in node.keywords if given.arg == "why")
        elif isinstance(node, ast.Assign) and any(getattr(name, "id", "") == "why" for name in node.targets):
            yield from _to_somebody(node.value)
        elif isinstance(node, ast.FunctionDef) and node.name.strip("_").startswith("why"):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value:
                    yield from _to_somebody(inner.value)


def _to_somebody(value: ast.expr) -> Iterator[ast.expr]:
    for call in (node for node in ast.walk(value) if isinstance(node, ast.Call)):
        if any(text.message.startswith(("You ", "Your ")) for text in _texts_of(call)):
            yield call


def needed() -> dict[Key, Text]:
    """Return the texts that must be translated, as far as they are known without rendering pages."""
    names = public_templates() | mail_templates()
    texts = [text for name in names for text in texts_of_template(TEMPLATES / name)]
    texts += [text for name in MODULES for text in texts_of_module((ROOT / name).read_text())]
    return {text.key: text for text in (*texts, *reasons())}


def written_anywhere() -> dict[Key, Text]:
    """Return all texts of the portal."""
    modules = [path for app in ("onestop", "partners", "agreements", "meetings") for path in (ROOT / app).rglob("*.py")]
    texts = [text for path in modules for text in texts_of_module(path.read_text())]
    for path in TEMPLATES.rglob("*"):
        if path.suffix in (".html", ".txt"):
            texts += texts_of_template(path)
    return {text.key: text for text in texts}


# ---------------------------------------------------------------- The catalog
def catalog(path: Path = CATALOG) -> polib.POFile:
    """Return the Spanish catalog."""
    return polib.pofile(str(path), wrapwidth=118)


def translated(entries: polib.POFile) -> set[Key]:
    """Return the texts that have a translation."""
    return {(entry.msgctxt, entry.msgid) for entry in entries if entry.translated()}


def missing() -> list[Text]:
    """Return the texts that need a translation and have none."""
    have = translated(catalog())
    return sorted((text for key, text in needed().items() if key not in have), key=lambda text: text.message)


class Missing:
    """The last resort of a catalog: it notes the texts that are asked for and not translated."""

    def __init__(self) -> None:
        self.texts: set[str] = set()

    def gettext(self, message: str) -> str:
        """Note a text, which contexts precede."""
        self.texts.add(message)
        return message.split("\x04")[-1]

    def ngettext(self, singular: str, plural: str, number: float) -> str:
        """Note a text with a plural."""
        self.texts.add(singular)
        return singular if number == 1 else plural

    def __enter__(self) -> "Missing":
        self.spanish: Any = cast(Any, trans_real.translation("es"))
        self.before, self.spanish._fallback = self.spanish._fallback, self
        return self

    def __exit__(self, *_error: object) -> None:
        self.spanish._fallback = self.before


def update(path: Path = CATALOG) -> tuple[int, int]:
    """Add the missing texts to the catalog, and drop those that are used no longer; return how many of each."""
    entries, used = catalog(path), written_anywhere()
    gone = [entry for entry in entries if (entry.msgctxt, entry.msgid) not in used]
    for entry in gone:
        entries.remove(entry)
    added = missing()
    for text in added:
        flags = ["python-format"] if "%(" in text.message else []
        entry = polib.POEntry(msgid=text.message, msgctxt=text.context, flags=flags)
        if text.plural:
            entry.msgid_plural, entry.msgstr_plural = text.plural, {0: "", 1: ""}
        entries.append(entry)
    entries.sort(key=lambda entry: (entry.msgid.lower(), entry.msgid, entry.msgctxt or ""))
    entries.save()
    return len(added), len(gone)


def main() -> int:
    """List the texts without Spanish, or write them into the catalog; return how many there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--add", action="store_true", help="write them into the catalog, and drop what is not used")
    if parser.parse_args().add:
        print("{} added, {} dropped".format(*update()))  # noqa: T201
    found = missing()
    print("\n".join(text.message for text in found))  # noqa: T201
    return min(len(found), 255)


if __name__ == "__main__":
    raise SystemExit(main())
