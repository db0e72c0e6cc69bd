"""Notice types that carry a secret: shown to nobody but the recipient, and deleted when it is of no more use."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onestop.notices import notice_types, outbox
from onestop.notices.delivery_stats import notice_log_of
from onestop.notices.models import Notice
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.notify import notify
from onestop.notices.parts import calendar_part
from tests import factories
from tests.notices.posting import Status, state_of

pytestmark = pytest.mark.django_db
CODE = "739154"
URGENT = Notice.Priority.URGENT


@pytest.fixture
def secret(monkeypatch):
    kind = NoticeType(
        "tests.secret", "Secret code", "A code.", Reason.TRANSACTIONAL, template="told", priority=URGENT,
        in_inbox=False, is_secret=True,
    )  # fmt: skip
    monkeypatch.setitem(notice_types._kinds, kind.code, kind)
    return kind


def tell(secret, area, **more):
    given = {"to": "ann@partner.example", "scope": area, "context": {"thing": CODE}, "at": timezone.now()} | more
    return notify(secret.code, key="1", **given)


def test_nobody_reads_it_anywhere(secret, as_, area, partner):
    notice = tell(secret, area, about=[partner], parts=[calendar_part(CODE.encode(), filename=f"{CODE}.ics")])
    assert CODE in notice.text
    operator = factories.make_user("Olga Perez", is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(operator)
    of_area = [
        reverse("partners:notice_list", args=[area.slug]),
        reverse("partners:notice_list", args=[area.slug]) + "?export=csv",
        reverse("partners:notice_detail", args=[area.slug, notice.pk]),
    ]
    everywhere = [
        reverse("notices:admin_list"),
        reverse("notices:admin_detail", args=[notice.pk]),
        reverse("admin:notices_notice_changelist"),
        reverse("admin:notices_notice_change", args=[notice.pk]),
    ]
    for user, addresses in ((as_("staff"), of_area), (client, everywhere)):
        for address in addresses:
            answer = user.get(address)
            shown = b"".join(answer) if answer.streaming else answer.content
            assert answer.status_code == 200
            assert CODE not in shown.decode(), address
    assert as_("staff").get(reverse("partners:notice_mail", args=[area.slug, notice.pk])).status_code == 404
    found = as_("staff").get(reverse("partners:notice_list", args=[area.slug]) + f"?q={CODE}")
    assert len(found.context["table"].rows) == 0
    log = notice_log_of(partner)
    assert log
    assert [line.what for line in log.lines] == ["Secret code"]


def test_it_stays_out_of_the_inbox(secret, cast, area):
    assert not tell(secret, area, to=cast["manager"]).in_inbox


@pytest.mark.parametrize("changes", [{"priority": Notice.Priority.USUAL}, {"in_inbox": True}])
def test_a_secret_type_is_urgent_and_not_kept_in_an_inbox(changes):
    given = {"priority": URGENT, "in_inbox": False, "is_secret": True} | changes
    with pytest.raises(ValueError, match="is secret"):
        NoticeType("x", "x", "x", Reason.TRANSACTIONAL, **given)


@pytest.mark.parametrize("status", [Status.SENT, Status.FAILED, Status.UNCERTAIN, Status.WITHDRAWN])
def test_its_text_is_deleted_once_it_has_expired(secret, area, status):
    now = timezone.now()
    notice = tell(secret, area, expires_at=now + timedelta(minutes=15), at=now)
    Notice.objects.filter(pk=notice.pk).update(status=status, sent_at=now if status == Status.SENT else None)
    assert outbox.forget_secrets(at=now + timedelta(minutes=14)) == 0
    assert outbox.forget_secrets(at=now + timedelta(minutes=16)) == 1
    assert CODE not in state_of(notice).text + notice.html
    assert outbox.send_again(Notice.objects.all(), by=factories.make_user(), at=now) == 0


def test_without_an_expiry_its_text_is_deleted_after_a_day(secret, area):
    notice = tell(secret, area)
    Notice.objects.filter(pk=notice.pk).update(status=Status.SENT, sent_at=notice.written_at)
    assert outbox.forget_secrets(at=notice.written_at + timedelta(hours=23)) == 0
    assert outbox.forget_secrets(at=notice.written_at + timedelta(hours=25)) == 1


def test_account_mails_are_secret_by_the_same_flag():
    assert notice_types.ACCOUNT_MAIL.is_secret
    assert outbox.DJANGOS_OWN in notice_types.secret_codes()
    assert notice_types.ACCOUNT_MAIL not in notice_types.all_notice_types()
