"""Checks of the conventions of the code base; CONTRIBUTING.md explains them."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from tests.servers import ROOT

APPS = ("onestop", "partners", "agreements", "meetings")
PYTHON = [path for name in APPS for path in sorted((ROOT / name).rglob("*.py")) if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# A new page that needs no account must be listed here, and not only be marked at its view.
PUBLIC = re.compile(
    r"health_(live|ready|metrics)"
    r"|account_(login|logout|signup|inactive|reset_password\w*|request_login_code|confirm_login_code|confirm_email"
    r"|email_verification_sent|reauthenticate|confirm_password_reset_code|complete_password_reset|reset_password_from_key\w*)"
    r"|account_(confirm_password_reset_code|signup_by_passkey|confirm_phone\w*|verify_phone|change_phone)"
    r"|mfa_(authenticate|login_webauthn|signup_webauthn|trust)"
    r"|partners:invitation_(accept|decline)\w*"
    r"|partners:confirm(_opened|_change)?"
    r"|agreements:(sign_by_link|link_\w+|verify)"
    r"|meetings:(answer_by_link|answer_link_opened|poll_by_link|poll_link_opened|feed|paper_by_link|suggest_by_link)"
    r"|meetings:minutes_(by_link|link_opened|link_agree|public|public_file)"
    r"|meetings:action_(by_link|link_opened)"
    r"|meetings:goal_(by_link|link_opened)"
    r"|meetings:board_(public|bylaws|paper|meeting_entry)"
    r"|meetings:(feedback|follow_up)_(by_link|link_opened)"
    r"|meetings:check_in"
    r"|dashboards:packet_(by_link|link_opened|link_file)"
    r"|accounts:(theme|not_me)|components\w*"
    r"|partners:(directory|hsds_api)\w*"
    r"|notices:stop"
    r"|accessibility|privacy|favicon"
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def every_view(patterns, namespace=""):
    """Yield each view of the portal with its full name."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from every_view(pattern.url_patterns, inside)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern.callback


def test_every_page_needs_an_account_unless_it_is_listed_as_public():
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
    open_to_all = {
        name
        for name, view in every_view(get_resolver().url_patterns)
        if not getattr(view, "login_required", True) and not name.startswith("admin:")
    }
    assert {name for name in open_to_all if not PUBLIC.fullmatch(name)} == set()


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_module_is_longer_than_500_lines():
    """150 lines are usual and 400 rare; a longer module has two subjects."""
    long = {name_of(path): len(path.read_text().splitlines()) for path in PYTHON}
    assert {name: lines for name, lines in long.items() if lines > 500} == {}


def test_no_signals_are_used():
    """With signals, one change causes another that the code of the first does not show."""
    signals = re.compile(r"django\.(db\.models|core|contrib\.auth)\.signals|django\.dispatch|@receiver")
    assert [name_of(path) for path in PYTHON if signals.search(path.read_text())] == []


# Code that handles a request, and what Django or allauth call without a time.
OF_REQUESTS = {"views", "notice_admin", "context", "filters", "tables", "management"}
OF_REQUESTS |= {"context.py", "signing_context.py", "tasks.py", "admin.py", "navigation.py", "middleware.py"}
READS_CLOCK = {"onestop/ops/health.py", "onestop/ops/metrics.py", "onestop/notices/backend.py"}
READS_CLOCK |= {"partners/notices/examples.py", "agreements/notices/examples.py"}  # dates in previews of notices
READS_CLOCK |= {"meetings/notices/examples.py"}
READS_CLOCK |= {"onestop/editing/idempotency.py"}  # a decorator of views


def test_verbs_and_models_do_not_read_the_clock():
    """They take ``at``, so that everything a request does has one time, and tests can choose it."""

    def reads_clock(node: ast.AST) -> bool:
        if not isinstance(node, ast.Call) or node.args or node.keywords:
            return False
        name = ast.unparse(node.func)
        return name == "now" or name.endswith((".now", ".localdate", ".localtime", ".today"))

    strange = [
        name_of(path)
        for path in PYTHON
        if not OF_REQUESTS.intersection(path.relative_to(ROOT).parts) and "onestop/ui" not in name_of(path)
        for node in ast.walk(ast.parse(path.read_text()))
        if reads_clock(node)
    ]
    assert set(strange) - READS_CLOCK == set()


def test_modules_have_specific_names():
    bare = {"services.py", "utils.py", "helpers.py", "common.py", "managers.py", "signals.py", "misc.py"}
    assert [
        name_of(path)
        for path in PYTHON
        if path.name in bare and path.parent.name not in {"models", "views", "forms", "filters", "tables", "upkeep"}
    ] == []


def test_no_line_of_a_template_is_longer_than_120_characters():
    """djlint formats templates, but does not break long lines of text and tags."""
    texts = sorted((ROOT / "templates").rglob("*.txt"))
    long = {
        f"{name_of(path)}:{number}"
        for path in [*TEMPLATES, *texts]
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 120
    }
    assert long == set()


INLINE = {
    "a script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")"),
    "a style": re.compile(r"<style\b|\sstyle\s*="),
    "a handler": re.compile(r"\son[a-z]+\s*=\s*[\"']"),
    "code for htmx": re.compile(r"hx-on|[\"']js:"),
}


