"""The response of every URL of the portal for every role, and that no other role writes anything.

A new URL fails here until the table of its app (``tests.matrix``) has a line for it.
"""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.safestring import SafeString
from pytest_django import DjangoDbBlocker

from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import User
from onestop.ops import errors
from partners.models import LocalArea, Partnership, Role
from tests import factories, hostile
from tests.caching import assert_kept_from_caches
from tests.markup import unpaired_tags
from tests.matrix import LINES, ROLES, ROLES_ELSEWHERE, SHARED, WHOLE, Line, address
from tests.signing_in import sign_in
from tests.standing import Standing, made_once
from tests.thorough import also
from tests.world import FOR_ALL, build_world

pytestmark = pytest.mark.long
FEW = ("staff", "manager", "anonymous")  # who stand for all roles where the matrix is repeated
FIRST = (*FEW, "nobody")  # who differ most in what they see and may do
WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# Tables of sessions, which any request may write.
OF_SESSIONS = {"django_session", "usersessions_usersession"}


class Faults(list[str]):
    """The faults found while requesting all URLs."""


SHOWN = {line.name for line in LINES if line.method == "GET"}


def patterns(resolver: Any = None, namespace: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name (or the route, if it has no name) and the route of every URL pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, inner, here)
        elif isinstance(pattern, URLPattern):
            yield (f"{namespace}{pattern.name}" if pattern.name else f"/{here}"), here


def answer_of(response: Any) -> str:
    """Return the response in the notation of the table."""
    code = response.status_code
    if code in (301, 302):
        return "in" if response["Location"].startswith("/account/login/?next=") else "go"
    if str(response.wsgi_request.path) == "/health/ready" and code in (200, 503):
        return "up"
    return {200: "ok", 403: "no", 404: "--", 405: "xx"}.get(code, str(code))


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    cache.clear()


@pytest.fixture(scope="module")
def operator_of_module(standing_of_module: Standing, django_db_blocker: DjangoDbBlocker) -> Iterator[User]:
    """The superuser; from then on, all that people have typed is hostile."""

    def make() -> User:
        operator = factories.make_user("Olga Perez", is_superuser=True, is_staff=True)
        for user in (*standing_of_module.cast.values(), operator):
            confirm_address(user)
        hostile.fill()
        return operator

    with made_once(django_db_blocker, make) as made:
        yield made


@pytest.fixture
def area(standing: Standing) -> LocalArea:
    return standing.area


@pytest.fixture
def other_area(standing: Standing) -> LocalArea:
    return standing.other_area


@pytest.fixture
def partner(standing: Standing) -> Partnership:
    return standing.partner


@pytest.fixture
def people(operator_of_module: User, standing: Standing) -> dict[str, User | None]:
    """A user of each role."""
    return standing.cast | {"operator": operator_of_module, "anonymous": None}


@pytest.fixture
def here(standing: Standing) -> Any:
    """The objects of the users' own area."""
    return standing.world


@pytest.fixture
def elsewhere(other_area, people) -> Any:
    """The objects of an area to which no user has access."""
    [partnership] = other_area.partnerships.all()
    return build_world(other_area, partnership, manager=people["stranger"], representative=None)


@pytest.fixture
def people_of_all_roles(people: Any, area: Any, partner: Any) -> Any:
    """In addition, somebody with the seats of all roles."""
    people["all roles"] = everybody = factories.make_user("Alma Ross")
    confirm_address(everybody)
    take_all_seats(everybody, area, partner)
    return people


def take_all_seats(user: User, area: LocalArea, partner: Partnership) -> None:
    """Give a user a seat of each role."""
    places: list[tuple[Role, Any]] = [
        (Role.STATE, area.state),
        (Role.STAFF, area),
        (Role.BOARD, area),
        (Role.MANAGER, partner),
    ]
    for role, place in [*places, (Role.REPRESENTATIVE, partner), (Role.MANAGER, partner.organization)]:
        factories.seat(role, place, user)


@pytest.fixture
def sibling_area(area: Any, partner: Any) -> Any:
    """An area of the same state in which the same organization is a partner, and the users of that partner."""
    sibling = factories.make_area(state=area.state, name="Downriver", slug="downriver")
    factories.make_partnership(sibling, organization=partner.organization)
    return sibling


