"""One notice on the admin: its story, and nothing of what is for the person alone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.signed_links import sign
from onestop.notices import outbox, redaction, reminders
from onestop.notices.digests import DIGEST
from onestop.notices.models import Notice, name_of
from onestop.notices.unsubscribe import token_of
from tests import factories

pytestmark = pytest.mark.django_db
Status = Notice.Status
NONCE = "abcdefghijklmnopqrstuvwX"


@pytest.fixture
def operator(cast):
    return factories.make_user("Olga Perez", is_superuser=True)


def detail(area, notice):
    return reverse("partners:notice_detail", args=[area.slug, notice.pk])


# ---------------------------------------------------------------- Secrets
@pytest.mark.parametrize("purpose", ["confirm", "join"])
def test_no_link_of_ours_keeps_its_token(purpose):
    token = sign(purpose, 12, NONCE)
    for words in (
        f"Go to https://portal.example.org/{purpose}/{token}/ today.",
        f'<a href="https://p.example/{purpose}/{token}/">',
    ):
        blanked = redaction.redact(words)
        assert token not in blanked
        assert NONCE not in blanked
        assert redaction.BLANK in blanked


def test_nor_does_the_link_by_which_a_kind_is_turned_down(cast):
    token = token_of(cast["manager"], DIGEST)
    assert token not in redaction.redact(f"<https://portal.example.org/notices/stop/{token}/>")


@pytest.mark.parametrize(
    "address",
    ["https://portal.example.org/?key=aB3dE5fG7hI9jK1lM3", "https://p.example/r/1x-c4ca4238a0b923820dcc509a/"],
)
def test_nor_do_those_of_others(address):
    assert redaction.BLANK in redaction.redact(address)


def test_plain_addresses_stay_as_they_are():
    words = "https://p.example/areas/lower-tanager-valley/services/?freshness=unconfirmed&partner=12 and ann@x.example"
    assert redaction.redact(words) == words


def test_staff_read_the_words_without_the_tokens(as_, area):
    token = sign("confirm", 12, NONCE)
    link = f"https://portal.example.org/confirm/{token}/"
    notice = factories.make_notice(
        area, text=f"Still correct? {link}\n", html=f'<p><a href="{link}">Confirm</a></p>',
        headers={"List-Unsubscribe": f"<{link}>"},
    )  # fmt: skip
    page = as_("staff").get(detail(area, notice)).content.decode()
    mail = as_("staff").get(reverse("partners:notice_mail", args=[area.slug, notice.pk])).content.decode()
    assert "Still correct?" in page
    assert "Confirm" in mail
    assert NONCE not in page + mail
    assert token.partition(".")[2] not in page + mail


def test_nobody_reads_codes_to_sign_in_with(client, operator):
    secret = "Your code: 123456"
    notice = factories.make_notice(kind=outbox.DJANGOS_OWN, subject=secret, text=secret, html=f"<p>{secret}</p>")
    client.force_login(operator)
    page = client.get(reverse("notices:admin_detail", args=[notice.pk])).content.decode()
    listed = client.get(reverse("notices:admin_list")).content.decode()
    file = b"".join(client.get(reverse("notices:admin_list") + "?export=csv")).decode()
    assert "123456" not in page + listed + file
    assert "An email about the account" in listed
    assert client.get(reverse("notices:admin_mail", args=[notice.pk])).status_code == 404
    found = client.get(reverse("notices:admin_list") + "?q=123456").context["table"]
    assert len(found.rows) == 0


def test_a_mail_stands_in_a_frame_in_which_nothing_runs(as_, area):
    notice = factories.make_notice(area, html="<script>alert(1)</script><p>Hello</p>")
    mail = as_("staff").get(reverse("partners:notice_mail", args=[area.slug, notice.pk]))
    policy = mail["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert mail["X-Frame-Options"] == "SAMEORIGIN"
    page = as_("staff").get(detail(area, notice))
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert re.search(r"<iframe [^>]*\ssandbox></iframe>", page.content.decode())


def test_dark_is_shown_dark_whatever_the_device_says(as_, area):
    notice = factories.make_notice(
        area, html="<style>@media (prefers-color-scheme: dark) { p { color: white } }</style>"
    )
    url = reverse("partners:notice_mail", args=[area.slug, notice.pk])
    assert "@media all" in as_("staff").get(f"{url}?theme=dark").content.decode()
    assert "@media not all" in as_("staff").get(f"{url}?theme=light").content.decode()


# ---------------------------------------------------------------- Its story
def test_its_story_says_what_became_of_it(as_, area, cast):
    then = timezone.now() - timedelta(hours=3)
    digest = factories.make_notice(
        subject="3 notifications for you", status=Status.SENT, sent_at=then, to=cast["manager"]
    )
    cases: dict[str, dict[str, Any]] = {
        "Not delivered: 550 Nobody": {"status": Status.FAILED, "last_error": "550 Nobody", "attempts": 2},
        "2 delivery attempts": {"status": Status.QUEUED, "last_error": "421 Busy", "attempts": 2},
        "Accepted by the mail server": {"status": Status.SENT, "sent_at": then},
        "Sent in the digest “3 notifications for you”": {"status": Status.DIGESTED, "carrier": digest},
        "Withdrawn by Dana": {"status": Status.WITHDRAWN, "withdrawn_why": "Withdrawn by Dana Whitcomb."},
        "In the portal only": {"status": Status.IN_APP_ONLY},
        "The email may or may not have been delivered: The worker stopped.": {
            "status": Status.UNCERTAIN,
            "last_error": "The worker stopped.",
        },
    }
    for words, fields in cases.items():
        page = as_("staff").get(detail(area, factories.make_notice(area, **fields))).content.decode()
        assert words in page, words


def test_a_digest_leads_to_its_page_for_the_operator_only(client, as_, operator, area, cast):
    digest = factories.make_notice(subject="Your digest", status=Status.SENT, sent_at=timezone.now())
    notice = factories.make_notice(area, status=Status.DIGESTED, carrier=digest)
    address = reverse("notices:admin_detail", args=[digest.pk])
    assert address not in as_("staff").get(detail(area, notice)).content.decode()
    client.force_login(operator)
    assert address in client.get(reverse("notices:admin_detail", args=[notice.pk])).content.decode()


def test_a_reminder_says_which_step_it_is_and_what_comes_next(as_, area, monkeypatch):
    monkeypatch.setattr(reminders, "_reminders", {factories.REMINDER.code: factories.REMINDER})
    notice = factories.make_notice(area, matter="tests.bell:tower", step=2)
    page = as_("staff").get(detail(area, notice)).content.decode()
    assert "Wind the bell" in page
    assert "is-done" in page
    assert "One-Stop staff" in page


def test_it_leads_to_what_else_was_told_about_the_same(as_, area, partner):
    notice = factories.make_notice(area, about=[name_of(partner)])
    page = as_("staff").get(detail(area, notice)).content.decode()
    assert f"?about=partners.partnership%3A{partner.pk}" in page


def test_staff_see_names_and_only_the_operator_sees_internals(client, as_, operator, area, partner):
    gone = f"partners.partnership:{partner.pk + 999}"
    notice = factories.make_notice(area, about=[name_of(partner), gone])
    page = as_("staff").get(detail(area, notice)).content.decode()
    assert f">{partner}</a>" in page
    for internal in (name_of(partner), gone, notice.message_id.strip("<>"), "Message-ID", "Technical details"):
        assert internal not in page
    client.force_login(operator)
    page = client.get(reverse("notices:admin_detail", args=[notice.pk])).content.decode()
    for internal in (name_of(partner), gone, notice.message_id.strip("<>"), "Message-ID", "Technical details"):
        assert internal in page


def test_a_page_costs_the_same_however_much_was_told(as_, area, queries_of):
    notice = factories.make_notice(area)
    as_("staff").get(detail(area, notice))
    few = queries_of(lambda: as_("staff").get(detail(area, notice)))
    for _ in range(10):
        factories.make_notice(area)
    assert queries_of(lambda: as_("staff").get(detail(area, notice))) == few
