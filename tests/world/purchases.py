"""Purchases of service: one in which the partner provides, and one in which it buys."""

from typing import Any

from django.utils.timezone import now

from agreements.models import AuthorizationChange, CeilingChange
from tests import factories

AFTER = ("partners", "agreements")
FOR_ALL: set[str] = set()


def build(world: Any) -> None:
    """Add both, with authorizations, deliveries, reports and invoices in each state; the manager may approve money."""
    area, partner, manager = world.rows.area, world.rows.partner, world.rows.manager
    other = factories.make_partnership(area, name="Department of Rehabilitation")
    approver = factories.make_money_approver(partner, manager)
    sold = factories.make_purchase(other, partner, ceiling=50_000)
    duty = factories.make_report_duty(sold)
    line = factories.make_service_line(sold, note="In the community, not in a workshop.")
    plan = factories.make_milestone_plan(sold)
    authorization = factories.make_authorization(line, note="Reads large print.")
    closed = factories.make_authorization(line, status="closed", closed_on="2026-11-02", close_reason="Hired")
    report = factories.make_due_report(authorization, duty)
    sent_report = factories.make_due_report(
        authorization, duty, covers_from="2026-10-01", covers_to="2026-10-31", due_on="2026-11-14", status="received",
        received_on="2026-11-10", text="Six sessions. Two job interviews.",
    )  # fmt: skip
    delivery = factories.make_delivery(authorization, note="At the center")
    draft = factories.make_invoice(sold, factories.make_delivery(authorization), note="October")
    charged = factories.make_delivery(authorization, note="By phone")
    factories.make_invoice(sold, charged, status="approved")
    late_report = factories.make_due_report(
        authorization, duty, covers_from="2026-11-01", covers_to="2026-11-30", due_on="2026-12-14",
        status="returned", received_on="2026-12-01", text="Three sessions.", answer="Two sessions are missing.",
    )  # fmt: skip
    plan_authorization = factories.make_authorization(plan)
    sent = factories.make_invoice(sold, factories.make_delivery(authorization), status="submitted", made_by=manager)
    approved = factories.make_invoice(sold, factories.make_delivery(authorization), status="approved")
    rejected = factories.make_invoice(sold, factories.make_delivery(authorization), status="rejected")
    AuthorizationChange.objects.create(
        agreement=sold, authorization=authorization, units_before=10, units_after=20, amount_before=500,
        amount_after=1000, last_on_before="2026-11-30", last_on_after="2026-12-31", reason="More hours", at=now(),
    )  # fmt: skip
    CeilingChange.objects.create(agreement=sold, before=40_000, after=50_000, reason="Second year", at=now())
    factories.make_ceiling_exception(sold)
    bought = factories.make_purchase(partner, other)
    bought_duty = factories.make_report_duty(bought)
    bought_line = factories.make_service_line(bought)
    bought_authorization = factories.make_authorization(bought_line)
    bought_report = factories.make_due_report(
        bought_authorization, bought_duty, status="received", received_on="2026-10-10", text="All went well."
    )
    bought_delivery = factories.make_delivery(bought_authorization)
    bought_invoice = factories.make_invoice(bought, bought_delivery, status="submitted")
    to_pay = factories.make_invoice(bought, factories.make_delivery(bought_authorization), status="approved")
    vars(world).update(
        money_approver=approver.pk,
        bought_rate=bought_line.rates.get().pk,
        sold=sold.pk,
        service_line=line.pk,
        milestone_plan=plan.pk,
        milestone_step=plan.steps.get(position=1).pk,
        report_duty=duty.pk,
        authorization=authorization.pk,
        closed_authorization=closed.pk,
        due_report=report.pk,
        sent_report=sent_report.pk,
        returned_report=late_report.pk,
        plan_authorization=plan_authorization.pk,
        delivery=delivery.pk,
        charged_delivery=charged.pk,
        draft_invoice=draft.pk,
        sent_invoice=sent.pk,
        approved_invoice=approved.pk,
        rejected_invoice=rejected.pk,
        bought=bought.pk,
        bought_line=bought_line.pk,
        bought_duty=bought_duty.pk,
        bought_authorization=bought_authorization.pk,
        bought_report=bought_report.pk,
        bought_delivery=bought_delivery.pk,
        bought_invoice=bought_invoice.pk,
        invoice_to_pay=to_pay.pk,
    )
