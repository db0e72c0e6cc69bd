"""From a draft to an executed agreement in a real browser: staff, a director signed in, a mayor by link on a phone."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from agreements.models import Agreement, FrozenDocument, SealedDocument, Sending, Signature
from agreements.signing import freezing, sealing
from onestop.local import seal_keys
from onestop.notices.models import Notice
from onestop.ops.seal_settings import SealSettings
from tests.agreements.signing_world import MAYOR, make_signing

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


@pytest.fixture(autouse=True)
def places(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    key = tmp_path / "seal.p12"
    seal_keys.keep_seal(key, "Board", "secret", at=NOW)
    settings.SEAL = SealSettings(key, "secret", "Board", "", is_generated=False)


def code_in_mail() -> str:
    notice = Notice.objects.filter(kind="notices.code", to=MAYOR).order_by("-pk").first()
    assert notice
    found = re.search(r"\b\d{6}\b", notice.text)
    assert found
    return found.group()


def test_an_agreement_is_sent_signed_in_two_ways_and_checked(
    open_page: OpenPage, axe: Any, area: Any, partner: Any, cast: Any, tmp_path: Path
):
    signing = make_signing(area, partner, cast["staff"], cast["manager"], NOW)
    page = open_page(cast["staff"])
    page.goto(signing.agreement.get_absolute_url())
    page.get_by_role("link", name="Send for signature").click()
    page.get_by_label("Message to those who sign").fill("Read clause 1.")
    axe(page)
    page.get_by_role("button", name="Send for signature").click()
    expect(page.get_by_text("The text is frozen.")).to_be_visible()
    freezing.MAKER.work_on(FrozenDocument.objects.get().pk, at=timezone.now())
    page.reload()
    axe(page)

    # The director, signed in, by keyboard alone.
    page = open_page(cast["manager"])
    page.goto(reverse("agreements:to_sign"))
    page.get_by_role("link", name="Desks and a screen reader").click()
    page.get_by_label("Type your full name").focus()
    page.keyboard.type("Joel Abara")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your signature is recorded.")).to_be_visible()

    # The mayor, on a phone and without an account.
    mail = Notice.objects.get(kind="agreements.sign", to=MAYOR)
    phone = open_page(None)
    phone.set_viewport_size({"width": 360, "height": 740})
    phone.goto("/sign/" + mail.text.partition("/sign/")[2].split()[0])
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.get_by_role("button", name="Email me a code").click()
    phone.get_by_label("Type your full name").fill("Sam Sample")
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="Sign the agreement").click()
    expect(phone.get_by_text("Enter the code that we sent you by email.").first).to_be_visible()
    expect(phone.get_by_label("Type your full name")).to_have_value("Sam Sample")
    phone.get_by_label("Code from our email").fill(code_in_mail())
    phone.get_by_role("button", name="Sign the agreement").click()
    expect(phone.get_by_text("Your signature is recorded.")).to_be_visible()

    agreement = Agreement.objects.get(pk=signing.agreement.pk)
    assert agreement.status == "executed"
    assert set(Signature.objects.values_list("way", flat=True)) == {"account", "link"}
    sealing.MAKER.work_on(SealedDocument.objects.get().pk, at=timezone.now())
    phone.reload()
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Download the executed agreement").click()
    file = tmp_path / "executed.pdf"
    download.value.save_as(file)
    sealed = Sending.objects.get().sealed
    assert hashlib.sha256(file.read_bytes()).hexdigest() == sealed.sha256

    # Anybody checks the file: the browser sends its fingerprint, and not the file.
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.post_data or ""))
    phone.goto(reverse("agreements:verify"))
    axe(phone)
    phone.get_by_label("PDF file").set_input_files(file)
    phone.get_by_role("button", name="Check the file").click()
    expect(phone.get_by_text("This is an executed agreement, unchanged.")).to_be_visible()
    [posted] = [data for data in sent if "csrfmiddlewaretoken" in data]
    assert sealed.sha256 in posted
    assert "%PDF" not in posted


def test_without_scripts_the_file_itself_is_checked(open_page: OpenPage, db: None, tmp_path: Path):
    file = tmp_path / "other.pdf"
    file.write_bytes(b"%PDF-1.7 of somebody else")
    page = open_page(None, javascript=False)
    page.goto(reverse("agreements:verify"))
    page.get_by_label("PDF file").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("This portal did not make this file.")).to_be_visible()
