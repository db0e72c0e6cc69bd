"""Partners of an area: list, detail, add, edit, archive, restore."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from partners.models import Organization, Partnership, Representative
from partners.network import partnerships
from tests.factories import (
    make_area,
    make_location,
    make_organization,
    make_partnership,
    make_program,
    make_representative,
    make_service,
)

NOW = timezone.now()
EVERYBODY = ["staff", "manager", "colleague", "neighbor", "board", "state"]
STRANGERS = ["stranger", "outsider", "nobody"]


def address(name, *args):
    return reverse(f"partners:partnership_{name}", args=args)


def page_of(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.fixture
def given(partner):
    """What the edit form of ``partner`` submits without changes."""
    return {"name": partner.organization.name, "status": "active", "framework": "", "commitment": ""}


# ---------------------------------------------------------------- Permissions
@pytest.mark.parametrize(
    ("page", "who", "status"),
    [
        *(("detail", who, 200) for who in EVERYBODY),
        *(("history", who, 200) for who in EVERYBODY),
        *((page, who, 404) for page in ("detail", "history", "edit", "archive") for who in STRANGERS),
        *(("edit", who, 200) for who in ("staff", "manager")),
        *(("edit", who, 403) for who in ("colleague", "neighbor", "board", "state")),
        ("archive", "staff", 200),
        *(("archive", who, 403) for who in ("manager", "colleague", "neighbor", "board", "state")),
    ],
)
def test_who_may_open_a_partner(as_, partner, page, who, status):
    assert as_(who).get(address(page, partner.pk)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 302), ("manager", 403), ("board", 403), ("state", 403), ("stranger", 404)]
)
def test_only_staff_archive_and_restore(as_, partner, who, status):
    assert as_(who).post(address("archive", partner.pk)).status_code == status
    partner.refresh_from_db()
    assert partner.is_archived == (status == 302)


@pytest.mark.parametrize(("who", "status"), [("staff", 200), ("manager", 403), ("outsider", 404), ("nobody", 404)])
def test_only_staff_add_partners(as_, area, who, status):
    assert as_(who).get(address("add", area.slug)).status_code == status


# ---------------------------------------------------------------- The list
def test_the_list_shows_programs_people_and_confirmed_services(as_, area, partner):
    partner.programs.add(make_program(short_name="AEFLA"))
    make_representative(partner, name="Joel Abara", kind=Representative.Kind.MAIN, is_signatory=True)
    make_service(partner, verified_on=timezone.localdate())
    make_service(partner, verified_on=timezone.localdate() - timedelta(days=400))
    page = page_of(as_("board").get(address("list", area.slug)))
    for words in (
        "Millrace Adult Learning",
        "AEFLA",
        "Joel Abara",
        "One person only: represents, signs, edits",
        "1 of 2",
        "Active partner",
    ):
        assert words in page
    assert "Add a partner" not in page


def test_the_list_shows_which_required_programs_have_a_partner(as_, area, partner):
    carried, missing = (make_program(short_name=name, is_required=True) for name in ("AEFLA", "YouthBuild"))
    partner.programs.add(carried)
    page = page_of(as_("staff").get(address("list", area.slug)))
    assert "1 of 2 required programs has a partner." in page
    assert f'No partner: <a href="/areas/{area.slug}/coverage/{missing.code}/">YouthBuild</a>.' in page


def test_programs_are_picked_with_checkboxes(as_, partner):
    program = make_program()
    page = page_of(as_("staff").get(address("edit", partner.pk)))
    assert f'type="checkbox" name="programs" value="{program.pk}"' in page


def test_archived_partners_and_those_of_other_areas_are_not_listed(as_, area, partner, other_area):
    make_partnership(other_area, name="Far Away School")
    partnerships.archive_partner(partner, by=None, at=NOW)
    client = as_("staff")
    assert "Far Away School" not in page_of(client.get(address("list", area.slug)))
    assert "Millrace" not in page_of(client.get(address("list", area.slug)))
    assert "Millrace" in page_of(client.get(address("list", area.slug) + "?archived=yes"))
    assert "Millrace" not in page_of(as_("board").get(address("list", area.slug) + "?archived=yes"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=millr", {"Millrace"}),
        ("q=welding", {"Millrace"}),
        ("q=abara", {"Millrace"}),
        ("q=MAL", {"Millrace"}),
        ("program=aefla", {"Millrace"}),
        ("program=none", {"Crosswalk"}),
        ("commitment=colocated", {"Millrace"}),
        ("status=paused", {"Crosswalk"}),
        ("attention=nobody", {"Crosswalk"}),
        ("attention=alone", {"Millrace", "Crosswalk"}),
        ("attention=speaks_alone", {"Millrace"}),
        ("attention=signs_alone", set()),
        ("attention=edits_alone", {"Millrace", "Crosswalk"}),
        ("attention=reads_alone", {"Crosswalk"}),
        ("attention=stale", {"Millrace"}),
        ("attention=uncovered", {"Crosswalk"}),
        ("q=nowhere", set()),
        ("sort=-partner", {"Millrace", "Crosswalk"}),
        ("sort=speaks", {"Millrace", "Crosswalk"}),
        ("sort=-services", {"Millrace", "Crosswalk"}),
        ("page=99", {"Millrace", "Crosswalk"}),
    ],
)
def test_the_list_filters_and_sorts(as_, area, partner, neighbor_partner, query, expected):
    Organization.objects.filter(pk=partner.organization_id).update(short_name="MAL")
    Partnership.objects.filter(pk=partner.pk).update(commitment="colocated")
    Partnership.objects.filter(pk=neighbor_partner.pk).update(status="paused")
    partner.programs.add(make_program(code="aefla"))
    make_representative(partner, name="Joel Abara")
    make_service(partner, name="Welding")
    page = page_of(as_("staff").get(address("list", area.slug) + "?" + query))
    assert {name for name in ("Millrace", "Crosswalk") if f"{name} " in page} == expected


def test_the_list_needs_the_same_queries_for_two_partners_and_for_ten(as_, area, cast, queries_of):
    def fill(partnership):
        partnership.programs.add(make_program())
        make_representative(partnership)
        make_service(partnership)

    client, url = as_("staff"), address("list", area.slug)
    client.get(url)
    for_two = queries_of(lambda: client.get(url))
    for _ in range(8):
        fill(make_partnership(area))
    assert queries_of(lambda: client.get(url)) == for_two


def test_the_page_needs_the_same_queries_for_one_row_of_each_kind_and_for_ten(as_, area, partner, cast, queries_of):
    def fill():
        make_service(partner)
        make_representative(partner, kind="alternate")
        make_location(partner.organization)
        partner.programs.add(make_program())

    client, url = as_("staff"), address("detail", partner.pk)
    fill()
    client.get(url)
    for_one = queries_of(lambda: client.get(url))
    for _ in range(9):
        fill()
    assert queries_of(lambda: client.get(url)) == for_one


def test_the_list_exports_what_its_filters_show(as_, area, partner):
    answer = as_("staff").get(address("list", area.slug) + "?export=csv&q=millrace")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "Millrace Adult Learning" in text
    assert "Crosswalk" not in text


# ---------------------------------------------------------------- The page
def test_the_page_shows_the_partner_and_its_single_person_dependencies(as_, partner):
    partner.programs.add(make_program(name="Adult Education", legal_source="34 CFR 463"))
    make_representative(partner, name="Joel Abara", is_signatory=True)
    make_representative(partner, name="Mina Sorrel", kind="alternate")
    make_service(partner, name="Evening welding", audience="Adults without a diploma")
    make_location(partner.organization, name="Mill Street", street="4 Mill Street")
    page = page_of(as_("neighbor").get(address("detail", partner.pk)))
    for words in ("Adult Education", "34 CFR 463", "Evening welding", "Mina Sorrel", "4 Mill Street"):
        assert words in page
    assert "Joel Abara is the only signatory." in page


def test_accounts_are_shown_only_to_staff_and_to_people_of_the_partner(as_, partner, cast):
    assert "Terrence Okafor" in page_of(as_("staff").get(address("detail", partner.pk)))
    assert "Terrence Okafor" in page_of(as_("manager").get(address("detail", partner.pk)))
    assert "Terrence Okafor" not in page_of(as_("neighbor").get(address("detail", partner.pk)))


# ---------------------------------------------------------------- Adding
def test_a_new_organization_becomes_a_partner(as_, area):
    program = make_program()
    sent = {"name": "Open Door Works", "status": "active", "since": "2024-07-01", "programs": [program.pk]}
    answer = as_("staff").post(address("add", area.slug), sent | {"website": "opendoor.example"})
    partnership = area.partnerships.get(organization__name="Open Door Works")
    assert answer.url == address("detail", partnership.pk)
    assert list(partnership.programs.all()) == [program]
    assert partnership.organization.website == "https://opendoor.example"
    assert partnership.organization.state == area.state


def test_a_known_organization_is_offered_before_it_is_used(as_, area):
    other = make_area(state=area.state, name="Upper Ford")
    known = make_partnership(other, name="Open Door Works").organization
    client, sent = as_("staff"), {"name": "open door works", "status": "active"}
    page = page_of(client.post(address("add", area.slug), sent))
    assert "Riverland" in page
    assert "Upper Ford" not in page
    assert 'class="op-errsum"' in page, "The error summary takes focus, so that a screen reader announces it"
    assert not area.partnerships.filter(organization=known).exists()
    client.post(address("add", area.slug), sent | {"use": known.pk})
    assert area.partnerships.filter(organization=known).exists()


def test_a_name_similar_to_a_known_one_asks_which_is_meant(as_, area):
    make_organization(state=area.state, name="Golden Bridge Senior Employment")
    sent = {"name": "Golden Bridge Senior Employ", "status": "active", "phone": "(555) 010-0100"}
    client = as_("staff")
    page = page_of(client.post(address("add", area.slug), sent))
    assert "Which organization do you mean?" in page
    assert 'value="(555) 010-0100"' in page
    client.post(address("add", area.slug), sent | {"use": "new"})
    assert area.partnerships.filter(organization__name="Golden Bridge Senior Employ").exists()


def test_organizations_of_other_states_are_not_offered(as_, area, other_area, cast):
    as_("staff").post(address("add", area.slug), {"name": "Tanager Job Center", "status": "active"})
    assert area.partnerships.get(organization__name="Tanager Job Center").organization.state == area.state


def test_a_name_of_a_partner_of_the_area_links_to_that_partner(as_, area, partner):
    page = page_of(
        as_("staff").post(address("add", area.slug), {"name": "millrace adult learning", "status": "active"})
    )
    assert "Millrace Adult Learning is already a partner in Riverbend." in page
    assert f'href="{address("detail", partner.pk)}"' in page


def test_the_list_does_not_credit_the_main_representative_with_signing_when_another_signs(as_, area, partner):
    make_representative(partner, name="Joel Abara", kind=Representative.Kind.MAIN)
    make_representative(partner, name="Ida Stone", kind=Representative.Kind.ALTERNATE, is_signatory=True)
    assert "One person only: signs, edits" in page_of(as_("board").get(address("list", area.slug)))
    assert "Ida Stone is the only signatory." in page_of(as_("board").get(address("detail", partner.pk)))


def test_a_forbidden_page_explains_it_within_the_portal(as_, partner):
    answer = as_("board").get(address("edit", partner.pk))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Your role does not allow this" in page
    assert "partners.edit" not in page
    assert 'class="op-side' in page


@pytest.mark.parametrize("archived", [False, True])
def test_a_current_or_archived_partner_is_not_added_again(as_, area, partner, archived):
    if archived:
        partnerships.archive_partner(partner, by=None, at=NOW)
    sent = {"name": partner.organization.name, "status": "active", "use": partner.organization_id}
    page = page_of(as_("staff").post(address("add", area.slug), sent))
    where = "an archived partner in" if archived else "a partner in"
    assert f"Millrace Adult Learning is already {where} Riverbend." in page
    assert f'href="{address("detail", partner.pk)}"' in page


def test_invalid_input_is_kept_with_an_error_at_the_field(as_, area):
    sent = {"name": "Open Door Works", "status": "active", "email": "not an address", "notes": "Ask for Renata"}
    page = page_of(as_("staff").post(address("add", area.slug), sent))
    assert 'id="id_email_error"' in page
    assert 'value="not an address"' in page
    assert "Ask for Renata" in page
    assert not Organization.objects.filter(name="Open Door Works").exists()


# ---------------------------------------------------------------- Editing
def test_staff_edit_the_details_that_only_they_decide(as_, partner, given, cast):
    program = make_program(name="Adult Education")
    sent = given | {"commitment": "colocated", "programs": [program.pk], "phone": "(555) 010-0142"}
    assert as_("staff").post(address("edit", partner.pk), sent).status_code == 302
    partner.refresh_from_db()
    assert (partner.commitment, partner.organization.phone) == ("colocated", "(555) 010-0142")
    assert list(partner.programs.all()) == [program]


def test_managers_edit_contact_details_but_not_what_staff_decide(as_, partner, given):
    program = make_program()
    partner.programs.add(program)
    client = as_("manager")
    page = page_of(client.get(address("edit", partner.pk)))
    assert 'name="phone"' in page
    for name in ("status", "since", "framework", "commitment", "programs"):
        assert f'name="{name}"' not in page
    client.post(
        address("edit", partner.pk), given | {"status": "ended", "phone": "(555) 010-0143", "notes": "New door"}
    )
    partner.refresh_from_db()
    assert (partner.status, partner.notes) == ("active", "New door")
    assert partner.organization.phone == "(555) 010-0143"
    assert list(partner.programs.all()) == [program]


def test_the_name_of_another_organization_is_refused(as_, area, partner, neighbor_partner, given):
    page = page_of(as_("staff").post(address("edit", partner.pk), given | {"name": "crosswalk legal aid"}))
    assert "Riverland already has an organization named “Crosswalk Legal Aid”." in page
    assert 'id="id_name_error"' in page
    partner.organization.refresh_from_db()
    assert partner.organization.name == "Millrace Adult Learning"


def test_a_partnership_cannot_end_before_it_starts(as_, partner, given):
    sent = given | {"since": "2026-01-01", "ended_on": "2025-01-01"}
    page = page_of(as_("staff").post(address("edit", partner.pk), sent))
    assert "cannot end before it starts" in page
    assert 'id="id_ended_on_error"' in page
    with pytest.raises(IntegrityError, match="partnership_starts_before_it_ends"), transaction.atomic():
        Partnership.objects.filter(pk=partner.pk).update(since="2026-01-01", ended_on="2025-01-01")


# ---------------------------------------------------------------- Archiving
def test_archiving_explains_the_consequences_and_can_be_undone(as_, area, partner):
    make_service(partner)
    client = as_("staff")
    assert "1 service will be hidden from the directory and from lists." in page_of(
        client.get(address("archive", partner.pk))
    )
    page = page_of(client.post(address("archive", partner.pk), follow=True))
    assert "Millrace Adult Learning is archived." in page
    assert f'action="{address("restore", partner.pk)}"' in page
    assert client.post(address("restore", partner.pk)).url == address("detail", partner.pk)
    partner.refresh_from_db()
    assert not partner.is_archived
    assert partner.services.current().count() == 1


def test_only_staff_see_an_archived_partner(as_, partner):
    partnerships.archive_partner(partner, by=None, at=NOW)
    assert "Restore partner" in page_of(as_("staff").get(address("detail", partner.pk)))
    assert as_("manager").get(address("detail", partner.pk)).status_code == 404
    assert as_("board").get(address("detail", partner.pk)).status_code == 404


def test_archiving_twice_keeps_the_first_date(partner):
    partnerships.archive_partner(partner, by=None, at=NOW)
    partnerships.archive_partner(partner, by=None, at=NOW + timedelta(days=1))
    partner.refresh_from_db()
    assert partner.archived_at == NOW


def test_restoring_requires_a_post(as_, partner):
    assert as_("staff").get(address("restore", partner.pk)).status_code == 405


# ---------------------------------------------------------------- Concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_the_same_organization_at_once_one_is_refused(area):
    """Without the constraint both would succeed, and the state would have the organization twice."""
    ready, outcomes = threading.Barrier(2), []

    def add():
        ready.wait()
        try:
            partnerships.add_partner(area, organization_facts={"name": "Open Door Works"}, by=None, at=NOW)
            outcomes.append("added")
        except partnerships.NameTaken as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[1] == "added"
    assert "Riverland already has an organization named “Open Door Works”." in sorted(outcomes)[0]
    assert Organization.objects.filter(name="Open Door Works").count() == 1


def test_the_export_of_selected_partners_contains_only_them(as_, area, partner, neighbor_partner):
    answer = as_("staff").get(address("list", area.slug) + f"?export=csv&pick={neighbor_partner.pk}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "Crosswalk" in text
    assert "Millrace" not in text


# ---------------------------------------------------------------- Approval of additional partners
APPROVAL = {
    "board_approved_on": "2026-03-12", "official_approved_on": "2026-03-19", "official": "Mayor Ann Example",
    "approval_source": "Minutes of Mar 12, 2026",
}  # fmt: skip


def test_staff_record_the_approval_of_an_additional_partner(as_, partner, given):
    page = page_of(as_("staff").get(address("detail", partner.pk)))
    assert "No approval of the board recorded" in page
    version = as_("staff").get(address("edit", partner.pk)).context["form"].version
    as_("staff").post(address("edit", partner.pk), given | APPROVAL | {"version": version})
    partner.refresh_from_db()
    assert partner.is_approved
    page = page_of(as_("board").get(address("detail", partner.pk)))
    assert "Riverbend Workforce Board, " in page
    assert "Mayor Ann Example, chief elected official, " in page
    assert "Minutes of Mar 12, 2026" in page
    history = page_of(as_("board").get(address("history", partner.pk)))
    assert "chief elected official" in history.lower()
    partner.programs.add(make_program(is_required=True))
    assert "Approved as an additional partner" not in page_of(as_("board").get(address("detail", partner.pk)))


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"official": ""}, "official", "Enter the chief elected official"),
        ({"board_approved_on": "2999-01-01"}, "board_approved_on", "in the future"),
    ],
)
def test_an_incomplete_approval_is_refused(as_, partner, given, wrong, field, words):
    version = as_("staff").get(address("edit", partner.pk)).context["form"].version
    page = as_("staff").post(address("edit", partner.pk), given | APPROVAL | {"version": version} | wrong)
    assert words in str(page.context["form"].errors[field])
    partner.refresh_from_db()
    assert not partner.is_approved


def test_a_partners_manager_does_not_record_its_approval(as_, partner, given):
    form = as_("manager").get(address("edit", partner.pk)).context["form"]
    assert form.approval_fields == []
    as_("manager").post(address("edit", partner.pk), given | APPROVAL | {"version": form.version})
    partner.refresh_from_db()
    assert partner.board_approved_on is None


def test_the_database_refuses_an_approval_without_the_official(partner):
    with pytest.raises(IntegrityError, match="approval_names_the_official"):
        Partnership.objects.filter(pk=partner.pk).update(official_approved_on=NOW.date())
