"""A manager's service cards: confirm in place, edit in place, confirm all at once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import Partnership, Service
from partners.upkeep import services
from tests import factories

HTMX = {"HX-Request": "true"}


def today():
    return timezone.localdate()


@pytest.fixture
def service(partner: Partnership) -> Service:
    return factories.make_service(partner, name="GED classes", audience="Adults without a diploma", phone="555-0142")


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def card(service: Service, **more: object) -> dict[str, object]:
    return {"card": 1, f"seen-{service.pk}": services.look_of(service), "shown": service.pk} | more


def edited(client, service: Service, **typed: object) -> dict[str, object]:
    """Return what a browser would send from the form in the card, with some fields changed."""
    form = client.get(page("service_mend", service.pk), headers=HTMX).context["form"]
    data: dict[str, object] = {"version": form.version, "card": 1}
    for bound in form:
        if bound.name != "confirm":
            data[bound.html_name] = data[bound.html_initial_name] = bound.value() or ""
    return data | typed


# ---------------------------------------------------------------- Confirming
def test_confirming_swaps_the_card_updates_the_counts_and_adds_the_next_card(as_, partner, service, cast):
    later = [
        factories.make_service(partner, name=f"Class {n}", verified_on=today() - timedelta(days=300 - n))
        for n in (1, 2)
    ]
    answer = as_("manager").post(page("service_verify", service.pk), card(service, things=5), headers=HTMX)
    shown = words(answer)
    assert "<html" not in shown
    assert "Confirmed today" in shown
    assert page("service_unverify", service.pk) in shown
    assert 'id="confirm-left" hx-swap-oob="true"> 2 services left to confirm </span>' in shown
    assert "4 items on your to-do list" in shown
    assert 'hx-swap-oob="innerHTML">GED classes is confirmed. 2 services left to confirm </p>' in shown
    assert "Class 1" in shown
    assert "Class 2" not in shown
    service.refresh_from_db()
    assert (service.verified_on, service.verified_by) == (today(), cast["manager"])
    assert later


def test_undo_restores_the_card(as_, service):
    client = as_("manager")
    client.post(page("service_verify", service.pk), card(service), headers=HTMX)
    shown = words(client.post(page("service_unverify", service.pk), card(service, things=0), headers=HTMX))
    assert page("service_verify", service.pk) in shown
    assert "Adults without a diploma" in shown
    assert "1 item on your to-do list" in shown
    assert Service.objects.get().verified_on is None


def test_an_outdated_card_does_not_confirm(as_, service, cast):
    old = card(service)
    services.update_service(service, facts={"cost": "$20"}, by=cast["staff"], at=timezone.now())
    shown = words(as_("manager").post(page("service_verify", service.pk), old, headers=HTMX))
    assert "This service was just changed. Review it again." in shown
    assert "$20" in shown
    assert Service.objects.get().verified_on is None


def test_confirming_without_script_returns_to_the_first_page(as_, area, service):
    home = reverse("dashboards:home", args=[area.slug])
    assert as_("manager").post(page("service_verify", service.pk), card(service, next=home)).url == home
    assert Service.objects.get().verified_on == today()


def test_the_first_page_shows_three_cards_and_links_to_all(as_, area, partner, service):
    for number in range(4):
        factories.make_service(partner, name=f"Class {number}")
    answer = as_("manager").get(reverse("dashboards:home", args=[area.slug]))
    assert len(answer.context["cards"]) == 3
    assert "5 services left to confirm" in words(answer)
    assert "Review and confirm all 5 services" in words(answer)
    assert page("partnership_confirm", partner.pk) in words(answer)


# ---------------------------------------------------------------- Editing in place
def test_editing_in_the_card_does_not_confirm(as_, service):
    client = as_("manager")
    shown = words(client.post(page("service_mend", service.pk), edited(client, service, hours="Mon"), headers=HTMX))
    assert "Saved. Are the other details still correct?" in shown
    assert page("service_verify", service.pk) in shown
    service.refresh_from_db()
    assert (service.hours, service.audience, service.verified_on) == ("Mon", "Adults without a diploma", None)


def test_editing_in_the_card_confirms_with_the_confirm_box(as_, service, cast):
    client = as_("manager")
    data = edited(client, service, hours="Mon", confirm="on", things=2)
    shown = words(client.post(page("service_mend", service.pk), data, headers=HTMX))
    assert "Saved and confirmed today" in shown
    assert "1 item on your to-do list" in shown
    service.refresh_from_db()
    assert (service.hours, service.verified_by) == ("Mon", cast["manager"])


def test_invalid_input_in_the_card_is_kept_and_its_error_is_shown(as_, service):
    client = as_("manager")
    data = edited(client, service, wait_time="x" * 200, cost="Free")
    shown = words(client.post(page("service_mend", service.pk), data, headers=HTMX))
    assert "Correct 1 error" in shown
    assert "the limit is 120" in shown
    assert 'value="Free"' in shown
    assert Service.objects.get().cost == ""


def test_a_concurrent_edit_is_shown_and_not_overwritten(as_, service, cast):
    client = as_("manager")
    data = edited(client, service, hours="Mon")
    services.update_service(service, facts={"hours": "Tue"}, by=cast["staff"], at=timezone.now())
    shown = words(client.post(page("service_mend", service.pk), data, headers=HTMX))
    assert "Dana Whitcomb saved this while you were editing it" in shown
    assert Service.objects.get().hours == "Tue"


def test_canceling_restores_the_card_unchanged(as_, service):
    client = as_("manager")
    data = edited(client, service, hours="Mon", keep=1)
    shown = words(client.post(page("service_mend", service.pk), data, headers=HTMX))
    assert page("service_verify", service.pk) in shown
    assert Service.objects.get().hours == ""


def test_without_script_the_whole_form_opens_and_no_detail_is_cleared(as_, service):
    for answer in (
        as_("manager").get(page("service_mend", service.pk)),
        as_("manager").post(page("service_mend", service.pk)),
    ):
        assert answer.url == page("service_edit", service.pk)
    assert Service.objects.get().audience == "Adults without a diploma"


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("board", 403), ("neighbor", 403), ("colleague", 403)])
def test_others_cannot_edit_or_confirm(as_, partner, service, who, status):
    assert as_(who).post(page("service_mend", service.pk), {"hours": "Mon"}, headers=HTMX).status_code == status
    assert as_(who).post(page("service_verify", service.pk), card(service), headers=HTMX).status_code == status
    assert as_(who).post(page("partnership_confirm", partner.pk)).status_code == status
    assert Service.objects.get().verified_on is None


# ---------------------------------------------------------------- Confirming all
def test_all_shown_services_are_confirmed_at_once_with_undo(as_, partner, service, cast):
    other = factories.make_service(partner, name="Driving lessons")
    fresh = factories.make_service(partner, name="Fresh classes", verified_on=today())
    client = as_("manager")
    shown = client.get(page("partnership_confirm", partner.pk)).context["cards"]
    assert {one.service for one in shown} == {service, other}
    data = {"pick": [one.service.pk for one in shown]} | {f"seen-{one.service.pk}": one.look for one in shown}
    answer = client.post(page("partnership_confirm", partner.pk), data, follow=True)
    assert "2 services are confirmed." in words(answer)
    assert set(Service.objects.filter(verified_by=cast["manager"])) == {service, other}
    [undo] = [message.extra_tags.removeprefix("undo:") for message in answer.context["messages"]]
    client.post(undo)
    assert list(Service.objects.fresh(today())) == [fresh]


def test_services_changed_since_they_were_shown_are_not_confirmed(as_, partner, service, cast):
    other = factories.make_service(partner, name="Driving lessons")
    data = {"pick": [service.pk, other.pk]} | {f"seen-{one.pk}": services.look_of(one) for one in (service, other)}
    services.update_service(other, facts={"cost": "$20"}, by=cast["staff"], at=timezone.now())
    answer = as_("manager").post(page("partnership_confirm", partner.pk), data, follow=True)
    assert "Review the remaining ones again." in words(answer)
    assert [one.service for one in answer.context["cards"]] == [other]


def test_staff_confirm_for_a_partner(as_, partner, service, cast):
    data = {"pick": service.pk, f"seen-{service.pk}": services.look_of(service)}
    as_("staff").post(page("partnership_confirm", partner.pk), data)
    assert Service.objects.get().verified_by == cast["staff"]


def test_the_page_is_empty_with_nothing_to_confirm(as_, partner):
    assert "Nothing to confirm" in words(as_("manager").get(page("partnership_confirm", partner.pk)))
    answer = as_("manager").post(page("partnership_confirm", partner.pk), follow=True)
    assert "All services were already confirmed." in words(answer)
