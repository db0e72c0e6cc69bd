"""Fuzz every view and every form: none may fail, and none may take two seconds of CPU time.

URLs come from the matrix, which has all of them, and forms from the pages that show them. Every run sends the same
data; FUZZ_TIMES=20 makes it longer.
"""

import gc
import os
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.forms import BaseForm, CharField, Field
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from onestop.accounts.addresses import confirm_address
from tests import factories
from tests.fuzzing import values
from tests.fuzzing.forms import ShownForm, read_page
from tests.fuzzing.patterns import modules, source_of
from tests.matrix import LINES, address
from tests.signing_in import sign_in
from tests.test_matrix import patterns as addresses
from tests.thorough import also
from tests.world import build_world

TIMES = int(os.environ.get("FUZZ_TIMES", "1"))
SLOW = 2.0  # seconds of CPU time
FORM = "application/x-www-form-urlencoded"
# Parameters that the code reads from requests; pages need not show all of them.
ASKED = re.compile(r"""request\.(?:GET|POST)(?:\.get|\.getlist)?[(\[]["']([\w-]+)["']""")
LET_IN = {"ok", "go", "up"}  # responses of the matrix for roles with access
# The least number of requests of a normal run by role, so that the fuzz cannot shrink unnoticed.
LEAST = {"operator": 300, "staff": 750, "manager": 500, "anonymous": 110}


def asked_in_code() -> list[str]:
    return sorted({name for module in modules() for name in ASKED.findall(source_of(module))})


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo everything; like Django's test cases, this does not count as a transaction for durable ones."""
    block: Any = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


class Attack:
    """A user who sends requests, and the faults found; everything written is rolled back."""

    def __init__(self, client: Client) -> None:
        self.client: Any = client
        self.cookies = client.cookies.copy()
        self.number = 0
        self.wrong: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.problem: Any = None
        self.slowest = 0.0

    def notice(self, *args: Any, **kwargs: Any) -> None:
        """Record the exception of a view."""
        self.problem = sys.exc_info()[1]

    def send(self, method: str, where: str, body: bytes = b"", kind: str = FORM, **headers: str) -> Any:
        """Send one request, and record what is wrong with its response."""
        self.client.cookies = self.cookies.copy()
        self.problem = None
        got_request_exception.connect(self.notice)
        gc.disable()  # collecting the garbage of previous requests does not count
        begun = time.thread_time()
        with rolled_back():
            response = self.client.generic(method, where, body, kind, **headers)
            b"".join(response.streaming_content) if response.streaming else response.content
        seconds = time.thread_time() - begun
        gc.enable()
        got_request_exception.disconnect(self.notice)
        self.number += 1
        self.slowest = max(self.slowest, seconds)
        self.statuses[response.status_code] += 1
        if self.number % 25 == 0:
            cache.clear()
        fails = response.status_code >= 500 and urlsplit(where).path != "/health/ready"
        if fails or seconds > SLOW:
            said = f"{self.problem!r:.200}" if fails else f"{seconds:.1f} s"
            self.wrong[f"{method} {where:.120} {headers or ''}: {response.status_code} {said}: {body[:300]!r}"] += 1
        return response


def examples(strategy: st.SearchStrategy[Any], number: int) -> list[Any]:
    """Return this number of examples of a strategy, the same in every run."""
    found: list[Any] = []

    @settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(example: Any) -> None:
        found.append(example)

    draw()
    return found


