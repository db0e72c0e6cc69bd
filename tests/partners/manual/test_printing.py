"""PDFs of the manual: accessible, created once in the background, whatever happens to workers."""

import hashlib
import io
import os
import re
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pdfua import Severity, validate

from onestop.files import pdf
from onestop.files.documents import Maker
from onestop.files.pdf import Pdf, make_pdf, why_no_pdf
from onestop.files.progress import percent_done, say_progress
from onestop.jobs import leases
from partners import tasks
from partners.coverage.programs import load_programs
from partners.manual import editions, paper, printing
from partners.manual.gathering import gather
from partners.models import LocalArea, ManualEdition, ManualPrint, Usage
from tests import factories

NOW = timezone.now()
needs_pango = pytest.mark.skipif(why_no_pdf() is not None, reason="this machine lacks Pango")


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def fill(area: LocalArea, *, services: int = 4) -> None:
    """Add some data of each kind to an area."""
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
    return printing.ask_for_current(area, gather(area, today=NOW.date()), by=None, at=NOW)


def quick(html: str, **options: Any) -> Pdf:
    """Replace WeasyPrint where the file does not matter."""
    return Pdf(b"%PDF-1.7 " + hashlib.sha256(html.encode()).digest(), 2)


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "make_pdf", quick)


# ---------------------------------------------------------------- The PDF
@pytest.fixture
def printed(area: LocalArea) -> Pdf:
    """The second edition, with the changes since the first."""
    fill(area)
    editions.issue_edition(area, title="Resource manual", note="A word.", by=None, at=NOW)
    area.partnerships.get(organization__name="Millrace Learning").services.filter(name__startswith="Course 1").update(
        cost="$20"
    )
    second = editions.issue_edition(area, title="Resource manual", by=None, at=NOW)
    return paper.print_edition(second, "network", report=lambda share, words="": None)


@needs_pango
def test_the_pdf_passes_the_accessibility_checks(printed, tmp_path):
    path = tmp_path / "manual.pdf"
    path.write_bytes(printed.data)
    findings = validate(str(path)).findings
    assert [found.message for found in findings if found.severity == Severity.ERROR] == []


@needs_pango
def test_the_pdf_has_title_language_tags_bookmarks_and_fonts(printed):
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
            "Contents", "One-Stop centers and on-site schedules", "Programs and their partners",
            "Partners and their services", "Glossary", "Changes since edition 1", "Index",
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
def test_every_link_of_the_pdf_has_a_target(area, caplog):
    fill(area)
    html = paper.html_of(gather(area, today=NOW.date()), {"asked_at": NOW})
    anchors = set(re.findall(r'\bid="([^"]+)"', html))
    assert set(re.findall(r'(?:href|data-to)="#([^"]+)"', html)) - anchors == set()
    assert "Course 0 &lt;for&gt; adults" in html
    with caplog.at_level("WARNING", "weasyprint"):
        make_pdf(html)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")] == []


@needs_pango
def test_progress_is_reported_for_each_page(area):
    fill(area)
    pages: list[int] = []
    made = make_pdf(paper.html_of(gather(area, today=NOW.date()), {}), pages_done=pages.append)
    assert pages == list(range(1, made.pages + 1))


def test_changes_in_the_public_version_have_no_names(area, monkeypatch):
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
        paper.print_edition(second, variant, report=lambda share, words="": None)
    for secret in ("Ana Ruiz", "Joel", hidden.name):
        assert secret in seen["network"]
        assert secret not in seen["public"]


