"""Editions of the manual: issued by staff, read by everyone in the area, and never changed."""

import hashlib
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.files.pdf import Pdf
from partners.manual import editions, printing
from partners.manual.contents import Manual
from partners.manual.gathering import gather
from partners.models import ManualEdition, ManualPrint
from tests import factories

NOW = timezone.now()


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def service(partner):
    return factories.make_service(partner, name="GED classes", cost="Free")


@pytest.fixture
def edition(service, area, cast) -> ManualEdition:
    return editions.issue_edition(area, title="Resource manual", by=cast["staff"], at=NOW)


def ready(edition: ManualEdition, variant: str = "network") -> ManualPrint:
    """Store a PDF as a worker does, without creating one."""
    made = edition.prints.get(variant=variant)
    ManualPrint.objects.filter(pk=made.pk).update(status="making", lease_until=NOW)
    assert printing.MAKER.hand_in(made, Pdf(b"%PDF-1.7 manual", 3), at=NOW)
    made.refresh_from_db()
    return made


def read(client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"partners:{name}", args=args))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


# ---------------------------------------------------------------- Issuing
def test_staff_issue_an_edition_and_its_pdfs_are_queued(as_, service, area, cast):
    client = as_("staff")
    assert "Issue edition 1" in read(client, "manual_issue", area.slug)
    answer = client.post(
        reverse("partners:manual_issue", args=[area.slug]), {"title": "Our manual", "note": "Keep it."}, follow=True
    )
    edition = ManualEdition.objects.get()
    assert (edition.number, edition.title, edition.note, edition.issued_by) == (
        1,
        "Our manual",
        "Keep it.",
        cast["staff"],
    )
    assert "Edition 1 issued. Its PDFs are being created." in answer.content.decode()
    assert sorted(edition.prints.values_list("variant", "status")) == [("network", "waiting"), ("public", "waiting")]
    assert edition.history.get().pgh_context["user"] == cast["staff"].pk  # type: ignore[attr-defined]


def test_the_next_edition_shows_the_changes(as_, edition, service, area, partner):
    service.cost = "$20"
    service.save()
    factories.make_service(partner, name="Evening school")
    client = as_("staff")
    before = read(client, "manual_issue", area.slug)
    assert "1 service added, 1 service changed" in before
    client.post(reverse("partners:manual_issue", args=[area.slug]), {"title": "Resource manual"})
    second = ManualEdition.objects.get(number=2)
    shown = read(client, "manual_edition", second.pk)
    assert "Changes since edition 1" in shown
    assert "[added: </span>$20<" in shown
    assert "Evening school, Millrace Adult Learning" in shown
    assert "1 service added, 1 service changed" in read(client, "manual_edition_list", area.slug)


def test_an_unchanged_manual_is_not_issued_again(as_, edition, area):
    answer = as_("staff").post(reverse("partners:manual_issue", args=[area.slug]), {"title": "Again"})
    assert "Nothing has changed since edition 1" in answer.content.decode()
    assert 'value="Again"' in answer.content.decode()
    assert ManualEdition.objects.count() == 1


def test_an_edition_needs_a_title(as_, service, area):
    answer = as_("staff").post(reverse("partners:manual_issue", args=[area.slug]), {"title": "", "note": "Kept words"})
    assert "Title on the cover is missing." in answer.content.decode()
    assert "Kept words" in answer.content.decode()
    assert not ManualEdition.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("manager", 403), ("board", 403), ("state", 403), ("stranger", 404)])
def test_only_staff_issue(as_, service, area, who, status):
    url = reverse("partners:manual_issue", args=[area.slug])
    assert as_(who).post(url, {"title": "Mine"}).status_code == status
    assert not ManualEdition.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_only_one_of_two_concurrent_requests_issues_an_edition(service, area, cast, monkeypatch):
    gate = threading.Barrier(2)
    results: list[Any] = []

    def gather_slowly(*args: Any, **kwargs: Any) -> Manual:
        held = gather(*args, **kwargs)
        connection.cursor().execute("SELECT pg_sleep(0.2)")  # without a lock the other would read the same meanwhile
        return held

    monkeypatch.setattr(editions, "gather", gather_slowly)

    def issue() -> None:
        gate.wait(10)
        try:
            results.append(editions.issue_edition(area, title="Manual", by=cast["staff"], at=NOW).number)
        except Exception as problem:
            results.append(type(problem))
        finally:
            connection.close()

    threads = [threading.Thread(target=issue) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results, key=str) == [1, editions.NothingNew]


