"""The executed file: frozen bytes, certificate, evidence and seal; who asks /verify/; what happens if it fails."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from agreements.models import FrozenDocument, SealedDocument, Sending
from agreements.signing import pades, sealing, signatures
from onestop.files.pdf import Pdf, make_pdf
from onestop.local import seal_keys
from onestop.notices.models import Notice
from onestop.ops.seal_settings import SealSettings
from tests import factories
from tests.agreements.signing_world import MAYOR, Signing, make_signing

NOW = timezone.now()


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture(scope="session")
def key(tmp_path_factory) -> Path:
    """A key that all tests seal with: making one takes half a second."""
    file = tmp_path_factory.mktemp("seal") / "seal.p12"
    seal_keys.keep_seal(file, "Riverbend Workforce Board", "secret", at=NOW)
    return file


@pytest.fixture(autouse=True)
def places(settings: Any, tmp_path: Any, key: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.SEAL = SealSettings(key, "secret", "Riverbend Workforce Board", "", is_generated=False)


@pytest.fixture
def draft(area, partner, cast) -> Signing:
    return make_signing(area, partner, cast["staff"], cast["manager"], NOW)


@pytest.fixture
def signing(draft) -> Signing:
    draft.send()
    return draft


@pytest.fixture
def executed(signing) -> Sending:
    return signing.sign_both()


@pytest.fixture
def sealed(draft) -> Sending:
    """A sending whose PDFs are real."""
    draft.send(real_pdf=True)
    return draft.sign_both(real_pdf=True)


def data_of(sending: Sending) -> bytes:
    with sending.sealed.file.open("rb") as file:
        return file.read()


# ---------------------------------------------------------------- The file
def status_of(data: bytes, key: Path) -> Any:
    """Return what pyHanko's own validator says of the one signature in a file, whose certificate it trusts."""
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    certificate = pkcs12.load_key_and_certificates(key.read_bytes(), b"secret")[1]
    assert certificate
    roots = list(load_certs_from_pemder_data(certificate.public_bytes(Encoding.DER)))
    [signature] = PdfFileReader(io.BytesIO(data)).embedded_signatures
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    return in_a_thread(lambda: validate_pdf_signature(signature, context))


def in_a_thread(act: Callable[[], Any]) -> Any:
    """Do what starts a loop of its own: in the main thread, Playwright's may run."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(act).result()


def test_the_executed_file_begins_with_the_frozen_bytes_and_its_seal_is_valid(sealed, key):
    data, frozen = data_of(sealed), sealed.document
    assert hashlib.sha256(data[: frozen.size]).hexdigest() == frozen.sha256
    assert hashlib.sha256(data).hexdigest() == sealed.sealed.sha256
    assert sealed.sealed.pages == frozen.pages + 1
    status = status_of(data, key)
    assert (status.bottom_line, status.docmdp_ok, status.coverage.name) == (True, True, "ENTIRE_FILE")


def test_the_certificate_can_be_read_by_screen_readers(sealed, tmp_path):
    data = data_of(sealed)
    file = tmp_path / "executed.pdf"
    file.write_bytes(data)
    assert pdfua.validate(file).findings == ()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        tree = str([node for node in pdf.objects if isinstance(node, pikepdf.Dictionary) and node.get("/S") == "/TH"])
    assert tree.count("/TH") >= 3 + 4  # the parties' table of the text, and that of the certificate


def test_the_evidence_in_the_file_says_who_signed_how_and_what(sealed):
    with pikepdf.open(io.BytesIO(data_of(sealed))) as pdf:
        facts = json.loads(pdf.attachments["evidence.json"].get_file().read_bytes())
    assert facts == json.loads(sealed.sealed.evidence)
    assert facts["text"]["pdf_sha256"] == sealed.document.sha256
    by_way = {each["way"]: each for each in facts["signatures"]}
    assert by_way["account"]["name"] == "Joel Abara"
    assert (by_way["link"]["email"], by_way["link"]["network_address"]) == (MAYOR, "127.0.0.1")
    assert by_way["link"]["title"] == "Mayor of Millpond"
    assert [each["email"] for each in facts["emails"]][-1] == MAYOR
    assert "nonce" not in sealed.sealed.evidence


def test_one_changed_bit_and_a_second_signature_are_noticed(sealed, key):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.general import SigningError

    data = data_of(sealed)
    flipped = bytearray(data)
    flipped[sealed.document.size // 2] ^= 1
    with suppress(Exception):  # a reader that cannot even read it has noticed
        assert not status_of(bytes(flipped), key).bottom_line
    signer = signers.SimpleSigner.load_pkcs12_data(key.read_bytes(), other_certs=[], passphrase=b"secret")
    second = signers.PdfSigner(signers.PdfSignatureMetadata(field_name="Second"), signer)
    with pytest.raises(SigningError, match="forbids all changes"):
        in_a_thread(lambda: second.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), output=io.BytesIO()))


def test_the_time_of_a_timestamp_server_is_in_the_seal(key, monkeypatch):
    """The server is a real one of pyHanko's, without its network."""
    from pyhanko.sign import signers, timestamps

    own = signers.SimpleSigner.load_pkcs12_data(key.read_bytes(), other_certs=[], passphrase=b"secret")
    asked = []

    def server(url: str) -> Any:
        asked.append(url)
        return timestamps.DummyTimeStamper(own.signing_cert, own.signing_key, fixed_dt=NOW)

    monkeypatch.setattr(timestamps, "HTTPTimeStamper", server)
    seal = pades.Seal(key.read_bytes(), b"secret", "Board", "https://time.example.org")
    page = make_pdf("<!DOCTYPE html><html lang=en><title>Text</title><h1>Text</h1></html>").data
    data = pades.seal(page, page, b"{}", seal, reason="Test", at=NOW)
    assert asked == ["https://time.example.org"]
    assert status_of(data, key).timestamp_validity is not None