# ---------------------------------------------------------------- Requests
@pytest.mark.parametrize("who", ["colleague", "board", "state"])
def test_readers_request_one_pdf_until_the_contents_change(as_, area, quickly, who):
    fill(area)
    client, url = as_(who), reverse("partners:manual_print_ask", args=[area.slug])
    client.post(url)
    client.post(url)
    made = ManualPrint.objects.get()
    assert (made.status, made.edition, made.variant) == ("waiting", None, "network")
    assert "The PDF is queued" in client.get(reverse("partners:manual", args=[area.slug])).content.decode()
    assert printing.MAKER.work_on(made.pk, at=NOW)
    page = client.get(reverse("partners:manual", args=[area.slug])).content.decode()
    assert reverse("partners:manual_print_file", args=[made.pk]) in page
    factories.make_service(area.partnerships.get(organization__name="Millrace Learning"), name="One more")
    page = client.get(reverse("partners:manual", args=[area.slug])).content.decode()
    assert "Create today's PDF" in page
    client.post(url)
    assert ManualPrint.objects.count() == 2


def test_the_public_version_has_its_own_pdf(as_, area, quickly):
    fill(area)
    answer = as_("manager").post(reverse("partners:manual_print_ask", args=[area.slug]), {"for": "public"})
    assert answer["Location"].endswith("?for=public")
    made = ManualPrint.objects.get()
    assert made.variant == "public"
    assert "Joel" not in str(made.snapshot)
    printing.MAKER.work_on(made.pk, at=NOW)
    file = as_("manager").get(reverse("partners:manual_print_file", args=[made.pk]))
    assert "-public-" in file["Content-Disposition"]


def test_the_snapshot_is_deleted_when_the_file_is_ready(area, quickly):
    fill(area)
    made = asked(area)
    assert made.snapshot
    printing.MAKER.work_on(made.pk, at=NOW)
    made.refresh_from_db()
    assert made.snapshot is None
    assert made.sha256 == hashlib.sha256(made.file.read()).hexdigest()
    assert (made.size, made.pages) == (made.file.size, 2)


# ---------------------------------------------------------------- Progress
def test_progress_is_returned_until_the_page_reloads(as_, area, quickly):
    fill(area)
    made = asked(area)
    client, url = as_("board"), reverse("partners:manual_print_progress", args=[made.pk])
    ManualPrint.objects.filter(pk=made.pk).update(status="making")
    say_progress(f"partners.manualprint:{made.pk}", 0.42)
    answer = client.get(url)
    assert "42 %" in answer.content.decode()
    assert f'hx-get="{url}"' in answer.content.decode()
    assert "HX-Refresh" not in answer
    printing.MAKER.work_on(made.pk, at=NOW)
    assert client.get(url)["HX-Refresh"] == "true"
    assert percent_done(f"partners.manualprint:{made.pk}") == 0


# ---------------------------------------------------------------- Failures
def test_without_pango_the_page_says_what_to_install_and_offers_a_retry(as_, area, monkeypatch):
    fill(area)
    monkeypatch.setattr(pdf, "why_no_pdf", lambda: "This server cannot make PDFs (no Pango). Install Pango.")
    client = as_("colleague")
    client.post(reverse("partners:manual_print_ask", args=[area.slug]))
    made = ManualPrint.objects.get()
    printing.MAKER.work_on(made.pk, at=NOW)
    page = client.get(reverse("partners:manual", args=[area.slug])).content.decode()
    assert "Failed" in page
    assert "Install Pango." in page
    monkeypatch.undo()
    monkeypatch.setattr(paper, "make_pdf", quick)
    client.post(reverse("partners:manual_print_again", args=[made.pk]))
    assert printing.MAKER.work_on(made.pk, at=NOW)
    made.refresh_from_db()
    assert (made.status, made.message) == ("ready", "")


def test_errors_are_logged_and_not_shown(area, monkeypatch, caplog):
    fill(area)
    made = asked(area)

    def fail(html: str, **options: Any) -> Pdf:
        raise RuntimeError("a wire was cut")

    monkeypatch.setattr(paper, "make_pdf", fail)
    with caplog.at_level("ERROR"):
        printing.MAKER.work_on(made.pk, at=NOW)
    made.refresh_from_db()
    assert made.status == "failed"
    assert "wire" not in made.message
    assert "a wire was cut" in caplog.text


