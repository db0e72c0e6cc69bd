"""Files in a bucket (S3), as moto plays it inside of this process."""

from datetime import timedelta

import boto3
import environ
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.timezone import now
from moto import mock_aws

from onestop.files import answering, storing, uses
from onestop.files.inspection import Inspected
from onestop.files.models import StoredFile
from onestop.files.pdf import Pdf
from onestop.files.s3 import StorageDoesNotAnswer
from onestop.ops.file_settings import file_storage
from partners.importing import runs
from partners.manual import paper, printing
from partners.manual.gathering import gather
from partners.models import ManualPrint
from tests import factories
from tests.partners.importing.files import started

AT = now()


@pytest.fixture
def bucket(settings, monkeypatch):
    """A private bucket that is the default storage."""
    for name, value in {"S3_BUCKET": "portal", "S3_REGION": "us-east-2", "S3_PREFIX": "files"}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        made = boto3.resource("s3", region_name="us-east-2").create_bucket(
            Bucket="portal", CreateBucketConfiguration={"LocationConstraint": "us-east-2"}
        )
        settings.STORAGES = settings.STORAGES | {"default": file_storage(environ.Env(), production=True)}
        yield made


def names_in(bucket):
    return [each.key for each in bucket.objects.all()]


def test_a_stored_file_is_downloaded_through_the_portal_and_has_no_address(bucket, as_, area, cast):
    use = uses.use_of("partners.tenure_proof")
    upload = factories.upload(b"%PDF-1.7 letter")
    file = storing.store_file(upload, use, Inspected("letter.pdf", "pdf", 1), by=cast["staff"], at=AT)
    factories.make_tenure(factories.make_office(area), proof_file=file)
    assert names_in(bucket) == [f"files/{file.file.name}"]
    response = as_("staff").get(reverse("files:download", args=[file.pk]))
    assert (response.getvalue(), response["Content-Length"]) == (b"%PDF-1.7 letter", "15")
    with pytest.raises(NotImplementedError):
        file.file.url  # noqa: B018


@pytest.mark.django_db
def test_the_clean_up_works_in_a_bucket(bucket, django_capture_on_commit_callbacks):
    factories.make_file(at=AT - timedelta(days=2))
    kept = factories.make_file()
    default_storage.save(f"stored/{AT:%Y-%m}/lost", ContentFile(b"lost"))
    with django_capture_on_commit_callbacks(execute=True):
        assert storing.clean_up(at=AT) == 1
    assert len(names_in(bucket)) == 2
    storing.clean_up(at=AT + timedelta(hours=25))
    assert names_in(bucket) == [f"files/{kept.file.name}"]


def test_an_import_reads_its_upload_from_a_bucket_and_deletes_it(bucket, area):
    run = started(area)
    assert names_in(bucket) == [f"files/{run.file.name}"]
    assert runs.work_on(run.pk, at=AT)
    run.refresh_from_db()
    assert (run.status, run.message) == ("planned", "")
    runs.cancel(run)
    assert names_in(bucket) == []


def test_the_pdf_of_a_manual_is_stored_in_a_bucket(bucket, as_, area, partner, monkeypatch):
    monkeypatch.setattr(paper, "print_current", lambda *args, **kwargs: Pdf(b"%PDF-1.7 manual", 1))
    asked = printing.ask_for_current(area, gather(area, today=AT.date()), by=None, at=AT)
    assert printing.MAKER.work_on(asked.pk, at=AT)
    made = ManualPrint.objects.get()
    assert (made.status, names_in(bucket)) == ("ready", [f"files/{made.file.name}"])
    response = as_("staff").get(reverse("partners:manual_print_file", args=[made.pk]))
    assert b"".join(response.streaming_content) == b"%PDF-1.7 manual"
    printing.clean_up(at=AT)
    assert len(names_in(bucket)) == 1


# ---------------------------------------------------------------- A bucket that does not answer
@pytest.fixture
def no_bucket(bucket):
    bucket.objects.all().delete()
    bucket.delete()


def test_what_a_bucket_does_not_do_is_an_error_of_ours(no_bucket):
    with pytest.raises(StorageDoesNotAnswer):
        default_storage.save("a", ContentFile(b"a"))
    with pytest.raises((StorageDoesNotAnswer, FileNotFoundError)):
        default_storage.open("a")


def test_an_upload_says_so_at_the_field(no_bucket, as_, area):
    office = factories.make_office(area)
    sent = {"name": "Ann Lee", "from_on": "2026-01-05", "proof_file-upload": factories.upload()}
    response = as_("staff").post(reverse("partners:tenure_add", args=[office.pk]), sent)
    assert response.status_code == 503
    assert "The file could not be stored, because the storage of files does not respond." in response.text
    assert 'value="Ann Lee"' in response.text
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_monitors_are_told(no_bucket, client):
    answering.check_services()
    assert client.get("/health/ready").json()["files"] == {"storage": "does not answer", "scanner": "off"}
