"""Spanish texts of the sample, and a service that is closed for a while."""

from onestop.history.reading import changes_of
from partners.models import Service, ServiceText
from partners.upkeep.service_texts import behind
from tests.partners.sample.contents.conftest import TODAY


def test_some_services_have_a_spanish_text_and_one_is_behind(riverbend):
    texts = ServiceText.objects.filter(service__partnership__area=riverbend)
    assert texts.count() == 5
    [late] = texts.behind()
    [part] = behind(late, late.service)
    assert part.name == "description"
    assert "$5,000" in part.english_then
    assert "$6,500" in part.english
    assert late.is_stale(TODAY)
    assert texts.fresh(TODAY).count() == 4


def test_a_service_is_closed_for_a_while(riverbend):
    [service] = Service.objects.filter(partnership__area=riverbend, is_paused=True)
    assert "July 1" in service.paused_note
    assert any("Temporarily closed" in str(change.parts) for change in changes_of(service)[:5])
