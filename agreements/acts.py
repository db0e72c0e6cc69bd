"""What partners owe by agreements: signatures, answers, counts and reports. Importing this module registers them."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import CountRequest, DueReport, PartnerStatement, SignatureRequest
from partners.models import LocalArea
from partners.network.acts import Act, ActKind, LocalDays, register_acts

SIGNED_WITHIN = timedelta(days=21)  # of being asked, if the sending names no day
LONGEST_WAIT = timedelta(days=400)  # from being asked to the last day to sign


def _signatures(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    days = LocalDays(areas)
    rows = SignatureRequest.objects.filter(
        party__partnership__area__in=areas, opened_at__date__range=(first - LONGEST_WAIT, last)
    ).exclude(Q(sending__voided_at__isnull=False) & ~Q(status=SignatureRequest.Status.SIGNED))
    for row in rows.select_related("agreement", "sending", "party__partnership", "signature").order_by("pk"):
        partnership = row.party.partnership
        assert partnership is not None
        assert row.opened_at is not None
        due = row.sending.sign_by or days.day(partnership.area_id, row.opened_at) + SIGNED_WITHIN
        if row.status == SignatureRequest.Status.VOID or not first <= due <= last:
            continue
        signature = getattr(row, "signature", None)
        done = (signature.signed_on or days.day(partnership.area_id, signature.signed_at)) if signature else None
        declined = row.status == SignatureRequest.Status.DECLINED
        what = _("Signature on %(agreement)s") % {"agreement": row.agreement}
        excused = _("Declined with a reason") if declined else ""
        yield Act("signatures", row.pk, partnership.pk, due, what, row.agreement.get_absolute_url(), done, excused)


def _statements(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    days = LocalDays(areas)
    rows = PartnerStatement.objects.filter(
        payer__partnership__area__in=areas,
        is_current=True,
        period__issued_on__isnull=False,
        period__issued_on__lte=last,
    )
    for row in rows.select_related("payer__partnership", "period", "payer__budget").order_by("pk"):
        partnership = row.payer.partnership
        assert row.period.issued_on is not None
        due = row.period.issued_on + timedelta(days=row.payer.budget.answer_days)
        if first <= due <= last:
            what = _("Statement of %(period)s") % {"period": row.period}
            done = days.day(partnership.area_id, row.answered_at) if row.answered_at else None
            yield Act("statements", row.pk, partnership.pk, due, what, row.get_absolute_url(), done)


def _counts(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    days = LocalDays(areas)
    rows = CountRequest.objects.filter(
        payer__partnership__area__in=areas, withdrawn_at=None, due_on__range=(first, last)
    )
    for row in rows.select_related("payer__partnership", "period").order_by("pk"):
        partnership = row.payer.partnership
        what = _("Counts for %(period)s") % {"period": row.period}
        done = days.day(partnership.area_id, row.answered_at) if row.answered_at else None
        yield Act("counts", row.pk, partnership.pk, row.due_on, what, row.get_absolute_url(), done)


def _reports(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    rows = DueReport.objects.filter(
        agreement__purchase_terms__provider__partnership__area__in=areas,
        agreement__executed_on__isnull=False,
        due_on__range=(first, last),
    ).exclude(Q(status=DueReport.Status.EXCUSED) | Q(authorization__status="canceled"))
    rows = rows.select_related("duty", "authorization", "agreement__purchase_terms__provider")
    for row in rows.order_by("pk"):
        partnership = row.agreement.purchase_terms.provider.partnership_id or 0
        what = f"{row.duty}, {row.authorization.number}"
        # A report that was returned is still owed.
        done = None if row.status == DueReport.Status.RETURNED else row.received_on
        yield Act("reports", row.pk, partnership, row.due_on, what, row.get_absolute_url(), done)


register_acts(
    ActKind(
        "signatures",
        gettext_lazy("Signatures given"),
        gettext_lazy("An agreement is signed by the day that was asked for, or else within 21 days."),
        weight=5,
        read=_signatures,
        position=60,
        ask=gettext_lazy("Sign the agreement, or say why not."),
    )
)
register_acts(
    ActKind(
        "statements",
        gettext_lazy("Statements answered"),
        gettext_lazy("A statement of costs is agreed or disputed within the agreed days."),
        weight=3,
        read=_statements,
        position=70,
        ask=gettext_lazy("Agree to the statement, or dispute it."),
    )
)
register_acts(
    ActKind(
        "counts",
        gettext_lazy("Counts delivered"),
        gettext_lazy("Counts that partners' cost shares rest on are delivered by the day that was asked for."),
        weight=3,
        read=_counts,
        position=80,
        ask=gettext_lazy("Enter the counts that were asked for."),
    )
)
register_acts(
    ActKind(
        "reports",
        gettext_lazy("Reports of providers sent"),
        gettext_lazy("A report that is owed for an authorization is sent by its day."),
        weight=2,
        read=_reports,
        position=90,
        ask=gettext_lazy("Send the reports that are late."),
    )
)
