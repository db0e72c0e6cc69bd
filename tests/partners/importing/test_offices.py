"""Every odd cell of three files of offices is saved, kept in the notes, or named in a remark."""

from typing import Any

import pytest
from django.utils.timezone import now

from partners.coverage.programs import load_programs
from partners.importing import runs
from partners.importing.remarks import stored_remark
from partners.models import ImportRun, LocalArea, Partnership, Service
from tests.partners.importing import offices
from tests.partners.importing.test_layouts import started

SWITCHES = {"fill_down": True, "add_missing_partners": True, "rest_to_notes": True, "repair_text": True}


@pytest.fixture(autouse=True)
def ready(db: None, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_programs()


def imported(area: LocalArea, data: bytes, kind: str, name: str, columns: dict[str, str]) -> ImportRun:
    """Import a file as people do, with the fields of some columns chosen."""
    run = started(area, data, kind, name)
    mapping = [columns.get(title, code) for title, code in zip(run.header, run.mapping, strict=True)]
    runs.name_columns(run, mapping, SWITCHES, at=now())
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert run.status == "planned", run.message
    runs.request_commit(run, by=None, digest=run.digest, at=now())
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert run.status == "done", run.message
    return run


def in_database(area: LocalArea) -> str:
    """Return all that stands in the database about partners and services, in words."""
    words: list[str] = []
    for one in Partnership.objects.filter(area=area).select_related("organization"):
        about = one.organization
        programs = ", ".join(program.short_name for program in one.programs.order_by("position"))
        words += [about.name, about.get_kind_display(), about.phone, about.website, f"since: {one.since}", one.notes]
        words.append(f"programs: {programs}")
        words += [
            f"{person.kind} {person.name}, {person.job_title}, {person.email}, {person.phone}"
            for person in one.representatives.all()
        ]
        words += [f"{place.street}, {place.city}, {place.postal_code}" for place in about.locations.all()]
    for service in Service.objects.filter(partnership__area=area):
        words += [service.name, service.phone, service.hours, service.cost, service.eligibility, service.notes]
        words += [f"languages: {', '.join(service.languages)}", f"groups: {', '.join(service.groups)}"]
    return "\n".join(words)


@pytest.mark.parametrize(
    ("file", "kind", "name", "columns", "odd", "notes"),
    [
        ("roster", "partners", "roster.xlsx", {"MOU signed": "since"}, offices.ROSTER_CELLS, offices.ROSTER_NOTES),
        ("services", "services", "services.csv", {}, offices.SERVICE_CELLS, offices.SERVICE_NOTES),
        ("export", "partners", "export.csv", {}, offices.EXPORT_CELLS, offices.EXPORT_NOTES),
    ],
)
def test_no_odd_cell_is_dropped_silently(
    area: LocalArea,
    file: str,
    kind: str,
    name: str,
    columns: dict[str, str],
    odd: list[tuple[int, str, str]],
    notes: list[str],
) -> None:
    run = imported(area, getattr(offices, file)(), kind, name, columns)
    said = {
        row.line: [*row.reasons, *(str(stored_remark(remark, row.line)) for remark in row.remarks)]
        for row in run.rows.all()
    }
    there = in_database(area)
    lost = [
        (line, cell, becomes)
        for line, cell, becomes in odd
        if becomes not in there and not any(becomes in words for words in said[line])
    ]
    assert not lost, (said, there)
    assert [note for note in notes if note not in " ".join(run.notes)] == []


@pytest.mark.parametrize(
    ("file", "kind", "name"), [("roster", "partners", "r.xlsx"), ("services", "services", "s.csv")]
)
def test_the_same_file_again_changes_nothing(area: LocalArea, file: str, kind: str, name: str) -> None:
    data = getattr(offices, file)()
    imported(area, data, kind, name, {})
    run = started(area, data, kind, name)
    runs.name_columns(run, run.mapping, SWITCHES, at=now())
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert (run.counts["add"], run.counts["change"], run.counts["same"]) == (0, 0, 5), list(
        run.rows.exclude(outcome="same").values_list("line", "outcome", "changes", "reasons")
    )


def test_services_below_headings_belong_to_the_agency_that_the_heading_names(area: LocalArea) -> None:
    imported(area, offices.grouped(), "services", "g.xlsx", {})
    found = Service.objects.values_list("partnership__organization__name", "name").order_by("pk")
    assert list(found) == [
        ("WILLOW WORKS", "Job club"),
        ("WILLOW WORKS", "Tax help"),
        ("Oak Street Center", "English class"),
    ]
