"""The read API does what its description says: requests made up by schemathesis, valid and not."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase
from hypothesis import settings as examples
from schemathesis.config import SchemathesisConfig

from partners.hsds import openapi
from partners.importing.hsds import ids
from partners.models import LocalArea
from tests.partners.hsds.network import fill


@pytest.fixture
def api(area: LocalArea, settings: Any) -> Iterator[Any]:
    """The description, with a known id for each address of one thing."""
    settings.ACCOUNT_RATE_LIMITS = False
    settings.ALLOWED_HOSTS = ["*"]
    settings.SECURE_SSL_REDIRECT = False
    full = fill(area)
    known = {
        "services": ids.uuid_of(ids.SERVICE, full.pk),
        "organizations": ids.uuid_of(ids.ORGANIZATION, full.partnership.organization_id),
        "locations": ids.uuid_of(ids.LOCATION, full.locations.all()[0].pk),
        "service_at_locations": ids.uuid_of(ids.AT_LOCATION, full.location_links.all()[0].pk),
    }
    document = openapi.document()
    document["servers"] = [{"url": "/api/hsds"}]
    for name, key in known.items():
        document["paths"][f"/{name}/{{id}}"]["get"]["parameters"][0]["example"] = key
    # Requests must not close the connection, whose transaction holds the rows of the test.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield document
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.long
def test_the_api_does_what_its_description_says(api: Any) -> None:
    schema = schemathesis.openapi.from_dict(api, config=SchemathesisConfig())
    schema.app = get_wsgi_application()
    seen = set()
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        seen.add(operation.path)
        _try(operation)
    assert len(seen) == 10


def _try(operation: Any) -> None:
    from hypothesis import given

    @examples(
        max_examples=6, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity"})

    check()
