"""How a model of any app says what its history reads like."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import models
from django.utils.timezone import now

from onestop.history import acts, describing
from onestop.history.acts import Part, Verb, register_verb
from onestop.history.reading import changes_of
from partners.models import Center, Listing, Service
from partners.upkeep import services
from tests import factories


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        (models.DecimalField(max_digits=14, decimal_places=2), Decimal("1234.5"), "$1,234.50"),
        (models.DecimalField(max_digits=14, decimal_places=2), Decimal("-0.05"), "-$0.05"),
        (models.DecimalField(max_digits=9, decimal_places=4), Decimal("1.2500"), "1.2500"),
        (models.JSONField(), {"hours": 12, "days": ["Mon", "Tue"]}, "hours: 12; days: Mon, Tue"),
        (models.JSONField(), {"paid": True}, "paid: Yes"),
        (models.JSONField(), {"left": None}, "left: "),
    ],
)
def test_money_and_json_are_shown_in_words(column: Any, value: Any, words: str):
    assert describing.Describer({})._text(column, value) == words


def test_a_model_has_verbs_silent_columns_and_a_page_of_its_own(partner, cast, monkeypatch):
    """As a table of another app would declare them."""
    register_verb("priced", Verb("cash", "set the price of this %(thing)s", "set the price of %(name)s", "good"))
    priced = staticmethod(lambda old, new: "priced" if old is not None and old.cost != new.cost else "")
    monkeypatch.setattr(Service, "history_verb", priced, raising=False)
    monkeypatch.setattr(Service, "history_silent", ("keywords",), raising=False)
    monkeypatch.setattr(Service, "get_absolute_url", lambda self: f"/elsewhere/{self.pk}/", raising=False)
    service = factories.make_service(partner, cost="Free")
    services.update_service(service, facts={"cost": "$5", "keywords": ["fee"]}, by=cast["staff"], at=now())
    change = changes_of(service)[0]
    assert (change.verb, change.icon, change.kind) == ("priced", "cash", "good")
    [part] = change.parts
    assert part.heading == "set the price of this service"
    assert part.url == f"/elsewhere/{service.pk}/"
    assert [label for label, _, _ in part.fields] == ["Cost"]
    del acts.VERBS["priced"]


def test_without_a_page_of_its_own_a_thing_is_linked_by_the_name_of_its_app():
    assert describing._address(Center, SimpleNamespace(pgh_obj_id=7)) == "/centers/7/"
    assert describing._address(Listing, SimpleNamespace(pgh_obj_id=7)) == ""


def test_every_verb_reads_as_a_sentence_about_the_thing_itself_and_about_another():
    for code, verb in acts.VERBS.items():
        own, other = (Part(code, "service", "GED classes", is_own=is_own).heading for is_own in (True, False))
        assert own, verb
        assert other.endswith("GED classes"), verb
