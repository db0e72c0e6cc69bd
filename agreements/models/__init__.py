"""Models of agreements."""

from agreements.models.agreements import Agreement, AgreementQuerySet, FurtherArea
from agreements.models.clauses import Clause, ElementRecord, Version
from agreements.models.parties import Party
from agreements.models.pdfs import AgreementPdf
from agreements.models.promises import Promise
from agreements.models.steps import ApprovalStep, NegotiationEntry
from agreements.models.suggestions import Suggestion

__all__ = [
    "Agreement",
    "AgreementPdf",
    "AgreementQuerySet",
    "ApprovalStep",
    "Clause",
    "ElementRecord",
    "FurtherArea",
    "NegotiationEntry",
    "Party",
    "Promise",
    "Suggestion",
    "Version",
]
