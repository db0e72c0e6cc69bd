"""What a verb writes from a page in Spanish is in English; what it refuses is said in Spanish."""

from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from tests import factories

pytestmark = pytest.mark.django_db


@recorded
def rename(user: User, *, refuse: bool = False, by: Any = None) -> None:
    """Store a translated text, or refuse with one after a change."""
    user.job_title = _("Find a service")
    user.save(update_fields=["job_title"])
    if refuse:
        raise Refused(_("Find a service"))


@recorded
def fail(*, by: Any = None) -> None:
    """Fail with an error of ours."""
    raise ZeroDivisionError


def test_a_verb_writes_in_english():
    user = factories.make_user("Ann")
    with translation.override("es"):
        rename(user)
        assert translation.get_language() == "es"
    user.refresh_from_db()
    assert user.job_title == "Find a service"


@pytest.mark.parametrize(("language", "words"), [("es", "Buscar un servicio"), ("en", "Find a service")])
def test_a_verb_refuses_in_the_language_of_the_page_and_changes_nothing(language: str, words: str):
    user = factories.make_user("Ann", job_title="Director")
    with translation.override(language), pytest.raises(Refused, match=words):
        rename(user, refuse=True)
    user.refresh_from_db()
    assert user.job_title == "Director"


def test_other_errors_are_raised_as_they_are():
    with translation.override("es"), pytest.raises(ZeroDivisionError):
        fail()