@pytest.mark.parametrize("kind", INLINE)
def test_no_template_has_inline_code_that_the_content_security_policy_blocks(kind):
    comments = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}", re.DOTALL)
    pages = {
        name_of(path): comments.sub("", path.read_text())
        for path in TEMPLATES
        if not {"email", "emails"} & set(path.parts)
    }
    assert [name for name, html in pages.items() if INLINE[kind].search(html)] == []


def test_no_url_is_built_from_the_host_of_a_request():
    """Absolute URLs are settings.PUBLIC_URL and a path; the Host header of a request can be forged."""
    of_request = re.compile(
        r"build_absolute_uri|get_host\b|get_port\b|get_current_site|RequestSite|current_site|HTTP_HOST|X.FORWARDED.HOST",
        re.IGNORECASE,
    )
    texts = sorted((ROOT / "templates").rglob("*.txt"))
    assert [name_of(path) for path in [*PYTHON, *TEMPLATES, *texts] if of_request.search(path.read_text())] == []


# Ways to mark text as safe HTML, or to turn escaping off.
TRUSTED = re.compile(
    r"\|\s*safe(seq)?\b|autoescape|\bmark_safe\b|\bSafe(String|Text)\s*\(|__html__|html_safe|\bTemplate\(|from_string\(.*template"
)
MARKUP = "onestop/ui/markup.py"


def test_only_one_module_marks_text_as_safe():
    texts = [*PYTHON, *TEMPLATES, *sorted((ROOT / "templates").rglob("*.txt"))]
    assert [name_of(path) for path in texts if TRUSTED.search(path.read_text())] == [MARKUP]


def test_patterns_of_format_html_are_literals():
    """A pattern that is built at run time may contain what people typed, unescaped."""

    def strange(path: Path) -> Iterator[str]:
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        for call in calls:
            name = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
            if name in ("format_html", "format_html_join"):
                patterns = call.args[: 2 if name == "format_html_join" else 1]
                if not all(isinstance(pattern, ast.Constant) for pattern in patterns):
                    yield f"{name_of(path)}:{call.lineno}"

    making = [path for path in PYTHON if "format_html" in path.read_text()]
    assert [place for path in making for place in strange(path)] == []


def test_scripts_create_no_markup_from_text():
    makes = re.compile(
        r"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function"
    )
    scripts = sorted((ROOT / "static" / "src").rglob("*.js"))
    assert scripts
    assert [name_of(path) for path in scripts if makes.search(path.read_text())] == []


def test_every_element_with_htmx_attributes_has_the_mark():
    """See onestop.ui.live."""
    asks = re.compile(r"\s(?:data-)?hx-(?:get|post|put|patch|delete|boost)=")
    marked = re.compile(r'\shx-(?:get|post)="(?:\{%.*?%\}|\{\{.*?\}\}|[^"{])*"\s+data-op-live="\{% live %\}"')
    pages = {name_of(path): path.read_text() for path in TEMPLATES}
    assert sum(len(marked.findall(html)) for html in pages.values()) > 5
    assert [name for name, html in pages.items() if len(asks.findall(html)) != len(marked.findall(html))] == []
    assert [name for name, html in pages.items() if re.search(r"hx-headers|hx-inherit|hx-vals", html)] == []


def test_templates_load_nothing_from_other_sites():
    strange = re.compile(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"'](?:https?:)?//")
    assert [name_of(path) for path in TEMPLATES if strange.search(path.read_text())] == []


def test_all_tests_in_the_security_documentation_exist():
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", (ROOT / "docs" / "security.md").read_text())
    assert len(named) > 100
    gone = [
        f"{file}::{test}"
        for file, test in named
        if not (ROOT / "tests" / file).exists()
        or not re.search(rf"^(?:async )?def {test}\(", (ROOT / "tests" / file).read_text(), re.MULTILINE)
    ]
    assert gone == []


def test_lock_files_have_hashes_and_no_urls():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert not re.search(r"https?://|file://|--(extra-)?index-url|--find-links", text), name
        pins = re.findall(r"^[A-Za-z0-9._-]+(?:\[[^]]*\])?==", text, re.MULTILINE)
        assert len(pins) > 40, name
        assert text.count("--hash=sha256:") >= len(pins), name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_both_lock_files_agree():
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", (ROOT / name).read_text(), re.MULTILINE))

    production, everything = pins("requirements.txt"), pins("requirements-dev.txt")
    assert production.items() <= everything.items()


def test_imports_point_down_the_layers():
    import sys

    code = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_conflict_of_a_merge_is_left():
    folders = ("deploy", "docs", "onestop", "partners", "scripts", "static/src", "templates", "tests")
    files = [path for name in folders for path in (ROOT / name).rglob("*.*") if "__pycache__" not in path.parts]
    files += ROOT.glob("*.*")
    texts = {".py", ".md", ".html", ".txt", ".css", ".js", ".json", ".sql", ".toml", ".service", ".conf", ".yaml"}
    mark = re.compile(rb"^(<{7} |={7}$|>{7} )", re.MULTILINE)
    assert [name_of(path) for path in files if path.suffix in texts and mark.search(path.read_bytes())] == []
