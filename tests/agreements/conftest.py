"""Fixtures of agreements: one that can be sent, one that was sent, and the link of the mayor."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agreements.models import SigningLink
from tests.agreements.signing_world import NOW, Signing, make_signing


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def signing(area, partner, cast) -> Signing:
    return make_signing(area, partner, cast["staff"], cast["manager"], NOW)


@pytest.fixture
def sent(signing) -> Signing:
    signing.send(message="Please read clause 1.", sign_by=timezone.localdate(NOW) + timedelta(days=21))
    return signing


@pytest.fixture
def link(sent) -> SigningLink:
    return sent.link_of("Mayor of Millpond")
