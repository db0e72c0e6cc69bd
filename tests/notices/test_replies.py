"""Staff read what people answer by email: in their area, as plain text, until they mark it as done."""

from email.message import EmailMessage

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.signed_links import sign
from onestop.notices.inbound import take_mail
from onestop.notices.models import InboundMail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(area):
    return factories.make_notice(area, to="luz@millrace.example", subject="Confirm your services")


def reply(notice=None, text="We moved to Main Street.", **headers):
    return take_mail(factories.make_reply(text, to=notice, **headers), at=timezone.now())


def listed(area, **query):
    return reverse("partners:notice_reply_list", args=[area.slug], query=query)


def detail(area, mail):
    return reverse("partners:notice_reply_detail", args=[area.slug, mail.pk])


def words(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def operator():
    return factories.make_user("Olga Perez", is_superuser=True, is_staff=True)


# ---------------------------------------------------------------- Reading
def test_staff_read_an_answer_and_what_it_answers(as_, area, notice):
    mail = reply(notice)
    page = words(as_("staff").get(listed(area)))
    assert "Re: Confirm your services" in page
    assert "Luz Ferrand" in page
    shown = words(as_("staff").get(detail(area, mail)))
    assert "We moved to Main Street." in shown
    assert reverse("partners:notice_detail", args=[area.slug, notice.pk]) in shown
    assert 'href="mailto:luz@millrace.example"' in shown
    assert "from another address" not in shown


def test_an_answer_from_another_address_says_so(as_, area, notice):
    mail = reply(notice, sender="somebody@else.example")
    assert "came from another address" in words(as_("staff").get(detail(area, mail)))


def test_nothing_in_it_runs_or_is_fetched(as_, area, notice):
    message = EmailMessage()
    message["From"], message["In-Reply-To"] = "x@y.example", notice.message_id
    message["Subject"] = "<script>alert(1)</script>"
    html = "<p>Hi <b>you</b></p><img src=https://spy.example/x.gif><script>alert(2)</script>"
    message.set_content(html, subtype="html")
    message.add_attachment(b"MZ", maintype="application", subtype="exe", filename="<i>invoice</i>.exe")
    mail = take_mail(message.as_bytes(), at=timezone.now())
    page = as_("staff").get(detail(area, mail)).content.decode()
    assert "Hi you" in page
    assert "&lt;i&gt;invoice&lt;/i&gt;.exe" in page
    for live in ("<script>alert", "spy.example", "<i>invoice", "alert(2)"):
        assert live not in page


def test_what_an_answer_quotes_is_hidden_like_in_the_notice(as_, area, notice):
    token = sign("confirm", 12, "abcDEF123456abcDEF123456")
    mail = reply(notice, text=f"Yes.\n> https://portal.example.org/confirm/{token}/")
    page = as_("staff").get(detail(area, mail)).content.decode()
    assert "portal.example.org/confirm/" in page
    assert "abcDEF" not in page


def test_an_area_without_mail_is_told_what_belongs_there(as_, area):
    assert "No incoming email" in words(as_("staff").get(listed(area)))


def test_it_is_searched_and_filtered(as_, area, notice):
    reply(notice)
    reply(notice, text="Away", Subject="Out of office", Auto_Submitted="auto-replied")

    def found(**query):
        return [row.record.subject for row in as_("staff").get(listed(area, **query)).context["table"].rows]

    assert sorted(found()) == ["Out of office", "Re: Confirm your services"]
    assert found(shown="unread") == ["Re: Confirm your services"]
    assert found(shown="automatic") == ["Out of office"]
    assert found(q="luz confirm") == ["Re: Confirm your services"]
    assert found(shown="done") == []


def test_a_list_costs_the_same_for_1_and_for_10(as_, area, notice, queries_of):
    reply(notice)
    as_("staff").get(listed(area))  # what the first request after signing in asks
    once = queries_of(lambda: as_("staff").get(listed(area)))
    for number in range(9):
        reply(notice, text=str(number))
    assert queries_of(lambda: as_("staff").get(listed(area))) == once


def test_what_a_part_of_the_portal_took_is_not_listed(as_, area, notice):
    InboundMail.objects.filter(pk=reply(notice).pk).update(state="taken", taken_by="meet")
    assert "No incoming email" in words(as_("staff").get(listed(area)))


def test_it_is_exported(as_, area, notice):
    reply(notice)
    file = b"".join(as_("staff").get(listed(area, export="csv"))).decode()
    assert "Re: Confirm your services,Not read,Luz Ferrand,luz@millrace.example,Confirm your services" in file


# ---------------------------------------------------------------- Done
def test_staff_mark_it_as_done_and_back(as_, area, notice, cast):
    mail = reply(notice)
    done = reverse("partners:notice_reply_done", args=[area.slug])
    as_("staff").post(done, {"pick": mail.pk})
    mail.refresh_from_db()
    assert (mail.state, mail.done_by) == ("done", cast["staff"])
    assert "Mark as not read" in words(as_("staff").get(detail(area, mail)))
    as_("staff").post(done, {"pick": mail.pk, "undo": "1"})
    mail.refresh_from_db()
    assert (mail.state, mail.done_by, mail.done_at) == ("open", None, None)
    assert "Select emails first." in words(as_("staff").post(done, {}, follow=True))


def test_the_first_page_of_staff_counts_what_is_not_read(as_, area, notice):
    home = reverse("dashboards:home", args=[area.slug])
    assert "by email not read" not in words(as_("staff").get(home))
    mail = reply(notice)
    reply(notice, text="Away", Auto_Submitted="auto-replied")
    assert "1 reply by email not read" in words(as_("staff").get(home))
    as_("staff").post(reverse("partners:notice_reply_done", args=[area.slug]), {"pick": mail.pk})
    assert "by email not read" not in words(as_("staff").get(home))


# ---------------------------------------------------------------- Who
def test_what_belongs_to_no_area_is_the_operators(client, operator, as_, area, notice):
    lost, ours = reply(), reply(notice)
    assert as_("staff").get(detail(area, lost)).status_code == 404
    client.force_login(operator)
    page = words(client.get(reverse("notices:admin_reply_list")))
    assert "A question" in page
    assert "Re: Confirm your services" in page
    for mail in (lost, ours):
        assert client.get(reverse("notices:admin_reply_detail", args=[mail.pk])).status_code == 200


def test_another_area_reads_nothing_of_it(as_, area, other_area):
    theirs = reply(factories.make_notice(other_area))
    assert as_("staff").get(detail(area, theirs)).status_code == 404
    as_("staff").post(reverse("partners:notice_reply_done", args=[area.slug]), {"pick": theirs.pk})
    theirs.refresh_from_db()
    assert theirs.state == "open"


def test_secret_notices_stay_secret_here_too(as_, area):
    notice = factories.make_notice(area, kind="account", subject="Your code 123456")
    mail = reply(notice, Subject="Re: hello", text="> Your code 123456")
    page = words(as_("staff").get(detail(area, mail)))
    assert "123456" not in page
    assert "may quote a code" in page
    assert "An email about the account" in page
