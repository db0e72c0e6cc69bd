"""Models of agreements."""

from agreements.models.agreements import Agreement, AgreementQuerySet, FurtherArea
from agreements.models.clauses import Clause, ElementRecord, Version
from agreements.models.parties import CoSigner, Party
from agreements.models.pdfs import AgreementPdf
from agreements.models.promises import Promise
from agreements.models.responsibilities import Drift, Evidence
from agreements.models.reviews import Review
from agreements.models.sealed import SealedDocument
from agreements.models.sendings import FrozenDocument, Sending, SignatureRequest
from agreements.models.signatures import Delegation, Signature, SigningLink
from agreements.models.steps import ApprovalStep, NegotiationEntry
from agreements.models.suggestions import Suggestion

__all__ = [
    "Agreement",
    "AgreementPdf",
    "AgreementQuerySet",
    "ApprovalStep",
    "Clause",
    "CoSigner",
    "Delegation",
    "Drift",
    "ElementRecord",
    "Evidence",
    "FrozenDocument",
    "FurtherArea",
    "NegotiationEntry",
    "Party",
    "Promise",
    "Review",
    "SealedDocument",
    "Sending",
    "Signature",
    "SignatureRequest",
    "SigningLink",
    "Suggestion",
    "Version",
]
