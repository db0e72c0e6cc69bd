"""What the law requires in an agreement of each kind.

Each element is in a sentence, with its citation; ``docs/agreement-rules.md`` names the code and the test of each. An
element is met by a clause, by a page of a document that was signed outside the portal, or by a fact that is recorded
elsewhere, such as the parties or the budget. Somebody with authority can record an exception.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from onestop.ui.checklist import Rule

Kind = Agreement.Kind
MOUS = (Kind.UMBRELLA, Kind.SINGLE)


@dataclass(frozen=True)
class Element(Rule):
    """One required element: its code, the kinds of agreement that need it, and what its clause must speak of.

    ``mentions`` are groups of words, of each of which a clause has at least one; what is missing is shown. This finds
    what was forgotten, and does not judge what is said.
    """

    code: str = ""
    title: str | Promise = ""
    kinds: tuple[str, ...] = ()
    mentions: tuple[tuple[str, ...], ...] = ()
    fact: str = ""  # of FACTS; without it, a clause is needed
    or_fact: str = ""  # of FACTS; what meets it as well as a clause does


ELEMENTS: tuple[Element, ...] = (
    Element(
        _("The MOU describes the services that partners provide through the One-Stop, and how they are coordinated."),
        "20 CFR 678.500(b)(1)", "services", _("Services and coordination"), MOUS,
        mentions=(("service",), ("coordinat", "deliver")),
    ),
    Element(
        _("The MOU describes how the infrastructure costs of the centers are funded."),
        "20 CFR 678.500(b)(2)(i)", "infrastructure", _("Infrastructure funding"), MOUS,
        mentions=(("infrastructure",),),
    ),
    Element(
        _("The MOU describes how the shared services and operating costs of the One-Stop are funded."),
        "20 CFR 678.500(b)(2)(ii)", "shared_costs", _("Shared services and operating costs"), MOUS,
        mentions=(("shared", "share"), ("career service",)),
    ),
    Element(
        _("The MOU states how the operator and the partners refer people to services."),
        "20 CFR 678.500(b)(3)", "referral", _("Referral methods"), MOUS, mentions=(("refer",),),
    ),
    Element(
        _(
            "The MOU states how the needs of workers, youth and people with barriers to employment, including people "
            "with disabilities, are met, and how they get access to technology and materials."
        ),
        "20 CFR 678.500(b)(4)", "access", _("Access for everyone"), MOUS,
        mentions=(("disabilit",), ("technolog",), ("material",)),
    ),
    Element(
        _("The MOU states how long it lasts and how it can be amended."),
        "20 CFR 678.500(b)(5)", "duration", _("Duration and amendment"), MOUS, mentions=(("amend",),),
    ),
    Element(
        _("The MOU assures that it is reviewed, and renewed if there were substantial changes, in each 3-year period."),
        "20 CFR 678.500(b)(6)", "review", _("Review and renewal"), MOUS, mentions=(("review",), ("renew",)),
    ),
    Element(
        _("The review is due within three years after the MOU takes effect."),
        "20 CFR 678.500(b)(6)", "review_date", _("Date of the review"), MOUS, fact="review_date",
    ),
    Element(
        _("The agreement states its effective period."),
        "20 CFR 678.500(d)", "period", _("Effective period"), (*MOUS, Kind.PURCHASE, Kind.AMENDMENT), fact="period",
    ),
    Element(
        _("The workforce board is a party, by its chair."),
        "20 CFR 678.500(d)", "board", _("Workforce board as a party"), MOUS, fact="board",
    ),
    Element(
        _("Each chief elected official of the area is a party."),
        "20 CFR 678.500(d)", "officials", _("Chief elected officials as parties"), MOUS, fact="officials",
    ),
    Element(
        _("Each required program in the area has a partner that is a party."),
        "20 CFR 678.500(a)", "programs", _("Partners of the required programs"), (Kind.UMBRELLA,), fact="programs",
    ),
    Element(
        _("Each party is represented by an office in which somebody can sign."),
        "20 CFR 678.500(d)", "signatories", _("Signatories"), tuple(Kind.values), fact="signatories",
    ),
    # ---------------------------------------------------------------- Infrastructure funding
    Element(
        _("The infrastructure funding agreement states its own period, which may differ from that of the MOU."),
        "20 CFR 678.755(a)", "ifa_period", _("Period of the funding agreement"), (Kind.IFA,), fact="period",
    ),
    Element(
        _("It has a budget of infrastructure and shared costs, reconciled regularly, and says how shares are found."),
        "20 CFR 678.755(b)", "ifa_budget", _("Budget and method"), (Kind.IFA,),
        mentions=(("budget",), ("reconcil",), ("method", "basis", "base")), or_fact="budget",
    ),
    Element(
        _("It names all One-Stop partners, chief elected officials and the board that take part in it."),
        "20 CFR 678.755(c)", "ifa_parties", _("Participants of the funding agreement"), (Kind.IFA,),
        fact="participants",
    ),
    Element(
        _("It states the steps by which the parties reached consensus, or that the State's process was followed."),
        "20 CFR 678.755(d)", "ifa_consensus", _("Steps to consensus"), (Kind.IFA,), mentions=(("consensus", "state"),),
    ),
    Element(
        _("It states how issues are resolved during the MOU if consensus cannot be reached."),
        "20 CFR 678.755(e)", "ifa_issues", _("Resolving issues"), (Kind.IFA,),
        mentions=(("issue", "disput", "disagree"),),
    ),
    Element(
        _("It states how it is reviewed and modified, so that all partners continue to share costs fairly."),
        "20 CFR 678.755(f)", "ifa_review", _("Review and modification"), (Kind.IFA,),
        mentions=(("review",), ("modif", "amend")),
    ),
    # ---------------------------------------------------------------- Purchase of service
    Element(
        _("The agreement lists the services with their rates, under written rate policies."),
        "34 CFR 361.50(c)", "pos_rates", _("Services and rates"), (Kind.PURCHASE,), mentions=(("rate", "fee"),),
    ),
    Element(
        _("Services are authorized in writing before they begin, and the agreement says how."),
        "34 CFR 361.50(e)", "pos_authorization", _("Authorization before service"), (Kind.PURCHASE,),
        mentions=(("authoriz",),),
    ),
    Element(
        _("Limits on amount or time are not absolute: the agreement says how an exception is made."),
        "34 CFR 361.50(c), (d)", "pos_exceptions", _("Exceptions to limits"), (Kind.PURCHASE,),
        mentions=(("exception",),),
    ),
    Element(
        _("The agreement says which reports and invoices are due, when, and how they are paid."),
        "34 CFR 361.12", "pos_reports", _("Reports, invoices and payment"), (Kind.PURCHASE,),
        mentions=(("invoice",), ("report",)),
    ),
    Element(
        _("Information about customers is kept confidential."),
        "34 CFR 361.38", "pos_confidentiality", _("Confidentiality"), (Kind.PURCHASE,), mentions=(("confidential",),),
    ),
    # ---------------------------------------------------------------- Other kinds
    Element(
        _("The amendment states what it changes."),
        "20 CFR 678.500(b)(5)", "changes", _("What changes"), (Kind.AMENDMENT,),
    ),
    Element(
        _("The agreement states what the parties agreed."),
        "20 CFR 678.500(c)", "agreed", _("What was agreed"), (Kind.OTHER,),
    ),
)  # fmt: skip
BY_CODE: dict[str, Element] = {element.code: element for element in ELEMENTS}


def elements_of(kind: str) -> list[Element]:
    """Return the elements that an agreement of a kind needs."""
    return [element for element in ELEMENTS if kind in element.kinds]


def clause_elements_of(kind: str) -> list[Element]:
    """Return the elements that a clause of an agreement of a kind can answer."""
    return [element for element in elements_of(kind) if not element.fact]
