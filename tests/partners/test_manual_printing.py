"""The PDF of the manual: accessible, made once in the background, and in spite of what happens to the workers."""

import hashlib
import io
import os
import re
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pdfua import Severity, validate

from onestop import pdf
from onestop.pdf import Pdf, make_pdf, why_no_pdf
from onestop.progress import percent_done, say_progress
from partners import tasks
from partners.manual import editions, paper, printing
from partners.manual.gathering import gather
from partners.models import LocalArea, ManualEdition, ManualPrint, Usage
from partners.programs import load_programs
from tests import factories

NOW = timezone.now()
needs_pango = pytest.mark.skipif(why_no_pdf() is not None, reason="this machine lacks Pango, and says so")


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def fill(area: LocalArea, *, services: int = 4) -> None:
    """Give an area a little of everything."""
    load_programs()
    center = factories.make_center(area, name="Center Street", accessibility=["ramp"], phone="(555) 555-0100")
    partner = factories.make_partnership(area, name="Millrace Learning")
    factories.make_representative(partner, name="Joel Abara", email="joel@millrace.example")
    factories.make_presence(partner, center, who="Joel", desk="Desk 4")
    for number in range(services):
        factories.make_service(
            partner, name=f"Course {number} <for> adults", keywords=["diploma", f"word {number}"],
            description="It takes ten weeks.\nThen there is a test.", phone="(555) 555-0142",
            website="https://millrace.example/courses",
        )  # fmt: skip
    term = factories.make_term(area, name="Intake", approved=True)
    Usage.objects.create(term=term, system="VR", wording="Enrollment")


def asked(area: LocalArea) -> ManualPrint:
    return printing.ask_for_current(area, gather(area, today=NOW.date()), at=NOW)


def quick(html: str, **options: Any) -> Pdf:
    """Stand in for WeasyPrint where the file does not matter."""
    return Pdf(b"%PDF-1.7 " + hashlib.sha256(html.encode()).digest(), 2)


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "make_pdf", quick)


# ---------------------------------------------------------------- The paper
@pytest.fixture
def printed(area: LocalArea) -> Pdf:
    """The second edition, with what changed since the first."""
    fill(area)
    editions.issue_edition(area, title="Resource manual", note="A word.", by=None, at=NOW)
    area.partnerships.get(organization__name="Millrace Learning").services.filter(name__startswith="Course 1").update(
        cost="$20"
    )
    second = editions.issue_edition(area, title="Resource manual", by=None, at=NOW)
    return paper.print_edition(second, "network", progress=lambda share: None)


@needs_pango
def test_the_pdf_is_accessible_as_far_as_a_machine_can_tell(printed, tmp_path):
    path = tmp_path / "manual.pdf"
    path.write_bytes(printed.data)
    findings = validate(str(path)).findings
    assert [found.message for found in findings if found.severity == Severity.ERROR] == []


@needs_pango
def test_the_pdf_has_title_language_tags_bookmarks_and_its_own_font(printed):
    with pikepdf.open(io.BytesIO(printed.data)) as file:
        root: Any = file.Root
        assert str(root.Lang) == "en-US"
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(file.docinfo["/Title"]) == "Resource manual, edition 2: Riverbend partner network"
        assert [float(edge) for edge in file.pages[0].mediabox] == [0, 0, 612, 792]
        assert len(file.pages) == printed.pages
        with file.open_outline() as outline:
            parts = [item.title for item in outline.root]
            [partners] = [item for item in outline.root if item.title == "Partners and their services"]
        assert parts == [
            "Contents", "One-Stop centers, and who is on site", "Programs, and who carries them",
            "Partners and their services", "Words we share", "What changed since edition 1", "Index",
        ]  # fmt: skip
        assert [item.title for item in partners.children] == ["Millrace Learning"]
        fonts = {
            str(font.BaseFont)
            for page in file.pages
            for font in page.obj.Resources.get("/Font", {}).values()
            if "/BaseFont" in font
        }
        assert fonts
        assert all("Public-Sans" in name for name in fonts), fonts


