"""The provider is told of authorizations; nothing recorded about a service tells who the customer is."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from agreements.models import Authorization
from agreements.purchasing import authorizations, deliveries, reports
from agreements.purchasing.agreement_locks import CannotPurchase
from agreements.purchasing.deliveries import CannotDeliver
from agreements.purchasing.reports import CannotReport
from onestop.notices.models import Notice
from tests import factories

SSN = "His number is 123-45-6789."


@pytest.fixture
def line(partner, neighbor_partner, cast) -> Any:
    return factories.make_service_line(factories.make_purchase(partner, neighbor_partner))


def _issue(line: Any, **facts: Any) -> Authorization:
    today = timezone.localdate()
    days = {"issued_on": today, "first_on": today, "last_on": date(2027, 6, 30)}
    given = {"number": "A-7", "reference": "K-2041", "units": Decimal(10), **days, **facts}
    return authorizations.issue_authorization(line, facts=given, by=None, at=timezone.now())


def _subjects(user: Any) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("subject", flat=True))


def test_the_managers_of_the_provider_are_told_of_each_step(line, cast):
    issued = _issue(line)
    more = {"units": Decimal(12), "amount": None, "last_on": issued.last_on}
    authorizations.amend_authorization(issued, facts=more, reason="Two more hours", by=None, at=timezone.now())
    authorizations.cancel_authorization(issued, reason="Hired", by=None, at=timezone.now())
    assert _subjects(cast["neighbor"]) == [
        "Authorization A-7 was issued", "Authorization A-7 was changed", "Authorization A-7 was canceled",
    ]  # fmt: skip
    assert _subjects(cast["manager"]) == []
    changed = Notice.objects.get(subject="Authorization A-7 was changed")
    assert "it is now up to $600.00" in changed.text
    assert "Reason: Two more hours" in changed.text
    assert issued.reference not in changed.text


def test_what_tells_who_the_customer_is_is_refused(line):
    with pytest.raises(CannotPurchase, match="Social Security number"):
        _issue(line, note=SSN)
    issued = _issue(line)
    entry = deliveries.Entry(on=timezone.localdate(), units=Decimal(1), note=SSN)
    with pytest.raises(CannotDeliver, match="Social Security number") as refused:
        deliveries.record_deliveries(issued, [entry], by=None, at=timezone.now())
    assert refused.value.field == "note"
    report = factories.make_due_report(issued, factories.make_report_duty(line.agreement))
    with pytest.raises(CannotReport, match="Social Security number"):
        reports.send_report(report, text=SSN, by=None, at=timezone.now())
