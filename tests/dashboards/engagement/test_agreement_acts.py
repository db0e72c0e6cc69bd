"""What partners owe by agreements: signatures, answers to statements, counts and reports."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from partners.network.acts import acts_in
from tests import factories

FIRST, LAST = date(2025, 11, 1), date(2026, 11, 20)


def acts(area: Any, kind: str) -> list[tuple[int, date, date | None, str]]:
    found = acts_in(area, FIRST, LAST)
    return [(act.partnership, act.due_on, act.done_on, act.excused) for act in found if act.kind == kind]


def at(day: date, area: Any) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=area.zone)


def ask(area: Any, partner: Any, *, opened: date, sign_by: date | None = None, **fields: Any) -> Any:
    agreement = factories.make_agreement(area, status="circulating")
    sending = factories.make_sending(agreement, sign_by=sign_by)
    office = factories.make_office(partner.organization, kind="agency_head")
    party = factories.make_party(agreement, partner)
    return factories.make_signature_request(sending, party, office, opened_at=at(opened, area), **fields)


def test_signatures_are_due_by_their_day_or_within_three_weeks(area, partner):
    opened = date(2026, 9, 1)
    given = ask(area, partner, opened=opened, sign_by=date(2026, 9, 30), status="signed")
    factories.make_signature(given, signed_at=at(date(2026, 9, 20), area))
    ask(area, partner, opened=opened)
    ask(area, partner, opened=opened, sign_by=date(2026, 10, 1), status="declined", decline_reason="Too long.")
    ask(area, partner, opened=opened, status="void")
    assert sorted(acts(area, "signatures")) == [
        (partner.pk, opened + timedelta(days=21), None, ""),
        (partner.pk, date(2026, 9, 30), date(2026, 9, 20), ""),
        (partner.pk, date(2026, 10, 1), None, "Declined with a reason"),
    ]


def test_statements_and_counts(area, partner):
    budget = factories.make_budget(factories.make_ifa(area), status="adopted", adopted_on=date(2026, 6, 1))
    payer = factories.make_payer(budget, partner)
    period = budget.periods.get(number=1)
    statement = factories.make_statement(payer, period)
    assert acts(area, "statements") == []
    period.issued_on = date(2026, 10, 20)
    period.save()
    assert acts(area, "statements") == [(partner.pk, date(2026, 11, 4), None, "")]
    statement.answer, statement.answered_at = "agreed", at(date(2026, 11, 10), area)
    statement.save()
    assert acts(area, "statements") == [(partner.pk, date(2026, 11, 4), date(2026, 11, 10), "")]
    factories.make_count_request(payer, due_on=date(2026, 9, 1))
    assert acts(area, "counts") == [(partner.pk, date(2026, 9, 1), None, "")]


def test_the_provider_owes_reports(area, partner):
    buyer = factories.make_partnership(area)
    agreement = factories.make_purchase(buyer, partner, executed_on=date(2026, 7, 1))
    line = factories.make_service_line(agreement, ceiling=Decimal(5000))
    authorization, duty = factories.make_authorization(line), factories.make_report_duty(agreement)
    late = factories.make_due_report(authorization, duty, status="received", received_on=date(2026, 10, 20))
    assert acts(area, "reports") == [(partner.pk, date(2026, 10, 14), date(2026, 10, 20), "")]
    late.status, late.answer = "returned", "The hours are missing."
    late.save()
    assert acts(area, "reports") == [(partner.pk, date(2026, 10, 14), None, "")]
    late.status = "excused"
    late.save()
    assert acts(area, "reports") == []
