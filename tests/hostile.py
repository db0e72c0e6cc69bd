"""Hostile text in every column that people type into, and the detection of its effects.

``fill`` finds the columns in the model registry, so that new ones are included. ``traces`` returns what hostile text
caused in a page: an element, an attribute, a script URL, text escaped twice.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, count, groupby
from typing import Any

import pghistory.models
import pgtrigger
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.utils.timezone import now
from lxml import html as lxml_html

from meetings.models import ActionItem, ActionUpdate
from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import MailRequest, NewSignIn, User
from onestop.notices.models import Bounce, MailboxPoll, Notice, OneTimeCode, PlannerRun, Resend, StoppedAddress
from onestop.notices.parts import attachment_part, write_parts
from partners.importing import runs
from partners.importing.kinds import all_kinds
from partners.manual.editions import issue_edition
from partners.models import ImportAnswer, ImportRun, LocalArea, Partnership
from tests import factories, world

MARK = re.compile(r"(?<![\w-])qz\d+")  # by itself: the random tokens of links hold anything
FORMULAS = ("=", "+", "-", "@", "\t=", "\r=")  # the start of a formula in a spreadsheet program
OVERRIDE = "\u202e"  # reverses the direction of the text that follows, including ours
_number = count(1)

# Apps whose rows the portal creates itself.
MACHINERY = {"admin", "editing", "auth", "contenttypes", "mfa", "pghistory", "sessions"}
# Text columns that nobody types into, and why. Choices, slugs, files and history events need no line here.
NOT_TYPED = {
    "agreements.Clause.elements": "the codes of elements",
    "agreements.ElementRecord.element": "the code of an element",
    "agreements.Version.contents": "kept by the database as it is; made of the clauses",
    "agreements.Version.note": "kept by the database as it is; typed when a version is saved",
    "accounts.MailRequest.code": "six digits of ours",
    "accounts.NewSignIn.nonce": "a secret of ours",
    "accounts.SavedView.page": "the code of a list",
    "accounts.SavedView.path": "an address of ours",
    "accounts.SavedView.query": "the query string of a list, made by us",
    "accounts.User.password": "a hash",
    "accounts.User.theme": "one of three",
    "account.EmailConfirmation.key": "a secret of ours",
    "files.StoredFile.use": "the code of a use",
    "files.StoredFile.sha256": "a hash",
    "usersessions.UserSession.session_key": "a key of ours",
    "usersessions.UserSession.data": "kept by allauth",
    "notices.InboundMail.digest": "a hash",
    "notices.InboundMail.message_id": "shown nowhere",
    "notices.InboundMail.scope": "the name of a row",
    "notices.InboundMail.taken_by": "the name of an inbox",
    "notices.MailboxPoll.name": "one of one",
    "notices.WeeklyLimit.scope": "the name of a row",
    "notices.Notice.about": "the names of rows",
    "notices.Notice.dedupe_key": "a key of ours",
    "notices.Notice.headers": "written by us",
    "notices.Notice.html": "a page of ours, rendered when the notice was written",
    "notices.Notice.kind": "the code of a kind",
    "notices.Notice.matter": "the name of a row",
    "notices.Notice.message_id": "made by us",
    "notices.Notice.scope": "the name of a row",
    "notices.Notice.url": "an address of ours",
    "notices.NoticePart.media_type": "a media type",
    "notices.NoticePart.method": "a word of the standard",
    "notices.OneTimeCode.digest": "a hash",
    "notices.OneTimeCode.nonce": "a secret of ours",
    "notices.OneTimeCode.purpose": "a code",
    "notices.OneTimeCode.target": "the name of a row",
    "notices.StoppedAddress.kind": "the code of a kind",
    "notices.PlannerRun.code": "the code of a reminder",
    "notices.Preference.kind": "the code of a kind",
    "notices.Rule.code": "the code of a reminder",
    "notices.Rule.scope": "the name of a row",
    "notices.RuleStep.whom": "the code of a circle",
    "notices.DeliverySchedule.time_zone": "one of a list",
    "partners.Center.state_code": "two letters",
    "partners.ColumnMapping.header_key": "a hash",
    "partners.ColumnMapping.kind": "the code of a kind",
    "partners.ColumnMapping.mapping": "the codes of columns",
    "partners.ConfirmationRequest.nonce": "a secret of ours",
    "partners.ImportAnswer.key": "made of a name, without punctuation",
    "partners.ImportRow.changes": "read from the file, below",
    "partners.ImportRow.cells": "read from the file, below",
    "partners.ImportRow.question": "read from the file, below",
    "partners.ImportRun.counts": "numbers",
    "partners.ImportRun.digest": "a hash",
    "partners.ImportRun.kind": "the code of a kind",
    "partners.ImportRun.layout": "read from the file, below",
    "partners.ImportRun.mapping": "the codes of columns",
    "partners.ImportRun.options": "switches",
    "partners.ImportRun.sha256": "a hash",
    "partners.Invitation.nonce": "a secret of ours",
    "partners.Listing.kind": "a code",
    "partners.Location.state_code": "two letters",
    "partners.LocalArea.time_zone": "one of a list",
    "partners.ManualEdition.changes": "made of the editions, which the database keeps as they are",
    "partners.ManualEdition.digest": "a hash",
    "partners.ManualEdition.snapshot": "made of all the rest when an edition is issued",
    "partners.ManualEdition.title": "kept by the database as it is; typed when an edition is issued",
    "partners.ManualEdition.note": "kept by the database as it is; typed when an edition is issued",
    "agreements.AgreementPdf.digest": "a hash",
    "agreements.AgreementPdf.html": "made of all the rest",
    "agreements.AgreementPdf.sha256": "a hash",
    **dict.fromkeys(
        [f"agreements.FrozenDocument.{name}" for name in ("body", "html_sha256", "language", "message")]
        + [f"agreements.FrozenDocument.{name}" for name in ("sha256", "title")]
        + [f"agreements.SealedDocument.{name}" for name in ("evidence", "message", "sha256", "timestamp_url")],
        "made of all the rest, and kept by the database as it is",
    ),
    **dict.fromkeys(
        [f"agreements.Signature.{name}" for name in ("agent", "consent", "delegated_by", "holder", "name", "title")]
        + [f"agreements.Signature.{name}" for name in ("email", "html_sha256", "pdf_sha256")]
        + [f"agreements.SignatureRequest.{name}" for name in ("decline_reason", "title")]
        + ["agreements.Sending.void_reason"],
        "kept by the database as it is; tests/agreements/test_signing.py signs with hostile text",
    ),
    "agreements.SigningLink.nonce": "a secret of ours",
    **dict.fromkeys([f"meetings.{name}.nonce" for name in ("MeetingInvitation", "PollInvitation")], "a secret of ours"),
    **dict.fromkeys(
        [f"meetings.{name}.nonce" for name in ("TrainingFeedbackLink", "TrainingFollowUpLink")], "a secret of ours"
    ),
    **dict.fromkeys(
        [f"meetings.{name}.nonce" for name in ("MeetingInvitation", "PollInvitation", "MinutesLink", "ActionLink")],
        "a secret of ours",
    ),
    **dict.fromkeys(
        [f"meetings.{name}.serves" for name in ("AgendaItem", "Decision", "ActionItem")], "the name of a row"
    ),
    **dict.fromkeys(
        [f"meetings.ActionUpdate.{name}" for name in ("name", "text", "who")],
        "kept by the database as it is; the hostile world has a hostile one",
    ),
    "meetings.MeetingPdf.digest": "a hash",
    "meetings.MeetingPdf.html": "made of all the rest",
    "meetings.MeetingPdf.papers": "the numbers of files",
    "meetings.MeetingPdf.sha256": "a hash",
    "meetings.MeetingRecord.check_in_token": "made by us",
    **dict.fromkeys([f"meetings.{name}.nonce" for name in ("MeetingInvitation", "PollInvitation")], "a secret of ours"),
    "meetings.MinutesLink.nonce": "a secret of ours",
    **dict.fromkeys([f"meetings.MeetingPdf.{name}" for name in ("digest", "html", "papers", "sha256")], "made by us"),
    **dict.fromkeys(
        [f"meetings.{name}.nonce" for name in ("TrainingFeedbackLink", "TrainingFollowUpLink")], "a secret of ours"
    ),
    **dict.fromkeys([f"meetings.Series.{name}" for name in ("rule", "token", "uid", "zone")], "made by us"),
    "meetings.Answer.alternate_name": "only of who does not come; tests/meetings/test_answers.py has hostile ones",
    **dict.fromkeys(
        [f"meetings.ActionUpdate.{name}" for name in ("name", "text", "who")],
        "kept by the database as it is; tests/meetings/test_actions.py has hostile ones",
    ),
    "meetings.CalendarFeed.secret_hash": "a hash",
    "meetings.Meeting.changed": "the names of columns",
    "meetings.Poll.zone": "one of a list",
    "partners.ManualPrint.digest": "a hash",
    "partners.ManualPrint.sha256": "a hash",
    "partners.ManualPrint.snapshot": "made of all the rest",
    "partners.OrganizationProposal.taken": "the names of columns",
    "partners.Proposal.taken": "the names of columns",
    "partners.SearchWord.lexeme": "made by the database",
    "partners.ServiceText.follows": "a hash",
    "partners.UnansweredQuestion.language": "a code",
    "partners.State.code": "two letters",
    "meetings.GoalLink.nonce": "a secret of ours",
    **dict.fromkeys(["meetings.GoalTie.thing", "meetings.ProjectTie.thing"], "the name of a row"),
    "dashboards.ActExcuse.act": "the name of an act",
    "dashboards.AreaSnapshot.figures": "made by us",
    "dashboards.EngagementFormula.weights": "numbers",
    **dict.fromkeys(
        [f"dashboards.DashboardPdf.{name}" for name in ("digest", "html", "sections", "sha256")], "made by us"
    ),
    "dashboards.PacketLink.nonce": "a secret of ours",
}  # fmt: skip


# ---------------------------------------------------------------- Text
def text(longest: int | None = None, number: int | None = None) -> str:
    """Return a hostile text of at most this length, with a unique mark."""
    number = next(_number) if number is None else number
    mark, formula = f"qz{number}", FORMULAS[number % len(FORMULAS)]
    whole = (
        f"{formula}<img src=/{mark}/ onerror={mark}()><i hx-post=/{mark}/ hx-trigger=load style={mark}></i>"
        f"\" {mark}a=' {mark}b={{{{{mark}}}}}{{%{mark}%}}%{mark}{OVERRIDE}\x01"
    )
    for fits in (whole, f'{formula}<i hx-post=/{mark}>" {mark}=', f"<{mark}>"):
        if longest is None or len(fits) <= longest:
            return fits
    raise ValueError(f"{longest} characters hold nothing hostile.")


@cache
def email(instead_of: str) -> str:
    """Return a unique hostile email address that Django accepts: nearly everything is valid between quotes."""
    mark = f"qz{next(_number)}"
    return f'"<i/hx-post=/{mark}>"@{mark}.example'


# ---------------------------------------------------------------- Filling
def typed_columns() -> Iterator[tuple[type[models.Model], Any]]:
    """Yield every column that people type into, with its model."""
    for model in apps.get_models():
        if not model._meta.managed or model._meta.app_label in MACHINERY or issubclass(model, pghistory.models.Event):
            continue
        for column in model._meta.concrete_fields:
            if _is_typed(column) and f"{model._meta.label}.{column.name}" not in NOT_TYPED:
                yield model, column


def _is_typed(column: Any) -> bool:
    if isinstance(column, models.SlugField | models.FileField) or column.choices:
        return False
    if isinstance(column, ArrayField):
        return _is_typed(column.base_field)
    return isinstance(column, models.CharField | models.TextField | models.JSONField)


# Triggers of rows that nobody may change any more: their text was typed before, so it is written past them here.
PAST = [
    f"agreements.{name}"
    for name in (
        "AuthorizationChange:authorization_change_stays", "CeilingChange:ceiling_change_stays",
        "CeilingException:ceiling_exception_stays", "FundingInvoice:amount_of_an_invoice_to_a_partner_stays",
        "Invoice:decided_invoice_stays", "ServiceDelivery:invoiced_delivery_stays",
        "PartnerStatement:statements_of_a_closed_period_stay",
    )
] + [
    "meetings.Affirmation:affirmation_stays", "meetings.GoalChange:goal_change_stays",
    "meetings.GoalConsent:goal_consent_stays", "meetings.GoalUpdate:goal_update_stays",
    "meetings.RaisedEntry:raised_entry_stays", "dashboards.EngagementFormula:formula_stays",
    "dashboards.DashboardPdf:ready_dashboard_pdf_stays",
]  # fmt: skip


# No model of the world has more rows but the synonyms: of the twelve thousand of the thesaurus, some stand for all.
ENOUGH = 500


@pgtrigger.ignore(*PAST)
def fill() -> set[str]:
    """Write hostile text into every typed column of every row; return the columns that have rows."""
    filled: set[str] = set()
    for model, found in groupby(typed_columns(), key=lambda pair: pair[0]):
        columns = [column for _, column in found]
        rows = model._default_manager.order_by("pk").values_list("pk", *(column.name for column in columns))
        for pk, *values in rows[:ENOUGH]:
            old = {column.name: value for column, value in zip(columns, values, strict=True)}
            row = {column.name: hostile(column, old[column.name]) for column in columns}
            # The approved version of a term has the same text.
            row |= {name: row[name.removeprefix("agreed_")] for name in row if name.removeprefix("agreed_") in row}
            # Some columns are constrained by others, such as the reason why a term was sent back.
            left_out = (names for number in range(3) for names in combinations(row, number))
            fitting = ({name: row[name] for name in row if name not in names} for names in left_out)
            written = next(fits for fits in fitting if _is_written(model, pk, fits))
            filled.update(f"{model._meta.label}.{name}" for name in written)
    return filled


def _is_written(model: type[models.Model], pk: Any, row: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            model._default_manager.filter(pk=pk).update(**row)
    except IntegrityError:
        return False
    return True


def hostile(column: Any, value: Any) -> Any:
    """Return a hostile value for a column; in JSON, only text changes."""
    if isinstance(column, ArrayField):
        return [hostile(column.base_field, None)]
    if isinstance(column, models.JSONField):
        return _words_of(value)
    if isinstance(column, models.EmailField):
        return email(value) if value else value
    if isinstance(column, models.URLField):
        return f"https://qz{next(_number)}.example/{text(200)}"
    return text(column.max_length)


def _words_of(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _words_of(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_words_of(inner) for inner in value]
    return text() if isinstance(value, str) else value


# ---------------------------------------------------------------- A hostile world
def build_world(area: LocalArea, partner: Partnership, cast: Mapping[str, User]) -> Any:
    """Return the objects of an area in which all typed text is hostile; ``filled`` has the names of the columns."""
    for user in cast.values():
        confirm_address(user)
    built = world.build_world(area, partner, manager=cast["manager"], representative=cast["colleague"])
    _add_what_is_seldom(area, reminder=built.reminder, by=cast["staff"])
    built.filled = fill()
    area.refresh_from_db()
    built.edition = issue_edition(area, title=text(200), note=text(), by=cast["staff"], at=now()).pk
    return built


def _add_what_is_seldom(area: LocalArea, *, reminder: str, by: User) -> None:
    """Add rows that no page of the matrix needs: bounced mail, a failed planner, imports with their rows."""
    MailRequest.objects.create(kind=MailRequest.Kind.SIGN_IN_CODE, email=by.email, asked_at=now())
    NewSignIn.objects.create(user=by, email=by.email, device="A device", ip="192.0.2.1", signed_in_at=now())
    Bounce.objects.create(address=by.email, said="550", at=now())
    PlannerRun.objects.create(code=reminder, began_at=now(), seconds=1, problem="It failed.")
    lost = factories.make_notice(area, to=by, status=Notice.Status.FAILED, last_error="No")
    Resend.objects.create(notice=lost, by=by, at=now(), to_before=by.email, status_before=Notice.Status.FAILED)
    Notice.objects.filter(pk=lost.pk).update(has_parts=True)
    write_parts(lost, [attachment_part(b"x", filename="a.csv", media_type="text/csv")])
    MailboxPoll.objects.create(name="inbox", problem="x")
    StoppedAddress.objects.create(address=by.email, kind=lost.kind, stopped_at=now())
    factories.make_search_answer(area, words="bed tonight", note="Nobody has beds")
    ImportAnswer.objects.create(area=area, key="partners:dor", name="D.O.R.", by=by, at=now())
    OneTimeCode.objects.create(address=by.email, purpose="x", target="x", sent_at=now(), expires_at=now())
    action = ActionItem.objects.filter(group__area=area).earliest("pk")
    said = {"status": action.status, "due_on": action.due_on, "at": now()}
    ActionUpdate.objects.create(action=action, text=text(1000), who=text(300), name=text(150), **said)
    factories.make_term(area).usages.create(system="A system", wording="customer", meaning="Who comes")
    for kind, known in ((each.code, each.fields) for each in all_kinds()):
        lines = [[field.label for field in known], *([text() for _ in known] for _ in range(2))]
        lines.append(["Millrace Adult Learning", *(text() for _ in known[1:])])
        file = io.StringIO()
        csv.writer(file).writerows(lines)
        whole = file.getvalue().replace("\x01", "").encode()  # a control character would make it a binary file
        run = runs.start_import(area, kind, ContentFile(whole, name=f"{kind}.csv"), by=by, at=now())
        ImportRun.objects.filter(pk=run.pk).update(status=ImportRun.Status.PLANNING)
        run.refresh_from_db()
        runs.plan_run(run, at=now())
        assert run.rows.exists()


# ---------------------------------------------------------------- Detection
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "ping", "background"}
LIVE = re.compile(r"hx-|data-hx-|on|ws-|sse-|style$|srcdoc$|data-op-|class$|form$|name$")
OURS = re.compile(r"(mailto:[^?&]*$|tel:|\?|/(?!/)|https?://)")
TWICE = re.compile(r"&amp;(?:lt|gt|quot|amp|#x27|#39);")
BARE = re.compile(r"(?<!\{)\{qz\d+\}(?!\})")


def traces(page: str) -> list[str]:
    """Return what hostile text has caused in a page instead of being shown as text."""
    found = [f"escaped twice: {page[max(hit.start() - 60, 0) : hit.end() + 40]!r}" for hit in TWICE.finditer(page)]
    found += [f"taken for a pattern: {page[hit.start() - 40 : hit.end()]!r}" for hit in BARE.finditer(page)]
    if not MARK.search(page):
        return found
    for element in lxml_html.document_fromstring(page.encode(), parser=PARSER).iter():
        if isinstance(element.tag, str):
            found += _of_element(element)
        elif MARK.search(element.text or ""):
            found.append(f"a comment or instruction: {element.text[:80]!r}")
    return found


PARSER = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)


def _of_element(element: Any) -> Iterator[str]:
    shown = f"<{element.tag} {dict(element.attrib)!r:.200}>"
    if MARK.search(element.tag) or (element.tag in ("script", "style") and MARK.search(element.text or "")):
        yield f"an element: {shown}"
    for name, value in element.attrib.items():
        if MARK.search(name) or (LIVE.match(name) and MARK.search(value)):
            yield f"an attribute, {name}: {shown}"
        elif name in ADDRESSES and MARK.search(value) and not OURS.match(value):
            yield f"an address, {name}: {shown}"
