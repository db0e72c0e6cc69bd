"""A person who waited long for a PDF of the manual finds in the inbox that it is ready, or why it could not be made."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.files.pdf import CannotMakePdf, Pdf
from onestop.files.progress import say_progress
from onestop.jobs import leases
from onestop.notices.models import Notice
from partners.manual import editions, paper, printing
from partners.manual.gathering import gather
from partners.models import ManualPrint
from tests import factories

NOW = timezone.now()
MAKER = printing.MAKER


@pytest.fixture(autouse=True)
def quick_and_private(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(paper, "make_pdf", lambda html, **options: Pdf(hashlib.sha256(html.encode()).digest(), 2))


def fails(html: str, **options: Any) -> Pdf:
    raise CannotMakePdf("This server lacks Pango.")


@pytest.fixture
def asked(area, partner, cast) -> ManualPrint:
    factories.make_service(partner)
    manual = gather(area, today=NOW.date())
    return printing.ask_for_current(area, manual, by=cast["board"], at=NOW - timedelta(seconds=30))


def notices() -> list[Notice]:
    return list(Notice.objects.filter(kind="notices.document"))


def test_whoever_waited_long_finds_the_pdf_in_the_inbox(as_, area, cast, asked):
    assert MAKER.work_on(asked.pk, at=NOW)
    (notice,) = notices()
    assert (notice.recipient, notice.status) == (cast["board"], Notice.Status.IN_APP_ONLY)
    assert notice.subject == f"Your PDF is ready: Resource manual of {area.name}"
    assert notice.url == reverse("partners:manual", args=[area.slug])
    assert "2 pages" in notice.text
    assert "Your PDF is ready" in as_("board").get(reverse("notices:inbox")).content.decode()


def test_whoever_waited_shortly_is_still_on_the_page(asked):
    assert MAKER.work_on(asked.pk, at=NOW - timedelta(seconds=15))
    assert notices() == []


def test_a_pdf_that_nobody_requested_is_told_to_nobody(area, partner):
    edition = editions.issue_edition(area, title="Manual", by=None, at=NOW - timedelta(hours=1))
    assert MAKER.work_on(edition.prints.get(variant="network").pk, at=NOW)
    assert notices() == []


def test_a_failure_is_told_with_its_reason(asked, monkeypatch):
    monkeypatch.setattr(paper, "make_pdf", fails)
    assert MAKER.work_on(asked.pk, at=NOW)
    (notice,) = notices()
    assert notice.subject.startswith("Your PDF could not be created")
    assert "This server lacks Pango." in notice.text


def test_each_request_is_told_once(asked, cast, monkeypatch):
    monkeypatch.setattr(paper, "make_pdf", fails)
    MAKER.work_on(asked.pk, at=NOW)
    printing.try_again(ManualPrint.objects.get(), by=cast["board"], at=NOW + timedelta(minutes=1))
    MAKER.work_on(asked.pk, at=NOW + timedelta(minutes=2))
    assert len(notices()) == 2
    assert not MAKER.work_on(asked.pk, at=NOW + timedelta(minutes=3))
    assert len(notices()) == 2


def test_the_worker_that_comes_too_late_tells_nothing(asked):
    first = leases.take(ManualPrint.objects.all(), asked.pk, status="making")
    assert first
    assert MAKER.hand_in(first, Pdf(b"done first", 1), at=NOW)
    assert not MAKER.hand_in(first, Pdf(b"too late", 1), at=NOW)
    assert len(notices()) == 1


def test_the_page_says_what_the_worker_is_doing(as_, asked):
    ManualPrint.objects.filter(pk=asked.pk).update(status="making")
    say_progress(f"partners.manualprint:{asked.pk}", 0.42, "Laying out page 7")
    page = as_("board").get(reverse("partners:manual_print_progress", args=[asked.pk])).content.decode()
    assert "42 %" in page
    assert "Laying out page 7" in page
