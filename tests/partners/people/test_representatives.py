"""Who speaks for partners: the contact directory, each person's page, swapping, leaving, coming back."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from partners.models import Partnership, Representative
from partners.people import representatives
from tests import factories
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


# ---------------------------------------------------------------- Directory
def test_the_directory_shows_how_to_reach_everybody(as_, area, main):
    answer = as_("board").get(page("list", area.slug)).content.decode()
    for words in ("Marisol Vega", "Millrace Adult Learning", "mailto:vega@millrace.example", "tel:+15550100142"):
        assert words in answer


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=vega+millrace", True), ("q=okafor", False), ("kind=main", True), ("kind=alternate", False),
     ("signs=yes", True), ("signs=no", False), ("account=yes", False), ("account=no", True), ("archived=yes", False),
     ("archived=all", True), ("program=title-ii", True)],
)  # fmt: skip
def test_the_directory_narrows_down(as_, area, partner, main, query, found):
    partner.programs.add(factories.make_program(code="title-ii"))
    answer = as_("staff").get(page("list", area.slug) + f"?{query}").content.decode()
    assert ("Marisol Vega</span>" in answer) is found


def test_the_directory_costs_the_same_for_one_and_for_many(as_, area, partner, main):
    client, address = as_("staff"), page("list", area.slug)
    client.get(address)
    before = count_queries(client, address)
    for _ in range(10):
        factories.make_representative(factories.make_partnership(area), factories.make_user())
    assert count_queries(client, address) == before


def test_the_directory_exports(as_, area, main):
    answer = as_("board").get(page("list", area.slug) + "?export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("Marisol Vega,,Millrace Adult Learning,Main representative,Yes,vega@millrace.example")


def test_the_page_says_that_one_person_alone_signs(as_, main, alternate):
    answer = as_("board").get(page("detail", main.pk)).content.decode()
    assert "Only Marisol Vega can sign for them." in answer
    assert "Terrence Okafor" in answer


# ---------------------------------------------------------------- Who may
@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("nobody", 404), ("board", 403), ("neighbor", 403), ("colleague", 403)]
)
def test_nobody_else_says_who_speaks_for_a_partner(as_, partner, main, alternate, who, status):
    before = list(Representative.objects.order_by("pk").values())
    assert as_(who).post(page("add", partner.pk), {"name": "X", "kind": "alternate"}).status_code == status
    for act in ("edit", "archive", "restore", "make_main"):
        assert as_(who).post(page(act, alternate.pk), {"name": "X", "kind": "main"}).status_code == status
    assert list(Representative.objects.order_by("pk").values()) == before


# ---------------------------------------------------------------- Adding and changing
def test_the_first_person_named_is_offered_as_main(as_, partner):
    client = as_("manager")
    data = filled(client, page("add", partner.pk), name="Marisol Vega", email="vega@millrace.example")
    assert data["kind"] == "main"
    client.post(page("add", partner.pk), data)
    assert kinds() == {"Marisol Vega": "main"}


def test_the_next_one_is_alternate_unless_said_otherwise(as_, partner, main):
    client = as_("manager")
    data = filled(client, page("add", partner.pk), name="Terrence Okafor")
    assert data["kind"] == "alternate"
    client.post(page("add", partner.pk), data | {"kind": "main"})
    assert kinds() == {"Terrence Okafor": "main", "Marisol Vega": "alternate"}


def test_an_e_mail_stands_once_for_a_partner(as_, partner, main, alternate):
    client = as_("manager")
    data = filled(client, page("edit", alternate.pk), email="VEGA@millrace.example", job_title="Kept title")
    answer = client.post(page("edit", alternate.pk), data).content.decode()
    assert "Marisol Vega has this e-mail and speaks for the partner already." in answer
    assert "Kept title" in answer


def test_an_account_is_linked_to_one_person(as_, partner, main, alternate, cast):
    client = as_("manager")
    client.post(page("edit", main.pk), filled(client, page("edit", main.pk), user=cast["manager"].pk))
    assert Representative.objects.get(pk=main.pk).user == cast["manager"]
    answer = client.post(
        page("edit", alternate.pk), filled(client, page("edit", alternate.pk), user=cast["manager"].pk)
    )
    assert "Marisol Vega is linked to this account already." in answer.content.decode()


def test_only_people_of_the_organization_can_be_linked(as_, main, cast):
    client = as_("staff")
    answer = client.post(page("edit", main.pk), filled(client, page("edit", main.pk), user=cast["neighbor"].pk))
    assert "user" in answer.context["form"].errors


def test_two_who_save_at_once_lose_nothing(as_, main):
    mine = filled(as_("manager"), page("edit", main.pk), phone="(555) 010-0199")
    Representative.objects.update(job_title="Director")
    answer = as_("manager").post(page("edit", main.pk), mine)
    assert answer.status_code == 200
    assert answer.context["form"]["job_title"].value() == "Director"


# ---------------------------------------------------------------- Main and alternate
def test_one_press_swaps_main_and_alternate_and_another_swaps_them_back(as_, main, alternate):
    client = as_("manager")
    answer = client.post(page("make_main", alternate.pk), follow=True)
    assert kinds() == {"Marisol Vega": "alternate", "Terrence Okafor": "main"}
    assert page("make_main", main.pk) in answer.content.decode()
    client.post(page("make_main", main.pk))
    assert kinds() == {"Marisol Vega": "main", "Terrence Okafor": "alternate"}


@pytest.mark.django_db(transaction=True)
def test_two_swaps_at_once_leave_one_main_representative(cast, partner, main, alternate):
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
        wait_until_somebody_waits_for_a_lock()
        go.set()
        for one in work:
            one.result(10)
    assert kinds() == {"Marisol Vega": "alternate", "Terrence Okafor": "alternate", "Hollis Lindqvist": "main"}


def wait_until_somebody_waits_for_a_lock() -> None:
    with connection.cursor() as cursor:
        for _ in range(100_000):
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone():
                return
    pytest.fail("Nobody waited.")


# ---------------------------------------------------------------- Leaving and coming back
def test_whoever_was_main_is_asked_who_takes_over(as_, main, alternate):
    client = as_("manager")
    asked = client.get(page("archive", main.pk)).content.decode()
    assert "Who is the main representative from now on?" in asked
    assert "agreements wait" in asked
    client.post(page("archive", main.pk), {"successor": alternate.pk})
    assert kinds() == {"Terrence Okafor": "main"}


def test_the_place_may_stay_open(as_, main, alternate):
    as_("manager").post(page("archive", main.pk), {"successor": ""})
    assert kinds() == {"Terrence Okafor": "alternate"}


def test_an_alternate_leaves_without_a_question(as_, main, alternate):
    asked = as_("manager").get(page("archive", alternate.pk)).content.decode()
    assert "Who is the main representative" not in asked
    answer = as_("manager").post(page("archive", alternate.pk), follow=True)
    assert page("restore", alternate.pk) in answer.content.decode()
    assert kinds() == {"Marisol Vega": "main"}


def test_nobody_from_elsewhere_takes_over(as_, main, alternate, neighbor_partner, cast):
    other = factories.make_representative(neighbor_partner)
    answer = as_("manager").post(page("archive", main.pk), {"successor": other.pk})
    assert answer.status_code == 200
    assert kinds()["Marisol Vega"] == "main"
    with pytest.raises(representatives.CannotSpeak, match="same partner"):
        representatives.archive_representative(main, successor=other, by=cast["staff"], at=timezone.now())


def test_who_has_left_is_out_of_the_directory_and_can_come_back(as_, area, main, alternate):
    client = as_("manager")
    client.post(page("archive", main.pk), {"successor": alternate.pk})
    assert "Marisol Vega</span>" not in client.get(page("list", area.slug)).content.decode()
    assert as_("board").get(page("detail", main.pk)).status_code == 404
    as_("manager").post(page("restore", main.pk))
    assert kinds() == {"Marisol Vega": "alternate", "Terrence Okafor": "main"}


def test_nobody_comes_back_into_a_place_that_another_has_taken(as_, partner, main):
    as_("staff").post(page("archive", main.pk))
    factories.make_representative(partner, name="New Vega", email="Vega@millrace.example")
    answer = as_("staff").post(page("restore", main.pk), follow=True)
    assert "New Vega has this e-mail" in answer.content.decode()
    assert kinds() == {"New Vega": "main"}


def test_the_history_tells_who_swapped(as_, main, alternate):
    as_("manager").post(page("make_main", alternate.pk))
    answer = as_("board").get(page("history", alternate.pk)).content.decode()
    assert "Joel Abara" in answer
    assert "Main representative" in answer