@needs_pango
def test_a_part_that_the_paper_names_is_on_the_paper(area, caplog):
    fill(area)
    html = paper.html_of(gather(area, today=NOW.date()), {"asked_at": NOW})
    anchors = set(re.findall(r'\bid="([^"]+)"', html))
    assert set(re.findall(r'(?:href|data-to)="#([^"]+)"', html)) - anchors == set()
    assert "Course 0 &lt;for&gt; adults" in html
    with caplog.at_level("WARNING", "weasyprint"):
        make_pdf(html)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")] == []


@needs_pango
def test_pages_are_told_as_they_are_laid_out(area):
    fill(area)
    told: list[int] = []
    made = make_pdf(paper.html_of(gather(area, today=NOW.date()), {}), pages_done=told.append)
    assert told == list(range(1, made.pages + 1))


def test_what_changed_tells_the_public_nothing_of_people(area, monkeypatch):
    fill(area)
    editions.issue_edition(area, title="Manual", by=None, at=NOW)
    partner = area.partnerships.get(organization__name="Millrace Learning")
    factories.make_representative(partner, name="Ana Ruiz", kind="alternate")
    hidden = factories.make_service(partner, name="For staff alone", is_public=False)
    second = editions.issue_edition(area, title="Manual", by=None, at=NOW)
    seen: dict[str, str] = {}

    def keep(html: str, **options: Any) -> Pdf:
        seen[variant] = html
        return quick(html)

    monkeypatch.setattr(paper, "make_pdf", keep)
    for variant in ("network", "public"):
        paper.print_edition(second, variant, progress=lambda share: None)
    for secret in ("Ana Ruiz", "Joel", hidden.name):
        assert secret in seen["network"]
        assert secret not in seen["public"]


# ---------------------------------------------------------------- Asking for today's
@pytest.mark.parametrize("who", ["colleague", "board", "state"])
def test_any_reader_has_todays_pdf_made_once_until_something_changes(as_, area, quickly, who):
    fill(area)
    client, url = as_(who), reverse("partners:manual_print_ask", args=[area.slug])
    client.post(url)
    client.post(url)
    made = ManualPrint.objects.get()
    assert (made.status, made.edition, made.variant) == ("waiting", None, "network")
    assert "The PDF waits for its turn" in client.get(reverse("partners:manual", args=[area.slug])).content.decode()
    assert printing.work_on(made.pk, at=NOW)
    page = client.get(reverse("partners:manual", args=[area.slug])).content.decode()
    assert reverse("partners:manual_print_file", args=[made.pk]) in page
    factories.make_service(area.partnerships.get(organization__name="Millrace Learning"), name="One more")
    page = client.get(reverse("partners:manual", args=[area.slug])).content.decode()
    assert "Make the PDF of today" in page
    client.post(url)
    assert ManualPrint.objects.count() == 2


def test_the_public_variant_is_a_pdf_of_its_own(as_, area, quickly):
    fill(area)
    answer = as_("manager").post(reverse("partners:manual_print_ask", args=[area.slug]), {"for": "public"})
    assert answer["Location"].endswith("?for=public")
    made = ManualPrint.objects.get()
    assert made.variant == "public"
    assert "Joel" not in str(made.snapshot)
    printing.work_on(made.pk, at=NOW)
    file = as_("manager").get(reverse("partners:manual_print_file", args=[made.pk]))
    assert "-public-" in file["Content-Disposition"]


def test_the_snapshot_goes_when_the_file_is_there(area, quickly):
    fill(area)
    made = asked(area)
    assert made.snapshot
    printing.work_on(made.pk, at=NOW)
    made.refresh_from_db()
    assert made.snapshot is None
    assert made.sha256 == hashlib.sha256(made.file.read()).hexdigest()
    assert (made.size, made.pages) == (made.file.size, 2)


