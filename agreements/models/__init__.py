"""Models of agreements."""

from agreements.models.agreements import Agreement, AgreementQuerySet, FurtherArea
from agreements.models.approvers import MoneyApprover
from agreements.models.authorizations import (
    Authorization,
    AuthorizationChange,
    CeilingException,
    DueReport,
    ServiceDelivery,
)
from agreements.models.budgets import (
    AllocationBase,
    CostLine,
    CostPool,
    FundingBudget,
    FundingPeriod,
    NegotiatedShare,
    Payer,
    PayerCenter,
)
from agreements.models.clauses import Clause, ElementRecord, Version
from agreements.models.contributions import BraidedPart, BraidedPlan, Contribution, FundingInvoice, FundingSource
from agreements.models.counts import ActualCost, BaseCount, CostShare, CountRequest, Stage
from agreements.models.invoices import Invoice, InvoiceLine
from agreements.models.parties import CoSigner, Party
from agreements.models.pdfs import AgreementPdf
from agreements.models.promises import Promise
from agreements.models.purchases import CeilingChange, MilestoneStep, PurchaseTerms, Rate, ReportDuty, ServiceLine
from agreements.models.reconciliations import Adjustment, PartnerStatement, StatementDispute
from agreements.models.responsibilities import Drift, Evidence
from agreements.models.reviews import Review
from agreements.models.sealed import SealedDocument
from agreements.models.sendings import FrozenDocument, Sending, SignatureRequest
from agreements.models.signatures import Delegation, Signature, SigningLink
from agreements.models.steps import ApprovalStep, NegotiationEntry
from agreements.models.suggestions import Suggestion

__all__ = [
    "ActualCost",
    "Adjustment",
    "Agreement",
    "AgreementPdf",
    "AgreementQuerySet",
    "AllocationBase",
    "ApprovalStep",
    "Authorization",
    "AuthorizationChange",
    "BaseCount",
    "BraidedPart",
    "BraidedPlan",
    "CeilingChange",
    "CeilingException",
    "Clause",
    "CoSigner",
    "Contribution",
    "CostLine",
    "CostPool",
    "CostShare",
    "CountRequest",
    "Delegation",
    "Drift",
    "DueReport",
    "ElementRecord",
    "Evidence",
    "FrozenDocument",
    "FundingBudget",
    "FundingInvoice",
    "FundingPeriod",
    "FundingSource",
    "FurtherArea",
    "Invoice",
    "InvoiceLine",
    "MilestoneStep",
    "MoneyApprover",
    "NegotiatedShare",
    "NegotiationEntry",
    "PartnerStatement",
    "Party",
    "Payer",
    "PayerCenter",
    "Promise",
    "PurchaseTerms",
    "Rate",
    "ReportDuty",
    "Review",
    "SealedDocument",
    "Sending",
    "ServiceDelivery",
    "ServiceLine",
    "Signature",
    "SignatureRequest",
    "SigningLink",
    "Stage",
    "StatementDispute",
    "Suggestion",
    "Version",
]