@pytest.fixture
def people_of_sibling(people: Any, sibling_area: Any) -> Any:
    """Staff, board and users of the shared organization in the sibling area, and a manager of the organization."""
    [partnership] = sibling_area.partnerships.all()
    places: dict[str, tuple[Role, Any]] = {
        "sibling staff": (Role.STAFF, sibling_area),
        "sibling board": (Role.BOARD, sibling_area),
        "sibling manager": (Role.MANAGER, partnership),
        "sibling representative": (Role.REPRESENTATIVE, partnership),
        "whole": (Role.MANAGER, partnership.organization),
    }
    found = {key: factories.seat(role, place) for key, (role, place) in places.items()}
    found["sibling all roles"] = everybody = factories.make_user("Alma Ross")
    for role in (key for key in places if key.startswith("sibling ")):
        factories.seat(*places[role], everybody)
    for user in found.values():
        confirm_address(user)
    people |= found
    return people


@pytest.fixture
def few_error_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Render the error pages of each user once: of all the others, only the status is looked at."""
    rendered, in_frame = set(), errors._in_frame

    def once(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
        page = (request.user.pk, template)
        if page in rendered:
            return HttpResponse(status=status)
        rendered.add(page)
        return in_frame(request, template, context, status)

    monkeypatch.setattr(errors, "_in_frame", once)


@pytest.fixture
def without_pages(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Render pages only for those who differ most in what they see: of all others, only the status is looked at."""
    who = request.node.callspec.params.get("who") if hasattr(request.node, "callspec") else None
    if not (request.node.originalname.startswith("test_every_role") and who in FIRST):
        monkeypatch.setattr(Template, "render", lambda *_args, **_kwargs: SafeString("<p></p>"))


@pytest.fixture
def ask(people, few_error_pages, without_pages):
    """Return a function that requests the URL of a line as a user; everything written is rolled back."""
    cookies: dict[str, Any] = {}
    client = Client()  # one, since each loads all middleware

    def ask(who: str, line: Line, world: Any) -> tuple[str, set[str]]:
        user = people[who]
        if who not in cookies:
            client.cookies = SimpleCookie()
            if user:
                sign_in(client, user)
                client.get("/", follow=True)  # which remembers the area in the session
            cookies[who] = client.cookies
        client.cookies = cookies[who].copy()
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            response = client.generic(line.method, address(line, world), b"", "application/x-www-form-urlencoded")
            transaction.set_rollback(True)
        cache.clear()
        assert_kept_from_caches(response, is_signed_in=user is not None)
        written = {found[1] for query in queries if (found := WRITES.match(query["sql"]))}
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            assert unpaired_tags(response.content.decode()) == [], line.name
            assert hostile.traces(response.content.decode()) == [], line.name
        return answer_of(response), written - OF_SESSIONS

    return ask


@pytest.fixture
def lines(request: pytest.FixtureRequest) -> list[Line]:
    """The lines with which the matrix is repeated for further people: without ``--all``, each URL by one method."""
    return LINES if request.config.getoption("all") else list({line.name: line for line in LINES}.values())


def test_every_url_has_a_line():
    named = {name for name, _ in patterns() if not name.startswith(("admin:", "/admin/"))}
    told = {line.name for line in LINES}
    assert named - told == set(), "these URLs need a line in the table"
    assert told - named == set(), "these URLs do not exist"


def lines_of(who: str, *, whole: bool) -> Iterator[Line]:
    """Yield the lines to request as a role; unless ``whole``, most roles send a form and do not open it before."""
    sent = {line.name for line in LINES if line.method == "POST"}
    for line in LINES:
        if whole or who in FEW or not (line.method == "GET" and line.name in sent):
            yield line


@pytest.mark.parametrize("who", ROLES)
def test_every_role_gets_the_responses_of_the_table_in_its_own_area(request, ask, here, who):
    wrong = Faults()
    for line in lines_of(who, whole=request.config.getoption("all")):
        answer, written = ask(who, line, here)
        if answer != line.answers[who]:
            wrong.append(f"{line.method} {line.name}: {answer}, expected {line.answers[who]}")
        if written and (line.method == "GET" or answer not in ("ok", "go")):
            wrong.append(f"{line.method} {line.name}: wrote {written} while answering {answer}")
    assert wrong == []


