"""Representatives: list, detail, add, edit, make main, archive, restore."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from partners.models import Partnership, Representative
from partners.people import representatives
from tests import factories
from tests.at_once import wait_for_lock
from tests.partners.upkeep.test_services import count_queries, filled


@pytest.fixture
def main(partner: Partnership) -> Representative:
    return factories.make_representative(
        partner, name="Marisol Vega", email="vega@millrace.example", phone="(555) 010-0142", is_signatory=True
    )


@pytest.fixture
def alternate(partner: Partnership) -> Representative:
    return factories.make_representative(partner, name="Terrence Okafor", kind="alternate")


def page(name: str, *args: object) -> str:
    return reverse(f"partners:representative_{name}", args=args)


def kinds() -> dict[str, str]:
    return dict(Representative.objects.current().values_list("name", "kind"))


# ---------------------------------------------------------------- List and detail
def test_list_shows_partner_and_contact(as_, area, main):
    answer = as_("board").get(page("list", area.slug)).content.decode()
    for words in ("Marisol Vega", "Millrace Adult Learning", "mailto:vega@millrace.example", "tel:+15550100142"):
        assert words in answer


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=vega+millrace", True), ("q=okafor", False), ("kind=main", True), ("kind=alternate", False),
     ("signs=yes", True), ("signs=no", False), ("account=yes", False), ("account=no", True), ("archived=yes", False),
     ("archived=all", True), ("program=title-ii", True)],
)  # fmt: skip
def test_list_is_filtered(as_, area, partner, main, query, found):
    partner.programs.add(factories.make_program(code="title-ii"))
    answer = as_("staff").get(page("list", area.slug) + f"?{query}").content.decode()
    assert ("Marisol Vega</span>" in answer) is found


def test_list_query_count_is_constant(as_, area, partner, main):
    client, address = as_("staff"), page("list", area.slug)
    client.get(address)
    before = count_queries(client, address)
    for _ in range(10):
        factories.make_representative(factories.make_partnership(area), factories.make_user())
    assert count_queries(client, address) == before


def test_list_is_exported(as_, area, main):
    answer = as_("board").get(page("list", area.slug) + "?export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("Marisol Vega,,Millrace Adult Learning,Main representative,Yes,vega@millrace.example")


def test_detail_shows_the_only_signatory(as_, main, alternate):
    answer = as_("board").get(page("detail", main.pk)).content.decode()
    assert "Marisol Vega is the only signatory." in answer
    assert "Terrence Okafor" in answer


# ---------------------------------------------------------------- Permissions
@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("nobody", 404), ("board", 403), ("neighbor", 403), ("colleague", 403)]
)
def test_other_people_cannot_change_representatives(as_, partner, main, alternate, who, status):
    before = list(Representative.objects.order_by("pk").values())
    assert as_(who).post(page("add", partner.pk), {"name": "X", "kind": "alternate"}).status_code == status
    for act in ("edit", "archive", "restore", "make_main"):
        assert as_(who).post(page(act, alternate.pk), {"name": "X", "kind": "main"}).status_code == status
    assert list(Representative.objects.order_by("pk").values()) == before


# ---------------------------------------------------------------- Add and edit
def test_first_representative_is_main_by_default(as_, partner):
    client = as_("manager")
    data = filled(client, page("add", partner.pk), name="Marisol Vega", email="vega@millrace.example")
    assert data["kind"] == "main"
    client.post(page("add", partner.pk), data)
    assert kinds() == {"Marisol Vega": "main"}


def test_next_representative_is_alternate_by_default(as_, partner, main):
    client = as_("manager")
    data = filled(client, page("add", partner.pk), name="Terrence Okafor")
    assert data["kind"] == "alternate"
    client.post(page("add", partner.pk), data | {"kind": "main"})
    assert kinds() == {"Terrence Okafor": "main", "Marisol Vega": "alternate"}


def test_email_is_unique_for_a_partner(as_, partner, main, alternate):
    client = as_("manager")
    data = filled(client, page("edit", alternate.pk), email="VEGA@millrace.example", job_title="Kept title")
    answer = client.post(page("edit", alternate.pk), data).content.decode()
    assert "Marisol Vega already represents this partner with this email address." in answer
    assert "Kept title" in answer


def test_account_is_linked_to_one_representative(as_, partner, main, alternate, cast):
    client = as_("manager")
    client.post(page("edit", main.pk), filled(client, page("edit", main.pk), user=cast["manager"].pk))
    assert Representative.objects.get(pk=main.pk).user == cast["manager"]
    answer = client.post(
        page("edit", alternate.pk), filled(client, page("edit", alternate.pk), user=cast["manager"].pk)
    )
    assert "Marisol Vega is already linked to this account." in answer.content.decode()


def test_only_people_of_the_organization_can_be_linked(as_, main, cast):
    client = as_("staff")
    answer = client.post(page("edit", main.pk), filled(client, page("edit", main.pk), user=cast["neighbor"].pk))
    assert "user" in answer.context["form"].errors


def test_concurrent_edits_keep_both_changes(as_, main):
    mine = filled(as_("manager"), page("edit", main.pk), phone="(555) 010-0199")
    Representative.objects.update(job_title="Director")
    answer = as_("manager").post(page("edit", main.pk), mine)
    assert answer.status_code == 200
    assert answer.context["form"]["job_title"].value() == "Director"


# ---------------------------------------------------------------- Main and alternate
def test_make_main_can_be_undone(as_, main, alternate):
    client = as_("manager")
    answer = client.post(page("make_main", alternate.pk), follow=True)
    assert kinds() == {"Marisol Vega": "alternate", "Terrence Okafor": "main"}
    assert page("make_main", main.pk) in answer.content.decode()
    client.post(page("make_main", main.pk))
    assert kinds() == {"Marisol Vega": "main", "Terrence Okafor": "alternate"}


@pytest.mark.django_db(transaction=True)
def test_concurrent_changes_leave_one_main_representative(cast, partner, main, alternate):
    third = factories.make_representative(partner, name="Hollis Lindqvist", kind="alternate")
    swapped, go = Event(), Event()

    def first() -> None:
        with transaction.atomic():
            representatives.make_main(alternate, by=cast["staff"], at=timezone.now())
            swapped.set()
            assert go.wait(10)
        connection.close()

    def second() -> None:
        assert swapped.wait(10)
        representatives.make_main(third, by=cast["manager"], at=timezone.now())
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        work = [pool.submit(first), pool.submit(second)]
        wait_for_lock()
        go.set()
        for one in work:
            one.result(10)
    assert kinds() == {"Marisol Vega": "alternate", "Terrence Okafor": "alternate", "Hollis Lindqvist": "main"}


# ---------------------------------------------------------------- Archive and restore
def test_main_representative_who_leaves_gets_a_successor(as_, main, alternate):
    client = as_("manager")
    shown = client.get(page("archive", main.pk)).content.decode()
    assert "Who becomes the main representative?" in shown
    assert "Agreements cannot be signed" in shown
    client.post(page("archive", main.pk), {"successor": alternate.pk})
    assert kinds() == {"Terrence Okafor": "main"}


def test_successor_is_optional(as_, main, alternate):
    as_("manager").post(page("archive", main.pk), {"successor": ""})
    assert kinds() == {"Terrence Okafor": "alternate"}


def test_alternate_who_leaves_needs_no_successor(as_, main, alternate):
    shown = as_("manager").get(page("archive", alternate.pk)).content.decode()
    assert "Who becomes the main representative" not in shown
    answer = as_("manager").post(page("archive", alternate.pk), follow=True)
    assert page("restore", alternate.pk) in answer.content.decode()
    assert kinds() == {"Marisol Vega": "main"}


def test_successor_must_represent_the_same_partner(as_, main, alternate, neighbor_partner, cast):
    other = factories.make_representative(neighbor_partner)
    answer = as_("manager").post(page("archive", main.pk), {"successor": other.pk})
    assert answer.status_code == 200
    assert kinds()["Marisol Vega"] == "main"
    with pytest.raises(representatives.CannotSpeak, match="same partner"):
        representatives.archive_representative(main, successor=other, by=cast["staff"], at=timezone.now())


def test_former_representative_is_hidden_and_can_be_restored(as_, area, main, alternate):
    client = as_("manager")
    client.post(page("archive", main.pk), {"successor": alternate.pk})
    assert "Marisol Vega</span>" not in client.get(page("list", area.slug)).content.decode()
    assert as_("board").get(page("detail", main.pk)).status_code == 404
    as_("manager").post(page("restore", main.pk))
    assert kinds() == {"Marisol Vega": "alternate", "Terrence Okafor": "main"}


def test_restore_is_refused_if_another_representative_has_the_email(as_, partner, main):
    as_("staff").post(page("archive", main.pk))
    factories.make_representative(partner, name="New Vega", email="Vega@millrace.example")
    answer = as_("staff").post(page("restore", main.pk), follow=True)
    assert "New Vega already represents this partner" in answer.content.decode()
    assert kinds() == {"New Vega": "main"}


def test_history_shows_who_changed_the_main_representative(as_, main, alternate):
    as_("manager").post(page("make_main", alternate.pk))
    answer = as_("board").get(page("history", alternate.pk)).content.decode()
    assert "Joel Abara" in answer
    assert "Main representative" in answer