# ---------------------------------------------------------------- Protection
def test_an_edition_keeps_its_contents(as_, edition, service, partner):
    service.name = "Diploma classes"
    service.save()
    shown = read(as_("colleague"), "manual_edition_read", edition.pk)
    assert "GED classes" in shown
    assert "Diploma classes" not in shown


@pytest.mark.parametrize(
    "act",
    [
        lambda edition: ManualEdition.objects.filter(pk=edition.pk).update(title="Another"),
        lambda edition: ManualEdition.objects.filter(pk=edition.pk).update(snapshot={}),
        lambda edition: ManualEdition.objects.filter(pk=edition.pk)._raw_delete("default"),
        lambda edition: edition.prints.filter(variant="network").update(sha256="0" * 64),
        lambda edition: edition.prints.filter(variant="network").update(
            status="waiting", file="", sha256="", made_at=None
        ),
        lambda edition: edition.prints.all().delete(),
    ],
)
def test_editions_and_their_ready_pdfs_cannot_be_changed_or_deleted(edition, act):
    ready(edition)
    with pytest.raises(InternalError, match=r"Cannot (update|delete)"), transaction.atomic():
        act(edition)


def test_numbers_of_editions_are_unique(edition):
    with pytest.raises(Exception, match="manual_edition_has_a_number_of_its_own"), transaction.atomic():
        ManualEdition.objects.create(
            area=edition.area, number=1, title="x", issued_on=NOW, issued_at=NOW, digest="", snapshot={}
        )


# ---------------------------------------------------------------- Download
@pytest.mark.parametrize("who", ["colleague", "neighbor", "board", "state", "staff"])
def test_everyone_in_the_area_downloads_a_ready_pdf(as_, edition, who):
    made = ready(edition)
    answer = as_(who).get(reverse("partners:manual_print_file", args=[made.pk]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    name = f"riverbend-resource-manual-edition-1-{edition.issued_on:%Y-%m-%d}.pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 manual"


def test_the_page_shows_hash_and_pages(as_, edition):
    ready(edition, "public")
    shown = read(as_("board"), "manual_edition", edition.pk)
    assert hashlib.sha256(b"%PDF-1.7 manual").hexdigest() in shown
    assert "3 pages" in shown


def test_a_pdf_that_is_not_ready_redirects_to_its_page(as_, edition):
    made = edition.prints.get(variant="network")
    answer = as_("staff").get(reverse("partners:manual_print_file", args=[made.pk]))
    assert answer["Location"] == reverse("partners:manual_edition", args=[edition.pk])


def test_a_missing_file_is_reported(as_, edition):
    made = ready(edition)
    made.file.storage.delete(str(made.file.name))
    answer = as_("staff").get(reverse("partners:manual_print_file", args=[made.pk]), follow=True)
    assert "The file is missing." in answer.content.decode()


@pytest.mark.parametrize("who", ["stranger", "outsider", "nobody"])
def test_people_from_elsewhere_get_404(as_, edition, area, who):
    made, client = ready(edition), as_(who)
    for url in (
        reverse("partners:manual_edition_list", args=[area.slug]),
        reverse("partners:manual_edition", args=[edition.pk]),
        reverse("partners:manual_edition_read", args=[edition.pk]),
        reverse("partners:manual_print_file", args=[made.pk]),
        reverse("partners:manual_print_progress", args=[made.pk]),
    ):
        assert client.get(url).status_code == 404, url
    assert client.post(reverse("partners:manual_print_again", args=[made.pk])).status_code == 404
    assert client.post(reverse("partners:manual_print_ask", args=[area.slug])).status_code == 404


# ---------------------------------------------------------------- The list
def test_the_list_filters_and_takes_a_constant_number_of_queries(as_, edition, service, area, cast, queries_of):
    client = as_("staff")
    url = reverse("partners:manual_edition_list", args=[area.slug])
    client.get(url)
    few = queries_of(lambda: client.get(url))
    for number in range(9):
        service.cost = f"${number}"
        service.save()
        editions.issue_edition(area, title=f"Manual {number}", by=cast["staff"], at=NOW + timedelta(days=number))
    assert queries_of(lambda: client.get(url)) == few
    assert "Edition 5" in read(client, "manual_edition_list", area.slug)
    found = client.get(url, {"q": "manual 3"}).content.decode()
    assert "Edition 5" in found
    assert "Edition 6" not in found
    assert client.get(url, {"year": "1999"}).context["table"].page.paginator.count == 0
    shown = b"".join(client.get(url, {"export": "csv"}).streaming_content).decode()
    assert "Network: Queued" in shown


def test_the_file_has_no_public_url(as_, edition):
    made = ready(edition)
    assert "manual.pdf" not in str(made.file.name)
    assert as_("staff").get(f"/media/{made.file.name}").status_code == 404
