"""Error pages."""

import errno

import psycopg2
import pytest
import redis
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from onestop.ops import errors
from onestop.urls import handler400, handler403, handler404, handler500  # noqa: F401 -- Django reads them here
from onestop.urls import urlpatterns as every_page


def away(code):
    # Only the C library can set the code of the real exception.
    cause = type("FakeProblem", (psycopg2.OperationalError,), {"pgcode": code})()
    try:
        raise OperationalError("server closed the connection") from cause
    except OperationalError as problem:
        return problem


PROBLEMS = {
    "bad": BadRequest("no"),
    "forbidden": PermissionDenied("Only One-Stop staff of this area may archive a partner."),
    "forbidden-without-words": PermissionDenied(),
    "broken": ValueError("Ada Lovelace, 555-0100"),
    "database-away": away(None),
    "database-restarts": away("57P01"),
    "deadlock": away("40P01"),
    "disk-full": OSError(errno.ENOSPC, "No space left on device"),
    "database-disk-full": away("53100"),
    "redis-away": redis.ConnectionError("refused"),
}


def fail(request, name):
    raise PROBLEMS[name]


def accept(request):
    return HttpResponse("accepted")


urlpatterns = [*every_page, path("fail/<name>", fail), path("accept", accept)]
pytestmark = [pytest.mark.urls(__name__)]


@pytest.fixture
def visitor(django_user_model, db):
    client = Client(raise_request_exception=False)
    client.force_login(django_user_model.objects.create_user("visitor@example.org", name="Vera Visitor"))
    return client


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/fail/bad", 400, "could not read your request"),
        ("/fail/forbidden", 403, "Only One-Stop staff of this area may archive a partner."),
        ("/fail/forbidden-without-words", 403, "Your role does not allow this"),
        ("/nowhere", 404, "Page not found"),
        ("/fail/broken", 500, "Something went wrong on our side"),
        ("/fail/database-away", 503, "unavailable for a moment"),
        ("/fail/database-restarts", 503, "unavailable for a moment"),
        ("/fail/deadlock", 500, "Something went wrong on our side"),
        ("/fail/disk-full", 503, "The server's disk is full"),
        ("/fail/database-disk-full", 503, "The server's disk is full"),
        ("/fail/redis-away", 503, "unavailable for a moment"),
    ],
)
def test_every_error_has_a_page_that_says_what_to_do(visitor, address, status, words):
    answer = visitor.get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert answer["X-Request-ID"] in page
    assert "Lovelace" not in page
    assert 'lang="en' in page


def test_an_outage_sets_retry_after(visitor):
    assert visitor.get("/fail/redis-away")["Retry-After"] == "30"


def test_a_form_without_a_valid_csrf_token_has_a_page(django_user_model, db):
    client = Client(enforce_csrf_checks=True)
    client.force_login(django_user_model.objects.create_user("visitor@example.org", name="Vera Visitor"))
    answer = client.post("/accept", {"name": "x"})
    assert answer.status_code == 403
    assert "This form was open too long" in answer.content.decode()


def test_the_page_of_a_server_error_needs_no_database(rf):
    # Without pytest's "db" every query fails, as in an outage of PostgreSQL.
    answer = errors.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
