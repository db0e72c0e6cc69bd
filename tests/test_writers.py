"""Rows are written by the verbs of their subject, and by nobody else."""

import re

import pytest

from tests.servers import ROOT
from tests.writers import MODELS, Write, writes_in

# Each package with verbs, and whose rows it writes. Whoever adds a model says here where its verbs are.
SUBJECTS = {
    "agreements/papers": "AgreementPdf",
    "agreements/responsibilities": "Drift Evidence",
    "agreements/drafting": "Agreement ApprovalStep Clause CoSigner ElementRecord FurtherArea NegotiationEntry Party "
    "Promise Suggestion Version",
    "agreements/signing": "Delegation FrozenDocument SealedDocument Sending Signature SignatureRequest SigningLink",
    "agreements/terms": "Review",
    "agreements/approvers": "MoneyApprover",
    "agreements/purchasing": "Authorization AuthorizationChange CeilingChange CeilingException DueReport Invoice "
    "InvoiceLine MilestoneStep PurchaseTerms Rate ReportDuty ServiceDelivery ServiceLine",
    "agreements/funding": "ActualCost Adjustment AllocationBase BaseCount BraidedPart BraidedPlan Contribution "
    "CostLine CostPool CostShare CountRequest FundingBudget FundingInvoice FundingPeriod FundingSource NegotiatedShare "
    "PartnerStatement Payer PayerCenter StatementDispute",
    "meetings/values": "Affirmation ValuesStatement",
    "meetings/needs": "Need NeedMet",
    "meetings/plans": "PlanAction PlanProposal SharedPlan Strategy StrategyPartner",
    "meetings/goals": "Goal GoalChange GoalConsent GoalLink GoalMilestone GoalPartner GoalTie GoalUpdate",
    "meetings/projects": "Project ProjectCount ProjectOutcome ProjectPartner ProjectPractice ProjectTie",
    "meetings/raised": "RaisedEntry RaisedIssue",
    "onestop/dashboards/engagement": "ActCorrection ActExcuse EngagementFormula",
    "onestop/dashboards/board": "AreaSnapshot BoardInterest Offer Opportunity",
    "onestop/dashboards/papers": "DashboardPdf PacketLink",
    "meetings/actions": "ActionItem ActionLink ActionUpdate",
    "meetings/agendas": "AgendaItem AgendaPaper AgendaTemplate AgendaTemplateItem",
    "meetings/assistance": "Question QuestionEntry QuestionProgram",
    "meetings/board_page": "BoardPage",
    "meetings/feeds": "CalendarFeed",
    "meetings/groups": "FurtherGroupArea Group GroupMember GroupSeat MeetingPolicy",
    "meetings/invitations": "Answer MeetingInvitation Reply",
    "meetings/minutes": "Minutes MinutesCorrection MinutesLink",
    "meetings/pdfs": "MeetingPdf",
    "meetings/polls": "Poll PollAnswer PollInvitation PollTime",
    "meetings/room": "Attendance Decision MeetingNote MeetingRecord Motion Vote",
    "meetings/scheduling": "Meeting Series",
    "meetings/trainings": "Training TrainingCount TrainingFeedback TrainingFeedbackLink TrainingFollowUp "
    "TrainingFollowUpLink TrainingMaterial TrainingProgram TrainingTeacher",
    "onestop/accounts": "Authenticator EmailAddress MailRequest NewSignIn SavedView User UserSession",
    "onestop/comments": "Comment Discussion Mention",
    "onestop/editing": "IdempotencyKey",
    "onestop/files": "StoredFile",
    "onestop/notices": "Bounce DeliverySchedule InboundMail MailboxPoll Notice NoticePart OneTimeCode PlannerRun "
    "Preference Resend Rule RuleStep StoppedAddress WeeklyLimit",
    "partners/coverage": "Program ProgramAccess ProgramDecision",
    "partners/glossary": "Term Usage",
    "partners/importing": "ColumnMapping ImportAnswer ImportRow ImportRun",
    "partners/manual": "ManualEdition ManualPrint",
    "partners/network": "Center CenterReview LocalArea Location Organization OrganizationProposal Partnership "
    "PartnershipProgram Room State",
    "partners/board": "BoardSeat BoardTerm Office Tenure",
    "partners/people": "Invitation Membership Representative",
    "partners/practices": "Adoption AdoptionCheck Practice PracticePartner PracticeProgram",
    "partners/schedule": "Absence Holiday Presence",
    "partners/search": "Listing SearchWord Synonym UnansweredQuestion",
    "partners/upkeep": "ConfirmationRequest Proposal SearchAnswer Service ServiceCenter ServiceConfirmation "
    "ServiceLocation ServiceProgram ServiceText",
}
OWNERS = {name: package for package, names in SUBJECTS.items() for name in names.split()}
# Who writes rows of another subject, and why.
EXCEPTIONS = {
    ("agreements/signing/sending.py", "Agreement"): "sending and taking back move its status in the same step",
    ("agreements/signing/signatures.py", "Agreement"): "the last signature executes it in its own transaction",
    ("agreements/terms/endings.py", "Agreement"): "an executed agreement is terminated; its text stays as it is",
    ("agreements/terms/endings.py", "Party"): "a party leaves an executed agreement",
    ("meetings/agendas/publishing.py", "MeetingRecord"): "when the agenda was published is a fact of the meeting",
    ("meetings/goals/copying.py", "Strategy"): "goals that are copied take their strategies along",
    ("meetings/goals/copying.py", "StrategyPartner"): "goals that are copied take their strategies along",
    ("meetings/invitations/updates.py", "Group"): "who is invited is up to date with its members",
    ("meetings/invitations/updates.py", "Meeting"): "what people were told of it is recorded in the same step",
    ("meetings/invitations/updates.py", "Series"): "what people were told of it is recorded in the same step",
    ("meetings/minutes/approval.py", "Motion"): "an approval recorded afterwards has its motion in the same step",
    ("meetings/room/items.py", "AgendaItem"): "what was finished is recorded at the meeting",
    ("meetings/room/opening.py", "Meeting"): "a meeting that is closed was held",
    ("partners/people/invitations.py", "User"): "whoever accepts an invitation gets an account in the same step",
    ("partners/people/invitations.py", "EmailAddress"): "that account's address is confirmed by the link they followed",
    ("partners/people/turnover.py", "User"): "who leaves loses seats and account in one transaction",
}
# Calls whose model the reader does not find: which rows, or what else, they write.
UNRESOLVED = {
    ("agreements/funding/copying.py", "copy.save"): "any row of the budget of last year",
    ("onestop/accounts/emailed_links.py", "link.save"): "an emailed link of any app",
    (
        "onestop/accounts/emailed_links.py",
        "_rows(type(link)).filter(pk=link.pk, opened_at=None, revoked_at=None).update",
    ): "an emailed link of any app",
    ("meetings/pdfs/packet.py", "target.save"): "a file",
    ("meetings/pdfs/papers.py", "page.save"): "a file",
    ("meetings/pdfs/papers.py", "target.save"): "a file",
    ("onestop/accounts/models/user.py", "user.save"): "a manager's own model",
    ("onestop/files/documents.py", "document.delete"): "a document of any app",
    ("onestop/files/documents.py", "document.save"): "a document of any app",
    (
        "onestop/files/documents.py",
        "self._rows.filter(pk=document.pk, status=Document.Status.MAKING).update",
    ): "a document of any app",
    ("onestop/files/answering.py", "default_storage.save"): "a file that tries the storage",
    ("onestop/files/scanning.py", "leases.mine(file).update"): "a stored file",
    ("onestop/jobs/leases.py", "_rows(job).filter(pk=pk).update"): "the lease of any job",
    ("onestop/jobs/leases.py", "mine(job).update"): "the lease of any job",
    ("onestop/notices/delivery.py", "stuck.filter(begun=False).update"): "notices",
    ("onestop/notices/delivery.py", "stuck.filter(begun=True).update"): "notices",
    ("onestop/notices/delivery.py", "mine.update"): "a notice",
    ("onestop/notices/digests.py", "digest.save"): "a notice",
    ("onestop/notices/imap_poll.py", "opened.folder.create"): "a folder of a mailbox",
    ("partners/board/holding.py", "held.save"): "a term on the board or a tenure of an office",
    ("partners/coverage/programs.py", "bulk.save_rows"): "programs",
    ("partners/network/bootstrap.py", "row.save"): "a State or LocalArea",
    ("partners/upkeep/proposed_changes.py", "proposal.save"): "a proposal, for a service or an organization",
    ("partners/upkeep/proposed_changes.py", "rows.create"): "a proposal, for a service or an organization",
    ("partners/upkeep/services.py", "bulk.add_rows"): "the links of services",
    ("partners/upkeep/services.py", "rows.delete"): "the links of services",
    ("partners/search/qr_codes.py", "code.save"): "a drawing",
}
FILES = re.compile(r"(^|\.)file\.(save|delete)$")  # stored files, not rows
SOURCES = [
    path
    for top in ("onestop", "partners", "agreements", "meetings")
    for path in sorted((ROOT / top).rglob("*.py"))
    # The sample writes the past: rows, and the history of two years that no verb would let anybody write.
    if not {"migrations", "sample"} & set(path.relative_to(ROOT).parts)
]