def test_the_executed_file_and_its_evidence_cannot_be_changed(executed):
    rows = SealedDocument.objects.filter(pk=executed.sealed.pk)
    for change in ({"sha256": "0" * 64}, {"evidence": "{}"}):
        with pytest.raises(InternalError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        rows.delete()


# ---------------------------------------------------------------- Afterwards
def test_all_who_signed_and_the_staff_get_the_executed_file(as_, client, signing, executed):
    told = {notice.to: notice for notice in Notice.objects.filter(kind="agreements.executed")}
    assert set(told) == {MAYOR, signing.director.email, signing.staff.email}
    token = told[MAYOR].text.partition("/sign/")[2].partition("/")[0]
    page = words(client.get(at("sign_by_link", token)))
    assert "Download the executed agreement" in page
    data = b"".join(client.get(at("link_executed_file", token)).streaming_content)
    assert data == data_of(executed)
    request = signing.request_of("Director")
    assert as_("manager").get(at("sign_executed_file", request.pk)).status_code == 200
    assert "Download (PDF" in words(as_("staff").get(signing.agreement.get_absolute_url()))


def test_the_link_to_the_executed_file_ends(client, signing, executed):
    from agreements.models import SigningLink

    link = SigningLink.objects.get(email=MAYOR)
    SigningLink.objects.update(asked_at=NOW - timedelta(days=200), expires_at=NOW - timedelta(days=1))
    assert client.get(at("link_executed_file", link.token)).status_code == 410


def test_the_package_has_the_files_and_their_hashes(as_, signing, cast):
    scan = factories.make_file(b"%PDF-1.7 scan", use="agreements.scan", name="p.pdf", by=signing.staff)
    signatures.record_scan(
        signing.request_of("Director"),
        name="Joel",
        signed_on=timezone.localdate(NOW),
        scan=scan,
        by=signing.staff,
        at=NOW,
    )
    trace = signatures.Trace()
    signatures.sign_by_link(signing.link_of("Mayor of Millpond"), name="Sam", trace=trace, by=None, at=NOW)
    waiting = SealedDocument.objects.get()
    SealedDocument.objects.update(status="making")
    sealing.MAKER.hand_in(waiting, Pdf(b"%PDF-1.7 executed", 3), at=NOW)
    data = b"".join(as_("staff").get(at("evidence_package", signing.agreement.pk)).streaming_content)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        lines = [line.split("  ") for line in archive.read("SHA256SUMS").decode().splitlines()]
        sums = {name: digest for digest, name in lines}
        assert all(hashlib.sha256(archive.read(name)).hexdigest() == sums[name] for name in names[:-1])
        assert "Joel" in archive.read("certificate.html").decode()
        assert "two desks" in archive.read("text.html").decode()
    assert names == [
        "executed.pdf", "text.pdf", "text.html", "certificate.html", "evidence.json", f"scans/01-{scan.pk}.pdf",
        "SHA256SUMS",
    ]  # fmt: skip


def test_a_seal_that_fails_leaves_the_agreement_executed_and_is_repeated(as_, draft, settings, tmp_path, key):
    signing = draft
    signing.send(real_pdf=True)
    settings.SEAL = SealSettings(tmp_path / "gone.p12", "secret", "Board", "", is_generated=False)
    sending = signing.sign_both(real_pdf=True)
    assert (signing.agreement.status, sending.sealed.status) == ("executed", "failed")
    page = words(as_("staff").get(signing.agreement.get_absolute_url()))
    assert "The file could not be sealed" in page
    assert not Notice.objects.filter(kind="agreements.executed").exists()
    before = sending.sealed.evidence
    settings.SEAL = SealSettings(key, "secret", "Board", "", is_generated=False)
    as_("staff").post(at("seal_again", signing.agreement.pk))
    sealing.MAKER.work_on(sending.sealed.pk, at=NOW)
    sealed = SealedDocument.objects.get()
    assert (sealed.status, sealed.evidence) == ("ready", before)
    sealing.MAKER.work_on(sealed.pk, at=NOW)  # once more changes nothing
    assert SealedDocument.objects.get().sha256 == sealed.sha256


def test_what_is_not_there_or_has_not_failed_is_not_made_again(as_, signing):
    assert as_("staff").post(at("seal_again", signing.agreement.pk)).status_code == 404
    said = words(as_("staff").post(at("freeze_again", signing.agreement.pk), follow=True))
    assert "This PDF is ready or already in progress." in said


@pytest.mark.parametrize("contents", [b"", b"not a key"])
def test_a_wrong_key_file_or_password_is_said(contents, tmp_path, key):
    with pytest.raises(ValueError, match="Could not load key"):
        pades.signer_of(pades.Seal(contents, b"secret", "Board"))
    with pytest.raises(ValueError, match="Could not load key"):
        pades.signer_of(pades.Seal(key.read_bytes(), b"wrong", "Board"))


def test_a_portal_that_is_not_in_production_makes_a_key_once(settings, tmp_path):
    file = tmp_path / "seal.p12"
    settings.SEAL = SealSettings(file, "", "Demonstration key", "", is_generated=True)
    first = sealing.seal_of_settings("", at=NOW).pkcs12
    assert sealing.seal_of_settings("", at=NOW).pkcs12 == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert pades.signer_of(sealing.seal_of_settings("", at=NOW)).subject_name == "Demonstration key"


# ---------------------------------------------------------------- /verify/
def verified(client: Any, **typed: Any) -> str:
    return words(client.post(at("verify"), typed))


def test_anybody_asks_whether_a_file_is_ours_and_hears_nothing_else(client, executed):
    data = data_of(executed)
    assert "an executed agreement, unchanged" in verified(client, sha256=hashlib.sha256(data).hexdigest())
    page = verified(client, file=SimpleUploadedFile("a.pdf", data))
    assert "an executed agreement, unchanged" in page
    assert executed.agreement.title not in page
    assert executed.agreement.number not in page
    frozen = executed.document
    assert "a text that was sent for signature, unchanged" in verified(client, sha256=frozen.sha256.upper())
    changed = bytearray(data)
    changed[-10] ^= 1
    assert "did not make this file" in verified(client, file=SimpleUploadedFile("a.pdf", bytes(changed)))


@pytest.mark.parametrize("digest", ["0" * 64, "zz", "'; DROP TABLE", "٣" * 64])
def test_a_strange_fingerprint_is_unknown(client, db, digest):
    assert "did not make this file" in verified(client, sha256=digest)


def test_without_a_file_the_page_asks_for_one(client, db):
    assert "Choose a file." in verified(client)


def test_the_command_prints_one_line_and_says_it_by_its_code(executed, tmp_path, capsys):
    file = tmp_path / "agreement.pdf"
    file.write_bytes(data_of(executed))
    call_command("verify_agreement", file)
    said = json.loads(capsys.readouterr().out)
    assert (said["result"], said["sha256"]) == ("executed", executed.sealed.sha256)
    file.write_bytes(b"%PDF-1.7 other")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_agreement", file)
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["result"] == "unknown"
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_agreement", tmp_path / "nowhere.pdf")


def test_the_documents_are_downloads_of_those_who_see_the_agreement(as_, signing, executed):
    for name in ("frozen_file", "sealed_file", "evidence_package"):
        assert as_("manager").get(at(name, signing.agreement.pk)).status_code == 200
        assert as_("stranger").get(at(name, signing.agreement.pk)).status_code == 404
    assert FrozenDocument.objects.visible_to(signing.director).count() == 1
