"""Planning and importing files of hours on site."""

from datetime import date, time

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import now

from partners.importing import times
from partners.importing.cells import CannotRead
from partners.importing.export import presence_export_header, presence_export_rows
from partners.models import ImportRun, LocalArea, Partnership, Presence
from tests import factories
from tests.partners.importing.files import as_file, bring, outcomes, plan, row

HEADER = "Agency,Center,Days,Time,Who\n"


@pytest.fixture
def center(area: LocalArea):
    return factories.make_center(area, name="Center Street")


def hours() -> list[tuple[int, str, time, time]]:
    rows = Presence.objects.current().order_by("weekday", "starts_at", "rhythm")
    return list(rows.values_list("weekday", "rhythm", "starts_at", "ends_at"))


# ---------------------------------------------------------------- Cells
@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon", [1]),
        ("Mon, Wed", [1, 3]),
        ("Mon-Fri", [1, 2, 3, 4, 5]),
        ("monday to thursday", [1, 2, 3, 4]),
        ("Mon \u2013 Wed & Fri", [1, 2, 3, 5]),
        ("M/W/F", [1, 3, 5]),
        ("MWF", [1, 3, 5]),
        ("TTh", [2, 4]),
        ("Tuesdays and Thursdays", [2, 4]),
        ("Weekdays", [1, 2, 3, 4, 5]),
        ("every day", [1, 2, 3, 4, 5, 6, 7]),
        ("Sat; Sun", [6, 7]),
    ],
)
def test_weekdays_are_read(text, days):
    assert times.read_days(text) == [(day, "") for day in days]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1st & 3rd Tue", [(2, "first"), (2, "third")]),
        ("2nd Tuesday of the month", [(2, "second")]),
        ("last Friday", [(5, "last")]),
        ("First Mon, 4th Wed", [(1, "first"), (3, "fourth")]),
        ("1st and 2nd Mon and Tue", [(1, "first"), (1, "second"), (2, "first"), (2, "second")]),
    ],
)
def test_weekdays_of_the_month_are_read(text, days):
    assert times.read_days(text) == days


@pytest.mark.parametrize(
    "text", ["", "sometimes", "every other Monday", "Fri-Mon", "1st", "Mon-", "5th Tue", "by phone"]
)
def test_other_texts_for_weekdays_are_refused(text):
    with pytest.raises(CannotRead):
        times.read_days(text)


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("9-12", time(9), time(12)),
        ("8:30am to 4pm", time(8, 30), time(16)),
        ("9 \u2013 5", time(9), time(17)),
        ("1-4", time(13), time(16)),
        ("11-1", time(11), time(13)),
        ("9 a.m. - noon", time(9), time(12)),
        ("8:30-12:30 PM", time(8, 30), time(12, 30)),
        ("13:00-16:30", time(13), time(16, 30)),
        ("09:00 to 17:00", time(9), time(17)),
        ("0.375-0.5", time(9), time(12)),
        ("10.30 until 2", time(10, 30), time(14)),
    ],
)
def test_hours_are_read(text, starts, ends):
    assert times.read_hours(text) == (starts, ends)


@pytest.mark.parametrize("text", ["", "9", "mornings", "25-26", "9:75-10", "9-10-11"])
def test_other_texts_for_hours_are_refused(text):
    with pytest.raises(CannotRead):
        times.read_hours(text)


# ---------------------------------------------------------------- Rows
def test_a_row_with_several_weekdays_adds_hours_for_each(area, partner, center):
    made = bring(area, "presence", HEADER + 'Millrace Adult Learning,center street,"Mon, Wed",9-12,T. Okafor\n')
    assert outcomes(made) == ["add"]
    assert hours() == [(1, "weekly", time(9), time(12)), (3, "weekly", time(9), time(12))]
    assert set(Presence.objects.values_list("who", flat=True)) == {"T. Okafor"}
    assert made.rows[0].target == partner.pk


def test_the_same_file_again_changes_nothing(area, partner, center):
    data = HEADER + "Millrace Adult Learning,Center Street,1st & 3rd Tue,8:30am to 4pm,\n"
    bring(area, "presence", data)
    assert hours() == [(2, "first", time(8, 30), time(16)), (2, "third", time(8, 30), time(16))]
    assert outcomes(plan(area, "presence", data)) == ["same"]


def test_overlapping_hours_are_changed_and_others_added(area, partner, center):
    presence = factories.make_presence(partner, center, desk="Room 210")
    data = HEADER + (
        "Millrace Adult Learning,Center Street,Mon,10-1,A. Person\nMillrace Adult Learning,Center Street,Mon,2-4,\n"
    )
    made = bring(area, "presence", data)
    assert outcomes(made) == ["change", "add"]
    assert ["When", "Monday, 9:00 AM to 12:00 PM", "Monday, 10:00 AM to 1:00 PM"] in made.rows[0].changes
    presence.refresh_from_db()
    assert (presence.starts_at, presence.who, presence.desk) == (time(10), "A. Person", "Room 210")
    assert len(hours()) == 2


