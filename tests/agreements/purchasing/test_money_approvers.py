"""The right to approve money: who gives it to whom, who sees it, and how it ends."""

import pytest

from agreements.approvers import rights
from agreements.approvers.rights import CannotGiveRight
from agreements.models import MoneyApprover
from agreements.rules import holds_money_right
from onestop.notices.models import Notice
from partners.models import Membership, Role
from tests import factories
from tests.agreements.purchasing.purchase_world import NOW, at, words
from tests.at_once import second_waits_for


def holds(user, area, partner=None) -> bool:
    return holds_money_right(user, area=area.pk, partnership=partner.pk if partner else None)


def test_staff_get_the_right_for_the_area_and_managers_for_their_partner(area, partner, cast):
    rights.give_right(area, user=cast["staff"], by=cast["state"], at=NOW)
    rights.give_right(partner, user=cast["manager"], by=cast["staff"], at=NOW)
    assert holds(cast["staff"], area)
    assert holds(cast["manager"], area, partner)
    assert not holds(cast["manager"], area)


def test_a_manager_of_the_whole_organization_can_get_it(partner, cast):
    whole = factories.seat(Role.MANAGER, partner.organization, name="Whole Manager")
    assert rights.give_right(partner, user=whole, by=cast["staff"], at=NOW)


@pytest.mark.parametrize(
    ("where", "who"),
    [("area", "manager"), ("area", "board"), ("area", "outsider"), ("partner", "colleague"), ("partner", "neighbor"),
     ("partner", "staff")],
)  # fmt: skip
def test_nobody_else_can_get_it(area, partner, cast, where, who):
    place = {"area": area, "partner": partner}[where]
    with pytest.raises(CannotGiveRight, match="Only") as refused:
        rights.give_right(place, user=cast[who], by=cast["state"], at=NOW)
    assert refused.value.field == "user"


def test_nobody_gives_it_to_themselves_or_twice(area, cast):
    with pytest.raises(CannotGiveRight, match="themselves"):
        rights.give_right(area, user=cast["staff"], by=cast["staff"], at=NOW)
    rights.give_right(area, user=cast["staff"], by=cast["state"], at=NOW)
    with pytest.raises(CannotGiveRight, match="already"):
        rights.give_right(area, user=cast["staff"], by=cast["state"], at=NOW)


def test_a_withdrawn_right_can_be_given_again(area, cast):
    right = rights.give_right(area, user=cast["staff"], by=cast["state"], at=NOW)
    rights.withdraw_right(right, by=cast["state"], at=NOW)
    assert not holds(cast["staff"], area)
    with pytest.raises(CannotGiveRight, match="withdrawn already"):
        rights.withdraw_right(right, by=cast["state"], at=NOW)
    rights.give_right(area, user=cast["staff"], by=cast["state"], at=NOW)
    assert holds(cast["staff"], area)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_withdraw_it_the_second_is_told(area, cast):
    right = factories.make_money_approver(area, cast["staff"])
    outcome = second_waits_for(
        lambda: rights.withdraw_right(right, by=cast["state"], at=NOW),
        lambda: rights.withdraw_right(MoneyApprover.objects.get(pk=right.pk), by=None, at=NOW),
    )
    assert isinstance(outcome, CannotGiveRight)
    assert MoneyApprover.objects.get().ended_by == cast["state"]


# ---------------------------------------------------------------- The pages
def test_staff_give_and_withdraw_it_on_the_page(as_, area, partner, cast):
    client = as_("staff")
    assert "Nobody may approve money yet" in words(client.get(at("money_approvers", area.slug)))
    sent = {"place": f"partner-{partner.pk}", "user": cast["manager"].pk}
    answer = client.post(at("money_approver_add", area.slug), sent, follow=True)
    assert "Joel Abara may now approve money." in words(answer)
    right = MoneyApprover.objects.get()
    assert "Withdraw the right of Joel Abara" in words(client.get(at("money_approver_withdraw", right.pk)))
    answer = client.post(at("money_approver_withdraw", right.pk), follow=True)
    assert "can no longer approve money" in words(answer)
    answer = client.post(at("money_approver_withdraw", right.pk), follow=True)
    assert "This right was withdrawn already." in words(answer)