# ---------------------------------------------------------------- Progress
def test_the_page_is_told_how_far_it_is_and_looks_anew_at_the_end(as_, area, quickly):
    fill(area)
    made = asked(area)
    client, url = as_("board"), reverse("partners:manual_print_progress", args=[made.pk])
    ManualPrint.objects.filter(pk=made.pk).update(status="making")
    say_progress(printing.work_name(made.pk), 0.42)
    answer = client.get(url)
    assert "42 %" in answer.content.decode()
    assert f'hx-get="{url}"' in answer.content.decode()
    assert "HX-Refresh" not in answer
    printing.work_on(made.pk, at=NOW)
    assert client.get(url)["HX-Refresh"] == "true"
    assert percent_done(printing.work_name(made.pk)) == 0


# ---------------------------------------------------------------- Failing
def test_without_pango_it_says_what_to_install_and_can_be_tried_again(as_, area, monkeypatch):
    fill(area)
    monkeypatch.setattr(pdf, "why_no_pdf", lambda: "PDFs cannot be made on this machine (no Pango). Install Pango.")
    client = as_("colleague")
    client.post(reverse("partners:manual_print_ask", args=[area.slug]))
    made = ManualPrint.objects.get()
    printing.work_on(made.pk, at=NOW)
    page = client.get(reverse("partners:manual", args=[area.slug])).content.decode()
    assert "Could not be made" in page
    assert "Install Pango." in page
    monkeypatch.undo()
    monkeypatch.setattr(paper, "make_pdf", quick)
    client.post(reverse("partners:manual_print_again", args=[made.pk]))
    assert printing.work_on(made.pk, at=NOW)
    made.refresh_from_db()
    assert (made.status, made.message) == ("ready", "")


def test_what_broke_is_said_in_the_log_and_not_on_the_page(area, monkeypatch, caplog):
    fill(area)
    made = asked(area)

    def fail(html: str, **options: Any) -> Pdf:
        raise RuntimeError("a wire was cut")

    monkeypatch.setattr(paper, "make_pdf", fail)
    with caplog.at_level("ERROR"):
        printing.work_on(made.pk, at=NOW)
    made.refresh_from_db()
    assert made.status == "failed"
    assert "wire" not in made.message
    assert "a wire was cut" in caplog.text


def test_only_staff_try_the_pdf_of_an_edition_again_and_only_if_it_failed(as_, area, quickly):
    fill(area)
    edition = editions.issue_edition(area, title="Manual", by=None, at=NOW)
    made = edition.prints.get(variant="network")
    url = reverse("partners:manual_print_again", args=[made.pk])
    ManualPrint.objects.filter(pk=made.pk).update(status="failed", message="No paper.")
    assert as_("colleague").post(url).status_code == 403
    assert (
        "Try again" not in as_("colleague").get(reverse("partners:manual_edition", args=[edition.pk])).content.decode()
    )
    assert "Try again" in as_("staff").get(reverse("partners:manual_edition", args=[edition.pk])).content.decode()
    as_("staff").post(url)
    made.refresh_from_db()
    assert made.status == "waiting"
    assert "on its way already" in as_("staff").post(url, follow=True).content.decode()


# ---------------------------------------------------------------- Workers
def test_an_edition_without_a_pdf_gets_one_when_a_reader_asks(as_, area, partner, quickly):
    manual = gather(area, today=NOW.date())
    edition = editions.keep_edition(area, manual, None, title="First", note="", by=None, at=NOW)
    page, ask = (reverse(f"partners:{name}", args=[edition.pk]) for name in ("manual_edition", "manual_edition_print"))
    client = as_("board")
    assert client.get(page).content.decode().count("Make the PDF") == 2
    for variant in ("public", "public", "of nobody"):
        assert client.post(ask, {"for": variant}).url == page
    assert [made.variant for made in edition.prints.all()] == ["public"]
    assert client.get(page).content.decode().count("Make the PDF") == 1
    tasks.print_manual(edition.prints.get().pk)
    assert edition.prints.get().status == "ready"


