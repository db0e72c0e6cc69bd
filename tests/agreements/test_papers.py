"""PDFs of the text and of the report of an impasse; comments on a clause."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError, InternalError, transaction
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, AgreementPdf, Clause, Party
from agreements.papers import pdfs, texts
from onestop.comments.models import Comment
from onestop.files.pdf import Pdf
from onestop.notices.models import Notice
from tests import factories
from tests.at_once import second_waits_for

NOW = timezone.now()
TODAY = date(2026, 11, 28)


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def told_by(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def mou(area) -> Agreement:
    return factories.make_agreement(area, status="review", number="MOU-27-01")


@pytest.fixture
def party(mou, partner) -> Party:
    return factories.make_party(mou, partner)


@pytest.fixture
def clause(mou) -> Clause:
    return factories.make_clause(mou, title="Referral", text="By {{partners}}, **warmly**.")


# ---------------------------------------------------------------- The text
def test_the_text_has_the_values_of_its_fields_and_the_promises_beside_their_clauses(mou, party, clause):
    factories.make_promise(party, clause=clause, text="Answers within a day")
    factories.make_promise(party, text="A desk")
    html = texts.agreement_html(mou, today=TODAY)
    name = party.partnership.organization.name
    told = told_by(html)
    assert f"By {name} , warmly ." in told
    assert told.index("1. Referral") < told.index(f"{name}: Answers within a day") < told.index(f"{name}: A desk")
    assert "Draft of November 28, 2026" in told
    assert "Draft of" not in told_by(texts.agreement_html(Agreement(**vars_of(mou, status="executed")), today=TODAY))


def vars_of(mou: Agreement, **changed: Any) -> dict[str, Any]:
    return {field.name: getattr(mou, field.name) for field in mou._meta.fields} | changed


def test_a_pdf_is_tagged_and_downloaded_under_a_name(as_, cast, mou, party, clause):
    answer = as_("manager").post(at("pdf_ask", mou.pk))
    made = AgreementPdf.objects.get()
    assert answer["Location"] == at("pdf_detail", made.pk)
    assert "queued" in words(as_("manager").get(answer["Location"]))
    assert pdfs.MAKER.work_on(made.pk, at=NOW)
    made.refresh_from_db()
    assert (made.status, made.html) == ("ready", "")
    page = words(as_("manager").get(answer["Location"]))
    assert f"SHA-256: <code>{made.sha256}</code>" in page
    file = as_("manager").get(at("pdf_file", made.pk))
    assert re.search(r'filename="[\w-]+-mou-27-01-text-[\d-]+\.pdf"', file["Content-Disposition"])
    with pikepdf.open(io.BytesIO(b"".join(file.streaming_content))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]) == f"{mou.title}, MOU-27-01"


def test_the_same_text_is_made_once_and_another_person_finds_it(as_, mou, clause):
    as_("staff").post(at("pdf_ask", mou.pk))
    as_("board").post(at("pdf_ask", mou.pk))
    assert AgreementPdf.objects.count() == 1


def test_a_person_waits_for_one_pdf(as_, cast, mou, clause):
    as_("staff").post(at("pdf_ask", mou.pk))
    Clause.objects.update(title="Other")
    answer = as_("staff").post(at("pdf_ask", mou.pk), follow=True)
    assert "You already requested this PDF" in words(answer)
    asked = {"agreement": mou, "asked_by": cast["staff"]}
    with pytest.raises(IntegrityError, match="person_waits_for_one_agreement_pdf"), transaction.atomic():
        factories.make_agreement_pdf(**asked)


def test_a_storage_that_does_not_respond_is_told_of(as_, mou, monkeypatch):
    monkeypatch.setattr(pdfs, "make_pdf", lambda html, **_options: Pdf(html.encode(), 1))
    made = factories.make_agreement_pdf(mou)
    pdfs.MAKER.work_on(made.pk, at=NOW)

    def fails(self: Any, mode: str) -> Any:
        raise OSError("no route")

    monkeypatch.setattr(FieldFile, "open", fails)
    assert "The storage of files does not respond" in words(as_("staff").get(at("pdf_file", made.pk), follow=True))


@pytest.mark.django_db(transaction=True)
def test_two_people_who_ask_at_once_get_one_pdf(cast, mou, clause):
    second_waits_for(
        lambda: pdfs.ask_for_text(mou, by=cast["staff"], at=NOW),
        lambda: pdfs.ask_for_text(mou, by=cast["board"], at=NOW),
    )
    assert AgreementPdf.objects.get().asked_by == cast["staff"]


def test_what_failed_can_be_tried_again(as_, cast, mou):
    made = factories.make_agreement_pdf(mou, status="failed", message="Pango is missing.", asked_by=cast["staff"])
    assert "Pango is missing." in words(as_("board").get(at("pdf_detail", made.pk)))
    as_("board").post(at("pdf_again", made.pk))
    made.refresh_from_db()
    assert (made.status, made.asked_by) == ("waiting", cast["board"])
    assert "already in progress" in words(as_("board").post(at("pdf_again", made.pk), follow=True))


def test_old_texts_are_deleted_and_reports_stay(mou, monkeypatch):
    monkeypatch.setattr(pdfs, "make_pdf", lambda html, **_options: Pdf(html.encode(), 1))
    for kind in ("text", "impasse"):
        made = factories.make_agreement_pdf(mou, kind=kind, asked_at=NOW - timedelta(days=40))
        pdfs.MAKER.work_on(made.pk, at=NOW)
    assert pdfs.clean_up(at=NOW) == 1
    report = AgreementPdf.objects.get()
    with pytest.raises(InternalError), transaction.atomic():
        report.delete()


# ---------------------------------------------------------------- The report
def test_the_report_of_an_impasse_has_the_whole_record(as_, cast, mou, party):
    factories.make_negotiation(mou, text="All partners met.", happened_on=date(2026, 9, 1))
    factories.make_negotiation(mou, kind="offer", party=party, text="Half of the rent.", happened_on=date(2026, 10, 5))
    factories.make_negotiation(mou, text="Removed entry", archived_at=NOW)
    typed = {"parties": [party.pk], "about": "mou", "issues": "The share of rent.", "request": "A mediator."}
    answer = as_("staff").post(at("impasse_report", mou.pk), typed)
    made = AgreementPdf.objects.get()
    assert answer["Location"] == at("pdf_detail", made.pk)
    told = told_by(made.html)
    assert "The Governor, the State board and the State agency responsible for each program" in told
    assert told.index("All partners met.") < told.index("Half of the rent.")
    assert "Removed entry" not in told
    assert "A mediator." in told
    assert "Report of an impasse" in words(as_("board").get(mou.get_absolute_url()))
    assert as_("manager").get(at("pdf_detail", made.pk)).status_code == 403


def test_costs_are_reported_under_their_own_section(mou, party):
    given: dict[str, Any] = {"parties": [party], "issues": "Rent", "request": "", "today": TODAY}
    told = told_by(texts.impasse_html(mou, about="costs", **given))
    assert "20 CFR 678.725" in told
    assert "State board" not in told


def test_a_report_needs_a_record_and_parties(as_, mou, party):
    typed = {"parties": [party.pk], "about": "mou", "issues": "Rent"}
    page = words(as_("staff").post(at("impasse_report", mou.pk), typed))
    assert "Record at least one negotiation first" in page
    assert "Rent</textarea>" in page
    factories.make_negotiation(mou)
    page = words(as_("staff").post(at("impasse_report", mou.pk), {"about": "mou", "issues": "Rent"}))
    assert "Choose at least one party." in page
    assert not AgreementPdf.objects.exists()


# ---------------------------------------------------------------- Comments on a clause
def test_a_party_comments_on_a_clause_and_staff_hear_of_it(as_, cast, mou, party, clause):
    add = reverse("comments:add", args=["clause", clause.pk])
    answer = as_("manager").post(add, {"text": "Two days, please."})
    comment = Comment.objects.get()
    assert answer["Location"] == f"{at('clause_detail', clause.pk)}#comment-{comment.pk}"
    notice = Notice.objects.get(recipient=cast["staff"])
    assert notice.url == answer["Location"]
    assert "“Referral” of MOU-27-01" in notice.subject + notice.text
    page = words(as_("board").get(at("clause_detail", clause.pk)))
    assert "Two days, please." in page
    assert "1 open discussion" in words(as_("staff").get(mou.get_absolute_url()))
    as_("staff").post(reverse("comments:resolve", args=[comment.discussion_id]))
    assert "1 open discussion" not in words(as_("staff").get(mou.get_absolute_url()))


def test_a_clause_of_a_draft_is_nobody_elses(as_, mou, party, clause):
    Agreement.objects.update(status="draft")
    assert as_("manager").get(at("clause_detail", clause.pk)).status_code == 404
    assert as_("manager").get(reverse("comments:add", args=["clause", clause.pk])).status_code == 404