def test_only_staff_retry_the_pdf_of_an_edition_and_only_if_it_failed(as_, area, quickly):
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
    assert "already in progress" in as_("staff").post(url, follow=True).content.decode()


# ---------------------------------------------------------------- Queue
def change(area: LocalArea) -> None:
    """Change the contents of the manual."""
    factories.make_service(area.partnerships.get(organization__name="Millrace Learning"))


def ask_page(client: Any, area: LocalArea, audience: str = "network") -> Any:
    return client.post(reverse("partners:manual_print_ask", args=[area.slug]), {"for": audience}, follow=True)


def in_threads(*acts: Callable[[], Any]) -> list[Any]:
    """Call functions in threads with their own connections; return the results."""
    gate, results = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        gate.wait(10)
        try:
            results.append(act())
        except Exception as problem:
            results.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_outdated_requests_are_dropped_with_a_message(as_, area, quickly):
    fill(area)
    ask_page(as_("board"), area)
    older = ManualPrint.objects.get()
    change(area)
    ask_page(as_("colleague"), area)
    newer = ManualPrint.objects.exclude(pk=older.pk).get()
    older.refresh_from_db()
    assert (older.status, older.snapshot, newer.status) == ("dropped", None, "waiting")
    assert not printing.MAKER.work_on(older.pk, at=NOW)
    assert printing.MAKER.work_on(newer.pk, at=NOW)
    client = as_("board")
    assert client.get(reverse("partners:manual_print_progress", args=[older.pk]))["HX-Refresh"] == "true"
    page = client.get(reverse("partners:manual", args=[area.slug])).content.decode()
    assert "a newer PDF was requested, so this one was not created" in page
    assert reverse("partners:manual_print_file", args=[newer.pk]) in page


def test_a_dropped_pdf_is_queued_again_if_its_contents_return(area, quickly):
    fill(area)
    first = asked(area)
    change(area)
    asked(area)
    area.partnerships.get(organization__name="Millrace Learning").services.order_by("pk").last().delete()
    again = asked(area)
    assert (again.pk, again.status) == (first.pk, "waiting")
    assert printing.MAKER.work_on(again.pk, at=NOW)
    assert ManualPrint.objects.filter(status="waiting").count() == 0


def test_pdfs_of_older_editions_are_created_only_on_request(as_, area, quickly):
    fill(area)
    first = editions.issue_edition(area, title="Manual", by=None, at=NOW)
    change(area)
    second = editions.issue_edition(area, title="Manual", by=None, at=NOW)
    assert {made.status for made in first.prints.all()} == {"dropped"}
    assert {made.status for made in second.prints.all()} == {"waiting"}
    client, url = as_("board"), reverse("partners:manual_edition", args=[first.pk])
    page = client.get(url).content.decode()
    assert page.count("Edition 2 was issued before this PDF was created. You can still request it.") == 2
    made = first.prints.get(variant="network")
    client.post(reverse("partners:manual_print_again", args=[made.pk]))
    made.refresh_from_db()
    assert (made.status, made.message) == ("waiting", "")
    change(area)
    editions.issue_edition(area, title="Manual", by=None, at=NOW)
    made.refresh_from_db()
    assert made.status == "waiting"  # a person requested this edition
    assert {made.status for made in second.prints.all()} == {"dropped"}


def test_a_person_waits_for_one_pdf_at_a_time(as_, area, quickly):
    fill(area)
    client = as_("board")
    ask_page(client, area, "public")
    answer = ask_page(client, area)
    made = ManualPrint.objects.get()
    assert made.variant == "public"
    assert answer.redirect_chain[-1][0].endswith("?for=public")
    assert "You already requested this PDF." in answer.content.decode()
    edition = editions.keep_edition(area, gather(area, today=NOW.date()), None, title="First", note="", by=None, at=NOW)
    answer = client.post(reverse("partners:manual_edition_print", args=[edition.pk]), {"for": "network"}, follow=True)
    assert "You already requested this PDF." in answer.content.decode()
    ask_page(as_("colleague"), area)  # another person
    assert ManualPrint.objects.count() == 2
    printing.MAKER.work_on(made.pk, at=NOW)
    client.force_login(made.asked_by)
    client.post(reverse("partners:manual_edition_print", args=[edition.pk]), {"for": "network"})
    assert edition.prints.get().status == "waiting"