@pytest.fixture
def world(area, partner, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.ACCOUNT_RATE_LIMITS = False
    with connection.cursor() as cursor:  # slow queries count like slow code
        cursor.execute("SET LOCAL statement_timeout = 5000")
    return build_world(area, partner, manager=cast["manager"], representative=cast["colleague"])


@pytest.fixture
def attack(world, cast) -> Callable[[str], Attack]:
    """Return a function that starts the attack of a user; at the end there may be no faults."""

    def begin(who: str) -> Attack:
        client = Client(raise_request_exception=False)
        user = (
            factories.make_user("Olga Perez", is_superuser=True, is_staff=True) if who == "operator" else cast.get(who)
        )
        if user:
            confirm_address(user)
            sign_in(client, user)
            client.get("/", follow=True)  # which remembers the area in the session
        return Attack(client)

    return begin


def targets(who: str, world: Any, *, whole: bool) -> list[str]:
    """Return the URLs of a world that a role has access to; if not the whole, every third one."""
    found = [address(line, world) for line in LINES if line.answers[who] in LET_IN]
    if who == "operator":
        admin = [f"/{route}" for name, route in addresses() if name.startswith("admin:") and "<" not in route]
        found = [where for where in found if where.startswith("/notices/desk/")] + admin
    return list(dict.fromkeys(found))[:: 1 if whole else 3]


@pytest.mark.long
@pytest.mark.parametrize("who", ["staff", "anonymous", also("manager"), also("operator")])
def test_no_view_fails_or_is_slow_whatever_it_is_sent(attack, world, monkeypatch, who, pytestconfig):
    seen: dict[tuple[str, str], Field] = {}
    whole = pytestconfig.getoption("all") or who == "anonymous"
    remember_fields(monkeypatch, seen)
    mine, everywhere, usual = attack(who), targets(who, world, whole=whole), asked_in_code()
    forms: dict[str, list[ShownForm]] = defaultdict(list)
    asked: dict[str, set[str]] = defaultdict(set)
    shows = set()
    for where in everywhere:
        page = mine.send("GET", where)
        if page.status_code != 405:
            shows.add(where)
        if page.status_code == 200 and page.headers.get("Content-Type", "").startswith("text/html"):
            shown, links = read_page(where, page.content.decode())
            for form in shown:
                forms[form.path].append(form)
            for path, found in links.items():
                asked[path] |= found
    spoils = iter(examples(values.spoils, 4 * len(everywhere) * TIMES))
    for time_around, where in product(range(TIMES), everywhere):
        gets = [form.fields for form in forms[where] if form.method == "get"]
        posts = [form.fields for form in forms[where] if form.method == "post"]
        names = sorted(asked[where]) or usual
        if where in shows:
            spoil = next(spoils)
            query = spoil.query([*max(gets, key=len, default=[]), *((name, "1") for name in names)])
            mine.send("GET", f"{where}?{query}", **spoil.headers)
        if posts or where not in shows:
            spoil = next(spoils)
            body = max(posts, key=len, default=[(name, "1") for name in usual])
            mine.send("POST", where, spoil.form(body), **spoil.headers)
            for turn in range(0 if time_around else 2):
                mine.send("POST", where, values.numbers(body, turn))
    for spoil, where in zip(spoils, everywhere[:: max(1, len(everywhere) // 40)] * TIMES, strict=False):
        mine.send("GET", spoil.address(where))
    print(who, mine.number, dict(mine.statuses), f"{mine.slowest:.2f} s")  # noqa: T201
    assert mine.wrong == Counter()
    assert mine.number >= LEAST[who] // (1 if whole else 3)
    assert unbounded(seen) == set()


def remember_fields(monkeypatch: Any, seen: dict[tuple[str, str], Field]) -> None:
    """Record every field of every bound form."""
    usual = BaseForm.full_clean

    def full_clean(form: Any) -> None:
        if form.is_bound:
            seen.update(
                ((f"{type(form).__module__}.{type(form).__name__}", name), field) for name, field in form.fields.items()
            )
        usual(form)

    monkeypatch.setattr(BaseForm, "full_clean", full_clean)


def unbounded(seen: dict[tuple[str, str], Field]) -> set[tuple[str, str]]:
    """Return the fields of our forms that accept text of any length."""
    return {
        key
        for key, field in seen.items()
        if key[0].startswith(("onestop", "partners")) and isinstance(field, CharField) and field.max_length is None
    }


def test_no_file_breaks_an_import(attack, world):
    mine = attack("staff")
    where = f"/areas/{world.area}/imports/add/"
    files = st.tuples(
        st.sampled_from(values.FILES),
        st.sampled_from(values.FILE_NAMES),
        st.sampled_from(("partners", "services", "terms", "presence", "x\0")),
    )
    for content, name, kind in examples(files, 30 * TIMES):
        mine.client.cookies = mine.cookies.copy()
        with rolled_back():
            begun = time.thread_time()
            response = mine.client.post(where, {"kind": kind, "file": SimpleUploadedFile(name, content)})
        assert (response.status_code < 500, time.thread_time() - begun < SLOW) == (True, True), (name, content[:80])
    for body in (
        b"",
        b"--x\r\n",
        b'--x\r\nContent-Disposition: form-data; name="a\0"\r\n\r\n\xff\r\n--x--',
        b"\xff" * 2000,
    ):
        for kind in (
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/json",
            "text/plain; charset=nope",
        ):
            mine.send("POST", where, body, kind)
    assert mine.wrong == Counter()
