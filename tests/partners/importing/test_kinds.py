"""Any app registers a kind of file, which then is uploaded, matched, reviewed and imported like every other."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from partners.importing import kinds, runs
from partners.importing.kinds import Field, ImportKind
from partners.importing.planning import Outcome, PlannedRow
from partners.models import Center, ImportRun, LocalArea
from tests import factories


class PhonePlanner:
    """Plans to set the phone number of the area's centers, by name."""

    def __init__(self, area: LocalArea, options: Any) -> None:
        self.centers = {center.name: center for center in area.centers.all()}
        self.words: dict[str, Any] = {}
        self.notes: list[str] = []
        self.extra: dict[str, Any] = {}

    def plan_row(self, row: Any) -> PlannedRow:
        center = self.centers[row.values["center"]]
        changes = [["Phone", center.phone, row.values["phone"]]]
        writes = {"center": center, "phone": row.values["phone"]}
        return PlannedRow(row.line, center.name, Outcome.CHANGE, changes=changes, target=center.pk, writes=writes)


class PhoneWriter:
    def __init__(self, area: LocalArea, by: Any, at: Any) -> None:
        self.area = area

    def write(self, rows: Any, extra: Any, progress: Any) -> None:
        for row in rows:
            row.writes["center"].phone = row.writes["phone"]
            row.writes["center"].save()


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def center(area: LocalArea) -> Center:
    return factories.make_center(area, name="Center Street")


@pytest.fixture
def phones() -> Iterator[ImportKind]:
    kind = ImportKind(
        "phones",
        "Phone numbers",
        one_row="each center",
        thing="Center",
        afterwards="The centers have their new numbers.",
        target="partners:center_detail",
        fields=(
            Field("center", "Center", required=True),
            Field("phone", "Phone", "phone", 40, words=("telephone",)),
            Field("code", "Code"),
        ),
        planner=PhonePlanner,
        writer=PhoneWriter,
        left_out=("code",),
    )
    kinds.register_kind(kind)
    yield kind
    del kinds._kinds["phones"]


def test_a_registered_kind_is_offered_with_its_template(as_, area, phones):
    page = as_("staff").get(reverse("partners:import_add", args=[area.slug])).content.decode()
    assert "Phone numbers" in page
    assert "or for each center." in page
    template = as_("staff").get(reverse("partners:import_template", args=[area.slug, "phones"]))
    assert template.getvalue().decode("utf-8-sig").strip() == "Center,Phone"


def test_a_registered_kind_is_imported(as_, area, center, phones):
    staff = as_("staff")
    file = SimpleUploadedFile("numbers.csv", b"Center,Telephone\nCenter Street,(614) 555-0188\n")
    answer = staff.post(reverse("partners:import_add", args=[area.slug]), {"kind": "phones", "file": file})
    run = ImportRun.objects.get()
    assert answer["Location"] == reverse("partners:import_columns", args=[run.pk])
    assert run.mapping == ["center", "phone"]
    page = staff.get(answer["Location"]).content.decode()
    assert "add_missing_partners" not in page
    runs.name_columns(run, run.mapping, {}, at=now())
    runs.work_on(run.pk, at=now())
    page = staff.get(reverse("partners:import_detail", args=[run.pk])).content.decode()
    assert reverse("partners:center_detail", args=[center.pk]) in page
    run.refresh_from_db()
    runs.request_commit(run, by=None, digest=run.digest, at=now())
    runs.work_on(run.pk, at=now())
    center.refresh_from_db()
    assert center.phone == "(614) 555-0188"
    page = staff.get(reverse("partners:import_detail", args=[run.pk])).content.decode()
    assert "The centers have their new numbers." in page
    assert "Phone numbers" in staff.get(reverse("partners:import_list", args=[area.slug])).content.decode()


def test_an_unknown_kind_has_no_template(as_, area):
    assert as_("staff").get(reverse("partners:import_template", args=[area.slug, "phones"])).status_code == 404