def test_a_killed_worker_is_followed_by_another(area, quickly):
    fill(area)
    made = asked(area)
    ManualPrint.objects.filter(pk=made.pk).update(
        status="making", lease_until=NOW + printing.LEASE
    )  # taken, then killed
    assert not printing.work_on(made.pk, at=NOW)
    assert printing.sweep(at=NOW) == 0
    later = NOW + printing.LEASE + timedelta(seconds=1)
    assert printing.sweep(at=later) == 1
    assert printing.work_on(made.pk, at=later)
    assert not printing.work_on(made.pk, at=later + printing.LEASE * 2)


def test_of_two_workers_past_the_lease_the_first_hands_in(area, quickly, settings):
    fill(area)
    made = asked(area)
    ManualPrint.objects.filter(pk=made.pk).update(status="making", lease_until=NOW + printing.LEASE)
    first, second = ManualPrint.objects.get(pk=made.pk), ManualPrint.objects.get(pk=made.pk)
    assert printing.hand_in(second, Pdf(b"done first", 1), at=NOW)
    assert not printing.hand_in(first, Pdf(b"too late", 1), at=NOW)
    made.refresh_from_db()
    assert made.file.read() == b"done first"
    assert len(list((settings.MEDIA_ROOT / "manuals").iterdir())) == 1


@pytest.mark.django_db(transaction=True)
def test_of_four_workers_one_makes_it(area, quickly):
    fill(area)
    made, gate, results = asked(area), threading.Barrier(4), []

    def work() -> None:
        gate.wait(10)
        try:
            results.append(printing.work_on(made.pk, at=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == [False, False, False, True]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_both_get_the_same(area):
    fill(area)
    held, gate, results = gather(area, today=NOW.date()), threading.Barrier(2), []

    def ask() -> None:
        gate.wait(10)
        try:
            results.append(printing.ask_for_current(area, held, at=NOW).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == 2
    assert len(set(results)) == ManualPrint.objects.count() == 1


@needs_pango
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_it_to_the_next(
    area, celery_worker: Any, wait_until: Callable[..., None], settings: Any
):
    from django.conf import settings as plain

    settings.MEDIA_ROOT = plain.DATA_DIR / "files"  # the worker's own
    fill(area, services=40)
    made = asked(area)
    wait_until(lambda: ManualPrint.objects.get(pk=made.pk).status == "making", seconds=30)
    os.kill(celery_worker.pid, signal.SIGKILL)
    celery_worker.wait(10)
    made.refresh_from_db()
    assert (made.status, bool(made.file)) == ("making", False)
    later = timezone.now() + printing.LEASE + timedelta(seconds=1)
    assert printing.sweep(at=later) == 1
    assert printing.work_on(made.pk, at=later)
    made.refresh_from_db()
    assert made.status == "ready"
    assert made.file.read(5) == b"%PDF-"
    made.file.delete(save=False)


def test_the_tasks_go_to_the_documents_queue_and_are_swept(settings):
    from onestop.celery import app

    for task in (tasks.print_manual, tasks.sweep_manual_prints, tasks.clean_up_manual_prints):
        assert app.amqp.router.route({}, task.name)["queue"].name == "documents"
    swept = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.sweep_manual_prints.name, tasks.clean_up_manual_prints.name} <= swept


# ---------------------------------------------------------------- Cleaning up
def test_pdfs_that_are_no_longer_current_go_after_a_week_and_editions_stay(area, quickly):
    fill(area)
    edition = editions.issue_edition(area, title="Manual", by=None, at=NOW)
    old = asked(area)
    factories.make_service(area.partnerships.get(organization__name="Millrace Learning"), name="One more")
    new = asked(area)
    for pk in [old.pk, new.pk, *edition.prints.values_list("pk", flat=True)]:
        printing.work_on(pk, at=NOW)
    old.refresh_from_db()
    path = old.file.path
    assert printing.clean_up(at=NOW + timedelta(days=6)) == 0
    assert printing.clean_up(at=NOW + timedelta(days=8)) == 1
    assert not os.path.exists(path)  # noqa: PTH110
    assert set(ManualPrint.objects.values_list("pk", flat=True)) == {
        new.pk,
        *edition.prints.values_list("pk", flat=True),
    }
    assert ManualEdition.objects.exists()