@pytest.mark.parametrize("who", ["all roles", "anonymous", *(also(who) for who in ROLES if who != "anonymous")])
def test_objects_of_another_area_are_not_found(ask, lines, elsewhere, people_of_all_roles, who):
    wrong = Faults()
    for line in lines:
        if not line.parts or FOR_ALL.intersection(line.parts):
            continue
        expected = line.answers[who] if who in ("operator", "anonymous") else "--"
        answer, written = ask(who, line, elsewhere)
        if answer != expected:
            wrong.append(f"{line.method} {line.name}: {answer}, expected {expected}")
        if written and answer not in ("ok", "go"):
            wrong.append(f"{line.method} {line.name}: wrote {written} while answering {answer}")
    assert wrong == []


@pytest.mark.parametrize("who", ["all roles", *(also(who) for who in ROLES_ELSEWHERE)])
def test_roles_in_another_area_of_the_same_organization_give_no_access_here(ask, lines, here, people_of_sibling, who):
    wrong = Faults()
    for line in lines:
        if not line.parts or FOR_ALL.intersection(line.parts):
            continue
        answers = SHARED.get((line.name, line.method), {})
        allowed = set(answers.values()) if who == "all roles" else {answers.get(who)}
        expected = next((answer for answer in ("ok", "go", "no") if answer in allowed), "--")
        answer, written = ask(f"sibling {who}", line, here)
        if answer != expected:
            wrong.append(f"{line.method} {line.name}: {answer}, expected {expected}")
        if written and answer not in ("ok", "go"):
            wrong.append(f"{line.method} {line.name}: wrote {written} while answering {answer}")
    assert wrong == []


def test_a_manager_of_the_whole_organization_is_a_manager_in_each_area(ask, lines, here, people_of_sibling):
    wrong = Faults()
    for line in lines:
        if line.answers["manager"] == line.answers["neighbor"]:
            continue
        expected = WHOLE.get(line.name, line.answers["manager"])
        if (answer := ask("whole", line, here)[0]) != expected:
            wrong.append(f"{line.method} {line.name}: {answer}, expected {expected}")
    assert wrong == []


def test_an_ended_seat_gives_no_access(ask, lines, here, people, area, partner):
    """A user whose seats of all roles have ended is like a user without a seat."""
    former = people["former"] = factories.make_user("Ford Gone")
    confirm_address(former)
    take_all_seats(former, area, partner)
    former.memberships.update(ended_at=timezone.now())
    wrong = Faults()
    for line in lines:
        if len(set(line.answers.values())) == 1:
            continue
        if (answer := ask("former", line, here)[0]) != line.answers["nobody"]:
            wrong.append(f"{line.method} {line.name}: {answer}, expected {line.answers['nobody']}")
    assert wrong == []


@pytest.mark.parametrize("who", ["neighbor", also("board"), also("colleague")])
def test_staff_of_another_area_have_only_the_access_of_their_seat_here(ask, lines, here, people, other_area, who):
    """A user with a seat in this area who is staff in another one writes no more than with this seat alone."""
    factories.seat(Role.STAFF, other_area, people[who])
    wrong = Faults()
    for line in lines:
        if line.answers[who] == line.answers["staff"]:
            continue
        answer, written = ask(who, line, here)
        if answer != line.answers[who]:
            wrong.append(f"{line.method} {line.name}: {answer}, expected {line.answers[who]}")
        if written and answer not in ("ok", "go"):
            wrong.append(f"{line.method} {line.name}: wrote {written} while answering {answer}")
    assert wrong == []


def test_views_for_post_do_not_allow_get(ask, here):
    for line in LINES:
        if line.name not in SHOWN:
            answer, written = ask("operator", Line(line.name, line.parts, "GET", {}), here)
            assert (answer, written) == ("xx", set()), line.name


def test_views_for_get_write_nothing(ask, here):
    acting = {line.name for line in LINES if line.method == "POST"}
    for line in LINES:
        if line.name not in acting:
            answer, written = ask("operator", Line(line.name, line.parts, "POST", {}), here)
            assert (answer in ("ok", "go", "--", "xx"), written) == (True, set()), (line.name, answer)


@pytest.mark.parametrize(
    ("who", "answers"), [("operator", {"ok", "go", "no", "xx"}), ("staff", {"go", "no"}), ("anonymous", {"go", "in"})]
)
def test_only_the_operator_may_use_the_administration(ask, here, who, answers):
    for name, route in patterns():
        if name.startswith("admin:") and "<" not in route:
            answer, written = ask(who, Line(name, (), "GET", {}), here)
            assert (name, answer in answers or answer, written) == (name, True, set())