def test_a_failed_pdf_is_not_retried_while_another_is_queued(as_, area, quickly):
    fill(area)
    client = as_("board")
    ask_page(client, area)
    failed = ManualPrint.objects.get()
    ManualPrint.objects.update(status="failed", message="No paper.")
    ask_page(client, area, "public")
    answer = client.post(reverse("partners:manual_print_again", args=[failed.pk]), follow=True)
    assert "You already requested this PDF." in answer.content.decode()
    failed.refresh_from_db()
    assert failed.status == "failed"


@pytest.mark.django_db(transaction=True)
def test_only_one_of_two_concurrent_requests_of_a_person_is_accepted(area):
    fill(area)
    manual, person = gather(area, today=NOW.date()), factories.make_user("Ruth Kimani")
    elsewhere = factories.make_area(state=area.state)
    factories.make_partnership(elsewhere)
    other = gather(elsewhere, today=NOW.date())
    results = in_threads(
        lambda: printing.ask_for_current(area, manual, by=person, at=NOW),
        lambda: printing.ask_for_current(elsewhere, other, by=person, at=NOW),
    )
    assert sorted(type(result).__name__ for result in results) == ["AlreadyWaiting", "ManualPrint"]
    assert ManualPrint.objects.filter(asked_by=person).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_concurrent_requests_for_different_contents_one_is_dropped(area):
    fill(area)
    manuals = [gather(area, today=NOW.date())]
    change(area)
    manuals.append(gather(area, today=NOW.date()))
    asks = [partial(printing.ask_for_current, area, manual, by=None, at=NOW) for manual in manuals]
    results = in_threads(*asks)
    assert [type(result).__name__ for result in results] == ["ManualPrint", "ManualPrint"], results
    assert sorted(ManualPrint.objects.values_list("status", flat=True)) == ["dropped", "waiting"]


