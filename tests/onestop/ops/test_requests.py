"""Request numbers, headers, and logs without personal data."""

import json
import logging
import sys

import pytest

from onestop.ops.logs import JsonFormatter
from onestop.ops.requests import current_request_id


def line(message, *args, **fields):
    record = logging.LogRecord("portal", logging.INFO, "", 1, message, args, None)
    record.fields = fields
    return json.loads(JsonFormatter().format(record))


def test_the_number_of_the_proxy_is_used(client):
    assert client.get("/health/live", headers={"X-Request-ID": "abc-12345"})["X-Request-ID"] == "abc-12345"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "new\nline-is-evil", "<script>alert</script>"])
def test_an_invalid_number_is_replaced(client, given):
    assert len(client.get("/health/live", headers={"X-Request-ID": given})["X-Request-ID"]) == 32


def test_the_number_is_in_the_log_only_during_the_request():
    token = current_request_id.set("abc-12345")
    assert line("hello")["request"] == "abc-12345"
    current_request_id.reset(token)
    assert "request" not in line("hello")


@pytest.mark.django_db
def test_a_log_line_has_the_route_and_never_the_path(client, caplog):
    with caplog.at_level(logging.INFO, "onestop.ops.requests"):
        client.get("/account/password/reset/key/7-secret/?q=ada@example.org")
    [record] = caplog.records
    line = JsonFormatter().format(record)
    assert "secret" not in line
    assert "ada" not in line
    assert record.fields["status"] in {200, 302, 404}
    assert record.fields["method"] == "GET"


def test_no_email_address_is_logged():
    assert line("sent to %s", "Ada.Lovelace+x@example.co.uk")["message"] == "sent to (e-mail)"


def test_no_row_of_a_constraint_violation_is_logged():
    message = "duplicate key\nDETAIL:  Key (name)=(Ada Lovelace) already exists."
    try:
        raise ValueError(message)
    except ValueError:
        record = logging.LogRecord("portal", logging.ERROR, "", 1, "failed", (), sys.exc_info())
    line = JsonFormatter().format(record)
    assert "Lovelace" not in line
    assert "duplicate key" in line


def test_security_headers_are_strict(client):
    answer = client.get("/health/live")
    policy = answer["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "object-src 'none'"):
        assert part in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
