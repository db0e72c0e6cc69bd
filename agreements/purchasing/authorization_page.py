"""What the page of an authorization shows below its facts: milestones, deliveries, reports and amendments."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from agreements.models import Authorization, DueReport, MilestoneStep, ServiceDelivery
from agreements.purchasing.authorization_reading import standing_of
from agreements.purchasing.milestones import amounts_of_steps, steps_of, still_reached

MOST = 50  # deliveries and reports on the page; the lists have all
Status = DueReport.Status


@dataclass(frozen=True)
class Look:
    """A chip: its kind, word and icon."""

    kind: str
    word: str | Promise
    icon: str = ""


LATE = Look("now", gettext_lazy("Late"))
REPORT_LOOKS = {
    Status.EXPECTED: Look("rest", gettext_lazy("Not due yet"), "clock"),
    Status.RECEIVED: Look("way", Status.RECEIVED.label),
    Status.ACCEPTED: Look("good", Status.ACCEPTED.label),
    Status.RETURNED: Look("soon", Status.RETURNED.label, "arrow-counterclockwise"),
    Status.EXCUSED: Look("rest", Status.EXCUSED.label, "slash-circle"),
}


@dataclass(frozen=True)
class Milestone:
    """A milestone of an authorization: what it pays, in dollars, and whether it is reached."""

    step: MilestoneStep
    amount: Decimal
    is_reached: bool

    @property
    def look(self) -> Look:
        """Its chip."""
        return Look("good", gettext_lazy("Reached")) if self.is_reached else Look("rest", gettext_lazy("Not reached"))


def report_look(report: DueReport, today: date) -> Look:
    """Return how a report stands on a day, as a chip."""
    if report.status == Status.EXPECTED and report.due_on < today:
        return LATE
    return REPORT_LOOKS[Status(report.status)]


def contents_of(authorization: Any, today: date) -> dict[str, Any]:
    """Return the context of the page of an authorization that was ``read``."""
    rows = ServiceDelivery.objects.filter(authorization=authorization).select_related("step", "by")
    deliveries = list(rows.order_by("-happened_on", "-pk")[: MOST + 1])
    reports = list(authorization.reports.select_related("duty").order_by("due_on", "pk")[: MOST + 1])
    return {
        "standing": standing_of(authorization.state),
        "left_units": None if authorization.units is None else authorization.units - authorization.delivered_units,
        "milestones": _milestones_of(authorization) if authorization.line.is_plan else [],
        "deliveries": deliveries[:MOST],
        "more_deliveries": len(deliveries) > MOST,
        "reports": [(report, report_look(report, today)) for report in reports[:MOST]],
        "more_reports": len(reports) > MOST,
        "changes": authorization.changes.select_related("by").order_by("-at", "-pk"),
        "reissued_as": Authorization.objects.filter(replaces=authorization).first(),
    }


def _milestones_of(authorization: Authorization) -> list[Milestone]:
    steps = steps_of(authorization)
    amounts = amounts_of_steps(authorization.amount, steps)
    rows = ServiceDelivery.objects.filter(authorization=authorization, withdrawn_at=None, step__isnull=False)
    reached = still_reached(rows)
    return [Milestone(step, amounts[step.pk], step.pk in reached) for step in steps]
