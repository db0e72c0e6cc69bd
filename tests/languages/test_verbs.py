"""What a verb writes from a page in Spanish is in English; what it refuses is said in Spanish."""

import re
from typing import Any

import pytest
from django.utils import translation

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.ui.sentences import retold as _
from tests import factories
from tests.languages.texts import MARK, RETOLD
from tests.servers import ROOT

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
    with translation.override(language), pytest.raises(Refused) as refusal:
        rename(user, refuse=True)
    with translation.override(language):
        assert str(refusal.value) == words
    user.refresh_from_db()
    assert user.job_title == "Director"


def test_other_errors_are_raised_as_they_are():
    with translation.override("es"), pytest.raises(ZeroDivisionError):
        fail()


def test_a_verb_that_refuses_runs_once():
    runs = []

    @recorded
    def refuse(*, by: Any = None) -> None:
        runs.append(by)
        raise Refused(_("Find a service"))

    with translation.override("es"), pytest.raises(Refused):
        refuse()
    assert len(runs) == 1


def verb_modules() -> dict[str, str]:
    """The source of each module of verbs that a view in languages imports."""
    found = {}
    for app in ("onestop", "partners", "agreements", "meetings"):
        for view in (ROOT / app).rglob("views/*.py"):
            if not MARK.search(source := view.read_text()):
                continue
            for package, names in re.findall(r"^from ([\w.]+) import \(?([^()\n]+)", source, re.MULTILINE):
                for module in (package, *(f"{package}.{name.split(' as ')[0].strip()}" for name in names.split(","))):
                    path = ROOT / f"{module.replace('.', '/')}.py"
                    if path.is_file() and "@recorded" in (text := path.read_text()):
                        found[module] = text
    return found


def test_verbs_behind_pages_in_spanish_write_refusals_that_can_be_said_again():
    found = verb_modules()
    assert {"partners.upkeep.proposals", "partners.upkeep.services", "meetings.room.check_in"} <= found.keys()
    refusing = {name for name, source in found.items() if re.search(r"raise \w+\(\s*_\(", source)}
    assert [name for name in sorted(refusing) if RETOLD not in found[name]] == []