@pytest.fixture(scope="module")
def writes() -> list[tuple[str, Write]]:
    return [(str(path.relative_to(ROOT)), write) for path in SOURCES for write in writes_in(path)]


def test_every_model_has_a_subject_that_writes_it():
    ours = {name for name, model in MODELS.items() if not model.__module__.startswith("allauth.")}
    written_by_triggers = {name for name in ours if name.endswith("Event")}
    assert ours - written_by_triggers <= OWNERS.keys()


def test_rows_are_written_in_the_package_of_their_subject(writes):
    strange = {
        (module, write.model)
        for module, write in writes
        if write.model and not module.startswith(f"{OWNERS.get(write.model)}/")
    }
    assert strange == EXCEPTIONS.keys()


def test_each_writing_call_is_known(writes):
    unresolved = {(module, write.call) for module, write in writes if not write.model and not FILES.search(write.call)}
    assert unresolved == UNRESOLVED.keys()


def test_statements_in_sql_write_tables_of_their_own_subject():
    tables = {model._meta.db_table: name for name, model in MODELS.items()}
    found = {
        (str(path.relative_to(ROOT)), OWNERS.get(tables.get(table, ""), table))
        for path in SOURCES
        for table in re.findall(r"(?:UPDATE|INSERT INTO|DELETE FROM) (\w+_\w+)", path.read_text())
    }
    assert {(module, package) for module, package in found if not module.startswith(f"{package}/")} == set()
    assert found


@pytest.mark.parametrize(
    ("code", "model"),
    [
        ("def f(service: Service): service.save()", "Service"),
        ("def f(rows: Collection[Service]):\n for row in rows: row.delete()", "Service"),
        ("Term.objects.filter(pk=1).exclude(pk=2).update(name='x')", "Term"),
        ("def f(partner: Partnership): partner.services.all().delete()", "Service"),
        ("def f(service: Service): service.centers.set([])", "ServiceCenter"),
        ("def f(): row = Presence(); row.save()", "Presence"),
        ("rows = bulk.lock_rows(Term.objects.all(), [1])\nbulk.save_rows(rows.values(), ['name'])", "Term"),
        ("def f() -> Term: ...\ndef g(): f().save()", "Term"),
    ],
)
def test_the_reader_finds_the_model(tmp_path, code, model):
    file = tmp_path / "module.py"
    file.write_text(code)
    assert [write.model for write in writes_in(file)] == [model]


def test_the_reader_leaves_dictionaries_and_sets_alone(tmp_path):
    file = tmp_path / "module.py"
    file.write_text("def f(names: set[str], facts: dict):\n names.add('x'); facts.update({'a': 1}); facts.clear()\n")
    assert list(writes_in(file)) == []
