"""What is told of the purchase of service in the sample. Days count back from today; negative ones are to come."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from agreements.models import Agreement, Authorization, MilestoneStep, ServiceDelivery, ServiceLine
from onestop.accounts.models import User
from partners.sample.area_story import AreaStory

DAY = timedelta(days=1)
PURCHASER, PROVIDER = "Division of Rehabilitation Services", "Open Door Works"
APPROVER = "Dana Whitcomb"  # of the area; the manager of the purchaser approves what it buys
NUMBER, TITLE = "VR", "Supported employment"
BEGAN, YEARS = 500, 3
CEILING = Decimal(24_000)
COACHING, TRIAL, PLACEMENT = "SE-10", "SE-20", "SE-40"
OLD_RATE, NEW_RATE = Decimal(48), Decimal(52)
TOTAL = Decimal(4_500)  # of a placement, negotiated
LINES: tuple[dict[str, Any], ...] = (
    {
        "code": COACHING, "name": "Job coaching", "unit": "hour", "ceiling": Decimal(16_000),
        "note": "At the workplace, by a coach of Open Door Works.",
    },
    {"code": TRIAL, "name": "Work trial", "unit": "day", "ceiling": Decimal(6_000)},
    {"code": PLACEMENT, "name": "Job placement", "unit": "plan"},
)  # fmt: skip
RATES = {COACHING: OLD_RATE, TRIAL: Decimal(85)}
LETTER = "Fee schedule of the Division, second year"
STEPS = (("Placement plan is agreed", 30), ("First day of work", 30), ("90 days on the job", 40))
CEILING_BEFORE, RAISED_CEILING = Decimal(12_000), 200  # of job coaching; raised so many days ago
WHY_RAISED = "Eight customers began jobs in the first year, twice as many as planned."
WHY_EXCEPTION = (
    "The rate rose in the middle of the authorization. The authorized hours stay the same, and the plan for employment"
    " needs all of them."
)
WHY_CORRECTED = "One hour was entered twice."
WHY_REJECTED = "The time sheets of the coach are missing. Attach them, then send it again."
WHY_AMENDED = "The employer offers a second department; four more days."


REACHED = (25, 88)  # when the first two were reached, in percent of the time so far


@dataclass(frozen=True)
class Told:
    """One authorization. ``first`` and ``last`` count days back from today; where a fiscal year ends between them, only
    the part with more of the past remains.

    ``weekly`` units are delivered on one day of each week; ``spare`` units are authorized beyond them. ``invoices`` are
    the states of the invoices of what was delivered, the oldest first: "" is not invoiced.
    """

    key: str
    line: str
    reference: str
    first: int
    last: int
    weekly: int = 0
    spare: int = 0
    invoices: tuple[str, ...] = ()
    status: str = "open"
    reason: str = ""
    late_reports: int = 0


# The one that is reissued, and its successor, lie at the end and the beginning of a fiscal year: their days count from
# there. The used up one has exactly the hours that were delivered, at the old rate.
CLOSED = Told(
    "A-101", COACHING, "K4471", 400, 290, 3, 6, ("paid", "paid"), "closed", "The customer works without a coach now."
)
CANCELED = Told("A-102", TRIAL, "K4503", 250, 190, 0, 20, (), "canceled", "The customer moved to another county.")
REISSUED = Told(
    "A-103", COACHING, "K4519", 100, 0, 3, 38, ("paid", "paid"), "closed",
    "The fiscal year ends. What is left is reissued.",
)  # fmt: skip
SUCCESSOR = Told("A-104", COACHING, "K4519", 0, -180, 3, 0, ("paid", "paid"))
USED_UP = Told("A-105", COACHING, "K4540", 170, -40, 4, 0, ("paid", "rejected", "paid", "approved"), late_reports=1)
PLAN = Told("A-106", PLACEMENT, "K4552", 150, -90, invoices=("paid", "submitted"))
ENDING = Told("A-107", COACHING, "K4568", 75, -16, 2, 6, ("approved", "submitted"))
AMENDED = Told("A-108", TRIAL, "K4577", 60, -110, 2, 10, ("paid", "draft"))
TOLD = (CLOSED, CANCELED, REISSUED, SUCCESSOR, USED_UP, PLAN, ENDING, AMENDED)
MORE_DAYS = 4  # by the amendment


@dataclass
class Purchase:
    """The purchase while it is told: its rows by what they are told of, and who does what on each side."""

    story: AreaStory
    agreement: Agreement
    buyer: User
    seller: User
    approver: User
    lines: dict[str, ServiceLine] = field(default_factory=dict)
    steps: list[MilestoneStep] = field(default_factory=list)
    raised_on: date = date.max
    authorizations: dict[str, Authorization] = field(default_factory=dict)
    delivered: dict[str, list[ServiceDelivery]] = field(default_factory=dict)

    @property
    def last_day(self) -> date:
        """Yesterday: nothing is told of today."""
        return self.story.today - DAY

    def rate_on(self, line: str, day: date) -> Decimal:
        """Return the rate in force on a day."""
        return NEW_RATE if line == COACHING and day >= self.raised_on else RATES[line]

    def units_of(self, each: Told) -> Decimal:
        """Return the units delivered under an authorization."""
        return sum((entry.units for entry in self.delivered[each.key]), Decimal(0))

    def amount_of(self, each: Told) -> Decimal:
        """Return the money delivered under an authorization."""
        return sum((entry.amount for entry in self.delivered[each.key]), Decimal(0))

    def left_of(self, each: Told) -> tuple[Decimal, Decimal]:
        """Return the units and the money that an authorization leaves."""
        row = self.authorizations[each.key]
        return (row.units or Decimal(0)) - self.units_of(each), row.amount - self.amount_of(each)
