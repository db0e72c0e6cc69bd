"""Is it this one? Names that are nearly those of saved partners and services are asked about."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from partners.importing import runs
from partners.importing.similar_names import SimilarNames, likeness
from partners.models import ImportAnswer, ImportRun, LocalArea, Partnership
from tests.factories import make_organization, make_partnership, make_service
from tests.partners.importing.files import bring, outcomes, plan, row

As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# ---------------------------------------------------------------- Names
@pytest.mark.parametrize(
    ("saved", "name", "why"),
    [
        ("Division of Vocational Rehabilitation", "Div. of Voc. Rehab", "the same words"),
        ("Division of Vocational Rehabilitation", "DVR", "the same acronym"),
        ("DVR", "Division of Vocational Rehabilitation", "the same acronym"),
        ("Saint Mary's Work Center", "St. Mary's Work Ctr", "the same words"),
        ("Millrace Adult Learning", "Millrace Adult Lerning", "a similar name"),
        ("Millrace Adult Learning", "Millrace Adult Learning Center", "a similar name"),
        ("Department of Services for the Blind", "Dept. for the Blind", "a similar name"),
    ],
)
def test_near_names_are_found(saved: str, name: str, why: str) -> None:
    names = SimilarNames()
    names.add(7, saved)
    assert [(one.pk, one.why) for one in names.find(name)] == [(7, why)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Heron Community College", "Tern Community College"), ("House 3", "House 13"), ("Job club", "Job fair"),
        ("ESL class, morning", "ESL class, evening"), ("English classes", "English classes, level 2"),
        ("Northwest Workforce Council", "Harbor Workforce Council"),
    ],
)  # fmt: skip
def test_names_of_different_things_are_not_asked_about(one: str, other: str) -> None:
    assert likeness(one, other) == 0


def test_the_same_domain_makes_a_name_more_likely() -> None:
    names = SimilarNames()
    names.add(7, "Millrace Adult Learning", addresses=["info@millrace.example"])
    assert not names.find("Millrace")
    assert not names.find("Millrace", addresses=["jo@gmail.com"])
    [found] = names.find("Millrace", addresses=["https://www.millrace.example/jobs"])
    assert found.why == "a similar name, and the same domain millrace.example"


# ---------------------------------------------------------------- Plans
def test_a_row_with_a_similar_name_waits_for_an_answer(area: LocalArea, partner: Partnership) -> None:
    made = plan(area, "partners", "Partner,Notes\nMillrace Adult Lerning,x\n")
    assert outcomes(made) == ["skip"]
    assert (made.counts["questions"], made.counts["answered"]) == (1, 0)
    assert made.rows[0].reasons == [
        "Is “Millrace Adult Lerning” the same as “Millrace Adult Learning”? Answer to import this row."
    ]
    assert made.rows[0].question["candidates"][0]["pk"] == partner.organization_id


def test_similar_names_are_added_if_nobody_shall_be_asked(area: LocalArea, partner: Partnership) -> None:
    assert row(area, "partners", "Partner\nMillrace Adult Lerning\n", similar_are_new=True).outcome == "add"


def test_an_answer_is_used_for_the_next_files(area: LocalArea, partner: Partnership) -> None:
    answer = ImportAnswer.objects.create(
        area=area, key="organization:mal", name="MAL", target_id=partner.organization_id, at=now()
    )
    make_service(partner, name="Job club")
    made = bring(area, "partners", "Partner,Notes\nM.A.L.,Hello\n")
    assert outcomes(made) == ["change"]
    assert str(made.rows[0].remarks[0]) == "Partner “M.A.L.”: Read as “Millrace Adult Learning”, as you answered."
    assert row(area, "services", "Partner,Service\nMAL,Job club\n").outcome == "same"
    ImportAnswer.objects.filter(pk=answer.pk).update(target_id=None)
    assert row(area, "partners", "Partner\nMAL\n").outcome == "add"


def test_an_answer_whose_thing_is_gone_is_asked_again(area: LocalArea, partner: Partnership) -> None:
    ImportAnswer.objects.create(area=area, key="organization:mal", name="MAL", target_id=999_999, at=now())
    assert row(area, "partners", "Partner\nMAL\n").question["answer"] is None


def test_services_are_asked_about_within_their_partner(area: LocalArea, partner: Partnership) -> None:
    make_service(partner, name="Résumé writing workshop")
    other = make_partnership(area, name="Willow Works")
    made = plan(
        area,
        "services",
        "Partner,Service\nMillrace Adult Learning,Resume workshop\nWillow Works,Resume workshop\n",
    )
    assert outcomes(made) == ["skip", "add"]
    ImportAnswer.objects.create(
        area=area, key=f"service:{partner.pk}:resumeworkshop", name="x", target_id=partner.services.get().pk, at=now()
    )
    bring(area, "services", "Partner,Service,Cost\nMillrace Adult Learning,Resume workshop,Free\n")
    assert (partner.services.get().name, partner.services.get().cost) == ("Résumé writing workshop", "Free")
    assert not other.services.exists()


def test_a_service_with_another_key_is_another_service(area: LocalArea, partner: Partnership) -> None:
    make_service(partner, name="GED classes", source_key="1")
    made = plan(area, "services", "Key,Partner,Service\n2,Millrace Adult Learning,GED class\n")
    assert outcomes(made) == ["add"]


def test_similar_names_in_one_file_are_remarked(area: LocalArea) -> None:
    made = plan(area, "partners", "Partner\nDivision of Rehabilitation\nDiv. of Rehabilitation\n")
    assert outcomes(made) == ["add", "add"]
    assert "in row 2: " in made.rows[1].remarks[0].says


def test_organizations_of_other_states_are_not_asked_about(area: LocalArea, other_area: LocalArea) -> None:
    make_organization(state=other_area.state, name="Saint Mary Center")
    assert row(area, "partners", "Partner\nSt. Mary Center\n").outcome == "add"


# ---------------------------------------------------------------- Pages
def planned(client: Client, data: str) -> ImportRun:
    file = SimpleUploadedFile("ours.csv", data.encode())
    client.post(reverse("partners:import_add", args=["riverbend"]), {"kind": "partners", "file": file})
    run = ImportRun.objects.latest("pk")
    sent = {f"column_{number}": code for number, code in enumerate(run.mapping)}
    client.post(reverse("partners:import_columns", args=[run.pk]), sent)
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    return run


FILE = "Partner,Website,Notes\nMillrace Adult Lerning,millrace.example (old),Hello\nWillow,call us,\n"


def test_questions_are_answered_on_the_page_of_the_plan(as_: As, area: LocalArea, partner: Partnership) -> None:
    staff = as_("staff")
    run = planned(staff, FILE)
    page = staff.get(reverse("partners:import_detail", args=[run.pk])).content.decode()
    assert "which one is “Millrace Adult Lerning”?" in page
    assert "It is “Millrace Adult Learning” (a similar name)" in page
    asking = run.rows.exclude(question={}).get()
    url = reverse("partners:import_answers", args=[run.pk])
    assert "Choose an answer." in staff.post(url, follow=True).content.decode()
    staff.post(url, {f"answer_{asking.pk}": partner.organization_id})
    run.refresh_from_db()
    assert run.status == "planning"
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert (run.counts["change"], run.counts["questions"], run.counts["answered"]) == (1, 0, 1)
    assert ImportAnswer.objects.get(area=area).target_id == partner.organization_id
    page = staff.get(reverse("partners:import_detail", args=[run.pk]) + "?rows=questions").content.decode()
    assert f'value="{partner.organization_id}" class' in page or "checked" in page
    changed = run.rows.exclude(question={}).get()
    staff.post(url, {f"answer_{changed.pk}": "new"})
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert run.counts["add"] == 2


@pytest.mark.parametrize("answer", ["999999", "x", "-1"])
def test_an_answer_that_was_not_offered_is_refused(as_: As, partner: Partnership, answer: str) -> None:
    staff = as_("staff")
    run = planned(staff, FILE)
    asking = run.rows.exclude(question={}).get()
    staff.post(reverse("partners:import_answers", args=[run.pk]), {f"answer_{asking.pk}": answer})
    run.refresh_from_db()
    assert run.status == "planned"
    assert not ImportAnswer.objects.exists()


def test_questions_cannot_be_answered_while_a_plan_is_written(as_: As, partner: Partnership) -> None:
    staff = as_("staff")
    run = planned(staff, FILE)
    asking = run.rows.exclude(question={}).get()
    ImportRun.objects.filter(pk=run.pk).update(status="committing")
    url = reverse("partners:import_answers", args=[run.pk])
    page = staff.post(url, {f"answer_{asking.pk}": "new"}, follow=True).content.decode()
    assert "Its questions can no longer be answered." in page
    assert not ImportAnswer.objects.exists()


def test_a_run_that_asks_waits_for_somebody(as_: As, partner: Partnership) -> None:
    run = planned(as_("staff"), "Partner\nMillrace Adult Lerning\n")
    assert list(ImportRun.objects.waiting()) == [run]


def test_all_remarks_are_downloaded(as_: As, partner: Partnership) -> None:
    staff = as_("staff")
    run = planned(staff, FILE)
    page = staff.get(reverse("partners:import_detail", args=[run.pk]) + "?rows=remarks").content.decode()
    assert reverse("partners:import_remarks", args=[run.pk]) in page
    assert "millrace.example (old)" in page
    answer = staff.get(reverse("partners:import_remarks", args=[run.pk]))
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[0] == [
        "Row of the file", "Partner", "Result", "Column", "What was read", "What becomes of it", "To check",
    ]  # fmt: skip
    assert [one[:1] + one[3:5] for one in rows[1:]] == [
        ["2", "", ""],
        ["2", "Website", "millrace.example (old)"],
        ["3", "Website", "call us"],
    ]


def test_remarks_of_earlier_imports_are_still_shown(as_: As, partner: Partnership) -> None:
    staff = as_("staff")
    run = planned(staff, FILE)
    run.rows.update(remarks=["An old remark."])
    page = staff.get(reverse("partners:import_detail", args=[run.pk]) + "?rows=remarks").content.decode()
    assert "An old remark." in page
