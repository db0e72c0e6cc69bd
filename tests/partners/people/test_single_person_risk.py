"""Single-person dependencies by function, and what stops if that person leaves."""

from datetime import timedelta

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


# The partner has a manager (Joel Abara) and a representative with an account (Terrence Okafor).
def test_each_function_of_one_person_is_a_dependency(partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    assert alone_at(partner) == {"signs": "Joel Abara", "attends": "Joel Abara", "edits": "Joel Abara"}


def test_second_person_ends_the_dependency(partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    factories.make_representative(partner, cast["colleague"], kind="alternate")
    assert alone_at(partner) == {"signs": "Joel Abara", "edits": "Joel Abara"}
    Representative.objects.update(is_signatory=True)
    factories.seat(Role.MANAGER, partner, cast["colleague"])
    assert alone_at(partner) == {}


def test_function_without_people_is_no_dependency(partner, cast):
    Membership.objects.filter(partnership=partner).update(ended_at=NOW)
    assert alone_at(partner) == {}


def test_invited_person_does_not_count(partner, cast):
    factories.make_invitation(Role.MANAGER, partner)
    assert alone_at(partner)["edits"] == "Joel Abara"


def test_deactivated_account_does_not_count(partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    factories.make_representative(partner, cast["colleague"], kind="alternate", is_signatory=True)
    assert "signs" not in alone_at(partner)
    User.objects.filter(pk=cast["colleague"].pk).update(is_active=False)
    assert alone_at(partner) == dict.fromkeys(Function.values, "Joel Abara")


def test_manager_of_the_whole_organization_edits_in_all_areas(partner, cast):
    second = factories.make_area(state=partner.area.state)
    there = factories.make_partnership(second, organization=partner.organization)
    factories.make_representative(there, cast["colleague"])
    Membership.objects.filter(user=cast["manager"]).update(partnership=None, organization=partner.organization)
    assert alone_at(there) == {"attends": "Terrence Okafor", "edits": "Joel Abara", "notices": "Joel Abara"}
    assert alone_at(partner) == {"edits": "Joel Abara"}


def test_representative_with_the_address_of_an_account_is_the_same_person(neighbor_partner, cast):
    factories.make_representative(neighbor_partner, name="Bea Norling", email=cast["neighbor"].email.upper())
    [risk] = risks_of(fetched(neighbor_partner))
    assert risk.holder.user_id == cast["neighbor"].pk
    assert risk.words == "Only Bea Norling attends, edits and receives notifications for this partner."


def test_all_functions_of_one_person_are_one_sentence(neighbor_partner, cast):
    factories.make_representative(neighbor_partner, cast["neighbor"], is_signatory=True)
    factories.make_service(neighbor_partner)
    [risk] = risks_of(fetched(neighbor_partner))
    assert risk.words == "Only Bea Norling signs, attends, edits and receives notifications for this partner."
    assert risk.stops == ["No one at the partner can confirm or change its 1 service."]


def test_requests_that_get_no_answer_are_counted(neighbor_partner, cast):
    def stops() -> list[str]:
        [risk] = risks_of(fetched(neighbor_partner))
        return [words for words in risk.stops if "request" in words]

    assert stops() == []
    neighbor_partner.confirmation_requests.create(
        seat=cast["neighbor"].memberships.get(), name="Bea Norling", email="bea@crosswalk.example", nonce="n" * 24,
        asked_at=NOW, expires_at=NOW + timedelta(days=30),
    )  # fmt: skip
    assert stops() == ["1 request to confirm services gets no answer."]
    neighbor_partner.confirmation_requests.update(answered_at=NOW)
    assert stops() == []


def test_services_and_proposals_that_stop_are_counted(partner, cast):
    for _ in range(6):
        service = factories.make_service(partner)
    factories.make_service(partner, archived_at=NOW)
    factories.make_proposal(service, cast["board"])
    [edits] = [one for one in alone_of(fetched(partner)) if one.function == Function.EDITS]
    assert edits.stops == (
        "No one at the partner can confirm or change its 6 services.",
        "1 proposed change stays pending.",
    )


def test_other_apps_register_what_stops(partner, cast, monkeypatch, queries_of):
    """An expression over the partnership is computed in the query that fetches the partners."""
    monkeypatch.setattr(single_person_risk, "_stops", list(single_person_risk._stops))
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    before = queries_of(lambda: alone_of(fetched(partner)))

    def centers():
        rows = LocalArea.objects.filter(partnerships=OuterRef("pk")).order_by().values("pk")
        return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), Value(0))

    def say(number: int) -> str:
        return f"{number} signature stops."

    register_stop(Function.SIGNS, say, centers)
    register_stop(Function.SIGNS, say, centers)
    [signs] = [one for one in alone_of(fetched(partner)) if one.function == Function.SIGNS]
    assert signs.stops == ("1 signature stops.",)
    assert queries_of(lambda: alone_of(fetched(partner))) == before


# ---------------------------------------------------------------- Pages of partners and people
def test_partner_page_shows_dependency_consequences_and_actions(as_, partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    shown = words(as_("staff").get(page("partnership_detail", partner.pk)))
    assert "Only Joel Abara signs, attends and edits for this partner." in shown
    assert "No one at the partner can add services." in shown
    assert page("representative_add", partner.pk) in shown
    assert page("colleague_invite", partner.organization_id) + "?role=manager" in shown
    factories.make_representative(partner, cast["colleague"], kind="alternate", is_signatory=True)
    factories.seat(Role.MANAGER, partner, cast["colleague"])
    assert "If this person leaves" not in words(as_("staff").get(page("partnership_detail", partner.pk)))


def test_dependency_hides_the_name_from_readers_who_may_not_know_accounts(as_, partner, cast):
    shown = words(as_("board").get(page("partnership_detail", partner.pk)))
    assert "Only one person with an account can edit the services." in shown
    assert "Joel Abara" not in shown
    assert page("colleague_invite", partner.organization_id) not in shown


def test_deactivated_account_is_shown_but_not_counted(as_, partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    factories.make_representative(partner, cast["colleague"], kind="alternate", is_signatory=True)
    User.objects.filter(pk=cast["colleague"].pk).update(is_active=False)
    shown = words(as_("staff").get(page("partnership_detail", partner.pk)))
    assert "Cannot sign in" in shown
    assert "Only Joel Abara signs, attends, edits and receives notifications for this partner." in shown


def test_pages_of_a_person_show_dependencies_of_all_partnerships(as_, partner, cast):
    second = factories.make_area(state=partner.area.state, name="Upper Ford")
    there = factories.make_partnership(second, organization=partner.organization)
    factories.seat(Role.MANAGER, there, cast["manager"])
    main = factories.make_representative(partner, cast["manager"], is_signatory=True)
    factories.make_representative(there, cast["manager"])
    for address in (page("person_detail", cast["manager"].pk), page("representative_detail", main.pk)):
        shown = words(as_("manager").get(address))
        assert "If Joel Abara leaves" in shown
        flat = " ".join(shown.split())
        start = "Millrace Adult Learning</a>,"
        assert f"{start} Riverbend: Only Joel Abara signs, attends and edits for this partner." in flat
        assert (
            f"{start} Upper Ford: Only Joel Abara attends, edits and receives notifications for this partner." in flat
        )
        assert page("representative_add", there.pk) in shown
        assert "Upper Ford" not in words(as_("staff").get(address)).split("Represents", 1)[0], "not the reader's area"
    assert "If Terrence Okafor leaves" not in words(as_("manager").get(page("person_detail", cast["colleague"].pk)))


# ---------------------------------------------------------------- A whole area
def test_list_has_a_row_for_each_function(as_, area, partner, neighbor_partner, cast):
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
    assert "5 single-person dependencies at 2 partners in Riverbend." in words(answer)
    assert "No one else at the partner does this." in words(answer)
    assert "No one at the partner can add services." in words(answer)


@pytest.mark.parametrize(
    ("query", "number"),
    [("function=signs", 1), ("function=edits", 2), ("function=notices", 1), ("q=millrace", 3), ("q=nowhere", 0),
     ("function=odd", 5), ("sort=-function", 5), ("sort=-partner", 5), ("q=millrace&function=attends", 1)],
)  # fmt: skip
def test_list_is_filtered_and_sorted(as_, area, partner, neighbor_partner, cast, query, number):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    answer = as_("staff").get(page("single_person_list", area.slug) + f"?{query}")
    assert answer.context["table"].page.paginator.count == number


def test_pages_of_the_list_do_not_overlap(as_, area, cast):
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
def test_access_to_the_list(as_, area, who, status):
    assert as_(who).get(page("single_person_list", area.slug)).status_code == status


def test_board_sees_and_exports_the_list_without_account_names(as_, area, partner, cast):
    shown = words(as_("board").get(page("single_person_list", area.slug)))
    assert "One person with an account" in shown
    assert "Joel Abara" not in shown
    for who, name in (("board", "one person with an account"), ("staff", "Joel Abara")):
        file = as_(who).get(page("single_person_list", area.slug) + "?export=csv&q=millrace")
        lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[0] == "Partner,Function,Only person,If this person leaves,Last signed in"
        assert lines[1].startswith(f"Millrace Adult Learning,Edits services,{name},No one at the partner can add")


def test_summary_counts_the_rows_of_the_list(as_, area, partner, neighbor_partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    summary = summary_of(area, today=timezone.localdate())
    assert (summary.risks, summary.alone) == (5, 2)
    home = as_("board").get(reverse("dashboards:home", args=[area.slug]))
    assert page("single_person_list", area.slug) in words(home)
    assert "5 functions at 2 partners depend on one person." in words(home)


def test_home_pages_of_staff_and_managers_show_the_only_editor(as_, area, partner, cast):
    factories.make_representative(partner, cast["manager"], is_signatory=True)
    factories.make_representative(partner, cast["colleague"], kind="alternate", is_signatory=True)
    home = reverse("dashboards:home", args=[area.slug])
    invite = page("colleague_invite", partner.organization_id) + "?role=manager"
    sentences = {"staff": "Only one person can edit the services of", "manager": "Only you can edit the services of"}
    for who, sentence in sentences.items():
        shown = words(as_(who).get(home))
        assert f"{sentence} Millrace Adult Learning" in shown
        assert invite in shown


def test_query_counts_are_constant(as_, area, partner, cast, queries_of):
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