def test_the_form_says_why_it_refuses(as_, area, partner, cast):
    client, url = as_("staff"), at("money_approver_add", area.slug)
    assert "Nobody gives this right to themselves" in words(
        client.post(url, {"place": "area", "user": cast["staff"].pk})
    )
    assert "Only One-Stop staff" in words(client.post(url, {"place": "area", "user": cast["manager"].pk}))
    assert "Choose a person of the list." in words(client.post(url, {"place": "area", "user": cast["outsider"].pk}))


def test_a_manager_gives_it_for_their_own_partner_only(as_, area, partner, neighbor_partner, cast):
    second = factories.seat(Role.MANAGER, partner, name="Second Manager")
    client, url = as_("manager"), at("money_approver_add", area.slug)
    form = client.get(url).context["form"]
    assert list(form.places) == [f"partner-{partner.pk}"]
    assert set(form.fields["user"].queryset) == {cast["manager"], second}
    theirs = {"place": f"partner-{neighbor_partner.pk}", "user": cast["neighbor"].pk}
    assert client.post(url, theirs).status_code == 200
    assert not MoneyApprover.objects.exists()
    client.post(url, {"place": f"partner-{partner.pk}", "user": second.pk})
    assert MoneyApprover.objects.get().user == second


def test_each_sees_the_rights_that_concern_them(as_, area, partner, neighbor_partner, cast, queries_of):
    own = factories.make_money_approver(partner, cast["manager"])
    of_area = factories.make_money_approver(area, cast["staff"])
    theirs = factories.make_money_approver(neighbor_partner, cast["neighbor"])

    def listed(who: str, **query) -> set[MoneyApprover]:
        page = as_(who).get(at("money_approvers", area.slug), query).context["table"].page
        return {row.record for row in page.object_list}

    assert listed("staff") == listed("state") == {own, of_area, theirs}
    assert listed("manager") == {own}
    assert listed("staff", q="crosswalk") == {theirs}
    Membership.objects.filter(user=cast["neighbor"]).update(ended_at=NOW)
    rights.withdraw_right(of_area, by=cast["state"], at=NOW)
    assert listed("staff", state="holds") == {own}
    assert listed("staff", state="lost") == {theirs}
    assert listed("staff", state="ended") == {of_area}
    page = words(as_("staff").get(at("money_approvers", area.slug)))
    assert "No longer has the seat" in page
    assert "Withdrawn Nov 2, 2026" in page
    export = as_("staff").get(at("money_approvers", area.slug), {"export": "csv"})
    assert export.status_code == 200


def test_the_list_costs_the_same_for_1_and_10(as_, area, partner, queries_of):
    client, url = as_("staff"), at("money_approvers", area.slug)
    factories.make_money_approver(partner, factories.seat(Role.MANAGER, partner, name="First"))
    client.get(url)
    few = queries_of(lambda: client.get(url))
    for number in range(9):
        factories.make_money_approver(partner, factories.seat(Role.MANAGER, partner, name=f"Manager {number}"))
    assert queries_of(lambda: client.get(url)) == few


# ---------------------------------------------------------------- Who is told
def told(user) -> list[str]:
    return list(Notice.objects.filter(recipient=user, status="queued").order_by("pk").values_list("subject", flat=True))


def test_the_person_is_told_that_they_have_the_right_and_that_it_is_withdrawn(area, partner, cast):
    name = partner.organization.name
    right = rights.give_right(partner, user=cast["manager"], by=cast["staff"], at=NOW)
    assert told(cast["manager"]) == [f"You may now approve money for {name}"]
    notice = Notice.objects.get()
    assert f"{cast['staff'].name} gave you the right to approve money for {name}" in " ".join(notice.text.split())
    assert at("money_approvers", area.slug) in notice.text
    assert "\n\n\n" not in notice.text
    rights.withdraw_right(right, by=cast["staff"], at=NOW)
    assert told(cast["manager"]) == [f"You can no longer approve money for {name}"]
    assert "What you approved before stays approved." in Notice.objects.latest("pk").text
    assert "\n\n\n" not in Notice.objects.latest("pk").text
    rights.give_right(partner, user=cast["manager"], by=None, at=NOW)
    assert told(cast["manager"])[1:] == [f"You may now approve money for {name}"]


def test_whoever_gives_back_their_own_right_is_not_told(area, cast):
    right = rights.give_right(area, user=cast["staff"], by=cast["state"], at=NOW)
    rights.withdraw_right(right, by=cast["staff"], at=NOW)
    assert told(cast["staff"]) == []