def test_hours_are_found_by_number_at_another_time(area, partner, center):
    presence = factories.make_presence(partner, center)
    rows = presence_export_rows(Presence.objects.all())
    data = as_file("csv", presence_export_header, rows).replace(b"Monday,9:00 AM,12:00 PM", b"Friday,1 PM,3 PM")
    assert outcomes(bring(area, "presence", data)) == ["change"]
    presence.refresh_from_db()
    assert (presence.weekday, presence.starts_at, presence.ends_at) == (5, time(13), time(15))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Nobody Here,Center Street,Mon,9-12,", "There is no partner “Nobody Here” here."),
        ("Millrace Adult Learning,Atlantis,Mon,9-12,", "There is no center “Atlantis” here."),
        ("Millrace Adult Learning,,Mon,9-12,", "The center is missing."),
        ("Millrace Adult Learning,Center Street,,9-12,", "The weekdays are missing."),
        ("Millrace Adult Learning,Center Street,someday,9-12,", "“someday” is not a weekday."),
        ("Millrace Adult Learning,Center Street,Mon,mornings,", "A start or end time is missing."),
        ("Millrace Adult Learning,Center Street,Mon,4 pm - 9 am,", "The hours end before they start"),
    ],
)
def test_unreadable_rows_have_reasons(area, partner, center, line, reason):
    planned = row(area, "presence", HEADER + line + "\n")
    assert planned.outcome == "unreadable"
    assert reason in " ".join(planned.reasons)


def test_contradicting_rows_are_refused(area, partner, center):
    line = "Millrace Adult Learning,Center Street,{},{},\n"
    data = HEADER + line.format("Mon", "9-12") + line.format("Mon", "9-12") + line.format("Mon-Tue", "11-1")
    made = plan(area, "presence", data)
    assert outcomes(made) == ["add", "skip", "unreadable"]
    assert "already has hours then" in made.rows[2].reasons[0]


def test_hours_in_different_periods_are_kept_apart(area, partner, center):
    old = factories.make_presence(partner, center, ends_on=date(2025, 6, 30))
    new = factories.make_presence(partner, center, begins_on=date(2025, 7, 1), rhythm="first")
    made = bring(area, "presence", HEADER + "Millrace Adult Learning,Center Street,1st Mon,9-12,New\n")
    assert outcomes(made) == ["change"]
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.who, new.who) == ("", "New")
    factories.make_presence(partner, center, starts_at=time(12), ends_at=time(13))
    many = row(area, "presence", HEADER + "Millrace Adult Learning,Center Street,Mon,11-2,\n")
    assert "“Portal number”" in many.reasons[0]


def test_archived_hours_are_not_changed(area, partner, center):
    factories.make_presence(partner, center, archived_at=now())
    data = as_file("csv", presence_export_header, presence_export_rows(Presence.objects.all()))
    planned = row(area, "presence", data)
    assert (planned.outcome, planned.changes) == ("same", [])
    assert "archived and were not changed" in planned.remarks[0]


def test_an_import_takes_a_constant_number_of_queries(area, partner, center, queries_of):
    def make_file(number: int) -> str:
        names = [f"Partner {number} {one}" for one in range(number)]
        for name in names:
            factories.make_partnership(area, name=name)
        return HEADER + "".join(f"{name},Center Street,Mon-Fri,9-12,\n" for name in names)

    few, many = make_file(2), make_file(40)
    assert queries_of(lambda: bring(area, "presence", few)) == queries_of(lambda: bring(area, "presence", many))
    assert Presence.objects.count() == 42 * 5


def test_an_import_that_conflicts_with_new_hours_writes_nothing(area, partner, center):
    from partners.importing.committing import write_plan
    from partners.schedule.presences import CannotSchedule

    made = plan(area, "presence", HEADER + "Millrace Adult Learning,Center Street,Mon-Fri,9-12,\n")
    factories.make_presence(partner, center)
    with pytest.raises(CannotSchedule, match="already at Center Street at this time: Monday"):
        write_plan(area, made, at=now())
    assert Presence.objects.count() == 1


# ---------------------------------------------------------------- Page and command
def test_staff_import_a_schedule_on_the_page(
    as_, area, partner, center, settings, tmp_path, django_capture_on_commit_callbacks
):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from partners.importing import runs

    settings.MEDIA_ROOT = tmp_path
    staff = as_("staff")
    assert (
        "hours of a partner at a center" in staff.get(reverse("partners:import_add", args=[area.slug])).content.decode()
    )
    template = staff.get(reverse("partners:import_template", args=[area.slug, "presence"]))
    assert b"Weekdays,From,Until" in b"".join(template.streaming_content)
    file = SimpleUploadedFile("desk.csv", (HEADER + "Millrace Adult Learning,Center Street,Mon,9-12,A.\n").encode())
    staff.post(reverse("partners:import_add", args=[area.slug]), {"kind": "presence", "file": file})
    run = ImportRun.objects.get()
    assert run.mapping == ["partner", "center", "weekdays", "hours", "who"]
    assert "Weekdays (required)" in staff.get(reverse("partners:import_columns", args=[run.pk])).content.decode()
    runs.name_columns(run, run.mapping, {}, at=now())
    runs.work_on(run.pk, at=now())
    shown = staff.get(reverse("partners:import_detail", args=[run.pk])).content.decode()
    assert "Millrace Adult Learning, Center Street" in shown
    assert reverse("partners:partnership_detail", args=[partner.pk]) in shown


def test_the_command_writes_hours_once(area: LocalArea, partner: Partnership, center, tmp_path):
    file = tmp_path / "desk.csv"
    file.write_text(HEADER + "Millrace Adult Learning,Center Street,Mon-Wed,9-12,A.\n")
    for _ in range(2):
        call_command("import_presence", str(file), area=area.slug, verbosity=0)
    assert Presence.objects.count() == 3
