"""What rests on one person alone, by function, and what stops if that person leaves."""

import pytest
from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.models import User
from partners.models import LocalArea, Membership, Partnership, Representative, Role
from partners.network.summary import summary_of
from partners.people import single_person_risk
from partners.people.single_person_risk import Function, alone_of, register_stop, risks_of, with_dependence
from tests import factories

NOW = timezone.now()


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def words(answer) -> str:
    return answer.content.decode()


def fetched(partnership: Partnership):
    return with_dependence(Partnership.objects.filter(pk=partnership.pk)).get()


def alone_at(partnership: Partnership, viewer=None) -> dict[str, str]:
    """Return who is alone in each function."""
    return {one.function.value: one.holder.name for one in alone_of(fetched(partnership), viewer)}


# The cast gives the partner a manager (Joel Abara) and a representative with an account (Terrence Okafor).
def test_a_manager_who_does_it_all_but_read_alone_is_named_for_each_function(partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    assert alone_at(partner) == {"signs": "Joel Abara", "attends": "Joel Abara", "edits": "Joel Abara"}


def test_a_second_person_takes_each_risk_away(partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    factories.make_representative(partner, cast["colleague"], kind="alternate")
    assert alone_at(partner) == {"signs": "Joel Abara", "edits": "Joel Abara"}
    Representative.objects.update(is_signatory=True)
    factories.seat(Role.MANAGER, partner, cast["colleague"])
    assert alone_at(partner) == {}


def test_where_nobody_does_it_nobody_is_alone(partner, cast):
    Membership.objects.filter(partnership=partner).update(ended_at=NOW)
    assert alone_at(partner) == {}


def test_who_is_only_invited_does_not_count(partner, cast):
    factories.make_invitation(Role.MANAGER, partner)
    assert alone_at(partner)["edits"] == "Joel Abara"


def test_whose_account_is_switched_off_does_not_count(partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    factories.make_representative(partner, cast["colleague"], kind="alternate", is_signatory=True)
    assert "signs" not in alone_at(partner)
    User.objects.filter(pk=cast["colleague"].pk).update(is_active=False)
    assert alone_at(partner) == dict.fromkeys(Function.values, "Joel Abara")


def test_a_manager_of_the_whole_organization_edits_in_all_areas_and_speaks_only_where_named(partner, cast):
    second = factories.make_area(state=partner.area.state)
    there = factories.make_partnership(second, organization=partner.organization)
    factories.make_representative(there, cast["colleague"])
    Membership.objects.filter(user=cast["manager"]).update(partnership=None, organization=partner.organization)
    assert alone_at(there) == {"attends": "Terrence Okafor", "edits": "Joel Abara", "notices": "Joel Abara"}
    assert alone_at(partner) == {"edits": "Joel Abara"}


def test_a_representative_known_by_the_address_of_an_account_is_that_person(neighbor_partner, cast):
    factories.make_representative(neighbor_partner, name="Bea Norling", email=cast["neighbor"].email.upper())
    [risk] = risks_of(fetched(neighbor_partner))
    assert risk.holder.user_id == cast["neighbor"].pk
    assert risk.words == "Bea Norling alone attends, edits and receives notices for them."


def test_one_person_for_all_four_is_said_in_one_sentence(neighbor_partner, cast):
    factories.make_representative(neighbor_partner, cast["neighbor"], is_signatory=True)
    factories.make_service(neighbor_partner)
    [risk] = risks_of(fetched(neighbor_partner))
    assert risk.words == "One person does all four: Bea Norling signs, attends, edits and receives notices."
    assert risk.stops == [
        "agreements wait for a signature",
        "nobody comes to meetings for them or answers questions",
        "nobody of theirs can confirm or change their service",
        "what the portal sends them reaches nobody",
    ]


def test_what_stops_is_counted(partner, cast):
    for _ in range(6):
        service = factories.make_service(partner)
    factories.make_service(partner, archived_at=NOW)
    factories.make_proposal(service, cast["board"])
    [edits] = [one for one in alone_of(fetched(partner)) if one.function == Function.EDITS]
    assert edits.stops == ("nobody of theirs can confirm or change their 6 services", "a proposed change waits")


def test_a_floor_above_says_what_else_stops(partner, cast, monkeypatch, queries_of):
    """As agreements will: an expression over the partnership, computed in the query that fetches the partners."""
    monkeypatch.setattr(single_person_risk, "_stops", list(single_person_risk._stops))
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    before = queries_of(lambda: alone_of(fetched(partner)))

    def centers():
        rows = LocalArea.objects.filter(partnerships=OuterRef("pk")).order_by().values("pk")
        return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), Value(0))

    def say(number: int) -> str:
        return f"{number} signature stops"

    register_stop(Function.SIGNS, say, centers)
    register_stop(Function.SIGNS, say, centers)
    [signs] = [one for one in alone_of(fetched(partner)) if one.function == Function.SIGNS]
    assert signs.stops == ("agreements wait for a signature", "1 signature stops")
    assert queries_of(lambda: alone_of(fetched(partner))) == before


# ---------------------------------------------------------------- The partner's page, people's pages
def test_the_partner_s_page_says_the_risk_what_stops_and_the_way_out(as_, partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    shown = words(as_("staff").get(page("partnership_detail", partner.pk)))
    assert "Joel Abara alone signs, attends and edits for them." in shown
    assert "agreements wait for a signature" in shown
    assert page("representative_add", partner.pk) in shown
    assert page("colleague_invite", partner.organization_id) + "?role=manager" in shown
    factories.make_representative(partner, cast["colleague"], kind="alternate", is_signatory=True)
    factories.seat(Role.MANAGER, partner, cast["colleague"])
    assert "If this person leaves" not in words(as_("staff").get(page("partnership_detail", partner.pk)))


def test_who_may_not_know_accounts_reads_the_risk_without_the_name(as_, partner, cast):
    shown = words(as_("board").get(page("partnership_detail", partner.pk)))
    assert "Only one person with an account keeps their services right." in shown
    assert "Joel Abara" not in shown
    assert page("colleague_invite", partner.organization_id) not in shown


def test_a_switched_off_account_is_shown_and_not_counted(as_, partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    factories.make_representative(partner, cast["colleague"], kind="alternate", is_signatory=True)
    User.objects.filter(pk=cast["colleague"].pk).update(is_active=False)
    shown = words(as_("staff").get(page("partnership_detail", partner.pk)))
    assert "Cannot sign in" in shown
    assert "One person does all four" in shown


def test_a_person_s_pages_say_what_stops_over_all_their_partnerships(as_, partner, cast):
    second = factories.make_area(state=partner.area.state, name="Upper Ford")
    there = factories.make_partnership(second, organization=partner.organization)
    factories.seat(Role.MANAGER, there, cast["manager"])
    main = factories.make_representative(partner, cast["manager"], is_signatory=True)
    factories.make_representative(there, cast["manager"])
    for address in (page("person_detail", cast["manager"].pk), page("representative_detail", main.pk)):
        shown = words(as_("manager").get(address))
        assert "If Joel Abara leaves" in shown
        assert "Millrace Adult Learning</a>, Riverbend: Joel Abara alone signs, attends and edits for them." in shown
        assert (
            "Millrace Adult Learning</a>, Upper Ford: Joel Abara alone attends, edits and receives notices for them."
            in shown
        )
        assert page("representative_add", there.pk) in shown
        assert "Upper Ford" not in words(as_("staff").get(address)).split("Speaks for", 1)[0], "not the reader's area"
    assert "If Terrence Okafor leaves" not in words(as_("manager").get(page("person_detail", cast["colleague"].pk)))


# ---------------------------------------------------------------- A whole area
def test_the_area_s_list_has_a_line_for_each_function(as_, area, partner, neighbor_partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    answer = as_("staff").get(page("single_person_list", area.slug))
    rows = [(row.record.organization.name, row.record.function) for row in answer.context["table"].rows]
    assert rows == [
        ("Crosswalk Legal Aid", "edits"),
        ("Crosswalk Legal Aid", "notices"),
        ("Millrace Adult Learning", "attends"),
        ("Millrace Adult Learning", "edits"),
        ("Millrace Adult Learning", "signs"),
    ]
    assert "5 functions at 2 partners in Riverbend rest on one person." in words(answer)
    assert "Agreements wait for a signature." in words(answer)


@pytest.mark.parametrize(
    ("query", "number"),
    [("function=signs", 1), ("function=edits", 2), ("function=notices", 1), ("q=millrace", 3), ("q=nowhere", 0),
     ("function=odd", 5), ("sort=-function", 5), ("sort=-partner", 5), ("q=millrace&function=attends", 1)],
)  # fmt: skip
def test_the_area_s_list_narrows_down_and_sorts(as_, area, partner, neighbor_partner, cast, query, number):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    answer = as_("staff").get(page("single_person_list", area.slug) + f"?{query}")
    assert answer.context["table"].page.paginator.count == number


def test_every_line_stands_on_one_page_alone(as_, area, cast):
    for number in range(20):
        row = factories.make_partnership(area, name=f"Agency {number:02}")
        factories.make_representative(row, factories.seat(Role.MANAGER, row), is_signatory=True)
    client, seen = as_("staff"), []
    for number in range(1, 5):
        shown = client.get(page("single_person_list", area.slug) + f"?page={number}&sort=-partner")
        seen += [(row.record.pk, row.record.function) for row in shown.context["table"].page.object_list]
    assert len(seen) == len(set(seen)) == 83, "20 partners in four functions, and the cast's two"


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("board", 200), ("state", 200), ("manager", 403), ("colleague", 403), ("stranger", 404)],
)
def test_who_sees_the_area_s_list(as_, area, who, status):
    assert as_(who).get(page("single_person_list", area.slug)).status_code == status


def test_the_board_reads_it_without_accounts_and_takes_it_home(as_, area, partner, cast):
    shown = words(as_("board").get(page("single_person_list", area.slug)))
    assert "One person with an account" in shown
    assert "Joel Abara" not in shown
    for who, name in (("board", "one person with an account"), ("staff", "Joel Abara")):
        file = as_(who).get(page("single_person_list", area.slug) + "?export=csv&q=millrace")
        lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[0] == "Partner,Function,The one person,What stops,Last signed in"
        assert lines[1].startswith(f"Millrace Adult Learning,Keeps the services,{name},nobody of theirs can add")


def test_the_figures_count_its_lines(as_, area, partner, neighbor_partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    standing = summary_of(area, today=timezone.localdate())
    assert (standing.risks, standing.alone) == (5, 2)
    home = as_("board").get(reverse("dashboards:home", args=[area.slug]))
    assert page("single_person_list", area.slug) in words(home)
    assert "5 functions at 2 partners depend on one person." in words(home)


def test_staff_are_told_who_keeps_the_services_alone_and_managers_that_they_do(as_, area, partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    factories.make_representative(partner, cast["colleague"], kind="alternate", is_signatory=True)
    home = reverse("dashboards:home", args=[area.slug])
    invite = page("colleague_invite", partner.organization_id) + "?role=manager"
    told = {"staff": "Only one person can edit the services of", "manager": "Only you can edit the services of"}
    for who, said in told.items():
        shown = words(as_(who).get(home))
        assert f"{said} Millrace Adult Learning" in shown
        assert invite in shown


def test_the_pages_cost_the_same_for_one_and_for_many(as_, area, partner, cast, queries_of):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    client = as_("staff")
    pages = [
        page("single_person_list", area.slug),
        page("single_person_list", area.slug) + "?export=csv",
        page("person_detail", cast["manager"].pk),
        page("partnership_list", area.slug) + "?attention=alone",
    ]

    def look(address: str):
        answer = client.get(address)
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    for address in pages:
        look(address)
    before = [queries_of(lambda address=address: look(address)) for address in pages]
    for number in range(8):
        row = factories.make_partnership(area, name=f"Agency {number}")
        factories.make_representative(row, factories.seat(Role.MANAGER, row), is_signatory=True)
        factories.make_representative(row, cast["manager"], kind="alternate", is_signatory=True)
    assert [queries_of(lambda address=address: look(address)) for address in pages] == before