@pytest.mark.django_db(transaction=True)
def test_one_pdf_of_a_version_is_in_progress_at_a_time(area, monkeypatch):
    fill(area)
    edition = editions.issue_edition(area, title="Manual", by=None, at=NOW)
    first, second, public = edition.prints.get(variant="network"), asked(area), edition.prints.get(variant="public")
    begun, ended, woken = threading.Event(), threading.Event(), list[int]()

    def slowly(html: str, **options: Any) -> Pdf:
        begun.set()
        assert ended.wait(30)
        return quick(html)

    def work() -> None:
        try:
            printing.MAKER.work_on(first.pk, at=NOW)
        finally:
            connection.close()

    monkeypatch.setattr(paper, "make_pdf", slowly)
    monkeypatch.setattr(Maker, "wake", lambda maker, pk: woken.append(pk))
    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(30)
    assert not printing.MAKER.work_on(second.pk, at=NOW)
    assert printing.MAKER.sweep() == 1
    assert woken == [public.pk]
    monkeypatch.setattr(paper, "make_pdf", quick)
    assert printing.MAKER.work_on(public.pk, at=NOW)
    ended.set()
    thread.join(30)
    assert woken == [public.pk, second.pk]
    assert printing.MAKER.work_on(second.pk, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_only_one_of_two_workers_takes_a_manual(area, quickly):
    fill(area)
    edition = editions.issue_edition(area, title="Manual", by=None, at=NOW)
    waiting = [edition.prints.get(variant="network").pk, asked(area).pk]
    takes = [
        partial(leases.take, ManualPrint.objects.startable(), pk, status=ManualPrint.Status.MAKING) for pk in waiting
    ]
    results = in_threads(*takes)
    assert ManualPrint.objects.filter(status="making").count() == 1
    assert sum(isinstance(result, ManualPrint) for result in results) == 1, results


# ---------------------------------------------------------------- Workers
def test_readers_request_missing_pdfs_of_editions(as_, area, partner, quickly):
    manual = gather(area, today=NOW.date())
    edition = editions.keep_edition(area, manual, None, title="First", note="", by=None, at=NOW)
    page, ask = (reverse(f"partners:{name}", args=[edition.pk]) for name in ("manual_edition", "manual_edition_print"))
    client = as_("board")
    assert client.get(page).content.decode().count("Create the PDF") == 2
    for variant in ("public", "public", "of nobody"):
        assert client.post(ask, {"for": variant}).url == page
    assert [made.variant for made in edition.prints.all()] == ["public"]
    assert client.get(page).content.decode().count("Create the PDF") == 1
    tasks.print_manual(edition.prints.get().pk)
    assert edition.prints.get().status == "ready"


def test_another_worker_continues_after_a_killed_one(area, quickly):
    fill(area)
    made = asked(area)
    assert leases.take(ManualPrint.objects.startable(), made.pk, status="making")  # and killed
    assert not printing.MAKER.work_on(made.pk, at=NOW)
    assert printing.MAKER.sweep() == 0
    ManualPrint.objects.filter(pk=made.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert printing.MAKER.sweep() == 1
    assert printing.MAKER.work_on(made.pk, at=NOW)
    assert not printing.MAKER.work_on(made.pk, at=NOW)


def test_the_first_of_two_workers_stores_its_file(area, quickly, settings):
    fill(area)
    made = asked(area)
    ManualPrint.objects.filter(pk=made.pk).update(status="making")
    first, second = ManualPrint.objects.get(pk=made.pk), ManualPrint.objects.get(pk=made.pk)
    assert printing.MAKER.hand_in(second, Pdf(b"done first", 1), at=NOW)
    assert not printing.MAKER.hand_in(first, Pdf(b"too late", 1), at=NOW)
    made.refresh_from_db()
    assert made.file.read() == b"done first"
    assert len(list((settings.MEDIA_ROOT / "manuals").iterdir())) == 1


@pytest.mark.django_db(transaction=True)
def test_only_one_of_four_workers_creates_the_pdf(area, quickly):
    fill(area)
    made, gate, results = asked(area), threading.Barrier(4), []

    def work() -> None:
        gate.wait(10)
        try:
            results.append(printing.MAKER.work_on(made.pk, at=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == [False, False, False, True]


@pytest.mark.django_db(transaction=True)
def test_concurrent_requests_get_the_same_pdf(area):
    fill(area)
    held, gate, results = gather(area, today=NOW.date()), threading.Barrier(2), []

    def ask() -> None:
        gate.wait(10)
        try:
            results.append(printing.ask_for_current(area, held, by=None, at=NOW).pk)
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
def test_a_pdf_is_created_after_its_worker_was_killed(
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
    ManualPrint.objects.filter(pk=made.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert printing.MAKER.sweep() == 1
    assert printing.MAKER.work_on(made.pk, at=timezone.now())
    made.refresh_from_db()
    assert made.status == "ready"
    assert made.file.read(5) == b"%PDF-"
    made.file.delete(save=False)


def test_sweeping_and_cleaning_up_are_scheduled(settings):
    swept = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.sweep_manual_prints.name, tasks.clean_up_manual_prints.name} <= swept


# ---------------------------------------------------------------- Clean-up
def test_outdated_pdfs_are_deleted_after_a_week_but_not_those_of_editions(area, quickly):
    fill(area)
    edition = editions.issue_edition(area, title="Manual", by=None, at=NOW)
    old = asked(area)
    printing.MAKER.work_on(old.pk, at=NOW)
    factories.make_service(area.partnerships.get(organization__name="Millrace Learning"), name="One more")
    new = asked(area)
    for pk in [new.pk, *edition.prints.values_list("pk", flat=True)]:
        printing.MAKER.work_on(pk, at=NOW)
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
